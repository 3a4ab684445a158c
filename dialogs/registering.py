"""Coordinators register those who volunteered by e-mail, and tell by hand whom no message reaches."""

import re

from dialogs import saying_dates, sign_up_notices
from dialogs.card import MOST_BUTTONS, Button, Card, Choice, Items, Language, Question, Text, in_each
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import outbox, promises, registering, sign_up_promises, sign_ups, told_by_hand, workgroups
from storage.database import Session
from storage.programmes import Programme
from storage.refusals import Refused
from storage.registering import MOST_AT_ONCE, Registered
from storage.sign_ups import SignUpState
from storage.told_by_hand import Untold
from storage.workgroups import Openness, Workgroup

#: How many one card lists, each with a button of its own.
MOST_LISTED = 4
#: Longest list, in characters: each line a name and an address.
LONGEST_LIST = 4000
_ADDRESS = re.compile(r"[^\s<>;,()\"]+@[^\s<>;,()\"]+")
_BETWEEN = ' \t<>;,()"'


def form(session: Session, turn: Turn) -> Card:
    """The form: which group, and who; each line a name and an address."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    return _form(session, turn)


def registered(session: Session, turn: Turn) -> Card:
    """Registers all of them or nobody; each is told that they were."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    lines = [line for line in turn.value("people").splitlines() if line.strip()]
    if not lines:
        return _form(session, turn, say(turn.language, "refused.registering.nobody"))
    if len(lines) > MOST_AT_ONCE:
        return _form(session, turn, say(turn.language, "refused.registering.many", limit=MOST_AT_ONCE))
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    try:
        named = [_named(turn, number, line) for number, line in enumerate(lines, 1)]
    except Refused as wrong:
        return _form(session, turn, say(turn.language, wrong.key, **wrong.values))
    done = [registering.register(session, turn.person, group, name, email, turn.now) for name, email in named]
    for one in done:
        if one.is_new:
            sign_up_promises.owe(session, one.row, group, turn.now)
            _tell(session, turn, one, group)
    return _done(session, turn, group, done)


def withdrawn(session: Session, turn: Turn) -> Card:
    """Withdraws somebody who wrote that they want to, and has no chat to do it in."""
    key = turn.values.get("sign_up")
    row, person = sign_ups.get(session, turn.person, turn.programme.key, key if type(key) is int else -1)
    row, moved = registering.withdraw(session, turn.person, row.identity, turn.now)
    promises.drop(session, person, turn.programme.key, "sign_up", row.workgroup_key, turn.now)
    sign_up_notices.moved_up(session, moved, turn.now)
    group = workgroups.get(session, turn.programme.key, row.workgroup_key)
    return Card(
        title=say(turn.language, "registering.withdrawn", name=person.name or "–", group=group.title),
        buttons=offers(turn.language, "signup.volunteers", "signup.erase"),
        language=turn.language,
        outcome="done",
    )


def by_hand(session: Session, turn: Turn) -> Card:
    """Whom no message reached: what to tell them, and where they are reached."""
    waiting = told_by_hand.waiting(session, turn.person, turn.programme.key, turn.now)
    shown = waiting[:MOST_LISTED]
    titles = {group.key: group.title for group in workgroups.every(session, turn.programme.key)}
    items = tuple((_name(one), _answer(turn, one, titles)) for one in shown)
    buttons = tuple(
        Button(
            title=short(say(turn.language, "registering.by_hand.done", name=one.person.name or "–")),
            action="signup.told_by_hand",
            values={"sign_up": one.row.identity},
            replaces=True,
        )
        for one in shown
    )
    title = say_many(turn.language, "registering.by_hand.title", len(waiting))
    return Card(
        title=title if waiting else say(turn.language, "registering.by_hand.none"),
        blocks=(Items(items=items),) if items else (),
        buttons=(*buttons, *offers(turn.language, "signup.volunteers"))[:MOST_BUTTONS],
        language=turn.language,
    )


def told_one(session: Session, turn: Turn) -> Card:
    """Somebody told them: the next ones."""
    key = turn.values.get("sign_up")
    told_by_hand.mark(session, turn.person, turn.programme.key, key if type(key) is int else -1, turn.now)
    return by_hand(session, turn).model_copy(update={"outcome": "done"})


