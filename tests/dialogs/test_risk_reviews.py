"""Risk assessments and reviews of the working environment, as everybody and those whose they are meet them."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs import taking_over
from dialogs.card import Card
from dialogs.risk_notices import coming, queue_risk_reviews
from storage import people, programmes
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Person
from storage.risk_reviews import RiskReview, RiskReviewStep
from tests.conftest import NOW
from tests.dialogs import test_planned
from tests.dialogs.test_decisions import DISCUSSED, SAFETY, WRITTEN, holder, record
from tests.dialogs.test_decisions import RISK as RECORDED
from tests.dialogs.test_planned import AT, FRIDAY, sent, stored, tick, told
from tests.talk import Talk

turns = test_planned.turns
RISK, ENVIRONMENT = {"review": "osu-risikovurdering"}, {"review": "osu-arbeidsmiljogjennomgang"}
#: What announces the decision of 2 December.
OF_MODEL = "new:osu-beslutning"


class Office:
    """A leader with no other role, somebody who owns the reviews, the verneombud, and the employees' side."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.leader = holder(turns, "leder-1", "leader")
        self.owner = holder(turns, "eier-1", "coordinator")
        self.safety = holder(turns, "verneombud-1", "safety_representative")
        self.union = holder(turns, "tillitsvalgt-1", "employee_representative")

    def number(self, account: str) -> str:
        with self.turns.database.reading() as session:
            return str(session.exec(select(Person.id).where(Person.name == account.title())).one())

    def give(self, review: dict[str, str], due: str = "2", to: str = "eier-1") -> Card:
        self.leader.act("risk.open", **review)
        self.leader.press("risk.assign")
        return self.leader.press("risk.assigned", owner=self.number(to), due=due)

    def begin(self, review: dict[str, str]) -> None:
        self.give(review)
        self.owner.act("risk.open", **review)
        self.owner.press("risk.move")
        self.owner.press("risk.document")
        self.owner.press("risk.documented", summary="Vi vet hva som kan gå galt.", link="https://example.org/ros")

    def to_safety(self, review: dict[str, str]) -> None:
        self.owner.act("risk.open", **review)
        self.owner.press(next(b for b in self.owner.shown[-1].buttons if b.values.get("state") == "with_safety"))

    def take_part(self, review: dict[str, str], **form: str) -> Card:
        self.safety.act("risk.open", **review)
        self.safety.press("risk.part")
        return self.safety.press("risk.part_saved", **{"statement": "agree", "on": "i dag", **form})

    def finish(self, review: dict[str, str]) -> Card:
        self.begin(review)
        return self.end(review)

    def end(self, review: dict[str, str]) -> Card:
        self.to_safety(review)
        self.take_part(review)
        self.owner.act("risk.open", **review)
        return self.owner.press("risk.move")

    def end_again(self, review: dict[str, str]) -> Card:
        self.owner.act("risk.open", **review)
        self.owner.press("risk.move")
        return self.end(review)

    def redo(self, review: dict[str, str]) -> Card:
        self.owner.act("risk.open", **review)
        self.owner.press("risk.redo")
        return self.owner.press("risk.redone", why="Det er kommet til en enhet.")

    def tell(self, decided: str = OF_MODEL, **form: str) -> Card:
        self.leader.act("announcement.preview", **WRITTEN)
        return self.leader.send(**{"decided": decided, **form})

    def again(self, decided: str = "1", **form: str) -> Card:
        self.leader.act("announcement.open", announcement=1)
        return self.leader.send(**{"decided": decided, **form})

    def record(self) -> None:
        """All that comes before a decision, confirmed."""
        record(self.leader, "discussed", DISCUSSED)
        record(self.leader, "risk", RECORDED)
        record(self.safety, "safety", SAFETY)
        self.union.act("decision.open", decision=1)
        self.union.press("decision.confirm")


@pytest.fixture
def office(turns: Turns) -> Office:
    return Office(turns)


