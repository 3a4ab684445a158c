"""Digests: what is new, what is next and what waits, on the day a person asked for; and the leaders' Monday card."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import LANGUAGES, Block, Button, Card, Items, Language, Text
from dialogs.disagreements import both
from dialogs.offers import offers, short
from dialogs.promises import owners
from dialogs.words import say, say_many, told
from storage import (
    announcement_versions,
    announcements,
    digests,
    input_answers,
    input_outcomes,
    milestones,
    occurrences,
    outbox,
    people,
    plan_changes,
    programmes,
    promises,
)
from storage import unanswered as questions
from storage.announcements import Announcement
from storage.database import Session
from storage.digests import last_due
from storage.ideas import PROMISED
from storage.milestones import Milestone
from storage.people import Person
from storage.plan_changes import PlanChange, What
from storage.programmes import Programme

#: How many lines a card has of each: a digest is read standing.
MOST_NEW = 5
MOST_NEXT = 3
#: What lies farther ahead than this is not next.
AHEAD = timedelta(days=31)
#: The leaders' card is of use on its day and the next.
LEADERS_USEFUL_FOR = timedelta(days=2)
LEADERS_LOOK_BACK = timedelta(days=31)
LONGEST_LINE = 120
#: What a card's lists can be headed by, news first.
_HEADINGS = (
    "digests.new",
    "digests.next",
    "digests.waits",
    "digests.leaders.aloud",
    "digests.leaders.promises",
    "digests.leaders.unsaid",
)


@dataclass(frozen=True)
class News:
    """What is new in a programme in a span of time, and what comes next after it: the same for everybody."""

    programme: Programme
    until: date
    #: The titles of what was sent, each by language.
    sent: list[dict[str, str]]
    changes: list[PlanChange]
    #: What became of inputs: said and done.
    outcomes: list[tuple[str, str]]
    #: How many inputs were answered.
    answers: int
    next: list[Milestone]
    #: By the key of those: the same thing by another document, where that gives another date.
    otherwise: dict[str, Milestone]

    @property
    def is_empty(self) -> bool:
        return not (self.sent or self.changes or self.outcomes or self.answers)


def news(session: Session, programme: Programme, since: datetime, until: datetime) -> News:
    """What is new after ``since`` and not after ``until``."""
    today = until.astimezone(ZoneInfo(programme.timezone)).date()
    sent = announcements.latest(session, programme.key, MOST_NEW, until)
    coming = milestones.coming_up(session, programme.key, today)
    ahead = [row for row in coming if row.first_day and row.first_day <= today + AHEAD][:MOST_NEXT]
    pairs = [(row.key, milestones.otherwise(session, row)) for row in ahead]
    return News(
        programme,
        today,
        [_titles(session, row) for row in sent if row.sent_at and row.sent_at > since],
        plan_changes.between(session, programme.key, since, until),
        [(row.said, row.done) for row in input_outcomes.between(session, programme.key, since, until)],
        input_answers.between(session, programme, since, until),
        ahead,
        {key: other for key, other in pairs if other is not None},
    )


def queue_digests(session: Session, programme: Programme, now: datetime) -> int:
    """Owes the next people whose hour it is their digest; returns how many it settled, with news or without."""
    zone = ZoneInfo(programme.timezone)
    for frequency, weekday in digests.wanted(session, programme.key):
        due = last_due(frequency, weekday, now, zone)
        if now - due > digests.USEFUL_FOR[frequency]:
            continue
        found = digests.waiting(session, programme.key, frequency, weekday, due)
        if found:
            _settle(session, programme, found, due)
            return len(found)
    return 0


def queue_leaders_card(session: Session, programme: Programme, now: datetime) -> int:
    """Owes the programme's leaders their Monday card, where there is something in it; returns how many it owes."""
    due = last_due("weekly", "monday", now, ZoneInfo(programme.timezone))
    schedule = f"leaders-week:{programme.key}"
    if now - due > LEADERS_USEFUL_FOR or not occurrences.record(session, schedule, due):
        return 0
    # Longer than a week where one was missed: what was new then is new to them.
    since = occurrences.latest(session, schedule, due) or due - timedelta(days=7)
    found = news(session, programme, max(since, due - LEADERS_LOOK_BACK), due)
    coming = [
        day for day in promises.due(session, programme.key, found.until + timedelta(days=7)) if day >= found.until
    ]
    # What is late is told once: to those who are reminded of it daily by that, to others here once they heard of it.
    late = promises.late_and_told(session, programme.key, found.until)
    leaders = {leader.identity for leader in people.holders(session, programme.key, "leader")}
    reminded = leaders & {owner.identity for owner in owners(session, programme.key, now)}
    waiting = questions.how_many_wait(session, programme.key)
    owed = 0
    for those, days in ((leaders - reminded, [*late, *coming]), (reminded, coming)):
        if not those or (found.is_empty and not days):
            continue
        cards = {
            language: leaders_card(found, language, days, waiting, unsaid(session, programme, language))
            for language in LANGUAGES
        }
        useful_until = due + LEADERS_USEFUL_FOR
        message = outbox.write(session, programme.key, outbox.Kind.DIGEST, _stored(cards), useful_until, gathers_at=now)
        owed += outbox.owe_each(session, sorted(those), message, f"{schedule}:{due.isoformat()}", now)
    return owed


