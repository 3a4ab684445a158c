"""What owners, the verneombud and leaders are told of reviews of risk and of the working environment; and the clock's
reminders of when one is to be done."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dialogs import risk_words, saying_dates
from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import occurrences, outbox, people, risk_reviews, stand_ins, working_days
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import is_free_day
from storage.risk_reviews import Known, ReviewState, RiskReview

#: So many working days before it is to be done its owner is reminded, at this hour in the organisation's zone.
DAYS_BEFORE = (5, 2, 0)
ASKED_AT = time(9)
#: A reminder is of use until the next working day's.
USEFUL_FOR = timedelta(days=1)
#: Who is told that one is late, and whom the reminders go to where nobody owns it who is there.
ABOVE = ("leader", "deputy")
IN_PLACE = ("coordinator", "leader")
#: Where nothing else says whose part it is that is told.
_PART = {"done": risk_words.part_told}


def to_owner(session: Session, turn: Turn, known: Known) -> None:
    """Tells whoever it was given to, unless they took it themselves."""
    owner = risk_reviews.owner(session, known.row)
    if owner is not None and known.row is not None and known.row.due_on is not None:
        day = known.row.due_on
        _owe(session, turn, known, [owner], "given", day=day)


def to_safety(session: Session, turn: Turn, known: Known, about: str) -> None:
    """Tells the verneombud that their part is asked for, or what was recorded of it; not whoever owns the review."""
    holders = people.holders(session, turn.programme.key, "safety_representative")
    owner = known.row.owner_id if known.row is not None else None
    said = risk_reviews.part(session, known.row)
    who = said.who if said is not None else ""
    _owe(session, turn, known, [one for one in holders if one.id != owner], about, who=who)


def to_worker(session: Session, turn: Turn, known: Known) -> None:
    """Tells whoever owns it what the verneombud said; those who could give it to somebody where nobody does."""
    owner = risk_reviews.owner(session, known.row)
    those = [owner] if owner is not None else people.holders(session, turn.programme.key, "coordinator")
    _owe(session, turn, known, those, "said")


def to_leaders(session: Session, turn: Turn, known: Known, about: str, why: str = "") -> None:
    """Tells leaders, and whoever owns it, that it is done, or open again."""
    owner = risk_reviews.owner(session, known.row)
    those = [*people.holders(session, turn.programme.key, "leader"), *([owner] if owner else [])]
    _owe(session, turn, known, those, about, why=why)


def queue_risk_reviews(session: Session, programme: Programme, now: datetime) -> int:
    """On a working day's morning: reminds the owner of a review that is to be done soon, and tells leaders, once, of
    one that is late; returns to how many it owes something."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today, ASKED_AT, zone)
    if not programme.risk_reviews or is_free_day(today) or now < due:
        return 0
    return sum(_remind(session, programme, known, due, now) for known in risk_reviews.every(session, programme.key))


def coming(session: Session, programme: Programme, now: datetime, language: Language) -> Iterator[tuple[datetime, str]]:
    """When somebody will be reminded after ``now`` of which review, or told that it is late, as things stand."""
    zone = ZoneInfo(programme.timezone)
    for known in risk_reviews.every(session, programme.key):
        if known.row is None or known.row.due_on is None or known.state is ReviewState.DONE:
            continue
        days = [working_days.after(known.row.due_on, 1)]
        for count in DAYS_BEFORE:
            day = known.row.due_on
            for _ in range(count):
                day = working_days.on_or_before(day - working_days.DAY)
            days.append(day)
        for day in days:
            at = datetime.combine(day, ASKED_AT, zone)
            if at > now:
                yield at, risk_words.title(known, language)


def reminder(known: Known, about: str, language: Language, day: date) -> Card:
    """``about`` is ``soon`` for the owner, ``late`` for leaders."""
    values = {"review": known.wanted.key}
    title = risk_words.title(known, language)
    said = say(language, f"risk.told.{about}", review=title, day=saying_dates.day(language, day))
    return Card(
        title=say(language, f"risk.told.{about}.title", review=title),
        blocks=(Text(text=said),),
        buttons=(offer(language, "risk.open", values), *offers(language, "quiet.show")),
        language=language,
    )


