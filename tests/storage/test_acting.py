"""Acting in a role: on each day of the organisation's exactly one of those who stand in for each other is asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import acting, people, terms
from storage.database import Database, Session
from storage.people import Grant, Person
from storage.refusals import NotAllowed, Refused
from storage.terms import DAY, Term
from tests.conftest import make_person

ZONE = ZoneInfo("Europe/Oslo")
NEW_YEAR = date(2020, 12, 31)
#: Days around New Year and both changes of daylight saving time.
DAYS = st.dates(date(2020, 10, 20), date(2021, 4, 5))
TERMS = st.tuples(st.none() | DAYS, st.none() | DAYS).map(
    lambda two: Term(min(two), max(two)) if None not in two else Term(*two)  # type: ignore[type-var]
)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def asked(session: Session, now: datetime, role: str = "leader") -> list[str]:
    terms.tell_now(session, now)
    return [person.name for person in people.holders(session, "osu2020", role)]


@pytest.fixture
def bente(person: Callable[..., Person]) -> Person:
    return person("bente", "leader")


@pytest.fixture
def kristin(session: Session, person: Callable[..., Person], bente: Person) -> Person:
    """Until New Year she leads on Bente's behalf."""
    made = person("kristin")
    acting.give(session, made, "osu2020", "leader", Term(None, NEW_YEAR), bente)
    return made


def test_the_last_day_ends_at_the_organisations_midnight(session: Session, bente: Person, kristin: Person) -> None:
    assert asked(session, at(NEW_YEAR, time(23, 59, 59))) == ["Kristin"]
    assert "leader" in people.roles(session, kristin, "osu2020")
    # 23:00 UTC is midnight there: still the 31st by the machine.
    assert asked(session, datetime(2020, 12, 31, 23, 0, tzinfo=UTC)) == ["Bente"]
    assert people.roles(session, kristin, "osu2020") == frozenset()
    with pytest.raises(NotAllowed):
        kristin.must_be(session, "leader", "osu2020")


def test_whoever_is_stood_in_for_may_still_do_what_they_may(session: Session, bente: Person, kristin: Person) -> None:
    terms.tell_now(session, at(NEW_YEAR, time(12)))
    bente.must_be(session, "leader", "osu2020")


def test_where_nobody_says_what_day_it_is_no_limited_role_counts(
    session: Session, bente: Person, kristin: Person
) -> None:
    session.info.pop("now", None)
    assert people.roles(session, kristin, "osu2020") == frozenset()
    assert [one.name for one in people.holders(session, "osu2020", "leader")] == ["Bente"]


@pytest.mark.parametrize("day", [date(2020, 10, 24), date(2020, 10, 25), date(2021, 3, 27), date(2021, 3, 28)])
def test_days_with_23_and_25_hours_end_at_their_own_midnight(
    session: Session, person: Callable[..., Person], day: date
) -> None:
    acting.give(session, person("kari"), "osu2020", "coordinator", Term(day, day))
    midnight = datetime.combine(day, time(), ZONE).astimezone(UTC)
    next_one = datetime.combine(day + DAY, time(), ZONE).astimezone(UTC)
    second = timedelta(seconds=1)
    moments = (midnight - second, midnight, next_one - second, next_one)
    assert [asked(session, moment, "coordinator") for moment in moments] == [[], ["Kari"], ["Kari"], []]


def test_the_same_again_is_one_and_another_term_takes_its_place(
    session: Session, bente: Person, kristin: Person
) -> None:
    acting.give(session, kristin, "osu2020", "leader", Term(None, NEW_YEAR), bente)
    acting.give(session, kristin, "osu2020", "leader", Term(None, date(2021, 1, 15)), bente)
    assert len(acting.of_role(session, "osu2020", "leader")) == 2
    assert asked(session, at(date(2021, 1, 10), time(9))) == ["Kristin"]


def test_it_is_foreseen_from_when_nobody_is_asked(session: Session, person: Callable[..., Person]) -> None:
    acting.give(session, person("kristin"), "osu2020", "leader", Term(None, NEW_YEAR))
    grants = acting.of_role(session, "osu2020", "leader")
    assert acting.nobody_from(grants, date(2020, 11, 24)) == date(2021, 1, 1)
    assert acting.nobody_from(grants, date(2021, 1, 2)) is None
    acting.give(session, person("ole"), "osu2020", "leader", Term(date(2021, 1, 1), None))
    assert acting.nobody_from(acting.of_role(session, "osu2020", "leader"), date(2020, 11, 24)) is None


