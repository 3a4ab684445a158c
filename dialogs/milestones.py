"""Milestones: what is next, when something is, and what happens on a day or in a span of days."""

from datetime import date

from dialogs import asked, charts, decision_cards
from dialogs.card import Button, Card, Items, Text
from dialogs.disagreements import warnings
from dialogs.not_known import ask_whom, left_open, not_known, open_question
from dialogs.offers import offer, offers, short
from dialogs.saying_dates import (
    capitalised,
    days,
    days_within,
    how_far,
    is_over,
    month_day,
    onwards,
    phase_limits,
    sources_line,
    weekday_name,
    weekday_of,
    when,
)
from dialogs.saying_dates import day as in_words
from dialogs.turn import Turn
from dialogs.understanding.to_decide import asks_who
from dialogs.words import say, told
from storage import coming_decisions, decision_log, milestones
from storage.database import Session
from storage.milestones import REMINDED, Milestone, Precision
from storage.personal_reminders import DAYS

#: How many milestones a question may mean before it is asked back.
_MOST = 4
#: Offered to whoever named none of them: more would have to be read through.
_FEW = 3


def upcoming(session: Session, turn: Turn) -> Card:
    """The next dated milestone; today counts. ``from`` looks on from a later day."""
    language = turn.language
    found = milestones.coming_up(session, turn.programme.key, asked.day(turn, "from") or turn.today)
    open_one = open_question(session, turn)
    if open_one is not None:
        return not_known(turn, left_open(turn, open_one), *(Text(text=_said(turn, row)) for row in found[:1]))
    if not found:
        return _nothing_left(session, turn)
    soonest = [row for row in found if row.first_day == found[0].first_day and row.last_day == found[0].last_day]
    first = soonest[0]
    far = how_far(language, first, turn.today)
    more = tuple(Text(text=told(row.title, language)) for row in soonest[1:])
    return Card(
        title=say(language, "milestones.next.title", title=first.title, when=when(language, first)),
        blocks=(
            *((Text(text=say(language, "milestones.far", far=far)),) if far else ()),
            *more,
            *_remarks(session, turn, first),
            *sources_line(session, turn, first.sources),
        ),
        buttons=(*offers(language, "milestone.list"), _remind(turn), _in_calendar(turn, first)),
        language=language,
        subject=_subject(first),
    )


def _nothing_left(session: Session, turn: Turn) -> Card:
    dated = [row for row in milestones.every(session, turn.programme.key) if row.last_day and row.kind == "milestone"]
    last = max(dated, key=lambda row: row.last_day or date.min) if dated else None
    blocks = (
        (Text(text=say(turn.language, "milestones.last", title=last.title, when=when(turn.language, last))),)
        if last
        else ()
    )
    return Card(
        title=say(turn.language, "milestones.none_left", programme=turn.programme.name),
        blocks=(
            *_phases_ahead(session, turn),
            *blocks,
            Text(text=say(turn.language, "milestones.unconfirmed")),
            ask_whom(turn),
        ),
        buttons=offers(turn.language, "milestone.list", "announcement.latest"),
        language=turn.language,
    )


def _phases_ahead(session: Session, turn: Turn) -> tuple[Text, ...]:
    """What the plan still has after its last milestone: phases that end or begin."""
    language = turn.language
    said = []
    for phase in milestones.phases(session, turn.programme.key):
        starts, ends = phase_limits(language, phase)
        if phase.start_last and phase.start_last > turn.today:
            said.append(say(language, "milestones.phase_starts", phase=phase.title, day=starts))
        elif phase.end_last and phase.end_last >= turn.today:
            said.append(say(language, "milestones.phase_ends", phase=phase.title, day=ends))
    return tuple(Text(text=text) for text in said)


def listed(session: Session, turn: Turn) -> Card:
    """Everything dated: what is ahead first, then what goes on, then what the plan had before today."""
    language = turn.language
    rows = [
        row for row in milestones.every(session, turn.programme.key) if row.kind not in ("figure_date", "past_event")
    ]
    dated = [row for row in rows if row.last_day]
    ahead = [row for row in dated if not is_over(row, turn.today)]
    past = [row for row in dated if is_over(row, turn.today)]
    going_on = [row for row in rows if row.precision == Precision.ONGOING]
    key = "milestones.list.title" if ahead else "milestones.none_left"
    return Card(
        title=say(language, key, programme=turn.programme.name),
        blocks=(
            *charts.shown(session, turn, charts.TIMELINE),
            *_section(turn, "", ahead),
            *_section(turn, "milestones.list.ongoing", going_on),
            *_section(turn, "milestones.list.past", past),
            *warnings(session, turn.language, ahead),
            *sources_line(session, turn, [source for row in rows for source in row.sources]),
        ),
        buttons=(*offers(language, "milestone.next"), _remind(turn), offer(language, "calendar.add")),
        language=language,
    )


