"""Signing up for workgroups, withdrawing, and what one was promised."""

from dialogs import release_lines, saying_dates, sign_up_notices
from dialogs.card import Button, Card, Items, Question, Text
from dialogs.offers import offer, offers, short, with_role
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import competences, promises, registering, releases, sign_up_promises, sign_ups, workgroups
from storage import sign_up_questions as questions
from storage.competences import CompetenceSwitch
from storage.database import Session
from storage.promises import Promise
from storage.refusals import Refused
from storage.sign_ups import LONGEST_WISH, SignUp, SignUpState, Wish
from storage.workgroups import Openness, Workgroup

#: How many answers to sign-ups that ended are shown beside those that stand.
MOST_ANSWERED = 3
#: For how many sign-ups a button leads to what was told: a card holds no more beside the others.
MOST_TOLD = 3


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
    _bring_along(session, turn)
    row, is_new = sign_ups.sign_up(session, turn.person, group, turn.now)
    # Whoever has their answer is promised no other one: nobody would give it.
    promise = sign_up_promises.owe(session, row, group, turn.now)
    place = sign_ups.place_in_line(session, row)
    release = release_lines.for_volunteer(turn, releases.find(session, row.identity)) if _waits(row) else ""
    line = (Text(text=say(turn.language, "sign_ups.in_line", place=place), style="strong"),) if place else ()
    return Card(
        title=say(turn.language, _joined(row, is_new), group=group.title),
        blocks=(
            *line,
            *((Text(text=_said_promise(turn, group, row, promise), style="strong"),) if _waits(row) else ()),
            *((Text(text=release),) if release else ()),
            Text(text=say(turn.language, "sign_ups.stored"), style="quiet"),
        ),
        buttons=(
            offer(turn.language, "signup.tell", {"group": group.key}),
            *offers(turn.language, "signup.status"),
            offer(turn.language, "workgroup.leave", {"group": group.key}, replaces=True),
        ),
        language=turn.language,
        did="join",
        outcome="done",
        subject={"group": group.key, "of": "workgroup.join"},
    )


def tell(session: Session, turn: Turn) -> Card:
    """The form for what a volunteer may tell of their own free will, as it was told before."""
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    return _telling(session, turn, group)


def told_of_oneself(session: Session, turn: Turn) -> Card:
    """Keeps it; what is left empty is taken away. A form that breaks a rule comes back as it was filled in."""
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    hours = turn.value("hours").strip()
    try:
        wish = Wish(turn.value("motivation"), turn.value("competences"), _hours(hours) if hours else None)
        row = sign_ups.tell(session, turn.person, group, wish, turn.now)
        competences.share(session, row, turn.now, was_told=turn.values.get("compared") is True)
    except Refused as refused:
        if not refused.key.startswith("refused.sign_up."):
            raise
        wrong = "hours" if refused.key.endswith(".hours") else _longest(turn)
        return _telling(session, turn, group, {wrong: say(turn.language, refused.key, **refused.values)})
    release = release_lines.for_volunteer(turn, releases.find(session, row.identity)) if _waits(row) else ""
    return Card(
        title=say(turn.language, "sign_ups.told.title"),
        blocks=(
            Text(text=say(turn.language, "sign_ups.told.text")),
            *((Text(text=release, style="strong"),) if release else ()),
        ),
        buttons=(offer(turn.language, "signup.tell", {"group": group.key}), *offers(turn.language, "signup.status")),
        language=turn.language,
        outcome="done",
        subject={"group": group.key},
    )


