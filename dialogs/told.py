"""What everyone was told on a day, as it was sent: in the chat, and line by line for the command line."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Button, Card, Choice, Items, Language, Question, Text
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.understanding.dates import window
from dialogs.words import say, say_many
from storage import people, told
from storage.database import Session
from storage.programmes import Programme
from storage.told import Told

LONGEST_DAY = 60
LONGEST_NUMBER = 19
#: How many are listed, and how many there are to choose from.
MOST_LISTED, MOST_CHOICES = 12, 50


def on(session: Session, turn: Turn) -> Card:
    """What everyone was told on the day that was named, or the question which day."""
    day, written = _day(turn), turn.value("day")
    if day is None:
        return _which(turn, say(turn.language, "told.unread") if written else "")
    if day > turn.today:
        to_come = saying_dates.capitalised(saying_dates.day(turn.language, day))
        return _which(turn, say(turn.language, "told.to_come", day=to_come))
    found = told.on(session, turn.programme, day)
    language = turn.language
    lines = tuple((when, title) for when, title, _ in _each(session, turn, found)[:MOST_LISTED])
    choices = tuple(
        Choice(
            title=short(f"{_when(each, turn.zone, language)}: {_title(session, turn, each)}"), value=str(each.message)
        )
        for each in found[:MOST_CHOICES]
    )
    question = Question(
        name="message", label=say(language, "told.one"), value=choices[0].value if choices else "", choices=choices
    )
    looking = Button(
        title=say(language, "told.see"), action="told.one", values={"day": day.isoformat()}, style="primary"
    )
    said = saying_dates.day(language, day)
    said = saying_dates.capitalised(said) if language != "en" else said
    left = len(found) - MOST_LISTED
    more = (Text(text=say_many(language, "told.more", left), style="quiet"),) if left > 0 else ()
    return Card(
        title=say_many(language, "told.title", len(found), day=said) if found else say(language, "told.none", day=said),
        blocks=(*((Items(items=lines),) if lines else ()), *more),
        questions=(question,) if choices else (),
        buttons=(*((looking,) if choices else ()), *offers(language, "told.on", "announcement.latest")),
        language=language,
        outcome="answered" if found else "unknown",
    )


def one(session: Session, turn: Turn) -> Card:
    """One of them as it was sent, to the letter. What was recalled since is shown to leaders alone: it was hidden from
    the others for a reason."""
    day, said = _day(turn), turn.value("message")
    is_number = said.isascii() and said.isdecimal() and len(said) < LONGEST_NUMBER
    found = told.get(session, turn.programme, day, int(said)) if day and is_number else None
    if found is None or day is None:
        return _which(turn)
    back = Button(title=say(turn.language, "told.back"), action="told.on", values={"day": day.isoformat()})
    when = saying_dates.moment(turn.language, found.at, turn.zone)
    heading = Text(text=say(turn.language, "told.as_sent", when=when), style="quiet")
    if _is_hidden(session, turn, found):
        return Card(title=say(turn.language, "told.recalled"), buttons=(back,), language=turn.language)
    sent = Card.model_validate(found.cards[turn.language])
    recalled = (Text(text=say(turn.language, "told.recalled_since"), style="warning"),) if found.is_recalled else ()
    return Card(
        title=sent.title,
        blocks=(heading, *recalled, *sent.blocks),
        buttons=(back, *offers(turn.language, "told.on")),
        language=turn.language,
    )


def printed(session: Session, programme: Programme, day: date, language: Language) -> Iterator[str]:
    """Everything that everyone was told on that day, in full; nothing where that is nothing."""
    zone = ZoneInfo(programme.timezone)
    for each in told.on(session, programme, day):
        yield f"== {_when(each, zone, language)}"
        if each.is_recalled:
            yield f"({say(language, 'told.recalled_since')})"
        yield Card.model_validate(each.cards[language]).as_text()
        yield ""


def _which(turn: Turn, error: str = "") -> Card:
    looking = Button(title=say(turn.language, "told.look"), action="told.on", style="primary")
    question = Question(
        name="day",
        label=say(turn.language, "told.day"),
        value=turn.value("day"),
        required=True,
        longest=LONGEST_DAY,
        error=error,
    )
    return Card(
        title=say(turn.language, "told.which"),
        questions=(question,),
        buttons=(looking, *offers(turn.language, "announcement.latest", "help")),
        language=turn.language,
        outcome="refused" if error else "clarify",
    )


def _day(turn: Turn) -> date | None:
    """The one day that is meant: of a button, of typed words, or of the form."""
    said = turn.value("day") or (turn.value("from") if turn.value("from") == turn.value("to") else "")
    try:
        return date.fromisoformat(said)
    except ValueError:
        found = window(said, turn.today) if said else None
    if found is None or found.no_such_day is not None or found.first != found.last or found.is_open:
        return None
    return found.first


def _when(each: Told, zone: ZoneInfo, language: Language) -> str:
    clock = f"{each.at.astimezone(zone):%H:%M}"
    return say(language, "told.when", clock=clock, kind=say(language, f"told.kind.{each.kind}"))


def _each(session: Session, turn: Turn, found: list[Told]) -> list[tuple[str, str, int]]:
    """When each was told and as what, its title, and its number."""
    return [
        (_when(each, turn.zone, turn.language), _title(session, turn, each), each.message)
        for each in found[:MOST_CHOICES]
    ]


def _title(session: Session, turn: Turn, each: Told) -> str:
    if _is_hidden(session, turn, each):
        return say(turn.language, "told.recalled")
    title: str = each.cards[turn.language]["title"]
    return f"{title} ({say(turn.language, 'told.recalled_since')})" if each.is_recalled else title


def _is_hidden(session: Session, turn: Turn, each: Told) -> bool:
    if not each.is_recalled:
        return False
    return not turn.is_private or "leader" not in people.roles(session, turn.person, turn.programme.key)
