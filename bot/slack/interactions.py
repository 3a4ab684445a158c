"""What was pressed and what was filled in: taken as a turn, and answered where it was.

https://docs.slack.dev/reference/interaction-payloads
"""

import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.slack import carried, render
from bot.slack.acknowledging import Acknowledgement
from bot.slack.alone import Alone
from bot.slack.answering import Answering, form_in
from bot.slack.carried import FilledIn, Pressed
from bot.slack.directory import Directory, Who
from bot.slack.guests import Guests
from bot.slack.home import Home
from bot.slack.payloads import moment, needed, part, stamp, text, unique
from bot.slack.recognising import incoming_alone, incoming_in_group
from bot.slack.workspaces import Workspace
from bot.transport import NotSent
from bot.turns import Answer, Incoming, Turns
from dialogs.card import BUTTON_VERSION, Button, Card

log = logging.getLogger(__name__)

#: What is done about a button or form that nobody can read any more: nothing that was pressed is left unanswered.
OLD = "guide.old_button"
#: Longest message about a field, in characters: Slack names no limit, and a telephone shows a few lines.
LONGEST_ERROR = 300


@dataclass(frozen=True)
class Place:
    """Where something was pressed. ``message`` is the one with the button, where it can be changed; ``address`` is
    where to answer what one person alone sees, in whatever channel."""

    channel: str = ""
    message: str = ""
    thread: str = ""
    address: str = ""
    home: str = ""

    @property
    def is_group(self) -> bool:
        """Whether others see what is answered there."""
        return bool(self.channel) and not self.channel.startswith("D") and not self.address

    def as_told(self) -> dict[str, str]:
        """What a form takes along, so that its result finds the way back."""
        return {name: where for name, where in vars(self).items() if where}

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Place":
        """Of a pressed button's payload."""
        container = part(payload, "container")
        if container.get("type") == "view":
            return cls(home="1" if part(payload, "view").get("type") == "home" else "")
        channel = text(container.get("channel_id")) or text(part(payload, "channel").get("id"))
        message = stamp(container.get("message_ts"))
        if container.get("is_ephemeral") is True:
            return cls(channel, address=text(payload.get("response_url")))
        thread = stamp(container.get("thread_ts")) or stamp(part(payload, "message").get("thread_ts"))
        return cls(channel, message, thread or ("" if channel.startswith("D") else message))

    @classmethod
    def told(cls, at: dict[str, str]) -> "Place":
        """Of what a form brought back."""
        return cls(**{name: at.get(name, "") for name in ("channel", "message", "thread", "address", "home")})


@dataclass(frozen=True)
class Act:
    """Somebody's act, and what is needed to answer it. ``activity`` opens a form, too, while it is fresh."""

    workspace: Workspace
    user: str
    who: Who
    activity: str
    place: Place
    acknowledgement: Acknowledgement = field(repr=False)

    @property
    def is_fresh(self) -> bool:
        """Whether Slack still waits: it then takes a form, and what an open one is to show."""
        return not self.acknowledgement.is_given


