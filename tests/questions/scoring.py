"""Whether a reply is right: its intent, what it says, and what the bot did. The rules are those of README.md here."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

#: The longest reply that people read, in characters; lists and overviews may be longer.
LONGEST, LONGEST_LIST = 700, 1800
LISTS = frozenset(
    [
        "milestone.list",
        "milestone.on_date",
        "workgroup.list",
        "workgroup.about",
        "initiative.top",
        "initiative.about",
        "goal.about",
        "programme.about",
        "phase.about",
        "delivery.about",
        "help",
        "announcement.latest",
    ]
)
_SHORT = 3


@dataclass
class Score:
    """How one question went. ``answered`` and ``acted`` are None where nothing of the kind was expected."""

    question: dict[str, Any]
    reply: str
    trace: dict[str, Any]
    missing: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    acted: bool | None = None

    @property
    def understood(self) -> bool:
        return self.trace.get("intent") in (self.question["intent"], *self.question.get("intent_also", []))

    @property
    def too_long(self) -> bool:
        return len(self.reply) > (LONGEST_LIST if self.question["intent"] in LISTS else LONGEST)

    @property
    def answered(self) -> bool | None:
        expected = self.question["expect"]
        if not expected.get("answer_any") and not expected.get("must_not"):
            return None
        return bool(self.reply) and not (self.missing or self.said or self.too_long)

    @property
    def held_back(self) -> bool | None:
        """Whether what nobody can answer, or is not for the bot, was declined or told as not known."""
        expected = self.question["expect"]
        if self.question["intent"] != "out_of_scope" and not expected.get("unknown"):
            return None
        return self.trace.get("outcome") in ("unknown", "declined", "refused")

    @property
    def is_right(self) -> bool:
        return self.understood and self.answered is not False and self.acted is not False


def score(question: dict[str, Any], reply: str, trace: dict[str, Any]) -> Score:
    """Scores the reply, its visible strings in one text, to a question of these files."""
    expected = question["expect"]
    return Score(
        question,
        reply,
        trace,
        missing=[group[0] for group in expected.get("answer_any", []) if not any(says(reply, one) for one in group)],
        said=[one for one in expected.get("must_not", []) if says(reply, one)]
        + [one for one in expected.get("must_not_re", []) if re.search(one, reply, re.IGNORECASE)],
        acted=_acted(expected, trace),
    )


def says(reply: str, wanted: str) -> bool:
    """Whether a text holds another, whatever the case and the spacing; numbers and short words only whole."""
    reply, wanted = _plain(reply), _plain(wanted)
    before = after = ""
    if wanted[:1].isdigit():
        before = r"(?<!\d)(?<!\d\.)"
    if wanted[-1:].isdigit():
        after = r"(?!\d)"
    if wanted.isalpha() and len(wanted) <= _SHORT:
        before, after = r"\b", r"\b"
    return re.search(before + re.escape(wanted) + after, reply) is not None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\xa0", " ")
    return " ".join(re.sub(r"[*_`\xad]", "", text).split()).casefold()


def _acted(expected: dict[str, Any], trace: dict[str, Any]) -> bool | None:
    checks = []
    values = trace.get("values") or {}
    actions = expected.get("action_any") or [expected["action"]] if expected.keys() & {"action", "action_any"} else []
    if actions:
        checks.append(trace.get("action") in actions)
    if expected.get("unknown"):
        checks.append(trace.get("outcome") == "unknown")
    checks += [_holds(values, slot, value) for slot, value in expected.get("slots", {}).items()]
    if "resolved" in expected:
        windows = [expected["resolved"], *expected["resolved"].get("alt", [])]
        checks.append(any((values.get("from"), values.get("to")) == (one["from"], one["to"]) for one in windows))
    return all(checks) if checks else None


def _holds(values: dict[str, Any], slot: str, wanted: Any) -> bool:
    if slot.endswith("_contains"):
        parts = [wanted] if isinstance(wanted, str) else wanted
        return all(says(str(values.get("text", "")), part) for part in parts)
    return str(values.get(slot)).casefold() == str(wanted).casefold()
