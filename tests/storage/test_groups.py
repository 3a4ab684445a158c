"""Groups are known while the bot is in them, by the name they have now."""

import pytest

from storage import groups
from storage.database import Session
from storage.groups import Group
from storage.refusals import Refused


def group(conversation: str = "19:a", **more: str) -> Group:
    made = {"channel": "msteams", "conversation": conversation, "service_url": "https://x.example"}
    return Group(**(made | {"team_id": "" if conversation == "19:chat" else conversation} | more))


def test_a_group_is_new_once_and_again_after_it_was_left(session: Session) -> None:
    assert groups.join(session, group(name="Nytt"), "osu2020")
    assert not groups.join(session, group(service_url="https://y.example"), "osu2020")
    (known,) = groups.every(session, "osu2020")
    assert (known.name, known.service_url) == ("Nytt", "https://y.example")
    groups.leave(session, group(), "not_installed")
    assert groups.every(session, "osu2020") == []
    assert groups.join(session, group(), "osu2020")


def test_a_team_that_is_renamed_is_renamed_in_all_its_channels(session: Session) -> None:
    for one, name in (("19:a", "Generelt"), ("19:b", "Nytt")):
        groups.join(session, group(one, team_id="19:a", team="Omstilling", name=name), "osu2020")
    groups.join(session, group("19:c", team_id="19:c", team="Omstilling", name="Generelt"), "osu2020")
    groups.join(session, group("19:a", team_id="19:a", team="Omstilling 2021"), "osu2020")
    named = {one.conversation: (one.team, one.name) for one in groups.every(session, "osu2020")}
    assert named == {
        "19:a": ("Omstilling 2021", "Generelt"),
        "19:b": ("Omstilling 2021", "Nytt"),
        "19:c": ("Omstilling", "Generelt"),
    }


def test_a_group_chat_is_told_of_to_no_leader(session: Session) -> None:
    """What a few people talk of, and under what name, is theirs."""
    groups.join(session, group("19:chat", name="Oss imellom"), "osu2020")
    groups.join(session, group("19:a", team_id="19:a", team="Omstilling", name="Generelt"), "osu2020")
    (known,) = groups.every(session, "osu2020")
    assert known.name == "Generelt"


def test_leaving_a_group_leaves_no_other(session: Session) -> None:
    for one in ("19:a", "19:b"):
        groups.join(session, group(one), "osu2020")
    groups.join(session, group("19:a", tenant="other"), "osu2020")
    groups.leave(session, group("19:a"), "not_installed")
    left = {(one.conversation, one.tenant) for one in groups.every(session, "osu2020")}
    assert left == {("19:b", ""), ("19:a", "other")}


def test_a_group_is_its_programmes_only(session: Session) -> None:
    groups.join(session, group(), "osu2020")
    assert groups.every(session, "os2019") == []
    (known,) = groups.every(session, "osu2020")
    assert groups.get(session, "osu2020", known.id or 0) == known
    for programme, key in (("os2019", known.id or 0), ("osu2020", 0)):
        with pytest.raises(Refused):
            groups.get(session, programme, key)


def test_a_groups_address_is_nobodys_and_as_fresh_as_the_group(session: Session) -> None:
    groups.join(session, group(tenant="t"), "osu2020")
    (known,) = groups.every(session, "osu2020")
    first = groups.address_of(session, known)
    assert (first.person_id, first.lane, first.conversation) == (None, "msteams:t", "19:a")
    groups.join(session, group(tenant="t", service_url="https://y.example"), "osu2020")
    assert groups.address_of(session, known).id == first.id
    assert first.service_url == "https://y.example"
