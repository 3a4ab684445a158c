"""For leaders: what nobody could answer, and answering what was sent; the asker is told."""

from collections.abc import Iterator

from dialogs import input_check
from dialogs.card import LANGUAGES, MOST_BUTTONS, Block, Button, Card, Facts, Items, Language, Question, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import announcements, answer_promises, outbox, programmes, unanswered
from storage.answer_promises import Promised
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.unanswered import LONGEST_ANSWER, LONGEST_SOURCE, LONGEST_TITLE, TOPICS, Given, SentQuestion, Status

#: How many questions and topics one card lists, and how much of each question.
MOST_LISTED = 4
MOST_TOPICS = 8
LONGEST_LISTED = 300


def listed(session: Session, turn: Turn) -> Card:
    """For leaders: what is often asked in vain, and the questions that were sent, a few at a time."""
    language = turn.language
    counts = unanswered.counts(session, turn.person, turn.programme, turn.today)
    rows = unanswered.unsettled(session, turn.person, turn.programme.key)
    start, topics = _place(turn, "start", len(rows)), _place(turn, "topics", len(counts))
    shown = rows[start : start + MOST_LISTED]
    lines = tuple(_line(session, turn, place, row) for place, row in enumerate(shown, 1))
    waiting = say_many(language, "unanswered.list.waiting", len(rows))
    return Card(
        title=say(language, "unanswered.list.title"),
        blocks=(
            *(() if start else _counted(session, turn, counts[topics : topics + MOST_TOPICS])),
            Text(text=waiting if rows else say(language, "unanswered.list.none"), style="strong"),
            *((Items(items=lines),) if shown else ()),
        ),
        buttons=(
            *(_pointing(language, "unanswered.list.answer", "question.answer", *row) for row in _numbered(shown)),
            *_more(turn, "question.list", "start", start + MOST_LISTED, len(rows)),
            *_more(turn, "question.list", "topics", topics + MOST_TOPICS, 0 if start else len(counts)),
            *offers(language, "question.answers", "help"),
        )[:MOST_BUTTONS],
        language=language,
    )


def write_answer(session: Session, turn: Turn) -> Card:
    """For leaders: the whole question and the form for its answer, or for why there is none yet."""
    question = unanswered.unanswered(session, turn.person, turn.programme.key, _key(turn))
    card = _reason_form(turn, question) if turn.values.get("cannot") is True else _answer_form(turn, question)
    about = _about(session, turn, question)
    return card.model_copy(update={"blocks": (*([Text(text=about, style="quiet")] * bool(about)), *card.blocks)})


def answer(session: Session, turn: Turn) -> Card:
    """Stores the answer, or why there is none yet, and tells the asker, once."""
    if turn.values.get("cannot") is True:
        return _deferred(session, turn)
    given = Given(turn.value("title"), turn.value("text"), turn.value("source"))
    public = f"{given.title}\n{given.text}"
    found = input_check.found_in(public)
    if found and not input_check.is_seen(turn.values, public):
        question = unanswered.unanswered(session, turn.person, turn.programme.key, _key(turn))
        return _checked_form(turn, question, *input_check.for_everyone(turn.language, public, found))
    try:
        question, asker, is_new = unanswered.answer(session, turn.person, turn.programme.key, _key(turn), given)
    except Refused as refused:
        wrong = _wrong_field(refused)
        question = unanswered.unanswered(session, turn.person, turn.programme.key, _key(turn))
        return _answer_form(turn, question, {wrong: say(turn.language, refused.key, **refused.values)})
    if is_new:
        # Every card is made without what was kept of the programme: its new version is not committed yet.
        _tell_asker(session, turn.programme, asker, question)
        answer_promises.keep(session, asker, turn.programme.key, Promised.QUESTION, _key(turn), turn.now)
    return _done(turn, "unanswered.answered.title", "unanswered.answered.text")


def listed_answers(session: Session, turn: Turn) -> Card:
    """For leaders: what was answered, a few at a time, each to be taken back if it was wrong."""
    language = turn.language
    rows = unanswered.answered(session, turn.person, turn.programme.key)
    start = _place(turn, "start", len(rows))
    shown = rows[start : start + MOST_LISTED]
    items = tuple((f"{place}. {row.title}", _answer_line(turn, row)) for place, row in enumerate(shown, start=1))
    none = Text(text=say(language, "unanswered.answers.none"))
    return Card(
        title=say_many(language, "unanswered.answers.title", len(rows)),
        blocks=(Items(items=items),) if shown else (none,),
        buttons=(
            *(
                _pointing(language, "unanswered.answers.correct", "question.take_back", *row)
                for row in _numbered(shown)
            ),
            *_more(turn, "question.answers", "start", start + MOST_LISTED, len(rows)),
            *offers(language, "question.list"),
        ),
        language=language,
    )