def digest(found: News, language: Language, waits: tuple[tuple[str, str], ...] = ()) -> Card:
    """A digest: ``waits`` is what waits for this person, as label and explanation."""
    off = Button(title=say(language, "digests.off"), action="subscription.set", values={"on": False, "topic": "digest"})
    return Card(
        title=say(language, "digests.title", programme=found.programme.name),
        blocks=(
            *_section(language, "digests.new", new_lines(found, language)),
            *_section(language, "digests.next", _next_lines(found, language)),
            *_section(language, "digests.waits", waits),
        ),
        # The digest itself stays: it is read later, too.
        buttons=(*offers(language, "announcement.latest", "milestone.list", "settings"), off),
        language=language,
    )


def leaders_card(found: News, language: Language, owed: list[date], waiting: int, left_open: list[str]) -> Card:
    """The leaders' card: ``owed`` are the days of promised answers, ``waiting`` the questions without an answer."""
    aloud = tuple((line, "") for line in _aloud(found, language, left_open))
    return Card(
        title=say(language, "digests.leaders.title", programme=found.programme.name),
        blocks=(
            *_section(language, "digests.new", new_lines(found, language)),
            *_section(language, "digests.leaders.aloud", aloud, numbered=True),
            *_section(language, "digests.leaders.promises", _promised(found.until, language, owed)),
            *_section(language, "digests.leaders.unsaid", _unsaid(language, waiting, left_open)),
        ),
        buttons=offers(language, "announcement.post", *(("question.list",) if waiting else ()), "milestone.list"),
        language=language,
    )


def united(cards: list[Card]) -> list[Card]:
    """One digest of several that waited, in the order in which they were made: the news of all, the last first, and the
    rest as the last one tells it. Where a card is not what this version makes, all of them as they are."""
    if len(cards) < 2:
        return cards
    last = cards[-1]
    new, *others = (say(last.language, heading) for heading in _HEADINGS)
    parts = [_parts(card) for card in cards]
    if not all(part is not None and {new, *others}.issuperset(part) for part in parts):
        return cards
    lines = list(dict.fromkeys(line for part in reversed(parts) for line in (part or {}).get(new, ())))
    # How many more there were is the only line without an explanation.
    told_lines, is_more = [line for line in lines if line[1]], any(not more for _, more in lines)
    left = len(told_lines) - MOST_NEW
    more = say_many(last.language, "digests.more", left) if left > 0 else say(last.language, "digests.more_than_told")
    shown = (*told_lines[:MOST_NEW], *([(more, "")] if left > 0 or is_more else []))
    rest = last.blocks[2:] if new in (parts[-1] or {}) else last.blocks
    return [last.model_copy(update={"blocks": (*_section(last.language, "digests.new", shown), *rest)})]


