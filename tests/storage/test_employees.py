"""The people file's people: who is new, changed and gone, and who is sent nothing."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from storage import claims, employees, lanes, outbox
from storage.database import Session
from storage.employees import Employee, Listed
from storage.outbox import Kind
from storage.people import Address, Person
from tests.conftest import make_person

TODAY = date(2020, 11, 24)
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
KARI = Listed("id-kari", "kari@b.no", "Kari", unit="Lønn")
OLA = Listed("id-ola", None, "Ola", unit="HR")
EVA = Listed(None, "eva@b.no", "Eva", unit="HR")


def save(session: Session, *listed: Listed, programme: str = "osu2020", day: date = TODAY) -> dict[str, int]:
    before = employees.changes(session, programme, listed)
    saved = employees.save(session, programme, listed, day)
    assert saved == before
    return {what: len(saved.names(what)) for what in ("new", "changed", "gone")} | {"unchanged": saved.unchanged}


def stored(session: Session, programme: str = "osu2020") -> dict[str, Employee]:
    rows = session.exec(select(Employee).where(Employee.programme_key == programme, col(Employee.left_on).is_(None)))
    return {row.name: row for row in rows}


def test_a_second_time_changes_nothing(session: Session) -> None:
    assert save(session, KARI, OLA, EVA) == {"new": 3, "changed": 0, "gone": 0, "unchanged": 0}
    ids = {name: row.id for name, row in stored(session).items()}
    assert save(session, EVA, KARI, OLA) == {"new": 0, "changed": 0, "gone": 0, "unchanged": 3}
    assert {name: row.id for name, row in stored(session).items()} == ids


def test_who_is_new_changed_and_gone_is_told(session: Session) -> None:
    save(session, KARI, OLA)
    moved = Listed("id-kari", "kari@b.no", "Kari", unit="HR")
    assert save(session, moved, EVA) == {"new": 1, "changed": 1, "gone": 1, "unchanged": 0}
    assert {name: row.unit for name, row in stored(session).items()} == {"Kari": "HR", "Eva": "HR"}


def test_looking_changes_nothing(session: Session) -> None:
    employees.changes(session, "osu2020", [KARI])
    assert stored(session) == {}


def test_an_id_that_comes_later_is_the_same_person_by_their_email(session: Session) -> None:
    save(session, EVA)
    with_id = Listed("id-eva", "eva@b.no", "Eva", unit="HR")
    assert save(session, with_id)["changed"] == 1
    assert stored(session)["Eva"].directory_id == "id-eva"


def test_an_email_that_was_given_to_somebody_else_is_not_the_person_it_was(session: Session) -> None:
    save(session, KARI)
    assert save(session, Listed("id-kari-2", "kari@b.no", "Kari")) == {
        "new": 1, "changed": 0, "gone": 1, "unchanged": 0,
    }  # fmt: skip


def test_two_who_swap_their_emails_are_two_still(session: Session) -> None:
    save(session, Listed("id-1", "a@b.no", "A"), Listed("id-2", "b@b.no", "B"))
    save(session, Listed("id-1", "b@b.no", "A"), Listed("id-2", "a@b.no", "B"))
    assert {name: row.email for name, row in stored(session).items()} == {"A": "b@b.no", "B": "a@b.no"}


def test_of_who_is_gone_only_the_id_is_kept_and_that_for_a_year(session: Session) -> None:
    save(session, KARI, OLA)
    save(session, OLA)
    gone = session.exec(select(Employee).where(col(Employee.left_on).is_not(None))).one()
    assert (gone.directory_id, gone.email, gone.name, gone.unit) == ("id-kari", "kari@b.no", "", "")
    save(session, OLA, day=TODAY + timedelta(days=366))
    assert session.exec(select(Employee.directory_id)).all() == ["id-ola"]


def test_who_comes_back_is_new(session: Session) -> None:
    save(session, KARI, OLA)
    save(session, OLA)
    assert save(session, KARI, OLA) == {"new": 1, "changed": 0, "gone": 0, "unchanged": 1}
    assert set(stored(session)) == {"Kari", "Ola"}


def test_each_programme_has_its_own_people(session: Session) -> None:
    save(session, KARI, OLA)
    save(session, KARI, programme="os2019")
    assert save(session, OLA) == {"new": 0, "changed": 0, "gone": 1, "unchanged": 1}
    assert set(stored(session, "os2019")) == {"Kari"}


@pytest.mark.parametrize(("chosen", "spoken", "language"), [("en", "nb", "en"), (None, "nb", "nb"), (None, None, "nn")])
def test_the_files_language_is_used_until_a_better_one_is_known(
    session: Session, chosen: str | None, spoken: str | None, language: str
) -> None:
    lanes.open_lane(session, "emulator", 0.0)
    kari = met(session, "id-kari")
    kari.language, kari.spoken = chosen, spoken
    session.add(kari)
    save(session, Listed("id-kari", None, "Kari", language="nn"))
    save(session, Listed("id-kari", None, "Kari", language="en"), programme="os2019")
    message = outbox.write(session, "osu2020", Kind.NOTICE, CARDS)
    outbox.owe(session, kari, message, "once")
    assert [row.language for row in claims.claim(session, "emulator", 10, 30)] == [language]


def met(session: Session, directory_id: str, programme: str = "osu2020") -> Person:
    """Somebody whom the bot has met, with that id in the directory."""
    person = make_person(session, f"account-{directory_id}", programme=programme)
    address = session.get_one(Address, person.address_id)
    address.directory_id = directory_id
    session.add(address)
    session.flush()
    return person
