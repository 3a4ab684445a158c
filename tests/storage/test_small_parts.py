"""What two audiences tell by subtraction: none is told of whose parts add fewer people than the smallest group."""

from datetime import date, timedelta

import pytest

from storage import audiences, broadcasts, employees, lanes, outbox, small_parts, topics
from storage.audiences import EVERYONE, Audience
from storage.database import Session
from storage.employees import Listed
from storage.outbox import Kind
from storage.people import Person
from storage.topics import REMEMBERED
from tests.conftest import NOW, make_person

GOAL, GROUP, KICKOFF = "theme:osu-mal-tjenester", "workgroup:osu-omstilling", "milestone:osu-kickoff"
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


def follow(session: Session, count: int, *names: str) -> list[Person]:
    made = [make_person(session) for _ in range(count)]
    for person in made:
        for name in names:
            topics.follow(session, person, "osu2020", name, NOW)
    return made


def tells_of_few(session: Session, audience: Audience) -> bool:
    return small_parts.tells_of_few(session, audience, audiences.moment(session, "osu2020", NOW))


@pytest.mark.parametrize(("others", "expected"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_topic_that_adds_few_to_another(session: Session, others: int, *, expected: bool) -> None:
    follow(session, 6, GOAL)
    follow(session, others, GROUP)
    assert not tells_of_few(session, Audience(topics=(GOAL,)))
    assert tells_of_few(session, Audience(topics=(GOAL, GROUP))) is expected


def test_a_topic_of_many_who_nearly_all_follow_the_other_too(session: Session) -> None:
    follow(session, 6, GOAL)
    follow(session, 8, GOAL, GROUP)
    assert not tells_of_few(session, Audience(topics=(GOAL, GROUP)))
    follow(session, 1, GROUP)
    assert not tells_of_few(session, Audience(topics=(GROUP,)))
    assert tells_of_few(session, Audience(topics=(GOAL, GROUP))), "the one is who follows only the group"


def test_two_topics_that_the_same_few_follow_besides_many_of_a_third(session: Session) -> None:
    follow(session, 6, GOAL)
    follow(session, 1, GROUP, KICKOFF)
    follow(session, 8, GOAL, GROUP, KICKOFF)
    assert tells_of_few(session, Audience(topics=(GOAL, GROUP, KICKOFF)))
    follow(session, 5, GROUP, KICKOFF)
    assert not tells_of_few(session, Audience(topics=(GOAL, GROUP, KICKOFF)))


def listed(session: Session, **units: int) -> None:
    rows = [
        Listed(f"{unit}-{number}", None, f"{unit} {number}", unit, "Bergen" if number else "Oslo")
        for unit, count in units.items()
        for number in range(count)
    ]
    employees.save(session, "osu2020", rows, date(2020, 11, 24))


def test_a_unit_of_few_among_others(session: Session) -> None:
    listed(session, Lønn=7, HR=6, Arkiv=1)
    assert not tells_of_few(session, Audience(units=("Lønn", "HR")))
    assert not tells_of_few(session, Audience(units=("Lønn", "Finnes ikke")))
    assert tells_of_few(session, Audience(units=("Lønn", "HR", "Arkiv")))
    assert tells_of_few(session, Audience(units=("Lønn",), sites=("Bergen", "Oslo"))), "one works in Oslo"
    assert not tells_of_few(session, EVERYONE)


def test_a_broadcast_keeps_it_as_of_its_decision(session: Session) -> None:
    lanes.open_lane(session, "emulator", 0.0)
    (other,) = follow(session, 1, GROUP)
    follow(session, 6, GOAL)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    chosen = Audience(topics=(GOAL, GROUP))
    before = broadcasts.owe_audience(session, "osu2020", message, chosen, "before", NOW).id or 0
    topics.unfollow(session, other, "osu2020", [GROUP], NOW)
    later = NOW + REMEMBERED + timedelta(days=1)
    (new,) = follow(session, 1, GOAL)
    topics.follow(session, new, "osu2020", KICKOFF, later)
    assert broadcasts.tells_of_few(session, before)
    after = broadcasts.owe_audience(session, "osu2020", message, chosen, "after", later).id or 0
    assert not broadcasts.tells_of_few(session, after)


def test_it_is_counted_later_where_the_programme_is_large(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "LARGE", 3)
    lanes.open_lane(session, "emulator", 0.0)
    follow(session, 6, GOAL)
    follow(session, 1, GROUP)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    chosen = Audience(topics=(GOAL, GROUP))
    broadcast = broadcasts.owe_audience(session, "osu2020", message, chosen, "once", NOW).id or 0
    assert broadcasts.uncounted(session) == [broadcast]
    topics.follow(session, make_person(session), "osu2020", GROUP, NOW + timedelta(minutes=1))
    counted = broadcasts.count(session, broadcast)
    assert counted == (7, True)
    broadcasts.set_count(session, broadcast, counted)
    session.expire_all()
    assert broadcasts.tells_of_few(session, broadcast)