def test_the_decision_of_2_december_is_not_announced_before_the_reviews_are_done(office: Office, turns: Turns) -> None:
    card = office.tell()
    assert "Risikovurderingen: Planlagt, ikke begynt." in card.as_text()
    office.record()
    card = office.again()
    assert (card.outcome, sent(turns)) == ("refused", 0)
    said = card.as_text()
    assert "kan ikke meldes som besluttet før dette er ferdig: risikovurderingen, gjennomgangen av" in said
    assert "Ingen følger den opp: en leder eller koordinator kan gi den til noen." in said
    office.finish(RISK)
    card = office.again()
    assert "er ferdig: gjennomgangen av arbeidsmiljøkonsekvensene." in card.as_text()
    office.begin(ENVIRONMENT)
    assert "Følges opp av Eier-1." in office.again().as_text()
    office.end(ENVIRONMENT)
    assert (office.again().outcome, sent(turns)) == ("done", 1)


def test_what_is_opened_again_between_planning_and_sending_is_held_back(office: Office, turns: Turns) -> None:
    office.tell()
    office.record()
    office.finish(RISK)
    office.finish(ENVIRONMENT)
    office.again(**FRIDAY)
    assert stored(turns).send_at == AT
    assert office.redo(RISK).outcome == "done"
    assert "Åpnet igjen: risikovurderingen" in [card.title for card in told(turns, "leder-1")]
    tick(turns, AT)
    assert (sent(turns), stored(turns).send_at) == (0, None)
    held = told(turns, "leder-1")[-1].as_text()
    assert "kan ikke meldes som besluttet før dette er ferdig: risikovurderingen" in held


def test_what_is_opened_again_before_approval_is_not_approved(office: Office, turns: Turns) -> None:
    second = holder(turns, "leder-2", "leader")
    office.tell()
    office.record()
    office.finish(RISK)
    office.finish(ENVIRONMENT)
    assert "venter på godkjenning" in office.again().title
    office.redo(RISK)
    second.shown = (next(card for card in told(turns, "leder-2") if "announcement.approve" in str(card.buttons)),)
    card = second.press("announcement.approve")
    assert (card.outcome, sent(turns)) == ("refused", 0)
    assert "risikovurderingen" in card.as_text()
    assert "Du kan godkjenne når alt er på plass." in card.as_text()
    assert "du kan sende det" not in card.as_text(), "it is not theirs to send"
    stopped = told(turns, "leder-1")[-1]
    assert stopped.title == "Meldingen kan ikke godkjennes ennå"
    assert "risikovurderingen" in stopped.as_text()
    for words in ("hvorfor er meldingen stoppet?", "hva skjer med meldingen min?", "hvorfor er ikke meldingen sendt?"):
        assert "stoppet før godkjenning: " in office.leader.say(words).as_text(), words
    assert "stopped before approval: " in office.leader.say("why was my announcement not sent?").as_text()
    assert "risikovurderingen" in office.leader.act("announcement.open", announcement=1).as_text()
    office.finish(RISK)
    second.shown = (next(card for card in told(turns, "leder-2") if "announcement.approve" in str(card.buttons)),)
    assert second.press("announcement.approve").outcome == "done"
    assert sent(turns) == 1


def test_another_matter_waits_for_no_review_and_the_leader_says_which_it_is(office: Office, turns: Turns) -> None:
    office.leader.act("decision.new")
    form = office.leader.shown[-1]
    assert [q.value for q in form.questions] == ["", "-"]
    again = office.leader.press("decision.save", title="Nye lokaler", milestone="-")
    assert [q.error != "" for q in again.questions] == [False, True]
    assert again.questions[0].value == "Nye lokaler"
    saved = office.leader.press("decision.save", title="Nye lokaler", milestone="none")
    assert "Gjelder:" not in saved.as_text()
    changed = office.leader.act("decision.save", decision=1, title="Nye lokaler", milestone="osu-beslutning")
    assert "Gjelder: Beslutning av ny organisasjonsmodell (onsdag 2. desember 2020)." in changed.as_text()
    assert office.leader.act("decision.save", decision=1, title="x", milestone="osu-kickoff").outcome == "refused"
    office.leader.act("decision.save", decision=1, title="Nye lokaler", milestone="none")
    office.record()
    office.tell("1")
    assert sent(turns) == 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("er risikovurderingen ferdig", "Risikovurderingen"),
        ("Hvem har ansvar for ROS-en?", "Risikovurderingen"),
        ("hva er status på arbeidsmiljøvurderingen", "Gjennomgangen av arbeidsmiljøkonsekvensene"),
        ("kven har ansvaret for risikovurderinga", "Risikovurderinga"),
        ("is the risk assessment done?", "The risk assessment (risikovurdering)"),
    ],
)
def test_anybody_can_ask(employee: Talk, said: str, shown: str) -> None:
    card = employee.say(said)
    assert card.title == shown
    assert card.outcome == "answered"
    assert "2. desember 2020" in card.as_text() or "2 December 2020" in card.as_text()
    assert [button.action for button in card.buttons] == ["risk.list"]


