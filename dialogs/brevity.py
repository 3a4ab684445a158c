"""A list given for a question that was hardly understood: its beginning, and the whole of it behind a button."""

from collections.abc import Iterator

from dialogs.card import Block, Card, Items, Text
from dialogs.offers import offer
from dialogs.turn import Turn

_LISTS = ("milestone.list", "workgroup.list")
#: Below this confidence something else may have been asked, and a reply to that is read up to 700 characters.
_SURE = 0.8
#: How many characters of a list are read by somebody who may have asked for something else, and how many buttons.
_ROOM, _BUTTONS = 400, 3


def in_brief(turn: Turn, action: str, shown: Card) -> Card:
    """The card, or as much of it as is read by whoever may have asked for something else."""
    understood = turn.understood
    if understood is None or action not in _LISTS or understood.confidence >= _SURE or shown.outcome != "answered":
        return shown
    blocks = tuple(_beginning(shown))
    if blocks == shown.blocks and len(shown.buttons) <= _BUTTONS:
        return shown
    whole = offer(shown.language, action)
    others = tuple(button for button in shown.buttons if button.action != action)
    return shown.model_copy(update={"blocks": blocks, "buttons": (whole, *others[: _BUTTONS - 1])})


def _beginning(shown: Card) -> Iterator[Block]:
    """The blocks that there is room for, sources always; of a list its first lines."""
    room = _ROOM
    for block in shown.blocks:
        if isinstance(block, Items):
            lines = [line for line in block.items if (room := room - len("".join(line))) >= 0]
            if lines:
                yield block.model_copy(update={"items": tuple(lines)})
        elif not isinstance(block, Text) or block.style == "quiet" or (room := room - len(block.text)) >= 0:
            yield block
