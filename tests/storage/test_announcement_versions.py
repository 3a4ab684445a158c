"""An announcement in more languages: who may write one, what is refused, and what changes with it."""

import pytest
from sqlmodel import Session

from storage import announcement_versions as versions
from storage import announcements, planned
from storage.announcement_versions import Said, fingerprint, is_outdated
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person

NYNORSK = Said("Flytting", "Vi flyttar måndag.")


@pytest.fixture
def leader(session: Session) -> Person:
    return make_person(session, "leader", "leader")


@pytest.fixture
def draft(session: Session, leader: Person) -> Announcement:
    return announcements.draft(session, leader, "osu2020", "Flytting", "Vi flytter mandag.", NOW)


def write(session: Session, acting: Person, draft: Announcement, language: str = "nn", says: Said = NYNORSK) -> None:
    versions.write(session, acting, "osu2020", draft.id or 0, language, says)


def test_each_language_says_its_version_and_else_the_first(
    session: Session, leader: Person, draft: Announcement
) -> None:
    write(session, leader, draft)
    assert versions.said(session, draft, "nn") == NYNORSK
    assert versions.said(session, draft, "en") == Said("Flytting", "Vi flytter mandag.")


def test_a_version_is_a_change_that_unplans_and_the_same_again_is_none(
    session: Session, leader: Person, draft: Announcement
) -> None:
    planned.plan(session, leader, draft, 1, NOW.replace(year=2021), NOW)
    write(session, leader, draft)
    assert (draft.version, draft.send_at) == (2, None)
    write(session, leader, draft)
    assert draft.version == 2
    versions.remove(session, leader, "osu2020", draft.id or 0, "nn")
    versions.remove(session, leader, "osu2020", draft.id or 0, "nn")
    assert draft.version == 3
    assert versions.every(session, draft) == []


@pytest.mark.parametrize(
    ("says", "key"),
    [
        (Said("", "y"), "no_title"),
        (Said("x", ""), "no_text"),
        (Said("x" * 121, "y"), "long_title"),
        (Said("x", "y" * 4001), "long_text"),
    ],
)
def test_half_a_version_is_refused(session: Session, leader: Person, draft: Announcement, says: Said, key: str) -> None:
    with pytest.raises(Refused, match=key):
        write(session, leader, draft, says=says)
    assert versions.every(session, draft) == []


def test_only_leaders_write_and_only_in_our_languages(session: Session, leader: Person, draft: Announcement) -> None:
    other = make_person(session, "employee")
    with pytest.raises(NotAllowed):
        write(session, other, draft)
    with pytest.raises(NotAllowed):
        versions.remove(session, other, "osu2020", draft.id or 0, "nn")
    with pytest.raises(Refused, match="language"):
        write(session, leader, draft, "sv")


def test_a_version_is_outdated_while_the_first_text_is_another(
    session: Session, leader: Person, draft: Announcement
) -> None:
    write(session, leader, draft)
    (version,) = versions.every(session, draft)
    assert not is_outdated(draft, version)
    announcements.revise(session, leader, "osu2020", draft.id or 0, "Flytting", "Vi flytter tirsdag.")
    assert is_outdated(draft, version)
    announcements.revise(session, leader, "osu2020", draft.id or 0, "Flytting", "Vi flytter mandag.")
    assert not is_outdated(draft, version)


def test_a_version_written_beside_an_older_first_text_is_outdated_from_the_start(
    session: Session, leader: Person, draft: Announcement
) -> None:
    seen = fingerprint(draft)
    announcements.revise(session, leader, "osu2020", draft.id or 0, "Flytting", "Vi flytter tirsdag.")
    versions.write(session, leader, "osu2020", draft.id or 0, "nn", NYNORSK, seen)
    assert is_outdated(draft, versions.every(session, draft)[0])
    write(session, leader, draft)
    assert not is_outdated(draft, versions.every(session, draft)[0])