def _section(turn: Turn, heading: str, rows: list[Milestone]) -> tuple[Text | Items, ...]:
    if not rows:
        return ()
    items = tuple((capitalised(when(turn.language, row)), told(row.title, turn.language)) for row in rows)
    return (*((Text(text=say(turn.language, heading)),) if heading else ()), Items(items=items))


def at(session: Session, turn: Turn) -> Card:
    """When a named thing is or was planned."""
    every = {row.key: row for row in milestones.every(session, turn.programme.key)}
    found = [every[key] for key in asked.keys(turn, "milestones", "milestone") if key in every]
    recorded = _recorded(session, turn, found) if len(found) == 1 or turn.values.get("done") else None
    if recorded is not None:
        # What was decided is told, also before the day of the plan: the plan is no answer any more.
        return recorded
    if turn.values.get("done") and all(is_over(row, turn.today) for row in found):
        return _not_confirmed(session, turn, found or _latest(list(every.values()), turn.today))
    if not found:
        return _which_milestone(session, turn)
    if len(found) > _MOST:
        found = [row for row in found if not is_over(row, turn.today)][:_MOST] or found[:_MOST]
    first = found[0]
    unsaid = _unsaid(session, turn, found)
    return Card(
        title=unsaid or _said(turn, first),
        blocks=(
            *(Text(text=_said(turn, row)) for row in (found if unsaid else found[1:])),
            *_told_of(session, turn, first),
            *((ask_whom(turn),) if unsaid else ()),
            *sources_line(session, turn, [source for row in found for source in row.sources]),
        ),
        buttons=(
            *offers(turn.language, "milestone.list"),
            *_reminding(turn, first),
            *_deciding(turn, first),
            *(() if is_over(first, turn.today) else (_in_calendar(turn, first),)),
        ),
        language=turn.language,
        outcome="unknown" if unsaid else "answered",
        subject=_subject(first),
    )


def _latest(rows: list[Milestone], today: date) -> list[Milestone]:
    """What the plan had last before today."""
    past = [row for row in rows if row.kind == "milestone" and row.last_day and is_over(row, today)]
    return sorted(past, key=lambda row: row.last_day or date.min)[-1:]


def _not_confirmed(session: Session, turn: Turn, found: list[Milestone]) -> Card:
    """Whether it was really done: the plan is all that the documents have."""
    said = "milestones.unconfirmed_first" if found else "milestones.unconfirmed_none"
    return not_known(
        turn,
        say(turn.language, said),
        *(Text(text=_said(turn, row)) for row in found[:_MOST]),
        *sources_line(session, turn, [source for row in found[:_MOST] for source in row.sources]),
        buttons=(
            *offers(turn.language, "milestone.list", "announcement.latest"),
            *(button for row in found[:1] for button in _deciding(turn, row)),
        ),
        subject=_subject(found[0]) if len(found) == 1 else None,
    )


def _recorded(session: Session, turn: Turn, found: list[Milestone]) -> Card | None:
    """What the log has of the first of them; None where nothing is recorded."""
    coming = coming_decisions.find(session, turn.programme.key, found[0].key) if found else None
    if coming is None or coming.decision is None or not coming.is_recorded:
        return None
    decision, entry = decision_log.get(session, turn.programme.key, coming.decision.identity)
    return decision_cards.shown(session, turn, decision, entry, "who" if asks_who(turn.text) else "")


def _deciding(turn: Turn, row: Milestone) -> tuple[Button, ...]:
    """The way to what the log has of it, where something is decided then."""
    if row.decides is None:
        return ()
    return (offer(turn.language, "decision.entry", {"coming": row.key}),)


#: What no document says of any milestone.
_NEVER_SAID = ("place", "clock", "food", "practical")
_VAGUE = (Precision.MONTH, Precision.SEASON)


