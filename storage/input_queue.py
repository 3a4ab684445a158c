"""The handlers' queue: what waits for them first; what is held back, and what goes with another input, is not in it."""

from dataclasses import dataclass

from sqlmodel import Session

from storage import anonymous_input, input_conversation, input_standing, input_themes
from storage.anonymous_input import InputStore, Opened, of_programme, opened
from storage.input_conversation import Said
from storage.input_standing import Standing
from storage.input_statuses import Status
from storage.people import Person

#: In the filter: inputs without a theme.
NO_THEME = "none"
_ORDER = (Status.RECEIVED, Status.CONSIDERED, Status.ANSWERED, Status.TAKEN_UP, Status.NOT_TAKEN_UP)


@dataclass(frozen=True)
class Case:
    """An input with how it stands."""

    input: Opened
    standing: Standing


@dataclass(frozen=True)
class Only:
    """Which of the queue: empty for all. ``theme`` is a theme's key or NO_THEME."""

    topic: str = ""
    theme: str = ""
    status: str = ""


def queue(
    store: InputStore, session: Session, acting: Person, programme_key: str, only: Only | None = None
) -> list[Case]:
    """What handlers work on: whose writer has replied first, then what nobody looked at, the newest week first. What
    goes with another input is in it only while its writer waits. Raises NotAllowed without the role."""
    only = only or Only()
    rows = [case for case in _every(store, session, acting, programme_key) if _is_queued(case) and _is(case, only)]
    rows.sort(key=lambda case: case.input.week, reverse=True)
    return sorted(rows, key=lambda case: (not case.standing.has_reply, _ORDER.index(case.standing.status)))


def held_back(store: InputStore, session: Session, acting: Person, programme_key: str) -> list[Case]:
    """What was taken out of the queue, with its reason. Raises NotAllowed without the role."""
    return [case for case in _every(store, session, acting, programme_key) if case.standing.held is not None]


def get(store: InputStore, session: Session, acting: Person, programme_key: str, key: str) -> tuple[Case, list[Said]]:
    """One input and its conversation. Raises NotAllowed without the role, Refused for one that is not there."""
    acting.must_be(session, "input_handler", programme_key)
    with store.database.reading() as inputs:
        row = opened(store, of_programme(inputs, programme_key, key))
        standing = input_standing.of(store, inputs, [row])[row.key]
        return Case(row, standing), input_conversation.messages(store, inputs, row.key)


def themes(store: InputStore, session: Session, acting: Person, programme_key: str) -> dict[str, str]:
    """The programme's themes by their keys, however few inputs they have. Raises NotAllowed without the role."""
    acting.must_be(session, "input_handler", programme_key)
    with store.database.reading() as inputs:
        return input_themes.names(store, inputs, programme_key)


def _every(store: InputStore, session: Session, acting: Person, programme_key: str) -> list[Case]:
    rows = anonymous_input.read(store, session, acting, programme_key)
    with store.database.reading() as inputs:
        standings = input_standing.of(store, inputs, rows)
    return [Case(row, standings[row.key]) for row in rows]


def _is_queued(case: Case) -> bool:
    return case.standing.held is None and (case.standing.into is None or case.standing.has_reply)


def _is(case: Case, only: Only) -> bool:
    theme = case.standing.theme or NO_THEME
    wanted = ((only.topic, case.input.topic), (only.theme, theme), (only.status, case.standing.status))
    return all(want in ("", has) for want, has in wanted)
