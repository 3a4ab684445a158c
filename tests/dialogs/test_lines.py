"""Who is in line is promised what can be kept; who is taken in beyond the limit is asked about first."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.app import Stores
from bot.turns import Turns
from storage.audiences import SWITCHED_OFF
from storage.outbox import OutboxRow, Status
from storage.promises import Promise
from storage.sign_ups import SignUp
from tests.clockwork import tick_at
from tests.conftest import NOW
from tests.dialogs.test_promises import owed, somebody
from tests.dialogs.test_sign_up_answers import GROUP, another_open_group, come, key_of  # noqa: F401 - a fixture
from tests.dialogs.test_sign_up_answers import owed as titles
from tests.talk import Talk


@pytest.fixture
def one_place(leader: Talk) -> None:
    leader.act("signup.places_set", places="1", **GROUP)


def promises(stores: Stores) -> int:
    with stores.database.reading() as session:
        return len(session.exec(select(Promise)).all())


@pytest.mark.usefixtures("one_place")
def test_in_line_no_answer_is_promised_but_news_of_the_line(turns: Turns, stores: Stores) -> None:
    _, second = come(turns, "kari", "ola")
    said = second.shown[0].as_text()
    assert "Svar kan ingen gi før en plass er ledig" in said
    assert "Senest tirsdag 8. desember 2020 får du vite hvordan det står" in said
    assert "lovet svar" not in said
    assert promises(stores) == 1
    card = second.act("signup.status")
    assert card.title == "Du er nummer 1 på ventelista til Arbeidsgruppe omstilling"
    assert "Senest tirsdag 8. desember 2020" in card.as_text()


@pytest.mark.usefixtures("one_place")
def test_they_are_told_on_their_day_and_again_and_leaders_hear_nothing_late_of_it(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    somebody(turns, stores, "boss", "leader")
    first, _, third = come(turns, "kari", "ola", "per")
    leader.act("signup.accept", **key_of(leader))
    for days in (13, 14, 14, 15):
        tick_at(stores, NOW + timedelta(days=days))
    assert titles(stores, "per") == ["Du er nummer 2 på ventelista til Arbeidsgruppe omstilling"]
    assert "tirsdag 22. desember 2020" in str(owed(stores, "per", "sign_up:"))
    assert owed(stores, "boss", "promises") == []
    third.now = NOW + timedelta(days=15)
    assert "Senest tirsdag 22. desember 2020" in third.act("signup.status").as_text()
    first.act("workgroup.leave", **GROUP)
    tick_at(stores, NOW + timedelta(days=28))
    assert titles(stores, "per")[1:] == ["Du er nummer 1 på ventelista til Arbeidsgruppe omstilling"]


@pytest.mark.usefixtures("one_place")
def test_with_the_place_comes_the_promise_of_an_answer(turns: Turns, stores: Stores) -> None:
    first, second = come(turns, "kari", "ola")
    first.now = NOW + timedelta(days=7)
    first.act("workgroup.leave", **GROUP)
    assert "Du er lovet svar senest tirsdag 15. desember 2020." in str(owed(stores, "ola", "sign_up:"))
    assert promises(stores) == 2
    assert "15. desember 2020" in second.act("signup.status").as_text()
    tick_at(stores, NOW + timedelta(days=14))
    assert titles(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"], "who is not in line hears nothing"
    with stores.database.reading() as session:
        assert {row.told_by for row in session.exec(select(SignUp))} == {None}


@pytest.mark.usefixtures("one_place")
def test_who_turned_messages_off_is_not_told_of_the_line_but_finds_it(turns: Turns, stores: Stores) -> None:
    _, second = come(turns, "kari", "ola")
    second.act("subscription.set", on=False)
    tick_at(stores, NOW + timedelta(days=14))
    second.now = NOW + timedelta(days=14)
    with stores.database.reading() as session:
        rows = session.exec(select(OutboxRow).where(col(OutboxRow.idempotency_key).contains(":line"))).all()
    assert {(row.status, row.reason) for row in rows} <= {(Status.SKIPPED, SWITCHED_OFF)}, "nothing is sent"
    assert second.act("signup.status").title == "Du er nummer 1 på ventelista til Arbeidsgruppe omstilling"


def test_beyond_the_limit_it_says_so_and_asks(turns: Turns, leader: Talk, stores: Stores) -> None:
    come(turns, "kari", "ola")
    second = key_of(leader, 1)
    leader.act("signup.accept", **key_of(leader))
    leader.act("signup.places_set", places="1", **GROUP)
    card = leader.act("signup.accept", **second)
    assert card.title == "Skal Ola bli med i Arbeidsgruppe omstilling utover antallet plasser?"
    assert "har 1 plass" in card.as_text()
    assert titles(stores, "ola") == []
    assert leader.press("signup.accept").title == "Ola er med i Arbeidsgruppe omstilling"
    assert titles(stores, "ola") == ["Du er med i Arbeidsgruppe omstilling"]


@pytest.mark.parametrize("beyond", [None, 1, "true", False])
def test_only_its_own_button_takes_somebody_in_beyond_it(
    turns: Turns, leader: Talk, stores: Stores, beyond: object
) -> None:
    come(turns, "kari", "ola")
    second = key_of(leader, 1)
    leader.act("signup.accept", **key_of(leader))
    leader.act("signup.places_set", places="1", **GROUP)
    assert leader.act("signup.accept", beyond=beyond, **second).outcome == "clarify"
    assert titles(stores, "ola") == []


def test_many_at_once_beyond_the_limit_are_told_of(turns: Turns, leader: Talk, stores: Stores) -> None:
    come(turns, "kari", "ola", "per")
    leader.act("signup.places_set", places="1", **GROUP)
    card = leader.act("signup.accept_all", **GROUP)
    assert "2 av dem er over antallet plasser." in card.as_text()
    leader.act("signup.places_set", places="2", **GROUP)
    old = next(button for button in card.buttons if button.action == "signup.accept_all")
    assert "1 av dem er over antallet plasser." in leader.press(old).as_text(), "what was seen is not so any more"
    assert leader.press("signup.accept_all").outcome == "done"
    assert [len(titles(stores, name)) for name in ("kari", "ola", "per")] == [1, 1, 1]


def test_of_those_who_wait_no_more_are_beyond_the_limit_than_there_are(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    come(turns, "kari", "ola", "per", "eva")
    for _ in range(2):
        leader.act("signup.accept", **key_of(leader))
    leader.act("signup.places_set", places="1", **GROUP)
    said = leader.act("signup.accept_all", **GROUP).as_text()
    assert "Skal 2 som venter" in said
    assert "2 av dem er over antallet plasser." in said
    assert leader.press("signup.accept_all").outcome == "done"


def test_another_group_is_offered_only_where_there_is_one(turns: Turns, leader: Talk) -> None:
    come(turns, "kari")
    leader.act("signup.one", **key_of(leader))
    assert "signup.elsewhere" not in [button.action for button in leader.shown[0].buttons]


@pytest.mark.usefixtures("another_open_group")
def test_another_group_is_offered_where_there_is_one(turns: Turns, leader: Talk) -> None:
    come(turns, "kari")
    leader.act("signup.one", **key_of(leader))
    assert "signup.elsewhere" in [button.action for button in leader.shown[0].buttons]
