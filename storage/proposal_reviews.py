"""The way of a proposal: assured by the group that is named for it, handed over by the group's leader, and answered."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from storage import group_seats, milestones, people, programmes, proposal_consequences, proposals, workgroups
from storage.milestones import Milestone
from storage.people import Person
from storage.proposals import (
    HANDED,
    LONGEST_REMARK,
    OPEN,
    Proposal,
    ProposalState,
    WrongField,
    check_length,
)
from storage.refusals import NotAllowed, Refused

#: What a leader may say of a proposal that was handed over; the first needs no reason.
OUTCOMES = (ProposalState.TAKEN_UP, ProposalState.DECIDED, ProposalState.NOT_TAKEN_UP)


class NotAssessed(Refused):
    """Consequences that nobody has assessed are ``missing``: it is neither assured nor handed over."""

    def __init__(self, left: tuple[proposal_consequences.Aspect, ...]) -> None:
        super().__init__("refused.proposal.not_assessed")
        self.missing = left


def send_to_review(session: Session, acting: Person, programme_key: str, key: int, now: datetime) -> Proposal:
    """Gives it to the group that assures quality: the first round, or the next one after remarks.

    Raises NotAllowed for who is not in the group, NotAssessed, Refused where no group is named or it is with others.
    """
    proposal = proposals.held(session, programme_key, key)
    proposals.must_write(session, acting, programme_key, proposal.workgroup_key)
    if proposal.state == ProposalState.IN_REVIEW:
        return proposal
    if proposals.quality_group(session, programme_key) is None:
        raise Refused("refused.proposal.no_assurers")
    if proposal.state not in (ProposalState.DRAFT, ProposalState.RETURNED):
        raise Refused(f"refused.proposal.{proposal.state}")
    _must_be_assessed(session, proposal)
    proposal.round += 1
    proposals.move(session, proposal, ProposalState.IN_REVIEW, acting, now)
    return proposal


def take_back(session: Session, acting: Person, programme_key: str, key: int, now: datetime) -> Proposal:
    """The group takes back what it sent to be assured. Raises as ``send_to_review``; Refused where it is not there."""
    proposal = proposals.held(session, programme_key, key)
    proposals.must_write(session, acting, programme_key, proposal.workgroup_key)
    if proposal.state == ProposalState.DRAFT:
        return proposal
    if proposal.state != ProposalState.IN_REVIEW:
        raise Refused("refused.proposal.not_in_review")
    proposals.move(session, proposal, ProposalState.DRAFT, acting, now)
    return proposal


def remark(
    session: Session, acting: Person, programme_key: str, key: int, round_: int, text: str, now: datetime
) -> Proposal:
    """Gives it back with what has to be mended. Raises NotAllowed for who does not assure quality, or sits in the group
    that made it, Refused where it is not in that round of review, WrongField without a remark."""
    proposal = _in_review(session, acting, programme_key, key, round_)
    if proposal.state == ProposalState.RETURNED and _last(session, proposal) == text:
        return proposal
    if proposal.state != ProposalState.IN_REVIEW:
        raise Refused("refused.proposal.not_in_review")
    if not text:
        raise WrongField("refused.proposal.no_remark", "remark")
    check_length(text, LONGEST_REMARK, "remark")
    proposals.move(session, proposal, ProposalState.RETURNED, acting, now, text)
    return proposal


def assure(session: Session, acting: Person, programme_key: str, key: int, round_: int, now: datetime) -> Proposal:
    """Says that no remarks are left. Raises as ``remark``; twice is once."""
    proposal = _in_review(session, acting, programme_key, key, round_)
    if proposal.state == ProposalState.ASSURED:
        return proposal
    if proposal.state != ProposalState.IN_REVIEW:
        raise Refused("refused.proposal.not_in_review")
    _must_be_assessed(session, proposal)
    proposals.move(session, proposal, ProposalState.ASSURED, acting, now)
    return proposal


def hand_over(session: Session, acting: Person, programme_key: str, key: int, now: datetime) -> tuple[Proposal, bool]:
    """The group's leader hands it over; after its deadline that is noted, and it is taken all the same. Returns it and
    whether that is new: twice is once.

    Raises NotAllowed for others than the group's leader (a coordinator where no leader of it has an account),
    NotAssessed, Refused before its quality is assured.
    """
    proposal = proposals.held(session, programme_key, key)
    must_lead(session, acting, proposal)
    if proposal.state in HANDED:
        return proposal, False
    _must_be_assessed(session, proposal)
    is_assured = proposals.quality_group(session, programme_key) is None or proposal.state == ProposalState.ASSURED
    if not is_assured:
        raise Refused("refused.proposal.not_assured")
    if proposal.state not in OPEN:
        raise Refused(f"refused.proposal.{proposal.state}")
    proposal.handed_over_at = now
    proposal.late_for = _missed(session, proposal, now)
    proposals.move(session, proposal, ProposalState.HANDED_OVER, acting, now)
    return proposal, True


def answer(
    session: Session, acting: Person, programme_key: str, key: int, state: ProposalState, why: str, now: datetime
) -> tuple[Proposal, bool]:
    """A leader says what became of it; returns whether that is new. Raises NotAllowed without the leader's role,
    Refused before it is handed over, WrongField without a reason where it is not taken up or decided."""
    acting.must_be(session, "leader", programme_key)
    proposal = proposals.held(session, programme_key, key)
    if proposal.state not in HANDED:
        raise Refused("refused.proposal.not_handed_over")
    if state not in OUTCOMES:
        raise WrongField("refused.proposal.no_outcome", "state")
    if state != ProposalState.TAKEN_UP and not why:
        raise WrongField("refused.proposal.no_reason", "why")
    check_length(why, LONGEST_REMARK, "why")
    if proposal.state == state and _last(session, proposal) == why:
        return proposal, False
    proposals.move(session, proposal, state, acting, now, why)
    return proposal, True


def withdraw(session: Session, acting: Person, programme_key: str, key: int, why: str, now: datetime) -> Proposal:
    """The group gives it up. Raises NotAllowed for who is not in the group, Refused once it is handed over, WrongField
    without a reason."""
    proposal = proposals.held(session, programme_key, key)
    proposals.must_write(session, acting, programme_key, proposal.workgroup_key)
    if proposal.state == ProposalState.WITHDRAWN:
        return proposal
    if proposal.state in HANDED:
        raise Refused(f"refused.proposal.{proposal.state}")
    if not why:
        raise WrongField("refused.proposal.no_reason", "why")
    check_length(why, LONGEST_REMARK, "why")
    proposals.move(session, proposal, ProposalState.WITHDRAWN, acting, now, why)
    return proposal


def may_assure(session: Session, person: Person, proposal: Proposal) -> bool:
    """Who sits in the group that assures quality, and neither in the one whose proposal it is nor wrote any of it."""
    groups = group_seats.sits_in(session, person, proposal.programme_key)
    quality = proposals.quality_group(session, proposal.programme_key)
    is_theirs = person.id in (proposal.made_by, proposal.changed_by)
    return quality in groups and proposal.workgroup_key not in groups and not is_theirs


def may_hand_over(session: Session, person: Person, proposal: Proposal) -> bool:
    """The group's leader; a coordinator while no leader of the group has an account."""
    programme, group = proposal.programme_key, proposal.workgroup_key
    if group_seats.leads(session, person, programme, group):
        return True
    is_coordinator = "coordinator" in people.roles(session, person, programme)
    return is_coordinator and not group_seats.leaders(session, programme, group)


