"""Inputs as their handlers find them, and those handlers."""

from datetime import date

from sqlalchemy import delete

from storage import anonymous_input, input_release
from storage.anonymous_input import About, InputStore
from storage.database import Session
from storage.input_release import InputLook
from storage.input_standing import Followed, find
from storage.people import Person
from storage.programmes import Programme
from tests.conftest import NOW, make_person


def sent(store: InputStore, text: str, topic: str = "risk", programme: str = "osu2020") -> str:
    """An input that has come to its handlers; returns its receipt."""
    receipt = anonymous_input.submit(store, About(programme, topic, date(2020, 11, 24)), text)
    released(store, programme)
    return receipt


def released(store: InputStore, programme: str = "osu2020") -> None:
    """Lets what waits reach the handlers, as the clock does once a week."""
    with store.database.writing() as inputs:
        inputs.execute(delete(InputLook))
    whole = Programme(key=programme, name=programme, smallest_group=1)
    input_release.look(store, whole, NOW)


def followed(store: InputStore, receipt: str) -> Followed:
    """What the holder of the receipt reads."""
    found = find(store, receipt)
    assert found is not None
    return found


def key_of(store: InputStore, receipt: str) -> str:
    return followed(store, receipt).input.key


def handler(session: Session) -> Person:
    return make_person(session, "handler", "input_handler")
