"""Proposals: written by a group, assessed, assured by others, handed over by the leader; never without the first."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from storage import group_seats, proposal_consequences, proposal_reviews, proposals, sign_ups, workgroups
from storage.database import Session
from storage.people import Person
from storage.proposal_consequences import Aspect
from storage.proposals import Changed, Proposal, ProposalKind, ProposalState, Worded, WrongField
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Openness

PROGRAMME = "os2019"
NOW = datetime(2019, 3, 4, 9, tzinfo=UTC)
TODAY = NOW.date()
WORDED = Worded(title="Felles innkjøp", text="Kjøp inn sammen.", amount=300_000, kind=ProposalKind.COST_CUTTING)
NOTHING = dict.fromkeys(Aspect, (False, ""))
#: Open in the evening of its deadline's last day in the organisation's zone, and after that.
LAST_MOMENT = datetime(2019, 5, 1, 21, 59, tzinfo=UTC)
TOO_LATE = datetime(2019, 5, 1, 22, 1, tzinfo=UTC)

People = Callable[..., Person]


class Group:
    """The people of one story: a group's leader and member, who assures quality, and who has nothing to do with it."""

    def __init__(self, session: Session, person: People) -> None:
        self.session = session
        self.group = workgroups.get(session, PROGRAMME, "os-oppvekst")
        quality = workgroups.get(session, PROGRAMME, "os-stottegruppe")
        self.leader, self.member, self.assurer = (person(programme=PROGRAMME) for _ in range(3))
        self.stranger = person("", "input_handler", programme=PROGRAMME)
        self.chief = person("", "leader", programme=PROGRAMME)
        group_seats.give(session, self.leader, self.group, NOW, leads=True)
        group_seats.give(session, self.member, self.group, NOW)
        group_seats.give(session, self.assurer, quality, NOW)

    def make(self, worded: Worded = WORDED, form: str = "") -> Proposal:
        return proposals.make(self.session, self.member, self.group, worded, NOW, TODAY, form)

    def assess(self, proposal: Proposal) -> None:
        proposal_consequences.assess(self.session, self.member, PROGRAMME, proposal.identity, NOTHING, NOW)

    def review(self, proposal: Proposal) -> Proposal:
        return proposal_reviews.send_to_review(self.session, self.member, PROGRAMME, proposal.identity, NOW)

    def assure(self, proposal: Proposal) -> Proposal:
        round_ = proposal.round
        return proposal_reviews.assure(self.session, self.assurer, PROGRAMME, proposal.identity, round_, NOW)

    def hand_over(self, proposal: Proposal, now: datetime = NOW) -> Proposal:
        return proposal_reviews.hand_over(self.session, self.leader, PROGRAMME, proposal.identity, now)


@pytest.fixture
def of(session: Session, person: People) -> Group:
    return Group(session, person)