def card(known: Known, about: str, language: Language, **values: str) -> Card:
    """What one of them is told."""
    title = risk_words.title(known, language)
    said = say(language, f"risk.told.{about}", review=title, **values).strip()
    return Card(
        title=say(language, f"risk.told.{about}.title", review=title),
        blocks=(Text(text=said),),
        buttons=(offer(language, "risk.open", {"review": known.wanted.key}), offer(language, "risk.list")),
        language=language,
    )


def _remind(session: Session, programme: Programme, known: Known, due: datetime, now: datetime) -> int:
    row, today = known.row, due.date()
    if row is None or row.due_on is None or known.state is ReviewState.DONE:
        return 0
    day, key = row.due_on, f"risk:{programme.key}:{known.wanted.key}:{row.round}:{row.due_on}"
    if today > day:
        those, about = stand_ins.first_here(session, programme.key, ABOVE, now), "late"
    else:
        left = next((count for count in reversed(DAYS_BEFORE) if working_days.after(today, count) >= day), None)
        if left is None:
            return 0
        those, about, key = _owner_or_others(session, programme, known, now), "soon", f"{key}:{left}"
    # Where nobody is there to be told it stays open until somebody is.
    at = datetime.combine(day, ASKED_AT, ZoneInfo(programme.timezone))
    if not those or not occurrences.record(session, f"{key}:{about}", at):
        return 0
    owner = risk_reviews.owner(session, row)
    if about == "soon" and those == [owner] and _given_on(session, row, due.tzinfo) == today:
        # They have been told of the day today, when it was given to them.
        return 0
    keys = {one.identity for one in those} | ({owner.identity} if owner is not None else set())
    cards = in_each(lambda language: reminder(known, about, language, day))
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, now + USEFUL_FOR, gathers_at=now)
    return outbox.owe_each(session, sorted(keys), message, f"{key}:{about}", now)


def _given_on(session: Session, row: RiskReview, zone: tzinfo | None) -> date | None:
    """The day on which it was given to somebody last."""
    given = [step for step in risk_reviews.steps(session, row) if step.what == "owner"]
    return given[-1].at.astimezone(zone).date() if given else None


def _owner_or_others(session: Session, programme: Programme, known: Known, now: datetime) -> list[Person]:
    owner = risk_reviews.owner(session, known.row)
    if owner is not None and not stand_ins.away(session, [owner], now):
        return [owner]
    return stand_ins.first_here(session, programme.key, IN_PLACE, now)


def ask_safety(session: Session, programme: Programme, person: Person) -> int:
    """Asks a verneombud for their part in what waits for it, in its owner's name; returns how much is new."""
    count = 0
    for known in risk_reviews.every(session, programme.key):
        is_waiting = known.state is ReviewState.WITH_SAFETY and not risk_reviews.took_part(session, known.row)
        if is_waiting and known.row is not None and known.row.owner_id != person.id:
            owner = risk_reviews.owner(session, known.row)
            count += _owe_each(
                session, programme.key, known, [person], "asked", owner.name if owner else programme.name
            )
    return count


def _owe(
    session: Session, turn: Turn, known: Known, those: list[Person], about: str, *, why: str = "", who: str = "",
    day: date | None = None,
) -> None:  # fmt: skip
    others = [one for one in those if one.id != turn.person.id]
    _owe_each(session, turn.programme.key, known, others, about, turn.person.name, why=why, who=who, day=day)


def _owe_each(
    session: Session, programme_key: str, known: Known, those: list[Person], about: str, name: str, *, why: str = "",
    who: str = "", day: date | None = None,
) -> int:  # fmt: skip
    """``name`` is who brings it. The same of the same version is told once."""
    each = {one.identity: one for one in those}
    if not each or known.row is None:
        return 0
    said = risk_reviews.part(session, known.row)
    needs_day = about == "reopened" and known.row.due_on is None

    def in_language(language: Language) -> Card:
        return card(
            known, about, language,
            name=name,
            reason=f"{why} {say(language, 'risk.told.no_due')}".strip() if needs_day else why,
            who=who,
            day=saying_dates.day(language, day) if day else "",
            part=(_PART.get(about, risk_words.part_said)(said, language)) if said is not None else "",
        )  # fmt: skip

    message = outbox.write(session, programme_key, outbox.Kind.NOTICE, in_each(in_language))
    key = f"risk:{known.row.id}:{known.row.version}:{about}"
    return sum(outbox.owe(session, person, message, f"{key}:{person.identity}") for person in each.values())