def _hours(said: str) -> int:
    """Whole hours a week; anything else is as wrong as too many of them."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < len("1000") else 0


def _longest(turn: Turn) -> str:
    return max(("motivation", "competences"), key=lambda name: len(turn.value(name)))


def _telling(session: Session, turn: Turn, group: Workgroup, errors: dict[str, str] | None = None) -> Card:
    row = next(
        (row for row in sign_ups.standing(session, turn.person, turn.programme.key) if row.workgroup_key == group.key),
        None,
    )
    if row is None:
        raise Refused("refused.workgroup.not_signed_up", group=group.title)
    on = competences.find(session, turn.programme.key)
    stored = {
        "motivation": row.motivation,
        "competences": row.competences,
        "hours": str(row.hours_a_week) if row.hours_a_week else "",
    }
    questions = tuple(
        Question(
            name=name,
            label=say(turn.language, f"sign_ups.tell.{name}"),
            value=turn.value(name) if errors else value,
            lines=1 if name == "hours" else 3,
            longest=3 if name == "hours" else LONGEST_WISH,
            error=(errors or {}).get(name, ""),
        )
        for name, value in stored.items()
    )
    saving = Button(
        title=say(turn.language, "sign_ups.tell.save"),
        action="signup.told",
        values={"group": group.key, "compared": on is not None},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(turn.language, "sign_ups.tell.title", group=group.title),
        blocks=(
            Text(text=say(turn.language, "sign_ups.tell.how"), style="quiet"),
            *((Text(text=_compared(turn, on)),) if on else ()),
            *(
                (Text(text=say(turn.language, "sign_ups.tell.release", hours=group.release_from_hours), style="quiet"),)
                if group.release_from_hours
                else ()
            ),
        ),
        questions=questions,
        buttons=(saving, *offers(turn.language, "signup.status")),
        language=turn.language,
        outcome="refused" if errors else "answered",
        subject={"group": group.key},
    )


def _compared(turn: Turn, on: CompetenceSwitch) -> str:
    """What competences are used for, told before they are written."""
    until = saying_dates.day(turn.language, on.until, weekday=False)
    return say(turn.language, "sign_ups.tell.compared", until=until)


def _joined(row: SignUp, is_new: bool) -> str:
    if row.state == SignUpState.ACCEPTED:
        return "sign_ups.already.accepted"
    return "sign_ups.joined.title" if is_new else "sign_ups.already.title"


def _waits(row: SignUp) -> bool:
    return row.state != SignUpState.ACCEPTED


def _names_closed(session: Session, turn: Turn) -> bool:
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    group = groups.get(turn.value("group"))
    return group is not None and group.openness != Openness.OPEN


def leave(session: Session, turn: Turn) -> Card:
    """Withdraws from the group they named, or from the only one they are in, or asks which one."""
    if turn.value("for") == "other":
        return with_role(session, turn, _off_by_themselves(turn), "coordinator", "signup.volunteers")
    _bring_along(session, turn)
    standing = sign_ups.standing(session, turn.person, turn.programme.key)
    key = turn.value("group") or (standing[0].workgroup_key if len(standing) == 1 else "")
    if turn.value("aspect") == "how" or not key:
        return _which_to_leave(session, turn, standing)
    group = workgroups.get(session, turn.programme.key, key)
    if key not in [row.workgroup_key for row in standing]:
        return _not_in(turn, group)
    moved = sign_ups.withdraw(session, turn.person, group, turn.now)
    sign_up_notices.moved_up(session, moved, turn.now)
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
    _bring_along(session, turn)
    standing = sign_ups.standing(session, turn.person, turn.programme.key)
    ended = _answered(session, turn)
    if not standing:
        card = _none(session, turn)
        return card.model_copy(update={"blocks": (*ended, *card.blocks)})
    promised = {
        promise.about_key: promise
        for promise in promises.standing(session, turn.person, turn.programme.key)
        if promise.about == sign_up_promises.ABOUT
    }
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    items = [
        (
            told(groups[row.workgroup_key].title, turn.language),
            _state(session, turn, groups[row.workgroup_key], row, promised),
        )
        for row in standing
        if row.workgroup_key in groups
    ]
    key = {"group": standing[0].workgroup_key}
    leaving = [offer(turn.language, "workgroup.leave", key, replaces=True)]
    asked = [one for one in questions.last_of_each(session, [row.identity for row in standing]).values()
             if one.answered_at is None]  # fmt: skip
    telling = [
        _tell_more(turn, groups[row.workgroup_key], is_only=len(standing) == 1)
        for row in standing[: MOST_TOLD - len(asked[:1])]
        if row.workgroup_key in groups
    ]
    replying = [
        Button(
            title=say(turn.language, "sign_up_questions.reply.button"),
            action="signup.reply",
            values={"question": one.identity},
            style="primary",
        )
        for one in asked[:1]
    ]
    lines = tuple(Text(text=say(turn.language, "sign_up_questions.status", text=one.text)) for one in asked[:1])
    return Card(
        title=_status_title(session, turn, standing, groups),
        blocks=(Items(items=tuple(items)), *lines, *ended),
        buttons=(
            *replying,
            *telling,
            *(leaving if len(standing) == 1 else offers(turn.language, "workgroup.leave")),
            *_more(turn),
        ),
        language=turn.language,
        did="show_signup_status",
    )


def _status_title(session: Session, turn: Turn, standing: list[SignUp], groups: dict[str, Workgroup]) -> str:
    """For the only group, in line, the place there: that is what was asked most likely."""
    row = standing[0]
    place = sign_ups.place_in_line(session, row)
    if len(standing) > 1 or not place or row.workgroup_key not in groups:
        return say(turn.language, "sign_ups.status.title")
    return say(turn.language, "sign_ups.line.title", place=place, group=groups[row.workgroup_key].title)


def _tell_more(turn: Turn, group: Workgroup, *, is_only: bool) -> Button:
    """The way back to what was told, to add to it or take it away. For the only group the button needs no name."""
    named = short(say(turn.language, "sign_ups.tell.button", group=group.title))
    button = offer(turn.language, "signup.tell", {"group": group.key})
    return button if is_only else button.model_copy(update={"title": named})


def _bring_along(session: Session, turn: Turn) -> None:
    """What they were registered for by e-mail is theirs here."""
    moved = registering.bring_along(session, turn.person, turn.programme.key, turn.now)
    sign_up_notices.moved_up(session, moved, turn.now)


def _said_promise(turn: Turn, group: Workgroup, row: SignUp, promise: Promise | None) -> str:
    if row.told_by is not None:
        return say(turn.language, "sign_ups.line.told_by", day=saying_dates.day(turn.language, row.told_by))
    if promise is None:
        return say(turn.language, "sign_ups.no_promise")
    return say(
        turn.language,
        "sign_ups.promise",
        words=group.reply_within or {},
        day=saying_dates.day(turn.language, promise.due_on),
    )


def _answered(session: Session, turn: Turn) -> tuple[Items, ...]:
    """Sign-ups that were declined or led to another group, with the reason: so that an answer can be read again."""
    rows = sign_ups.answered(session, turn.person, turn.programme.key)[:MOST_ANSWERED]
    titles = {group.key: group.title for group in workgroups.every(session, turn.programme.key)}
    items = tuple(
        (
            told(titles.get(row.workgroup_key), turn.language) or row.workgroup_key,
            say(
                turn.language,
                f"sign_ups.status.{row.state}",
                reason=row.reason,
                other=titles.get(row.moved_to or "", {}),
            ),
        )
        for row in rows
    )
    return (Items(items=items),) if items else ()


def _state(session: Session, turn: Turn, group: Workgroup, row: SignUp, promised: dict[str, Promise]) -> str:
    signed = saying_dates.day(turn.language, row.signed_up_at.astimezone(turn.zone).date())
    if row.state == SignUpState.ACCEPTED:
        return say(turn.language, "sign_ups.status.accepted", day=signed)
    said = _promised(turn, group, row, promised, signed)
    place = sign_ups.place_in_line(session, row)
    said = said if not place else f"{say(turn.language, 'sign_ups.status.in_line', place=place)} {said}"
    release = release_lines.for_volunteer(turn, releases.find(session, row.identity))
    return f"{said}. {release}" if release else said


def _promised(turn: Turn, group: Workgroup, row: SignUp, promised: dict[str, Promise], signed: str) -> str:
    promise = promised.get(row.workgroup_key)
    if promise is None and row.told_by is not None:
        by = saying_dates.day(turn.language, row.told_by)
        return say(turn.language, "sign_ups.status.told_by", signed=signed, day=by)
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


def _off_by_themselves(turn: Turn) -> Card:
    return Card(
        title=say(turn.language, "sign_ups.other_off.title"),
        blocks=(Text(text=say(turn.language, "sign_ups.other_off.text")),),
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