def refused(session: Session, *args: object) -> str:
    with pytest.raises(Refused) as why:
        acting.give(session, *args)  # type: ignore[arg-type]
    return why.value.key


def test_what_would_leave_two_or_nobody_is_refused(
    session: Session, person: Callable[..., Person], bente: Person, kristin: Person
) -> None:
    ole, here = person("ole"), ("osu2020", "leader")
    assert refused(session, ole, *here, Term(NEW_YEAR, NEW_YEAR), bente) == "refused.acting.two"
    assert refused(session, ole, *here, Term(NEW_YEAR, date(2020, 12, 1)), bente) == "refused.acting.backwards"
    assert refused(session, kristin, *here, Term(), kristin) == "refused.acting.oneself"
    assert refused(session, ole, *here, Term(NEW_YEAR, date(2021, 1, 2)), kristin) == "refused.acting.not_theirs"
    assert refused(session, ole, "osu2020", "deputy", Term(), bente) == "refused.acting.not_theirs"
    assert refused(session, bente, *here, Term(NEW_YEAR, NEW_YEAR), kristin) == "refused.acting.has_it"
    acting.give(session, ole, *here, Term(NEW_YEAR, NEW_YEAR), kristin)
    assert asked(session, at(NEW_YEAR, time(9))) == ["Ole"]
    assert refused(session, kristin, *here, Term(None, NEW_YEAR), ole) == "refused.acting.not_theirs"
    people.grant(session, ole, *here, Term(), kristin.id)
    assert refused(session, kristin, *here, Term(None, NEW_YEAR), ole) == "refused.acting.round"


#: Who stands in for whom, and when, in a group of five of whom two have the role by themselves.
GIFTS = st.lists(st.tuples(st.integers(0, 4), TERMS, st.integers(0, 4)), max_size=8)


@given(gifts=GIFTS, day=DAYS)
def test_whoever_has_a_role_by_themselves_is_asked_or_exactly_one_for_them(
    shared: tuple[Database, list[int]], gifts: list[tuple[int, Term, int]], day: date
) -> None:
    database, keys = shared
    with database.writing() as session:
        five = [session.get_one(Person, key) for key in keys]
        for who, term, whom in gifts:
            try:
                acting.give(session, five[who], "osu2020", "leader", term, five[whom])
            except Refused:
                session.flush()
        grants = acting.of_role(session, "osu2020", "leader")
        found = acting.asked_on(grants, day)
        # The two have no limits: each is asked, or one who stands in for them, also by somebody between.
        assert sorted(_whose(grant, grants) for grant in found) == sorted(keys[:2])
        # The statement finds the same people as the rule, in the morning and in the last minute of that day.
        for clock in (time(0, 0), time(23, 59)):
            assert asked(session, at(day, clock)) == [session.get_one(Person, one.person_id).name for one in found]
        session.rollback()


def _whose(grant: Grant, grants: list[Grant]) -> int:
    while grant.stands_for is not None:
        grant = next(one for one in grants if one.person_id == grant.stands_for)
    return grant.person_id


@given(limits=st.lists(TERMS, min_size=1, max_size=4), day=DAYS)
def test_the_first_day_without_anybody_is_the_first_one(limits: list[Term], day: date) -> None:
    grants = [
        Grant(person_id=number, programme_key="osu2020", role="leader", starts_on=term.starts_on, ends_on=term.ends_on)
        for number, term in enumerate(limits)
    ]
    days = [day + DAY * number for number in range(250)]
    gaps = (one for one in days if acting.asked_on(grants, one - DAY) and not acting.asked_on(grants, one))
    assert acting.nobody_from(grants, day) == next(gaps, None)


@pytest.fixture(scope="module")
def shared(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, list[int]]:
    """A database for all examples of a property, each of which leaves nothing behind."""
    path = tmp_path_factory.mktemp("acting") / "main.db"
    path.write_bytes(sqlite_template.read_bytes())  # type: ignore[attr-defined]
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        five = [make_person(session, f"p{number}", *(["leader"] if number < 2 else [])) for number in range(5)]
        return database, [one.identity for one in five]