def _unsaid(session: Session, turn: Turn, found: list[Milestone]) -> str:
    """That the documents leave open what was asked, in a sentence; empty where they do not."""
    open_one = open_question(session, turn)
    if open_one is not None:
        return left_open(turn, open_one)
    if _is_unlabelled(found):
        return told(found[0].note, turn.language)
    asks = asked.keys(turn, "asks", "")
    lacking = [name for name in asks if name in _NEVER_SAID]
    if "exact_day" in asks and all(row.precision in _VAGUE for row in found):
        lacking.append("exact_day")
    named = ", ".join(say(turn.language, f"milestones.unsaid.{name}") for name in lacking)
    return say(turn.language, "milestones.unsaid", what=named) if named else ""


def _said(turn: Turn, row: Milestone) -> str:
    key = "milestones.when.past" if is_over(row, turn.today) else "milestones.when.title"
    far = how_far(turn.language, row, turn.today)
    return say(turn.language, key, title=row.title, when=when(turn.language, row), far=f" ({far})" if far else "")


def _told_of(session: Session, turn: Turn, row: Milestone) -> tuple[Text, ...]:
    unsure = is_over(row, turn.today) and row.kind != "past_event"
    return (
        *((Text(text=say(turn.language, "milestones.unconfirmed")),) if unsure else ()),
        *_remarks(session, turn, row),
    )


def _remarks(session: Session, turn: Turn, row: Milestone) -> tuple[Text, ...]:
    """What else the documents say, where they disagree, and what they leave out."""
    language = turn.language
    missing = ", ".join(told(what, language) for what in row.not_stated)
    return (
        *((Text(text=told(row.note, language)),) if row.note and not row.conflicts_with else ()),
        *warnings(session, turn.language, [row]),
        *((Text(text=say(language, "milestones.not_stated", what=missing), style="quiet"),) if missing else ()),
    )


def _which_milestone(session: Session, turn: Turn) -> Card:
    """The named thing is none that has a date: said so, with what has one."""
    open_one = open_question(session, turn)
    rows = milestones.coming_up(session, turn.programme.key, turn.today)[:_FEW]
    buttons = tuple(
        Button(title=short(told(row.title, turn.language)), action="milestone.when", values={"milestone": row.key})
        for row in rows
    )
    said = left_open(turn, open_one) if open_one else say(turn.language, "milestones.unknown")
    return not_known(turn, said, buttons=(*buttons, *offers(turn.language, "milestone.list")))


def on_date(session: Session, turn: Turn) -> Card:
    """What the plan has on a day or in a span of days."""
    language, first = turn.language, asked.day(turn, "from")
    if first is None:
        return _no_such_day(turn) or _with_days_unread(turn, upcoming(session, turn))
    last = asked.day(turn, "to") or first
    rows = [row for row in milestones.every(session, turn.programme.key) if _touches(row, first, last)]
    exact = [row for row in rows if not _is_vaguer(row, first, last)]
    span = onwards(language, first) if turn.values.get("is_open") is True else days(language, first, last)
    within = span if turn.values.get("is_open") is True else days_within(language, first, last)
    said = say(language, _headline(exact, first, last, turn.today), span=span, within=within)
    vague = [row for row in rows if row not in exact]
    unsaid = _unsaid(session, turn, exact) if exact else ""
    return Card(
        title=unsaid or said,
        blocks=(
            *((Text(text=said), ask_whom(turn)) if unsaid else ()),
            *_other_weekday(turn, first),
            *_section(turn, "", exact),
            *(
                Text(text=say(language, "milestones.on.vague", when=when(language, row), title=row.title))
                for row in vague
            ),
            *((Text(text=say(language, "milestones.unconfirmed")),) if exact and last < turn.today else ()),
            *warnings(session, turn.language, [row for row in exact if row.kind != "figure_date"] or exact),
            *_unlabelled(turn, exact),
            *(() if exact or vague else _what_else(session, turn, last)),
            *sources_line(session, turn, [source for row in rows for source in row.sources]),
        ),
        buttons=offers(language, "milestone.next", "milestone.list"),
        language=language,
        outcome="unknown" if unsaid or _is_unlabelled(exact) else "answered",
        subject={"from": first.isoformat(), "to": last.isoformat(), **_spoken_of(turn, exact)},
    )


def _spoken_of(turn: Turn, exact: list[Milestone]) -> dict[str, str]:
    """The one milestone of these days; of several or none, still the one that the question went on from."""
    key = exact[0].key if len(exact) == 1 else turn.subject.get("milestone")
    return {"milestone": key} if key else {}


def _headline(rows: list[Milestone], first: date, last: date, today: date) -> str:
    if not rows:
        return "milestones.on.nothing"
    if all(_ends_before(row, first) for row in rows):
        return "milestones.on.limit"
    return "milestones.on.past" if last < today else "milestones.on.title"


