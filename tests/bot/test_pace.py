"""The pace goes by the database's clock, and by when things arrive."""

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.pace import MOST_BEYOND, POSTS, READINGS, SPREAD, Arrivals, DatabaseClock
from storage.database import Database


def test_the_reading_that_took_the_shortest_is_gone_by() -> None:
    clock, now = DatabaseClock(), time.monotonic()
    clock.heard(1000.0, now - 0.4, now)
    clock.heard(1000.0, now - 0.002, now)
    clock.heard(1000.0, now - 0.3, now)
    # At 1000.0 it was a millisecond before this.
    assert clock.until(1010.0) == pytest.approx(10.0 - 0.001 - (time.monotonic() - now), abs=0.0005)


def test_a_clock_that_was_set_is_believed_anew() -> None:
    clock, now = DatabaseClock(), time.monotonic()
    clock.heard(1000.0, now, now)
    clock.heard(2000.0, now - 0.01, now)
    assert clock.until(2000.0) < 0.1


def test_who_goes_by_it_while_it_is_read_in_another_thread_is_told_the_old_or_the_new() -> None:
    """Between any two lines of the reading the other thread may have its turn."""
    clock, now = DatabaseClock(), time.monotonic()
    clock.heard(1000.0, now, now)
    told: list[float] = []

    def take_a_turn(_frame: object, _event: str, _of: object) -> Callable[..., Any]:
        told.append(clock.until(1000.0) + time.monotonic() - now)
        return take_a_turn

    debugging = sys.gettrace()
    sys.settrace(lambda frame, *_: take_a_turn if frame.f_code is DatabaseClock.heard.__code__ else None)
    try:
        clock.heard(2000.0, now - 0.01, now)
    finally:
        sys.settrace(debugging)
    assert {round(seconds, -3) for seconds in told} == {0.0, -1000.0}


def test_no_more_readings_are_kept_than_are_gone_by() -> None:
    clock, now = DatabaseClock(), time.monotonic()
    clock.heard(1000.0, now, now)
    for _ in range(READINGS):
        clock.heard(1000.0, now - 0.004, now)
    assert clock.until(1000.0) + time.monotonic() - now == pytest.approx(-0.002, abs=0.0005)


def test_the_databases_own_clock_is_read(database: Database) -> None:
    clock = DatabaseClock()
    with database.reading() as session:
        clock.read(session)
    assert clock.until(time.time() + 5) == pytest.approx(5.0, abs=0.5)


def test_what_begins_late_arrives_late() -> None:
    assert Arrivals().late(0.05, 0.3) == pytest.approx(0.05)


def test_a_post_that_takes_longer_than_they_do_arrived_late_by_as_much() -> None:
    arrivals = Arrivals()
    for _ in range(POSTS):
        arrivals.late(0.0, 0.2)
    assert arrivals.late(0.0, 0.26) == pytest.approx(0.06)
    assert arrivals.late(0.01, 9.0) == pytest.approx(0.01 + MOST_BEYOND)


def test_where_posts_take_now_this_long_and_now_that_it_tells_nothing() -> None:
    arrivals = Arrivals()
    for number in range(POSTS):
        arrivals.late(0.0, 0.2 + number % 10 * SPREAD)
    assert arrivals.late(0.0, 0.9) == 0.0
