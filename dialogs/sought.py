"""Whether an answer holds the kind of thing that was asked for: where it does not, that is said first."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

from dialogs import asked
from dialogs.card import Block, Button, Card, Facts, Items, Text
from dialogs.not_known import ask_whom
from dialogs.turn import Turn
from dialogs.understanding.coverage import held_in
from dialogs.weighing import DOUBTFUL, Signs, signs, weighed
from dialogs.words import say

_DATED = ("milestone.next", "milestone.when", "milestone.on_date", "milestone.list", "phase.current")
_GROUPS = ("workgroup.about", "workgroup.list")
_WHOLE = ("programme.about", "goal.about", "delivery.about")
_TOLD = ("phase.about", "initiative.about", "initiative.top", "announcement.latest", "person.role")
_ALL = (*_DATED, *_GROUPS, *_WHOLE, *_TOLD)
_SETS = {"DATED": _DATED, "GROUPS": _GROUPS, "WHOLE": _WHOLE, "TOLD": _TOLD, "ALL": _ALL}
#: Where what is counted must be among what is told.
_COUNTING = (*_DATED, *_GROUPS, "phase.about", "person.role", "programme.about", "announcement.latest")


def held_back(turn: Turn, action: str, shown: Card) -> Card:
    """The card, or that no document says what was asked, with the card beneath as what is known nevertheless."""
    if shown.outcome not in ("answered", "clarify") or turn.understood is None or action not in _ALL:
        return shown
    # What leaders have recorded is no document's to say.
    if _is_its_title(turn, shown) or "decision" in (shown.subject or {}):
        return shown
    text = "\n".join(_texts(shown)).casefold()
    lacking = [kind for kind in asked.keys(turn, "sought", "") if _lacks(kind, action, text)]
    lacking += ["count"] if _lacks_count(turn, action, text) else []
    if not (lacking or _is_of_strangers(turn, text)) and weighed(signs_of(turn, text)) < DOUBTFUL:
        return shown
    lacking += ["particular"] if not lacking and _lacks_particular(turn, text) else []
    title, buttons = _told(turn, lacking), tuple(_beside(shown))
    room = (
        (_BENEATH if lacking or action not in _OVERVIEWS else _MAYBE_IT)
        - len(title)
        - sum(2 * len(button.title) for button in buttons)
    )
    return shown.model_copy(
        update={
            "title": title,
            "blocks": (Text(text=shown.title, style="strong"), *in_short(shown, room), ask_whom(turn)),
            "buttons": buttons,
            "did": "answer",
            "outcome": "unknown",
        }
    )


def _is_its_title(turn: Turn, shown: Card) -> bool:
    """Whether it was asked for in the very words that the documents head it with ("Hva sier politikerne")."""
    return re.sub(r"\W+", " ", turn.text).strip().casefold() == re.sub(r"\W+", " ", shown.title).strip().casefold()


def _beside(shown: Card) -> Iterator[Button]:
    """The first buttons of the card, as many as leave room for what is beneath."""
    room = _ROOM_OF_BUTTONS
    for button in shown.buttons[:_BUTTONS]:
        room -= 2 * len(button.title)
        if room >= 0:
            yield button


def _told(turn: Turn, lacking: list[str]) -> str:
    """That no document says it; or, where only likelihood speaks for that, that this may be none of it."""
    if not lacking:
        return say(turn.language, "sought.doubted")
    return say(
        turn.language, "sought.unsaid", what=", ".join(say(turn.language, f"sought.{one}") for one in lacking[:_MOST])
    )


#: How many kinds one sentence names; and how many words of a yes-or-no question an answer may leave out.
_MOST, _LEFT_OUT = 2, 1


def signs_of(turn: Turn, text: str) -> Signs:
    """What speaks for an answer to something else, of a card with that text."""
    return signs(turn, text, head=_lacks_head(turn, text), claims=_lacks_claims(turn, text))


def _lacks_particular(turn: Turn, text: str) -> bool:
    return _is_of_strangers(turn, text) or _lacks_head(turn, text) or _lacks_claims(turn, text)


def _is_of_strangers(turn: Turn, text: str) -> bool:
    """Whether a name was asked about, or another place, that the card has not."""
    strangers = asked.keys(turn, "strangers", "")
    return bool(strangers) and not held_in(text, strangers)


def _lacks_head(turn: Turn, text: str) -> bool:
    """Whether a card has no word of the kind of thing that was asked for."""
    head = asked.keys(turn, "head", "")
    return bool(head) and not held_in(text, head)


def _lacks_claims(turn: Turn, text: str) -> bool:
    """Whether it has too few of what was asked about a thing."""
    claims = asked.keys(turn, "claims", "")
    return len(claims) > _LEFT_OUT and sum(not held_in(text, [word]) for word in claims) > _LEFT_OUT


def _lacks_count(turn: Turn, action: str, text: str) -> bool:
    counted = turn.value("counted")
    return bool(counted) and action in _COUNTING and counted not in text


def _lacks(kind: str, action: str, text: str) -> bool:
    looked_for = _kinds().get(kind, {})
    signs = looked_for.get(action)
    return action in looked_for and not (signs and signs.search(text))


@cache
def _kinds() -> dict[str, dict[str, re.Pattern[str] | None]]:
    """shown.txt, read: of each kind the answers in which it is looked for, with what shows it; None where nothing."""
    found: dict[str, dict[str, re.Pattern[str] | None]] = {}
    for section in Path(__file__).with_name("shown.txt").read_text("utf-8").split("\n[")[1:]:
        heading, *lines = section.splitlines()
        kind, _, names = heading.partition("]")
        words = [word.strip() for line in lines if line.startswith("=") for word in line[1:].split(",")]
        signs = re.compile("|".join(_pattern(word) for word in words if word)) if words else None
        actions = {action for name in names.split() for action in _SETS.get(name, (name,))}
        found.setdefault(kind, {}).update(dict.fromkeys(actions, signs))
    return found


def _pattern(word: str) -> str:
    """A word or words of the list: whole, or the beginning of one; # is a number, and may end in a point."""
    whole = re.escape(word.casefold().removesuffix("*")).replace(r"\#", r"\d+\.?")
    return rf"(?<!\w){whole}" + ("" if word.endswith(("*", "#")) else r"(?!\w)")