def take_back(session: Session, turn: Turn) -> Card:
    """Takes an answer back, and opens the form for another one with it filled in."""
    question = unanswered.take_back(session, turn.person, turn.programme.key, _key(turn))
    card = _answer_form(turn, question)
    taken_back = Text(text=say(turn.language, "unanswered.taken_back"), style="strong")
    return card.model_copy(update={"blocks": (taken_back, *card.blocks)})


def told_answer(question: SentQuestion, language: Language) -> Card:
    """What the asker gets: the answer with its source, or why there is none yet."""
    is_answered = question.status == Status.ANSWERED
    asked = question.title if is_answered else _shortened(question.text)
    source = say(language, "unanswered.told.source", source=question.source_label or "")
    return Card(
        title=say(language, "unanswered.told.title" if is_answered else "unanswered.told_not_yet.title"),
        blocks=(
            Text(text=say(language, "unanswered.told.asked", question=asked), style="quiet"),
            Text(text=question.answer or ""),
            *((Text(text=source, style="quiet"),) if is_answered else ()),
        ),
        buttons=offers(language, "milestone.next", "help"),
        language=language,
    )


def _tell_asker(session: Session, programme: Programme, asker: Person, question: SentQuestion) -> None:
    cards = in_each(lambda language: told_answer(question, language))
    if asker.language is None and question.language in LANGUAGES:
        cards["nb"] = cards[question.language]  # what somebody gets who has chosen no language
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    key = f"question:{question.id}:{question.status}:{question.times_answered}"
    outbox.owe(session, asker, message, key)


def _deferred(session: Session, turn: Turn) -> Card:
    try:
        question, asker, is_new = unanswered.defer(
            session, turn.person, turn.programme.key, _key(turn), turn.value("text")
        )
    except Refused as refused:
        _wrong_field(refused)
        question = unanswered.unanswered(session, turn.person, turn.programme.key, _key(turn))
        return _reason_form(turn, question, say(turn.language, refused.key, **refused.values))
    if is_new:
        _tell_asker(session, turn.programme, asker, question)
        answer_promises.keep(session, asker, turn.programme.key, Promised.QUESTION, _key(turn), turn.now)
    return _done(turn, "unanswered.deferred.title", "unanswered.deferred.text")


def _done(turn: Turn, title: str, text: str) -> Card:
    return Card(
        title=say(turn.language, title),
        blocks=(Text(text=say(turn.language, text)),),
        buttons=offers(turn.language, "question.list", "help"),
        language=turn.language,
        outcome="done",
    )


#: Which field of the answer's form a refusal is about; any other refusal is about no field.
_WRONG = {
    "no_title": "title",
    "long_title": "title",
    "no_answer": "text",
    "long_answer": "text",
    "no_reason": "text",
    "no_source": "source",
    "long_source": "source",
}


def _wrong_field(refused: Refused) -> str:
    """The field to mend. Raises the refusal again where no field is wrong."""
    wrong = _WRONG.get(refused.key.rpartition(".")[2])
    if wrong is None:
        raise refused
    return wrong


def _answer_form(
    turn: Turn, question: SentQuestion, errors: dict[str, str] | None = None, *, is_back: bool = False
) -> Card:
    """The form. ``errors`` say what is wrong at which field; ``is_back``: it comes back as it was filled in."""
    language, errors, is_back = turn.language, errors or {}, is_back or bool(errors)
    fields = (("title", LONGEST_TITLE, 2), ("text", LONGEST_ANSWER, 5), ("source", LONGEST_SOURCE, 1))
    # Never the asker's own words: what is written here is published.
    before = {"title": question.title or ""}
    if question.status == Status.WAITING:
        before |= {"text": question.answer or "", "source": question.source_label or ""}
    filled = {} if is_back else before
    cannot = Button(
        title=say(language, "unanswered.answer.cannot"),
        action="question.answer",
        values={"question": question.id, "cannot": True},
        replaces=True,
    )
    return Card(
        title=say(language, "unanswered.answer.title"),
        blocks=(
            Text(text=question.text),
            Text(text=say(language, "unanswered.answer.everyone")),
            Text(text=say(language, "unanswered.answer.names"), style="warning"),
        ),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"unanswered.field.{name}"),
                value=filled.get(name) or turn.value(name),
                required=True,
                lines=lines,
                longest=longest,
                error=errors.get(name, ""),
            )
            for name, longest, lines in fields
        ),
        buttons=(
            _saving(language, "unanswered.answer.send", {"question": question.id}),
            *(() if question.status == Status.DEFERRED else (cannot,)),
            *offers(language, "question.list"),
        ),
        language=language,
        outcome="refused" if is_back else "answered",
    )


