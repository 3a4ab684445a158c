"""One's own settings: language, messages, reminders."""

from dialogs import asked, saying_dates
from dialogs.card import LANGUAGES, Button, Card, Facts, Language, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import digests, milestones, personal_reminders, topics
from storage.database import Session
from storage.people import Person

#: Subscribed to without saying how often.
USUAL = "weekly"


def settings(session: Session, turn: Turn) -> Card:
    """All that can be set, and how it is set."""
    language, person = turn.language, turn.person
    chosen, own = person.language or "auto", _own_reminders(session, turn)
    said = say(language, f"people.language.{chosen}" if person.language else "people.settings.language.auto")
    facts = (
        (say(language, "people.settings.language"), said),
        (say(language, "people.settings.messages"), _on_off(language, not person.is_muted)),
        (say(language, "people.settings.reminders"), _on_off(language, person.wants_reminders)),
        *(((say(language, "people.settings.own_reminders"), own),) if own else ()),
        (say(language, "people.settings.digest"), _often(language, person)),
        (say(language, "people.settings.topics"), str(len(topics.followed(session, person, turn.programme.key)))),
    )
    return Card(
        title=say(language, "people.settings.title"),
        blocks=(Facts(facts=facts),),
        buttons=(
            _switch(turn),
            _switch_reminders(turn),
            *offers(language, "quiet.show", "topic.following", "own.show", "language.set"),
        ),
        language=language,
        did="answer",
    )


def set_language(session: Session, turn: Turn) -> Card:
    """Answers in the language they chose from now on, or asks which one."""
    wanted = turn.value("language")
    if wanted not in LANGUAGES:
        return Card(
            title=say(turn.language, "people.language.which"),
            buttons=_languages(turn.language),
            language=turn.language,
            did="set_language",
            outcome="clarify",
        )
    turn.person.language = wanted
    session.add(turn.person)
    return Card(
        title=say(wanted, "people.language.set"),
        buttons=(*_languages(wanted), *offers(wanted, "help")),
        language=wanted,
        did="set_language",
        outcome="done",
    )


def subscribe(session: Session, turn: Turn) -> Card:
    """Turns reminders, digests or all messages on or off. Without saying which, shows the settings."""
    on = turn.values.get("on")
    if not isinstance(on, bool):
        return settings(session, turn).model_copy(update={"did": "set_subscription", "outcome": "clarify"})
    topic = turn.value("topic") or ("digest" if on and turn.value("frequency") else "all")
    named = asked.keys(turn, "milestones", "milestone")
    if topic == "reminders" and not on and len(named) == 1 and turn.understood is not None:
        return _own_reminder_off(session, turn, named[0])
    card = {"reminders": _reminders, "digest": _digest}.get(topic, _all)(session, turn, on)
    session.add(turn.person)
    return card


def _reminders(session: Session, turn: Turn, on: bool) -> Card:
    turn.person.wants_reminders = on
    if on:
        turn.person.is_muted = turn.person.only_musts = False
    text = say(turn.language, "people.reminders_on.text") if on else ""
    title = "people.reminders_on.title" if on else "people.reminders_off.title"
    return _done(turn, title, text, *(_earlier(turn) if on else ()), _switch_reminders(turn))


def _own_reminder_off(session: Session, turn: Turn, key: str) -> Card:
    """Ends the reminder of one milestone that the person asked for; those that everybody gets stay, and are offered to
    be turned off."""
    own = [row for row in personal_reminders.of_person(session, turn.person, turn.programme.key)
           if row.milestone_key == key]  # fmt: skip
    title = next((row.title for row in milestones.every(session, turn.programme.key) if row.key == key), key)
    personal_reminders.forget(session, turn.person, turn.programme.key, key)
    said = "reminders.own.off" if own else "reminders.own.none"
    stays = say(turn.language, "reminders.own.all_stay") if turn.person.wants_reminders else ""
    card = _done(turn, "people.settings.title", stays, *((_switch_reminders(turn),) if stays else ()))
    outcome = "done" if own else "clarify"
    return card.model_copy(update={"title": say(turn.language, said, milestone=title), "outcome": outcome})


