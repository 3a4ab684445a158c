"""How answers hang together: two questions of one text in one card, and what is spoken of after an answer."""

from dialogs.asked import QUESTIONS
from dialogs.card import Block, Card, Facts, Items, Text

#: The questions that people go on from. Not those about one's own inputs: who writes one is nowhere on disk.
_GOES_ON = QUESTIONS | {"subscription.set"}


def spoken_of(before: dict[str, str], action: str, shown: Card) -> dict[str, str]:
    """The subject after an answer; what is no question about the programme leaves it as it was."""
    if action not in _GOES_ON:
        return before if shown.subject is None else shown.subject
    return {"of": action, **(shown.subject or {})}


#: As much as people read of an answer, in characters.
_LONGEST = 600


def both(first: Card, second: Card, *, is_left_open: bool = False) -> Card:
    """One card with both answers; the second in short, or only the first where that has no answer or says the same.
    ``is_left_open``: the documents are known to leave the second open, which is told as well."""
    is_told = second.outcome == "answered" or (second.outcome == "unknown" and is_left_open)
    if not is_told or second.title == first.title or second.did != first.did:
        return first
    told = {text for block in first.blocks for text in _texts(block)}
    more = [Text(text=second.title, style="strong")]
    left = _LONGEST - len(first.title) - len(second.title) - sum(map(len, told))
    added: list[Block] = []
    for block in second.blocks:
        size = sum(map(len, _texts(block)))
        if size > left:
            break
        if not told.issuperset(_texts(block)):
            added.append(block)
            left -= size
    if left < 0 and len(first.title) + len(second.title) > _LONGEST:
        return first
    outcome = "unknown" if "unknown" in (first.outcome, second.outcome) else first.outcome
    return first.model_copy(update={"blocks": (*first.blocks, *more, *added), "outcome": outcome})


def _texts(block: Block) -> list[str]:
    if isinstance(block, Text):
        return [block.text]
    if isinstance(block, Items):
        return [text for item in block.items for text in item]
    return [text for fact in block.facts for text in fact] if isinstance(block, Facts) else []
