"""Moments are read as typed, in the organisation's zone, or refused with what is wrong at which field."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dialogs.moments import NoMoment, read, said, typed
from tests.conftest import NOW

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        ("fredag", "9", datetime(2020, 11, 27, 8, 0, tzinfo=UTC)),
        ("på fredag", "kl. 9.30", datetime(2020, 11, 27, 8, 30, tzinfo=UTC)),
        ("4. desember", "klokka 14", datetime(2020, 12, 4, 13, 0, tzinfo=UTC)),
        ("2021-07-01", "0930", datetime(2021, 7, 1, 7, 30, tzinfo=UTC)),
        ("i morgon", "09:00", datetime(2020, 11, 25, 8, 0, tzinfo=UTC)),
        ("tomorrow", "at 23:59", datetime(2020, 11, 25, 22, 59, tzinfo=UTC)),
        ("2020-12-01", "00.00", datetime(2020, 11, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_that_of_the_organisations_zone(day: str, clock: str, moment: datetime) -> None:
    assert read(day, clock, NOW, OSLO, "nb") == moment


def test_nothing_typed_is_no_moment() -> None:
    assert read("", "", NOW, OSLO, "nb") is None


@pytest.mark.parametrize(
    ("day", "clock", "key", "field"),
    [
        ("", "9", "moments.no_day", "day"),
        ("fredag", "", "moments.no_clock", "clock"),
        ("neste uke", "9", "moments.unread_day", "day"),
        ("snart", "9", "moments.unread_day", "day"),
        ("31. november", "9", "moments.no_such_day", "day"),
        ("mandag 2. desember", "9", "moments.other_weekday", "day"),
        ("fredag", "24.00", "moments.unread_clock", "clock"),
        ("fredag", "9.60", "moments.unread_clock", "clock"),
        ("fredag", "morgen", "moments.unread_clock", "clock"),
        ("28. mars 2021", "02.30", "moments.skipped", "clock"),
        ("28. mars 2021", "02.00", "moments.skipped", "clock"),
        ("31. oktober 2021", "02.30", "moments.twice", "clock"),
    ],
)
def test_what_is_no_moment_is_refused_at_its_field(day: str, clock: str, key: str, field: str) -> None:
    with pytest.raises(NoMoment) as wrong:
        read(day, clock, NOW, OSLO, "nb")
    assert (wrong.value.key, wrong.value.field) == (key, field)


@pytest.mark.parametrize(
    ("clock", "moment"),
    [
        ("02.30 sommertid", datetime(2021, 10, 31, 0, 30, tzinfo=UTC)),
        ("02.30 sumartid", datetime(2021, 10, 31, 0, 30, tzinfo=UTC)),
        ("2:30 summer", datetime(2021, 10, 31, 0, 30, tzinfo=UTC)),
        ("02.30 normaltid", datetime(2021, 10, 31, 1, 30, tzinfo=UTC)),
        ("02.30 vintertid", datetime(2021, 10, 31, 1, 30, tzinfo=UTC)),
        ("02:30 winter", datetime(2021, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_hour_that_comes_twice_can_be_told_apart(clock: str, moment: datetime) -> None:
    found = read("31. oktober 2021", clock, NOW, OSLO, "nb")
    assert found is not None
    assert found.astimezone(UTC) == moment
    assert read("2021-10-31", typed(found, OSLO)[1] + clock[5:], NOW, OSLO, "nb") == found


def test_both_edges_of_the_skipped_hour_are_moments() -> None:
    assert read("28. mars 2021", "01.59", NOW, OSLO, "nb") == datetime(2021, 3, 28, 0, 59, tzinfo=UTC)
    assert read("28. mars 2021", "03.00", NOW, OSLO, "nb") == datetime(2021, 3, 28, 1, 0, tzinfo=UTC)


def test_a_moment_is_said_with_its_weekday_and_its_zone() -> None:
    summer = datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert said("nb", summer, OSLO) == "søndag 31. oktober 2021 kl. 02:30 (sentraleuropeisk sommertid)"
    assert "sommartid" in said("nn", summer, OSLO)
    assert "Central European Summer Time" in said("en", summer, OSLO)
