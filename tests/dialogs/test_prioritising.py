"""Points, the order that they make, why, and the top 5 of it, as people meet them."""

from datetime import datetime

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card
from storage import broadcasts, outbox, people
from storage.initiatives import TopList
from storage.prioritising import READY_MADE
from storage.scoring import Assessment
from tests.clockwork import run_at
from tests.conftest import NOW
from tests.dialogs import test_ideas
from tests.dialogs.test_decisions import holder
from tests.dialogs.test_ideas import IDEA, lifted, step
from tests.dialogs.test_planned import told
from tests.talk import Talk

only_leader = test_ideas.only_leader
OTHERS = (
    "osu-ini-framtidens-arbeidsplass",
    "osu-ini-digital-arbeidsglede",
    "osu-ini-kommunegard",
    "osu-ini-ledelse",
    "osu-ini-kompetanse",
)


@pytest.fixture
def union(turns: Turns) -> Talk:
    return holder(turns, "union-1", "employee_representative")


def points(*given: int) -> dict[str, str]:
    every = given if len(given) > 1 else given * len(READY_MADE)
    return {f"points_{key}": str(one) for key, one in zip(READY_MADE, every, strict=True)}


def give(talk: Talk, **form: str) -> Card:
    talk.act("initiative.score")
    return talk.press("initiative.scored", **form)


