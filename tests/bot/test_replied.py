"""What was acted on and not answered, because its process died in between, is answered when it comes again."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from bot.clock import DemoClock
from bot.replied import NOTED_AFTER
from bot.turns import WELCOME, Answer, Turns
from storage import conversations
from storage.anonymous_input import InputStore
from storage.conversations import AWAITED_FOR, Received
from storage.database import Database
from storage.sign_ups import SignUp
from storage.unanswered import UnansweredCount
from tests.bot.test_together import JOIN, turn_of
from tests.conftest import NOW
from tests.talk import CheckedTurns

ASKED = {"text": "Når er neste milepæl?"}
#: Commits one turn and is killed before anybody could be answered.
KILLED = """
import os, signal, sys
from bot.clock import DemoClock
from bot.turns import WELCOME, Answer, Turns
from storage.anonymous_input import InputStore
from storage.database import Database
from tests.bot.test_together import JOIN, turn_of
from tests.bot.test_together import JOIN, turn_of
from tests.conftest import NOW
main, inputs, key = sys.argv[1:]
turns = Turns(Database(main), InputStore(Database(inputs), key), DemoClock(NOW), "osu2020")
assert turns.answer(turn_of("kari", **JOIN)).cards
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def another(database: Database, inputs: InputStore) -> Iterator[Callable[..., Turns]]:
    """Makes what stands for a process of its own: nothing but the databases is shared."""
    made: list[Turns] = []

    def make(answered_within: float = 0.0) -> Turns:
        made.append(CheckedTurns(database, inputs, DemoClock(NOW), "osu2020", answered_within=answered_within))
        return made[-1]

    yield make
    for turns in made:
        turns.close()


def received(database: Database) -> Received:
    with database.reading() as session:
        return session.exec(select(Received)).one()


async def test_what_a_killed_process_had_changed_is_told_when_it_comes_again(
    database: Database, inputs: InputStore, another: Callable[..., Turns]
) -> None:
    addresses = [one.url.render_as_string(hide_password=False) for one in (database, inputs.database)]
    program = [sys.executable, "-c", KILLED, *addresses, "x" * 43 + "="]
    killed = await asyncio.to_thread(subprocess.run, program, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    answer = await another().take(turn_of("kari", **JOIN))
    assert [card.outcome for card in answer.cards] == ["done"]
    assert answer.cards[-1].did == "join"
    with database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 1


async def test_a_question_is_answered_again_and_leaves_no_answer_behind(another: Callable[..., Turns]) -> None:
    first = another().answer(turn_of("kari", **ASKED))
    assert received(another().database).reply is None
    again = await another().take(turn_of("kari", **ASKED))
    assert again.cards == first.cards != ()


async def test_a_question_that_nobody_could_answer_is_counted_once_however_often_it_comes(
    another: Callable[..., Turns],
) -> None:
    incoming = turn_of("kari", text="Hva er budsjettet til programmet?")
    first = another()
    for turns in (first, another(), another()):
        assert [card.outcome for card in (await turns.take(incoming)).cards] == ["unknown"]
    assert (await first.take(turn_of("kari", "b", text=incoming.text))).cards
    with first.database.reading() as session:
        assert sum(row.count for row in session.exec(select(UnansweredCount))) == 2


@pytest.mark.parametrize("fields", [JOIN, ASKED])
async def test_what_was_answered_is_not_answered_again_by_anybody(
    another: Callable[..., Turns], fields: dict[str, object]
) -> None:
    first = another()
    incoming = turn_of("kari", **fields)
    assert (await first.take(incoming)).cards
    first.replied(incoming)
    assert await first.take(incoming) == Answer(), "before it is written down"
    await asyncio.sleep(NOTED_AFTER + 0.2)
    async with asyncio.timeout(5):
        while not received(first.database).is_answered:
            await asyncio.sleep(0.05)
    assert await another().take(incoming) == Answer()
    assert received(first.database).reply is None


async def test_what_was_answered_just_before_the_end_is_written_down(another: Callable[..., Turns]) -> None:
    first, incoming = another(), turn_of("kari", **JOIN)
    await first.take(incoming)
    first.replied(incoming)
    first.close()
    assert await another().take(incoming) == Answer()


async def test_as_long_as_the_first_may_be_answering_the_second_waits(another: Callable[..., Turns]) -> None:
    first, second = another(), another(answered_within=60.0)
    incoming = turn_of("kari", **JOIN)
    await first.take(incoming)
    waiting = asyncio.create_task(second.take(incoming))
    await asyncio.sleep(0.7)
    assert not waiting.done()
    assert (await second.take(turn_of("kari", "b", **ASKED))).cards, "nobody waits behind it"
    first.replied(incoming)
    assert await asyncio.wait_for(waiting, 10) == Answer()


async def test_one_of_two_that_get_it_again_answers(another: Callable[..., Turns]) -> None:
    incoming = turn_of("kari", **JOIN)
    another().answer(incoming)
    old = datetime.now(UTC) - timedelta(seconds=30)
    second, third = another(answered_within=20.0), another(answered_within=20.0)
    with second.database.writing() as session:
        session.execute(update(Received).values(received_at=old))
    taken = await asyncio.gather(*(asyncio.to_thread(one.answer, incoming) for one in (second, third)))
    assert sorted(len(answer.cards) for answer in taken) == [0, 1]
    assert [answer.is_elsewhere for answer in taken if not answer.cards] == [True]


async def test_what_nobody_waits_for_any_more_is_not_answered_and_not_kept(another: Callable[..., Turns]) -> None:
    incoming = turn_of("kari", **JOIN)
    another().answer(incoming)
    late = another()
    assert received(late.database).reply
    machine_now = datetime.now(UTC) + AWAITED_FOR + timedelta(seconds=5)
    with late.database.writing() as session:
        conversations.forget_received(session, machine_now)
        assert conversations.unanswered(session, incoming.conversation, incoming.activity, machine_now) is None
    assert received(late.database).reply is None


async def test_a_refusal_that_was_not_sent_is_told_again(another: Callable[..., Turns]) -> None:
    refused = turn_of("kari", action="top.edit")
    first = another().answer(refused)
    assert first.cards[-1].outcome == "refused"
    assert (await another().take(refused)).cards == first.cards


async def test_the_welcome_that_was_not_sent_is_told_again(another: Callable[..., Turns]) -> None:
    came = turn_of("kari", event=WELCOME)
    first = another().answer(came)
    assert first.cards
    assert (await another().take(came)).cards == first.cards
    assert another().answer(turn_of("kari", "b", event=WELCOME)).cards == ()


@pytest.mark.parametrize("text", ["Jeg klarer ikke mer", "innspill: Det går for fort", "Når er neste milepæl?"])
async def test_nothing_of_what_is_only_asked_is_kept_with_the_activity(
    another: Callable[..., Turns], text: str
) -> None:
    turns = another()
    assert (await turns.take(turn_of("kari", text=text))).cards
    assert received(turns.database).reply is None


async def test_an_input_leaves_neither_its_text_nor_its_receipt_with_the_activity(
    another: Callable[..., Turns],
) -> None:
    values = {"topic": "risk", "text": "Det går for fort", "form": "f" * 16}
    turns = another()
    assert (await turns.take(turn_of("kari", action="input.send", values=values))).cards[-1].outcome == "done"
    assert received(turns.database).reply is None