def _own_reminders(session: Session, turn: Turn) -> str:
    """The milestones that the person asked to be reminded of and is yet to be."""
    titles = {row.key: row.title for row in milestones.coming_up(session, turn.programme.key, turn.today)}
    own = personal_reminders.of_person(session, turn.person, turn.programme.key)
    told = [
        say_many(turn.language, "reminders.own.listed", row.days_before, milestone=titles[row.milestone_key])
        for row in own
        if row.milestone_key in titles
    ]
    return "; ".join(told)


def _earlier(turn: Turn) -> tuple[Button, ...]:
    """Who named one milestone may want to be reminded of it by itself, and earlier."""
    named = asked.keys(turn, "milestones", "milestone")
    if len(named) != 1:
        return ()
    return (offer(turn.language, "reminder.choose", {"milestone": named[0]}),)


def _digest(session: Session, turn: Turn, on: bool) -> Card:
    language, person = turn.language, turn.person
    frequency, weekday = turn.value("frequency"), turn.value("weekday")
    if on:
        digests.begin(session, person, turn.programme.key, turn.now)
        person.is_muted = person.only_musts = False
    person.digest = (frequency if frequency in digests.USEFUL_FOR else USUAL) if on else "off"
    person.digest_weekday = weekday if weekday in digests.WEEKDAYS else None
    if not on:
        return _done(turn, "people.digest_off.title", "", *offers(language, "settings"))
    title = say(language, "people.digest_on.title", often=_often(language, person))
    due = digests.next_due(person.digest, person.digest_weekday, turn.now, turn.zone)
    text = say(language, "people.digest_on.text", moment=saying_dates.moment(language, due, turn.zone))
    card = _done(turn, "people.digest_off.title", text, *offers(language, "settings"))
    return card.model_copy(update={"title": title})


def _all(session: Session, turn: Turn, on: bool) -> Card:
    turn.person.is_muted = not on
    if not on:
        return _done(turn, "people.muted.title", say(turn.language, "people.muted.text"), _switch(turn))
    return _done(turn, "people.unmuted.title", "", _switch(turn))


def _done(turn: Turn, key: str, text: str, *buttons: Button) -> Card:
    return Card(
        title=say(turn.language, key),
        blocks=(Text(text=text),) if text else (),
        buttons=(*buttons, *offers(turn.language, "help")),
        language=turn.language,
        did="set_subscription",
        outcome="done",
    )


def _switch(turn: Turn) -> Button:
    """The button that turns all messages the other way."""
    key = "people.button.unmute" if turn.person.is_muted else "people.button.mute"
    values = {"on": turn.person.is_muted, "topic": "all"}
    return Button(title=say(turn.language, key), action="subscription.set", values=values, replaces=True)


def _switch_reminders(turn: Turn) -> Button:
    on = turn.person.wants_reminders
    key = "people.button.reminders_off" if on else "people.button.reminders_on"
    values = {"on": not on, "topic": "reminders"}
    return Button(title=say(turn.language, key), action="subscription.set", values=values, replaces=True)


def _languages(language: Language) -> tuple[Button, ...]:
    return tuple(
        Button(
            title=say(language, f"people.language.button.{wanted}"),
            action="language.set",
            values={"language": wanted},
            replaces=True,
        )
        for wanted in LANGUAGES
    )


def _on_off(language: Language, on: bool) -> str:
    return say(language, "people.settings.on" if on else "people.settings.off")


def _often(language: Language, person: Person) -> str:
    often = say(language, f"people.digest.{person.digest}")
    if person.digest == "off" or not person.digest_weekday:
        return often
    return say(
        language,
        "people.digest.on_weekday",
        often=often,
        weekday=saying_dates.weekday_name(language, person.digest_weekday),
    )
