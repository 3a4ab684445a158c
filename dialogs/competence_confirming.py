"""The employees' side confirms what competence rests on, or says why not; later it may take its yes back."""

from dialogs import competence_notices
from dialogs.card import Button, Card, Text
from dialogs.former import name_of
from dialogs.offers import offers
from dialogs.reason_form import reason_form
from dialogs.turn import Turn
from dialogs.words import say
from storage import competence_confirming, competences
from storage.competence_confirming import LONGEST_REASON
from storage.competences import CompetenceSwitch, Outdated, Ungrounded
from storage.database import Session
from storage.people import Person


def confirm(session: Session, turn: Turn) -> Card:
    """What waits to be confirmed, or what it rests on while it is on."""
    competence_confirming.must_be_of_side(session, turn.person, turn.programme.key)
    row = competences.standing(session, turn.programme.key)
    return _shown(session, turn, row) if row is not None else _nothing(turn)


def confirmed(session: Session, turn: Turn) -> Card:
    """It is on; whoever recorded it is told."""
    try:
        row, is_new = competence_confirming.confirm(session, turn.person, turn.programme.key, _key(turn), turn.now)
    except Outdated as outdated:
        return competence_notices.overtaken(outdated, confirm(session, turn))
    if is_new:
        competence_notices.tell(session, row, turn.person, "confirmed")
    return _shown(session, turn, row).model_copy(update={"outcome": "done"})


def refuse(session: Session, turn: Turn) -> Card:
    """The form of why not, or of why it is taken back."""
    competence_confirming.must_be_of_side(session, turn.person, turn.programme.key)
    return _why(turn)


def refused(session: Session, turn: Turn) -> Card:
    """It is off, with the reason; whoever recorded it is told. A form without a reason comes back as it was."""
    was_on = turn.values.get("was_on") is True
    try:
        row, is_new = competence_confirming.say_no(
            session, turn.person, turn.programme.key, _key(turn), turn.value("reason"), turn.now, was_on=was_on
        )
    except Ungrounded as wrong:
        return _why(turn, say(turn.language, wrong.key, **wrong.values))
    except Outdated as outdated:
        return competence_notices.overtaken(outdated, confirm(session, turn))
    what = "withdrawn" if was_on else "refused"
    if is_new:
        competence_notices.tell(session, row, turn.person, what)
    return Card(
        title=say(turn.language, f"competences.told.{what}"),
        blocks=(
            Text(text=say(turn.language, f"competences.confirm.{what}")),
            Text(text=f"«{row.ended_because}»"),
        ),
        buttons=offers(turn.language, "help"),
        language=turn.language,
        outcome="done",
    )


def _key(turn: Turn) -> int:
    """The record that the button was of; one that is gone where it names none."""
    key = turn.values.get("switch")
    return key if type(key) is int else 0


def _nothing(turn: Turn) -> Card:
    return Card(
        title=say(turn.language, "competences.confirm.nothing"),
        blocks=(Text(text=say(turn.language, "competences.confirm.nothing.text")),),
        buttons=offers(turn.language, "help"),
        language=turn.language,
    )


def _shown(session: Session, turn: Turn, row: CompetenceSwitch) -> Card:
    language, is_on, is_own = turn.language, row.confirmed_at is not None, row.switched_by == turn.person.id
    yes = Button(
        title=say(language, "competences.confirm.yes"),
        action="competence.confirmed",
        values={"switch": row.identity},
        style="primary",
        replaces=True,
    )
    no = Button(
        title=say(language, f"competences.confirm.{'withdraw' if is_on else 'no'}"),
        action="competence.refuse",
        values={"switch": row.identity, "was_on": is_on},
        style="destructive" if is_on else "default",
    )
    who = row.confirmed_by if is_on else row.switched_by
    name = name_of(session.get_one(Person, who), language) or "–"
    is_open = not is_on or competence_confirming.is_of_nobody(session, row)
    return Card(
        title=say(language, "competences.switch.on" if is_on else "competences.confirm.asked"),
        blocks=(
            Text(text=say(language, f"competences.confirm.{'by' if is_on else 'recorded'}", name=name)),
            competence_notices.grounds(row, language),
            Text(text=say(language, f"competences.confirm.{_note(is_on=is_on, is_own=is_own)}"), style="quiet"),
        ),
        buttons=(
            offers(language, "competence.switch")
            if is_own and not is_on
            else (*((yes,) if is_open and not is_own else ()), no)
        ),
        language=language,
    )


def _note(*, is_on: bool, is_own: bool) -> str:
    if is_on:
        return "withdrawing"
    return "own" if is_own else "until_then"


def _why(turn: Turn, error: str = "") -> Card:
    was_on = turn.values.get("was_on") is True
    what = "withdraw" if was_on else "no"
    sending = Button(
        title=say(turn.language, f"competences.confirm.{what}.send"),
        action="competence.refused",
        values={"switch": _key(turn), "was_on": was_on},
        style="destructive" if was_on else "primary",
        replaces=True,
    )
    return reason_form(
        turn,
        say(turn.language, f"competences.confirm.{what}"),
        Text(text=say(turn.language, f"competences.confirm.{what}.how"), style="quiet"),
        say(turn.language, "competences.confirm.reason"),
        (sending, *offers(turn.language, "competence.confirm")),
        longest=LONGEST_REASON,
        value=turn.value("reason") if error else "",
        error=error,
    )
