"""Status reports: on days that never drift, of answers that are never filled in, changed with a mark, sent once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import (
    erasing,
    group_seats,
    people,
    programmes,
    status_answers,
    status_changes,
    status_days,
    status_reports,
    status_rules,
    status_streams,
    workgroups,
)
from storage.database import Session
from storage.people import Person
from storage.quiet_hours import is_free_day
from storage.refusals import NotAllowed, Refused
from storage.status_answers import By, Overtaken, Said, Standing, WrongField
from storage.status_changes import What
from storage.status_days import Rhythm
from storage.status_reports import Changed, ReportState, Rewritten, StatusReport
from storage.working_days import before

PROGRAMME = "ou2021"
OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2021, 5, 3, 7, tzinfo=UTC)
TODAY = NOW.date()
SAID = Said(done="Kartlagt oppgavene.", standing=Standing.ON_PLAN, risks=["Få folk"])

People = Callable[..., Person]


class Project:
    """A project with two streams, of which one has an account, and those who lead and get its reports."""

    def __init__(self, session: Session, person: People) -> None:
        self.session = session
        self.programme = programmes.get(session, PROGRAMME)
        self.leader = person("", "leader", programme=PROGRAMME)
        self.owner, self.other, self.member, self.stranger = (person(programme=PROGRAMME) for _ in range(4))
        steering = workgroups.get(session, PROGRAMME, "ou-styringsgruppe")
        group_seats.give(session, self.member, steering, NOW)
        self.streams = [self.add(title) for title in ("Ledernivåer", "Grensesnitt")]
        self.give(self.owner)

    def add(self, title: str, owner: str = "") -> str:
        return status_streams.add(self.session, self.leader, self.programme, title, owner, NOW).key

    def give(self, owner: Person | None, place: int = 0, *, stands_in: bool = False) -> None:
        status_streams.give(
            self.session, self.leader, self.programme, self.streams[place], owner, NOW, stands_in=stands_in
        )

    def open(self, day: date = TODAY) -> StatusReport:
        return status_reports.open_one(self.session, self.programme, day, day, NOW, NOW)

    def draft(self, day: date = TODAY) -> StatusReport:
        report = self.open(day)
        status_reports.compose(self.session, report)
        return report

    def answer(
        self, report: StatusReport, person: Person, said: Said = SAID, number: int = 0, place: int = 0
    ) -> status_answers.StatusAnswer:
        item = status_reports.items(self.session, report)[place]
        return status_answers.answer(self.session, person, self.programme, item.identity, said, number, NOW)

    def send(self, report: StatusReport, version: int | None = None) -> tuple[StatusReport, bool]:
        seen = report.version if version is None else version
        return status_reports.send(self.session, self.leader, self.programme, report.identity, seen, NOW)


@pytest.fixture
def of(session: Session, person: People) -> Project:
    return Project(session, person)


def test_an_owner_answers_and_mends_until_it_is_sent(of: Project) -> None:
    report = of.draft()
    assert of.answer(report, of.owner).by == By.OWNER
    mended = SAID.model_copy(update={"done": "Kartlagt alt."})
    assert of.answer(report, of.owner, mended, 1).number == 2
    of.send(report)
    with pytest.raises(Refused, match="sent"):
        of.answer(report, of.owner, SAID, 2)


def test_the_same_answer_twice_is_once_also_after_it_was_sent(of: Project) -> None:
    report = of.draft()
    first = of.answer(report, of.owner)
    assert of.answer(report, of.owner).id == first.id
    of.send(report)
    assert of.answer(report, of.owner).id == first.id


def test_who_answers_over_somebody_elses_answer_is_told_first(of: Project) -> None:
    report = of.draft()
    of.answer(report, of.owner)
    other = SAID.model_copy(update={"done": "Noe annet."})
    with pytest.raises(Overtaken):
        of.answer(report, of.leader, other, 0)
    assert of.answer(report, of.leader, other, 1).by == By.LEADER


def test_a_leaders_change_of_an_answer_is_marked_and_the_owners_words_are_kept(of: Project, session: Session) -> None:
    report = of.draft()
    of.answer(report, of.owner)
    of.answer(report, of.leader, SAID.model_copy(update={"done": "Noe annet."}), 1)
    item = status_reports.items(session, report)[0]
    rows = status_answers.history(session, item)
    assert status_answers.is_edited(rows)
    assert [row.done for row in rows] == ["Kartlagt oppgavene.", "Noe annet."]


def test_only_the_stream_s_own_and_project_leaders_answer(of: Project, session: Session) -> None:
    report = of.open()
    for somebody in (of.stranger, of.member, of.other):
        with pytest.raises(NotAllowed):
            of.answer(report, somebody)
    with pytest.raises(NotAllowed):
        of.answer(report, of.owner, place=1)
    of.give(of.other, stands_in=True)
    assert of.answer(report, of.other).by == By.STAND_IN
    of.give(None)
    with pytest.raises(NotAllowed):
        of.answer(report, of.owner, number=1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(standing=Standing.ON_PLAN), "done"),
        (Said(done="x", standing=Standing.LATE), "why"),
        (Said(done="x", standing=Standing.AT_RISK), "why"),
        (Said(done="x" * 701), "done"),
        (Said(done="x", deviations="x" * 701), "deviations"),
        (Said(done="x", risks=["x" * 201]), "risks"),
        (Said(done="x", risks=[str(number) for number in range(9)]), "risks"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told_at_its_field(of: Project, said: Said, field: str) -> None:
    with pytest.raises(WrongField) as wrong:
        of.answer(of.open(), of.owner, said)
    assert wrong.value.field == field


def test_a_missing_answer_is_not_filled_from_last_time(of: Project, session: Session) -> None:
    first = of.draft()
    of.answer(first, of.owner)
    of.send(first)
    second = of.draft(TODAY + timedelta(weeks=3))
    found = status_answers.of_report(session, second)
    assert found == dict.fromkeys(of.streams)
    changes = status_changes.between(status_answers.of_report(session, first), found)
    assert [(one.what, one.stream) for one in changes] == [(What.SILENT, of.streams[0])]


def test_it_is_sent_once_and_only_as_it_was_looked_at(of: Project) -> None:
    report = of.draft()
    seen = report.version
    of.answer(report, of.owner)
    with pytest.raises(Changed):
        of.send(report, seen)
    sent, is_new = of.send(report)
    assert (is_new, sent.owed, sent.sent_by) == (True, 1, of.leader.id)
    assert of.send(report, 1) == (sent, False)


def test_it_is_not_sent_before_its_hour_by_nobody_else_and_to_nobody(of: Project, session: Session) -> None:
    report = of.open()
    with pytest.raises(Refused, match="too_early"):
        of.send(report)
    status_reports.compose(session, report)
    for somebody in (of.owner, of.member, of.stranger):
        with pytest.raises(NotAllowed):
            status_reports.send(session, somebody, of.programme, report.identity, report.version, NOW)
    group_seats.take(session, of.member, workgroups.get(session, PROGRAMME, "ou-styringsgruppe"))
    with pytest.raises(Refused, match="nobody"):
        of.send(report)
    assert report.state == ReportState.DRAFT


def test_one_that_nobody_sent_lapses_when_the_next_is_made(of: Project, session: Session) -> None:
    first = of.draft()
    second = of.open(TODAY + timedelta(weeks=3))
    assert status_reports.to_send(session, PROGRAMME) == first
    assert status_reports.compose(session, second) == [first]
    with pytest.raises(Refused, match="lapsed"):
        of.send(first)
    assert status_reports.to_send(session, PROGRAMME) == second


def test_of_two_who_write_the_introduction_the_second_sees_the_first(of: Project, session: Session) -> None:
    report = of.draft()
    seen, key = status_reports.texts(report), report.identity
    of.answer(report, of.owner)
    status_reports.introduce(session, of.leader, of.programme, key, seen, "Først.", "", NOW)
    with pytest.raises(Rewritten):
        status_reports.introduce(session, of.leader, of.programme, key, seen, "Sist.", "", NOW)
    assert status_reports.introduce(session, of.leader, of.programme, key, seen, "Først.", "", NOW) == report
    with pytest.raises(NotAllowed):
        status_reports.introduce(session, of.owner, of.programme, key, seen, "Min.", "", NOW)
    with pytest.raises(Refused, match="long"):
        status_reports.introduce(session, of.leader, of.programme, key, seen, "x" * 2001, "", NOW)
    of.send(report)
    with pytest.raises(Refused, match="sent"):
        status_reports.introduce(session, of.leader, of.programme, key, status_reports.texts(report), "Ny.", "", NOW)


def test_union_and_safety_representatives_get_it_with_the_steering_group(
    of: Project, session: Session, person: People
) -> None:
    speaks, cares = person("", "employee_representative", programme=PROGRAMME), person(programme=PROGRAMME)
    people.grant(session, cares, PROGRAMME, "safety_representative")
    people.grant(session, of.member, PROGRAMME, "safety_representative")
    assert {one.id for one in status_rules.recipients(session, of.programme)} == {of.member.id, speaks.id, cares.id}
    for somebody in (of.member, speaks, cares, of.leader):
        assert status_rules.may_read(session, somebody, of.programme)
    for somebody in (of.owner, of.stranger):
        assert not status_rules.may_read(session, somebody, of.programme)


def test_streams_are_arranged_by_leaders_and_coordinators(of: Project, session: Session, person: People) -> None:
    coordinator = person("", "coordinator", programme=PROGRAMME)
    same = status_streams.add(session, coordinator, of.programme, "ledernivåer", "", NOW)
    assert same.key == of.streams[0]
    for somebody in (of.owner, of.member, of.stranger):
        with pytest.raises(NotAllowed):
            status_streams.add(session, somebody, of.programme, "Ny", "", NOW)
        with pytest.raises(NotAllowed):
            status_streams.give(session, somebody, of.programme, of.streams[0], somebody, NOW)
    with pytest.raises(Refused, match="union"):
        of.add("Ny", "Kari i Fagforbundet")
    with pytest.raises(Refused, match="same_stand_in"):
        of.give(of.owner, stands_in=True)
    for number in range(10):
        of.add(f"Strøm {number}")
    with pytest.raises(Refused, match="many_streams"):
        of.add("En til")


def test_a_stream_is_given_to_the_one_person_of_that_name(of: Project, session: Session, person: People) -> None:
    assert status_streams.named(session, PROGRAMME, f"  {of.owner.name.upper()} ").id == of.owner.id
    with pytest.raises(Refused, match="nobody_named"):
        status_streams.named(session, PROGRAMME, "Ingen Slik")
    twin = person(programme=PROGRAMME)
    twin.name = of.owner.name
    session.flush()
    with pytest.raises(Refused, match="two_named"):
        status_streams.named(session, PROGRAMME, of.owner.name)


def test_a_stream_that_is_ended_stays_in_what_was_made_of_it(of: Project, session: Session) -> None:
    report = of.draft()
    of.answer(report, of.owner)
    status_streams.remove(session, of.leader, of.programme, of.streams[0])
    status_streams.remove(session, of.leader, of.programme, of.streams[0])
    assert [item.title["nb"] for item in status_reports.items(session, report)] == ["Ledernivåer", "Grensesnitt"]
    assert len(status_streams.every(session, PROGRAMME)) == 1


def test_who_erases_themselves_leaves_the_answer_without_a_name(of: Project, session: Session) -> None:
    report = of.draft()
    of.answer(report, of.owner)
    erasing.erase(session, of.owner, {}, NOW)
    item = status_reports.items(session, report)[0]
    row = status_answers.latest(session, item)
    assert row is not None
    assert row.done == SAID.done
    assert session.get_one(Person, row.person_id).is_erased
    assert status_streams.owner(session, PROGRAMME, of.streams[0]) is None


def choose(of: Project, first: date, weeks: int = 3, now: datetime = NOW) -> status_days.ReportRhythm:
    wanted = Rhythm(first, weeks, time(9))
    return status_days.choose(of.session, of.leader, of.programme, wanted, now, now.astimezone(OSLO).date())


def test_a_project_leader_sets_the_first_day_which_no_document_says(of: Project, session: Session) -> None:
    assert status_days.rhythm(session, of.programme) is None
    row = choose(of, date(2021, 5, 6))
    assert choose(of, date(2021, 5, 6)).id == row.id
    assert status_days.rhythm(session, of.programme) == Rhythm(date(2021, 5, 6), 3, time(9), 2)
    for first in (date(2021, 5, 2), date(2022, 6, 1)):
        with pytest.raises(Refused, match="first_day"):
            choose(of, first)
    with pytest.raises(Refused, match="weeks"):
        choose(of, date(2021, 5, 7), 0)
    with pytest.raises(NotAllowed):
        status_days.choose(session, of.owner, of.programme, Rhythm(TODAY, 3, time(9)), NOW, TODAY)


def test_what_is_being_asked_for_moves_with_the_rhythm(of: Project, session: Session) -> None:
    report = of.open(date(2021, 5, 6))
    choose(of, date(2021, 5, 18))
    assert (report.meant_for, report.day) == (date(2021, 5, 18), date(2021, 5, 18))


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.integers(1, 26),
    st.integers(0, 1200),
    st.integers(1, 5),
)
def test_the_days_never_drift_and_reports_are_made_on_working_days(
    first: date, weeks: int, after: int, days_before: int
) -> None:
    rhythm, since = Rhythm(first, weeks, time(9), days_before), first + timedelta(days=after)
    days = rhythm.meant(since)
    before_it = None
    for _ in range(5):
        day = next(days)
        assert day >= since
        assert (day - first).days % (7 * weeks) == 0
        assert before_it is None or day - before_it == timedelta(weeks=weeks)
        made = status_days.made_on(day)
        assert not is_free_day(made)
        assert timedelta() <= day - made < timedelta(days=7)
        asked = status_days.asked_at(rhythm, day, OSLO)
        assert asked.date() == before(made, days_before)
        assert asked.time() == time(9)
        assert status_days.newest_asked(rhythm, asked, OSLO) == day
        just = asked - timedelta(seconds=1)
        assert status_days.newest_asked(rhythm, just, OSLO) != day
        before_it = day


def test_a_first_day_that_is_ahead_is_not_asked_for_before_its_time() -> None:
    rhythm = Rhythm(date(2021, 5, 20), 3, time(9))
    assert status_days.newest_asked(rhythm, NOW, OSLO) is None
    # 17 May is a Monday off: two working days before the 20th is the 18th.
    assert status_days.asked_at(rhythm, date(2021, 5, 20), OSLO).date() == date(2021, 5, 18)
    assert status_days.made_on(date(2021, 5, 17)) == date(2021, 5, 14)


RISKS = st.lists(st.sampled_from(["Få folk", "Dyrt", "Sent", "Uklart"]), unique=True, max_size=4)
ANSWERS = st.one_of(
    st.none(),
    st.builds(lambda standing, risks: Said(done="x", standing=standing, risks=risks), st.sampled_from(Standing), RISKS),
)
REPORTS = st.lists(st.dictionaries(st.sampled_from("abcd"), ANSWERS), min_size=2, max_size=6)


@settings(max_examples=200, deadline=None)
@given(REPORTS)
def test_the_changes_lead_from_each_report_to_the_next(reports: list[dict[str, Said | None]]) -> None:
    """What is told as changed is all that changed: played on the earlier report it gives the later one, as far as both
    are known."""
    for earlier, later in pairwise(reports):
        changes = status_changes.between(earlier, later)
        of_kind = {what: [one for one in changes if one.what == what] for what in What}
        assert {one.stream for one in of_kind[What.NEW_STREAM]} == later.keys() - earlier.keys()
        assert {one.stream for one in of_kind[What.ENDED_STREAM]} == earlier.keys() - later.keys()
        for stream in earlier.keys() & later.keys():
            before_, after = earlier[stream], later[stream]
            own = [one for one in changes if one.stream == stream]
            if before_ is None or after is None:
                expected = [] if before_ is after else [What.SILENT if after is None else What.ANSWERS_AGAIN]
                assert [one.what for one in own] == expected
                continue
            standing, risks = Standing(before_.standing), list(before_.risks)
            for one in own:
                if one.what == What.MOVED:
                    assert one.before == standing
                    assert one.after is not None
                    standing = one.after
                elif one.what == What.NEW_RISK:
                    risks.append(one.risk)
                else:
                    assert one.what == What.CLOSED_RISK
                    risks.remove(one.risk)
            assert standing == after.standing
            assert sorted(risks) == sorted(after.risks)
        assert status_changes.between(later, later) == []


def test_risks_are_lines_each_once() -> None:
    assert status_answers.risks_in("- Få folk\n\n * få  folk \nDyrt") == ["få folk", "Dyrt"]
