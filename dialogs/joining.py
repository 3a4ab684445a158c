"""A coordinator joins somebody who signed up by e-mail with who they are in the chat: whom, what, and that it is so."""

from collections.abc import Mapping
from types import MappingProxyType

from dialogs import sign_up_notices
from dialogs.card import Button, Card, Facts, Items, Question, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import joining, outbox, workgroups
from storage.database import Session
from storage.email_addresses import LONGEST_ADDRESS
from storage.joining import AlreadyJoined, Both
from storage.refusals import Refused
from storage.registering import LONGEST_NAME
from storage.sign_ups import SignUp

#: What is wrong with the name; all else is of the address.
_OF_NAME = ("refused.joining.unknown", "refused.joining.several")


def ask(session: Session, turn: Turn) -> Card:
    """The form for their name in the chat, then what will be joined; changes nothing."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    if "email" not in turn.values:
        return _form(turn)
    try:
        both = _find(session, turn)
    except Refused as refused:
        field = "name" if refused.key in _OF_NAME else "email"
        return _form(turn, {field: say(turn.language, refused.key, **refused.values)})
    return _preview(session, turn, both)


def joined(session: Session, turn: Turn) -> Card:
    """Joins them, and tells the person. What changed since it was looked at is shown first."""
    try:
        both = _find(session, turn)
    except AlreadyJoined as already:
        return _done(turn, already.person.name)
    if turn.value("seen") != both.seen:
        return _preview(session, turn, both, say(turn.language, "joining.changed"))
    moved = joining.join(session, turn.person, turn.programme.key, both, turn.now)
    sign_up_notices.moved_up(session, moved, turn.now)
    cards = in_each(
        lambda language: Card(
            title=say(language, "joining.told"),
            blocks=(Text(text=say(language, "joining.told.text", programme=turn.programme.name)),),
            buttons=offers(language, "signup.status", "own.show"),
            language=language,
        )
    )
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, both.person, message, f"joined:{both.by_email.identity}")
    return _done(turn, both.person.name)


def _done(turn: Turn, name: str) -> Card:
    return Card(
        title=say(turn.language, "joining.done", name=name),
        blocks=(Text(text=say(turn.language, "joining.done.text")),),
        buttons=offers(turn.language, "signup.volunteers"),
        language=turn.language,
        outcome="done",
    )


def _find(session: Session, turn: Turn) -> Both:
    return joining.find(session, turn.person, turn.programme.key, turn.value("email"), turn.value("name"))


def _form(turn: Turn, errors: Mapping[str, str] = MappingProxyType({})) -> Card:
    lengths = {"email": LONGEST_ADDRESS, "name": LONGEST_NAME}
    return Card(
        title=say(turn.language, "joining.title"),
        blocks=(Text(text=say(turn.language, "joining.how"), style="quiet"),),
        questions=tuple(
            Question(
                name=name,
                label=say(turn.language, f"joining.{name}"),
                value=turn.value(name),
                required=True,
                longest=longest,
                error=errors.get(name, ""),
            )
            for name, longest in lengths.items()
        ),
        buttons=(
            Button(title=say(turn.language, "joining.look"), action="signup.join", style="primary", replaces=True),
            *offers(turn.language, "signup.volunteers"),
        ),
        language=turn.language,
        outcome="refused" if errors else "answered",
    )


def _preview(session: Session, turn: Turn, both: Both, warning: str = "") -> Card:
    language = turn.language
    facts = (
        (say(language, "joining.by_email"), both.by_email.name or "–"),
        (say(language, "joining.in_chat"), both.person.name),
    )
    return Card(
        title=say(language, "joining.sure"),
        blocks=(
            *((Text(text=warning, style="warning"),) if warning else ()),
            Facts(facts=facts),
            *_rows(session, turn, "theirs", both.theirs),
            *_rows(session, turn, "own", both.own),
            Text(text=say(language, "joining.reads"), style="warning"),
        ),
        buttons=(
            Button(
                title=say(language, "joining.yes"),
                action="signup.joined",
                values={"email": turn.value("email"), "name": both.person.name, "seen": both.seen},
                style="primary",
                replaces=True,
            ),
            *offers(language, "signup.volunteers"),
        ),
        language=language,
        outcome="refused" if warning else "clarify",
    )


def _rows(session: Session, turn: Turn, whose: str, rows: list[SignUp]) -> tuple[Text | Items, ...]:
    titles = {group.key: told(group.title, turn.language) for group in workgroups.every(session, turn.programme.key)}
    heading = Text(text=say(turn.language, f"joining.{whose}" if rows else f"joining.{whose}.none"), style="strong")
    items = tuple(
        (titles.get(row.workgroup_key, row.workgroup_key), say(turn.language, f"erasing_by_request.state.{row.state}"))
        for row in rows
    )
    return (heading, Items(items=items)) if items else (heading,)
