"""Lists that coordinators take out: which, the link to the file, and who took out what before."""

from dialogs import download_links, former, saying_dates
from dialogs.card import MOST_BUTTONS, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import downloads, workgroups
from storage.database import Session
from storage.downloads import Kind
from storage.refusals import Refused
from storage.workgroups import Openness

#: The choice of all groups.
ALL = "all"
#: How many of those before are shown.
MOST_BEFORE = 5


def choose(session: Session, turn: Turn) -> Card:
    """For coordinators: of which group, and the lists that were taken out last, by whom."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    language = turn.language
    groups = [one for one in workgroups.every(session, turn.programme.key) if one.openness == Openness.OPEN]
    choices = (
        Choice(title=say(language, "exports.all"), value=ALL),
        *(Choice(title=told(one.title, language), value=one.key) for one in groups),
    )
    return Card(
        title=say(language, "exports.title"),
        blocks=(
            Text(text=say(language, "exports.how")),
            *_before(session, turn),
            Text(text=say(language, "exports.care"), style="warning"),
        ),
        questions=(Question(name="group", label=say(language, "exports.which"), choices=choices, value=ALL),),
        buttons=(
            _button(turn, Kind.VOLUNTEERS),
            _button(turn, Kind.PROMISES),
            _button(turn, Kind.DECISIONS),
            *offers(language, "signup.volunteers"),
        )[:MOST_BUTTONS],
        language=language,
    )


def make(session: Session, turn: Turn) -> Card:
    """Notes who takes out what, and gives the link. Raises NotAllowed without the coordinator's role, Refused for a
    group that there is not, and for what is no list."""
    language = turn.language
    turn.person.must_be(session, "coordinator", turn.programme.key)
    kind = next((one for one in (Kind.VOLUNTEERS, Kind.PROMISES, Kind.DECISIONS) if one == turn.value("kind")), None)
    if kind is None:
        raise Refused("refused.export.unknown")
    group = turn.value("group") if kind == Kind.VOLUNTEERS else ""
    about = "" if group in ("", ALL) else workgroups.get(session, turn.programme.key, group).key
    title = say(language, f"exports.{kind}")
    if not download_links.can(turn):
        raise Refused("refused.export.nowhere")
    asked = downloads.ask(session, turn.person, turn.programme.key, kind, turn.now, about)
    return Card(
        title=title,
        blocks=(
            download_links.to(turn, asked, say(language, "exports.link")),
            Text(text=say(language, "exports.minutes", minutes=int(downloads.GOOD_FOR // 60)), style="quiet"),
        ),
        buttons=offers(language, "signup.export", "signup.volunteers"),
        language=language,
        outcome="done",
    )


def _button(turn: Turn, kind: Kind) -> Button:
    return Button(
        title=say(turn.language, f"exports.{kind}"), action="signup.exported", values={"kind": kind}, style="primary"
    )


def _before(session: Session, turn: Turn) -> tuple[Items, ...]:
    rows = downloads.taken_out(session, turn.person, turn.programme.key, MOST_BEFORE)
    if not rows:
        return ()
    titles = {one.key: told(one.title, turn.language) for one in workgroups.every(session, turn.programme.key)}
    items = tuple(
        (
            former.name_of(person, turn.language) or "–",
            say_many(
                turn.language,
                "exports.before",
                row.times_fetched,
                what=say(turn.language, f"exports.{row.kind}"),
                group=titles.get(row.about, row.about) or say(turn.language, "exports.all"),
                day=saying_dates.day(turn.language, row.asked_at.astimezone(turn.zone).date(), weekday=False),
            ),
        )
        for row, person in rows
    )
    return (Items(items=items),)
