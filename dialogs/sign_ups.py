"""Signing up for workgroups, withdrawing, and what one was promised."""

from datetime import timedelta

from dialogs import saying_dates
from dialogs.card import Button, Card, Items, Text
from dialogs.offers import offer, offers, short, with_role
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import promises, sign_ups, workgroups
from storage.database import Session
from storage.promises import Promise
from storage.sign_ups import SignUp
from storage.workgroups import Openness, Workgroup

#: How many sign-ups a coordinator's card lists.
MOST_LISTED = 20


def join(session: Session, turn: Turn) -> Card:
    """Signs the person up for the group they named, or asks which one."""
    if turn.value("for") == "other":
        return _each_for_themselves(turn)
    if turn.value("aspect") == "how" and not _names_closed(session, turn):
        return _which(session, turn).model_copy(update={"did": "answer", "outcome": "answered"})
    if not turn.value("group"):
        return _which(session, turn)
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    if group.openness != Openness.OPEN:
        return _closed(turn, group)
    _, is_new = sign_ups.sign_up(session, turn.person, group, turn.now)
    promise = _promise_answer(session, turn, group)
    return Card(
        title=say(turn.language, "sign_ups.joined.title" if is_new else "sign_ups.already.title", group=group.title),
        blocks=(
            Text(text=_said_promise(turn, group, promise), style="strong"),
            Text(text=say(turn.language, "sign_ups.stored"), style="quiet"),
        ),
        buttons=(
            *offers(turn.language, "signup.status"),
            offer(turn.language, "workgroup.leave", {"group": group.key}, replaces=True),
        ),
        language=turn.language,
        did="join",
        outcome="done",
        subject={"group": group.key, "of": "workgroup.join"},
    )


def _names_closed(session: Session, turn: Turn) -> bool:
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    group = groups.get(turn.value("group"))
    return group is not None and group.openness != Openness.OPEN


def leave(session: Session, turn: Turn) -> Card:
    """Withdraws from the group they named, or from the only one they are in, or asks which one."""
    standing = sign_ups.standing(session, turn.person, turn.programme.key)
    key = turn.value("group") or (standing[0].workgroup_key if len(standing) == 1 else "")
    if turn.value("aspect") == "how" or not key:
        return _which_to_leave(session, turn, standing)
    group = workgroups.get(session, turn.programme.key, key)
    if key not in [row.workgroup_key for row in standing]:
        return _not_in(turn, group)
    sign_ups.withdraw(session, turn.person, group, turn.now)
    promises.drop(session, turn.person, turn.programme.key, "sign_up", key, turn.now)
    return Card(
        title=say(turn.language, "sign_ups.left.title", group=group.title),
        blocks=(Text(text=say(turn.language, "sign_ups.left.text")),),
        buttons=(
            offer(turn.language, "workgroup.join", {"group": key}, replaces=True),
            *offers(turn.language, "workgroup.list"),
        ),
        language=turn.language,
        did="leave",
        outcome="done",
        subject={"group": key},
    )


def status(session: Session, turn: Turn) -> Card:
    """One's own sign-ups, each with the day by which an answer was promised."""
    return with_role(session, turn, _status(session, turn), "coordinator", "signup.volunteers")


def _status(session: Session, turn: Turn) -> Card:
    standing = sign_ups.standing(session, turn.person, turn.programme.key)
    if not standing:
        return _none(session, turn)
    promised = {promise.about_key: promise for promise in promises.standing(session, turn.person, turn.programme.key)}
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    items = [
        (told(groups[row.workgroup_key].title, turn.language), _state(turn, groups[row.workgroup_key], row, promised))
        for row in standing
        if row.workgroup_key in groups
    ]
    key = {"group": standing[0].workgroup_key}
    leaving = [offer(turn.language, "workgroup.leave", key, replaces=True)]
    return Card(
        title=say(turn.language, "sign_ups.status.title"),
        blocks=(Items(items=tuple(items)),),
        buttons=(*(leaving if len(standing) == 1 else offers(turn.language, "workgroup.leave")), *_more(turn)),
        language=turn.language,
        did="show_signup_status",
    )


def volunteers(session: Session, turn: Turn) -> Card:
    """For coordinators: who volunteered for what, the longest waiting first."""
    rows = sign_ups.volunteers(session, turn.person, turn.programme.key)
    groups = {group.key: told(group.title, turn.language) for group in workgroups.every(session, turn.programme.key)}
    items = tuple(
        (person.name or "–", f"{groups.get(row.workgroup_key, row.workgroup_key)}, {_since(turn, row)}")
        for row, person in rows[:MOST_LISTED]
    )
    left = len(rows) - len(items)
    more = (Text(text=say_many(turn.language, "sign_ups.volunteers.more", left)),) if left else ()
    none = (Text(text=say(turn.language, "sign_ups.volunteers.none")),)
    return Card(
        title=say_many(turn.language, "sign_ups.volunteers.title", len(rows)),
        blocks=(Items(items=items), *more) if rows else none,
        buttons=offers(turn.language, "composition.show", "workgroup.list", "help"),
        language=turn.language,
    )


