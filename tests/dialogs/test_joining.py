"""Somebody who signed up by e-mail and somebody in the chat are one person, once, without a people file."""

import pytest
from sqlmodel import select

from bot.app import Stores
from storage import joining, own_data, people, sign_ups
from storage.employees import Employee
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.promises import Promise
from storage.same_person import JoinedPerson
from storage.sign_ups import SignUp, SignUpState
from tests.conftest import NOW
from tests.dialogs.test_erasing_by_request import everything
from tests.dialogs.test_sign_up_answers import GROUP, come, key_of
from tests.talk import CheckedTurns, Talk

EMAIL, NAME = "fossegrim@osu.no", "Fossegrim Sildefar"
FORM = {"email": EMAIL, "name": "Kari"}


@pytest.fixture
def registered(leader: Talk) -> None:
    assert leader.act("signup.registered", people=f"{NAME}, {EMAIL}", **GROUP).outcome == "done"


@pytest.fixture
def kari(turns: CheckedTurns) -> Talk:
    talk = Talk(turns, "kari", NOW)
    talk.act("help")
    return talk


def rows(stores: Stores) -> list[SignUp]:
    with stores.database.reading() as session:
        return list(session.exec(select(SignUp).order_by(SignUp.id)))  # type: ignore[arg-type]


def vouch(stores: Stores, talk: Talk, *emails: str) -> None:
    with stores.database.writing() as session:
        joining.vouched(session, people.recognise(session, talk.where, "osu2020"), "osu2020", emails, NOW)


def told(stores: Stores) -> list[str]:
    with stores.database.reading() as session:
        statement = select(Message).join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
        found = session.exec(statement.where(OutboxRow.idempotency_key.startswith("joined:"))).all()  # type: ignore[attr-defined]
        return [message.cards["nb"]["title"] for message in found]


def look(leader: Talk, **form: str) -> None:
    leader.act("signup.register")
    leader.press("signup.join")
    leader.press("signup.join", **FORM | form)


@pytest.mark.usefixtures("registered")
def test_what_is_joined_is_shown_first_and_then_it_is_one_person(leader: Talk, kari: Talk, stores: Stores) -> None:
    look(leader, email=" Fossegrim@OSU.no", name=" Kari ")
    card = leader.shown[-1]
    assert card.outcome == "clarify"
    for said in (NAME, "Kari", "Arbeidsgruppe omstilling", "har plass og venter på svar", "Har ikke meldt seg på noe"):
        assert said in card.as_text(), said
    (before,) = rows(stores)
    assert leader.press("signup.joined").title == "Kari er nå én person her"
    (after,) = rows(stores)
    assert (after.id, after.person_id != before.person_id) == (before.id, True)
    assert told(stores) == ["Påmeldingen din fra e-post står nå her"]
    assert "8. desember" in kari.act("signup.status").as_text()
    assert kari.act("workgroup.join", **GROUP).title == "Du er allerede meldt på Arbeidsgruppe omstilling"
    with stores.database.reading() as session:
        assert [one.person_id for one in session.exec(select(Promise))] == [after.person_id]


@pytest.mark.usefixtures("registered")
def test_pressed_twice_is_once(leader: Talk, kari: Talk, stores: Stores) -> None:
    look(leader)
    button = next(one for one in leader.shown[-1].buttons if one.action == "signup.joined")
    assert leader.press(button).title == leader.press(button).title == "Kari er nå én person her"
    with stores.database.reading() as session:
        assert len(session.exec(select(JoinedPerson)).all()) == 1


@pytest.mark.usefixtures("registered")
def test_both_in_one_group_is_one_sign_up_with_the_better_place(leader: Talk, kari: Talk, stores: Stores) -> None:
    leader.act("signup.places_set", places="2", **GROUP)
    kari.act("workgroup.join", **GROUP)
    look(leader)
    assert leader.press("signup.joined").outcome == "done"
    assert sorted(row.state for row in rows(stores) if row.state not in sign_ups.ENDED) == [SignUpState.ASKED]


@pytest.mark.usefixtures("registered")
def test_both_in_one_group_with_different_answers_is_refused(leader: Talk, kari: Talk, stores: Stores) -> None:
    leader.act("signup.accept", **key_of(leader))
    kari.act("workgroup.join", **GROUP)
    look(leader)
    card = leader.shown[-1]
    assert card.outcome == "refused"
    assert "står ulikt der" in card.questions[0].error
    assert leader.act("signup.joined", **FORM, seen="").outcome == "refused"
    assert len({row.person_id for row in rows(stores)}) == 2


