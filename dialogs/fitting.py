"""The length of a reply to what somebody typed: as much as people read, and the rest of an answer behind a button."""

from collections.abc import Iterable, Iterator

from dialogs.asked import QUESTIONS
from dialogs.card import Block, Button, Card, Facts, Items, Picture, Question, Text, Written
from dialogs.sought import in_short
from dialogs.turn import Turn
from dialogs.words import say

#: How many characters people read of a reply, and of a list or an overview they asked for.
LONGEST, LONGEST_OVERVIEW = 700, 1800
_OVERVIEWS = frozenset(
    {"milestone.list", "workgroup.list", "workgroup.about", "initiative.top", "initiative.about", "goal.about"}
    | {"programme.about", "phase.about", "delivery.about", "help", "announcement.latest", "own.show"}
)
#: Beside the characters of each part: where a line begins, and the mark and the colon of a list's; and what a channel
#: says of the card where it cannot show it.
_LINE, _MARKS, _FALLBACK = 1, 6, 16
_BUTTONS = 2
#: By how many characters the room for blocks is narrowed until all of it fits.
_STEP = 20
#: What says how a question was worded; the button asks for the thing itself.
_OF_WORDING = frozenset({"sought", "counted", "head", "strangers", "claims"})


def fitted(turn: Turn, action: str, shown: Card) -> Card:
    """The card, or as much of it as is read. What a button asks for is shown whole, and so is a form: it holds what the
    person wrote."""
    longest = LONGEST_OVERVIEW if action in _OVERVIEWS else LONGEST
    if turn.understood is None or shown.questions or length(shown) <= longest:
        return shown
    rest = (_whole(turn, action),) if action in QUESTIONS and shown.outcome == "answered" else ()
    brief = shown.model_copy(update={"buttons": (*rest, *shown.buttons[:_BUTTONS])})
    room, cut = longest, brief
    while length(cut) > longest and room > 0:
        room -= _STEP
        cut = brief.model_copy(update={"blocks": tuple(in_short(shown, room))})
    return cut


def first_that_fits(cards: Iterable[Card]) -> Card:
    """The first of them that is no longer than people read, else the last: each says the same in less than the one
    before. What has to be filled in cannot be cut, so whoever makes such a card says what may be left out of it."""
    shown = Card()
    for shown in cards:
        if length(shown) <= LONGEST:
            break
    return shown


def length(card: Card) -> int:
    """How many characters of a card people get to see, at most; some channels write a button twice."""
    parts = [card.title, *(text for block in card.blocks for text in _texts(block))]
    parts += [text for question in card.questions for text in _asked(question)]
    parts += [button.title for button in card.buttons for _ in range(2)]
    marks = sum(_MARKS * len(block.items) for block in card.blocks if isinstance(block, Items))
    return sum(len(part) + _LINE for part in parts if part) + marks + _FALLBACK


def _whole(turn: Turn, action: str) -> Button:
    values = {name: value for name, value in turn.values.items() if name not in _OF_WORDING}
    return Button(title=say(turn.language, "sought.whole"), action=action, values=values)


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield block.text
    elif isinstance(block, Written):
        yield block.as_text()
    elif isinstance(block, Facts):
        yield from (text for fact in block.facts for text in fact)
    elif isinstance(block, Items):
        yield from (text for item in block.items for text in item)
    elif isinstance(block, Picture):
        yield block.alt


def _asked(question: Question) -> Iterator[str]:
    yield from (question.label, question.value, question.error)
    yield from (text for choice in question.choices for text in (choice.title, choice.value))
