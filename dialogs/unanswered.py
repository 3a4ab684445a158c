"""What nobody could answer: counted by its topic, and sent on to the leaders if the asker wishes."""

import secrets
from dataclasses import dataclass

from dialogs import answered, caring, former, saying_dates
from dialogs.asked import QUESTIONS
from dialogs.card import LANGUAGES, Button, Card, Language, Question, Text, in_each
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.understanding.alike import is_about_oneself, is_about_own_position
from dialogs.words import say
from storage import (
    amendments,
    announcement_versions,
    announcements,
    answer_promises,
    broadcasts,
    outbox,
    people,
    unanswered,
)
from storage.answer_promises import Promised
from storage.database import Session
from storage.people import Person
from storage.promises import Promise
from storage.refusals import Refused
from storage.unanswered import LONGEST_QUESTION, Asked, SentQuestion

#: Where nothing was understood, a question may still be one that was answered before.
_NOT_UNDERSTOOD = frozenset({"guide.unsure", "out_of_scope"})
#: As many as the platforms show.
MOST_BUTTONS = 6


@dataclass(frozen=True)
class About:
    """The announcement that a question is about: its title by language, and who wrote it."""

    key: int
    title: dict[str, str]
    author: Person


def see_to(session: Session, turn: Turn, action: str, cards: tuple[Card, ...], is_private: bool) -> tuple[Card, ...]:
    """What was shown for an action, after a look at what it did not know: an answer that a leader has given since, or
    the way to send the question, but not one on one's own position. A question that was typed is counted by its topic
    once, however often it is delivered, and never one about oneself."""
    last = cards[-1]
    is_typed = turn.understood is not None
    if is_typed and _may_be_answered(turn, action):
        is_answered = last.outcome == "answered"
        fact = answered.find(session, turn, is_answered)
        if fact is not None:
            return (answered.card(session, turn, fact, action, is_answered),)
    if action not in QUESTIONS or last.outcome != "unknown":
        return cards
    if is_typed and not turn.is_again and not is_about_oneself(turn.text):
        unanswered.count(session, turn.programme.key, _topic(session, turn, action), turn.today)
    if not is_private or (is_typed and is_about_own_position(turn.text)):
        return cards
    return (*cards[:-1], _with_sending(session, turn, action, last))


def send(session: Session, turn: Turn) -> Card:
    """The form, with the wording from the chat in it, and who will read it. Nothing is stored yet."""
    return form(_language(turn), turn.programme.name, turn.value("text"), turn.value("topic"), _about(session, turn))


def sent(session: Session, turn: Turn) -> Card:
    """Stores the question and tells the leaders that one is waiting, once."""
    language, text, topic = _language(turn), turn.value("text"), turn.value("topic")
    about = _about(session, turn)
    try:
        asked = Asked(text, turn.value("form"), language, turn.today, topic, about.key if about else None)
        question, is_new = unanswered.send(session, turn.person, turn.programme.key, asked)
    except Refused as refused:
        error = say(language, refused.key, **refused.values)
        return form(language, turn.programme.name, text, topic, about, error)
    leaders = people.holders(session, turn.programme.key, "leader")
    promise = None
    if is_new:
        promise = answer_promises.begin(
            session, turn.person, turn.programme, Promised.QUESTION, question.identity, turn.today, turn.now
        )
        # Whoever wrote the announcement knows the answer; once they lead no more, it is for all who do.
        author = [leader for leader in leaders if about and leader.id == about.author.id]
        _tell_leaders(session, turn, question, author or leaders, about)
    return Card(
        title=say(language, "unanswered.sent.title" if is_new else "unanswered.sent_before.title"),
        blocks=(
            Text(text=say(language, "unanswered.sent.text" if leaders else "unanswered.sent.no_leader")),
            *_promised(turn, promise),
        ),
        buttons=offers(language, "milestone.next", "help"),
        language=language,
        outcome="done",
    )


def _promised(turn: Turn, promise: Promise | None) -> tuple[Text, ...]:
    said = answer_promises.within(turn.programme, Promised.QUESTION)
    if promise is None or said is None:
        return ()
    day = saying_dates.day(turn.language, promise.due_on)
    return (Text(text=say(turn.language, "unanswered.sent.promise", words=said[0], day=day)),)


