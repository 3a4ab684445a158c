"""Words mean days: every rule of the date grammar, in three languages and dialect."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.dates import speaks_of_days, window
from dialogs.understanding.dates.measures import easter

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
        ("i natt", "2020-11-24 2020-11-24"),
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
        ("etter 2. desember", "2020-12-03 2021-12-31"),
        ("mellom 1. og 15. desember", "2020-12-01 2020-12-15"),
        ("1.–15. desember", "2020-12-01 2020-12-15"),
        ("from December 1 to December 15", "2020-12-01 2020-12-15"),
        ("uka før jul", "2020-12-14 2020-12-20"),
        ("resten av året", "2020-11-24 2020-12-31"),
    ],
)
def test_before_after_and_between_bend_a_window(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mandag til onsdag neste uke", "2020-11-30 2020-12-02"),
        ("mellom mandag og onsdag i neste uke", "2020-11-30 2020-12-02"),
        ("mandag, tirsdag og onsdag", "2020-11-30 2020-12-02"),
        ("Monday and Tuesday", "2020-11-30 2020-12-01"),
        ("tysdag i veka som kjem", "2020-12-01 2020-12-01"),
        ("onsdag om to uker", "2020-12-09 2020-12-09"),
        ("lørdag om en uke", "2020-12-05 2020-12-05"),
        ("mandag om en uke", "2020-12-07 2020-12-07"),
        ("tirsdag i uke 50", "2020-12-08 2020-12-08"),
    ],
)
def test_weekdays_belong_to_the_week_said_beside_them(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("torsdag den 14.", "2021-01-14 2021-01-14"),
        ("Thursday the 14th", "2021-01-14 2021-01-14"),
        ("tirsdag 15.", "2020-12-15 2020-12-15"),
        ("skjer det noe den 14. da", "2020-12-14 2020-12-14"),
        ("den 14. i neste måned", "2020-12-14 2020-12-14"),
        ("hva skjedde den 14.", "2020-11-14 2020-11-14"),
    ],
)
def test_a_day_without_a_month_is_the_nearest_that_fits_its_weekday(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("kva skjer i overmårra", "2020-11-26 2020-11-26"),
        ("om et halvt år", "2021-05-24 2021-05-24"),
        ("om eit halvår", "2021-05-24 2021-05-24"),
        ("in half a year", "2021-05-24 2021-05-24"),
        ("om halvanna veke", "2020-12-04 2020-12-05"),
        ("a week and a half ago", "2020-11-13 2020-11-14"),
        ("in a week and a half", "2020-12-04 2020-12-05"),
        ("om 1½ uke", "2020-12-04 2020-12-05"),
        ("om to og en halv måned", "2021-02-08 2021-02-08"),
        ("om noen dager", "2020-11-26 2020-11-30"),
        ("om nokre veker", "2020-12-08 2021-01-05"),
        ("in a few days", "2020-11-26 2020-11-30"),
        ("de nærmeste dagene", "2020-11-24 2020-12-01"),
        ("in a fortnight", "2020-12-08 2020-12-08"),
        ("the week after next", "2020-12-07 2020-12-13"),
        ("veka etter neste", "2020-12-07 2020-12-13"),
    ],
)
def test_fractions_and_few_are_never_just_one(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nyttårsaften", "2020-12-31 2020-12-31"),
        ("julaften", "2020-12-24 2020-12-24"),
        ("skjærtorsdag", "2021-04-01 2021-04-01"),
        ("langfredag", "2021-04-02 2021-04-02"),
        ("1. påskedag", "2021-04-04 2021-04-04"),
        ("17. mai", "2021-05-17 2021-05-17"),
        ("første mai", "2021-05-01 2021-05-01"),
        ("i pinsen", "2021-05-22 2021-05-24"),
        ("St. Hans", "2021-06-23 2021-06-23"),
        ("before New Year's Eve", "2020-11-24 2020-12-30"),
    ],
)
def test_days_have_names(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("første kvartal", "2021-01-01 2021-03-31"),
        ("in Q1", "2021-01-01 2021-03-31"),
        ("first quarter of next year", "2021-01-01 2021-03-31"),
        ("første halvdel av 2021", "2021-01-01 2021-06-30"),
        ("andre halvår", "2020-07-01 2020-12-31"),
        ("neste kvartal", "2021-01-01 2021-03-31"),
        ("hva skjedde i første kvartal", "2020-01-01 2020-03-31"),
        ("first half of January", "2021-01-01 2021-01-15"),
        ("by the end of the year", "2020-11-24 2020-12-31"),
        ("innen utgangen av måneden", "2020-11-24 2020-11-30"),
        ("innen årets slutt", "2020-11-24 2020-12-31"),
        ("around mid-January", "2021-01-11 2021-01-20"),
        ("i begynnelsen av neste år", "2021-01-01 2021-03-31"),
        ("tidlig i neste uke", "2020-11-30 2020-12-02"),
        ("i uke 50 og 51", "2020-12-07 2020-12-20"),
    ],
)
def test_years_and_other_spans_have_parts(text: str, meant: str) -> None:
    assert days(text) == meant


@pytest.mark.parametrize(
    ("text", "named"),
    [("29. februar", (29, 2, 2021)), ("29. februar 2021", (29, 2, 2021)), ("før 31. november", (31, 11, None))],
)
def test_a_day_that_no_calendar_has_is_named(text: str, named: tuple[int, int, int | None]) -> None:
    found = window(text, TUESDAY)
    assert found is not None
    assert found.no_such_day is not None
    assert found.no_such_day.args == named


def test_a_weekday_that_the_date_is_not_gives_way_to_the_date() -> None:
    wrong, right = window("mandag 2. desember", TUESDAY), window("onsdag 2. desember", TUESDAY)
    assert wrong is not None
    assert right is not None
    assert (wrong.first, wrong.weekday) == (date(2020, 12, 2), 0)
    assert right.weekday is None


def test_days_around_something_are_known_by_its_days() -> None:
    text, kickoff = "hva skjer to dager etter kickoff", (date(2020, 12, 15), date(2020, 12, 15))
    found = window(text, TUESDAY, known=[(text.index("kickoff"), len(text), kickoff)])
    assert found is not None
    assert found.first == found.last == date(2020, 12, 17)


def test_a_day_just_ahead_in_the_past_tense_is_a_slip() -> None:
    assert days("ble det vedtatt noe 2. desember") == "2020-12-02 2020-12-02"
    assert days("hva ble vedtatt 15. mars") == "2020-03-15 2020-03-15"


def test_without_a_year_a_day_that_has_just_been_is_meant_and_not_the_one_in_eleven_months() -> None:
    thursday = date(2020, 12, 17)
    assert days("hva skjer 16. desember", thursday) == "2020-12-16 2020-12-16"
    assert days("what happens on 2 december", thursday) == "2020-12-02 2020-12-02"
    assert days("hva skjer 30. desember", date(2021, 1, 4)) == "2020-12-30 2020-12-30"
    assert days("hva skjer 15. november", thursday) == "2021-11-15 2021-11-15"
    assert days("hva skjer 17. desember", thursday) == "2020-12-17 2020-12-17"


def test_text_without_a_window_may_speak_of_days_all_the_same() -> None:
    assert speaks_of_days("hva skjer om førtito uker")
    assert not speaks_of_days("hva skjer framover")


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
    [
        "",
        "om x uker",
        "om førtito uker",
        "den 2. fasen",
        "de 3 gruppene",
        "hva er målet?",
        "kan du hjelpe meg",
        "arbeidsgruppe 1",
        "den første",
        "may I ask",
        "99.99",
    ],
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