def test_what_everybody_reads_of_it(employee: Talk, office: Office) -> None:
    office.finish(RISK)
    said = employee.act("risk.open", **RISK).as_text()
    assert "Ferdig 24. november 2020." in said
    assert "Ansvarlig: Dokumentene sier ikke hvem." in said
    assert "Følges opp av: Eier-1" in said
    assert "Verneombudet: Medvirket 24. november 2020 og er enig." in said
    assert "Skal være ferdig før: Beslutning av ny organisasjonsmodell (onsdag 2. desember 2020)." in said
    assert "Vi vet hva som kan gå galt." in said
    assert "nyhetsbrev" in said
    assert "Gjennomgangen av arbeidsmiljøkonsekvensene: Planlagt" in employee.act("risk.list").as_text()
    elsewhere = employee.act("risk.open", review="osu-nonsense")
    assert elsewhere.outcome == "refused"


def test_remarks_are_read_by_those_whose_they_are_and_never_in_a_group(employee: Talk, office: Office) -> None:
    office.begin(RISK)
    office.take_part(RISK, statement="remarks", text="Se på nattevaktene.")
    assert "nattevaktene" not in employee.act("risk.open", **RISK).as_text()
    for talk in (office.leader, office.owner, office.union, office.safety):
        assert "nattevaktene" in talk.act("risk.open", **RISK).as_text()
    office.owner.where = office.owner.where.model_copy(update={"is_private": False})
    before_all = office.owner.act("risk.open", **RISK)
    assert "nattevaktene" not in before_all.as_text()
    assert [button.action for button in before_all.buttons] == ["risk.list"]


def test_while_it_is_open_anybody_gives_input_on_that_subject(employee: Talk, office: Office) -> None:
    office.begin(RISK)
    assert "input.submit" not in [button.action for button in employee.act("risk.open", **RISK).buttons]
    office.owner.act("risk.open", **RISK)
    office.owner.press(next(b for b in office.owner.shown[-1].buttons if b.values.get("state") == "open"))
    card = employee.say("er ROS-en ferdig")
    assert "Du kan gi innspill nå." in card.as_text()
    form = employee.press("input.submit")
    assert next(question.value for question in form.questions if question.name == "topic") == "risk"


def test_the_verneombud_is_asked_and_what_is_missing_is_named(office: Office, turns: Turns) -> None:
    office.begin(RISK)
    office.to_safety(RISK)
    assert "Du trengs som verneombud: risikovurderingen" in [card.title for card in told(turns, "verneombud-1")]
    office.owner.act("risk.open", **RISK)
    refused = office.owner.press("risk.move")
    assert refused.outcome == "refused"
    assert "Dette mangler: verneombudets medvirkning." in refused.as_text()
    office.take_part(RISK, statement="disagree", text="Det går for fort.")
    assert "er uenig" in told(turns, "eier-1")[-1].as_text()
    office.owner.act("risk.open", **RISK)
    assert "Ferdig" in office.owner.press("risk.move").as_text()


