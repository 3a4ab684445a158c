"""What comes follows the day an acting period ends, and whoever it begins or ends for is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.__main__ import main
from bot.app import Stores
from bot.turns import Turns
from storage import acting, decision_steps, decisions, people
from storage.database import Session
from storage.decision_steps import Said
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.terms import Term
from tests.clockwork import tick_at
from tests.conftest import NOW, make_person
from tests.talk import Talk

NEW_YEAR = date(2020, 12, 31)
#: Nine o'clock in the organisation's zone.
LAST_DAY = datetime(2020, 12, 31, 8, 0, tzinfo=UTC)
AFTER = LAST_DAY + timedelta(days=1)


@pytest.fixture
def acts(stores: Stores) -> None:
    """Kristin leads on Bente's behalf until New Year; the clock has run since before."""
    with stores.database.writing() as session:
        bente, kristin = make_person(session, "bente", "leader"), make_person(session, "kristin")
        acting.give(session, kristin, "osu2020", "leader", Term(None, NEW_YEAR), bente)
    tick_at(stores, NOW)


def owed(stores: Stores, key: str) -> list[tuple[str, str]]:
    """Who is owed what, of what has a key that begins so: name and the card's words."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Person.name, Message)
            .join(OutboxRow, col(OutboxRow.person_id) == col(Person.id))
            .join(Message, col(OutboxRow.message_id) == col(Message.id))
            .where(col(OutboxRow.idempotency_key).startswith(key))
            .order_by(col(OutboxRow.id))
        ).all()
        return [(name, str(message.cards["nb"])) for name, message in rows]


def _recorded(session: Session, leader: Person) -> None:
    """The record of a decision, whole and not confirmed."""
    people.grant(session, leader, "osu2020", "safety_representative")
    decision = decisions.make(session, leader, "osu2020", "Ny modell", NOW, "form")
    for step in decisions.RECORDED:
        said = Said(held_on=NOW.date(), what="MBM", text="Lagt fram.")
        decision_steps.record(session, leader, "osu2020", decision.identity, step, said, NOW, NOW.date())


def test_what_waits_is_asked_of_whoever_takes_over(turns: Turns, stores: Stores) -> None:
    """The top 5 and the record of a decision wait; a deputy and a stand-in of the employees' side come after that."""
    leader, other = Talk(turns, "leder", NOW), Talk(turns, "tillitsvalgt", NOW)
    for talk in (leader, other, *(Talk(turns, name, NOW) for name in ("ny", "vara", "stedfortreder"))):
        talk.say("hei")
    with stores.database.writing() as session:
        by_name = {one.name: one for one in session.exec(select(Person))}
        people.grant(session, by_name["Leder"], "osu2020", "leader")
        people.grant(session, by_name["Stedfortreder"], "osu2020", "deputy")
        people.grant(session, by_name["Tillitsvalgt"], "osu2020", "employee_representative")
        tomorrow = NOW.date() + timedelta(days=1)
        acting.give(session, by_name["Ny"], "osu2020", "leader", Term(tomorrow, None), by_name["Leder"])
        union = "employee_representative"
        acting.give(session, by_name["Vara"], "osu2020", union, Term(tomorrow, None), by_name["Tillitsvalgt"])
        _recorded(session, by_name["Leder"])
    tick_at(stores, NOW)
    saved = leader.act("top.save", place_1="osu-ini-kompetanse", place_2="osu-ini-kommunegard")
    assert "Stedfortreder" in saved.as_text()
    assert [name for name, _ in owed(stores, "top-approval:1:to")] == ["Stedfortreder"]
    assert owed(stores, "decision:1:confirmed") == []
    for _ in range(2):
        tick_at(stores, NOW + timedelta(days=1))
    assert [name for name, _ in owed(stores, "top-approval:1:to")] == ["Stedfortreder", "Ny"]
    assert [name for name, _ in owed(stores, "decision:1:confirmed")] == ["Vara"]


def ask(turns: Turns, name: str, now: datetime) -> None:
    Talk(turns, name, now).act("question.sent", text=f"Hvem svarer {name}?", form=name, topic="person")


def test_a_question_goes_to_who_leads_that_day(turns: Turns, stores: Stores, acts: None) -> None:
    ask(turns, "kari", LAST_DAY)
    ask(turns, "ola", AFTER)
    assert [name for name, _ in owed(stores, "question:")] == ["Kristin", "Bente"]


def test_after_the_last_day_the_queue_is_closed_to_who_acted(turns: Turns, stores: Stores, acts: None) -> None:
    kristin = Talk(turns, "kristin", LAST_DAY, "emulator")
    assert kristin.act("question.list").outcome != "refused"
    kristin.now = AFTER
    assert kristin.act("question.list").outcome == "refused"


def test_both_are_told_on_the_day_and_once(stores: Stores, acts: None) -> None:
    tick_at(stores, LAST_DAY)
    assert owed(stores, "acting:osu2020:leader:20") == []
    for _ in range(2):
        tick_at(stores, AFTER)
    told = dict(owed(stores, "acting:osu2020:leader:2021-01-01"))
    assert set(told) == {"Kristin", "Bente"}
    assert "Bente" in told["Kristin"]
    assert "fra i dag" in told["Bente"]


