"""The order of the queue of deliveries, for those who set it: moving one, and saying that the order is right."""

from dialogs import delivery_words
from dialogs.card import Block, Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say
from storage import deliveries, delivery_queue, sprint_rules
from storage.database import Session
from storage.deliveries import Delivery, WrongField
from storage.delivery_queue import Difference, Stale

#: A list of choices in Slack holds 100.
MOST_CHOICES = 90


def order(session: Session, turn: Turn) -> Card:
    """The queue, which one is moved, and where to."""
    sprint_rules.must_deliver(session, turn.programme.key)
    sprint_rules.must_prioritise(session, turn.person, turn.programme.key)
    return _form(session, turn, {})


def moved(session: Session, turn: Turn) -> Card:
    """Moves it, and shows the queue again as it is then; a list that somebody else changed meanwhile moves nothing."""
    programme = turn.programme.key
    try:
        which, place = _number(turn, "delivery"), _number(turn, "place")
        delivery_queue.move(session, turn.person, programme, which, place, _seen(turn), turn.now)
    except WrongField as wrong:
        return _form(session, turn, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    except Stale as stale:
        return _form(session, turn, {}, _changed(turn, stale.changed))
    card = _form(session, turn, {}, (Text(text=say(turn.language, "deliveries.order.moved"), style="strong"),))
    return card.model_copy(update={"outcome": "done"})


def looked(session: Session, turn: Turn) -> Card:
    """Keeps that somebody saw that the order is right: that is what is asked for before each sprint."""
    try:
        delivery_queue.confirm(session, turn.person, turn.programme.key, _seen(turn), turn.now)
    except Stale as stale:
        return _form(session, turn, {}, _changed(turn, stale.changed))
    rows = deliveries.queue(session, turn.programme.key)
    return Card(
        title=say(turn.language, "deliveries.order.looked"),
        blocks=(_list(session, turn, rows),),
        buttons=offers(turn.language, "delivery.queue"),
        language=turn.language,
        outcome="done",
    )


def _form(session: Session, turn: Turn, errors: dict[str, str], before: tuple[Block, ...] = ()) -> Card:
    language = turn.language
    rows = deliveries.queue(session, turn.programme.key)
    if not rows:
        return Card(
            title=say(language, "deliveries.order.none"),
            blocks=before,
            buttons=offers(language, "delivery.queue", "delivery.new"),
            language=language,
        )
    seen = {"seen": ",".join(str(row.identity) for row in rows)}
    which = tuple(
        Choice(title=short(delivery_words.named(session, row, language)), value=str(row.identity))
        for row in rows[:MOST_CHOICES]
    )
    places = tuple(Choice(title=str(place), value=str(place)) for place in range(1, len(rows) + 1)[:MOST_CHOICES])
    chosen = turn.value("delivery") if turn.value("delivery") in {one.value for one in which} else which[-1].value
    questions = (
        Question(name="delivery", label=say(language, "deliveries.order.which"), value=chosen, choices=which,
                 error=errors.get("delivery", "")),
        Question(name="place", label=say(language, "deliveries.order.place"), value="1", choices=places,
                 error=errors.get("place", "")),
    )  # fmt: skip
    return Card(
        title=say(language, "deliveries.order.title"),
        blocks=(*before, Text(text=say(language, "deliveries.order.text")), _list(session, turn, rows)),
        questions=questions,
        buttons=(
            offer(language, "delivery.moved", seen, "primary", replaces=True),
            offer(language, "delivery.looked", seen, replaces=True),
            *offers(language, "delivery.queue"),
        ),
        language=language,
        outcome="refused" if errors or before else "answered",
    )


def _list(session: Session, turn: Turn, rows: list[Delivery]) -> Items:
    return Items(items=tuple(delivery_words.line(session, row, turn.language) for row in rows), numbered=True)


def _changed(turn: Turn, changed: Difference) -> tuple[Block, ...]:
    """What is another than the list showed."""
    language = turn.language
    lines = [say(language, "refused.delivery.stale")]
    if changed.added:
        lines.append(say(language, "deliveries.order.added", titles=", ".join(changed.added)))
    if changed.gone:
        lines.append(say(language, "deliveries.order.gone", titles=", ".join(changed.gone)))
    if not changed.added and not changed.gone and changed.name:
        lines.append(say(language, "deliveries.order.by", name=changed.name))
    return (Text(text=" ".join(lines), style="warning"),)


def _seen(turn: Turn) -> list[int]:
    return [int(one) for one in turn.value("seen").split(",") if one.isascii() and one.isdecimal() and len(one) < 10]


def _number(turn: Turn, name: str) -> int:
    said = turn.value(name)
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0