def _parts(card: Card) -> dict[str, tuple[tuple[str, str], ...]] | None:
    """A digest's lists by their headings; None where it is put together otherwise."""
    found = {}
    for heading, block in zip(card.blocks[::2], card.blocks[1::2], strict=False):
        if not isinstance(heading, Text) or not isinstance(block, Items):
            return None
        found[heading.text] = block.items
    return found if len(found) * 2 == len(card.blocks) else None


def new_lines(found: News, language: Language) -> tuple[tuple[str, str], ...]:
    """What is new, announcements first; how much more there is, where it is too much to be read."""
    lines = [(told(title, language), say(language, "digests.announced")) for title in found.sent]
    lines += [_became(said, done, language) for said, done in found.outcomes]
    lines += _answered(found, language)
    lines += [_changed(change, language) for change in reversed(found.changes)]
    left = len(lines) - MOST_NEW
    more = [(say_many(language, "digests.more", left), "")] if left > 0 else []
    return (*lines[:MOST_NEW], *more)


def _titles(session: Session, row: Announcement) -> dict[str, str]:
    return {language: announcement_versions.said(session, row, language).title for language in LANGUAGES}


def _became(said: str, done: str, language: Language) -> tuple[str, str]:
    return say(language, "input_outcomes.you_said", said=short(said, LONGEST_LINE)), short(done, LONGEST_LINE)


def _answered(found: News, language: Language) -> list[tuple[str, str]]:
    """That answers to inputs are there. Nobody is told to whom, and how many only where they are not few."""
    if not found.answers:
        return []
    label, smallest = say(language, "digests.inputs"), found.programme.smallest_group
    if found.answers < smallest:
        return [(label, say(language, "digests.inputs.answered"))]
    return [(label, say(language, "digests.inputs.at_least", count=found.answers - found.answers % smallest))]


def _changed(change: PlanChange, language: Language) -> tuple[str, str]:
    state = change.after or change.before or {}
    title = short(told(state.get("title"), language), LONGEST_LINE)
    if change.kind != "milestone":
        gone = change.what == What.REMOVED
        return title, say(language, "digests.answer_gone" if gone else "digests.answered")
    if change.what == What.REMOVED:
        return title, say(language, "digests.removed")
    after = saying_dates.when(language, plan_changes.as_milestone(state))
    if change.what == What.ADDED or change.before is None:
        return title, say(language, "digests.added", when=after)
    before = saying_dates.when(language, plan_changes.as_milestone(change.before))
    return title, say(language, "digests.moved", before=before, after=after)