@pytest.mark.usefixtures("registered")
def test_what_changed_since_it_was_looked_at_is_shown_first(leader: Talk, kari: Talk) -> None:
    look(leader)
    button = next(one for one in leader.shown[-1].buttons if one.action == "signup.joined")
    kari.act("workgroup.join", **GROUP)
    card = leader.press(button)
    assert card.outcome == "refused"
    assert "Noe er endret" in card.as_text()
    leader.shown = (card,)
    assert leader.press("signup.joined").outcome == "done"


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"name": "Ukjent"}, "name", "Ingen med det navnet"),
        ({"name": ""}, "name", "Ingen med det navnet"),
        ({"email": "ukjent@osu.no"}, "email", "Ingen som bare har e-post"),
        ({"email": "-"}, "email", "adresse"),
        ({"name": NAME}, "name", "Ingen med det navnet"),
    ],
)
def test_what_fits_nobody_comes_back(leader: Talk, kari: Talk, form: dict[str, str], field: str, said: str) -> None:
    look(leader, **form)
    card = leader.shown[-1]
    assert card.outcome == "refused"
    assert said in {one.name: one.error for one in card.questions}[field]
    assert {one.name: one.value for one in card.questions} == FORM | form


@pytest.mark.usefixtures("registered")
def test_of_namesakes_none_is_chosen(leader: Talk, kari: Talk, turns: CheckedTurns, stores: Stores) -> None:
    other = Talk(turns, "kari-2", NOW)
    other.where = other.where.model_copy(update={"name": "Kari"})
    other.act("help")
    look(leader)
    assert "Flere i chatten" in leader.shown[-1].questions[1].error


@pytest.mark.usefixtures("registered")
def test_who_is_joined_with_one_is_not_joined_with_another(leader: Talk, kari: Talk, turns: CheckedTurns) -> None:
    look(leader)
    leader.press("signup.joined")
    come(turns, "ola")
    look(leader, name="Ola")
    assert "alt slått sammen med en annen" in leader.shown[-1].questions[0].error


@pytest.mark.usefixtures("registered")
def test_nobody_else_joins_anybody(kari: Talk, stores: Stores) -> None:
    for action in ("signup.join", "signup.joined"):
        assert kari.act(action, **FORM, seen="").outcome == "refused"
    with stores.database.reading() as session:
        assert session.exec(select(JoinedPerson)).all() == []


@pytest.mark.usefixtures("registered")
def test_an_address_that_the_channel_vouches_for_joins_them_by_itself(leader: Talk, kari: Talk, stores: Stores) -> None:
    vouch(stores, kari, "kari@annet.no", " Fossegrim@osu.no")
    vouch(stores, kari, EMAIL)
    assert kari.act("workgroup.join", **GROUP).title == "Du er allerede meldt på Arbeidsgruppe omstilling"
    assert len(rows(stores)) == 1
    # Registered once more by e-mail, it is the same person.
    leader.act("signup.registered", people=f"{NAME}, {EMAIL}", **GROUP)
    assert len(rows(stores)) == 1
    assert "slått sammen med deg" in kari.act("own.part", area="groups").as_text()


@pytest.mark.usefixtures("registered")
def test_an_address_that_the_people_file_has_for_another_joins_nobody(kari: Talk, stores: Stores) -> None:
    with stores.database.writing() as session:
        session.add(Employee(programme_key="osu2020", name="En annen", email=EMAIL, directory_id="another-id"))
    vouch(stores, kari, EMAIL)
    assert "meldt på" not in kari.act("signup.status").title
    with stores.database.reading() as session:
        assert session.exec(select(JoinedPerson)).all() == []


@pytest.mark.parametrize("emails", [(), ("",), ("ingen adresse",), ("ukjent@osu.no",)])
@pytest.mark.usefixtures("registered")
def test_what_is_nobodys_address_joins_nobody(kari: Talk, stores: Stores, emails: tuple[str, ...]) -> None:
    vouch(stores, kari, *emails)
    with stores.database.reading() as session:
        assert session.exec(select(JoinedPerson)).all() == []


@pytest.mark.usefixtures("registered")
def test_erased_is_also_what_was_known_by_e_mail(leader: Talk, kari: Talk, stores: Stores) -> None:
    vouch(stores, kari, EMAIL)
    with stores.database.reading() as session:
        person = session.exec(select(Person).where(Person.name == "Kari")).one()
        assert own_data.of(session, person)["joined_person"]
    kari.act("own.erase")
    assert kari.press("own.erased").outcome == "done"
    left = everything(stores)
    assert EMAIL not in left
    assert NAME not in left


def test_nobodys_address_is_asked_for_where_nobody_waits_for_it(kari: Talk, leader: Talk, stores: Stores) -> None:
    def is_awaited() -> bool:
        with stores.database.writing() as session:
            return joining.is_awaited(session, people.recognise(session, kari.where, "osu2020"), "osu2020")

    assert not is_awaited()
    leader.act("signup.registered", people=f"{NAME}, {EMAIL}", **GROUP)
    assert is_awaited()
    vouch(stores, kari, EMAIL)
    assert not is_awaited()
