"""Teams and deliveries that leaders made here, in sentences about them: "hvem leder Team Grunndata?".

What they are called is no word of a document. So it is put away before a sentence is looked for in outright.txt, whose
lines have a word of their own in its place; and so is the number of a sprint.
"""

import re
from collections.abc import Iterator
from typing import Any

from dialogs.understanding.normalise import WORD, folded
from dialogs.understanding.outright import outright
from dialogs.understanding.vocabulary import Vocabulary

#: The words of outright.txt that stand for a name; a section says with "named" which of them its lines have.
_STANDS_FOR = {"team": "teamnavnet", "delivery": "leveransenavnet", "sprint": "sprintnummeret"}
_SPRINT = re.compile(r"\bsprint(?:en)? (?:nr\.? |nummer |number |no\.? )?(\d{1,3})\b")


def asked_outright(text: str, vocabulary: Vocabulary) -> tuple[str, dict[str, Any]] | None:
    """What a sentence orders or asks for outright, with the team, the deliveries or the sprint that it names."""
    for kind, said, values in (*_put_away(folded(text), vocabulary), ("", text, {})):
        action, read = outright(said, vocabulary.spelling.knows) or ("", {})
        # Where nothing of the kind is here ("where"), documents answer.
        is_here = read.pop("where", "") in ("", *vocabulary.has)
        if action and is_here and read.pop("named", "") == kind:
            return action, read | values
    return None


def _put_away(said: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The sentence with a word in the place of a name or a number, of which kind that is, and what has the name."""
    for kind in ("team", "delivery"):
        found = _longest(said, kind, vocabulary)
        if found is not None:
            start, end, keys = found
            values = {kind: keys[0]} if len(keys) == 1 else {"deliveries": keys}
            yield kind, f"{said[:start]}{_STANDS_FOR[kind]}{said[end:]}", values
    number = _SPRINT.search(said)
    if number and vocabulary.has:
        start, end = number.span()
        yield "sprint", f"{said[:start]}{_STANDS_FOR['sprint']}{said[end:]}", {"sprint": int(number[1])}


def _longest(said: str, kind: str, vocabulary: Vocabulary) -> tuple[int, int, list[int]] | None:
    """Where the longest name of that kind stands, and whose it is; "Team Grunndatas" is a name too."""
    run = [(found.group(), *found.span()) for found in WORD.finditer(said)]
    words = [word for word, _, _ in run]
    best: tuple[int, int, int, list[int]] = (0, 0, 0, [])
    for name, keys in vocabulary.made.get(kind, {}).items():
        for at in range(len(words) - len(name) + 1):
            here = words[at : at + len(name)]
            if (*here[:-1], here[-1].removesuffix("s")) == (*name[:-1], name[-1].removesuffix("s")):
                best = max(best, (len(name), run[at][1], run[at + len(name) - 1][2], keys))
    return (best[1], best[2], best[3]) if best[3] else None
