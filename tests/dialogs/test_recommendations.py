"""What became of recommendations: said by leaders, told to those who made them and to whoever asks."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from bot.app import Stores
from dialogs.decision_reminders import queue_unrecorded_decisions
from dialogs.recommendation_notices import queue_recommendations
from storage import deliveries, group_seats, programmes, recommendations, workgroups
from storage.database import Session
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.recommendations import FollowedBy, RecommendationState, RecommendationStep, WrongField
from storage.refusals import NotAllowed, Refused
from tests.conftest import make_person
from tests.dialogs.test_decision_log import recorded, somebody

OSU = "osu2020"
AFTER = datetime(2020, 12, 3, 9, tzinfo=UTC)
INITIATIVE = (FollowedBy.INITIATIVE, "osu-ini-ledelse")


def owed(stores: Stores, to: str) -> list[str]:
    """The titles of what somebody is owed."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Person.name == to)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        )
        return [message.cards["nb"]["title"] for message in rows]


def test_before_anybody_has_said_anything_nothing_is_claimed(stores: Stores) -> None:
    kari = somebody(stores, "kari")
    listed = kari.say("hva skjedde med anbefalingene?").as_text()
    assert listed.count("Ikke svart ennå") == 8
    for words in ("ble topp 5-anbefalingen fulgt?", "hva skjedde med anbefaling 6"):
        one = kari.say(words)
        assert (one.outcome, one.title) == ("unknown", "6. Fortell jevnlig om topp 5 utviklingsinitiativ"), words


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("hva skjedde med anbefaling 3", "3. Mer smidig metodikk og sprints"),
        ("kva skjedde med tilråding nr 7?", "7. Innsatsteam som kartlegg kompetansen"),
        ("hva ble det av anbefalingen om grunnmur", "1. Felles grunnmur og felles grunndata først"),
        ("was recommendation 8 followed up", "8. Assess academic competence (akademisk kompetanse)"),
        ("anbefaling 3", "3. Mer smidig metodikk og sprints"),
        ("what happened to the recommendations", "What became of the recommendations?"),
        ("Hva ble det av anbefalingene?", "Hva ble det av anbefalingene?"),
    ],
)
def test_the_one_that_is_named_is_answered(stores: Stores, words: str, title: str) -> None:
    assert somebody(stores, "kari").say(words).title == title


def test_a_leader_says_what_follows_it_up_and_those_who_made_it_are_told(stores: Stores) -> None:
    leader, member = somebody(stores, "leder", "leader"), somebody(stores, "tom")
    with stores.database.writing() as session:
        tom = session.exec(select(Person).where(Person.name == "Tom")).one()
        group_seats.give(session, tom, workgroups.get(session, OSU, "osu-padriver"), AFTER)
    leader.act("recommendation.set", fact="osu-anb-5")
    again = leader.press("recommendation.said", state="followed", by="-", text="Vi begynner i mai.")
    assert (again.outcome, again.questions[1].error) == (
        "refused",
        "Velg hva som følger den opp. Er det ikke noe bestemt, så velg at dere ser på den.",
    )
    assert again.questions[2].value == "Vi begynner i mai."
    button = next(one for one in again.buttons if one.action == "recommendation.said")
    for _ in range(2):
        done = leader.press(button, state="followed", by="initiative:osu-ini-ledelse", text="Vi begynner i mai.")
        assert done.outcome == "done"
    assert owed(stores, "Tom") == ["Nytt om en anbefaling dere ga"]
    told = member.say("anbefaling 5").as_text()
    assert "Den følges. Det følges opp av: Ledelse" in told
    assert "Vi begynner i mai." in told
    assert "initiative.open" in [one.action for one in member.act("recommendation.open", fact="osu-anb-5").buttons]


