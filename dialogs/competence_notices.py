"""What the leader and the employees' side are told of competence: what to confirm, the answer, that it is off."""

from dialogs import saying_dates
from dialogs.card import Card, Facts, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say
from storage import competence_confirming, outbox
from storage.competences import CompetenceSwitch, Outdated
from storage.database import Session
from storage.people import Person

_DAYS = ("discussed_on", "assessed_on", "until")


def overtaken(refused: Outdated, holds: Card) -> Card:
    """What holds now, under why nothing was done with what was looked at."""
    why = Text(text=say(holds.language, refused.key), style="warning")
    return holds.model_copy(update={"blocks": (why, *holds.blocks), "outcome": "refused"})


def ask(session: Session, row: CompetenceSwitch) -> list[Person]:
    """Asks the employees' side to confirm it, each once; returns who that is."""
    by = session.get_one(Person, row.switched_by).name
    side = competence_confirming.side(session, row)
    cards = in_each(lambda language: asked(row, by, language))
    key = f"competence:{row.identity}:asked"
    message = outbox.standing(session, row.programme_key, outbox.Kind.NOTICE, key, cards)
    for person in side:
        outbox.owe(session, person, message, f"{key}:{person.identity}", respect_mute=True)
    return side


def unasked(session: Session, row: CompetenceSwitch) -> list[Person]:
    """Who of the employees' side was not asked: they came to it later."""
    side = competence_confirming.side(session, row)
    return [one for one in side if not outbox.is_owed(session, f"competence:{row.identity}:asked:{one.identity}")]


def tell(session: Session, row: CompetenceSwitch, acting: Person, what: str) -> None:
    """Tells whoever recorded it, and the others of the employees' side, what ``acting`` did: confirmed, refused,
    withdrawn, or switched off as a leader (``off``, ``taken_back``)."""
    recorder = session.get_one(Person, row.switched_by)
    side = competence_confirming.side(session, row)
    for those, action in (([recorder], "competence.switch"), (side, "competence.confirm")):
        others = [one for one in those if one.id != acting.id and not one.is_erased]
        if not others:
            continue
        cards = in_each(lambda language, action=action: told(row, acting.name, what, action, language))  # type: ignore[misc]
        message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
        for person in others:
            outbox.owe(session, person, message, f"competence:{row.identity}:{what}:{person.identity}")


def asked(row: CompetenceSwitch, by: str, language: Language) -> Card:
    return Card(
        title=say(language, "competences.confirm.asked"),
        blocks=(
            Text(text=say(language, "competences.confirm.asked.text", name=by)),
            grounds(row, language),
            Text(text=say(language, "competences.confirm.until_then"), style="quiet"),
        ),
        buttons=offers(language, "competence.confirm"),
        language=language,
    )


def told(row: CompetenceSwitch, by: str, what: str, action: str, language: Language) -> Card:
    """``action``: where whoever is told sees how it stands."""
    reason = (Text(text=f"«{row.ended_because}»"),) if row.ended_because else ()
    return Card(
        title=say(language, f"competences.told.{what}"),
        blocks=(Text(text=say(language, f"competences.told.{what}.text", name=by)), *reason),
        buttons=offers(language, action),
        language=language,
    )


def grounds(row: CompetenceSwitch, language: Language) -> Facts:
    """What it rests on, as its form asks for it."""
    values = {
        name: saying_dates.day(language, getattr(row, name), weekday=False) if name in _DAYS else getattr(row, name)
        for name in ("discussed_on", "discussion", "assessed_on", "assessment", "until")
    }
    return Facts(facts=tuple((say(language, f"competences.switch.{name}"), value) for name, value in values.items()))
