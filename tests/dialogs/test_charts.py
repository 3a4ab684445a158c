"""Pictures say what documents say: as exactly as it is known, of nobody by name, and only where they can be seen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from sqlmodel import select

from dialogs import charts, milestones, phases, programmes, sprints, workgroups
from dialogs.card import LANGUAGES, Card, Language, Picture
from dialogs.charts import CHARTS, Bar, Known, Plan
from dialogs.turn import Turn
from storage import programmes as stored
from storage.database import Database, Session
from storage.milestones import Milestone, Precision
from storage.people import Person
from storage.roles import DatedRole
from storage.workgroups import Member, Workgroup
from tests.storage.test_sprints import Hall

NOW = datetime(2020, 11, 24, 8, tzinfo=UTC)
EVERY = list(product(CHARTS, ("osu2020", "os2019", "ou2021"), LANGUAGES))


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with sqlite.writing() as session:
        yield session


def chart(session: Session, which: str, key: str, language: Language = "nb") -> charts.Chart:
    programme = stored.get(session, key)
    return CHARTS[which](session, key, programme.name, language, NOW.date())


def rows(session: Session, which: str, key: str) -> dict[str, charts.Row]:
    plan = chart(session, which, key)
    assert isinstance(plan, Plan)
    return {row.title: row for row in plan.rows}


def test_days_are_drawn_as_exactly_as_they_are_known(session: Session) -> None:
    osu, os = rows(session, charts.TIMELINE, "osu2020"), rows(session, charts.TIMELINE, "os2019")
    first, last = date(2021, 1, 1), date(2021, 1, 31)
    assert osu["Organisasjonsendringen trer i kraft"].bars == (Bar(Known.WITHIN, first, last),)
    assert osu["Involveringsprosessen pågår"].bars == (Bar(Known.ONGOING),)
    day = date(2020, 12, 2)
    assert osu["Beslutning av ny organisasjonsmodell"].bars == (Bar(Known.DAY, day, day, day, day),)
    two = date(2019, 2, 14), date(2019, 2, 15)
    assert os["Felles oppstart og etablering av gruppene"].bars == (Bar(Known.SPAN, *two, *two),)
    assert os["Frist for forslag til tiltak"].bars == (Bar(Known.BY, None, date(2019, 8, 1)),)
    before = rows(session, charts.TIMELINE, "ou2021")["Fremdriftsplan med beskrivelse av arbeidsstrømmer"]
    assert before.bars == (Bar(Known.BY, None, date(2021, 6, 30)),), "the day before 1 July is the last one"
    assert all(row.is_over for row in os.values())


def test_what_documents_disagree_about_is_drawn_as_both_say_it(session: Session) -> None:
    kickoff = rows(session, charts.TIMELINE, "osu2020")["Oppstart av fase 2, hovedfasen – kickoff"]
    assert [(bar.last, bar.is_other) for bar in kickoff.bars] == [
        (date(2020, 12, 15), False),
        (date(2020, 12, 16), True),
    ]
    assert kickoff.remark == "Dokumentene er ikke enige: et annet sier onsdag 16. desember 2020"


def test_a_phase_is_sure_from_its_last_possible_start_to_its_first_possible_end(session: Session) -> None:
    found = rows(session, charts.PHASES, "osu2020")
    concept, main, after = found.values()
    day = date(2020, 12, 16)
    assert concept.bars == (Bar(Known.SPAN, date(2020, 6, 1), day, date(2020, 8, 31), day),)
    assert "Nyhetsbrevet sier 15. desember 2020" in main.remark
    start = date(2021, 7, 1)
    assert after.bars == (Bar(Known.SPAN, start, None, start, None),)
    assert after.said == "Fra torsdag 1. juli 2021. Slutten er ikke oppgitt"


def test_what_has_no_date_is_not_drawn_and_no_figures_date_either(session: Session) -> None:
    session.add(Milestone(programme_key="osu2020", key="uvisst", title={"nb": "Uvisst"}, precision=Precision.NONE))
    session.flush()
    titles = rows(session, charts.TIMELINE, "osu2020")
    assert "Uvisst" not in titles
    assert not [title for title in titles if "figuren" in title]


def test_the_organisation_chart_has_each_unit_with_its_boxes(session: Session) -> None:
    found = chart(session, charts.UNITS, "osu2020")
    assert isinstance(found, charts.Organisation)
    assert found.top == charts.Box("Organisasjon, styring og utvikling", ("Kommunaldirektør",))
    ((_, boxes),) = found.parts
    within = {box.title: box.lines for box in boxes}
    assert len(within) == 6
    assert "Regnskap" in within["Organisasjon og interne tjenester"]
    assert within["Eiendom"] == ()


@pytest.mark.parametrize(("which", "key", "language"), EVERY)
def test_nobody_is_named_in_what_anybody_may_fetch(session: Session, which: str, key: str, language: Language) -> None:
    drawn = repr(chart(session, which, key, language))
    named = {row.name for row in session.exec(select(Member))}
    named |= {row.leader_name for row in session.exec(select(Workgroup)) if row.leader_name}
    named |= {row.person_name for row in session.exec(select(DatedRole)) if row.person_name}
    assert len(named) > 30
    assert [name for name in named if name in drawn] == []


@pytest.mark.parametrize(("which", "key", "language"), EVERY)
def test_the_same_stands_as_text_beside_it(session: Session, which: str, key: str, language: Language) -> None:
    found = chart(session, which, key, language)
    told = repr(charts.facts(found))
    if isinstance(found, Plan):
        assert all(row.title in told and row.said in told and row.remark in told for row in found.rows)
    elif isinstance(found, charts.Organisation | charts.Board):
        assert all(box.title in told for _, boxes in found.parts for box in boxes)
    else:
        # tests/dialogs/test_status_charts.py has reports to draw.
        assert charts.is_empty(found)


def turn(session: Session, **more: object) -> Turn:
    programme = stored.get(session, "osu2020")
    return replace(Turn(Person(current_programme="osu2020"), programme, NOW, "nb"), **more)  # type: ignore[arg-type]


def pictures(card: Card) -> list[Picture]:
    return [block for block in card.blocks if isinstance(block, Picture)]


def test_the_picture_is_where_the_same_is_listed(session: Session) -> None:
    def at(which: str, programme_key: str, day: date, version: int) -> str:
        return f"https://bot.example.org/{which}/{programme_key}/{day}/{version}"

    somebody = turn(session, picture=at, channel="slack")
    for listed, which in (
        (milestones.listed(session, somebody), charts.TIMELINE),
        (phases.about(session, somebody), charts.PHASES),
        (workgroups.listed(session, somebody), charts.GROUPS),
        (programmes.about(session, replace(somebody, values={"aspect": "organisation"})), charts.UNITS),
        (sprints.shown(session, somebody), charts.BOARD),
    ):
        (picture,) = pictures(listed)
        version = somebody.programme.version
        assert picture.address == f"https://bot.example.org/{which}/osu2020/2020-11-24/{version}.png?lang=nb"
        assert "Det samme står som tekst" in picture.alt
        assert f"{which}/osu2020/2020-11-24/{version}?lang=nb" in repr(listed.blocks)


def test_where_nobody_can_fetch_it_no_picture_is_shown(session: Session) -> None:
    for channel, address in (
        ("web", ""),
        ("slack", ""),
        ("slack", "/bilde/x"),
        ("msteams", "http://bot.intern/bilde/x"),
    ):
        somebody = turn(session, picture=lambda *_, address=address: address, channel=channel)
        assert pictures(milestones.listed(session, somebody)) == []
    own = turn(session, picture=lambda *_: "/bilde/x", channel="web")
    assert pictures(milestones.listed(session, own))[0].address == "/bilde/x.png?lang=nb"


def test_the_board_has_each_delivery_at_its_step_with_its_team(session: Session) -> None:
    hall = Hall(session)
    hall.add("Felles innkjøp", named="osu-lev-2")
    hall.add("Kart over systemene")
    hall.add("Turnus", is_known_need=True)
    hall.team(members=["Medlem"])
    hall.start(NOW.date())
    hall.begin(NOW)
    board = chart(session, charts.BOARD, "osu2020")
    assert isinstance(board, charts.Board)
    assert board.remark == "Sprint 1: 24. november 2020 – 14. desember 2020"
    found = {heading: [(box.title, box.lines) for box in boxes] for heading, boxes in board.parts}
    assert found["Kø"][:3] == [
        ("1. Kart over systemene", ()),
        ("2. Turnus", ()),
        ("Leveranse 1", ("innholdet er ikke sagt",)),
    ]
    assert len(found["Kø"]) == 7
    assert found["Behov"] == [("Leveranse 2: Felles innkjøp", ("Team A",))]
    assert (found["Løsning"], found["Test"], found["Ferdig"]) == ([], [], [])
    assert list(found) == ["Kø", "Behov", "Løsning", "Test", "Ferdig"]
    assert charts.alt(board) == "Sprinttavle for OSU 2020: 8 leveranser. Det samme står som tekst ved siden av."
    drawn = repr(board)
    assert not [name for name in ("Medlem", "Kommunalsjef") if name in drawn], "nobody is named"
    told = dict(charts.facts(board))
    assert told["Test"] == [("ingen", "")]


def test_a_step_makes_another_picture(session: Session) -> None:
    """Chat clients keep a picture by its address, which is another when the board is."""
    hall = Hall(session)
    seen = []
    for title in ("A", "B"):
        hall.add(title)
        somebody = turn(session, picture=lambda *told: f"https://bot.example.org/{told[3]}", channel="slack")
        (picture,) = pictures(sprints.shown(session, somebody))
        seen.append(picture.address)
    assert len(set(seen)) == 2