def in_short(shown: Card, room: int) -> Iterator[Block]:
    """As much of the blocks of a card as ``room`` characters hold, from each its beginning; and the sources."""
    length = len(shown.title)
    for block in shown.blocks:
        if isinstance(block, Text) and block.style == "quiet":
            yield block
            continue
        block = _beginning(block, room - length)
        length += _length(block)
        if length <= room:
            yield block


def _beginning(block: Block, room: int) -> Block:
    """The first rows, lines or sentences of a block that so many characters hold; at least one."""
    if isinstance(block, Facts):
        rows = _held([sum(map(len, fact)) for fact in block.facts], room)
        return block.model_copy(update={"facts": block.facts[:rows]})
    if isinstance(block, Items):
        lines = _held([sum(map(len, item)) + _MARK for item in block.items], room)
        return block.model_copy(update={"items": block.items[:lines]})
    if isinstance(block, Text):
        sentences = _SENTENCE.split(block.text)
        kept = _held([len(one) + 1 for one in sentences], room)
        return block.model_copy(update={"text": " ".join(sentences[:kept])})
    return block


def _held(lengths: list[int], room: int) -> int:
    """How many of the parts of these lengths the room holds; at least one."""
    return max(1, sum(end <= room for end in accumulate(lengths)))


#: Where a sentence ends: before a capital, since "2. desember" goes on.
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÆØÅ])")
#: Each line of a list is a mark and a colon longer than its words.
_MARK = 4


def _length(block: Block) -> int:
    """How many characters a reader has of it."""
    lines = len(block.items) if isinstance(block, Items) else 0
    return sum(map(len, _texts(Card(blocks=(block,))))) + _MARK * lines


#: How many characters stand beneath what is not known, buttons in both their forms, but not sources and whom to ask:
#: the whole is to be no longer than 700, and it is no answer to what was asked. So are at most so many buttons.
_BENEATH, _BUTTONS, _ROOM_OF_BUTTONS = 560, 3, 240
#: An overview that only likelihood speaks against may be what was asked for: more of it is read.
_OVERVIEWS, _MAYBE_IT = ("workgroup.about", *_WHOLE, "phase.about", "initiative.about"), 800


def _texts(shown: Card) -> list[str]:
    """What the card tells, without its sources: they are told with every answer."""
    found = [shown.title]
    for block in shown.blocks:
        if isinstance(block, Text) and block.style != "quiet":
            found.append(block.text)
        elif isinstance(block, Items):
            found += [part for item in block.items for part in item]
        elif isinstance(block, Facts):
            found += [part for fact in block.facts for part in fact]
    return found
