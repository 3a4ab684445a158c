"""Where a platform takes changes more slowly than messages they go at their own pace, and keep no message waiting."""

import itertools

import pytest
from sqlmodel import Session, select

from storage import broadcasts, claims, edits, lanes
from storage.announcements import Announcement
from storage.outbox import Kind, OutboxRow
from storage.people import Person, Whereabouts, recognise
from tests.conftest import NOW
from tests.storage.test_amendments import PEOPLE, correct, leader, look, recall, send, sent, written  # noqa: F401

INTERVAL = 1.25


@pytest.fixture
def slow(session: Session, leader: Person) -> None:  # noqa: F811
    lanes.open_lane(session, f"emulator{lanes.EDITS}", INTERVAL)


def starts(session: Session, lane: str) -> list[float]:
    return [row.starts_in for row in claims.claim(session, lane, 100, 30)]


@pytest.mark.parametrize("decide", [correct, recall])
def test_changes_are_as_far_apart_as_the_platform_wants_and_messages_pass_them(
    session: Session,
    leader: Person,  # noqa: F811
    sent: Announcement,  # noqa: F811
    slow: None,
    decide: object,
) -> None:
    send(session)
    assert callable(decide)
    look(session, decide(session, leader, sent))
    broadcasts.owe_everyone(session, "osu2020", written(session, Kind.REMINDER, "Annet"), "other", NOW)
    while any(broadcasts.expand(session, one) for one in broadcasts.unexpanded(session)):
        pass
    assert len(starts(session, "emulator")) == PEOPLE, "the other message"
    at = starts(session, f"emulator{lanes.EDITS}")
    assert len(at) == PEOPLE
    assert [later - earlier for earlier, later in itertools.pairwise(at)] == pytest.approx(
        [INTERVAL] * (PEOPLE - 1), abs=0.001
    )


def test_each_tenant_has_a_pace_of_its_own_and_one_card_is_changed_at_it(
    session: Session,
    leader: Person,  # noqa: F811
    slow: None,
) -> None:
    where = Whereabouts(channel="emulator", tenant="t", account="x", lane="emulator:t", conversation="c")
    recognise(session, where, "osu2020")
    broadcasts.owe_everyone(session, "osu2020", written(session, Kind.NOTICE, "Framdrift"), "card", NOW)
    while any(broadcasts.expand(session, one) for one in broadcasts.unexpanded(session)):
        pass
    (arrived,) = send(session, lane="emulator:t")
    for title in ("Halvveis", "Ferdig"):
        edits.put(session, session.get_one(OutboxRow, arrived.id), written(session, Kind.PROGRESS, title))
    rows = session.exec(select(OutboxRow.lane).where(OutboxRow.amends_id == arrived.id)).all()
    assert rows == [f"emulator{lanes.EDITS}:t"]
    intervals = {lane.name: lane.interval for lane in lanes.every(session)}
    assert intervals[f"emulator{lanes.EDITS}:t"] == INTERVAL
    assert intervals["emulator:t"] == 0.0
    (due,) = [one for one in claims.due(session) if one.name == f"emulator{lanes.EDITS}:t"]
    assert (due.channel, due.interval) == ("emulator", INTERVAL), "the channel's own way out"


def test_a_channels_pace_is_not_that_of_its_changes(session: Session, leader: Person, slow: None) -> None:  # noqa: F811
    lanes.open_lane(session, "emulator", 0.2)
    assert {lane.name: lane.interval for lane in lanes.every(session)} == {
        "email": 0.0, "emulator": 0.2, f"emulator{lanes.EDITS}": INTERVAL
    }  # fmt: skip
