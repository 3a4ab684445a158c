"""People follow topics in words and by buttons, and leaders write to those who do."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.schedule import TIMETABLE
from dialogs.card import Card
from storage import broadcasts, programmes, topics
from storage.announcements import Announcement
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.topics import MOST, Following
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

GOAL, GROUP = "theme:osu-mal-tjenester", "workgroup:osu-omstilling"
WRITTEN = {"title": "Nytt om tjenestene", "text": "Vi begynner i januar."}


def followed(turns: CheckedTurns) -> list[str]:
    with turns.database.reading() as session:
        rows = session.exec(select(Following).where(Following.ended_at == None).order_by(Following.id))  # noqa: E711
        return [row.topic for row in rows]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("følg arbeidsgruppe omstilling", GROUP),
        ("Følg kickoffen, takk!", "milestone:osu-kickoff"),
        ("jeg vil gjerne følge hovedfasen", "phase:osu-fase2"),
        ("eg vil følgje framtidens arbeidsplass", "initiative:osu-ini-framtidens-arbeidsplass"),
        ("please follow HR for me", "theme:osu-boks-hr"),
    ],
)
def test_words_follow_what_they_name(employee: Talk, turns: CheckedTurns, text: str, name: str) -> None:
    card = employee.say(text)
    assert followed(turns) == [name], card.as_text()
    assert card.outcome == "done"
    assert [button.values for button in card.buttons if button.action == "topic.unfollow"] == [{"topic": name}]


def test_a_number_says_which_group_and_economy_is_a_theme(turns: CheckedTurns) -> None:
    other = Talk(CheckedTurns(turns.database, turns.inputs, turns.clock, "os2019"), "in-os", NOW)
    other.say("følg arbeidsgruppe 3")
    other.say("følg økonomi")
    assert [name.partition(":")[0] for name in followed(turns)] == ["workgroup", "theme"]
    assert followed(turns)[1] == "theme:os-bg-okonomi"


@pytest.mark.parametrize("text", ["hva følger jeg?", "kva følgjer eg", "What do I follow?"])
def test_it_is_told_what_one_follows(employee: Talk, text: str) -> None:
    nothing = employee.say(text)
    assert [button.action for button in nothing.buttons][:1] == ["topic.choose"]
    employee.act("topic.follow", topic=GOAL)
    employee.act("topic.follow", topic=GROUP)
    told = employee.say(text)
    assert "2" in told.title
    assert [choice.value for question in told.questions for choice in question.choices] == [GOAL, GROUP]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("slutt å følge arbeidsgruppe omstilling", [GOAL]),
        ("ikkje følg arbeidsgruppe omstilling lenger", [GOAL]),
        ("stop following arbeidsgruppe omstilling", [GOAL]),
        ("slutt å følge alt", []),
        ("slutt å følge kickoff", [GOAL, GROUP]),
    ],
)
def test_words_end_it(employee: Talk, turns: CheckedTurns, text: str, left: list[str]) -> None:
    for name in (GOAL, GROUP):
        employee.act("topic.follow", topic=name)
    card = employee.say(text)
    assert followed(turns) == left
    assert card.outcome == ("refused" if len(left) == 2 else "done")


@pytest.mark.parametrize(
    "text",
    [
        "følg med på hva som skjer",
        "følg opp dette",
        "hvem følger opp anbefalingene",
        "kan man følge kickoff på nett",
        "follow OSU 2020",
        "jeg klarer ikke følge med lenger",
        "Følger lønna med når jeg får ny stilling?",
    ],
)
def test_what_only_sounds_alike_follows_nothing(employee: Talk, turns: CheckedTurns, text: str) -> None:
    card = employee.say(text)
    assert followed(turns) == []
    assert "topic.follow" not in {card.did, *(button.action for button in card.buttons if button.style == "primary")}
    assert not str((employee.answered.understanding or {}).get("intent")).startswith("topic.")


def test_an_input_that_begins_so_is_an_input(employee: Talk, turns: CheckedTurns) -> None:
    employee.say("jeg vil sende et anonymt innspill")
    card = employee.say("følg arbeidsgruppe omstilling tettere, de bestemmer uten å spørre oss")
    assert "input.send" in [button.action for button in card.buttons]
    assert followed(turns) == []


def test_what_is_called_otherwise_is_answered_with_what_is_alike(employee: Talk, turns: CheckedTurns) -> None:
    card = employee.say("følg nye smarte administrative greier i kommunen vår")
    assert card.outcome == "refused"
    assert "nye smarte administrative greier" in card.title
    assert GOAL in [button.values.get("topic") for button in card.buttons]
    assert followed(turns) == []
    employee.press(next(button for button in card.buttons if button.values.get("topic") == GOAL))
    assert followed(turns) == [GOAL]
    unknown = employee.say("følg xyzzy")
    assert unknown.outcome == "refused"
    assert [button.action for button in unknown.buttons] == ["topic.choose", "help"]


def test_a_topic_of_another_programme_is_refused_with_its_name(employee: Talk, turns: CheckedTurns) -> None:
    for card in (employee.say("følg økonomiplanen"), employee.act("topic.follow", topic="theme:os-bg-okonomi")):
        assert card.outcome == "refused"
        assert "Os" in card.title
    assert followed(turns) == []


def test_twice_and_too_many_are_told(employee: Talk, turns: CheckedTurns) -> None:
    with turns.database.reading() as session:
        names = [topic.name for topic in topics.every(session, "osu2020")][: MOST + 1]
    for name in names[:MOST]:
        employee.act("topic.follow", topic=name)
    again = employee.act("topic.follow", topic=names[0])
    assert "allerede" in again.title
    many = employee.act("topic.follow", topic=names[MOST])
    assert str(MOST) in many.title
    assert [again.outcome, many.outcome] == ["refused", "refused"]
    assert followed(turns) == names[:MOST]


def test_an_answer_has_the_button_to_follow_what_it_tells_of(employee: Talk, turns: CheckedTurns) -> None:
    employee.act("workgroup.about", group="osu-omstilling")
    employee.press("topic.follow")
    employee.act("initiative.about", initiative="osu-ini-ledelse")
    employee.press("topic.follow")
    assert followed(turns) == [GROUP, "initiative:osu-ini-ledelse"]


def test_who_follows_something_wants_to_get_it(employee: Talk, turns: CheckedTurns) -> None:
    employee.act("quiet.musts", on=True)
    employee.act("topic.follow", topic=GOAL)
    with turns.database.reading() as session:
        assert not session.exec(select(Person.only_musts)).one()


def test_in_a_channel_nobody_sees_what_somebody_follows(employee: Talk) -> None:
    employee.where = employee.where.model_copy(update={"is_private": False})
    assert employee.say("hva følger jeg").outcome == "refused"


def write_to(leader: Talk, *names: str) -> Card:
    leader.act("announcement.preview", **WRITTEN)
    for name in names:
        leader.press("announcement.audience")
        leader.press("announcement.addressed", topics=name)
    return leader.shown[-1]


def send(leader: Talk, turns: CheckedTurns) -> None:
    leader.send()
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)


def test_a_leader_writes_to_those_who_follow_and_sees_how_many(leader: Talk, turns: CheckedTurns) -> None:
    for number in range(7):
        Talk(turns, f"follower-{number}", NOW).act("topic.follow", topic=GOAL)
    Talk(turns, "other", NOW).act("topic.follow", topic=GROUP)
    Talk(turns, "follower-0", NOW).act("topic.follow", topic=GROUP)
    one = write_to(leader, GOAL)
    assert "De som følger Effektive og smarte administrative tjenester" in one.as_text()
    assert "7 personer" in one.as_text()
    assert "Blant dem: Follower-0" in one.as_text()
    leader.press("announcement.audience")
    both = leader.press("announcement.addressed", topics=GROUP)
    assert "8 personer" in both.as_text(), "each once"
    assert "Blant dem" not in both.as_text()
    assert "Færre enn 6 følger Arbeidsgruppe omstilling" in both.as_text()
    send(leader, turns)
    with turns.database.reading() as session:
        assert session.exec(select(Announcement.audience)).one()["topics"] == [GOAL, GROUP]
        rows = [row.person_id for row in session.exec(select(OutboxRow).where(OutboxRow.broadcast_id != None))]  # noqa: E711
    assert len(rows) == len(set(rows)) == 8
    assert "De som følger" in leader.press("announcement.report").as_text()


def test_the_card_says_why_it_came_and_ends_it(leader: Talk, employee: Talk, turns: CheckedTurns) -> None:
    employee.act("topic.follow", topic=GOAL)
    write_to(leader, GOAL)
    send(leader, turns)
    with turns.database.reading() as session:
        message = session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one()
    card = Card.model_validate(message.cards["nn"])
    assert "Du får denne fordi du følgjer Effektive" in card.as_text()
    ending = next(button for button in card.buttons if button.action == "topic.unfollow")
    employee.press(ending)
    assert followed(turns) == []
    assert employee.press(ending).outcome == "refused"


def test_nobody_follows_and_nothing_is_sent(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    assert "topics" not in [question.name for question in leader.shown[-1].questions]
    card = leader.press("announcement.addressed", topics=GOAL)
    assert "announcement.send" not in [button.action for button in card.buttons]
    assert "Ingen er med i dette utvalget" in card.as_text()


@pytest.mark.parametrize("wrong", ["theme:nothing", "theme:os-bg-okonomi", "x" * 5000])
def test_what_is_no_topic_cannot_be_chosen(leader: Talk, turns: CheckedTurns, wrong: str) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    assert leader.press("announcement.addressed", topics=wrong).outcome == "refused"
    with turns.database.reading() as session:
        assert session.exec(select(Announcement.audience)).one() is None


def test_topics_and_a_group_are_told_to_be_wrong_at_the_question(leader: Talk, employee: Talk) -> None:
    employee.act("topic.follow", topic=GOAL)
    leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    card = leader.press("announcement.addressed", topics=GOAL, workgroup="osu-omstilling")
    assert [question.name for question in card.questions if question.error] == ["topics"]


def test_it_counts_in_the_week_and_waits_for_the_next_where_that_is_full(
    leader: Talk, employee: Talk, turns: CheckedTurns
) -> None:
    employee.act("topic.follow", topic=GOAL)
    employee.act("quiet.save", most="1")
    for number in range(2):
        leader.act("announcement.preview", title=f"Nytt {number}", text="Se her.")
        leader.press("announcement.audience")
        leader.press("announcement.addressed", topics=GOAL)
        send(leader, turns)
    tick(turns)
    assert states(turns) == [(Status.WAITING, None, True), (Status.WAITING, "over_limit", False)]
    with turns.database.writing() as session:
        first = session.exec(select(OutboxRow).where(OutboxRow.counted_at != None)).one()  # noqa: E711
        first.status, first.next_at = Status.SENT, None
        session.add(first)
    for day in range(1, 7):
        tick(turns, timedelta(days=day, hours=2))
    assert states(turns) == [(Status.SENT, None, True), (Status.WAITING, None, True)], "in the next week it goes"


def tick(turns: CheckedTurns, later: timedelta = timedelta()) -> None:
    with turns.database.writing() as session:
        programme = programmes.get(session, "osu2020")
        for job in TIMETABLE:
            if job.__name__ == "queue_together":
                while job(session, programme, NOW + timedelta(minutes=1) + later):
                    pass


def states(turns: CheckedTurns) -> list[tuple[str, str | None, bool]]:
    with turns.database.reading() as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id != None).order_by(OutboxRow.id))  # noqa: E711
        return [(row.status, row.reason, row.counted_at is not None) for row in rows]


def test_what_a_second_topic_adds_does_not_tell_what_its_one_follower_turned_off(
    leader: Talk, turns: CheckedTurns
) -> None:
    for number in range(6):
        Talk(turns, f"follower-{number}", NOW).act("topic.follow", topic=GOAL)
    other = Talk(turns, "other", NOW)
    other.act("topic.follow", topic=GROUP)
    other.act("subscription.set", on=False, topic="all")
    assert "slått av" not in write_to(leader, GOAL).as_text()
    leader.press("announcement.audience")
    both = leader.press("announcement.addressed", topics=GROUP)
    assert "Ikke levert: 1" in both.as_text()
    send(leader, turns)
    report = leader.press("announcement.report")
    assert "Ikke levert: 1" in report.as_text()
    for card in (both, report):
        assert "færre enn 6 personer" in card.as_text()
        assert "slått av" not in card.as_text()
