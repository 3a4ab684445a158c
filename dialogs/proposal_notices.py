"""What groups, those who assure quality and leaders are told of proposals; and the reminders of deadlines."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Card, Facts, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.words import say, told
from storage import group_seats, occurrences, outbox, people, proposal_reviews, proposals, workgroups
from storage.database import Session
from storage.milestones import Milestone
from storage.people import Person
from storage.programmes import Programme
from storage.proposals import HANDED, Proposal, ProposalState
from storage.quiet_hours import is_free_day
from storage.workgroups import Workgroup

#: So many days before a deadline the group's leader is reminded, at this hour in the organisation's zone.
DAYS_BEFORE = (28, 14, 7, 2)
ASKED_AT = time(9)
USEFUL_FOR = timedelta(days=2)


def to_assurers(session: Session, proposal: Proposal) -> None:
    """Tells those who assure quality that a proposal waits, once for each round; none of its own group."""
    group = proposals.quality_group(session, proposal.programme_key)
    those = group_seats.members(session, proposal.programme_key, group) if group else []
    not_own = [one for one in those if proposal_reviews.may_assure(session, one, proposal)]
    _owe(session, proposal, not_own, f"review:{proposal.round}", "review")


def to_group(session: Session, proposal: Proposal, why: str = "") -> None:
    """Tells whoever wrote it and the group's leaders how far it has come."""
    leaders = group_seats.leaders(session, proposal.programme_key, proposal.workgroup_key)
    writers = [session.get_one(Person, key) for key in {proposal.made_by, proposal.changed_by}]
    # Whoever has left the group reads no more of it.
    those = {one.identity: one for one in (*leaders, *writers) if proposals.may_read(session, one, proposal)}
    step = proposals.steps(session, proposal)[-1]
    _owe(session, proposal, list(those.values()), f"step:{step.id}", str(proposal.state), why)


def to_leaders(session: Session, proposal: Proposal, acting: Person) -> None:
    """Tells leaders that a proposal was handed over, once; not whoever did it."""
    those = [one for one in people.holders(session, proposal.programme_key, "leader") if one.id != acting.id]
    _owe(session, proposal, those, "handed_over", "handed_over")


def queue_proposal_deadlines(session: Session, programme: Programme, now: datetime) -> int:
    """Reminds each group's leader, who answers for it, of what is not handed over when a deadline comes near; returns
    to how many it owes something."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today, ASKED_AT, zone)
    if not programme.proposals or is_free_day(today) or now < due:
        return 0
    count = 0
    for group in workgroups.every(session, programme.key):
        if group.kind == "workgroup":
            count += _remind(session, programme, group, due, now)
    return count


def _remind(session: Session, programme: Programme, group: Workgroup, due: datetime, now: datetime) -> int:
    today, owed = due.date(), 0
    rows = [row for row in proposals.of_group(session, programme.key, group.key) if _is_pending(row)]
    for by in proposal_reviews.deadlines(session, programme.key):
        days = _days_before(by, today)
        key = f"proposals:{programme.key}:{group.key}:{by.key}:{days}"
        if days is None or not occurrences.record(session, key, due):
            continue
        mine = [row for row in rows if proposal_reviews.is_due_by(session, row, by)]
        those = group_seats.leaders(session, programme.key, group.key) or people.holders(
            session, programme.key, "coordinator"
        )
        cards = _reminders(group, by, mine)
        message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, now + USEFUL_FOR, gathers_at=now)
        owed += outbox.owe_each(session, [one.identity for one in those], message, key, now)
    return owed


def _reminders(group: Workgroup, by: Milestone, rows: list[Proposal]) -> dict[str, Any]:
    return in_each(lambda language: reminder(group, by, rows, language))


def reminder(group: Workgroup, by: Milestone, rows: list[Proposal], language: Language) -> Card:
    """How many of the group's proposals are not handed over, and how far each kind of them has come."""
    counts = Counter(row.state for row in rows)
    facts = tuple((say(language, f"proposals.many.{state}"), str(count)) for state, count in counts.items())
    when = saying_dates.when(language, by)
    return Card(
        title=say(language, "proposals.reminder.title", group=group.title),
        blocks=(
            Text(text=say(language, "proposals.reminder.text", deadline=told(by.title, language), when=when)),
            Facts(facts=facts) if facts else Text(text=say(language, "proposals.reminder.none")),
        ),
        buttons=offers(language, "proposal.list", "proposal.new"),
        language=language,
    )


def card(proposal: Proposal, about: str, why: str, language: Language) -> Card:
    """What one of them is told: ``about`` is a state, or ``review`` for those who assure quality."""
    text = say(language, f"proposals.told.{about}", title=proposal.title, reason=why).strip()
    values = {"proposal": proposal.identity}
    return Card(
        title=say(language, f"proposals.told.{about}.title"),
        blocks=(Text(text=text),),
        buttons=(offer(language, "proposal.open", values), offer(language, "proposal.list")),
        language=language,
    )


def _owe(session: Session, proposal: Proposal, those: list[Person], key: str, about: str, why: str = "") -> None:
    if not those:
        return
    cards = in_each(lambda language: card(proposal, about, why, language))
    message = outbox.write(session, proposal.programme_key, outbox.Kind.NOTICE, cards)
    for person in those:
        outbox.owe(session, person, message, f"proposal:{proposal.identity}:{key}:{person.identity}")


def _is_pending(row: Proposal) -> bool:
    return row.state not in (*HANDED, ProposalState.WITHDRAWN)


def _days_before(by: Milestone, today: date) -> int | None:
    """Which of the reminders is due on that working day; one that falls on a free day comes on the next."""
    if by.last_day is None:
        return None
    left = (by.last_day - today).days
    passed = [days for days in DAYS_BEFORE if days >= left]
    return min(passed) if left >= 0 and passed else None
