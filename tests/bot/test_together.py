"""Turns that come at once share a commit, and nobody notices."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.together import Together
from bot.turns import WELCOME, Answer, Incoming, Turns
from dialogs import actions
from dialogs.card import Card
from dialogs.turn import Dialog, Turn
from storage import programmes, unanswered
from storage.conversations import Received
from storage.database import Database, Session
from storage.people import Person, Whereabouts
from storage.sign_ups import SignUp
from tests.conftest import NOW, make_person
from tests.talk import CheckedTurns

JOIN = {"action": "workgroup.join", "values": {"group": "osu-omstilling"}}


def turn_of(who: str, activity: str = "a", **fields: object) -> Incoming:
    where = Whereabouts(channel="web", account=who, name=who.title(), lane="web", conversation=f"c-{who}")
    return Incoming(where, f"c-{who}", activity, NOW, **fields)  # type: ignore[arg-type]


def outcomes(turns: Turns, *incoming: Incoming) -> list[str]:
    return [answer.cards[-1].outcome if answer.cards else "" for answer in turns.answer_together(incoming)]


def test_each_gets_the_answer_to_their_own_question(turns: CheckedTurns) -> None:
    asked = [
        turn_of("a", text="hvem leder styringsgruppa?"),
        turn_of("b", **JOIN),
        turn_of("c", text="next milestone?"),
    ]
    leads, joined, following = turns.answer_together(asked)
    assert leads.understanding is not None
    assert leads.understanding["intent"] == "workgroup.about"
    assert joined.cards[-1].outcome == "done"
    assert following.language == "en"
    with turns.database.reading() as session:
        assert sorted(person.name for person in session.exec(select(Person))) == ["A", "B", "C"]
        assert len(session.exec(select(SignUp)).all()) == 1


def test_a_refusal_among_them_keeps_nobody_from_theirs(turns: CheckedTurns) -> None:
    asked = [turn_of("a", **JOIN), turn_of("b", action="top.edit"), turn_of("c", **JOIN)]
    assert outcomes(turns, *asked) == ["done", "refused", "done"]
    assert outcomes(turns, *asked) == ["", "", ""], "each was received"
    with turns.database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 2


def test_a_defect_among_them_is_apologised_for_once_and_to_one(
    turns: CheckedTurns, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(session: Session, turn: Turn) -> Card:
        turn.person.language = "en"
        session.flush()
        raise RuntimeError

    monkeypatch.setitem(actions.ACTIONS, "help", broken)
    with caplog.at_level(logging.ERROR):
        done, sorry = turns.answer_together([turn_of("a", **JOIN), turn_of("b", action="help")])
    assert done.cards[-1].outcome == "done"
    assert "feilkode" in sorry.cards[-1].as_text()
    assert len(caplog.records) == 1
    with turns.database.reading() as session:
        assert [person.language for person in session.exec(select(Person))] == [None]


def test_the_same_activity_twice_among_them_acts_once(turns: CheckedTurns) -> None:
    assert outcomes(turns, turn_of("a", **JOIN), turn_of("a", **JOIN)) == ["done", ""]
    with turns.database.reading() as session:
        assert len(session.exec(select(Received)).all()) == 1


class Interrupted(CheckedTurns):
    """Turns that another process answers a question between, as soon as they are done one by one."""

    question = 0
    seen: list[str | None] | None = None

    def answer(self, incoming: Incoming) -> Answer:
        if self.seen is None:
            with self.database.writing() as session:
                give(session, make_person(session, "leader-9", "leader"), self.question, "Te")
            with self.database.writing() as session:
                self.seen = [fact.title and fact.title["nb"] for fact in programmes.answers(session, "osu2020")]
        return super().answer(incoming)


def give(session: Session, leader: Person, question: int, title: str) -> None:
    unanswered.answer(session, leader, "osu2020", question, unanswered.Given(title, "Ja.", "Referat 3. november"))


def test_what_one_of_them_changes_of_a_programme_is_not_kept_when_all_is_undone(stores: Stores) -> None:
    turns = Interrupted(stores.database, stores.inputs, DemoClock(NOW), "osu2020")
    with turns.database.writing() as session:
        asker = make_person(session)
        first, second = (
            unanswered.send(session, asker, "osu2020", unanswered.Asked(text, text, "nb", NOW.date()))[0].identity
            for text in ("Får vi kaffe?", "Får vi te?")
        )
    turns.question = second
    given = {"question": first, "title": "Kaffe", "text": "Ja.", "source": "Referat 3. november"}
    answered = turn_of("leader-1", action="question.answered", values=given)
    assert outcomes(turns, answered, turn_of("a", text="når er MBM?")) == ["done", "answered"]
    assert turns.seen == ["Te"]


async def test_many_who_ask_at_once_are_all_answered(turns: CheckedTurns) -> None:
    asked = [turn_of(f"p{number}", text="når er MBM?") for number in range(40)]
    answers = await asyncio.gather(*map(turns.take, asked), turns.take(turn_of("p1", "again", **JOIN)))
    assert {answer.cards[-1].outcome for answer in answers} == {"answered", "done"}
    with turns.database.reading() as session:
        assert len(session.exec(select(Received)).all()) == 41


async def test_questions_are_answered_on_the_event_loop_and_buttons_are_not(
    turns: CheckedTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    for name in ("milestone.next", "workgroup.join"):
        monkeypatch.setitem(actions.ACTIONS, name, noting(threads, actions.ACTIONS[name]))
    await turns.take(turn_of("a", text="neste milepæl?"))
    await turns.take(turn_of("b", **JOIN))
    assert [one is threading.current_thread() for one in threads] == [True, False]


def noting(threads: list[threading.Thread], action: Dialog) -> Dialog:
    def noted(session: Session, turn: Turn) -> Card | tuple[Card, ...]:
        threads.append(threading.current_thread())
        return action(session, turn)

    return noted


@pytest.mark.parametrize("is_other_process", [False, True])
async def test_who_writes_slowly_holds_up_those_who_ask_but_not_the_event_loop(
    turns: CheckedTurns, is_other_process: bool
) -> None:
    database = Database(turns.database.url.render_as_string()) if is_other_process else turns.database
    with database.writing() as session:
        make_person(session, "slow")
        asking = asyncio.create_task(turns.take(turn_of("a", text="når er MBM?")))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not asking.done()
    assert (await asking).cards[-1].outcome == "answered"


async def test_a_question_among_others_that_wait_for_the_writer_is_answered(turns: CheckedTurns) -> None:
    """What was begun on the event loop holds the writer: its end must not wait behind those who wait for that."""
    turns.warm_up()
    for number in range(30):
        event = {"event": WELCOME}
        asked = [turn_of(f"{number}a", **event), turn_of(f"{number}b", **event)]
        asked.append(turn_of(f"{number}c", text="når er MBM?"))
        answers = await asyncio.wait_for(asyncio.gather(*map(turns.take, asked)), 20)
        assert all(answer.cards for answer in answers)


async def test_a_refusal_or_a_defect_on_the_event_loop_is_met_again_alone(
    turns: CheckedTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session, turn: Turn) -> Card:
        raise RuntimeError

    monkeypatch.setitem(actions.ACTIONS, "milestone.next", broken)
    asked = [turn_of("a", text="neste milepæl?"), turn_of("b", text="når er MBM?")]
    sorry, told = await asyncio.gather(*map(turns.take, asked))
    assert "feilkode" in sorry.cards[-1].as_text()
    assert told.cards[-1].outcome == "answered"


async def test_after_the_end_nobody_is_left_holding_the_database(turns: CheckedTurns) -> None:
    turns.close()
    with pytest.raises(RuntimeError):
        await turns.take(turn_of("a", text="når er MBM?"))
    with turns.database.writing() as session:
        assert session.exec(select(Received)).all() == []


class Work:
    """What is given to do, in the batches it was given in; the first batch waits for the gate."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        self.gate.wait(10)
        if -1 in asked:
            raise RuntimeError("broken")
        return [2 * one for one in asked]


async def test_what_waits_is_done_together_a_few_at_once_in_order() -> None:
    work = Work()
    with ThreadPoolExecutor(1) as threads:
        together = Together(lambda asked: partial(work, asked), threads, most=3)
        waiting = [asyncio.create_task(together.take(number)) for number in range(6)]
        await asyncio.sleep(0.05)
        waiting[2].cancel()
        work.gate.set()
        done = await asyncio.gather(*waiting, return_exceptions=True)
    assert work.batches == [[0, 1, 2], [3, 4, 5]]
    assert [one for one in done if isinstance(one, int)] == [0, 2, 6, 8, 10]


async def test_what_fails_is_told_to_all_who_waited_for_it_and_the_next_is_done() -> None:
    work = Work()
    work.gate.set()
    with ThreadPoolExecutor(1) as threads:
        together = Together(lambda asked: partial(work, asked), threads)
        failed = await asyncio.gather(together.take(-1), together.take(1), return_exceptions=True)
        assert [str(error) for error in failed] == ["broken", "broken"]
        assert await together.take(4) == 8
