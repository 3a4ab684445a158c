"""Those who volunteered by e-mail are registered, told and answered like all others, and are one person in the chat."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select, update

from bot.app import Stores
from bot.turns import Turns
from storage.employees import Employee
from storage.outbox import OutboxRow, Status
from storage.people import Address, Person
from storage.promises import Promise
from storage.registering import MOST_AT_ONCE
from storage.sign_ups import SignUp, SignUpState
from tests.conftest import NOW
from tests.dialogs.test_promises import owed
from tests.dialogs.test_releases import listed
from tests.dialogs.test_sign_up_answers import GROUP, come, key_of
from tests.dialogs.test_sign_up_answers import owed as titles
from tests.talk import Talk


def register(leader: Talk, *lines: str) -> str:
    return leader.act("signup.registered", people="\n".join(lines), **GROUP).as_text()


def rows(stores: Stores) -> list[SignUp]:
    with stores.database.reading() as session:
        return list(session.exec(select(SignUp).order_by(SignUp.id)))  # type: ignore[arg-type]


def promised(stores: Stores) -> list[int]:
    with stores.database.reading() as session:
        return [one.person_id for one in session.exec(select(Promise))]


def test_many_are_registered_at_once_and_each_is_told_and_promised_an_answer(leader: Talk, stores: Stores) -> None:
    leader.act("signup.volunteers")
    leader.press("signup.register")
    card = leader.press(
        "signup.registered", people="Kari Nordmann; kari@osu.no\n\n Ola <OLA@osu.no>\nper@osu.no, Per\n", **GROUP
    )
    assert card.title == "3 er meldt på Arbeidsgruppe omstilling"
    assert titles(stores, "Kari Nordmann") == ["Du er meldt på Arbeidsgruppe omstilling"]
    (told,) = owed(stores, "Ola", "sign_up:")
    assert "8. desember 2020" in str(told)
    assert len(promised(stores)) == 3
    assert None not in {row.registered_by for row in rows(stores)}
    again = register(leader, "Kari Nordmann, kari@osu.no", "Per, per@osu.no")
    assert "Alle 2 var alt påmeldt Arbeidsgruppe omstilling" in again
    assert "får vite det" not in again, "nobody is told"
    assert "Den du skrev, var alt påmeldt" in register(leader, "Kari Nordmann, kari@osu.no")
    assert len(rows(stores)) == len(promised(stores)) == 3
    assert len(titles(stores, "Kari Nordmann")) == 1


def test_the_answer_goes_by_e_mail(leader: Talk, stores: Stores) -> None:
    register(leader, "Kari, kari@osu.no")
    leader.act("signup.accept", **key_of(leader))
    with stores.database.reading() as session:
        lanes = session.exec(select(OutboxRow.lane).where(OutboxRow.idempotency_key.startswith("sign_up:"))).all()  # type: ignore[attr-defined]
    assert set(lanes) == {"email"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Kari, kari@osu.no", "Ola"], "Linje 2"),
        (["kari@osu.no"], "Linje 1"),
        (["Kari, kari@-"], "Linje 1"),
        ([f"{'x' * 201}, kari@osu.no"], "Linje 1"),
        ([], "minst én linje"),
        ([f"Navn, n{number}@osu.no" for number in range(MOST_AT_ONCE + 1)], "50 linjer"),
    ],
)
def test_a_list_with_a_mistake_comes_back_and_nobody_is_registered(
    leader: Talk, stores: Stores, lines: list[str], said: str
) -> None:
    card = leader.act("signup.registered", people="\n".join(lines), **GROUP)
    assert card.outcome == "refused"
    people = next(question for question in card.questions if question.name == "people")
    assert said in people.error
    assert people.value == "\n".join(lines).strip()
    assert rows(stores) == []


def test_a_group_that_takes_no_volunteers_is_refused(leader: Talk, stores: Stores) -> None:
    assert leader.act("signup.registered", people="Kari, kari@osu.no", group="osu-padriver").outcome == "refused"
    assert leader.act("signup.registered", people="Kari, kari@osu.no", group="").outcome == "refused"
    assert rows(stores) == []


def test_who_is_known_in_the_chat_is_registered_as_who_they_are_there(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    kari = Talk(turns, "kari", NOW)
    kari.act("help")
    listed(stores, "kari", "kari@osu.no")
    register(leader, "Kari Nordmann, kari@osu.no")
    assert "meldt på" in kari.act("signup.status").as_text()
    assert titles(stores, "kari") == ["Du er meldt på Arbeidsgruppe omstilling"]
    assert kari.act("workgroup.join", **GROUP).title == "Du er allerede meldt på Arbeidsgruppe omstilling"
    assert len(rows(stores)) == 1


def test_who_comes_to_the_chat_later_has_one_sign_up_with_its_place_and_promise(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    register(leader, "Kari Nordmann, kari@osu.no")
    (other,) = come(turns, "ola")
    kari = Talk(turns, "kari", NOW)
    kari.act("help")
    listed(stores, "kari", "kari@osu.no")
    assert kari.act("workgroup.join", **GROUP).title == "Du er allerede meldt på Arbeidsgruppe omstilling"
    assert [row.state for row in rows(stores)] == [SignUpState.ASKED, SignUpState.IN_LINE]
    assert promised(stores) == [rows(stores)[0].person_id]
    leader.act("signup.accept", **key_of(leader))
    assert titles(stores, "kari") == ["Du er med i Arbeidsgruppe omstilling"]
    kari.act("workgroup.leave", **GROUP)
    assert "meldt på" in other.act("signup.status").as_text()
    assert titles(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]


@pytest.mark.parametrize("first", ["chat", "e-mail"])
def test_of_two_sign_ups_of_one_person_the_better_place_stays_and_the_other_is_free(
    turns: Turns, leader: Talk, stores: Stores, first: str
) -> None:
    """The people file came after both."""
    leader.act("signup.places_set", places="2", **GROUP)
    kari = Talk(turns, "kari", NOW)
    if first == "chat":
        kari.act("workgroup.join", **GROUP)
        register(leader, "Kari N, kari@osu.no")
    else:
        register(leader, "Kari N, kari@osu.no")
        kari.act("workgroup.join", **GROUP)
    come(turns, "ola")
    assert titles(stores, "ola") == []
    listed(stores, "kari", "kari@osu.no")
    kari.act("signup.status")
    assert titles(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]
    standing = [row for row in rows(stores) if row.ended_at is None]
    assert [row.state for row in standing] == [SignUpState.ASKED] * 2
    kari.act("signup.status")
    assert "Arbeidsgruppe omstilling" in kari.shown[0].as_text()
    with stores.database.reading() as session:
        names = {session.get_one(Person, row.person_id).name for row in standing}
    assert names == {"Kari", "Ola"}


def test_what_e_mails_do_not_reach_is_told_by_hand_once(leader: Talk, stores: Stores) -> None:
    register(leader, "Kari, kari@osu.no", "Ola, ola@osu.no")
    leader.now = NOW.astimezone(ZoneInfo("Europe/Oslo"))
    leader.act("signup.declined", reason="Gruppa trenger noen fra HR", **key_of(leader))
    leader.act("signup.accept", **key_of(leader))
    assert leader.act("signup.by_hand").title == "Alle svar har nådd fram", "they are being sent"
    with stores.database.writing() as session:
        ola = session.exec(select(Person.id).where(Person.name == "Ola")).one()
        lost = update(OutboxRow).where(OutboxRow.person_id == ola)  # type: ignore[arg-type]
        session.execute(lost.values(status=Status.FAILED, next_at=None))
    card = leader.act("signup.by_hand")
    assert "Ola (ola@osu.no)" in card.as_text()
    assert "Kari" not in card.as_text()
    leader.now = NOW + timedelta(days=2)
    card = leader.act("signup.by_hand")
    assert card.title == "2 har ikke fått svaret sitt. Si det til dem selv", "the channel is switched off"
    assert "Gruppa trenger noen fra HR" in card.as_text()
    assert "signup.by_hand" in [button.action for button in leader.act("signup.volunteers").buttons]
    old = leader.act("signup.by_hand").buttons[0]
    for _ in range(2):
        assert "Kari" not in leader.press(old).as_text()
    leader.press("signup.told_by_hand")
    assert leader.act("signup.by_hand").title == "Alle svar har nådd fram"


def test_a_coordinator_withdraws_who_wrote_that_they_want_to_and_nobody_of_the_chat(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    register(leader, "Kari, kari@osu.no")
    come(turns, "ola")
    leader.act("signup.one", **key_of(leader))
    assert leader.press("signup.withdraw").outcome == "done"
    assert titles(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]
    assert leader.act("signup.withdraw", **key_of(leader)).outcome == "refused"
    assert "signup.withdraw" not in [button.action for button in leader.act("signup.one", **key_of(leader)).buttons]


def test_a_question_to_who_has_no_chat_is_answered_by_the_coordinator(leader: Talk, stores: Stores) -> None:
    register(leader, "Kari, kari@osu.no")
    leader.act("signup.asked", text="Kan du på tirsdager?", **key_of(leader))
    leader.act("signup.ask", **key_of(leader))
    leader.press("signup.reply")
    assert leader.press("signup.replied", answer="Ja, skrev hun").outcome == "done"
    assert "Ja, skrev hun" in leader.act("signup.one", **key_of(leader)).as_text()
    assert owed(stores, "leader-1", "sign_up_answer:") == [], "who wrote it down knows"


@pytest.mark.parametrize(
    "action", ["signup.register", "signup.registered", "signup.withdraw", "signup.by_hand", "signup.told_by_hand"]
)
def test_only_coordinators_get_there(turns: Turns, leader: Talk, stores: Stores, action: str) -> None:
    register(leader, "Kari, kari@osu.no")
    values = {**key_of(leader), **GROUP, "people": "Ola, ola@osu.no"}
    assert Talk(turns, "employee-9", NOW).act(action, **values).outcome == "refused"
    assert [row.state for row in rows(stores)] == [SignUpState.ASKED]


def test_somebody_else_with_the_same_address_in_no_file_stays_somebody_else(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    register(leader, "Kari, kari@osu.no")
    kari = Talk(turns, "kari", NOW)
    kari.act("help")
    with stores.database.writing() as session:
        session.add(Employee(programme_key="osu2020", name="Kari", email="kari@osu.no", directory_id="another"))
        assert session.exec(select(Address).where(Address.directory_id == "another")).first() is None
    assert kari.act("signup.status").title == "Du er ikke påmeldt noen gruppe"
