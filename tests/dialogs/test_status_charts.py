"""The picture of status reports: how streams stood from one to the next, and the same as text, for their readers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dialogs import charts, status_charts, status_reports
from dialogs.card import LANGUAGES, Language, Picture
from dialogs.status_charts import ABSENT, MISSING
from dialogs.turn import Turn
from storage import programmes, status_answers, status_streams, status_told
from storage import status_reports as stored
from storage.database import Database, Session
from storage.people import Person
from storage.status_answers import Said, Standing
from tests.conftest import make_person

PROGRAMME = "ou2021"
NOW = datetime(2021, 5, 20, 8, tzinfo=UTC)
#: What was answered for each stream, report by report; the second came later, and is gone from the last one.
TOLD = {
    "Ledernivåer": (Standing.ON_PLAN, Standing.AT_RISK, None),
    "Grensesnitt": (ABSENT, Standing.LATE, ABSENT),
}


@pytest.fixture
def leader(sqlite: Database) -> Person:
    """A project leader, after three reports."""
    with sqlite.writing() as session:
        programme = programmes.get(session, PROGRAMME)
        somebody = make_person(session, "sjef", "leader", "employee_representative", programme=PROGRAMME)
        for number in range(3):
            there = {title: told[number] for title, told in TOLD.items() if told[number] != ABSENT}
            for row in status_streams.every(session, PROGRAMME):
                status_streams.remove(session, somebody, programme, row.key) if row.title["nb"] not in there else None
            for title in there:
                status_streams.add(session, somebody, programme, title, "Kari Nordmann", NOW)
            day = NOW.date() + timedelta(weeks=3 * number)
            report = stored.open_one(session, programme, day, day, NOW, NOW)
            stored.compose(session, report)
            for item in stored.items(session, report):
                standing = there[item.title["nb"]]
                if isinstance(standing, Standing):
                    said = Said(done="x", standing=standing, why="y")
                    status_answers.answer(session, somebody, programme, item.identity, said, 0, NOW)
            stored.send(session, somebody, programme, report.identity, report.version, NOW)
            status_told.keep(session, report, {"nb": {}}, {"nb": {}})
        return somebody


def drawn(session: Session, language: Language = "nb", today: date = date(2021, 12, 1)) -> status_charts.Statuses:
    return status_charts.statuses(session, PROGRAMME, "OU-prosjekt", language, today)


def test_each_stream_stands_as_was_answered_in_each_report(sqlite: Database, leader: Person) -> None:
    with sqlite.reading() as session:
        found = drawn(session)
    assert found.days == (date(2021, 5, 20), date(2021, 6, 10), date(2021, 7, 1))
    assert {stream.title: stream.standings for stream in found.streams} == {
        "Ledernivåer": ("on_plan", "at_risk", MISSING),
        "Grensesnitt": (ABSENT, "late", ABSENT),
    }


def test_on_a_day_the_later_reports_are_not_there(sqlite: Database, leader: Person) -> None:
    with sqlite.reading() as session:
        assert drawn(session, today=date(2021, 6, 9)).days == (date(2021, 5, 20),)
        assert charts.is_empty(drawn(session, today=date(2021, 5, 19)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_drawn_stands_as_text_and_names_nobody(
    sqlite: Database, leader: Person, language: Language
) -> None:
    with sqlite.reading() as session:
        found = drawn(session, language)
    told = repr(charts.facts(found))
    for stream in found.streams:
        for standing in stream.standings:
            assert standing == ABSENT or status_charts.called(standing, language) in told
    assert all(stream.title in told for stream in found.streams)
    assert "Kari" not in repr(found)
    assert leader.name not in repr(found)
    assert "3" in charts.alt(found)


def test_the_picture_is_where_the_reports_are_listed_for_those_who_read_them(sqlite: Database, leader: Person) -> None:
    def at(which: str, programme_key: str, day: date, version: int) -> str:
        return f"https://bot.example.org/{which}/{programme_key}/{day}/{version}"

    with sqlite.writing() as session:
        reader = session.get_one(Person, leader.id)
        turn = Turn(reader, programmes.get(session, PROGRAMME), NOW + timedelta(weeks=10), "nb", picture=at)
        card = status_reports.listed(session, replace(turn, channel="slack"))
    [picture] = [block for block in card.blocks if isinstance(block, Picture)]
    assert picture.address == "https://bot.example.org/statuser/ou2021/2021-07-29/3.png?lang=nb"
    assert (
        "20. mai 2021: På plan; 10. juni 2021: I fare for å bli forsinket; 1. juli 2021: Ikke besvart" in card.as_text()
    )
