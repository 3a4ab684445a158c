"""Whether an answer holds the kind of thing that was asked for: where it does not, that is said first."""

import re

from dialogs import asked
from dialogs.card import Card, Facts, Items, Text
from dialogs.not_known import ask_whom
from dialogs.turn import Turn
from dialogs.words import say

_DATED = ("milestone.next", "milestone.when", "milestone.on_date", "milestone.list", "phase.current")
_GROUPS = ("workgroup.about", "workgroup.list")
_WHOLE = ("programme.about", "goal.about", "delivery.about")
_TOLD = ("phase.about", "initiative.about", "initiative.top", "announcement.latest", "person.role")
_ALL = (*_DATED, *_GROUPS, *_WHOLE, *_TOLD)
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
_MONTHS += "|january|february|march|may|june|july|october|december"
#: A day of a month in words, in any of the languages.
_DAY = rf"\d\.? ({_MONTHS})"
#: Of each kind: in which answers it is looked for, and by what they show, in any language, that they hold it. Nothing
#: shows it (None) where no document has any.
_KINDS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "reason": ((*_DATED, *_GROUPS, "person.role", "phase.about"), r"\b(fordi|siden|for å|slik at|because|so that)\b"),
    "consequence": (_ALL, r"\b(hvis|viss|dersom|if)\b|konsekvens|consequence"),
    "opinion": (_ALL, r"\bm[ei]+ner\b|syne?s|foresl|føresl|enig|einig|think|propos|opinion"),
    "contents": (_DATED, None),
    "outcome": (
        (*_DATED, *_GROUPS, "phase.about", "programme.about", "announcement.latest"),
        r"resultat|konklu|kom fram|result|foresl|føresl|propos|anbefal|tilråd|recommend",
    ),
    "author": ((*_DATED, *_WHOLE, "announcement.latest", "person.role"), r"skrev|laget|laga|utarbeid|wrote|made by"),
    "chosen": (_ALL, r"kommunestyre|formannskap|styringsgrup|council|committee|steering|bestemmer|avgjer"),
    "record": (_ALL, None),
    "practical": ((*_DATED, *_GROUPS, "phase.about"), None),
    "guests": (_DATED, r"deltar|deltek|gruppene|take part|groups"),
    "cost": (_ALL, r"\bkr\b|kroner|mill|kost|cost|NOK"),
    "tenure": (("person.role",), None),
    "private": (("person.role", *_GROUPS), None),
    "comparison": ((*_WHOLE, *_GROUPS), r"sammenlign|samanlik|compar"),
    "measure": (_ALL, r"kriteri|måle[sr]|indikator|criteri|measure|evalu"),
    "risk": (_ALL, r"risiko(?!vurd)|\brisk\b(?! assess)"),
    "supplier": (_ALL, r"konsulent|leverandør|consult|supplier|vendor"),
    "post": ((*_GROUPS, "person.role", "programme.about"), r"sekret|nestle|kasser|referent|jurist|\bvara|deputy"),
    "signed": (_GROUPS, None),
    "clock": ((*_DATED, "phase.about"), r"\bkl\b|klokka|o'clock"),
    "exact_day": (_DATED, _DAY),
    "fate": ((*_DATED, *_GROUPS, "person.role"), None),
    "named": (("milestone.when", "milestone.on_date"), None),
    "alternative": (_ALL, r"i stedet|i staden|instead"),
    "effort": (_ALL, r"timer|hours|dedik|dedicat|prosent|per cent"),
}
#: Where what is counted must be among what is told.
_COUNTING = (*_DATED, *_GROUPS, "phase.about", "person.role")


def held_back(turn: Turn, action: str, shown: Card) -> Card:
    """The card, or that no document says what was asked, with the card beneath as what is known nevertheless."""
    if shown.outcome not in ("answered", "clarify") or turn.understood is None or action not in _ALL:
        return shown
    text = "\n".join(_texts(shown)).casefold()
    lacking = [kind for kind in asked.keys(turn, "sought", "") if _lacks(kind, action, text)]
    if turn.value("counted") and action in _COUNTING and turn.value("counted") not in text:
        lacking.append("count")
    if not lacking:
        return shown
    what = ", ".join(say(turn.language, f"sought.{kind}") for kind in lacking[:_MOST])
    known = (Text(text=shown.title, style="strong"), *shown.blocks)
    return shown.model_copy(
        update={
            "title": say(turn.language, "sought.unsaid", what=what),
            "blocks": (*known, ask_whom(turn)),
            "did": "answer",
            "outcome": "unknown",
        }
    )


#: How many kinds one sentence names.
_MOST = 2


def _lacks(kind: str, action: str, text: str) -> bool:
    actions, signs = _KINDS.get(kind, ((), None))
    return action in actions and not (signs and re.search(signs, text, re.IGNORECASE))


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