def notice(one: Registered, group: Workgroup, programme: Programme, day: str, language: Language) -> Card:
    """What somebody reads who was registered: what is stored, what they are promised, and how to withdraw."""
    contact = programme.contact_email or say(language, "programmes.contact_people")
    promised = "line" if one.row.state == SignUpState.IN_LINE else "answer"
    return Card(
        title=say(language, "registering.told.title", group=group.title),
        blocks=(
            Text(text=say(language, "registering.told.text")),
            *((Text(text=say(language, f"registering.told.{promised}", day=day), style="strong"),) if day else ()),
            Text(text=say(language, "registering.told.stored", contact=contact), style="quiet"),
        ),
        buttons=offers(language, "signup.status", "workgroup.leave"),
        language=language,
        subject={"group": group.key},
    )


def _named(turn: Turn, number: int, line: str) -> tuple[str, str]:
    """Name and address of a line. Raises Refused with the line's number for what is neither."""
    found = _ADDRESS.search(line)
    name = (line[: found.start()] + line[found.end() :]).strip(_BETWEEN) if found else ""
    try:
        if found is None:
            raise Refused("refused.registering.no_address")
        return registering.checked(name, found.group())
    except Refused as wrong:
        why = say(turn.language, wrong.key, **wrong.values)
        raise Refused("refused.registering.line", number=number, why=why) from None


def _form(session: Session, turn: Turn, error: str = "") -> Card:
    language = turn.language
    groups = [row for row in workgroups.every(session, turn.programme.key) if row.openness == Openness.OPEN]
    if not groups:
        return Card(
            title=say(language, "sign_ups.closed.all"), buttons=offers(language, "signup.volunteers"), language=language
        )
    choices = tuple(Choice(title=short(told(group.title, language)), value=group.key) for group in groups)
    questions = (
        Question(
            name="group",
            label=say(language, "registering.form.group"),
            value=turn.value("group") or (choices[0].value if len(choices) == 1 else ""),
            required=True,
            choices=choices,
        ),
        Question(
            name="people",
            label=say(language, "registering.form.people"),
            value=turn.value("people"),
            required=True,
            lines=5,
            longest=LONGEST_LIST,
            error=error,
        ),
    )
    saving = Button(
        title=say(language, "registering.form.save"), action="signup.registered", style="primary", replaces=True
    )
    return Card(
        title=say(language, "registering.form.title"),
        blocks=(Text(text=say(language, "registering.form.how", limit=MOST_AT_ONCE), style="quiet"),),
        questions=questions,
        buttons=(saving, *offers(language, "signup.volunteers", "signup.join", "signup.erase")),
        language=language,
        outcome="refused" if error else "answered",
    )


def _done(session: Session, turn: Turn, group: Workgroup, done: list[Registered]) -> Card:
    items = tuple((one.person.name or "–", _state(session, turn, one)) for one in done)
    new = sum(one.is_new for one in done)
    key, count = ("registering.done.title", new) if new else ("registering.done.none", len(done))
    promised = (Text(text=say(turn.language, "registering.done.told"), style="quiet"),) if new else ()
    return Card(
        title=say_many(turn.language, key, count, group=group.title),
        blocks=(Items(items=items), *promised),
        buttons=offers(turn.language, "signup.volunteers", "signup.register"),
        language=turn.language,
        outcome="done",
    )


def _state(session: Session, turn: Turn, one: Registered) -> str:
    key = "place" if one.is_new else "before"
    place = sign_ups.place_in_line(session, one.row)
    return say(turn.language, f"registering.done.{'line' if place and one.is_new else key}", place=place)


def _tell(session: Session, turn: Turn, one: Registered, group: Workgroup) -> None:
    promise = promises.find(session, one.person, turn.programme.key, "sign_up", group.key)
    by = one.row.told_by or (promise.due_on if promise is not None else None)
    cards = in_each(
        lambda language: notice(one, group, turn.programme, saying_dates.day(language, by) if by else "", language)
    )
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    key = f"sign_up:{one.row.identity}:registered:{one.row.signed_up_at.isoformat()}"
    outbox.owe(session, one.person, message, key)


def _name(one: Untold) -> str:
    name = one.person.name or "–"
    return f"{name} ({one.account})" if one.account else name


def _answer(turn: Turn, one: Untold, titles: dict[str, dict[str, str]]) -> str:
    return say(
        turn.language,
        f"registering.by_hand.{one.row.state}",
        group=titles.get(one.row.workgroup_key, {}),
        other=titles.get(one.row.moved_to or "", {}),
        reason=one.row.reason,
    )
