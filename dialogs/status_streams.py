"""The work streams that status reports are of: added in the chat, and given to the account that answers for each."""

from dialogs import former, status_notices
from dialogs.card import MOST_BUTTONS, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import status_streams
from storage.database import Session
from storage.refusals import Refused
from storage.status_streams import LONGEST_OWNER, LONGEST_TITLE, WorkStream

#: What is wrong with what was typed, rather than with who typed it or when.
_OF_FORM = ("refused.status.no_title", "refused.status.long", "refused.status.union", "refused.status.same_stream")
#: Which field a reason belongs to, where it is not the first.
_WHERE = {"refused.status.union": "owner"}


def listed(session: Session, turn: Turn) -> Card:
    """Each stream with who answers for it."""
    status_streams.must_arrange(session, turn.person, turn.programme)
    return _listed(session, turn)


def write(session: Session, turn: Turn) -> Card:
    """The form of a new stream."""
    status_streams.must_arrange(session, turn.person, turn.programme)
    return _new(turn, {}, {})


def added(session: Session, turn: Turn) -> Card:
    """Adds it; what is wrong with it comes back as a form."""
    typed = {name: turn.value(name) for name in ("title", "owner")}
    try:
        status_streams.add(session, turn.person, turn.programme, typed["title"], typed["owner"], turn.now)
    except Refused as refused:
        if refused.key not in _OF_FORM:
            raise
        field = _WHERE.get(refused.key, "title")
        return _new(turn, typed, {field: say(turn.language, refused.key, **refused.values)})
    return _listed(session, turn).model_copy(update={"outcome": "done"})


def which(session: Session, turn: Turn) -> Card:
    """Which stream is given to whom."""
    status_streams.must_arrange(session, turn.person, turn.programme)
    return _accounts(session, turn, _chosen(session, turn), {})


def given(session: Session, turn: Turn) -> Card:
    """Gives the stream to the accounts of those names; an empty one takes it from whoever had it."""
    programme, key = turn.programme, turn.value("stream")
    status_streams.must_arrange(session, turn.person, programme)
    stream = status_streams.get(session, programme.key, key)
    names = {"owner": turn.value("owner"), "stand_in": turn.value("stand_in")}
    found = {}
    for field, name in names.items():
        try:
            found[field] = status_streams.named(session, programme.key, name) if name else None
        except Refused as refused:
            return _accounts(session, turn, stream, {field: say(turn.language, refused.key, **refused.values)})
    if found["owner"] is not None and found["owner"] is found["stand_in"]:
        error = say(turn.language, "refused.status.same_stand_in", name=found["owner"].name)
        return _accounts(session, turn, stream, {"stand_in": error})
    # Two who change places: neither is both for a moment.
    status_streams.give(session, turn.person, programme, key, None, turn.now, stands_in=True)
    status_streams.give(session, turn.person, programme, key, found["owner"], turn.now)
    status_streams.give(session, turn.person, programme, key, found["stand_in"], turn.now, stands_in=True)
    status_notices.ask_now(session, programme, key, turn.now)
    return _listed(session, turn).model_copy(update={"outcome": "done"})


def removed(session: Session, turn: Turn) -> Card:
    """Ends a stream that was added in the chat; what was sent of it stays. Twice is once."""
    status_streams.remove(session, turn.person, turn.programme, turn.value("stream"))
    return _listed(session, turn).model_copy(update={"outcome": "done"})


def _listed(session: Session, turn: Turn) -> Card:
    language, rows = turn.language, status_streams.every(session, turn.programme.key)
    items = tuple((told(row.title, language), _who(session, turn, row)) for row in rows)
    giving = (offer(language, "report.owners", style="primary"),) if rows else ()
    ending = [
        Button(
            title=short(say(language, "status_reports.stream.remove", stream=told(row.title, language))),
            action="report.stream_removed",
            values={"stream": row.key},
            replaces=True,
        )
        for row in rows
        if status_streams.is_made_here(row.key)
    ]
    return Card(
        title=say_many(language, "status_reports.streams.title", len(rows)),
        blocks=(Items(items=items) if items else Text(text=say(language, "status_reports.streams.none")),),
        buttons=(*giving, *offers(language, "report.stream", "report.next"), *ending)[:MOST_BUTTONS],
        language=language,
    )


def _who(session: Session, turn: Turn, row: WorkStream) -> str:
    """Who owns it as documents have it, whose account answers, and who stands in."""
    language, programme = turn.language, turn.programme.key
    owner = status_streams.owner(session, programme, row.key)
    other = status_streams.owner(session, programme, row.key, stands_in=True)
    said = [_named(row, turn)]
    if owner is None:
        said.append(say(language, "status_reports.streams.no_account"))
    else:
        said.append(say(language, "status_reports.streams.account", name=former.name_of(owner, language)))
    if other is not None:
        said.append(say(language, "status_reports.streams.stand_in", name=former.name_of(other, language)))
    return ". ".join(part for part in said if part)


def _named(row: WorkStream, turn: Turn) -> str:
    name = row.owner_name or (told(row.owner_role, turn.language) if row.owner_role else "")
    return name or say(turn.language, "status_reports.no_owner")


def _new(turn: Turn, typed: dict[str, str], errors: dict[str, str]) -> Card:
    language = turn.language
    return Card(
        title=say(language, "status_reports.stream.title"),
        blocks=(Text(text=say(language, "status_reports.stream.text")),),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"status_reports.stream.{name}.label"),
                value=typed.get(name, ""),
                required=name == "title",
                longest=longest,
                error=errors.get(name, ""),
            )
            for name, longest in (("title", LONGEST_TITLE), ("owner", LONGEST_OWNER))
        ),
        buttons=(
            offer(language, "report.stream_added", style="primary", replaces=True),
            *offers(language, "report.streams"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _chosen(session: Session, turn: Turn) -> WorkStream:
    """The stream that the button means, or the first that nobody's account answers for."""
    programme = turn.programme.key
    if turn.value("stream"):
        return status_streams.get(session, programme, turn.value("stream"))
    rows = status_streams.every(session, programme)
    if not rows:
        raise Refused("refused.status.no_streams")
    return next((row for row in rows if status_streams.owner(session, programme, row.key) is None), rows[0])


def _accounts(session: Session, turn: Turn, stream: WorkStream, errors: dict[str, str]) -> Card:
    language, programme = turn.language, turn.programme.key
    rows = status_streams.every(session, programme)
    holders = {
        "owner": status_streams.owner(session, programme, stream.key),
        "stand_in": status_streams.owner(session, programme, stream.key, stands_in=True),
    }
    typed = {
        name: turn.value(name) if errors else (found.name if found is not None else "")
        for name, found in holders.items()
    }
    choices = tuple(Choice(title=short(told(row.title, language)), value=row.key) for row in rows)
    return Card(
        title=say(language, "status_reports.owners.title"),
        blocks=(Text(text=say(language, "status_reports.owners.text")),),
        questions=(
            Question(
                name="stream",
                label=say(language, "status_reports.owners.stream"),
                value=stream.key,
                choices=choices,
                required=True,
            ),
            *(
                Question(
                    name=name,
                    label=say(language, f"status_reports.owners.{name}"),
                    value=typed[name],
                    longest=LONGEST_OWNER,
                    error=errors.get(name, ""),
                )
                for name in ("owner", "stand_in")
            ),
        ),
        buttons=(
            offer(language, "report.owners_set", style="primary", replaces=True),
            *offers(language, "report.streams"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )
