"""The top 5 initiatives: shown to everyone, ordered and sent by leaders."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates, top_approvals, top_order
from dialogs.card import Button, Card, Choice, Items, Question, Text, in_each
from dialogs.offers import offers, with_role
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import broadcasts, initiatives, occurrences, outbox, rhythms, top_pins
from storage import top_approvals as approving
from storage.database import Session
from storage.initiatives import LONGEST_WHY, TOP, TopList
from storage.programmes import Programme
from storage.refusals import Refused

#: The choice that leaves a place empty. Teams shows no choice whose value is the empty string.
NOTHING = "-"


def show(session: Session, turn: Turn) -> Card:
    """The order that holds, or what the points make until the first one; while there is neither, the initiatives that
    documents mention, in no order."""
    order = initiatives.top(session, turn.programme.key) or top_pins.made(session, turn.programme.key, turn.now)
    card = top_order.listed(session, turn.programme, turn.language, order=order) if order else _unranked(session, turn)
    return with_role(session, turn, card, "leader", "top.edit")


def edit(session: Session, turn: Turn) -> Card:
    """For leaders: a form with a place for each of the five."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _form(session, turn)


def save(session: Session, turn: Turn) -> Card:
    """Stores the order; a form that breaks a rule comes back as it was filled in, with the reason."""
    chosen = [key for key in _places(turn) if key]
    try:
        whys = _whys(session, turn)
        reason = turn.value("reason")
        order = top_pins.pin(session, turn.person, turn.programme.key, chosen, turn.now, whys, reason)
    except Refused as refused:
        if refused.key.startswith("refused.role"):
            raise
        return _form(session, turn, say(turn.language, refused.key, **refused.values), refused.key)
    if not approving.is_needed(session, turn.programme, order):
        return _saved(session, turn, order)
    request = top_approvals.ask(session, turn.programme, order, turn.now)
    return top_approvals.waiting(session, turn, order, request)


def follow(session: Session, turn: Turn) -> Card:
    """Lets the top 5 follow the points again."""
    order = top_pins.release(session, turn.person, turn.programme.key, turn.now)
    return _saved(session, turn, order)


def _saved(session: Session, turn: Turn, order: TopList, error: str = "") -> Card:
    """That it is set, when it goes out by itself, and for whoever may the way to send it now."""
    language = turn.language
    ranked = initiatives.ranked(session, turn.programme.key)
    people = broadcasts.audience(session, turn.programme.key, turn.now)
    sending = Button(
        title=say_many(language, "top_list.send", people),
        action="top.send",
        values={"order": order.id, "people": people},
        style="primary",
        replaces=True,
    )
    count = Question(
        name="count",
        label=say(language, "top_list.count", count=people),
        value=turn.value("count") if error else "",
        longest=20,
        error=error,
    )
    return Card(
        title=say(language, "top_list.saved.title"),
        blocks=(
            Items(
                items=tuple((told(row.title, language), order.whys.get(row.key, "")) for row in ranked), numbered=True
            ),
            Text(text=_by_itself(session, turn), style="quiet"),
        ),
        questions=(count,),
        buttons=(sending, *offers(language, "top.edit", "top.rhythm")),
        language=language,
        outcome="refused" if error else "done",
    )


def _by_itself(session: Session, turn: Turn) -> str:
    """When the order goes to everyone by itself."""
    following = next(rhythms.coming(rhythms.of(session, turn.programme.key), turn.now, turn.zone), None)
    if following is None:
        return say(turn.language, "top_list.saved.never")
    return say(turn.language, "top_list.saved.clock", day=saying_dates.moment(turn.language, following, turn.zone))


def send(session: Session, turn: Turn) -> Card:
    """Sends the order to everyone, once."""
    turn.person.must_be(session, "leader", turn.programme.key)
    order = initiatives.top(session, turn.programme.key)
    if order is None or order.id != turn.values.get("order"):
        raise Refused("refused.top.unset")
    if approving.is_needed(session, turn.programme, order):
        raise Refused("refused.top.unapproved")
    if "".join(turn.value("count").split()) != str(turn.values.get("people")):
        error = say(turn.language, "refused.announcement.count", count=str(turn.values.get("people")))
        return _saved(session, turn, order, error)
    is_new = queue(session, turn.programme, f"top-list:{turn.programme.key}:{order.id}", turn.now)
    return Card(
        title=say(turn.language, "top_list.sent.title" if is_new else "top_list.sent_before.title"),
        buttons=offers(turn.language, "initiative.top", "help"),
        language=turn.language,
        outcome="done",
    )


def queue_top_list(session: Session, programme: Programme, now: datetime) -> int:
    """Owes everyone the top 5 at its hour: as the points make it then, or as leaders pinned it before that hour and
    another one has approved it if that must be. One that nobody was awake for is owed as too late, so that its report
    says so."""
    order, due_at = _at_its_hour(session, programme, now)
    if order is None or due_at is None:
        return 0
    schedule, zone = top_order.schedule(programme), ZoneInfo(programme.timezone)
    if occurrences.is_recorded(session, schedule, due_at):
        return 0
    if approving.is_needed(session, programme, order):
        # Approved in time it goes out then: its occurrence is not recorded by this.
        return top_approvals.hold(session, programme, order, due_at, now)
    if not occurrences.record(session, schedule, due_at):
        return 0
    if order.id is None:
        session.add(order)
        session.flush()
    # Told is what changed since everyone was told by the clock; before the first time, since that was due by default.
    since = occurrences.latest(session, schedule, due_at)
    since = since or rhythms.last(rhythms.USUAL, due_at - timedelta(days=1), zone)
    useful_until = rhythms.useful_until(due_at, top_order.USEFUL_FOR, zone)
    return int(queue(session, programme, f"{schedule}:{due_at.isoformat()}", now, useful_until, since))


def _at_its_hour(session: Session, programme: Programme, now: datetime) -> tuple[TopList | None, datetime | None]:
    """The order that is due, which the points may make only now, and its hour."""
    hour = top_order.hour(session, programme, now)
    if hour and top_pins.follows(session, programme.key):
        made = top_pins.made(session, programme.key, hour)
        if made is not None:
            return made, hour
    order = initiatives.top(session, programme.key)
    return order, top_order.due(session, programme, order, now) if order else None


def queue(
    session: Session,
    programme: Programme,
    key: str,
    now: datetime,
    useful_until: datetime | None = None,
    since: datetime | None = None,
) -> bool:
    """Owes the order to everyone under that idempotency key; False where it was owed before."""
    if broadcasts.is_owed(session, key):
        return False
    cards = in_each(lambda language: top_order.listed(session, programme, language, since))
    message = outbox.write(
        session, programme.key, outbox.Kind.TOP_LIST, cards, useful_until, gathers_at=now, is_unasked=True
    )
    broadcasts.owe_everyone(session, programme.key, message, key, now)
    return True