def weigh(leader: Talk, union: Talk, key: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    leader.act("initiative.scoring_open", initiative=key)
    give(leader, **ours)
    assert give(union, **theirs).outcome == "done"


def weigh_others(leader: Talk, union: Talk) -> None:
    for key in OTHERS:
        weigh(leader, union, key, points(4), points(5))


def test_those_who_give_points_are_told_and_the_form_says_what_the_ends_mean(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    lifted(turns, employee, only_leader)
    assert [card.title for card in told(turns, "union-1")] == [f"Gi poeng for «{IDEA['title']}»"]
    assert told(turns, "leader-1") == []
    form = union.press(told(turns, "union-1")[0].buttons[0])
    assert [choice.title for choice in form.questions[0].choices][1::4] == ["1: liten", "5: svært stor"]
    assert "Ingen ser hva du gir" in form.as_text()


def test_a_form_without_all_points_comes_back_as_it_was(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    lifted(turns, employee, only_leader)
    card = give(only_leader, points_residents="4", points_goals="9")
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if not question.error] == ["points_residents"]
    assert card.questions[0].value == "4"


def test_nobody_reads_others_points_until_all_are_in(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    key = lifted(turns, employee, only_leader)
    given = give(union, **points(5, 5, 5, 1, 2))
    assert "Du kan endre dem" in given.as_text()
    for talk in (only_leader, employee):
        text = talk.act("initiative.why", initiative=key).as_text()
        assert "Det venter på poeng: 1 av 2 har gitt sine." in text
        assert "poeng for ennå" not in text
        assert talk.act("initiative.ranking").outcome == "unknown"
    standing = only_leader.act("initiative.scoring").as_text()
    assert "1 av 2 har gitt poeng. Mangler: Leader-1" in standing
    form = only_leader.act("initiative.score")
    assert {question.value for question in form.questions} == {"-"}
    assert "Alle har gitt poeng" in only_leader.press("initiative.scored", **points(4)).as_text()
    text = employee.act("initiative.ranking").as_text()
    assert "4,0 poeng. 2 har gitt poeng. De er uenige om «liten innsats», fra 1 til 4." in text


def test_a_leader_closes_when_two_have_given_theirs(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    holder(turns, "safety-1", "safety_representative")
    lifted(turns, employee, only_leader)
    give(union, **points(5))
    only_leader.act("initiative.scoring")
    closing = next(b for b in only_leader.shown[-1].buttons if b.action == "initiative.scoring_close")
    refused = only_leader.press(closing)
    assert "Minst 2 må ha gitt poeng" in refused.title
    give(only_leader, **points(4))
    for _ in range(2):
        assert only_leader.press(closing).outcome == "done"
    assert [card.title for card in told(turns, "employee-1")][1:] == [f"«{IDEA['title']}» er nummer 1 av 1"]


def test_the_rank_is_explained_in_a_sentence(only_leader: Talk, union: Talk, employee: Talk, turns: Turns) -> None:
    key = lifted(turns, employee, only_leader)
    give(only_leader, **points(5, 4, 3, 2, 4))
    give(union, **points(5, 4, 3, 3, 4))
    weigh_others(only_leader, union)
    text = employee.act("initiative.why", initiative=key).as_text()
    assert "Nummer 6 av 6, med 3,8 av 5 poeng." in text
    assert "Mest opp trekker «nytte for innbyggere og brukere» (5,0 poeng, teller 3 av 11)." in text
    assert "Mest ned trekker «liten innsats» (2,5 poeng, teller 2 av 11)." in text
    assert "2 har gitt poeng, og de er enige." in text


def test_why_not_mine_is_answered_to_the_proposer(only_leader: Talk, union: Talk, employee: Talk, turns: Turns) -> None:
    assert employee.act("initiative.why").outcome == "unknown", "of nothing of one's own, the order"
    key = lifted(turns, employee, only_leader)
    assert "venter på poeng" in employee.act("initiative.why").as_text()
    give(only_leader, **points(5, 4, 3, 2, 4))
    give(union, **points(5, 4, 3, 3, 4))
    weigh_others(only_leader, union)
    text = employee.act("initiative.why").as_text()
    assert "Nummer 1, «Kompetansestrategi», har 4,5 poeng. Dette har 3,8." in text
    assert "Mest av forskjellen er «liten innsats»: 2,5 mot 4,5." in text
    for running in OTHERS[:3]:
        step(only_leader, running, "start", known="yes")
    assert "Det kan ikke starte nå: høyst 3 kan være i gang samtidig" in employee.act("initiative.why").as_text()
    step(only_leader, key, "stopped", why="Kjøpes inn sentralt.")
    text = employee.act("initiative.why").as_text()
    assert "Det er stoppet" in text
    assert "Kjøpes inn sentralt." in text


def test_without_rights_it_is_refused_and_the_order_is_for_everyone(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    weigh_others(only_leader, union)
    for action in ("initiative.score", "initiative.scored", "initiative.scoring", "initiative.scoring_open",
                   "initiative.scoring_close", "top.follow", "top.edit"):  # fmt: skip
        assert employee.act(action, assessment=1, initiative=OTHERS[0]).outcome == "refused", action
    offered = [button.action for button in employee.act("initiative.ranking").buttons]
    assert offered == ["initiative.open", "initiative.list", "initiative.top"]
    assert employee.act("initiative.scored", assessment=99).outcome == "refused"


def tops(turns: Turns) -> list[TopList]:
    with turns.database.reading() as session:
        return list(session.exec(select(TopList).order_by(TopList.id)))  # type: ignore[arg-type]


def sent(turns: Turns) -> list[Card]:
    """What of the top 5 everyone is owed."""
    with turns.database.reading() as session:
        rows = session.exec(select(broadcasts.Broadcast).order_by(broadcasts.Broadcast.id)).all()  # type: ignore[arg-type]
        messages = [session.get_one(outbox.Message, row.message_id) for row in rows]
        return [Card.model_validate(one.cards["nb"]) for one in messages if one.kind == outbox.Kind.TOP_LIST]


def test_the_top_5_is_what_the_points_make_at_its_hour(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    weigh_others(only_leader, union)
    weigh(only_leader, union, "osu-ini-arbeidsgiver", points(5), points(5))
    run_at(turns, "2020-12-07T09:00+01:00")
    (card,) = sent(turns)
    lines = card.as_text().split("\n")
    assert lines[1].startswith("Arbeidsgiverstrategi")
    assert "5,0 poeng. 2 har gitt poeng, og de er enige." in lines[1]
    assert "Rekkefølgen følger poengene slik de var mandag 7. desember 2020." in card.as_text()
    run_at(turns, "2020-12-07T09:01+01:00")
    assert len(sent(turns)) == 1
    only_leader.now = union.now = datetime.fromisoformat("2020-12-08T09:00+01:00")
    weigh(only_leader, union, "osu-ini-arbeidsgiver", points(1), points(1))
    run_at(turns, "2021-01-04T09:00+01:00")
    assert "Ikke lenger på lista: Arbeidsgiverstrategi." in sent(turns)[1].as_text()
    assert sent(turns)[0] == card


def test_a_leader_pins_another_one_with_a_reason_and_lets_go(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    weigh_others(only_leader, union)
    form = only_leader.act("top.edit")
    assert form.questions[0].value == OTHERS[0]
    wrong = only_leader.act("top.save", place_1="osu-ini-digitalt-kontor")
    assert [question.name for question in wrong.questions if question.error] == ["reason"]
    assert tops(turns) == []
    long = only_leader.act("top.save", place_1="osu-ini-digitalt-kontor", reason="x" * 161)
    assert [question.name for question in long.questions if question.error] == ["reason"]
    reason = "Kommunestyret har bedt om det."
    assert only_leader.act("top.save", place_1="osu-ini-digitalt-kontor", reason=reason).outcome == "done"
    assert f"Ledelsen har låst rekkefølgen: {reason}" in employee.act("initiative.top").as_text()
    assert reason in employee.act("initiative.why", initiative=OTHERS[0]).as_text()
    run_at(turns, "2020-12-07T09:00+01:00")
    assert reason in sent(turns)[0].as_text()
    for _ in range(2):
        assert only_leader.act("top.follow").outcome == "done"
    assert len(tops(turns)) == 2
    assert "følger poengene" in employee.act("initiative.top").as_text()


def test_nothing_to_follow_is_refused(only_leader: Talk, turns: Turns) -> None:
    assert only_leader.act("top.follow").outcome == "refused"
    assert tops(turns) == []


def test_the_order_shows_movement_since_everyone_was_last_told(
    only_leader: Talk, union: Talk, employee: Talk, turns: Turns
) -> None:
    weigh_others(only_leader, union)
    run_at(turns, "2020-12-07T09:00+01:00")
    only_leader.now = union.now = employee.now = datetime.fromisoformat("2020-12-08T09:00+01:00")
    weigh(only_leader, union, OTHERS[4], points(5), points(5))
    text = employee.act("initiative.ranking").as_text()
    line = next(line for line in text.split("\n") if line.startswith("Kompetansestrategi"))
    assert line.endswith("(som sist)"), "it shared the first place before"
    line = next(line for line in text.split("\n") if line.startswith("Kommunegårdsprosjektet"))
    assert line.endswith("(ned fra plass 1)")
    assert "Sammenlignet med da topp 5 sist ble satt, 7. desember 2020." in text


def test_another_leader_need_not_approve_what_several_gave_points_for(
    only_leader: Talk, union: Talk, turns: Turns
) -> None:
    holder(turns, "deputy-1", "deputy")
    weigh_others(only_leader, union)
    run_at(turns, "2020-12-07T09:00+01:00")
    assert len(sent(turns)) == 1
    assert tops(turns)[0].set_by is None


#: What is done with the order and the points, and who may; everybody may look.
MAY = {
    "initiative.score": {"leader", "employee_representative", "safety_representative"},
    "initiative.scoring": {"leader"},
    "initiative.scoring_open": {"leader"},
    "initiative.scoring_close": {"leader"},
    "top.edit": {"leader"},
    "top.save": {"leader"},
    "top.follow": {"leader"},
    "initiative.ranking": {"", *people.ROLES},
    "initiative.why": {"", *people.ROLES},
    "initiative.list": {"", *people.ROLES},
    "initiative.top": {"", *people.ROLES},
}


@pytest.mark.parametrize("role", ["", *people.ROLES])
def test_the_roles_and_what_each_may(only_leader: Talk, union: Talk, turns: Turns, role: str) -> None:
    weigh_others(only_leader, union)
    somebody = holder(turns, "somebody", role) if role else Talk(turns, "somebody", NOW)
    with turns.database.reading() as session:
        last = len(session.exec(select(Assessment)).all())
    values = {"initiative": OTHERS[0], "assessment": last, "place_1": OTHERS[0], "reason": "Fordi."}
    for action, those in MAY.items():
        given = {**values, "assessment": 0} if action == "initiative.score" else values
        assert (somebody.act(action, **given).outcome != "refused") is (role in those), action
