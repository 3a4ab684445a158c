"""Everyone's digest says that inputs were answered and what became of them: of whom, nobody is told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.schedule import Schedule
from bot.turns import Turns
from storage.outbox import Message
from tests.handling import key_of, sent
from tests.talk import Talk

#: Digests of everybody here come on Fridays at nine.
FIRST, SECOND, THIRD = (f"2020-{day}T09:00+01:00" for day in ("11-27", "12-04", "12-11"))


@pytest.fixture
def digest_at(turns: Turns, employee: Talk) -> Callable[[str], str]:
    """Lets the clock run to a moment, and tells what the digests made then say."""
    employee.act("subscription.set", on=True, topic="digest", frequency="weekly", weekday="friday")

    def run(moment: str) -> str:
        with turns.database.reading() as session:
            before = set(session.exec(select(Message.id)).all())
        turns.clock.go(datetime.fromisoformat(moment))  # type: ignore[attr-defined]
        Schedule(turns.database, turns.clock, lambda: None, turns.inputs).run_due()
        with turns.database.reading() as session:
            rows = session.exec(select(Message)).all()
            return str([row.cards["nb"] for row in rows if row.id not in before and row.kind == "digest"])

    return run


def answer(handler: Talk, turns: Turns, count: int) -> None:
    for number in range(count):
        key = key_of(turns.inputs, sent(turns.inputs, f"Hemmelig innspill {number}"))
        for _ in range(2):
            handler.act("input.answered", input=key, text="Hemmelig svar")


@pytest.mark.parametrize(
    ("count", "said"), [(1, "Nye svar er lagt ut"), (5, "Nye svar er lagt ut"), (13, "Minst 12 nye svar er lagt ut")]
)
def test_answers_are_told_once_and_how_many_only_in_steps(
    leader: Talk, turns: Turns, digest_at: Callable[[str], str], count: int, said: str
) -> None:
    answer(leader, turns, count)
    told = digest_at(FIRST)
    assert said in told
    assert "Hemmelig" not in told
    assert "svar er lagt ut" not in digest_at(SECOND)


def test_an_answer_of_the_digests_own_day_is_told_by_the_next_one(
    leader: Talk, turns: Turns, digest_at: Callable[[str], str]
) -> None:
    leader.now = datetime.fromisoformat(FIRST) - timedelta(minutes=30)
    answer(leader, turns, 1)
    assert "svar er lagt ut" not in digest_at(FIRST)
    assert "Nye svar er lagt ut" in digest_at(SECOND)
    assert "svar er lagt ut" not in digest_at(THIRD)


def test_what_became_of_inputs_is_told_once_and_not_after_it_was_taken_back(
    leader: Talk, turns: Turns, digest_at: Callable[[str], str]
) -> None:
    key = key_of(turns.inputs, sent(turns.inputs, "Hemmelig innspill"))
    told = {"done": "Alle møter varer nå 45 minutter."}
    leader.now += timedelta(minutes=1)
    for form, said in (("a" * 32, "Møtene er for lange"), ("b" * 32, "Noe som var feil")):
        leader.act("input.publish", input=key, form=form, said=said, **told)
        leader.press("input.publish")
    leader.act("input.outcome_withdraw", outcome="b" * 32)
    first = digest_at(FIRST)
    assert "Dere sa: Møtene er for lange" in first
    assert "Alle møter varer nå 45 minutter." in first
    assert "Noe som var feil" not in first
    assert "Hemmelig" not in first
    assert "Møtene er for lange" not in digest_at(SECOND)
