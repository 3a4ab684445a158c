"""The unit that an input's writer may name: the form's field, and what was chosen in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.card import Choice, Language, Question
from dialogs.words import say

#: What a form sends where no unit is named: some platforms take no empty value.
NONE = "-"


@dataclass(frozen=True)
class Units:
    """``offered`` may be named at this moment; ``chosen`` was, or is empty."""

    offered: tuple[str, ...] = ()
    chosen: str = ""

    def question(self, language: Language, error: str = "") -> tuple[Question, ...]:
        """The field; none where there is nothing to choose and nothing wrong."""
        if not self.offered and not error:
            return ()
        none = Choice(title=say(language, "inputs.form.no_unit"), value=NONE)
        field = Question(
            name="unit",
            label=say(language, "inputs.form.unit"),
            value=self.chosen if self.chosen in self.offered else NONE,
            choices=(none, *(Choice(title=name, value=name) for name in self.offered)),
            error=error,
        )
        return (field,)


def chosen(values: Mapping[str, Any]) -> str:
    """The unit that a form was sent with; empty for none."""
    unit = str(values.get("unit", ""))
    return "" if unit == NONE else unit