def must_lead(session: Session, person: Person, proposal: Proposal) -> None:
    if not may_hand_over(session, person, proposal):
        raise NotAllowed("group_leader")


def deadlines(session: Session, programme_key: str) -> list[Milestone]:
    """The milestones that are deadlines of proposals, in the file's order."""
    tracks = proposals.rules(session, programme_key).get("tracks")
    keys = [track["milestone"] for track in tracks if isinstance(track, dict)] if isinstance(tracks, list) else []
    return [milestones.get(session, programme_key, key) for key in dict.fromkeys(keys)]


def is_due_by(session: Session, proposal: Proposal, by: Milestone) -> bool:
    found = deadline(session, proposal)
    return found is not None and found.key == by.key


def deadline(session: Session, proposal: Proposal) -> Milestone | None:
    """The milestone that is its deadline: that of its year of effect, else that of all others; None without one."""
    tracks = proposals.rules(session, proposal.programme_key).get("tracks")
    those = [track for track in tracks if isinstance(track, dict)] if isinstance(tracks, list) else []
    found = [track for track in those if track.get("effect_year") in (proposal.effect_year, None)]
    found.sort(key=lambda track: track.get("effect_year") is None)
    if not found:
        return None
    return milestones.get(session, proposal.programme_key, str(found[0]["milestone"]))


def handed_over_by(session: Session, proposal: Proposal) -> Person | None:
    """Who handed it over last; None where nobody has."""
    steps = [step for step in proposals.steps(session, proposal) if step.state == ProposalState.HANDED_OVER]
    return session.get_one(Person, steps[-1].person_id) if steps else None


def group_of(session: Session, proposal: Proposal) -> workgroups.Workgroup:
    return workgroups.get(session, proposal.programme_key, proposal.workgroup_key)


def _in_review(session: Session, acting: Person, programme_key: str, key: int, round_: int) -> Proposal:
    """For those who assure it; an old button of an earlier round does nothing."""
    proposal = proposals.held(session, programme_key, key)
    if not may_assure(session, acting, proposal):
        groups = group_seats.sits_in(session, acting, programme_key)
        is_own = proposals.quality_group(session, programme_key) in groups
        raise Refused("refused.proposal.own") if is_own else NotAllowed("quality_group")
    if proposal.round != round_:
        raise Refused("refused.proposal.not_in_review")
    return proposal


def _must_be_assessed(session: Session, proposal: Proposal) -> None:
    left = proposal_consequences.missing(session, proposal)
    if left:
        raise NotAssessed(left)


def _last(session: Session, proposal: Proposal) -> str:
    return proposals.steps(session, proposal)[-1].text


def _missed(session: Session, proposal: Proposal, now: datetime) -> date | None:
    """The last day of its deadline, where that has been, in the organisation's zone."""
    by = deadline(session, proposal)
    zone = ZoneInfo(programmes.get(session, proposal.programme_key).timezone)
    today = now.astimezone(zone).date()
    return by.last_day if by is not None and by.last_day is not None and today > by.last_day else None