def _next_lines(found: News, language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((told(row.title, language), both(language, row, found.otherwise.get(row.key))) for row in found.next)


def _section(
    language: Language, heading: str, lines: tuple[tuple[str, str], ...], *, numbered: bool = False
) -> tuple[Block, ...]:
    if not lines:
        return ()
    return Text(text=say(language, heading), style="strong"), Items(items=lines, numbered=numbered)


def _aloud(found: News, language: Language, left_open: list[str]) -> list[str]:
    """Three sentences that can be read out as they are."""
    lines = []
    if found.sent:
        lines.append(say(language, "digests.aloud.announced", title=found.sent[0]))
    elif found.changes:
        title, more = _changed(found.changes[-1], language)
        lines.append(say(language, "digests.aloud.changed", title=title, more=more))
    if found.next:
        first = found.next[0]
        when = both(language, first, found.otherwise.get(first.key))
        lines.append(say(language, "digests.aloud.next", title=first.title, when=when))
    if left_open:
        lines.append(say(language, "digests.aloud.unsaid", what=left_open[0]))
    lines.append(say(language, "digests.aloud.ask"))
    return lines[:3]


def unsaid(session: Session, programme: Programme, language: Language) -> list[str]:
    """What the programme's documents leave open."""
    return [told(fact.text, language) for fact in programmes.facts(session, programme.key, "open_question")[:MOST_NEXT]]


def _promised(today: date, language: Language, owed: list[date]) -> tuple[tuple[str, str], ...]:
    """How many answers were promised, by day: never to whom."""
    late = sum(day < today for day in owed)
    lines = [(say_many(language, "digests.promises.late", late), "")] if late else []
    for day, count in sorted(Counter(day for day in owed if day >= today).items()):
        lines.append((saying_dates.capitalised(saying_dates.day(language, day)), _answers(language, count)))
    return tuple(lines)


def _answers(language: Language, count: int) -> str:
    return say_many(language, "digests.promises.due", count)


def _unsaid(language: Language, waiting: int, left_open: list[str]) -> tuple[tuple[str, str], ...]:
    lines = [(say_many(language, "digests.questions", waiting), "")] if waiting else []
    return (*lines, *((line, "") for line in left_open))


def _settle(session: Session, programme: Programme, found: list[tuple[Person, datetime]], due: datetime) -> None:
    """Those for whom nothing waits share a message; who has something waiting gets one of their own."""
    by_since: dict[datetime, list[Person]] = {}
    for person, since in found:
        by_since.setdefault(since, []).append(person)
    for since, those in by_since.items():
        told_news = news(session, programme, since, due)
        if not told_news.is_empty:
            _owe(session, told_news, those, due, since)
    digests.cover(session, programme.key, [person.identity for person, _ in found], due)


def _owe(session: Session, found: News, those: list[Person], due: datetime, since: datetime) -> None:
    key, useful_until = f"digest:{found.programme.key}:{due.isoformat()}", due + digests.KEPT_FOR
    waits = _waits(session, found.programme, [person.identity for person in those])
    without = [person.identity for person in those if person.identity not in waits]
    if without:
        cards = _stored({language: digest(found, language) for language in LANGUAGES})
        kind, programme_key = outbox.Kind.DIGEST, found.programme.key
        message = outbox.standing(session, programme_key, kind, f"{key}:{since.isoformat()}", cards, useful_until, due)
        outbox.owe_each(session, without, message, key, due)
    for person, lines in waits.items():
        cards = _stored({language: digest(found, language, lines[language]) for language in LANGUAGES})
        message = outbox.write(session, found.programme.key, outbox.Kind.DIGEST, cards, useful_until, gathers_at=due)
        outbox.owe_each(session, [person], message, key, due)


def _waits(session: Session, programme: Programme, those: list[int]) -> dict[int, dict[Language, Any]]:
    """What waits for each of these people, by language; who waits for nothing is not in it."""
    promised = promises.standing_of(session, those, programme.key, "sign_up")
    of_ideas = promises.standing_of(session, those, programme.key, PROMISED)
    asked = questions.waiting_of(session, those, programme.key)
    return {
        person: {
            language: waits_lines(language, promised.get(person, []), asked.get(person, 0), of_ideas.get(person, []))
            for language in LANGUAGES
        }
        for person in those
        if person in promised or person in asked or person in of_ideas
    }


def waits_lines(
    language: Language, promised: list[date], asked: int, of_ideas: Iterable[date] = ()
) -> tuple[tuple[str, str], ...]:
    """What somebody waits for: answers to sign-ups and to ideas, by their days, and to so many questions."""
    days = [("digests.waits.sign_up", day) for day in promised] + [("digests.waits.idea", day) for day in of_ideas]
    sign_ups = [
        (say(language, key), say(language, "digests.waits.by", day=saying_dates.day(language, day)))
        for key, day in days
    ]
    sent = [(say_many(language, "digests.waits.questions", asked), "")] if asked else []
    return (*sign_ups, *sent)


def _stored(cards: dict[Language, Card]) -> dict[str, Any]:
    return {language: card.model_dump(mode="json") for language, card in cards.items()}