def form(
    language: Language, programme: str, text: str = "", topic: str = "", about: About | None = None, error: str = ""
) -> Card:
    """The form for a question, telling before anything is sent who reads it and what is kept."""
    question = Question(
        name="text",
        label=say(language, "unanswered.form.text"),
        value=text if error else text[:LONGEST_QUESTION],
        required=True,
        lines=4,
        longest=LONGEST_QUESTION,
        error=error,
    )
    sending = Button(
        title=say(language, "unanswered.form.send"),
        action="question.sent",
        values={"form": secrets.token_hex(8), "topic": topic, "language": language}
        | ({"announcement": about.key} if about else {}),
        style="primary",
    )
    return Card(
        title=say(language, "unanswered.form.title"),
        blocks=(
            *_named(language, about),
            Text(text=say(language, "unanswered.form.who", programme=programme)),
            Text(text=say(language, "unanswered.form.confidential")),
            Text(text=say(language, "whistleblowing.not_to_leaders")),
            Text(text=say(language, "unanswered.form.anonymous"), style="quiet"),
        ),
        questions=(question,),
        buttons=(sending, *offers(language, "input.submit")),
        language=language,
        outcome="refused" if error else "answered",
    )


def notice(language: Language, programme: str, about: About | None = None) -> Card:
    """What leaders get: that a question waits, and nothing of what it says or who asked."""
    text = say(language, "unanswered.notice.text", programme=programme)
    if about is not None:
        text = say(language, "unanswered.notice.about", title=about.title)
    return Card(
        title=say(language, "unanswered.notice.title"),
        blocks=(Text(text=text),),
        buttons=offers(language, "question.list"),
        language=language,
    )


def _about(session: Session, turn: Turn) -> About | None:
    """The announcement that was asked about; None where that is none, or none that this person has got and that
    stands."""
    key = turn.values.get("announcement")
    number = key if type(key) is int and 0 < key < 2**31 else 0
    found = announcements.told(session, turn.programme.key, number)
    if found is None or not amendments.stands_for(session, turn.person, found[0]):
        return None
    is_to_some = found[0].audience is not None
    if is_to_some and broadcasts.is_below(session, found[0].broadcast_id or 0, turn.programme.smallest_group):
        # Which announcement it is about would tell leaders who asks.
        return None
    titles: dict[str, str] = {
        language: announcement_versions.said(session, found[0], language).title for language in LANGUAGES
    }
    return About(number, titles, found[1])


def _named(language: Language, about: About | None) -> tuple[Text, ...]:
    if about is None:
        return ()
    told = say(language, "unanswered.form.author", author=former.name_of(about.author, language))
    return Text(text=say(language, "unanswered.about", title=about.title), style="strong"), Text(text=told)


def _language(turn: Turn) -> Language:
    """The language that was chosen, else that of the question: a pressed button has none of its own."""
    asked = next((language for language in LANGUAGES if language == turn.value("language")), None)
    return turn.language if turn.person.language or asked is None else asked


def _may_be_answered(turn: Turn, action: str) -> bool:
    if turn.understood is None or turn.understood.values.get("about") in caring.ABOUT:
        return False
    return action in QUESTIONS or action in _NOT_UNDERSTOOD


def _topic(session: Session, turn: Turn, action: str) -> str:
    """What a question was about, as coarse as it is counted: a key of the programme's file, or the whole area."""
    values = turn.understood.values if turn.understood else {}
    keys = [key for key in (values.get("open_question"), values.get("fact")) if isinstance(key, str)]
    known = (key for key in keys if unanswered.is_topic(session, turn.programme.key, key))
    return next(known, action.partition(".")[0])


def _with_sending(session: Session, turn: Turn, action: str, card: Card) -> Card:
    values: dict[str, str] = {"language": card.language}
    if turn.understood is not None:
        values |= {"text": turn.text[:LONGEST_QUESTION], "topic": _topic(session, turn, action)}
    sending = offer(turn.language, "question.send", values)
    return card.model_copy(update={"buttons": (sending, *card.buttons)[:MOST_BUTTONS]})


def _tell_leaders(
    session: Session, turn: Turn, question: SentQuestion, leaders: list[Person], about: About | None
) -> None:
    cards = in_each(lambda language: notice(language, turn.programme.name, about))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    for leader in leaders:
        if leader.id != turn.person.id:
            outbox.owe(session, leader, message, f"question:{question.id}:to:{leader.id}", True, turn.now)
