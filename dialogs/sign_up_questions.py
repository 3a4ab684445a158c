"""Coordinators ask a volunteer about their sign-up, and get the answer: before they say yes or no."""

from dialogs import saying_dates
from dialogs.card import Button, Card, Language, Question, Text, in_each
from dialogs.offers import offers
from dialogs.promises import OWNERS
from dialogs.turn import Turn
from dialogs.words import say
from storage import outbox, promises, same_person, sign_ups, stand_ins, workgroups
from storage import sign_up_questions as questions
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sign_up_questions import LONGEST, SignUpQuestion
from storage.sign_ups import SignUp
from storage.workgroups import Workgroup

_WRONG = ("refused.sign_up_question.empty", "refused.sign_up_question.long")


def ask(session: Session, turn: Turn) -> Card:
    """The form for what the coordinator wants to know."""
    row, person = sign_ups.get(session, turn.person, turn.programme.key, _sign_up(turn))
    return _asking(session, turn, row, person)


def asked(session: Session, turn: Turn) -> Card:
    """Asks the volunteer, and tells them."""
    row, person = sign_ups.get(session, turn.person, turn.programme.key, _sign_up(turn))
    try:
        question, is_new = questions.ask(
            session, turn.person, turn.programme.key, row.identity, turn.value("text"), turn.now
        )
    except Refused as wrong:
        if wrong.key not in _WRONG:
            raise
        return _asking(session, turn, row, person, say(turn.language, wrong.key, **wrong.values))
    if is_new:
        _tell_volunteer(session, turn.programme, question, row, person)
    by_email = same_person.is_by_email_only(session, person)
    return Card(
        title=say(turn.language, "sign_up_questions.asked.title", name=person.name or "–"),
        blocks=(
            Text(text=say(turn.language, "sign_up_questions.asked.text")),
            *((Text(text=say(turn.language, "sign_up_questions.asked.by_email")),) if by_email else ()),
        ),
        buttons=offers(turn.language, "signup.volunteers"),
        language=turn.language,
        outcome="done",
    )


def reply(session: Session, turn: Turn) -> Card:
    """The form for the answer: the volunteer's own, or what came by e-mail and a coordinator writes down."""
    question, row = questions.get(session, turn.person, turn.programme.key, _key(turn))
    if question.answered_at is not None:
        raise Refused("refused.sign_up_question.answered")
    return _replying(session, turn, question, row)


def replied(session: Session, turn: Turn) -> Card:
    """Keeps the answer, and tells the coordinator."""
    question, row = questions.get(session, turn.person, turn.programme.key, _key(turn))
    try:
        question, is_new = questions.reply(
            session, turn.person, turn.programme.key, question.identity, turn.value("answer"), turn.now
        )
    except Refused as wrong:
        if wrong.key not in _WRONG:
            raise
        return _replying(session, turn, question, row, say(turn.language, wrong.key, **wrong.values))
    is_own = row.person_id == turn.person.id
    if is_new and is_own:
        _tell_coordinators(session, turn, question, row)
    return Card(
        title=say(turn.language, "sign_up_questions.replied.title"),
        blocks=(Text(text=say(turn.language, f"sign_up_questions.replied.{'own' if is_own else 'by_hand'}")),),
        buttons=offers(turn.language, "signup.status" if is_own else "signup.volunteers"),
        language=turn.language,
        outcome="done",
        subject={"group": row.workgroup_key},
    )


def to_volunteer(
    question: SignUpQuestion, group: Workgroup, programme: Programme, day: str, language: Language
) -> Card:
    """What the volunteer is asked. ``day``: by when the answer to their sign-up is promised all the same, or empty."""
    contact = programme.contact_email or say(language, "programmes.contact_people")
    return Card(
        title=say(language, "sign_up_questions.told.title", group=group.title),
        blocks=(
            Text(text=question.text, style="strong"),
            *((Text(text=say(language, "sign_up_questions.told.promise", day=day)),) if day else ()),
            Text(text=say(language, "sign_up_questions.told.how", contact=contact), style="quiet"),
        ),
        buttons=(replying(question, language), *offers(language, "signup.status")),
        language=language,
        subject={"group": group.key},
    )


def to_coordinator(question: SignUpQuestion, row: SignUp, person: Person, group: Workgroup, language: Language) -> Card:
    opening = Button(
        title=say(language, "sign_up_questions.open"), action="signup.one", values={"sign_up": row.identity}
    )
    return Card(
        title=say(language, "sign_up_questions.answer.title", name=person.name or "–", group=group.title),
        blocks=(Text(text=question.text, style="quiet"), Text(text=question.answer)),
        buttons=(opening, *offers(language, "signup.volunteers")),
        language=language,
    )


