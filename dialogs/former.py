"""Whom something that stays was done by, where they had all that is theirs erased since."""

from dialogs.card import Language
from dialogs.words import say
from storage.people import Person


def name_of(person: Person, language: Language) -> str:
    return say(language, "own_data.former") if person.is_erased else person.name
