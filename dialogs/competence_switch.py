"""Switching competence on and off: for leaders, with the discussion and the privacy assessment it rests on."""

from dialogs import saying_dates
from dialogs.card import Button, Card, Facts, Question, Text
from dialogs.moments import typed_day
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import competences
from storage.competences import LONGEST_REFERENCE, CompetenceSwitch, Grounds, Ungrounded
from storage.database import Session

#: Days as people write them.
LONGEST_DAY = 40
_DAYS, _REFERENCES = ("discussed_on", "assessed_on", "until"), ("discussion", "assessment")


def switch(session: Session, turn: Turn) -> Card:
    """For leaders: what it rests on, or the form for switching it on."""
    turn.person.must_be(session, "leader", turn.programme.key)
    found = competences.find(session, turn.programme.key)
    return _grounds_form(turn, {}) if found is None else _switched_on(turn, found)


def switched(session: Session, turn: Turn) -> Card:
    """Switches it on with what it rests on, or off."""
    turn.person.must_be(session, "leader", turn.programme.key)
    if turn.values.get("on") is False:
        competences.switch_off(session, turn.person, turn.programme.key, turn.now)
        return Card(
            title=say(turn.language, "competences.switch.ended"),
            blocks=(Text(text=say(turn.language, "competences.switch.ended.text")),),
            buttons=offers(turn.language, "competence.switch"),
            language=turn.language,
            outcome="done",
        )
    days = {name: typed_day(turn.value(name), turn.today) if turn.value(name) else None for name in _DAYS}
    grounds = Grounds(
        discussed_on=days["discussed_on"],
        discussion=turn.value("discussion"),
        assessed_on=days["assessed_on"],
        assessment=turn.value("assessment"),
        until=days["until"],
    )
    try:
        row, _ = competences.switch_on(session, turn.person, turn.programme, grounds, turn.now)
    except Ungrounded as wrong:
        return _grounds_form(turn, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    return _switched_on(turn, row).model_copy(update={"outcome": "done"})


def _grounds_form(turn: Turn, errors: dict[str, str]) -> Card:
    language = turn.language
    names = ("discussed_on", "discussion", "assessed_on", "assessment", "until")
    return Card(
        title=say(language, "competences.switch.off"),
        blocks=(
            Text(text=say(language, "competences.switch.what")),
            Text(text=say(language, "competences.switch.how"), style="quiet"),
        ),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"competences.switch.{name}"),
                value=turn.value(name) if errors else "",
                required=True,
                longest=LONGEST_DAY if name in _DAYS else LONGEST_REFERENCE,
                error=errors.get(name, ""),
            )
            for name in names
        ),
        buttons=(offer(language, "competence.switched", {"on": True}, "primary", replaces=True),),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _switched_on(turn: Turn, row: CompetenceSwitch) -> Card:
    language = turn.language
    days = {name: saying_dates.day(language, getattr(row, name), weekday=False) for name in _DAYS}
    values = days | {name: getattr(row, name) for name in _REFERENCES}
    ending = Button(
        title=say(language, "competences.switch.end"),
        action="competence.switched",
        values={"on": False},
        style="destructive",
        replaces=True,
    )
    return Card(
        title=say(language, "competences.switch.on"),
        blocks=(
            Facts(facts=tuple((say(language, f"competences.switch.{name}"), value) for name, value in values.items())),
            Text(text=say(language, "competences.switch.ending")),
        ),
        buttons=(*offers(language, "competence.needs"), ending),
        language=language,
    )