def test_what_was_recorded_of_a_meeting_is_told_to_the_verneombud_who_corrects_it(office: Office, turns: Turns) -> None:
    office.begin(RISK)
    office.owner.act("risk.open", **RISK)
    office.owner.press("risk.met")
    again = office.owner.press("risk.met_saved", who="AMU", on="3.12.2020", statement="agree")
    assert [question.name for question in again.questions if question.error] == ["on"]
    assert next(question.value for question in again.questions if question.name == "who") == "AMU"
    office.owner.press("risk.met_saved", who="AMU", on="23.11.2020", statement="agree")
    card = told(turns, "verneombud-1")[-1]
    assert "Eier-1 har ført at AMU deltok i et møte. Medvirket 23. november 2020 og er enig." in card.as_text()
    office.to_safety(RISK)
    office.owner.act("risk.open", **RISK)
    office.owner.press("risk.move")
    office.take_part(RISK, statement="absent", text="Vi var ikke innkalt.")
    assert "Må gjøres på nytt." in office.owner.act("risk.open", **RISK).as_text()
    assert "Vi var ikke innkalt." in told(turns, "leder-1")[-1].as_text()


def test_an_old_button_changes_nothing_and_what_was_typed_is_kept(office: Office, turns: Turns) -> None:
    office.begin(RISK)
    office.owner.act("risk.open", **RISK)
    old = office.owner.shown[-1].buttons[0]
    office.owner.press("risk.document")
    form = office.owner.shown
    office.take_part(RISK)
    assert "endret dette etter at du åpnet det" in office.owner.press(old).as_text()
    office.owner.shown = form
    again = office.owner.press("risk.documented", summary="Nytt", link="")
    assert [question.value for question in again.questions] == ["Nytt", ""]
    assert "Nytt" in office.owner.press("risk.documented", summary="Nytt", link="").as_text()


def test_twice_is_once(office: Office, turns: Turns) -> None:
    office.give(RISK)
    assert office.leader.act(
        "risk.assigned", **RISK, version=1, owner=office.number("eier-1"), due="26.11.2020"
    ).outcome == "done"  # fmt: skip
    assert [card.title for card in told(turns, "eier-1")] == ["Du følger opp risikovurderingen"]
    with turns.database.reading() as session:
        assert len(session.exec(select(RiskReviewStep)).all()) == 1


