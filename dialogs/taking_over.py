"""Whoever takes over a role is asked what waits for it: approvals of announcements and of the top 5, confirmations
of decisions, and the verneombud's part in reviews. Whoever was asked before is not asked twice."""

from dialogs import approvals, decision_steps, former, risk_notices, top_approvals
from dialogs.card import LANGUAGES
from storage import approvals as approving
from storage import decision_steps as steps
from storage import decisions, initiatives, people
from storage import top_approvals as top_approving
from storage.database import Session
from storage.decisions import OWNERS, Decision, Step
from storage.people import Person
from storage.programmes import Programme


def ask(session: Session, programme: Programme, person: Person, role: str) -> int:
    """Asks them what nobody has decided yet; returns how much that is. Nothing of who does not hold the role today."""
    if role not in people.roles(session, person, programme.key):
        return 0
    count = 0
    if role in approving.APPROVING:
        count += _announcements(session, programme, person) + _top(session, programme, person)
    if role == "safety_representative":
        count += risk_notices.ask_safety(session, programme, person)
    if role in OWNERS[Step.CONFIRMED]:
        count += _confirmations(session, programme, person)
    return count


def _announcements(session: Session, programme: Programme, person: Person) -> int:
    undecided = approving.undecided(session, person, programme.key)
    return sum(
        approvals.ask_each(session, programme, announcement, request, [person]) for request, announcement in undecided
    )


def _top(session: Session, programme: Programme, person: Person) -> int:
    """Of the order that is in force: what was set before it goes to nobody any more."""
    newest, count = initiatives.top(session, programme.key), 0
    for request in top_approving.undecided(session, person, programme.key):
        _, order = top_approving.seen(session, person, programme.key, request.id or 0)
        if newest is not None and newest.id == order.id and order.set_by != person.id:
            count += top_approvals.ask_each(session, programme, order, request, [person])
    return count


def _confirmations(session: Session, programme: Programme, person: Person) -> int:
    waiting = steps.unconfirmed(session, person, programme.key)
    return sum(_confirmation(session, programme, decision, person) for decision in waiting)


def _confirmation(session: Session, programme: Programme, decision: Decision, person: Person) -> int:
    """In the name of whoever began the record."""
    begun_by = decisions.person(session, decision.made_by)
    names = {language: former.name_of(begun_by, language) for language in LANGUAGES}
    return decision_steps.ask_each(session, programme, decision, Step.CONFIRMED, names, [person])
