"""Working days: Norwegian holidays and weekends are none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import working_days
from storage.quiet_hours import is_free_day

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 12, 8), date(2020, 12, 8)),
        (date(2020, 12, 26), date(2020, 12, 24)),
        (date(2021, 1, 1), date(2020, 12, 31)),
        (date(2026, 4, 6), date(2026, 4, 1)),  # Easter Monday, back over Easter to the Wednesday
        (date(2026, 5, 17), date(2026, 5, 15)),
        (date(2027, 5, 17), date(2027, 5, 14)),  # Whit Monday and Constitution Day on one day
    ],
)
def test_the_last_working_day_until_then(day: date, expected: date) -> None:
    assert working_days.on_or_before(day) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2020, 11, 27), 1, date(2020, 11, 30)),
        (date(2020, 12, 23), 2, date(2020, 12, 28)),
        (date(2026, 4, 1), 1, date(2026, 4, 7)),
        (date(2026, 4, 4), 0, date(2026, 4, 4)),
    ],
)
def test_so_many_working_days_after(day: date, count: int, expected: date) -> None:
    assert working_days.after(day, count) == expected


@given(DAYS)
def test_between_the_day_and_what_is_found_before_it_all_are_free(day: date) -> None:
    found = working_days.on_or_before(day)
    assert found <= day
    assert not is_free_day(found)
    assert all(is_free_day(found + timedelta(days=number)) for number in range(1, (day - found).days + 1))


@given(DAYS, st.integers(1, 30))
def test_as_many_working_days_lie_on_the_way_as_were_asked_for(day: date, count: int) -> None:
    found = working_days.after(day, count)
    way = [day + timedelta(days=number) for number in range(1, (found - day).days + 1)]
    assert sum(not is_free_day(one) for one in way) == count
    assert way[-1] == found
    assert not is_free_day(found)
