"""What goes with an announcement: told in words, reached by https, and a film only with captions."""

from typing import Any

import pytest
from sqlmodel import Session

from storage import announcement_attachments as attachments
from storage import announcement_versions as versions
from storage import announcements, planned
from storage.announcement_attachments import Attached, Film, is_film
from storage.announcement_versions import Said
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person

PICTURE = Attached(picture_address="https://example.org/kart.png", picture_alt="Et kart")
LINK = Attached(link_address="https://example.org/avtale", link_title="Avtalen")


@pytest.fixture
def leader(session: Session) -> Person:
    return make_person(session, "leader", "leader")


@pytest.fixture
def draft(session: Session, leader: Person) -> Announcement:
    return announcements.draft(session, leader, "osu2020", "Flytting", "Vi flytter mandag.", NOW)


def attach(session: Session, acting: Person, draft: Announcement, wanted: Attached) -> None:
    attachments.attach(session, acting, "osu2020", draft.id or 0, wanted)


def test_what_is_attached_is_a_change_that_unplans_and_the_same_again_is_none(
    session: Session, leader: Person, draft: Announcement
) -> None:
    planned.plan(session, leader, draft, 1, NOW.replace(year=2021), NOW)
    attach(session, leader, draft, PICTURE)
    assert (draft.version, draft.send_at) == (2, None)
    attach(session, leader, draft, PICTURE)
    assert draft.version == 2
    assert attachments.attached(session, draft) == PICTURE
    attach(session, leader, draft, Attached())
    assert (draft.version, attachments.attached(session, draft)) == (3, Attached())


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"picture_address": "https://example.org/kart.png"}, "no_alt"),
        ({"picture_address": "https://example.org/kart.png", "picture_alt": "x" * 301}, "long_alt"),
        ({"picture_alt": "Et kart"}, "no_picture"),
        ({"picture_address": "http://example.org/kart.png", "picture_alt": "x"}, "unsafe_picture"),
        ({"picture_address": "https://example.org/et kart.png", "picture_alt": "x"}, "unsafe_picture"),
        ({"picture_address": "https://meg@example.org/kart.png", "picture_alt": "x"}, "unsafe_picture"),
        ({"picture_address": "javascript:alert(1)//kart.png", "picture_alt": "x"}, "unsafe_picture"),
        ({"picture_address": "https://example.org/kart", "picture_alt": "x"}, "other_picture"),
        ({"picture_address": "https://example.org/?kart.png", "picture_alt": "x"}, "other_picture"),
        ({"picture_address": "https://example.org/kart.svg", "picture_alt": "x"}, "other_picture"),
        ({"picture_address": f"https://example.org/{'k' * 500}.png", "picture_alt": "x"}, "long_picture"),
        ({"link_address": "https://example.org"}, "no_link_title"),
        ({"link_title": "Avtalen"}, "no_link"),
        ({"link_address": "http://example.org", "link_title": "x"}, "unsafe_link"),
        ({"link_address": "https://example.org", "link_title": "x" * 101}, "long_link_title"),
        ({"link_address": f"https://example.org/{'k' * 500}", "link_title": "x"}, "long_link"),
        ({"film": Film.UNCAPTIONED}, "uncaptioned_film"),
        ({"link_address": "https://youtu.be/abc", "link_title": "Se filmen"}, "unsaid_film"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_changes_nothing(
    session: Session, leader: Person, draft: Announcement, fields: dict[str, Any], key: str
) -> None:
    attach(session, leader, draft, LINK)
    with pytest.raises(Refused, match=rf"\.{key}$"):
        attach(session, leader, draft, Attached(**fields))
    assert (attachments.attached(session, draft), draft.version) == (LINK, 2)


def test_only_leaders_attach_and_only_to_drafts(session: Session, leader: Person, draft: Announcement) -> None:
    with pytest.raises(NotAllowed):
        attach(session, make_person(session, "employee"), draft, PICTURE)
    draft.sent_at = NOW
    with pytest.raises(Refused, match="sent"):
        attach(session, leader, draft, PICTURE)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://www.youtube.com/watch?v=abc", True),
        ("https://YOUTU.be/abc", True),
        ("https://kommunen.sharepoint.com/sites/osu/_layouts/15/stream.aspx?id=1", True),
        ("https://example.org/film.MP4?t=1", True),
        ("https://notyoutube.com/watch", False),
        ("https://example.org/om-film.html", False),
        ("", False),
    ],
)
def test_a_film_is_known_by_its_address(address: str, is_one: bool) -> None:
    assert is_film(address) == is_one


def test_a_film_that_any_text_leads_to_must_have_captions(
    session: Session, leader: Person, draft: Announcement
) -> None:
    attachments.must_be_captioned(session, draft)
    says = Said("We are moving", "Look at [the film](https://vimeo.com/1) first.")
    versions.write(session, leader, "osu2020", draft.id or 0, "en", says)
    with pytest.raises(Refused, match="film_in_text"):
        attachments.must_be_captioned(session, draft)
    attach(session, leader, draft, Attached(film=Film.CAPTIONED))
    attachments.must_be_captioned(session, draft)


def test_what_a_version_says_of_another_picture_or_link_is_forgotten(
    session: Session, leader: Person, draft: Announcement
) -> None:
    both = Attached(PICTURE.picture_address, PICTURE.picture_alt, LINK.link_address, LINK.link_title)
    attach(session, leader, draft, both)
    versions.write(session, leader, "osu2020", draft.id or 0, "en", Said("x", "y", "A map", "The agreement"))
    attach(session, leader, draft, Attached(**vars(both) | {"picture_alt": "Et annet ord for kartet"}))
    assert versions.said(session, draft, "en") == Said("x", "y", "A map", "The agreement")
    attach(session, leader, draft, Attached(**vars(both) | {"picture_address": "https://example.org/annet.png"}))
    assert versions.said(session, draft, "en") == Said("x", "y", "", "The agreement")
    attach(session, leader, draft, PICTURE)
    assert versions.said(session, draft, "en") == Said("x", "y")
