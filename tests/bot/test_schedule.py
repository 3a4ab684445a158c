"""The clock of the timetable."""

import asyncio
import logging
import threading
from datetime import datetime

import pytest

from bot.__main__ import begin_logging
from bot.clock import DemoClock
from bot.schedule import DEMO_TICK, Schedule
from storage.database import Database, Session
from storage.programmes import Programme
from tests.conftest import NOW


async def test_a_stop_in_the_middle_of_a_tick_is_no_defect(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(session: Session, programme: Programme, now: datetime) -> int:
        begun.set()
        gate.wait(10)
        return 0

    made = Schedule(sqlite, DemoClock(NOW), lambda: None, timetable=(slow,))
    with caplog.at_level(logging.ERROR):
        made.start()
        assert await asyncio.to_thread(begun.wait, 10)
        made.stop()
        await asyncio.sleep(0.1)
        gate.set()
        await asyncio.sleep(0.1)
    assert caplog.records == []


async def test_ticks_that_are_late_are_told_later_and_not_when_it_happens(
    sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The moment at which a tick is late may be that of an input."""
    begun, gate = threading.Event(), threading.Event()

    def slow(session: Session, programme: Programme, now: datetime) -> int:
        begun.set()
        gate.wait(10)
        return 0

    made = Schedule(sqlite, DemoClock(NOW), lambda: None, timetable=(slow,), tidied_every=DEMO_TICK)
    begin_logging()
    made.start()
    assert await asyncio.to_thread(begun.wait, 10)
    told: list[str] = []
    for _ in range(100):
        told = [one.getMessage() for one in caplog.records if one.name == "bot.schedule"]
        if told:
            break
        await asyncio.sleep(0.1)
    gate.set()
    made.stop()
    assert "left out" in told[0]
    assert [one.getMessage() for one in caplog.records if one.name == "apscheduler.scheduler"] == []
