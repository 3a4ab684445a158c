"""Having all that is one's own erased: what goes and what stays, a confirmation, and that it is done."""

from dialogs import own_data, release_notices, sign_up_notices, status_notices
from dialogs.card import LANGUAGES, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offers
from dialogs.saying_dates import capitalised
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import acting, erasing, people, programmes, release_steps, same_person, sign_ups, status_streams
from storage import own_data as stored
from storage.database import Session
from storage.people import Grant
from storage.sign_ups import SignUpState

#: What whoever is alone in a role confirms.
ALONE, SURE = "alone", "yes"


def ask(session: Session, turn: Turn) -> Card:
    """What will be erased, what stays and why; changes nothing."""
    return _asked(session, turn)


def _asked(session: Session, turn: Turn, before: str = "", error: str = "") -> Card:
    """``before`` is said first, ``error`` at the question of whoever is alone in a role."""
    erasing.must_be_free(session, turn.person)
    alone = acting.alone_in(session, turn.person, turn.today)
    language, standing = turn.language, sign_ups.standing(session, turn.person, turn.programme.key)
    lines = sum(row.state == SignUpState.IN_LINE for row in standing)
    places = len(standing) - lines
    gone = [say(language, f"own_data.erase.{name}") for name in ("name", "told", "messages", "roles")]
    if lines:
        gone.insert(0, say_many(language, "own_data.erase.lines", lines))
    if places:
        gone.insert(0, say_many(language, "own_data.erase.places", places))
    return Card(
        title=say(language, "own_data.erase.title"),
        blocks=(
            *((Text(text=before, style="warning"),) if before else ()),
            Text(text=say(language, "own_data.erase.goes"), style="strong"),
            Items(items=tuple((line, "") for line in gone)),
            *_left_alone(session, turn, alone),
            *stays(session, turn),
            Text(text=say(language, "own_data.erase.for_good"), style="warning"),
        ),
        questions=_sure(turn, error) if alone else (),
        buttons=(
            Button(
                title=say(language, "own_data.erase.yes"),
                action="own.erased",
                # Of this person, and of nobody whom the same account is later.
                values={"person": turn.person.identity},
                style="destructive",
                replaces=True,
            ),
            *offers(language, "own.take", "own.show"),
        ),
        language=language,
        outcome="refused" if error else "clarify",
    )


def erase(session: Session, turn: Turn) -> Card:
    """Erases it. Whoever presses once more is met anew by it, and erased as that: they read the same. Whoever has come
    back since the button was made is asked again, and so is who is alone in a role and did not say that they know."""
    if not people.is_just_met(session, turn.person):
        if turn.values.get("person") != turn.person.id:
            return _asked(session, turn, before=say(turn.language, "own_data.erase.old"))
        if turn.value(ALONE) != SURE and acting.alone_in(session, turn.person, turn.today):
            return _asked(session, turn, error=say(turn.language, "own_data.erase.alone.unsure"))
    kept = stays(session, turn)
    former: dict[str, str] = {language: say(language, "own_data.former") for language in LANGUAGES}
    erasing.must_be_free(session, turn.person)
    unanswered = release_steps.let_go(session, turn.person)
    # Whom the bot knew by e-mail is the same person: what ended there is theirs as well.
    twins = same_person.joined(session, turn.person)
    streams = [one for each in (*twins, turn.person) for one in status_streams.of_person(session, each)]
    before = [row for twin in twins
              for row in erasing.erase(session, twin, former, turn.now, is_own=False)]  # fmt: skip
    moved = [*before, *erasing.erase(session, turn.person, former, turn.now)]
    sign_up_notices.moved_up(session, moved, turn.now)
    release_notices.let_go(session, unanswered, turn.now)
    status_notices.left(session, turn.person, streams, turn.now)
    return Card(
        title=say(turn.language, "own_data.erased.title"),
        blocks=(
            Text(text=say(turn.language, "own_data.erased.text")),
            *kept,
            Text(text=say(turn.language, "own_data.erased.elsewhere"), style="quiet"),
        ),
        buttons=offers(turn.language, "help"),
        language=turn.language,
        outcome="done",
    )


def _left_alone(session: Session, turn: Turn, alone: list[Grant]) -> tuple[Text | Items, ...]:
    """The roles that nobody has afterwards, and what becomes of each."""
    if not alone:
        return ()
    language = turn.language
    lines = tuple(
        (
            say(
                language,
                "own_data.erase.alone.role",
                role=capitalised(say(language, f"acting.role.{grant.role}")),
                programme=programmes.get(session, grant.programme_key).name,
            ),
            say(language, f"own_data.erase.alone.{grant.role}"),
        )
        for grant in alone
    )
    return (Text(text=say(language, "own_data.erase.alone"), style="warning"), Items(items=lines))


def _sure(turn: Turn, error: str) -> tuple[Question, ...]:
    language = turn.language
    choices = ((say(language, "own_data.erase.alone.choose"), "-"), (say(language, "own_data.erase.alone.yes"), SURE))
    return (
        Question(
            name=ALONE,
            label=say(language, "own_data.erase.alone.label"),
            value="-",
            required=True,
            choices=tuple(Choice(title=title, value=value) for title, value in choices),
            error=error,
        ),
    )


def stays(session: Session, turn: Turn) -> tuple[Text | Items, ...]:
    """What is kept without a name, or is not the bot's to erase; nothing where there is none."""
    kept = list(own_data.kept(session, turn))
    if stored.in_people_file(session, turn.person):
        kept.append((say(turn.language, "own_data.area.people_file"), say(turn.language, "own_data.erase.people_file")))
    if not kept:
        return ()
    return Text(text=say(turn.language, "own_data.erase.stays"), style="strong"), Items(items=tuple(kept))
