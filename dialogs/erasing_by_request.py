"""Having somebody erased who has no chat and wrote an e-mail: whom, what goes and what stays, and that it is done."""

from dataclasses import replace

from dialogs import erasing, release_notices, sign_up_notices, status_notices
from dialogs.card import LANGUAGES, Button, Card, Facts, Items, Language, Question, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import erasing_by_request as by_request
from storage import release_steps, status_streams, workgroups
from storage.database import Session
from storage.email_addresses import LONGEST_ADDRESS
from storage.erasing_by_request import AlreadyErased, Theirs
from storage.refusals import NotAllowed, Refused

#: How many sign-ups are listed.
MOST_LISTED = 10


def ask(session: Session, turn: Turn) -> Card:
    """The form for the address they wrote from, then what will be erased and what stays; changes nothing."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    if not turn.value("email"):
        return _form(turn, say(turn.language, "refused.email.address") if "email" in turn.values else "")
    try:
        theirs = by_request.find(session, turn.person, turn.programme.key, turn.value("email"))
    except NotAllowed:
        return _form(turn, say(turn.language, "refused.erasing.elsewhere"))
    except Refused as refused:
        return _form(turn, say(turn.language, refused.key, **refused.values))
    return _preview(session, turn, theirs)


def erased(session: Session, turn: Turn) -> Card:
    """Erases it. What changed since it was looked at is shown first; pressed twice is once."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    try:
        theirs = by_request.find(session, turn.person, turn.programme.key, turn.value("email"))
    except AlreadyErased:
        return _done(turn)
    if turn.value("seen") != theirs.seen:
        return _preview(session, turn, theirs, say(turn.language, "erasing_by_request.changed"))
    stays = _stays(session, turn, theirs)
    named = {language: _stays(session, replace(turn, language=language), theirs) for language in LANGUAGES}
    language = theirs.person.language or theirs.person.spoken
    former: dict[str, str] = {one: say(one, "own_data.former") for one in LANGUAGES}
    unanswered = release_steps.let_go(session, theirs.person)
    streams = status_streams.of_person(session, theirs.person)
    moved = by_request.erase(session, turn.person, theirs, former, turn.now)
    sign_up_notices.moved_up(session, moved, turn.now)
    release_notices.let_go(session, unanswered, turn.now)
    status_notices.left(session, theirs.person, streams, turn.now)
    if turn.sends_email:
        cards = in_each(lambda one: goodbye(turn.programme.name, named[one], one))
        by_request.say_goodbye(session, theirs, turn.programme.key, language, cards, turn.now)
    return _done(turn, stays)


def goodbye(programme: str, stays: tuple[Text | Items, ...], language: Language) -> Card:
    """The last e-mail."""
    return Card(
        title=say(language, "own_data.erased.title"),
        blocks=(
            Text(text=say(language, "erasing_by_request.goodbye", programme=programme)),
            *stays,
            Text(text=say(language, "erasing_by_request.goodbye.address"), style="quiet"),
        ),
        buttons=offers(language, "help"),
        language=language,
    )


def _form(turn: Turn, error: str = "") -> Card:
    question = Question(
        name="email",
        label=say(turn.language, "erasing_by_request.email"),
        value=turn.value("email"),
        required=True,
        longest=LONGEST_ADDRESS,
        error=error,
    )
    return Card(
        title=say(turn.language, "erasing_by_request.title"),
        blocks=(Text(text=say(turn.language, "erasing_by_request.how"), style="quiet"),),
        questions=(question,),
        buttons=(
            Button(
                title=say(turn.language, "erasing_by_request.look"),
                action="signup.erase",
                style="primary",
                replaces=True,
            ),
            *offers(turn.language, "signup.volunteers"),
        ),
        language=turn.language,
        outcome="refused" if error else "answered",
    )


def _preview(session: Session, turn: Turn, theirs: Theirs, warning: str = "") -> Card:
    language = turn.language
    titles = {group.key: told(group.title, language) for group in workgroups.every(session, turn.programme.key)}
    of_groups = tuple(
        (titles.get(row.workgroup_key, row.workgroup_key), say(language, f"erasing_by_request.state.{row.state}"))
        for row in theirs.rows[:MOST_LISTED]
    )
    facts = (
        (say(language, "erasing_by_request.name"), theirs.person.name or "–"),
        (say(language, "erasing_by_request.address"), theirs.account),
    )
    after = "then" if turn.sends_email else "then_yourself"
    return Card(
        title=say(language, "erasing_by_request.sure"),
        blocks=(
            *((Text(text=warning, style="warning"),) if warning else ()),
            Facts(facts=facts),
            Text(text=say(language, "erasing_by_request.goes"), style="strong"),
            *((Items(items=of_groups),) if of_groups else ()),
            Text(text=say(language, "erasing_by_request.goes_too")),
            *_stays(session, turn, theirs),
            Text(text=say(language, f"erasing_by_request.{after}"), style="quiet"),
            Text(text=say(language, "erasing_by_request.for_good"), style="warning"),
        ),
        buttons=(
            Button(
                title=say(language, "erasing_by_request.yes"),
                action="signup.erased",
                values={"email": theirs.account, "seen": theirs.seen},
                style="destructive",
                replaces=True,
            ),
            *offers(language, "signup.volunteers"),
        ),
        language=language,
        outcome="refused" if warning else "clarify",
    )


def _stays(session: Session, turn: Turn, theirs: Theirs) -> tuple[Text | Items, ...]:
    return erasing.stays(session, replace(turn, person=theirs.person))


def _done(turn: Turn, stays: tuple[Text | Items, ...] = ()) -> Card:
    after = "done.told" if turn.sends_email else "then_yourself"
    return Card(
        title=say(turn.language, "erasing_by_request.done"),
        blocks=(*stays, Text(text=say(turn.language, f"erasing_by_request.{after}"), style="quiet")),
        buttons=offers(turn.language, "signup.volunteers"),
        language=turn.language,
        outcome="done",
    )
