"""Whoever follows a topic gets what is sent to those who do: once, of their own programme, and as of the decision."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage import audiences, broadcasts, lanes, outbox, topics
from storage.audiences import Audience
from storage.database import Database, Session
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.refusals import Refused
from storage.topics import MOST, REMEMBERED, Following
from tests.conftest import NOW, make_person

GOAL, GROUP, KICKOFF = "theme:osu-mal-tjenester", "workgroup:osu-omstilling", "milestone:osu-kickoff"
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


def people(session: Session, count: int, *names: str) -> list[Person]:
    """So many people who follow these."""
    found = [make_person(session) for _ in range(count)]
    for one in found:
        for name in names:
            topics.follow(session, one, "osu2020", name, NOW)
    return found


def size(session: Session, *names: str) -> int:
    return audiences.size(session, Audience(topics=names), audiences.moment(session, "osu2020", NOW))


def test_what_can_be_followed_is_what_the_file_names(session: Session) -> None:
    names = {topic.name for topic in topics.every(session, "osu2020")}
    assert {GOAL, GROUP, KICKOFF, "phase:osu-fase2", "initiative:osu-ini-ledelse"} <= names
    assert len(names) == len(topics.every(session, "osu2020"))
    assert not [name for name in names if "merk" in name], "a note is nobody's theme"
    assert all(topic.title["nb"] for key in ("osu2020", "os2019", "ou2021") for topic in topics.every(session, key))


def test_following_twice_is_once_and_can_be_ended_and_begun_anew(session: Session) -> None:
    person = make_person(session)
    assert topics.follow(session, person, "osu2020", GOAL, NOW)[1]
    assert not topics.follow(session, person, "osu2020", GOAL, NOW)[1]
    assert topics.unfollow(session, person, "osu2020", [GOAL, GROUP], NOW) == 1
    assert topics.unfollow(session, person, "osu2020", [GOAL], NOW) == 0
    assert topics.followed(session, person, "osu2020") == []
    assert topics.follow(session, person, "osu2020", GOAL, NOW)[1]
    assert size(session, GOAL) == 1


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("theme:nothing", "refused.topic.unknown"),
        ("", "refused.topic.unknown"),
        ("theme:os-bg-okonomi", "refused.topic.other_programme"),
    ],
)
def test_what_is_no_topic_of_the_programme_is_refused(session: Session, name: str, refusal: str) -> None:
    with pytest.raises(Refused) as refused:
        topics.follow(session, make_person(session), "osu2020", name, NOW)
    assert refused.value.key == refusal
    with pytest.raises(Refused) as refused:
        audiences.check(session, "osu2020", Audience(topics=(name,)))
    assert refused.value.key == refusal


def test_nobody_follows_too_many(session: Session) -> None:
    person, names = make_person(session), [topic.name for topic in topics.every(session, "osu2020")]
    for name in names[:MOST]:
        topics.follow(session, person, "osu2020", name, NOW)
    with pytest.raises(Refused) as refused:
        topics.follow(session, person, "osu2020", names[MOST], NOW)
    assert refused.value.key == "refused.topic.many"
    assert not topics.follow(session, person, "osu2020", names[0], NOW)[1], "what is followed is no more"
    topics.unfollow(session, person, "osu2020", names[:1], NOW)
    assert topics.follow(session, person, "osu2020", names[MOST], NOW)[1]


def test_two_processes_at_once_make_one_wish(database: Database) -> None:
    with database.writing() as session:
        key = make_person(session).identity
        session.add(wish := Following(programme_key="osu2020", topic=GOAL, person_id=key, followed_at=NOW))
    again = Following(**wish.model_dump(exclude={"id"}))
    with database.writing() as session:
        session.add(again)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_one_person_gets_it_once_however_many_topics_match(session: Session) -> None:
    lanes.open_lane(session, "emulator", 0.0)
    both, one, _ = people(session, 1, GOAL, GROUP), people(session, 1, GOAL), people(session, 1, KICKOFF)
    make_person(session)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    chosen = Audience(topics=(GOAL, GROUP))
    broadcast = broadcasts.owe_audience(session, "osu2020", message, chosen, "once", NOW)
    while broadcasts.expand(session, broadcast.id or 0):
        pass
    assert sorted(session.exec(select(OutboxRow.person_id))) == sorted([both[0].identity, one[0].identity])
    assert broadcasts.report(session, broadcast.id or 0) == (2, {(Status.WAITING, None): 2})


def test_whoever_comes_or_goes_after_the_decision_changes_nothing_of_it(session: Session) -> None:
    lanes.open_lane(session, "emulator", 0.0)
    first, second = people(session, 2, GOAL)
    late = make_person(session)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_audience(session, "osu2020", message, Audience(topics=(GOAL,)), "once", NOW)
    topics.unfollow(session, first, "osu2020", [GOAL], NOW + timedelta(minutes=1))
    topics.follow(session, first, "osu2020", GOAL, NOW + timedelta(minutes=2))
    topics.unfollow(session, second, "osu2020", [GOAL], NOW + timedelta(minutes=2))
    topics.follow(session, late, "osu2020", GOAL, NOW + timedelta(minutes=3))
    while broadcasts.expand(session, broadcast.id or 0):
        pass
    assert sorted(session.exec(select(OutboxRow.person_id))) == sorted([first.identity, second.identity])
    assert broadcasts.report(session, broadcast.id or 0)[0] == 2


def test_nobody_is_an_audience_that_cannot_be_sent_to(session: Session) -> None:
    people(session, 3, KICKOFF)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    with pytest.raises(Refused) as refused:
        broadcasts.owe_audience(session, "osu2020", message, Audience(topics=(GOAL,)), "once", NOW)
    assert refused.value.key == "refused.audience.empty"


@pytest.mark.parametrize("other", [{"workgroup": "osu-omstilling"}, {"units": ("Lønn",)}])
def test_topics_are_not_mixed_with_others(session: Session, other: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        audiences.check(session, "osu2020", Audience.model_validate({"topics": (GOAL,), **other}))
    assert refused.value.key == "refused.audience.mixed_topics"


def test_nobody_is_named_while_few_follow_one_of_the_topics(session: Session) -> None:
    leader = make_person(session, "leader", "leader")
    people(session, 6, GOAL)
    people(session, 5, GROUP)
    when = audiences.moment(session, "osu2020", NOW)
    assert len(audiences.sample(session, leader, Audience(topics=(GOAL,)), when, 5)) == 5
    assert audiences.sample(session, leader, Audience(topics=(GROUP,)), when, 5) == []
    assert audiences.sample(session, leader, Audience(topics=(GOAL, GROUP)), when, 5) == [], "the rest tells who"
    assert audiences.few_follow(session, Audience(topics=(GOAL, GROUP)), when) == [GROUP]
    assert audiences.sample(session, make_person(session), Audience(topics=(GOAL,)), when, 5) == []


def test_that_somebody_followed_once_is_soon_forgotten(session: Session) -> None:
    first, other = make_person(session), make_person(session)
    topics.follow(session, first, "osu2020", GOAL, NOW)
    topics.unfollow(session, first, "osu2020", [GOAL], NOW)
    topics.follow(session, other, "osu2020", GOAL, NOW + REMEMBERED)
    assert len(session.exec(select(Following)).all()) == 2
    topics.follow(session, other, "osu2020", GROUP, NOW + REMEMBERED + timedelta(seconds=1))
    assert {row.person_id for row in session.exec(select(Following))} == {other.identity}


def test_what_was_stored_of_an_audience_before_there_were_topics_is_the_same(session: Session) -> None:
    stored = {"workgroup": None, "units": ["Lønn"], "sites": [], "employments": []}
    assert Audience.of(stored).stored() == stored
    followed = Audience(topics=(GOAL,))
    assert Audience.of(followed.stored()) == followed