def test_days_that_were_slept_through_are_made_up_for(stores: Stores, acts: None) -> None:
    tick_at(stores, AFTER + timedelta(days=9))
    assert {name for name, _ in owed(stores, "acting:osu2020:leader:2021-01-10")} == {"Kristin", "Bente"}


def test_who_stands_in_and_who_is_stood_in_for_are_told_when_it_begins(stores: Stores, acts: None) -> None:
    with stores.database.writing() as session:
        kari, ola = make_person(session, "kari", "coordinator"), make_person(session, "ola")
        acting.give(session, ola, "osu2020", "coordinator", Term(date(2020, 12, 1), date(2020, 12, 4)), kari)
    tick_at(stores, datetime(2020, 12, 1, 8, tzinfo=UTC))
    told = dict(owed(stores, "acting:osu2020:coordinator"))
    assert "på vegne av Kari" in told["Ola"]
    assert "fredag 4. desember 2020" in told["Ola"]
    assert "Ola står inn for deg" in told["Kari"]


def test_a_week_before_nobody_leads_those_who_can_do_something_are_told(stores: Stores) -> None:
    with stores.database.writing() as session:
        acting.give(session, make_person(session, "kristin"), "osu2020", "leader", Term(None, NEW_YEAR))
        make_person(session, "kari", "coordinator")
    tick_at(stores, NOW)
    tick_at(stores, LAST_DAY - timedelta(days=7))
    assert owed(stores, "acting:osu2020:leader:nobody") == []
    for days in (6, 5):
        tick_at(stores, LAST_DAY - timedelta(days=days))
    told = owed(stores, "acting:osu2020:leader:nobody")
    assert sorted(name for name, _ in told) == ["Kari", "Kristin"]
    assert "fredag 1. januar 2021 er ingen leder" in told[0][1]
    tick_at(stores, AFTER)
    assert "ingen er satt opp etter deg" in dict(owed(stores, "acting:osu2020:leader:2021"))["Kristin"]


def test_what_waits_for_approval_is_asked_of_who_approves_from_today(turns: Turns, stores: Stores, acts: None) -> None:
    with stores.database.writing() as session:
        make_person(session, "ida", "deputy")
        acting.give(session, make_person(session, "ole"), "osu2020", "deputy", Term(date(2021, 1, 1), None))
    author = Talk(turns, "kristin", LAST_DAY, "emulator")
    author.act("announcement.preview", title="Kickoff", text="Velkommen til kickoff.")
    author.send()
    assert set(dict(owed(stores, "approval:"))) == {"Ida"}
    tick_at(stores, AFTER)
    assert [name for name, _ in owed(stores, "approval:")] == ["Ida", "Bente", "Ole"]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, stores: Stores) -> Stores:
    """People whom the command line can name."""
    monkeypatch.setenv("DATABASE_URL", str(stores.database.url))
    monkeypatch.setenv("INPUT_DATABASE_URL", str(stores.inputs.database.url))
    monkeypatch.setenv("INPUT_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    with stores.database.writing() as session:
        for name, roles in {"bente": ("leader",), "kristin": ()}.items():
            person = make_person(session, name, *roles)
            address = session.get_one(people.Address, person.address_id)
            address.directory_id = f"id-{name}"
            session.add(address)
    return stores


def test_the_command_line_gives_a_term_and_says_what_it_gave(known: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["grant", "leader", "id-kristin", "--programme", "osu2020", "--until", "2099-12-31", "--for", "id-bente"]
    assert main(given) == 0
    assert "uten grense til og med 2099-12-31, for Bente" in capsys.readouterr().out
    assert main(["grant", "deputy", "id-kristin", "--programme", "osu2020", "--until", "2099-12-31"]) == 0
    assert "Fra 2100-01-01 har ingen rollen deputy" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--until", "31.12.2020"], "31.12.2020 er ikke en dag"),
        (["--until", "2020-02-30"], "2020-02-30 er ikke en dag"),
        (["--from", "2021-01-02", "--until", "2021-01-01"], "slutter før den begynner"),
        (["--for", "nobody"], "ikke møtt noen med id nobody"),
        (["--for", "id-kristin"], "stå inn for seg selv"),
    ],
)
def test_the_command_line_refuses_with_the_reason(
    known: Stores, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["grant", "leader", "id-kristin", "--programme", "osu2020", *more]) == 1
    assert said in capsys.readouterr().err


def test_whoever_is_given_a_role_is_asked_what_waits_for_it_once(known: Stores) -> None:
    with known.database.writing() as session:
        _recorded(session, session.exec(select(Person).where(Person.name == "Bente")).one())
    for _ in range(2):
        assert main(["grant", "employee_representative", "id-kristin", "--programme", "osu2020"]) == 0
    told = owed(known, "decision:1:confirmed")
    assert [name for name, _ in told] == ["Kristin"]
    assert "Bente" in told[0][1]
