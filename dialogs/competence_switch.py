"""Switching competence on and off: for leaders, with the discussion and the privacy assessment it rests on."""

from collections.abc import Mapping

from dialogs import competence_notices
from dialogs.card import Button, Card, Question, Text
from dialogs.former import name_of
from dialogs.moments import as_typed, typed_day
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import competence_confirming, competences
from storage.competences import LONGEST_REFERENCE, Changed, CompetenceSwitch, Grounds, Outdated, Ungrounded
from storage.database import Session
from storage.people import Person

#: Days as people write them.
LONGEST_DAY = 40
_DAYS = ("discussed_on", "assessed_on", "until")
#: What is wrong with the form as a whole.
_WHOLE = ""
_NAMES = ("discussed_on", "discussion", "assessed_on", "assessment", "until")


def switch(session: Session, turn: Turn) -> Card:
    """For leaders: what it rests on, who is asked to confirm that, or the form for recording it."""
    turn.person.must_be(session, "leader", turn.programme.key)
    found = competences.standing(session, turn.programme.key)
    if found is None:
        return _grounds_form(turn, {}, {})
    if found.confirmed_at is None and turn.values.get("change") is True:
        return _grounds_form(turn, {}, _recorded(found), found.identity)
    return _standing(session, turn, found)


def switched(session: Session, turn: Turn) -> Card:
    """Records what it rests on and asks the employees' side, or switches it off."""
    turn.person.must_be(session, "leader", turn.programme.key)
    if turn.values.get("on") is False:
        try:
            return _off(session, turn)
        except Outdated as outdated:
            return competence_notices.overtaken(outdated, switch(session, turn))
    if turn.values.get("ask") is True:
        found = competences.standing(session, turn.programme.key)
        return switch(session, turn) if found is None else _asked(session, turn, found)
    days = {name: typed_day(turn.value(name), turn.today) if turn.value(name) else None for name in _DAYS}
    grounds = Grounds(
        discussed_on=days["discussed_on"],
        discussion=turn.value("discussion"),
        assessed_on=days["assessed_on"],
        assessment=turn.value("assessment"),
        until=days["until"],
    )
    typed, seen = {name: turn.value(name) for name in _NAMES}, _number(turn, "seen")
    try:
        row, _ = competences.record(session, turn.person, turn.programme, grounds, turn.now, seen)
    except Ungrounded as wrong:
        return _grounds_form(turn, {wrong.field: say(turn.language, wrong.key, **wrong.values)}, typed, seen)
    except Changed as changed:
        warning = say(turn.language, changed.key, **changed.values)
        return _grounds_form(turn, {_WHOLE: warning}, typed, changed.standing)
    return _asked(session, turn, row)


def _asked(session: Session, turn: Turn, row: CompetenceSwitch) -> Card:
    if row.confirmed_at is None:
        competence_notices.ask(session, row)
    return _standing(session, turn, row).model_copy(update={"outcome": "done"})


def _off(session: Session, turn: Turn) -> Card:
    row = competences.switch_off(session, turn.person, turn.programme.key, _number(turn, "switch"), turn.now)
    was_on = row is None or row.confirmed_at is not None
    if row is not None:
        competence_notices.tell(session, row, turn.person, "off" if was_on else "taken_back")
    what = "ended" if was_on else "taken_back"
    return Card(
        title=say(turn.language, f"competences.switch.{what}"),
        blocks=(Text(text=say(turn.language, f"competences.switch.{what}.text")),),
        buttons=offers(turn.language, "competence.switch"),
        language=turn.language,
        outcome="done",
    )


def _recorded(row: CompetenceSwitch) -> dict[str, str]:
    return {name: as_typed(getattr(row, name)) if name in _DAYS else getattr(row, name) for name in _NAMES}


def _grounds_form(turn: Turn, errors: dict[str, str], typed: Mapping[str, str], seen: int = 0) -> Card:
    """``errors`` by field; ``seen`` is the record that this one takes the place of."""
    language = turn.language
    return Card(
        title=say(language, "competences.switch.off"),
        blocks=(
            *((Text(text=errors[_WHOLE], style="warning"),) if _WHOLE in errors else ()),
            Text(text=say(language, "competences.switch.what")),
            Text(text=say(language, "competences.switch.how"), style="quiet"),
        ),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"competences.switch.{name}"),
                value=typed.get(name, ""),
                required=True,
                longest=LONGEST_DAY if name in _DAYS else LONGEST_REFERENCE,
                error=errors.get(name, ""),
            )
            for name in _NAMES
        ),
        buttons=(
            offer(language, "competence.switched", {"on": True, "seen": seen}, "primary", replaces=True),
            *(offers(language, "competence.switch") if _WHOLE in errors else ()),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _standing(session: Session, turn: Turn, row: CompetenceSwitch) -> Card:
    return _switched_on(session, turn, row) if row.confirmed_at is not None else _waiting(session, turn, row)


def _switched_on(session: Session, turn: Turn, row: CompetenceSwitch) -> Card:
    language = turn.language
    name = name_of(session.get_one(Person, row.confirmed_by), language) or "–"
    return Card(
        title=say(language, "competences.switch.on"),
        blocks=(
            competence_notices.grounds(row, language),
            Text(text=say(language, "competences.confirm.by", name=name)),
            Text(text=say(language, "competences.switch.ending")),
        ),
        buttons=(*offers(language, "competence.needs"), _ending(turn, row, "end")),
        language=language,
    )


def _waiting(session: Session, turn: Turn, row: CompetenceSwitch) -> Card:
    """What was recorded, and whose answer it waits for."""
    language, side = turn.language, competence_confirming.side(session, row)
    names = ", ".join(person.name or "–" for person in side)
    whom = say(language, f"competences.switch.{'asked' if side else 'nobody'}", names=names)
    change = Button(
        title=say(language, "competences.switch.change"), action="competence.switch", values={"change": True}
    )
    again = Button(
        title=say(language, "competences.switch.ask"),
        action="competence.switched",
        values={"on": True, "ask": True},
        replaces=True,
    )
    asking = (again,) if competence_notices.unasked(session, row) else ()
    return Card(
        title=say(language, "competences.switch.waiting"),
        blocks=(
            Text(text=whom, style="body" if side else "warning"),
            competence_notices.grounds(row, language),
            Text(text=say(language, "competences.switch.until_then"), style="quiet"),
        ),
        buttons=(change, *asking, _ending(turn, row, "take_back")),
        language=language,
    )


def _ending(turn: Turn, row: CompetenceSwitch, key: str) -> Button:
    return Button(
        title=say(turn.language, f"competences.switch.{key}"),
        action="competence.switched",
        values={"on": False, "switch": row.identity},
        style="destructive" if key == "end" else "default",
        replaces=True,
    )


def _number(turn: Turn, name: str) -> int:
    value = turn.values.get(name)
    return value if type(value) is int else 0