def test_the_whole_way_with_a_second_round(of: Group, session: Session) -> None:
    made = of.make()
    of.assess(made)
    of.review(made)
    key = made.identity
    proposal_reviews.remark(session, of.assurer, PROGRAMME, key, 1, "Hva med skyssen?", NOW)
    assert made.state == ProposalState.RETURNED
    worded = WORDED.model_copy(update={"text": "Kjøp inn sammen, og skyss."})
    proposals.change(session, of.leader, PROGRAMME, key, worded, 1, NOW, TODAY)
    assert proposal_consequences.outdated(session, made) == tuple(Aspect)
    of.review(made)
    of.assure(made)
    of.hand_over(made)
    assert (made.state, made.late_for, made.handed_over_at) == (ProposalState.HANDED_OVER, None, NOW)
    states = [step.state for step in proposals.steps(session, made)]
    assert states == ["draft", "in_review", "returned", "in_review", "assured", "handed_over"]
    assert [step.round for step in proposals.steps(session, made)] == [0, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("left", list(Aspect))
def test_without_one_aspect_assessed_it_goes_nowhere(of: Group, session: Session, left: Aspect) -> None:
    made = of.make()
    some = {aspect: said for aspect, said in NOTHING.items() if aspect != left}
    proposal_consequences.assess(session, of.member, PROGRAMME, made.identity, some, NOW)
    for going in (of.review, of.hand_over):
        with pytest.raises(proposal_reviews.NotAssessed) as refused:
            going(made)
        assert refused.value.missing == (left,)
    assert made.state == ProposalState.DRAFT


def test_a_yes_needs_its_sentence_and_nothing_of_the_form_is_kept_without_it(of: Group, session: Session) -> None:
    made = of.make()
    said = {Aspect.LAW: (False, ""), Aspect.ECONOMY: (True, "")}
    with pytest.raises(WrongField) as refused:
        proposal_consequences.assess(session, of.member, PROGRAMME, made.identity, said, NOW)
    assert refused.value.field == Aspect.ECONOMY
    assert proposal_consequences.assessment(session, made) == {}


def test_it_is_not_handed_over_before_its_quality_is_assured(of: Group) -> None:
    made = of.make()
    of.assess(made)
    with pytest.raises(Refused, match="not_assured"):
        of.hand_over(made)
    of.review(made)
    with pytest.raises(Refused, match="not_assured"):
        of.hand_over(made)


def test_what_is_changed_after_it_was_assured_is_assured_anew(of: Group, session: Session) -> None:
    made = of.make()
    of.assess(made)
    of.review(made)
    of.assure(made)
    worded = WORDED.model_copy(update={"amount": 1})
    proposals.change(session, of.member, PROGRAMME, made.identity, worded, 1, NOW, TODAY)
    with pytest.raises(Refused, match="not_assured"):
        of.hand_over(made)
    of.review(made)
    of.assure(made)
    proposal_consequences.assess(session, of.member, PROGRAMME, made.identity, {Aspect.LAW: (True, "Ja")}, NOW)
    with pytest.raises(Refused, match="not_assured"):
        of.hand_over(made)


@pytest.mark.parametrize(
    ("year", "at", "late"),
    [
        (2019, LAST_MOMENT, None),
        (2019, TOO_LATE, date(2019, 5, 1)),
        (2020, TOO_LATE, None),
        (None, datetime(2019, 8, 1, 21, 59, tzinfo=UTC), None),
        (None, datetime(2019, 8, 1, 22, tzinfo=UTC), date(2019, 8, 1)),
    ],
)
def test_after_its_deadline_it_is_taken_with_the_fact_noted(
    of: Group, year: int | None, at: datetime, late: date | None
) -> None:
    made = of.make(WORDED.model_copy(update={"effect_year": year}))
    of.assess(made)
    of.review(made)
    of.assure(made)
    of.hand_over(made, at)
    assert (made.state, made.late_for) == (ProposalState.HANDED_OVER, late)


def test_each_act_is_refused_without_its_part(of: Group, session: Session) -> None:
    made = of.make()
    of.assess(made)
    key = made.identity
    for other in (of.stranger, of.chief, of.assurer):
        for write in (
            lambda who: proposals.make(session, who, of.group, WORDED, NOW, TODAY),
            lambda who: proposals.change(session, who, PROGRAMME, key, Worded(title="x", text="y"), 1, NOW, TODAY),
            lambda who: proposal_consequences.assess(session, who, PROGRAMME, key, NOTHING, NOW),
            lambda who: proposal_consequences.involve(
                session, who, PROGRAMME, key, "Eldrerådet", TODAY, "", NOW, TODAY
            ),
            lambda who: proposal_reviews.send_to_review(session, who, PROGRAMME, key, NOW),
            lambda who: proposal_reviews.withdraw(session, who, PROGRAMME, key, "x", NOW),
        ):
            with pytest.raises(NotAllowed):
                write(other)
    of.review(made)
    for other in (of.stranger, of.chief, of.assurer):
        with pytest.raises(NotAllowed):
            proposal_reviews.take_back(session, other, PROGRAMME, key, NOW)
    assert made.state == ProposalState.IN_REVIEW
    for other in (of.stranger, of.chief, of.leader, of.member):
        with pytest.raises(NotAllowed):
            proposal_reviews.assure(session, other, PROGRAMME, key, 1, NOW)
        with pytest.raises(NotAllowed):
            proposal_reviews.remark(session, other, PROGRAMME, key, 1, "x", NOW)
    of.assure(made)
    for other in (of.stranger, of.chief, of.member, of.assurer):
        with pytest.raises(NotAllowed):
            proposal_reviews.hand_over(session, other, PROGRAMME, key, NOW)
    of.hand_over(made)
    for other in (of.stranger, of.leader, of.member, of.assurer):
        with pytest.raises(NotAllowed):
            proposal_reviews.answer(session, other, PROGRAMME, key, ProposalState.TAKEN_UP, "", NOW)
    with pytest.raises(NotAllowed):
        proposals.get(session, of.stranger, PROGRAMME, key)
    with pytest.raises(NotAllowed):
        proposals.readable(session, of.stranger, PROGRAMME)


def test_who_sits_in_both_groups_does_not_assure_their_own(of: Group, session: Session) -> None:
    """Os' økonomisjef is in a workgroup and in the group that assures quality."""
    group_seats.give(session, of.assurer, of.group, NOW)
    made = of.make()
    of.assess(made)
    of.review(made)
    with pytest.raises(Refused, match="own"):
        of.assure(made)


def test_a_coordinator_hands_over_only_while_no_leader_of_the_group_is_here(
    of: Group, session: Session, person: People
) -> None:
    coordinator = person("", "coordinator", programme=PROGRAMME)
    made = of.make()
    of.assess(made)
    of.review(made)
    of.assure(made)
    with pytest.raises(NotAllowed):
        proposal_reviews.hand_over(session, coordinator, PROGRAMME, made.identity, NOW)
    group_seats.take(session, of.leader, of.group)
    proposal_reviews.hand_over(session, coordinator, PROGRAMME, made.identity, NOW)
    assert made.state == ProposalState.HANDED_OVER


def test_a_coordinator_who_wrote_it_does_not_assure_it(of: Group, session: Session, person: People) -> None:
    coordinator = person("", "coordinator", programme=PROGRAMME)
    group_seats.give(session, coordinator, workgroups.get(session, PROGRAMME, "os-stottegruppe"), NOW)
    made = proposals.make(session, coordinator, of.group, WORDED, NOW, TODAY)
    of.assess(made)
    of.review(made)
    with pytest.raises(Refused, match="own"):
        proposal_reviews.assure(session, coordinator, PROGRAMME, made.identity, 1, NOW)
    of.assure(made)


def test_twice_is_once(of: Group, session: Session) -> None:
    made = of.make(form="f")
    assert of.make(form="f").id == made.id
    of.assess(made)
    of.assess(made)
    for step in (of.review, of.review, of.assure, of.assure, of.hand_over, of.hand_over):
        step(made)
    key = made.identity
    said = [proposal_reviews.answer(session, of.chief, PROGRAMME, key, ProposalState.DECIDED, "Ja", NOW) for _ in "12"]
    assert [is_new for _, is_new in said] == [True, False]
    assert len(proposals.steps(session, made)) == 5


def test_a_form_sent_again_with_other_words_changes_the_proposal(of: Group, session: Session) -> None:
    made = of.make(form="f")
    again = of.make(WORDED.model_copy(update={"text": "Rettet."}), form="f")
    assert (again.id, made.text) == (made.id, "Rettet.")
    proposals.change(session, of.leader, PROGRAMME, made.identity, Worded(title="Ny", text="Ny"), 2, NOW, TODAY)
    with pytest.raises(Changed):
        of.make(form="f")
    assert made.text == "Ny"


def test_what_is_handed_over_is_not_withdrawn_by_an_old_button(of: Group, session: Session) -> None:
    made = of.make()
    of.assess(made)
    of.review(made)
    of.assure(made)
    of.hand_over(made)
    with pytest.raises(Refused, match="handed_over"):
        proposal_reviews.withdraw(session, of.member, PROGRAMME, made.identity, "x", NOW)
    assert made.state == ProposalState.HANDED_OVER


def test_nobodys_words_are_written_over_unseen(of: Group, session: Session) -> None:
    made = of.make()
    key = made.identity
    proposals.change(session, of.leader, PROGRAMME, key, Worded(title="Ny", text="Ny"), 1, NOW, TODAY)
    with pytest.raises(Changed) as refused:
        proposals.change(session, of.member, PROGRAMME, key, Worded(title="Min", text="Min"), 1, NOW, TODAY)
    assert refused.value.values["name"] == of.leader.name
    assert made.title == "Ny"


@pytest.mark.parametrize(
    ("worded", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": ""}, "text"),
        ({"title": "x" * 121}, "title"),
        ({"text": "x" * 3001}, "text"),
        ({"area": "x" * 121}, "area"),
        ({"amount": 10**10 + 1}, "amount"),
        ({"effect_year": 2018}, "year"),
        ({"effect_year": 2050}, "year"),
    ],
)
def test_what_cannot_be_is_told_where(of: Group, session: Session, worded: dict[str, object], field: str) -> None:
    with pytest.raises(WrongField) as refused:
        of.make(WORDED.model_copy(update=worded))
    assert refused.value.field == field
    assert proposals.of_group(session, PROGRAMME, of.group.key) == []


def test_an_old_round_is_not_assured_by_an_old_button(of: Group, session: Session) -> None:
    made = of.make()
    of.assess(made)
    of.review(made)
    proposal_reviews.take_back(session, of.member, PROGRAMME, made.identity, NOW)
    of.review(made)
    with pytest.raises(Refused, match="not_in_review"):
        proposal_reviews.assure(session, of.assurer, PROGRAMME, made.identity, 1, NOW)


def test_whom_the_group_met_is_recorded_once_a_day(of: Group, session: Session) -> None:
    made = of.make()
    for said in ("Uenige", "Enige"):
        proposal_consequences.involve(
            session, of.member, PROGRAMME, made.identity, "Eldrerådet", TODAY, said, NOW, TODAY
        )
    assert [(one.who, one.said) for one in proposal_consequences.involved(session, made)] == [("Eldrerådet", "Enige")]
    for who, on in (("", TODAY), ("Eldrerådet", None), ("Eldrerådet", date(2019, 3, 5))):
        with pytest.raises(WrongField):
            proposal_consequences.involve(session, of.member, PROGRAMME, made.identity, who, on, "", NOW, TODAY)


def test_a_programme_that_takes_none_says_so(session: Session, person: People) -> None:
    group = workgroups.every(session, "osu2020")[0]
    with pytest.raises(Refused, match="none_taken"):
        proposals.make(session, person("", "coordinator"), group, WORDED, NOW, TODAY)


def test_an_accepted_volunteer_sits_in_the_group_and_another_does_not(session: Session, person: People) -> None:
    group = workgroups.get(session, "osu2020", "osu-omstilling")
    volunteer, coordinator = person(), person("", "coordinator")
    row, _ = sign_ups.sign_up(session, volunteer, group, NOW)
    assert group_seats.sits_in(session, volunteer, "osu2020") == frozenset()
    sign_ups.accept(session, coordinator, row.identity, NOW)
    assert group_seats.sits_in(session, volunteer, "osu2020") == {"osu-omstilling"}


def test_who_was_placed_in_another_group_and_left_it_sits_in_neither(session: Session, person: People) -> None:
    group, other = (workgroups.get(session, "osu2020", key) for key in ("osu-omstilling", "osu-padriver"))
    other.openness = Openness.OPEN
    session.add(other)
    volunteer, coordinator = person(), person("", "coordinator")
    row, _ = sign_ups.sign_up(session, volunteer, group, NOW)
    sign_ups.place_elsewhere(session, coordinator, row.identity, other, NOW)
    assert group_seats.sits_in(session, volunteer, "osu2020") == {other.key}
    sign_ups.withdraw(session, volunteer, other, NOW)
    assert group_seats.sits_in(session, volunteer, "osu2020") == frozenset()
