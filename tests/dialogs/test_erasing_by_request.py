"""Who has no chat and asks by e-mail has all of it erased by a coordinator, and is told so where e-mails are sent."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from storage import erasing_by_request, people, tables
from storage.outbox import OutboxRow, Status
from storage.people import Address, Person
from storage.sign_ups import SignUp
from tests.conftest import NOW
from tests.dialogs.test_sign_up_answers import GROUP, come, key_of
from tests.dialogs.test_sign_up_answers import owed as titles
from tests.talk import CheckedTurns, Talk

EMAIL, NAME = "fossegrim@osu.no", "Fossegrim Sildefar"


@pytest.fixture
def turns(stores: Stores) -> CheckedTurns:
    """Of an installation that sends e-mails."""
    return CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "osu2020", sends_email=True)


@pytest.fixture
def registered(leader: Talk) -> None:
    assert leader.act("signup.registered", people=f"{NAME}, {EMAIL}", **GROUP).outcome == "done"


def everything(stores: Stores) -> str:
    """All that is stored, but what the coordinator was answered, which a channel takes away a second later."""
    kept = [table for name, table in tables.MAIN.tables.items() if name != "received"]
    with stores.database.reading() as session:
        rows = [session.execute(table.select()).all() for table in kept]
    return json.dumps(rows, default=str, ensure_ascii=False)


def erase(leader: Talk, email: str = EMAIL) -> str:
    leader.act("signup.register")
    leader.press("signup.erase")
    leader.press("signup.erase", email=email)
    return leader.press("signup.erased").title


@pytest.mark.usefixtures("registered")
def test_what_goes_and_what_stays_is_shown_and_nothing_is_done_by_that(leader: Talk, stores: Stores) -> None:
    leader.act("signup.erase")
    card = leader.press("signup.erase", email=" Fossegrim@OSU.no ")
    assert card.outcome == "clarify"
    for said in (NAME, EMAIL, "Arbeidsgruppe omstilling", "har plass og venter på svar", "bekreftelse på e-post"):
        assert said in card.as_text(), said
    assert NAME in everything(stores)


@pytest.mark.usefixtures("registered")
def test_nothing_is_left_but_the_address_until_the_last_e_mail_is_sent(leader: Talk, stores: Stores) -> None:
    assert erase(leader) == "Alt om den som ba om det, er slettet"
    left = everything(stores)
    assert NAME not in left
    assert EMAIL in left
    with stores.database.writing() as session:
        assert session.exec(select(SignUp)).all() == []
        (row,) = session.exec(select(OutboxRow).where(OutboxRow.lane == "email")).all()
        assert row.status == Status.WAITING
        # Not before: the clock looks at it again and again.
        clock = Schedule(stores.database, DemoClock(NOW + timedelta(hours=1)), lambda: None)
    clock.run_due()
    assert EMAIL in everything(stores)
    with stores.database.writing() as session:
        row = session.get_one(OutboxRow, row.id)
        row.status, row.next_at = Status.SENT, None
        session.add(row)
    clock.run_due()
    assert EMAIL not in everything(stores)


@pytest.mark.usefixtures("registered")
def test_an_address_that_no_e_mail_reaches_is_erased_all_the_same(leader: Talk, stores: Stores) -> None:
    erase(leader)
    Schedule(stores.database, DemoClock(NOW + timedelta(days=2, hours=1)), lambda: None).run_due()
    assert EMAIL not in everything(stores)


@pytest.mark.usefixtures("registered")
def test_the_last_e_mail_says_that_it_is_done(leader: Talk, stores: Stores) -> None:
    erase(leader)
    assert titles(stores, "") == ["Alt om deg er slettet"]


@pytest.mark.usefixtures("registered")
def test_pressed_twice_is_once(leader: Talk, stores: Stores) -> None:
    leader.act("signup.erase", email=EMAIL)
    button = next(one for one in leader.shown[-1].buttons if one.action == "signup.erased")
    assert leader.press(button).outcome == leader.press(button).outcome == "done"
    with stores.database.reading() as session:
        assert len(session.exec(select(OutboxRow).where(OutboxRow.lane == "email")).all()) == 1


@pytest.mark.usefixtures("registered")
def test_what_changed_since_it_was_looked_at_is_shown_first(leader: Talk, stores: Stores) -> None:
    leader.act("signup.erase", email=EMAIL)
    button = next(one for one in leader.shown[-1].buttons if one.action == "signup.erased")
    leader.act("signup.accept", **key_of(leader))
    card = leader.press(button)
    assert card.outcome == "refused"
    assert "Noe er endret" in card.as_text()
    assert NAME in everything(stores)
    leader.shown = (card,)
    assert leader.press("signup.erased").outcome == "done"


@pytest.mark.usefixtures("registered")
def test_who_has_no_sign_up_any_more_is_not_erased_without_a_look_either(leader: Talk, stores: Stores) -> None:
    with stores.database.writing() as session:
        for row in session.exec(select(SignUp)).all():
            session.delete(row)
        session.execute(tables.MAIN.tables["promise"].delete())
    assert leader.act("signup.erased", email=EMAIL).outcome == "refused"
    assert NAME in everything(stores)
    assert leader.press("signup.erased").outcome == "done"


@pytest.mark.usefixtures("registered")
def test_the_next_in_line_gets_the_place_and_is_told(leader: Talk, turns: CheckedTurns, stores: Stores) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    come(turns, "ola")
    erase(leader)
    assert titles(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "adresse"), ("ikke en adresse", "adresse"), ("ukjent@osu.no", "Ingen er kjent med den adressen")],
)
def test_what_is_no_ones_address_comes_back(leader: Talk, email: str, said: str) -> None:
    leader.act("signup.erase")
    card = leader.press("signup.erase", email=email)
    assert card.outcome == "refused"
    assert said in card.questions[0].error
    assert card.questions[0].value == email


def test_who_has_the_chat_erases_themselves(leader: Talk, turns: CheckedTurns, stores: Stores) -> None:
    kari = Talk(turns, "kari", NOW)
    kari.act("help")
    with stores.database.writing() as session:
        person = people.recognise(session, kari.where, "osu2020")
        address = Address(person_id=person.id, channel="email", account=EMAIL, lane="email", conversation=EMAIL)
        session.add(address)
    assert "slett alt om meg" in leader.act("signup.erase", email=EMAIL).questions[0].error


@pytest.mark.usefixtures("registered")
def test_who_volunteered_in_two_programmes_is_erased_by_who_coordinates_both(leader: Talk, stores: Stores) -> None:
    with stores.database.writing() as session:
        (row,) = session.exec(select(SignUp)).all()
        other = SignUp(
            programme_key="os2019", workgroup_key="x", person_id=row.person_id, signed_up_at=NOW, ended_at=NOW
        )
        session.add(other)
    assert "annet program" in leader.act("signup.erase", email=EMAIL).questions[0].error
    with stores.database.writing() as session:
        people.grant(session, people.recognise(session, leader.where, "osu2020"), "os2019", "coordinator")
    assert leader.act("signup.erase", email=EMAIL).outcome == "clarify"


@pytest.mark.usefixtures("registered")
def test_nobody_else_erases_anybody(turns: CheckedTurns, stores: Stores) -> None:
    other = Talk(turns, "ansatt", NOW)
    for action in ("signup.erase", "signup.erased"):
        assert other.act(action, email=EMAIL, seen="").outcome == "refused"
    assert NAME in everything(stores)


@pytest.mark.usefixtures("registered")
def test_where_no_e_mails_are_sent_the_coordinator_answers(stores: Stores, leader: Talk) -> None:
    leader.turns = CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "osu2020")
    assert "Svar selv" in leader.act("signup.erase", email=EMAIL).as_text()
    assert "Svar selv" in leader.press("signup.erased").as_text()
    assert EMAIL not in everything(stores)
    assert NAME not in everything(stores)


@pytest.mark.usefixtures("registered")
def test_who_is_registered_anew_before_the_last_e_mail_is_kept(leader: Talk, stores: Stores) -> None:
    erase(leader)
    leader.act("signup.registered", people=f"{NAME}, {EMAIL}", **GROUP)
    Schedule(stores.database, DemoClock(NOW + timedelta(days=3)), lambda: None).run_due()
    with stores.database.reading() as session:
        (row,) = session.exec(select(SignUp)).all()
        assert session.get_one(Person, row.person_id).name == NAME


def test_the_clock_forgets_no_address_of_another_message(leader: Talk, registered: None, stores: Stores) -> None:
    with stores.database.writing() as session:
        programme = session.get_one(tables.programmes.Programme, "osu2020")
        assert erasing_by_request.forget_addresses(session, programme, NOW + timedelta(days=90)) == 0
    assert EMAIL in everything(stores)