def replying(question: SignUpQuestion, language: Language) -> Button:
    return Button(
        title=say(language, "sign_up_questions.reply.button"),
        action="signup.reply",
        values={"question": question.identity},
        style="primary",
    )


def _tell_volunteer(
    session: Session, programme: Programme, question: SignUpQuestion, row: SignUp, person: Person
) -> None:
    group = workgroups.get(session, programme.key, row.workgroup_key)
    promise = promises.find(session, person, programme.key, "sign_up", row.workgroup_key)
    due = promise.due_on if promise and promise.kept_at is None and promise.dropped_at is None else None
    cards = in_each(
        lambda language: to_volunteer(
            question, group, programme, saying_dates.day(language, due) if due else "", language
        )
    )
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, person, message, f"sign_up_question:{question.identity}")


def _tell_coordinators(session: Session, turn: Turn, question: SignUpQuestion, row: SignUp) -> None:
    """Who asked, where they are there; else who stands in for them."""
    group = workgroups.get(session, turn.programme.key, row.workgroup_key)
    cards = in_each(lambda language: to_coordinator(question, row, turn.person, group, language))
    asker = session.get_one(Person, question.asked_by)
    is_there = not stand_ins.away(session, [asker], turn.now)
    those = [asker] if is_there else stand_ins.first_here(session, turn.programme.key, OWNERS, turn.now)
    if those:
        message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
        key = f"sign_up_answer:{question.identity}"
        outbox.owe_each(session, [one.identity for one in those], message, key, turn.now)


def _asking(session: Session, turn: Turn, row: SignUp, person: Person, error: str = "") -> Card:
    language, before = turn.language, questions.last(session, row.identity)
    if before is not None and before.answered_at is None:
        return _waiting(session, turn, before, person)
    field = Question(
        name="text",
        label=say(language, "sign_up_questions.ask.text"),
        value=turn.value("text"),
        required=True,
        lines=3,
        longest=LONGEST,
        error=error,
    )
    sending = Button(
        title=say(language, "sign_up_questions.ask.send"),
        action="signup.asked",
        values={"sign_up": row.identity},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(language, "sign_up_questions.ask.title", name=person.name or "–"),
        blocks=(Text(text=say(language, "sign_up_questions.ask.how"), style="quiet"),),
        questions=(field,),
        buttons=(sending, *offers(language, "signup.volunteers")),
        language=language,
        outcome="refused" if error else "answered",
    )


def _waiting(session: Session, turn: Turn, question: SignUpQuestion, person: Person) -> Card:
    """One question at a time: what was asked, and for somebody without chat the way to write the answer down."""
    by_hand = same_person.is_by_email_only(session, person)
    writing = replying(question, turn.language).model_copy(
        update={"title": say(turn.language, "sign_up_questions.reply.by_hand")}
    )
    return Card(
        title=say(turn.language, "sign_up_questions.waiting.title", name=person.name or "–"),
        blocks=(Text(text=question.text),),
        buttons=(*((writing,) if by_hand else ()), *offers(turn.language, "signup.volunteers")),
        language=turn.language,
    )


def _replying(session: Session, turn: Turn, question: SignUpQuestion, row: SignUp, error: str = "") -> Card:
    language = turn.language
    group = workgroups.get(session, turn.programme.key, row.workgroup_key)
    title = say(language, "sign_up_questions.told.title", group=group.title)
    if row.person_id != turn.person.id:
        name = session.get_one(Person, row.person_id).name or "–"
        title = say(language, "sign_up_questions.reply.by_hand.title", name=name)
    field = Question(
        name="answer",
        label=say(language, "sign_up_questions.reply.text"),
        value=turn.value("answer"),
        required=True,
        lines=3,
        longest=LONGEST,
        error=error,
    )
    sending = Button(
        title=say(language, "sign_up_questions.reply.send"),
        action="signup.replied",
        values={"question": question.identity},
        style="primary",
        replaces=True,
    )
    return Card(
        title=title,
        blocks=(Text(text=question.text, style="strong"),),
        questions=(field,),
        buttons=(sending, *offers(language, "signup.status")),
        language=language,
        outcome="refused" if error else "answered",
    )


def _key(turn: Turn) -> int:
    key = turn.values.get("question")
    return key if type(key) is int else -1


def _sign_up(turn: Turn) -> int:
    key = turn.values.get("sign_up")
    return key if type(key) is int else -1
