"""Which moment an activity is taken to be of."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, DemoClock

START = datetime(2020, 11, 24, 8, tzinfo=UTC)
SOON = timedelta(minutes=1)


@pytest.mark.parametrize("skew", [timedelta(), timedelta(minutes=9), timedelta(minutes=-9)])
def test_what_is_stamped_with_today_is_of_the_demos_own_now(skew: timedelta) -> None:
    assert START <= DemoClock(START).at(datetime.now(UTC) + skew) < START + SOON


@pytest.mark.parametrize("said", [datetime(2020, 12, 3, tzinfo=UTC), datetime(2021, 5, 1, tzinfo=UTC)])
def test_a_demo_believes_a_moment_of_another_time(said: datetime) -> None:
    assert DemoClock(START).at(said) == said


def test_a_demo_goes_by_its_own_clock_where_no_moment_is_said() -> None:
    assert START <= DemoClock(START).at(None) < START + SOON


def test_the_servers_clock_believes_only_what_is_near_it() -> None:
    now = datetime.now(UTC)
    near, far = now - timedelta(minutes=9), now - timedelta(minutes=11)
    assert Clock().at(near) == near
    assert Clock().at(far) >= now