def reminded(turns: Turns) -> list[tuple[str, str]]:
    with turns.database.reading() as session:
        rows = session.exec(
            select(Person.name, Message.cards)
            .join(OutboxRow, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .join(Message, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .where(Message.kind == Kind.REMINDER)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        ).all()
    return [(name, cards["nb"]["title"]) for name, cards in rows]


def morning(turns: Turns, day: int, hour: int = 9) -> int:
    with turns.database.writing() as session:
        at = datetime(2020, 11, day, hour, tzinfo=UTC)
        return queue_risk_reviews(session, programmes.get(session, "osu2020"), at)


SOON, LATE = "Fristen nærmer seg: risikovurderingen", "Fristen er ute: risikovurderingen"


def test_the_clock_reminds_the_owner_and_tells_leaders_once_that_it_is_late(office: Office, turns: Turns) -> None:
    office.give(RISK, "27. november")
    # Before nine, on a free day, on the day it was given and with more than five working days left nobody is told.
    assert [morning(turns, 24, 7), morning(turns, 24), morning(turns, 25, 7)] == [0, 0, 0]
    assert [morning(turns, 25), morning(turns, 26), morning(turns, 27), morning(turns, 28)] == [1, 0, 1, 0]
    assert reminded(turns) == [("Eier-1", SOON)] * 2
    assert [morning(turns, 29), morning(turns, 30), morning(turns, 30)] == [0, 2, 0]
    assert sorted(reminded(turns)[2:]) == [("Eier-1", LATE), ("Leder-1", LATE)]


def test_what_is_done_is_reminded_of_no_more(office: Office, turns: Turns) -> None:
    office.finish(RISK)
    assert [morning(turns, day) for day in (25, 26, 27, 30)] == [0, 0, 0, 0]


def test_where_the_owner_is_away_somebody_else_is_reminded(office: Office, turns: Turns) -> None:
    office.give(RISK, "27. november", "verneombud-1")
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Verneombud-1")).one()
        person.is_muted = True
        session.add(person)
    assert morning(turns, 25) >= 1
    assert ("Eier-1", SOON) in reminded(turns)


def test_the_deadline_is_a_day_or_so_many_working_days(office: Office, turns: Turns) -> None:
    for due, day in (("2", 26), ("4", 30), ("lørdag 28. november", 27)):
        office.give(RISK, due)
        with turns.database.reading() as session:
            found = session.exec(select(RiskReview)).one().due_on
            assert found is not None
            assert found.day == day
    for due in ("snart", "0", "9999", "1. desember 2021", "2. desember", "20. november", ""):
        card = office.give(RISK, due)
        assert [question.name for question in card.questions if question.error] == ["due"], due


def test_only_who_has_a_role_is_given_one(office: Office, employee: Talk) -> None:
    employee.say("hei")
    card = office.give(RISK, to="employee-1")
    assert [question.name for question in card.questions if question.error] == ["owner"]
    refused = employee.act("risk.assign", **RISK)
    assert refused.outcome == "refused"


def test_what_was_approved_for_its_time_is_held_back_when_it_is_opened_again(office: Office, turns: Turns) -> None:
    second = holder(turns, "leder-2", "leader")
    office.tell()
    office.record()
    office.finish(RISK)
    office.finish(ENVIRONMENT)
    office.again(**FRIDAY)
    second.shown = (next(card for card in told(turns, "leder-2") if "announcement.approve" in str(card.buttons)),)
    assert second.press("announcement.approve").outcome == "done"
    assert stored(turns).send_at == AT
    office.redo(ENVIRONMENT)
    tick(turns, AT)
    assert (sent(turns), stored(turns).send_at) == (0, None)


def test_the_demos_clock_foretells_the_reminders(office: Office, turns: Turns) -> None:
    office.give(RISK, "27. november")
    said = office.leader.act("clock.ahead").as_text()
    assert "Neste: fristen for risikovurderingen, onsdag 25. november 2020 kl. 09:00" in said
    with turns.database.reading() as session:
        programme = programmes.get(session, "osu2020")
        days = [at.day for at, _ in coming(session, programme, NOW, "nb")]
    assert sorted(days) == [25, 27, 30]


def test_a_decision_that_was_begun_on_the_milestone_is_chosen_and_not_begun_anew(office: Office, turns: Turns) -> None:
    def choices() -> list[str]:
        card = office.leader.act("announcement.preview", **WRITTEN)
        return [
            choice.value for question in card.questions if question.name == "decided" for choice in question.choices
        ]

    assert OF_MODEL in choices()
    office.leader.act("decision.save", title="Modellen", milestone="osu-beslutning", form="f")
    assert OF_MODEL not in choices()
    assert "1" in choices()


def test_a_new_verneombud_is_asked_for_what_waits_and_once(office: Office, turns: Turns) -> None:
    office.begin(RISK)
    office.to_safety(RISK)
    newcomer = holder(turns, "nytt-1", "deputy")
    for _ in range(2):
        with turns.database.writing() as session:
            person = session.exec(select(Person).where(Person.name == "Nytt-1")).one()
            people.grant(session, person, "osu2020", "safety_representative")
            taking_over.ask(session, programmes.get(session, "osu2020"), person, "safety_representative")
    assert [card.title for card in told(turns, "nytt-1")] == ["Du trengs som verneombud: risikovurderingen"]
    assert "Eier-1 ber om din medvirkning." in told(turns, "nytt-1")[0].as_text()
    assert "risk.part" in [button.action for button in newcomer.act("risk.open", **RISK).buttons]


def test_the_verneombud_has_not_taken_part_on_a_day_to_come(office: Office) -> None:
    office.begin(RISK)
    card = office.take_part(RISK, on="30. november")
    assert [question.name for question in card.questions if question.error] == ["on"]
    assert office.take_part(RISK, on="23. november").outcome == "done"


DECIDED = {"title": "Ny modell", "text": "Modellen gjelder fra nyttår.", "by": "Brannsjefen", "on": "i dag"}


def test_a_matter_that_waits_for_a_review_does_not_say_that_it_is_ready(office: Office) -> None:
    office.tell()
    office.record()
    card = office.leader.act("decision.open", decision=1)
    said = card.as_text()
    assert "Venter på: risikovurderingen, gjennomgangen av arbeidsmiljøkonsekvensene" in said
    assert "Klar:" not in said
    actions = [button.action for button in card.buttons]
    assert ("risk.list" in actions, "decision.decide" in actions) == (True, False)
    early = office.leader.act("decision.decide", decision=1)
    assert (early.outcome, early.questions) == ("refused", ())
    assert "før dette er ferdig: risikovurderingen" in early.as_text()
    office.finish(RISK)
    office.finish(ENVIRONMENT)
    card = office.leader.act("decision.open", decision=1)
    assert "Klar:" in card.as_text()
    assert "decision.decide" in [button.action for button in card.buttons]


def test_what_was_written_of_a_decision_is_kept_while_it_waits_for_a_review(office: Office) -> None:
    office.tell()
    office.record()
    office.finish(RISK)
    office.finish(ENVIRONMENT)
    office.leader.act("decision.decide", decision=1)
    office.redo(RISK)
    card = office.leader.press("decision.decided", **DECIDED)
    assert card.outcome == "refused"
    assert {one.name: one.value for one in card.questions}["text"] == DECIDED["text"]
    assert "risikovurderingen" in card.as_text()
    assert "risk.list" in [button.action for button in card.buttons]
    office.end_again(RISK)
    assert office.leader.press("decision.decided", **DECIDED).outcome == "done"


def disagree(office: Office, review: dict[str, str]) -> None:
    office.begin(review)
    office.to_safety(review)
    office.take_part(review, statement="disagree", on="23. november", text="Bemanningen er ikke vurdert.")
    office.owner.act("risk.open", **review)
    office.owner.press("risk.move")


def test_that_the_verneombud_disagreed_with_a_review_is_told_with_the_decision(office: Office, turns: Turns) -> None:
    disagree(office, RISK)
    assert "Verneombudet medvirket 23. november 2020 og er uenig." in told(turns, "leder-1")[-1].as_text()
    office.finish(ENVIRONMENT)
    office.tell()
    office.record()
    line = "Verneombudet var uenig i risikovurderingen 23. november 2020"
    card = office.leader.act("decision.open", decision=1).as_text()
    assert f"{line}: Bemanningen er ikke vurdert." in card
    assert card.count("Verneombudet var uenig") == 1, "they agree with the other one"
    assert office.again().outcome == "done"
    office.leader.act("decision.decide", decision=1)
    office.leader.press("decision.decided", **DECIDED)
    stranger = Talk(turns, "innom", NOW)
    entry = stranger.act("decision.entry", decision=1).as_text()
    assert f"{line}." in entry
    assert "Bemanningen" not in entry, "the words are for those whose they are to read"
    with turns.database.reading() as session:
        cards = [message.cards["nb"] for message in session.exec(select(Message).where(Message.kind != Kind.NOTICE))]
    said = [Card.model_validate(card).as_text() for card in cards]
    assert any(f"{line}." in one for one in said), said


def test_what_the_verneombud_said_before_it_was_done_again_stays_readable(office: Office, turns: Turns) -> None:
    disagree(office, RISK)
    office.redo(RISK)
    said = office.owner.act("risk.open", **RISK).as_text()
    assert "om en tidligere utgave: Medvirket 23. november 2020 og er uenig. Bemanningen er ikke vurdert." in said
    assert "Bemanningen" not in Talk(turns, "innom", NOW).act("risk.open", **RISK).as_text()


def test_what_is_missing_is_said_once_where_it_cannot_be_done(office: Office) -> None:
    office.begin(RISK)
    office.to_safety(RISK)
    office.owner.act("risk.open", **RISK)
    card = office.owner.press("risk.move")
    assert card.outcome == "refused"
    assert card.as_text().count("verneombudets medvirkning") == 1, card.as_text()


def redo_form(office: Office) -> Card:
    office.owner.act("risk.open", **RISK)
    return office.owner.press("risk.redo")


def test_another_reason_from_an_old_form_is_kept_beside_the_first(office: Office, turns: Turns) -> None:
    office.finish(RISK)
    redo_form(office)
    button = next(one for one in office.owner.shown[-1].buttons if one.action == "risk.redone")
    for _ in range(2):
        assert office.owner.press(button, why="Det er kommet til en enhet.").outcome == "done"
    refused = office.owner.press(button, why="Vakta er lagt om.")
    assert (refused.outcome, refused.questions[0].value) == ("refused", "Vakta er lagt om.")
    said = office.owner.press("risk.redone", why="Vakta er lagt om.").as_text()
    assert said.count("Det er kommet til en enhet.") == 1
    assert "Vakta er lagt om." in said
    assert "Vakta er lagt om." in told(turns, "leder-1")[-1].as_text()


def test_the_verneombud_changes_their_own_answer_from_the_same_form(office: Office) -> None:
    office.begin(RISK)
    office.safety.act("risk.open", **RISK)
    office.safety.press("risk.part")
    button = next(one for one in office.safety.shown[-1].buttons if one.action == "risk.part_saved")
    assert office.safety.press(button, statement="agree", on="i dag", text="").outcome == "done"
    again = office.safety.press(button, statement="disagree", on="i dag", text="Bemanningen mangler.")
    assert again.outcome == "done"
    assert "og er uenig." in again.as_text()
    office.owner.act("risk.open", **RISK)
    office.owner.press("risk.document")
    office.owner.press("risk.documented", summary="Ny utgave.", link="")
    assert office.safety.press(button, statement="agree", on="i går", text="").outcome == "refused", "it is another now"


def test_who_is_given_one_with_few_days_left_is_not_reminded_of_it_at_once(office: Office, turns: Turns) -> None:
    office.give(RISK, "2")
    assert [morning(turns, day) for day in (24, 25, 26)] == [0, 0, 1]


def test_what_is_opened_again_after_its_day_is_not_late_at_once(office: Office, turns: Turns) -> None:
    office.finish(RISK)
    with turns.database.writing() as session:
        row = session.exec(select(RiskReview)).one()
        row.due_on = date(2020, 11, 20)
        session.add(row)
    office.redo(RISK)
    assert morning(turns, 25) == 0
    assert "Den har ingen frist nå" in told(turns, "leder-1")[-1].as_text()


@pytest.mark.parametrize(
    "words",
    ["hva sa verneombudet?", "hva mener verneombudet", "hva mente verneombudet?", "er verneombudet enig?",
     "kva meiner verneombodet?", "er verneombodet samd?", "did the safety representative agree?",
     "jeg vil svare som verneombud", "what did the safety representative say"],
)  # fmt: skip
def test_what_the_verneombud_said_is_asked_for_in_words(office: Office, words: str) -> None:
    office.begin(RISK)
    office.to_safety(RISK)
    office.take_part(RISK, statement="disagree", on="23. november", text="Bemanningen er ikke vurdert.")
    card = Talk(office.turns, "innom", NOW).say(words)
    said = card.as_text()
    assert any(one in said for one in ("og er uenig.", "og er ueinig.", "disagrees.")), said
    assert "Bemanningen" not in said
    assert "risk.open" in [button.action for button in card.buttons]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("risikovurderinger", ("Risiko og arbeidsmiljø",)),
        ("risiko og arbeidsmiljø", ("Risiko og arbeidsmiljø",)),
        ("arbeidsmiljøgjennomgang", ("Gjennomgangen av arbeidsmiljøkonsekvensene",)),
        ("hva står i risikovurderingen?", ("Risikovurderingen",)),
        ("kva står i risikovurderinga?", ("Risikovurderinga", "Risikovurderingen")),
        ("kan jeg si noe om risikoen?", ("Risikovurderingen",)),
        ("what does the risk assessment say?", ("The risk assessment (risikovurdering)",)),
    ],
)
def test_short_words_lead_to_the_reviews(turns: Turns, words: str, titles: tuple[str, ...]) -> None:
    card = Talk(turns, "innom", NOW).say(words)
    assert card.title in titles, card.as_text()