def test_what_is_in_the_decisions_log_can_follow_it_up(stores: Stores) -> None:
    leader = recorded(stores)
    leader.act("recommendation.set", fact="osu-anb-2")
    done = leader.press("recommendation.said", state="followed", by="decision:1", text="")
    assert "Det følges opp av: Innsparinger i OSU." in done.as_text()
    opening = next(one for one in done.buttons if one.action == "decision.entry")
    assert leader.press(opening).title == "Innsparinger i OSU"


def test_a_delivery_can_follow_it_up_and_is_opened_where_a_leader_has_worded_it(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leder")).one()
        worded = deliveries.Worded(title="Felles kunderegister", need="Ett register", for_whom="Alle")
        made = deliveries.add(session, person, programmes.get(session, OSU), worded, AFTER, "f1").identity
    form = leader.act("recommendation.set", fact="osu-anb-1")
    values = {choice.title: choice.value for choice in form.questions[1].choices}
    assert values["Leveranse: Felles kunderegister"] == f"delivery:{made}"
    by_document = next(value for title, value in values.items() if title.startswith("Leveranse: Leveranse"))
    worded_one = leader.press("recommendation.said", state="followed", by=f"delivery:{made}", text="")
    assert "Det følges opp av: Felles kunderegister." in worded_one.as_text()
    assert {"delivery": made} in [one.values for one in worded_one.buttons if one.action == "delivery.open"]
    leader.press("recommendation.set")
    named = leader.press("recommendation.said", state="followed", by=by_document, text="")
    assert "Det følges opp av: Leveranse" in named.as_text()
    assert "delivery.open" not in [one.action for one in named.buttons]


def test_what_is_not_followed_is_followed_up_by_nothing(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    leader.act("recommendation.set", fact="osu-anb-3")
    refused = leader.press(
        "recommendation.said", state="not_followed", by="initiative:osu-ini-ledelse", text="Vi har ikke folk."
    )
    assert "ingenting som følger den opp" in refused.questions[1].error
    assert leader.press("recommendation.said", state="not_followed", by="-", text="Vi har ikke folk.").outcome == "done"


@pytest.mark.parametrize(
    "words",
    ["hvorfor ble ikke anbefaling 3 fulgt?", "hvorfor ble anbefaling 3 ikke fulgt",
     "kvifor vart ikkje tilråding 3 følgd?", "why was recommendation 3 not followed?"],
)  # fmt: skip
def test_why_one_is_not_followed_is_told(stores: Stores, words: str) -> None:
    leader = somebody(stores, "leder", "leader")
    leader.act("recommendation.set", fact="osu-anb-3")
    leader.press("recommendation.said", state="not_followed", by="-", text="Vi har ikke folk.")
    told = somebody(stores, "kari").say(words)
    assert told.outcome == "answered"
    assert "Vi har ikke folk." in told.blocks[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "words", "said"),
    [
        ("hva skjedde med anbefaling 3", "hvem anbefalte det?", "Anbefalt av: Arbeidsgruppen om OSU som pådriver."),
        ("", "hvem ga anbefaling 3?", "Anbefalt av: Arbeidsgruppen om OSU som pådriver."),
        ("", "kven gav tilråding 3?", "Tilrådd av: "),
        ("", "who made recommendation 3?", "Recommended by: "),
        ("", "hvem anbefalte det?", "Anbefalt av: Arbeidsgruppen om OSU som pådriver."),
    ],
)
def test_who_made_it_is_told(stores: Stores, before: str, words: str, said: str) -> None:
    kari = somebody(stores, "kari")
    if before:
        kari.say(before)
    told = kari.say(words)
    assert (told.outcome, said in told.as_text()) == ("answered", True)
    if before:
        assert told.title.startswith("3. ")


def test_that_nobody_of_the_group_can_be_told_is_said_beforehand(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    alone = leader.act("recommendation.set", fact="osu-anb-5")
    assert "Ingen av dem som ga anbefalingen" in alone.as_text()
    assert alone.buttons[0].title == "Lagre"
    somebody(stores, "tom")
    with stores.database.writing() as session:
        tom = session.exec(select(Person).where(Person.name == "Tom")).one()
        group_seats.give(session, tom, workgroups.get(session, OSU, "osu-padriver"), AFTER)
    together = leader.act("recommendation.set", fact="osu-anb-5")
    assert "Ingen av dem" not in together.as_text()
    assert together.buttons[0].title == "Lagre, og si fra til gruppa"


def test_ones_own_second_form_is_no_other_persons(session: Session) -> None:
    leader, other = make_person(session, "leder", "leader"), make_person(session, "annen", "leader")
    say(session, leader, RecommendationState.LOOKED_AT)
    with pytest.raises(WrongField) as own:
        say(session, leader, RecommendationState.RECEIVED)
    assert own.value.key == "refused.recommendation.changed_oneself"
    with pytest.raises(WrongField) as others:
        say(session, other, RecommendationState.RECEIVED)
    assert others.value.key == "refused.recommendation.changed"


def say(session: Session, by: Person, state: RecommendationState, seen: int = 0, text: str = "") -> bool:
    return recommendations.say(session, by, OSU, "osu-anb-1", state, text, None, seen, AFTER)[1]


def test_the_history_is_kept_and_a_stale_form_is_refused(session: Session) -> None:
    leader = make_person(session, "leder", "leader")
    assert say(session, leader, RecommendationState.RECEIVED)
    assert not say(session, leader, RecommendationState.RECEIVED), "pressed twice"
    with pytest.raises(WrongField, match="changed"):
        say(session, leader, RecommendationState.LOOKED_AT)
    assert say(session, leader, RecommendationState.LOOKED_AT, 1)
    for state in recommendations.NEED_REASON:
        with pytest.raises(WrongField, match="no_reason"):
            say(session, leader, state, 2)
    assert say(session, leader, RecommendationState.NOT_FOLLOWED, 2, "Vi har ikke folk til det.")
    steps = recommendations.steps(session, OSU, "osu-anb-1")
    assert [(step.number, step.state) for step in steps] == [(1, "received"), (2, "looked_at"), (3, "not_followed")]


@pytest.mark.parametrize("role", ["", "deputy", "coordinator", "employee_representative"])
def test_only_leaders_say_it(session: Session, role: str) -> None:
    other = make_person(session, "annen", *((role,) if role else ()))
    with pytest.raises(NotAllowed):
        say(session, other, RecommendationState.RECEIVED)


def test_nothing_is_said_of_what_is_not_there(session: Session) -> None:
    leader = make_person(session, "leder", "leader")
    with pytest.raises(Refused, match="unknown"):
        recommendations.say(session, leader, OSU, "x", RecommendationState.RECEIVED, "", None, 0, AFTER)
    by = (FollowedBy.DECISION, "1")
    with pytest.raises(WrongField, match="gone"):
        recommendations.say(session, leader, OSU, "osu-anb-1", RecommendationState.FOLLOWED, "", by, 0, AFTER)
    assert session.exec(select(RecommendationStep)).all() == []


def run(stores: Stores, days: list[datetime], job: object = queue_recommendations, key: str = OSU) -> list[str]:
    """On which of these moments, each looked at twice, somebody was owed something."""
    owing = []
    for at in days:
        for _ in range(2):
            with stores.database.writing() as session:
                if job(session, programmes.get(session, key), at):  # type: ignore[operator]
                    owing.append(at.date().isoformat())
    return owing


def mornings(first: datetime, count: int) -> list[datetime]:
    return [first + timedelta(days=day) for day in range(count)]


def test_leaders_are_asked_once_a_quarter_of_those_that_have_no_state(stores: Stores) -> None:
    somebody(stores, "leder", "leader")
    assert run(stores, mornings(datetime(2020, 12, 1, 9, tzinfo=UTC), 365)) == [
        "2021-01-04", "2021-04-06", "2021-07-01", "2021-10-01",
    ]  # fmt: skip
    assert owed(stores, "Leder")[0] == "8 anbefalinger har ikke fått svar"


def test_nobody_is_asked_where_the_programme_says_never_or_all_have_a_state(stores: Stores) -> None:
    somebody(stores, "leder", "leader")
    january = [datetime(2021, 1, 4, 9, tzinfo=UTC)]
    with stores.database.writing() as session:
        programmes.get(session, OSU)
        programme = session.merge(programmes.get(session, OSU))
        programme.recommendations_months = 0
        programmes.mark_changed(session, OSU)
    assert run(stores, january) == []
    assert run(stores, january, key="os2019") == [], "it has none"


def test_leaders_are_reminded_of_what_nobody_recorded_then_weekly_until_it_is(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    days = mornings(datetime(2020, 11, 30, 9, tzinfo=UTC), 12)
    assert run(stores, days, queue_unrecorded_decisions) == ["2020-12-03", "2020-12-10"]
    assert sorted(owed(stores, "Leder"))[:2] == ["En beslutning er ikke ført"] * 2
    assert len(owed(stores, "Leder")) == 4, "the beslutning and the vedtak of the same day, each twice"
    leader.act("decision.decide", coming="osu-kommunestyret", kind="political")
    leader.press("decision.decided", title="x", text="y", body="Kommunestyret", on="2.12.2020")
    leader.act("decision.new", coming="osu-beslutning")
    leader.press("decision.save", title="Ny modell")
    leader.act("decision.ended", decision=2, how="withdrawn", reason="Utsatt.")
    later = mornings(datetime(2020, 12, 14, 9, tzinfo=UTC), 40)
    assert run(stores, later, queue_unrecorded_decisions) == []


def test_reminders_of_one_decision_are_a_week_apart_and_end(stores: Stores) -> None:
    somebody(stores, "leder", "leader", now=datetime(2019, 1, 25, 9, tzinfo=UTC), programme="os2019")
    found = run(stores, mornings(datetime(2019, 1, 20, 9, tzinfo=UTC), 200), queue_unrecorded_decisions, "os2019")
    days = [datetime.fromisoformat(one) for one in found]
    assert found[0] == "2019-01-25"
    assert all((after - before).days >= 7 for before, after in pairwise(days))
    assert 10 <= len(days) <= 13
    assert (days[-1] - days[0]).days <= 84
    assert run(stores, [datetime(2026, 11, 27, 9, tzinfo=UTC)], queue_unrecorded_decisions, "os2019") == []


def test_who_is_erased_is_named_neither_in_the_log_nor_in_what_others_were_told(stores: Stores) -> None:
    leader, member = recorded(stores), somebody(stores, "tom")
    somebody(stores, "annen", "leader")
    with stores.database.writing() as session:
        tom = session.exec(select(Person).where(Person.name == "Tom")).one()
        group_seats.give(session, tom, workgroups.get(session, OSU, "osu-padriver"), AFTER)
    leader.act("recommendation.set", fact="osu-anb-1")
    leader.press("recommendation.said", state="looked_at", by="-", text="")
    assert "2020, Leder" in member.act("recommendation.open", fact="osu-anb-1").as_text()
    leader.act("own.erase")
    assert leader.press("own.erased").outcome == "done"
    for action, values in (("recommendation.open", {"fact": "osu-anb-1"}), ("decision.versions", {"decision": 1})):
        told = member.act(action, **values).as_text()
        assert not re.search(r"\bLeder\b", told), action
        assert "en tidligere bruker" in told, action
    with stores.database.reading() as session:
        texts = [str(message.cards) for message in session.exec(select(Message))]
    assert any("Nytt om en anbefaling" in text for text in texts)
    assert not [text for text in texts if re.search(r"\bLeder\b", text)]