def _ends_before(row: Milestone, day: date) -> bool:
    """Whether the day only limits it: "før 1. juli" is not on 1 July."""
    return row.last_day is not None and row.last_day < day


def _no_such_day(turn: Turn) -> Card | None:
    """ "29. februar 2021": said to be none, and another one asked for."""
    year, _, day_of = turn.value("no_such_day").partition("-")
    month, _, number = day_of.partition("-")
    if not (month.isdecimal() and number.isdecimal() and 1 <= int(month) <= 12):
        return None
    named = month_day(turn.language, int(month), int(number), year)
    return Card(
        title=say(turn.language, "milestones.on.no_such_day", day=named),
        blocks=(Text(text=say(turn.language, "milestones.on.which_day")),),
        buttons=offers(turn.language, "milestone.next", "milestone.list"),
        language=turn.language,
    )


def _with_days_unread(turn: Turn, card: Card) -> Card:
    """The next milestone is no answer to days that were not understood, so that is said first."""
    if turn.values.get("unread_days") is not True:
        return card
    return card.model_copy(
        update={
            "title": say(turn.language, "milestones.on.unread"),
            "blocks": (
                Text(text=say(turn.language, "milestones.on.which_day")),
                Text(text=card.title),
                *card.blocks,
            ),
        }
    )


def _other_weekday(turn: Turn, day: date) -> tuple[Text, ...]:
    named = turn.value("not_weekday")
    if not named:
        return ()
    said = say(
        turn.language,
        "milestones.on.other_weekday",
        day=in_words(turn.language, day, weekday=False),
        weekday=weekday_of(turn.language, day),
        said=weekday_name(turn.language, named),
    )
    return (Text(text=said),)


def _is_unlabelled(rows: list[Milestone]) -> bool:
    """Whether all that is there is a date whose meaning no document gives."""
    return bool(rows) and all(row.kind == "figure_date" and row.note and not row.conflicts_with for row in rows)


def _unlabelled(turn: Turn, rows: list[Milestone]) -> tuple[Text, ...]:
    notes = tuple(Text(text=told(row.note, turn.language)) for row in rows if row.kind == "figure_date" and row.note)
    return (*notes, ask_whom(turn)) if _is_unlabelled(rows) else notes


def _touches(row: Milestone, first: date, last: date) -> bool:
    if row.said_day and first == row.said_day == last:  # "før 1. juli" is told of 1 July, not of the days after it
        return True
    return row.first_day is not None and row.last_day is not None and row.first_day <= last and row.last_day >= first


def _is_vaguer(row: Milestone, first: date, last: date) -> bool:
    """Known by month or season only, and asked about in a shorter span: it may fall there or not."""
    if row.precision not in (Precision.MONTH, Precision.SEASON) or row.first_day is None or row.last_day is None:
        return False
    return not (first <= row.first_day and row.last_day <= last)


def _what_else(session: Session, turn: Turn, last: date) -> tuple[Text, ...]:
    language = turn.language
    following = milestones.coming_up(session, turn.programme.key, max(last, turn.today))[:1]
    going_on = milestones.ongoing(session, turn.programme.key) if turn.today <= last else []
    return (
        *(Text(text=say(language, "milestones.then", title=row.title, when=when(language, row))) for row in following),
        *(() if following else _phases_ahead(session, turn)),
        *(Text(text=say(language, "milestones.goes_on", title=row.title), style="quiet") for row in going_on),
    )


# --- phases -------------------------------------------------------------------------------------------------------


def _subject(row: Milestone) -> dict[str, str]:
    return {"milestone": row.key}


def _reminding(turn: Turn, row: Milestone) -> tuple[Button, ...]:
    """Where its day is known and far enough off, one can be reminded of this one; else of all of them."""
    if is_over(row, turn.today):
        return ()
    can_be_chosen = row.precision in REMINDED and row.first_day and (row.first_day - turn.today).days >= DAYS[0]
    return (offer(turn.language, "reminder.choose", {"milestone": row.key}) if can_be_chosen else _remind(turn),)


def _in_calendar(turn: Turn, row: Milestone) -> Button:
    return offer(turn.language, "calendar.add", {"milestone": row.key})


def _remind(turn: Turn) -> Button:
    return Button(
        title=say(turn.language, "milestones.remind"),
        action="subscription.set",
        values={"topic": "reminders", "on": True},
    )
