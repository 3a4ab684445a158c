"""Acting in a role: who is asked on which day, and from which day nobody is.

While somebody stands in for another person, that person is not asked: what comes goes to one of the two, and the day
after the last one it goes back by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from storage import people
from storage.people import Grant, Person
from storage.refusals import Refused
from storage.terms import ALWAYS, DAY, Term


def give(
    session: Session,
    person: Person,
    programme_key: str,
    role: str,
    term: Term = ALWAYS,
    stands_for: Person | None = None,
) -> None:
    """Gives a role for a term, standing in for somebody where one is named; the same again changes nothing.

    Raises Refused for a term that ends before it begins, for standing in for oneself, for who does not hold the role
    throughout the term, where somebody else stands in for them on one of the days, where two would stand in for each
    other so that nobody would be asked, and for who has the role by themselves: it would end with the term.
    """
    if term.starts_on and term.ends_on and term.ends_on < term.starts_on:
        raise Refused("refused.acting.backwards")
    if stands_for is not None:
        every = of_role(session, programme_key, role)
        if any(grant.person_id == person.id and grant.stands_for is None for grant in every):
            raise Refused("refused.acting.has_it", name=person.name)
        _check(person, term, stands_for, [grant for grant in every if grant.person_id != person.id])
    people.grant(session, person, programme_key, role, term, stands_for.identity if stands_for else None)


def of_role(session: Session, programme_key: str, role: str) -> list[Grant]:
    """Everyone who has the role, had it or is to have it, the first of each day first."""
    statement = select(Grant).where(Grant.programme_key == programme_key, Grant.role == role)
    return list(session.exec(statement.order_by(col(Grant.person_id))))


def asked_on(grants: Iterable[Grant], day: date) -> list[Grant]:
    """Of those who hold one role the ones that are asked on that day."""
    holding = [grant for grant in grants if grant.term.holds_on(day)]
    stood_in_for = {grant.stands_for for grant in holding}
    return [grant for grant in holding if grant.person_id not in stood_in_for]


def alone_in(session: Session, person: Person, day: date) -> list[Grant]:
    """The roles, of whichever programme, that nobody would be asked in on that day if the person were gone."""
    own = session.exec(
        select(Grant).where(Grant.person_id == person.id).order_by(col(Grant.programme_key), col(Grant.id))
    ).all()
    return [
        grant
        for grant in own
        if grant.term.holds_on(day)
        and not asked_on(
            [o for o in of_role(session, grant.programme_key, grant.role) if o.person_id != person.id], day
        )
    ]


def nobody_from(grants: Sequence[Grant], day: date) -> date | None:
    """The first day from ``day`` on that nobody is asked, though somebody was the day before; None where somebody
    always is, or nobody ever was."""
    for first in sorted(_turns_of(grants, day)):
        if asked_on(grants, first - DAY) and not asked_on(grants, first):
            return first
    return None


def _turns_of(grants: Iterable[Grant], day: date) -> set[date]:
    """The days from ``day`` on that somebody may be asked who was not before, or the other way about."""
    begun = {grant.starts_on for grant in grants if grant.starts_on is not None}
    over = {grant.ends_on + DAY for grant in grants if grant.ends_on is not None and grant.ends_on < date.max}
    return {turn for turn in begun | over if turn >= day}


def _check(person: Person, term: Term, stands_for: Person, others: Sequence[Grant]) -> None:
    if stands_for.id == person.id:
        raise Refused("refused.acting.oneself")
    own = next((grant for grant in others if grant.person_id == stands_for.id), None)
    if own is None or not _covers(own.term, term):
        raise Refused("refused.acting.not_theirs", name=stands_for.name)
    if any(grant.stands_for == stands_for.id and grant.term.meets(term) for grant in others):
        raise Refused("refused.acting.two", name=stands_for.name)
    if _leads_back(person, stands_for, term, others):
        raise Refused("refused.acting.round", name=stands_for.name)


def _covers(outer: Term, inner: Term) -> bool:
    starts = outer.starts_on is None or (inner.starts_on is not None and outer.starts_on <= inner.starts_on)
    ends = outer.ends_on is None or (inner.ends_on is not None and inner.ends_on <= outer.ends_on)
    return starts and ends


def _leads_back(person: Person, stands_for: Person, term: Term, others: Sequence[Grant]) -> bool:
    """Whether whom they stand in for stands in, directly or by others, for them on one of the days."""
    next_ones, seen = [stands_for.id], set()
    while next_ones:
        one = next_ones.pop()
        if one == person.id:
            return True
        seen.add(one)
        found = (grant.stands_for for grant in others if grant.person_id == one and grant.term.meets(term))
        next_ones += [key for key in found if key is not None and key not in seen]
    return False