def _promise_answer(session: Session, turn: Turn, group: Workgroup) -> Promise | None:
    if group.reply_days is None:
        return None
    due = turn.today + timedelta(days=group.reply_days)
    return promises.make(session, turn.person, turn.programme.key, "sign_up", group.key, due, turn.now)


def _said_promise(turn: Turn, group: Workgroup, promise: Promise | None) -> str:
    if promise is None:
        return say(turn.language, "sign_ups.no_promise")
    return say(
        turn.language,
        "sign_ups.promise",
        words=group.reply_within or {},
        day=saying_dates.day(turn.language, promise.due_on),
    )


def _state(turn: Turn, group: Workgroup, row: SignUp, promised: dict[str, Promise]) -> str:
    signed = saying_dates.day(turn.language, row.signed_up_at.astimezone(turn.zone).date())
    promise = promised.get(row.workgroup_key)
    if promise is None:
        return say(turn.language, "sign_ups.status.since", day=signed)
    key = "sign_ups.status.overdue" if promise.due_on < turn.today else "sign_ups.status.due"
    return say(
        turn.language,
        key,
        signed=signed,
        words=group.reply_within or {},
        day=saying_dates.day(turn.language, promise.due_on),
        contact=_contact(turn),
    )


def _since(turn: Turn, row: SignUp) -> str:
    day = saying_dates.day(turn.language, row.signed_up_at.astimezone(turn.zone).date())
    return say(turn.language, "sign_ups.status.since", day=day)


def _contact(turn: Turn) -> str:
    return turn.programme.contact_email or say(turn.language, "programmes.contact_people")


def _open_groups(session: Session, turn: Turn) -> list[Workgroup]:
    return [row for row in workgroups.every(session, turn.programme.key) if row.openness == Openness.OPEN]


def _which(session: Session, turn: Turn) -> Card:
    groups = _open_groups(session, turn)
    if not groups:
        return _closed(turn, None)
    return Card(
        title=say(turn.language, "sign_ups.which.title"),
        buttons=tuple(_choose(turn, group, "workgroup.join") for group in groups[:5]),
        language=turn.language,
        did="clarify",
        outcome="clarify",
        subject={"group": groups[0].key} if len(groups) == 1 else None,
    )


def _which_to_leave(session: Session, turn: Turn, standing: list[SignUp]) -> Card:
    if not standing:
        return _none(session, turn).model_copy(update={"did": "leave"})
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    return Card(
        title=say(turn.language, "sign_ups.which_leave.title"),
        buttons=tuple(_choose(turn, groups[row.workgroup_key], "workgroup.leave") for row in standing[:5]),
        language=turn.language,
        did="leave",
        outcome="clarify",
    )


def _choose(turn: Turn, group: Workgroup, action: str) -> Button:
    title = short(told(group.title, turn.language))
    return Button(title=title, action=action, values={"group": group.key}, replaces=True)


def _closed(turn: Turn, group: Workgroup | None) -> Card:
    """How a group is filled that nobody can sign up for, and what one can do instead."""
    language = turn.language
    if group is None:
        title, how = say(language, "sign_ups.closed.all"), say(language, "sign_ups.closed.appointed")
    else:
        title = say(language, "sign_ups.closed.title", group=group.title)
        state = "finished" if group.openness == Openness.FINISHED else "appointed"
        how = told(group.how_filled, language) or say(language, f"sign_ups.closed.{state}")
    about = (offer(language, "workgroup.about", {"group": group.key}),) if group else ()
    return Card(
        title=title,
        blocks=(Text(text=how), Text(text=say(language, "sign_ups.closed.instead"))),
        buttons=(*about, *offers(language, "input.submit", "workgroup.list")),
        language=language,
        did="explain_closed",
        subject={"group": group.key} if group else None,
    )


def _each_for_themselves(turn: Turn) -> Card:
    return Card(
        title=say(turn.language, "sign_ups.other.title"),
        blocks=(Text(text=say(turn.language, "sign_ups.other.text")),),
        buttons=offers(turn.language, "workgroup.list", "help"),
        language=turn.language,
        did="clarify",
        outcome="clarify",
    )


def _not_in(turn: Turn, group: Workgroup) -> Card:
    return Card(
        title=say(turn.language, "sign_ups.not_in.title", group=group.title),
        buttons=offers(turn.language, "signup.status", "workgroup.list"),
        language=turn.language,
        did="leave",
        subject={"group": group.key},
    )


def _none(session: Session, turn: Turn) -> Card:
    language = turn.language
    promised = [group for group in _open_groups(session, turn) if group.reply_within]
    lines = tuple(
        Text(
            text=say(
                language,
                "sign_ups.none.reply",
                group=group.title,
                words=group.reply_within or {},
                contact=_contact(turn),
            )
        )
        for group in promised
    )
    return Card(
        title=say(language, "sign_ups.none.title"),
        blocks=lines,
        buttons=_more(turn),
        language=language,
        did="show_signup_status",
    )


def _more(turn: Turn) -> tuple[Button, ...]:
    return offers(turn.language, "workgroup.list")