@dataclass(frozen=True)
class Interactions:
    """Takes buttons and forms."""

    turns: Turns
    directory: Directory
    answering: Answering
    alone: Alone
    home: Home
    guests: Guests

    async def act(self, workspace: Workspace, payload: dict[str, Any], acknowledgement: Acknowledgement) -> None:
        """Raises NotSent where an answer found nobody."""
        if payload.get("type") not in ("block_actions", "view_submission"):
            # A closed form has changed nothing, and there are no shortcuts of ours.
            return
        user, activity = account_of(payload), unique(payload.get("trigger_id"), "trigger_id")
        who = await self.directory.person(workspace, user)
        if text(part(payload, "user").get("team_id")) not in ("", workspace.team) and not who.is_member:
            # Of an organisation with several workspaces, Slack names any that they are members of.
            log.warning("a button was pressed by somebody of another workspace")
            return
        if who.is_outside:
            return
        if who.is_guest:
            await self._declined(workspace, user, who, activity, payload)
            return
        if payload["type"] == "view_submission":
            filled = carried.filled_in(payload.get("view")) or FilledIn(OLD, {}, BUTTON_VERSION, "", {}, {}, {})
            place = Place.told(filled.at)
            await self._sent(Act(workspace, user, who, activity, place, acknowledgement), filled)
        elif (pressed := _pressed(payload)) is not None:
            place = Place.of(payload)
            await self._pressed(Act(workspace, user, who, activity, place, acknowledgement), pressed, payload)

    async def _declined(
        self, workspace: Workspace, user: str, who: Who, activity: str, payload: dict[str, Any]
    ) -> None:
        """Something that still stands in a guest's chat, or in a channel of theirs."""
        place, address = Place.of(payload), text(payload.get("response_url"))
        await self.guests.tell(workspace, user, who, activity, channel=place.channel, address=address)

    async def _pressed(self, act: Act, pressed: Pressed, payload: dict[str, Any]) -> None:
        if pressed.form is not None and pressed.button is not None:
            await self._open(act, pressed.form, pressed.button)
            return
        incoming = await self._incoming(act, pressed, payload)
        answer = await self.turns.take(incoming)
        if _was_seen(act, answer):
            return
        if answer.is_personal:
            show = partial(self._shown_as_form, act)
            await self.alone.answer(act.workspace, incoming, act.place.thread, show=show)
            return
        if not await self._shown_as_form(act, answer):
            await self._place(act, answer.cards, replaces=pressed.replaces)
        self.turns.replied(incoming)
        await self._see_to_home(act, answer)

    async def _incoming(self, act: Act, pressed: Pressed, payload: dict[str, Any]) -> Incoming:
        listed = payload["actions"]
        what = {
            "action": pressed.action,
            "values": {**pressed.fields, **pressed.values},
            "version": pressed.version,
            "said_at": moment(listed[0].get("action_ts")),
        }
        if not act.place.is_group:
            return _alone(act, pressed.language, **what)
        # A group's card is in everybody's language, and nobody's answer.
        return await incoming_in_group(
            self.directory, act.workspace, act.user, act.who, act.place.channel, act.place.thread, act.activity, **what
        )

    async def _open(self, act: Act, card: Card, button: Button) -> None:
        """The form behind a button, which is no turn: nothing is done yet."""
        try:
            await self.answering.open_form(act.workspace, act.activity, card, button, act.place.as_told())
        except NotSent as not_sent:
            log.warning("a form could not be opened: %s", not_sent.reason)

    async def _shown_as_form(self, act: Act, answer: Answer) -> bool:
        """An answer that is a form opens by itself; what there is to say besides is posted. False where it cannot."""
        form = form_in(answer.cards)
        if form is None or not act.is_fresh:
            return False
        try:
            await self.answering.open_form(act.workspace, act.activity, *form, act.place.as_told())
        except NotSent as not_sent:
            log.warning("a form could not be opened: %s", not_sent.reason)
            return False
        await self._place(act, answer.cards[:-1], replaces=False, is_form=True)
        return True

    async def _sent(self, act: Act, filled: FilledIn) -> None:
        """A form is one person's, wherever its button was."""
        values = {**filled.fields, **filled.values}
        incoming = _alone(act, filled.language, action=filled.action, values=values, version=filled.version)
        answer = await self.turns.take(incoming)
        if _was_seen(act, answer):
            return
        response = _in_form(act, filled, answer)
        if response is not None and act.is_fresh:
            act.acknowledgement.response = response
            await self._place(act, answer.cards[:-1], replaces=False, is_form=True)
        else:
            act.acknowledgement.response = {"response_action": "clear"}
            await self._place(act, answer.cards, replaces=True, is_form=True)
        self.turns.replied(incoming)
        await self._see_to_home(act, answer)

    async def _place(self, act: Act, cards: tuple[Card, ...], *, replaces: bool, is_form: bool = False) -> None:
        """Where it was pressed: the first card in the place of the message where it ``replaces`` that, others below.
        What belongs to a form never gets into a group: it is one person's."""
        place, workspace = act.place, act.workspace
        if not cards:
            return
        if place.address:
            await self.answering.aside(workspace, act.user, place.address, cards, replaces=replaces)
            return
        if place.is_group and is_form:
            await self.answering.post(workspace, act.user, cards)
            return
        if replaces and place.message:
            first, *cards_below = cards
            await self.answering.replace(workspace, place.channel, place.message, first)
            cards = tuple(cards_below)
        await self.answering.post(workspace, place.channel or act.user, cards, place.thread)

    async def _see_to_home(self, act: Act, answer: Answer) -> None:
        """What was changed from there is told there, too."""
        if act.place.home and any(card.outcome == "done" for card in answer.cards):
            await self.home.show(act.workspace, act.user, act.who, f"{act.activity}:home")


def account_of(payload: dict[str, Any]) -> str:
    """Who acted. Raises Malformed."""
    return needed(part(payload, "user").get("id"), "user.id")


def _pressed(payload: dict[str, Any]) -> Pressed | None:
    """The button; None where it was a link, which is followed, or a field, which is sent with its form."""
    listed = payload.get("actions")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    if first.get("type") != "button" or first.get("url"):
        return None
    shown = part(payload, "message") or part(payload, "view")
    return carried.pressed(text(first.get("value")), shown.get("blocks")) or Pressed(OLD, {}, BUTTON_VERSION, "")


def _alone(act: Act, language: str, **what: Any) -> Incoming:
    locale = language or act.who.locale
    return incoming_alone(act.workspace, act.user, act.who, act.activity, locale=locale, **what)


def _was_seen(act: Act, answer: Answer) -> bool:
    act.acknowledgement.is_seen = not answer.cards and not answer.is_personal
    return act.acknowledgement.is_seen


def _in_form(act: Act, filled: FilledIn, answer: Answer) -> dict[str, Any] | None:
    """What the open form is to show, where the answer is for it: what is wrong at which field, or the form that comes
    next. https://docs.slack.dev/surfaces/modals#displaying_errors"""
    card = answer.cards[-1]
    if card.outcome == "refused" and not card.questions and filled.blocks:
        # Why not: beside what was written, which stays.
        return _errors({next(iter(filled.blocks.values())): card.as_text()})
    errors = {question.name: question.error for question in card.questions if question.error}
    is_same = any(one.action == filled.action and _told(one.values) == _told(filled.values) for one in card.sending)
    if errors and is_same and errors.keys() <= filled.blocks.keys():
        return _errors({filled.blocks[name]: error for name, error in errors.items()})
    form = form_in(answer.cards)
    if form is None:
        return None
    return {"response_action": "update", "view": render.modal(*form, act.place.as_told())}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """What a form tells besides its fields, but its one-time value: that of the open form is as good as a new one."""
    return {name: value for name, value in values.items() if name != "form"}


def _errors(errors: dict[str, str]) -> dict[str, Any]:
    said = {block: " ".join(error.split())[:LONGEST_ERROR] for block, error in errors.items()}
    return {"response_action": "errors", "errors": said}
