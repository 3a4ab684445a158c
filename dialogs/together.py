"""What comes together: several messages as one card, and a few lines instead of them where many waited."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import digests
from dialogs.card import Block, Button, Card, Items, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import outbox, parts, together
from storage.database import Session
from storage.outbox import Kind, Message
from storage.programmes import Programme
from storage.refusals import Refused
from storage.together import Part

#: How many messages stand under each other in full: a card with more is a heap, of which the lines are told.
MOST_IN_FULL = 5
#: How many lines of catching up there are.
MOST_LINES = 5
#: How many messages are shown in full when all of them are asked for.
MOST_SHOWN = 10
#: How many buttons of the messages' own a card of several has.
MOST_WAYS_ON = 4
#: Buttons that one such button stands for, whatever they turn off.
_SETTINGS = ("subscription.set", "settings", "quiet.show")

#: A message as it stands on the card: what it is, and its card in one language.
Shown = tuple[Kind, Card]


def queue_together(session: Session, programme: Programme, now: datetime) -> int:
    """Lets go what is due to the next people, several messages to one person as one card; returns how many rows it
    decided on, those that wait on and those that are not sent any more among them."""
    if together.is_being_written(session, programme.key, now):
        return 0
    everybody = together.waiting(session, programme, now)
    decision = together.decide(everybody, now, ZoneInfo(programme.timezone))
    together.carry_out(session, decision)
    alone = [mine[0] for mine in decision.go.values() if len(mine) == 1]
    several: dict[tuple[int, ...], dict[int, list[Part]]] = {}
    for who, every in decision.go.items():
        # An announcement can be corrected or withdrawn where it arrived, so it stays a card of its own.
        mine = [part for part in every if part.kind != Kind.ANNOUNCEMENT]
        if len(every) > 1:
            alone += [part for part in every if part.kind == Kind.ANNOUNCEMENT] + (mine if len(mine) == 1 else [])
        if len(mine) > 1:
            several.setdefault(tuple(part.message for part in mine), {})[who] = mine
    for messages, those in several.items():
        alone += _merge(session, programme, messages, those, now)
    together.let_go(session, alone, now)
    return sum(len(one.parts) for one in everybody)


def show(session: Session, turn: Turn) -> Card | tuple[Card, ...]:
    """All that the lines of catching up stand for, the most important first; of very many the last ones in a line each.
    Raises Refused where it is not theirs."""
    messages = parts.messages_of(session, turn.person, turn.value("of"))
    if not messages:
        raise Refused("refused.together.gone")
    shown = united([_in(message, turn.language) for message in messages])
    left = shown[MOST_SHOWN:]
    return tuple(card for _, card in shown[:MOST_SHOWN]) + ((_in_lines(left, turn.language),) if left else ())


def one_card(those: Sequence[Shown], key: str, language: Language) -> Card:
    """One card of several messages, which come most important first; ``key`` is what it is known by."""
    shown = united(those)
    if len(shown) == 1:
        return shown[0][1]
    return _in_full(shown, language) if len(shown) <= MOST_IN_FULL else caught_up(shown, key, language)


def united(those: Sequence[Shown]) -> list[Shown]:
    """The messages with each summary told once: several as one, and of the top lists the last."""
    last = [card for kind, card in those if kind == Kind.TOP_LIST][-1:]
    summaries: dict[str, list[Card]] = {}
    for kind, card in those:
        if kind == Kind.DIGEST:
            summaries.setdefault(card.title, []).append(card)
    found: list[Shown] = []
    for kind, card in those:
        if kind == Kind.DIGEST:
            found += [(kind, one) for one in digests.united(summaries.pop(card.title, []))]
        elif kind != Kind.TOP_LIST or card in last:
            found.append((kind, card))
            last = [] if kind == Kind.TOP_LIST else last
    return _each_milestone_once(found)


def _each_milestone_once(shown: list[Shown]) -> list[Shown]:
    """Who asked to be reminded of a milestone that everybody is reminded of is reminded of it once: where the first
    one stands, in the words that tell the most. Of two different days both stay: it was moved between them."""
    found: list[Shown] = []
    for kind, card in shown:
        same = [place for place, (_, other) in enumerate(found) if _is_same_reminder(card, other)]
        if kind not in (Kind.REMINDER, Kind.PERSONAL_REMINDER) or not same:
            found.append((kind, card))
        elif len(card.as_text()) > len(found[same[0]][1].as_text()):
            found[same[0]] = (kind, card)
    return found


def _is_same_reminder(one: Card, other: Card) -> bool:
    days = [_first_text(card) for card in (one, other)]
    is_same_day = days[0].startswith(days[1]) or days[1].startswith(days[0])
    return (one.title, one.subject) == (other.title, other.subject) and is_same_day


def _first_text(card: Card) -> str:
    return next((block.text for block in card.blocks if isinstance(block, Text)), "")


def caught_up(shown: Sequence[Shown], key: str, language: Language) -> Card:
    """Where very much waited: five lines of it, and the way to the whole."""
    lines = [line for kind, card in shown for line in _lines(kind, card)]
    left = len(lines) - MOST_LINES
    more = ((say_many(language, "together.more", left), ""),) if left > 0 else ()
    whole = Button(title=say(language, "together.whole"), action="together.show", values={"of": key}, style="primary")
    return Card(
        title=say(language, "together.caught_up"),
        blocks=(Items(items=(*lines[:MOST_LINES], *more)),),
        buttons=(whole, *offers(language, "announcement.latest", "milestone.list", "quiet.show")),
        language=language,
    )


def _in_lines(shown: Sequence[Shown], language: Language) -> Card:
    lines = [line for kind, card in shown for line in _lines(kind, card)]
    title = say_many(language, "together.more", len(lines))
    buttons = offers(language, "announcement.latest", "milestone.list", "quiet.show")
    return Card(title=title, blocks=(Items(items=tuple(lines)),), buttons=buttons, language=language)


def _in_full(shown: Sequence[Shown], language: Language) -> Card:
    (_, first), *others = shown
    blocks: list[Block] = [*first.blocks]
    for _, card in others:
        blocks += [Text(text=card.title, style="strong"), *card.blocks]
    return Card(
        title=say_many(language, "together.title", len(others), title=first.title),
        blocks=tuple(blocks),
        buttons=(*_ways_on(shown), offer(language, "quiet.show")),
        language=language,
    )


def _ways_on(shown: Sequence[Shown]) -> list[Button]:
    found: list[Button] = []
    for button in (button for _, card in shown for button in card.buttons if button.action not in _SETTINGS):
        if not any((button.action, button.values) == (other.action, other.values) for other in found):
            found.append(button)
    return found[:MOST_WAYS_ON]


def _lines(kind: Kind, card: Card) -> list[tuple[str, str]]:
    """What a message comes to in a line, or its news in a line each."""
    items = next((block.items for block in card.blocks if isinstance(block, Items)), ())
    if kind == Kind.DIGEST:
        return list(items)
    return [(card.title, items[0][0] if items else _first_text(card))]


def _merge(
    session: Session, programme: Programme, messages: tuple[int, ...], those: dict[int, list[Part]], now: datetime
) -> list[Part]:
    """Makes one card of the same messages to each of these people; returns what has to go by itself instead."""
    key = f"together:{now:%Y%m%dT%H%M}:{'-'.join(str(message) for message in messages)}"
    before = together.had_before(session, key, those)
    stored = [session.get_one(Message, message) for message in messages]
    cards = in_each(lambda language: one_card([_in(message, language) for message in stored], key, language))
    ends = [part.useful_until for part in next(iter(those.values()))]
    useful_until = max((end for end in ends if end is not None), default=None) if None not in ends else None
    kind = outbox.of_several(Kind(message.kind) for message in stored)
    message = outbox.standing(session, programme.key, kind, key, cards, useful_until)
    new = {who: mine for who, mine in those.items() if who not in before}
    together.merge(session, message, key, new, now)
    return [part for who in before for part in those[who]]


def _in(message: Message, language: Language) -> Shown:
    return Kind(message.kind), Card.model_validate(message.cards.get(language) or message.cards["nb"])
