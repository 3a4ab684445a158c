"""A lane's pace: in no window arrives more than it allows, whoever was late."""

from itertools import pairwise

import pytest
from sqlmodel import select

from storage import lanes
from storage.database import Session
from storage.lanes import LEAD, MARGIN, WINDOW, Arrival, Lane, Place

#: Of 50 that a platform takes in a second, one less.
PACE = 49
INTERVAL = 1 / PACE


@pytest.fixture(autouse=True)
def _lane(session: Session) -> None:
    lanes.open_lane(session, "emulator", INTERVAL)
    lanes.open_lane(session, "web", 1.0)


def free_at(session: Session, lane: str = "emulator") -> float:
    session.expire_all()
    return float(session.exec(select(Lane.tat).where(Lane.name == lane)).one())


def late(place: Place, seconds: float, lane: str = "emulator") -> Arrival:
    return Arrival(lane, place.number, place.at + seconds)


def test_places_are_counted_and_an_interval_apart(session: Session) -> None:
    first, second = lanes.reserve(session, "emulator", 1)[0], lanes.reserve(session, "emulator", 2)[0]
    assert (first.number, second.number) == (0, 1)
    assert second.at - first.at == pytest.approx(INTERVAL)
    assert first.starts_in == pytest.approx(LEAD, abs=0.01)


def test_who_arrives_late_has_the_one_a_window_behind_start_a_window_later(session: Session) -> None:
    places = lanes.reserve(session, "emulator", 20)
    before = free_at(session, "web")
    lanes.keep_apart(session, [late(places[3], 0.1), late(places[4], 0.09)], INTERVAL)
    places += lanes.reserve(session, "emulator", 40)
    # The 51st from there on: a platform that takes 50 a window takes it when the first is a window ago.
    assert places[3 + PACE + 1].at - places[3].at == pytest.approx(0.1 + WINDOW + MARGIN, abs=1e-5)
    assert all(later.at > earlier.at for earlier, later in pairwise(places))
    assert free_at(session, "web") == before


def test_late_by_less_than_the_pace_leaves_room_for_or_told_twice_changes_nothing(session: Session) -> None:
    place = lanes.reserve(session, "emulator", 1)[0]
    assert 0.01 < lanes.slack(INTERVAL) < 0.02
    before = free_at(session)
    lanes.keep_apart(session, [late(place, lanes.slack(INTERVAL) - 0.001)], INTERVAL)
    assert free_at(session) == before
    lanes.keep_apart(session, [late(place, 0.2)], INTERVAL)
    moved = free_at(session)
    assert moved - before == pytest.approx(0.2 - lanes.slack(INTERVAL), abs=1e-5)
    lanes.keep_apart(session, [late(place, 0.2)], INTERVAL)
    assert free_at(session) == moved


def test_what_arrived_so_late_that_the_one_behind_is_out_moves_nothing(session: Session) -> None:
    place = lanes.reserve(session, "emulator", 1 + PACE + 2)[0]
    before = free_at(session)
    lanes.keep_apart(session, [late(place, 5.0)], INTERVAL)
    assert free_at(session) == before


def test_a_lane_opens_within_the_seconds_until_its_first_free_place(session: Session) -> None:
    assert lanes.opens_within(session, "emulator", 0.0)
    lanes.pause(session, "emulator", 60)
    assert not lanes.opens_within(session, "emulator", 30)
    assert lanes.opens_within(session, "emulator", 61)
