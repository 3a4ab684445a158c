"""How the steps before a decision are said."""

from dialogs.card import Language
from dialogs.words import say
from storage.decisions import Step


def steps_said(language: Language, steps: tuple[Step, ...]) -> str:
    """ "drøftingen med de tillitsvalgte, verneombudets medvirkning"."""
    return ", ".join(say(language, f"decisions.step.{Step(step).value}") for step in steps)


def step_title(language: Language, step: Step) -> str:
    return say(language, f"decisions.title.{step.value}")
