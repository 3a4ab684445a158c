"""Leaders choose whom an announcement is for, see how many that is, and send to nobody else."""

from datetime import date

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card, Facts
from storage import broadcasts, employees, programmes
from storage.announcements import Announcement
from storage.database import Session
from storage.employees import Listed
from storage.outbox import OutboxRow
from storage.people import Address, Person
from storage.sign_ups import SignUp
from storage.workgroups import Member, Openness, Workgroup
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen til kickoff."}


@pytest.fixture
def file(turns: CheckedTurns, employee: Talk) -> None:
    """A people file with two units; one of the people of the first uses the bot."""
    employee.say("hei")
    listed = [
        Listed("kari", None, "Kari Nordmann", "Lønn", "Bergen", "fast"),
        Listed("per", None, "Per Hansen", "Lønn", "Oslo", "vikar"),
        Listed("eva", None, "Eva Li", "HR", "Bergen", "fast"),
    ]
    with turns.database.writing() as session:
        employees.save(session, "osu2020", listed, date(2020, 11, 24))
        address = session.exec(select(Address).where(Address.account == "employee-1")).one()
        address.directory_id = "kari"
        session.add(address)
        # So that the reasons are told of units of two; see the test of small audiences.
        show_reasons_from(session, 1)


def show_reasons_from(session: Session, people: int) -> None:
    programme = programmes.get(session, "osu2020")
    programme.smallest_group = people
    session.add(programme)


def add_group(session: Session) -> None:
    """A second workgroup."""
    title = {"nb": "Kantinegruppa", "nn": "Kantinegruppa", "en": "Canteen group"}
    session.add(Workgroup(programme_key="osu2020", key="osu-kantine", openness=Openness.OPEN, title=title))


def choose(leader: Talk, **form: str) -> Card:
    if not any(button.action == "announcement.audience" for card in leader.shown for button in card.buttons):
        leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    return leader.press("announcement.addressed", **form)


def facts(card: Card) -> dict[str, str]:
    return dict(next(block for block in card.blocks if isinstance(block, Facts)).facts)


def send(leader: Talk, turns: Turns) -> Card:
    leader.send()
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)
    return leader.press("announcement.report")


@pytest.mark.usefixtures("file")
def test_before_sending_it_is_shown_how_many_who_and_why_not_the_others(leader: Talk) -> None:
    card = choose(leader, units="Lønn")
    assert "2 personer" in card.as_text()
    assert "Blant dem: Kari Nordmann, Per Hansen" in card.as_text()
    assert facts(card) == {"Kan nås": "1", "Har ikke boten": "1"}
    assert [button.title for button in card.buttons if button.action == "announcement.send"] == ["Send til 2 personer"]


@pytest.mark.usefixtures("file")
def test_only_those_who_were_chosen_get_it_and_the_report_says_to_whom(leader: Talk, turns: Turns) -> None:
    choose(leader, units="Lønn")
    report = send(leader, turns)
    assert facts(report) == {
        "Sendt til": "Til: enhet Lønn", "Planlagt": "2", "Levert": "0", "Står for tur": "1", "Har ikke boten": "1",
    }  # fmt: skip
    with turns.database.reading() as session:
        assert len(session.exec(select(OutboxRow).where(OutboxRow.person_id != None)).all()) == 1  # noqa: E711


@pytest.mark.usefixtures("file")
def test_a_second_choice_is_added_to_the_first(leader: Talk) -> None:
    choose(leader, units="Lønn")
    assert "Til: enhet Lønn, HR" in choose(leader, units="HR").as_text()
    assert "Til: enhet Lønn, HR; sted Bergen" in choose(leader, sites="Bergen").as_text()
    everyone = choose(leader, everyone=True)  # type: ignore[arg-type]
    assert "Alle i" in everyone.as_text()


@pytest.mark.usefixtures("file")
def test_nobody_cannot_be_sent_to(leader: Talk) -> None:
    card = choose(leader, workgroup="osu-omstilling")
    assert "Ingen er med i dette utvalget" in card.as_text()
    assert "announcement.send" not in [button.action for button in card.buttons]
    key = card.buttons[0].values["announcement"]
    refused = leader.act("announcement.send", announcement=key, version=2, decided="no")
    assert refused.outcome == "refused"
    assert "ingen å sende til" in refused.title


@pytest.mark.usefixtures("file")
def test_a_group_and_a_unit_at_once_is_told_to_be_wrong_at_the_question(leader: Talk) -> None:
    card = choose(leader, workgroup="osu-omstilling", units="Lønn")
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if question.error] == ["workgroup"]


