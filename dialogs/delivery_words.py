"""How a delivery is said: what it is called, where it stands, and what has happened with it."""

from dialogs import former, saying_dates
from dialogs.card import Language
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import deliveries, initiatives, programmes
from storage.database import Session
from storage.deliveries import Delivery, DeliveryStep
from storage.people import Person
from storage.refusals import Refused


def named(session: Session, row: Delivery, language: Language) -> str:
    """Its title, after what the documents call it: "Leveranse 1: Felles turnus"."""
    called = called_in_documents(session, row, language)
    return f"{called}: {row.title}" if called else row.title


def told_apart(session: Session, row: Delivery, among: list[Delivery], language: Language) -> str:
    """What it is called; where others are called that too, with where it stands before it."""
    name = named(session, row, language)
    if sum(one.title.casefold() == row.title.casefold() for one in among) < 2:
        return name
    return f"{saying_dates.capitalised(say(language, f'deliveries.state.{row.stage}', place=row.position))}: {name}"


def called_in_documents(session: Session, row: Delivery, language: Language) -> str:
    if row.named is None:
        return ""
    facts = programmes.facts(session, row.programme_key, deliveries.NAMED)
    return next((told(fact.title, language) for fact in facts if fact.key == row.named), "")


def line(session: Session, row: Delivery, language: Language) -> tuple[str, str]:
    """One in a list: for whom it is, and who answers for it, as far as that is said."""
    more = [say(language, "deliveries.for", whom=row.for_whom)] if row.for_whom else []
    more += [say(language, "deliveries.answered_for", owner=row.answered_for)] if row.answered_for else []
    return named(session, row, language), ". ".join(more)


def facts(session: Session, row: Delivery, language: Language) -> tuple[tuple[str, str], ...]:
    """What is asked of it: what is not said is said not to be."""
    unsaid = say(language, "deliveries.not_stated")
    found = [("need", row.need), ("for_whom", row.for_whom or unsaid), ("owner", row.answered_for or unsaid)]
    found.append(("known", say(language, f"deliveries.known.{'yes' if row.is_known_need else 'no'}")))
    if row.initiative_key:
        found.append(("initiative", _initiative(session, row, language)))
    return tuple((say(language, f"deliveries.fact.{name}"), value) for name, value in found if value)


def step_line(session: Session, turn: Turn, step: DeliveryStep) -> tuple[str, str]:
    """What it became, when, by whom, and the note."""
    language = turn.language
    day = saying_dates.day(language, step.at.astimezone(turn.zone).date(), weekday=False)
    what = saying_dates.capitalised(say(language, f"deliveries.stage.{step.stage}"))
    if step.person_id is None:
        said = say(language, "deliveries.step.clock", day=day)
    else:
        name = former.name_of(session.get_one(Person, step.person_id), language)
        said = say(language, "deliveries.step.by", day=day, name=name or "–")
    return what, f"{said} {step.note}".strip()


def _initiative(session: Session, row: Delivery, language: Language) -> str:
    try:
        return told(initiatives.get(session, row.programme_key, row.initiative_key or "").title, language)
    except Refused:
        return ""  # the programme's file has it no more