def _checked_form(turn: Turn, question: SentQuestion, told_of: tuple[Block, ...], seen: str) -> Card:
    """The form as it was filled in, with what in it may give somebody away, and the way to publish it as it is."""
    language = turn.language
    card = _answer_form(turn, question, is_back=True)
    as_is = {"question": question.id, "seen": seen, "choice": "as_is"}
    changed, *others = card.buttons
    return card.model_copy(
        update={
            "blocks": (*told_of, Text(text=say(language, "personal_data.nothing_stored"), style="quiet")),
            "buttons": (
                changed.model_copy(update={"title": say(language, "unanswered.answer.changed")}),
                Button(title=say(language, "unanswered.answer.as_is"), action="question.answered", values=as_is),
                *others,
            ),
            "did": "warn_personal_data",
            "outcome": "clarify",
        }
    )


def _reason_form(turn: Turn, question: SentQuestion, error: str = "") -> Card:
    language = turn.language
    if question.status == Status.DEFERRED:
        raise Refused("refused.question.deferred")
    reason = Question(
        name="text",
        label=say(language, "unanswered.reason.text"),
        value=turn.value("text"),
        required=True,
        lines=4,
        longest=LONGEST_ANSWER,
        error=error,
    )
    return Card(
        title=say(language, "unanswered.reason.title"),
        blocks=(Text(text=question.text), Text(text=say(language, "unanswered.reason.how"), style="quiet")),
        questions=(reason,),
        buttons=(
            _saving(language, "unanswered.reason.send", {"question": question.id, "cannot": True}),
            *offers(language, "question.list"),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def _saving(language: Language, key: str, values: dict[str, object]) -> Button:
    return Button(title=say(language, key), action="question.answered", values=values, style="primary")


def _counted(session: Session, turn: Turn, counts: list[tuple[str, int]]) -> tuple[Text | Facts, ...]:
    """The topics with their counts, and what is not shown."""
    language, fewest = turn.language, turn.programme.smallest_group
    facts = tuple(
        (_topic_label(session, turn, topic), say_many(language, "unanswered.list.times", number))
        for topic, number in counts
    )
    note = say(language, "unanswered.list.fewer", fewest=fewest, weeks=unanswered.WEEKS_KEPT)
    return (*((Facts(facts=facts),) if facts else ()), Text(text=note, style="quiet"))


def _topic_label(session: Session, turn: Turn, topic: str) -> str:
    if topic in TOPICS:
        return say(turn.language, f"unanswered.topic.{topic}")
    every = programmes.facts(session, turn.programme.key, *programmes.KINDS)
    fact = next((fact for fact in every if fact.key == topic), None)
    label = told(fact.title or fact.text, turn.language) if fact else ""
    return label or say(turn.language, "unanswered.topic.gone")


def _line(session: Session, turn: Turn, place: int, row: SentQuestion) -> tuple[str, str]:
    year, week, _ = row.sent_on.isocalendar()
    key = "unanswered.list.deferred" if row.status == Status.DEFERRED else "unanswered.list.sent"
    about = _about(session, turn, row)
    text = f"{about}: {_shortened(row.text)}" if about else _shortened(row.text)
    return say(turn.language, key, place=place, week=week, year=year), text


def _about(session: Session, turn: Turn, row: SentQuestion) -> str:
    """The announcement that it was asked about; the empty string where that is none."""
    found = announcements.told(session, turn.programme.key, row.announcement_id or 0)
    return say(turn.language, "unanswered.about", title=found[0].title) if found else ""


def _answer_line(turn: Turn, row: SentQuestion) -> str:
    source = say(turn.language, "unanswered.told.source", source=row.source_label or "")
    return f"{_shortened(row.answer or '')} ({source})"


def _numbered(rows: list[SentQuestion]) -> Iterator[tuple[int, SentQuestion]]:
    return enumerate(rows, start=1)


def _pointing(language: Language, key: str, action: str, place: int, row: SentQuestion) -> Button:
    values, is_change = {"question": row.id}, action == "question.take_back"
    return Button(title=say(language, key, place=place), action=action, values=values, replaces=is_change)


def _more(turn: Turn, action: str, name: str, start: int, number: int) -> tuple[Button, ...]:
    if start >= number:
        return ()
    return (Button(title=say(turn.language, f"unanswered.list.more_{name}"), action=action, values={name: start}),)


def _place(turn: Turn, name: str, number: int) -> int:
    start = turn.values.get(name)
    return start if type(start) is int and 0 <= start < number else 0


def _key(turn: Turn) -> int:
    key = turn.values.get("question")
    return key if type(key) is int and 0 < key < 2**31 else 0


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LISTED else text[: LONGEST_LISTED - 1].rstrip() + "…"
