"""Words for people: the catalogues, and texts that exist in several languages.

A key's first word names its catalogue: ``milestones.next.title`` is in ``locales/nb/LC_MESSAGES/milestones.po``.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from dialogs.card import Language

LOCALES = Path(__file__).parent / "locales"


def say(language: Language, key: str, **values: Any) -> str:
    """The text of that key, filled in. A mapping among the values is a text in several languages. Raises KeyError
    for a key that the catalogue lacks: a sentence nobody wrote is a defect."""
    text = _catalogue(language, key).gettext(key)
    if text == key:
        raise KeyError(f"{language}: {key}")
    return text.format(**_in(language, values)) if values else text


def say_many(language: Language, key: str, count: int, **values: Any) -> str:
    """The text of that key in the form that ``count`` needs; ``{count}`` is filled in."""
    text = _catalogue(language, key).ngettext(key, key, count)
    if text == key:
        raise KeyError(f"{language}: {key}")
    return text.format(count=count, **_in(language, values))


def told(text: Mapping[str, str] | None, language: Language) -> str:
    """A text of the programme file in this language, or in bokmål where it was not translated."""
    if not text:
        return ""
    return text.get(language) or text.get("nb", "")


def _in(language: Language, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told(value, language) if isinstance(value, Mapping) else value for name, value in values.items()}


def _catalogue(language: Language, key: str) -> GNUTranslations:
    return _read(language, key.partition(".")[0])


@cache
def _read(language: Language, domain: str) -> GNUTranslations:
    path = LOCALES / language / "LC_MESSAGES" / f"{domain}.mo"
    if not path.exists():
        raise KeyError(f"no catalogue {path}")
    with path.open("rb") as file:
        return GNUTranslations(file)