def test_a_second_workgroup_is_added_to_the_first(leader: Talk, employee: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        add_group(session)
    leader.act("workgroup.join", group="osu-omstilling")
    employee.say("hei")
    with turns.database.writing() as session:
        other = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        key, at = other.identity, NOW
        session.add(SignUp(programme_key="osu2020", workgroup_key="osu-kantine", person_id=key, signed_up_at=at))
    choose(leader, workgroup="osu-omstilling")
    for _ in range(2):
        card = choose(leader, workgroup="osu-kantine")
    assert "Arbeidsgruppe omstilling, Kantinegruppa" in card.as_text()
    assert facts(card)["Kan nås"] == "2"
    report = send(leader, turns)
    assert (facts(report)["Planlagt"], facts(report)["Står for tur"]) == ("2", "2")


@pytest.mark.usefixtures("file")
def test_a_unit_does_not_take_the_place_of_a_workgroup_unsaid(leader: Talk) -> None:
    choose(leader, workgroup="osu-omstilling")
    card = choose(leader, units="Lønn")
    assert next(question.error for question in card.questions if question.error).startswith("Velg enten arbeidsgrupper")
    assert "Arbeidsgruppe omstilling" in card.as_text()


def test_of_a_group_whose_named_members_lack_the_bot_just_that_is_said(leader: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        add_group(session)
        for name in ("Kari Nordmann", "Per Hansen"):
            session.add(Member(programme_key="osu2020", workgroup_key="osu-kantine", name=name))
    text = choose(leader, workgroup="osu-kantine").as_text()
    assert "Dokumentene navngir 2 som er med, men ingen av dem har boten" in text
    assert "Ingen er med" not in text


@pytest.mark.usefixtures("file")
def test_a_name_that_the_file_lacks_is_answered_with_the_nearest(leader: Talk) -> None:
    card = choose(leader, units="Lønning")
    assert [question.error for question in card.questions if question.error] == [
        "Det navnet står ikke i personlista. Nærmest er Lønn."
    ]


@pytest.mark.usefixtures("file")
def test_what_was_looked_at_for_others_is_not_sent(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    to_everyone = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    choose(leader, units="Lønn")
    refused = leader.send(to_everyone)
    assert refused.outcome == "refused"
    assert not any(question.error for question in refused.questions)


@pytest.mark.usefixtures("file")
def test_what_some_were_told_is_news_for_nobody_else(leader: Talk, turns: Turns) -> None:
    choose(leader, units="Lønn")
    send(leader, turns)
    assert "Velkommen til kickoff." not in Talk(turns, "somebody", NOW).say("Er det noe nytt?").as_text()


@pytest.mark.usefixtures("file")
def test_a_sent_announcement_keeps_its_audience(leader: Talk, turns: Turns) -> None:
    choose(leader, units="Lønn")
    send(leader, turns)
    with turns.database.reading() as session:
        key = session.exec(select(Announcement.id)).one()
    for action in ("announcement.audience", "announcement.addressed"):
        assert leader.act(action, announcement=key, units="HR").outcome == "refused"


@pytest.mark.usefixtures("file")
def test_only_leaders_choose(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    for action in ("announcement.audience", "announcement.addressed"):
        assert employee.act(action, announcement=1, units="Lønn").outcome == "refused"


def test_of_many_units_the_name_is_typed(leader: Talk, turns: Turns) -> None:
    listed = [Listed(str(number), None, f"Navn {number}", f"Enhet {number}") for number in range(60)]
    with turns.database.writing() as session:
        employees.save(session, "osu2020", listed, date(2020, 11, 24))
    leader.act("announcement.preview", **WRITTEN)
    form = leader.press("announcement.audience")
    assert [question.choices for question in form.questions if question.name == "units"] == [()]
    assert "Til: enhet Enhet 7" in leader.press("announcement.addressed", units="enhet 7").as_text()


@pytest.mark.parametrize(
    "wrong", [{"units": 7}, {"units": "x" * 9000}, {"workgroup": "nothing"}, {"sites": ["a"]}, {"announcement": "1"}]
)
@pytest.mark.usefixtures("file")
def test_what_no_form_sends_changes_nothing(leader: Talk, turns: Turns, wrong: dict[str, object]) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.act("announcement.addressed", **{"announcement": 1, **wrong})
    with turns.database.reading() as session:
        assert session.exec(select(Announcement.audience)).one() is None


@pytest.mark.usefixtures("file")
def test_of_a_small_audience_nothing_tells_what_one_person_turned_off(
    leader: Talk, employee: Talk, turns: Turns
) -> None:
    with turns.database.writing() as session:
        show_reasons_from(session, 3)
    employee.act("subscription.set", on=False, topic="all")
    shown = choose(leader, units="Lønn")
    assert facts(shown) == {"Kan nås": "0", "Ikke levert": "2"}
    report = send(leader, turns)
    assert facts(report) == {"Sendt til": "Til: enhet Lønn", "Planlagt": "2", "Levert": "0", "Ikke levert": "2"}
    for card in (shown, report):
        assert "fra 3 personer" in card.as_text()
        assert "slått av" not in card.as_text()
