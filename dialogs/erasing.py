"""Having all that is one's own erased: what goes and what stays, a confirmation, and that it is done."""

from dialogs import own_data, release_notices, sign_up_notices
from dialogs.card import LANGUAGES, Button, Card, Items, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import erasing, release_steps, same_person, sign_ups
from storage import own_data as stored
from storage.database import Session
from storage.sign_ups import SignUpState


def ask(session: Session, turn: Turn) -> Card:
    """What will be erased, what stays and why; changes nothing."""
    erasing.must_be_free(session, turn.person)
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
            Text(text=say(language, "own_data.erase.goes"), style="strong"),
            Items(items=tuple((line, "") for line in gone)),
            *stays(session, turn),
            Text(text=say(language, "own_data.erase.for_good"), style="warning"),
        ),
        buttons=(
            Button(
                title=say(language, "own_data.erase.yes"),
                action="own.erased",
                style="destructive",
                replaces=True,
            ),
            *offers(language, "own.take", "own.show"),
        ),
        language=language,
        outcome="clarify",
    )


def erase(session: Session, turn: Turn) -> Card:
    """Erases it. Whoever presses once more is met anew by it, and erased as that: they read the same."""
    kept = stays(session, turn)
    former: dict[str, str] = {language: say(language, "own_data.former") for language in LANGUAGES}
    erasing.must_be_free(session, turn.person)
    unanswered = release_steps.let_go(session, turn.person)
    # Whom the bot knew by e-mail is the same person: what ended there is theirs as well.
    before = [row for twin in same_person.joined(session, turn.person)
              for row in erasing.erase(session, twin, former, turn.now, is_own=False)]  # fmt: skip
    moved = [*before, *erasing.erase(session, turn.person, former, turn.now)]
    sign_up_notices.moved_up(session, moved, turn.now)
    release_notices.let_go(session, unanswered, turn.now)
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


def stays(session: Session, turn: Turn) -> tuple[Text | Items, ...]:
    """What is kept without a name, or is not the bot's to erase; nothing where there is none."""
    kept = list(own_data.kept(session, turn))
    if stored.in_people_file(session, turn.person):
        kept.append((say(turn.language, "own_data.area.people_file"), say(turn.language, "own_data.erase.people_file")))
    if not kept:
        return ()
    return Text(text=say(turn.language, "own_data.erase.stays"), style="strong"), Items(items=tuple(kept))