def _form(session: Session, turn: Turn, error: str = "", key: str = "") -> Card:
    of_points = top_pins.made(session, turn.programme.key, turn.now)
    # What is wrong with the reason for all of it stands there, and not at a place.
    at_reason, error_here = ("", error) if key not in ("refused.top.reason", "refused.top.long_reason") else (error, "")
    held = initiatives.top(session, turn.programme.key) or of_points
    ranked = [row.key for row in initiatives.ranked(session, turn.programme.key, held)] if held else []
    kept = {} if error else dict(enumerate(ranked, start=1))
    order = None if error else initiatives.top(session, turn.programme.key)
    nothing = Choice(title=say(turn.language, "top_list.edit.nothing"), value=NOTHING)
    choices = tuple(
        Choice(title=told(row.title, turn.language), value=row.key)
        for row in initiatives.every(session, turn.programme.key)
    )
    if not choices:
        return _unranked(session, turn)
    questions: list[Question] = []
    for place in range(1, TOP + 1):
        why = order.whys.get(kept.get(place, ""), "") if order else ""
        questions += [
            Question(
                name=f"place_{place}",
                label=say(turn.language, "top_list.edit.place", place=place),
                value=turn.value(f"place_{place}") or kept.get(place, NOTHING),
                choices=(nothing, *choices),
                error=error_here if place == _wrong_place(turn) and not _is_too_long(turn, place) else "",
            ),
            Question(
                name=f"why_{place}",
                label=say(turn.language, "top_list.edit.why", place=place),
                value=turn.value(f"why_{place}") or why,
                lines=2,
                longest=LONGEST_WHY,
                error=error_here if place == _wrong_place(turn) and _is_too_long(turn, place) else "",
            ),
        ]
    if of_points is not None:
        before = order.reason if order else ""
        questions.append(
            Question(
                name="reason",
                label=say(turn.language, "top_list.edit.reason"),
                value=turn.value("reason") or before,
                lines=2,
                longest=LONGEST_WHY,
                error=at_reason,
            )
        )
    saving = Button(title=say(turn.language, "top_list.edit.save"), action="top.save", style="primary")
    is_pinned = of_points is not None and not top_pins.follows(session, turn.programme.key)
    following = Button(title=say(turn.language, "top_list.follow"), action="top.follow", replaces=True)
    return Card(
        title=say(turn.language, "top_list.edit.title"),
        blocks=(Text(text=say(turn.language, "top_list.edit.text")),),
        questions=tuple(questions),
        buttons=(saving, *((following,) if is_pinned else ()), *offers(turn.language, "top.rhythm", "help")),
        language=turn.language,
        outcome="refused" if error else "answered",
    )


def _places(turn: Turn) -> list[str]:
    """What the form holds at each place; the empty string where it holds nothing."""
    keys = [turn.value(f"place_{place}") for place in range(1, TOP + 1)]
    return ["" if key == NOTHING else key for key in keys]


def _whys(session: Session, turn: Turn) -> dict[str, str]:
    """The reasons that the form holds, by initiative. One that nobody touched stays with its initiative, whatever was
    chosen at its place now."""
    order = initiatives.top(session, turn.programme.key)
    before = order.initiative_keys if order else []
    held = order.whys if order else {}
    found = {}
    for place, key in enumerate(_places(turn), start=1):
        stood = before[place - 1] if place <= len(before) else ""
        why = turn.value(f"why_{place}")
        is_untouched = bool(stood) and key != stood and why == held.get(stood, "")
        found[key] = held.get(key, "") if is_untouched else why
    return found


def _wrong_place(turn: Turn) -> int:
    """The place that repeats an earlier one, or whose reason is too long; the first, where none does."""
    keys = _places(turn)
    repeated = (place for place, key in enumerate(keys, start=1) if key and key in keys[: place - 1])
    too_long = (place for place in range(1, TOP + 1) if _is_too_long(turn, place))
    return next(repeated, next(too_long, 1))


def _is_too_long(turn: Turn, place: int) -> bool:
    keys = _places(turn)
    is_repeated = any(key and key in keys[:at] for at, key in enumerate(keys))
    return not is_repeated and len(" ".join(turn.value(f"why_{place}").split())) > LONGEST_WHY


def _unranked(session: Session, turn: Turn) -> Card:
    rows = initiatives.every(session, turn.programme.key)
    if not rows:
        return Card(
            title=say(turn.language, "top_list.none.title"),
            buttons=offers(turn.language, "programme.about", "help"),
            language=turn.language,
            outcome="unknown",
        )
    blocks: tuple[Any, ...] = (
        Text(text=say(turn.language, "top_list.unset.text")),
        Items(items=tuple((told(row.title, turn.language), "") for row in rows)),
    )
    return Card(
        title=say(turn.language, "top_list.unset.title"),
        blocks=blocks,
        buttons=offers(turn.language, *top_order.WAYS_ON),
        language=turn.language,
        outcome="unknown" if turn.value("aspect") == "rank" else "answered",
    )
