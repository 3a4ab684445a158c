"""Words mean days: every rule of the date grammar, in three languages and dialect."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.dates import window
from dialogs.understanding.dates.spans import easter

TUESDAY = date(2020, 11, 24)


def days(text: str, today: date = TUESDAY, anchor: tuple[date, date] | None = None) -> str:
    found = window(text, today, anchor)
    return f"{found.first} {found.last}" if found else ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hva skjer 15. desember", "2020-12-15 2020-12-15"),
        ("15.12", "2020-12-15 2020-12-15"),
        ("15/12", "2020-12-15 2020-12-15"),
        ("15.12.20", "2020-12-15 2020-12-15"),
        ("2020-12-15", "2020-12-15 2020-12-15"),
        ("on December 15th", "2020-12-15 2020-12-15"),
        ("the 15th of December", "2020-12-15 2020-12-15"),
        ("første desember", "2020-12-01 2020-12-01"),
        ("1. februar", "2021-02-01 2021-02-01"),
        ("3. januar 2019", "2019-01-03 2019-01-03"),
        ("den 15.", "2020-12-15 2020-12-15"),
    ],
)
def test_a_day_without_a_year_is_the_nearest_one_ahead(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("i dag", "2020-11-24 2020-11-24"),
        ("i morra", "2020-11-25 2020-11-25"),
        ("i morgon", "2020-11-25 2020-11-25"),
        ("the day after tomorrow", "2020-11-26 2020-11-26"),
        ("i går", "2020-11-23 2020-11-23"),
        ("i førgår", "2020-11-22 2020-11-22"),
    ],
)
def test_day_words_go_by_the_calendar(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("denne uka", "2020-11-23 2020-11-29"),
        ("denne veka", "2020-11-23 2020-11-29"),
        ("next week", "2020-11-30 2020-12-06"),
        ("kommende uke", "2020-11-30 2020-12-06"),
        ("førre veke", "2020-11-16 2020-11-22"),
        ("uke 51", "2020-12-14 2020-12-20"),
        ("week 2", "2021-01-11 2021-01-17"),
        ("i helga", "2020-11-28 2020-11-29"),
    ],
)
def test_weeks_are_iso_weeks(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("på torsdag", "2020-11-26 2020-11-26"),
        ("on Tuesday", "2020-11-24 2020-11-24"),
        ("på laurdag", "2020-11-28 2020-11-28"),
        ("fredag i neste uke", "2020-12-04 2020-12-04"),
        ("sist fredag", "2020-11-20 2020-11-20"),
    ],
)
def test_a_weekday_is_the_next_such_day_today_included(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("neste uke tirsdag", "2020-12-01 2020-12-01"),
        ("i desember og januar", "2020-12-01 2021-01-31"),
        ("siste uka i januar", "2021-01-25 2021-01-31"),
        ("mars, april eller juni", "2021-03-01 2021-06-30"),
        ("fyste desember", "2020-12-01 2020-12-01"),
        ("hva er planen for uke 50 og utover", "2020-12-07 2020-12-13"),
        ("nissteuke", ""),
        ("i kveld", "2020-11-24 2020-11-24"),
        ("day before yesterday", "2020-11-22 2020-11-22"),
        ("hele neste år", "2021-01-01 2021-12-31"),
        ("rundt påske", "2021-03-28 2021-04-05"),
        ("3 weeks from now", "2020-12-15 2020-12-15"),
        ("om en måneds tid", "2020-12-24 2020-12-24"),
        ("the first week of december", "2020-12-01 2020-12-07"),
        ("første uka i desember", "2020-12-01 2020-12-07"),
        ("i midten av desember", "2020-12-11 2020-12-20"),
        ("om et par uker", "2020-12-08 2020-12-08"),
        ("fram til jul", "2020-11-24 2020-12-24"),
        ("siden sist fredag", "2020-11-20 2020-11-24"),
        ("1.12.-15.12.", "2020-12-01 2020-12-15"),
        ("til helga", "2020-11-28 2020-11-29"),
        ("om 14 dagar", "2020-12-08 2020-12-08"),
        ("om fjorten dagar", "2020-12-08 2020-12-08"),
        ("neste mandag", "2020-11-30 2020-11-30"),
        ("tirsdag om ei veke", "2020-12-01 2020-12-01"),
        ("a week from today", "2020-12-01 2020-12-01"),
        ("i adventa", "2020-11-29 2020-12-24"),
        ("på nyåret", "2021-01-01 2021-12-31"),
        ("i romjula", "2020-12-25 2020-12-31"),
        ("til våren", "2021-03-01 2021-05-31"),
        ("next month", "2020-12-01 2020-12-31"),
        ("i løpet av desember", "2020-12-01 2020-12-31"),
    ],
)
def test_people_say_spans_in_many_ways(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("om tre uker", "2020-12-15 2020-12-15"),
        ("om ei veke", "2020-12-01 2020-12-01"),
        ("in two weeks", "2020-12-08 2020-12-08"),
        ("om 10 dager", "2020-12-04 2020-12-04"),
        ("two weeks ago", "2020-11-10 2020-11-10"),
        ("for tre dagar sidan", "2020-11-21 2020-11-21"),
        ("de neste to ukene", "2020-11-24 2020-12-08"),
        ("neste 14 dager", "2020-11-24 2020-12-08"),
    ],
)
def test_spans_from_today_are_exact(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("i januar", "2021-01-01 2021-01-31"),
        ("i november", "2020-11-01 2020-11-30"),
        ("neste måned", "2020-12-01 2020-12-31"),
        ("slutten av januar", "2021-01-21 2021-01-31"),
        ("i 2021", "2021-01-01 2021-12-31"),
        ("i år", "2020-01-01 2020-12-31"),
    ],
)
def test_a_month_alone_is_the_nearest_one_ahead(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("før jul", "2020-11-24 2020-12-24"),
        ("before Christmas", "2020-11-24 2020-12-24"),
        ("etter nyttår", "2021-01-01 2021-12-31"),
        ("over nyttår", "2021-01-01 2021-12-31"),
        ("innen 1. desember", "2020-11-24 2020-12-01"),
        ("før 1. desember", "2020-11-24 2020-11-30"),
        ("etter 2. desember", "2020-12-03 2020-12-31"),
        ("mellom 1. og 15. desember", "2020-12-01 2020-12-15"),
        ("1.–15. desember", "2020-12-01 2020-12-15"),
        ("from December 1 to December 15", "2020-12-01 2020-12-15"),
        ("uka før jul", "2020-12-14 2020-12-20"),
        ("resten av året", "2020-11-24 2020-12-31"),
    ],
)
def test_before_after_and_between_bend_a_window(text: str, meant: str) -> None:
    assert days(text) == meant


def test_before_the_summer_is_up_to_the_last_of_june() -> None:
    assert days("før sommeren", date(2021, 6, 21)) == "2021-06-21 2021-06-30"


def test_in_the_past_tense_dates_are_the_nearest_ones_behind() -> None:
    assert days("hva skjedde i september") == "2020-09-01 2020-09-30"
    assert days("hva skjedde på onsdag") == "2020-11-18 2020-11-18"


def test_a_span_of_which_one_end_is_named_says_so() -> None:
    after, on = window("etter jul", TUESDAY), window("1. desember", TUESDAY)
    assert after is not None
    assert on is not None
    assert after.is_open
    assert not on.is_open


def test_a_follow_up_goes_on_from_the_days_spoken_of() -> None:
    first = date(2020, 12, 1)
    assert days("og dagen etter?", anchor=(first, first)) == "2020-12-02 2020-12-02"
    assert days("uka etter det", anchor=(first, first)) == "2020-12-07 2020-12-13"
    assert days("enn uka etter det igjen?", anchor=(first, first)) == "2020-12-07 2020-12-13"
    assert days("and two weeks after that?", anchor=(date(2020, 11, 30), date(2020, 12, 6))) == "2020-12-14 2020-12-20"
    assert days("tre dager før det da", anchor=(first, first)) == "2020-11-28 2020-11-28"
    assert days("dagen etter") == ""


@pytest.mark.parametrize(
    "text",
    ["", "31. juni", "hva er målet?", "kan du hjelpe meg", "arbeidsgruppe 1", "den første", "may I ask", "99.99"],
)
def test_what_names_no_day_has_no_window(text: str) -> None:
    assert days(text) == ""


def test_easter_falls_where_the_almanac_has_it() -> None:
    assert [easter(year) for year in (2019, 2020, 2021)] == [date(2019, 4, 21), date(2020, 4, 12), date(2021, 4, 4)]


@given(st.text(max_size=80), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_text_breaks_the_grammar_and_every_window_has_an_order(text: str, today: date) -> None:
    found = window(text, today)
    assert found is None or found.first <= found.last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_in_n_days_is_n_days_on(today: date, count: int) -> None:
    found = window(f"om {count} dager", today)
    assert found is not None
    assert found.first == found.last == today + timedelta(days=count)
