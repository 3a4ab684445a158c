"""A turn: one transaction, in a worker thread where it waits; a refusal becomes a card, a defect an apology."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError

from bot import installations
from bot.awaiting import Awaiting
from bot.clock import Clock, DemoClock
from bot.defects import log_defect
from bot.replied import Replied
from bot.schedule import INPUT_TIMETABLE, TIMETABLE
from bot.together import Together
from bot.wire import clean, cleaned
from dialogs import caring, coming_back, guide, reminders, sign_up_notices, unanswered
from dialogs.actions import ACTIONS, INPUT_ACTIONS, PERSONAL
from dialogs.anonymous_input import Asked
from dialogs.brevity import in_brief
from dialogs.card import BUTTON_VERSION, LANGUAGES, Card, Language
from dialogs.fitting import fitted
from dialogs.sought import held_back
from dialogs.talk import both, spoken_of
from dialogs.turn import Afterwards, PictureAddress, Turn, Understood, nowhere
from dialogs.understanding import understand, vocabulary_of
from dialogs.understanding.language import clearly_written_in
from storage import (
    conversations,
    erasing,
    group_seats,
    groups,
    input_units,
    joining,
    outbox,
    people,
    programmes,
    proposals,
    terms,
    whistleblowing,
    workgroups,
)
from storage.anonymous_input import InputStore
from storage.database import Database, Session, WouldWaitError
from storage.groups import Group
from storage.people import ROLES, Address, Person, Whereabouts
from storage.refusals import Refused

#: What a person did not type or press: the channel opened a conversation and shows what comes back.
WELCOME = "welcome"
#: What concerns somebody is to be shown at the place that their channel has for that.
HOME = "home"
#: The events that tell nothing of a person's own doing, and change nothing.
_LOOKS = (HOME,)
#: In how many unique constraints a turn may meet others, one after the other: more than any turn stores under.
MOST_MEETINGS = 5
#: Seconds within which whoever acted on an activity has answered it, if it lives: longer than the platforms wait to
#: deliver it again. From then on another one that gets it answers it; see storage/conversations.py.
ANSWERED_WITHIN = 10.0
#: Seconds between looks whether another one has.
BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Incoming:
    """What a channel read off the wire. ``said_at`` is the channel's own time of it; ``action`` a pressed button's.

    ``event`` is what the channel tells without anybody having typed or pressed anything; see bot/installations.py.
    ``is_edit``: the text is of a message that was there before, under the same id, so what it would change is asked
    about first.
    ``group`` is where it was, when it was not in a conversation with one person alone.
    """

    where: Whereabouts
    conversation: str
    activity: str
    said_at: datetime | None = None
    text: str = ""
    action: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    version: Any = BUTTON_VERSION
    locale: str = ""
    event: str = ""
    is_edit: bool = False
    group: Group | None = None
    #: Addresses of theirs that the channel vouches for; kept only where somebody is known by one of them.
    emails: tuple[str, ...] = ()
    #: In a demo, who is in charge where they come from is a leader: somebody has to be.
    is_in_charge: bool = False


@dataclass(frozen=True)
class Answer:
    """The cards to show, and what the turn was taken to be. A duplicate has neither.

    ``owes``: somebody is to be sent something now. ``is_personal``: it was asked in a group and is not answered there;
    ``alone`` is where that person is reached, if that is known.
    """

    cards: tuple[Card, ...] = ()
    understanding: dict[str, Any] | None = None
    language: Language = "nb"
    owes: bool = False
    is_personal: bool = False
    alone: Address | None = None
    #: It was acted on before and may be being answered at this moment, by another process.
    is_elsewhere: bool = False
    #: Somebody known by e-mail only may be this person: the channel that can tell their address is to tell it.
    asks_address: bool = False
    #: The turn is over and its cards still to be drawn, by calling this: see dialogs/turn.py.
    draw: "Callable[[], Answer] | None" = None


@dataclass
class _Course:
    """How far a turn has come: what is needed when it ends in a refusal or a defect."""

    language: Language = "nb"
    understood: Understood | None = None
    values: dict[str, Any] = field(default_factory=dict)
    asked: tuple[str, Asked] | None = None
    owes: bool = False
    is_personal: bool = False
    alone: Address | None = None
    is_elsewhere: bool = False
    is_again: bool = False
    asks_address: bool = False
    afterwards: Afterwards | None = None
    is_over: bool = False


class Turns:
    """Answers turns on one database. ``on_owed`` is called after those that owe somebody something."""

    def __init__(
        self,
        database: Database,
        inputs: InputStore,
        clock: Clock,
        default_programme: str,
        on_owed: Callable[[], None] = lambda: None,
        public_url: str = "",
        picture: PictureAddress = nowhere,
        sign_download: Callable[[int, int, float], str] | None = None,
        answered_within: float = ANSWERED_WITHIN,
        local_url: str = "",
        sends_email: bool = False,
    ) -> None:
        self.database = database
        self.inputs = inputs
        self.clock = clock
        self.default_programme = default_programme
        self.on_owed = on_owed
        self.public_url, self.local_url, self.sends_email = public_url, local_url, sends_email
        self.picture = picture
        self._sign_download = sign_download
        self._answered_within = answered_within
        self._awaiting = Awaiting()
        #: Turns of one conversation run one after the other, in the order they came; a lock lives while it is used.
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # One writer at a time is all that SQLite takes: more threads than one ahead would only wake to wait for it.
        threads = 2 if database.is_sqlite else 4
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="turn")
        # A thread of its own: what was begun on the event loop holds the one writer until it is ended in it. Behind
        # others that wait for the writer it would never be.
        self._ending = ThreadPoolExecutor(max_workers=1, thread_name_prefix="together")
        self._together = Together(self.begin_together, self._ending)
        self._replied = Replied(database, self._threads)
        self._is_closed = False

    async def take(self, incoming: Incoming) -> Answer:
        """Answers without holding up the event loop. What another process may be answering is waited for, to be
        answered if it does not."""
        while (answer := await self._take(incoming)).is_elsewhere:
            await asyncio.sleep(min(BETWEEN_LOOKS, self._answered_within))
        return answer

    def replied(self, incoming: Incoming) -> None:
        """To be told by the channel, on the event loop: the answer was sent, and is not to be sent again."""
        self._replied.add(self._which(incoming))

    async def _take(self, incoming: Incoming) -> Answer:
        lock = self._order.setdefault(incoming.conversation, asyncio.Lock())
        async with lock:
            if self.database.is_sqlite and _may_share(incoming):
                answer = await self._together.take(incoming)
            else:
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, self.answer, incoming)
            if answer.draw is not None:
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, answer.draw)
        if answer.owes:
            self.on_owed()
        return answer

    async def vouched(self, where: Whereabouts, emails: Sequence[str]) -> None:
        """To be told by the channel: these are the person's own addresses. Whoever was known by one of them only is
        this person."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._vouched, where, emails)

    def _vouched(self, where: Whereabouts, emails: Sequence[str]) -> None:
        now = self.clock.now()
        with self.database.writing() as session:
            terms.tell_now(session, now)
            person = people.recognise(session, where, self.default_programme)
            moved = joining.vouched(session, person, person.current_programme, emails, now)
            sign_up_notices.moved_up(session, moved, now)
            owes = outbox.owes_more(session)
        if owes:
            self.on_owed()

    def close(self) -> None:
        self._is_closed = True
        self._ending.shutdown()
        self._threads.shutdown()
        self._replied.close()

    def warm_up(self) -> None:
        """Learns every programme's words, so that the first question need not wait for it."""
        with self.database.reading() as session:
            for programme in programmes.every(session):
                vocabulary_of(session, programme)

    def answer(self, incoming: Incoming) -> Answer:
        """The turn, whose cards may be left to be drawn. The same activity a second time is answered with nothing, if
        it was answered."""
        incoming, course = _begun(incoming)
        return self._answer(incoming, course, partial(self._in_one_transaction_or_more, incoming, course))

    def answer_together(self, incoming: Sequence[Incoming]) -> list[Answer]:
        """Turns of different conversations, in one transaction: their one commit is what most of them would wait for.

        As soon as one of them is refused or fails, nothing of any is kept, and each is done by itself.
        """
        if len(incoming) == 1:
            return self._one_by_one(incoming)
        return self._begun_in(self.database.writing_together, incoming)()

    def begin_together(self, incoming: Sequence[Incoming]) -> Callable[[], list[Answer]]:
        """As ``answer_together``, begun on the event loop; what is returned is still to be done, in a thread.

        That is the commit, which waits for the disk, where the turns could be done without waiting; else all of it.
        """
        if self._is_closed or not all(map(_is_question, incoming)):
            return partial(self.answer_together, incoming)
        try:
            return self._begun_in(self.database.writing_at_once, incoming)
        except WouldWaitError:
            return partial(self.answer_together, incoming)

    def _begun_in(self, writing: Callable[[], Any], incoming: Sequence[Incoming]) -> Callable[[], list[Answer]]:
        """Does them in one transaction; what is left is to end it. What failed is left to be done by itself."""
        begun = [_begun(one) for one in incoming]
        try:
            with ExitStack() as transaction:
                new_session = transaction.enter_context(writing())
                done = [self._in_shared(new_session(), *one) for one in begun]
                return partial(self._ended, transaction.pop_all(), incoming, begun, done)
        except WouldWaitError:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, the turn that it belongs to will meet it again by itself
            return partial(self._one_by_one, incoming)

    def _ended(
        self,
        transaction: ExitStack,
        incoming: Sequence[Incoming],
        begun: list[tuple[Incoming, _Course]],
        done: list[tuple[Card, ...]],
    ) -> list[Answer]:
        try:
            transaction.close()
        except Exception:  # noqa: BLE001 - nothing of any was kept
            return self._one_by_one(incoming)
        return [self._answer(*one, partial(tuple, cards)) for one, cards in zip(begun, done, strict=True)]

    def _one_by_one(self, incoming: Sequence[Incoming]) -> list[Answer]:
        return [self.answer(one) for one in incoming]

    def _answer(self, incoming: Incoming, course: _Course, act: Callable[[], tuple[Card, ...]]) -> Answer:
        try:
            cards = self._answered_or_refused(incoming, course, act)
        except Exception as defect:  # noqa: BLE001 - the last resort: rolled back, logged, apologised for
            cards, course.afterwards = (guide.sorry(course.language, log_defect(defect)),), None
        if course.afterwards is not None:
            return Answer(owes=course.owes, draw=partial(self._draw, incoming, course, course.afterwards))
        if not cards:
            return Answer(owes=course.owes, is_elsewhere=course.is_elsewhere)
        trace = _trace(course, cards[-1], incoming)
        return Answer(
            cards,
            trace,
            course.language,
            course.owes,
            course.is_personal,
            course.alone,
            asks_address=course.asks_address,
        )

    def _draw(self, incoming: Incoming, course: _Course, afterwards: Afterwards) -> Answer:
        course.afterwards, course.is_over = None, True
        return self._answer(incoming, course, partial(self._reading, incoming, afterwards))

    def _reading(self, incoming: Incoming, afterwards: Afterwards) -> tuple[Card, ...]:
        with self.database.reading() as session:
            terms.tell_now(session, self.clock.at(incoming.said_at))
            return afterwards.cards(session)

    def _answered_or_refused(
        self, incoming: Incoming, course: _Course, act: Callable[[], tuple[Card, ...]]
    ) -> tuple[Card, ...]:
        try:
            cards = act()
            if course.asked:
                # Outside the turn's transaction, and without the person: see docs/privacy.md.
                name, asked = course.asked
                cards = (INPUT_ACTIONS[name](self.inputs, asked),)
        except Refused as refused:
            # An input's turn was received, and committed, before its own store said no; so was one that is over.
            if course.asked is None and not course.is_over and not self._receive(incoming, course):
                return ()
            cards, course.afterwards = (guide.refusal(refused, course.language),), None
        if cards and course.afterwards is None:
            self._awaiting.set(incoming.conversation, cards[-1])
        return cards

    def _receive(self, incoming: Incoming, course: _Course) -> bool:
        with self.database.writing() as session:
            return self._reply(session, incoming, course) is None

    def _which(self, incoming: Incoming) -> tuple[str, str]:
        """What the activity is known again by. An edited message has the id it had: with another text it is another
        question, and delivered again it may have another time."""
        edited = f":{self.inputs.mark(clean(incoming.text))}" if incoming.is_edit else ""
        return incoming.conversation, f"{incoming.activity}{edited}"

    def _reply(self, session: Session, incoming: Incoming, course: _Course) -> tuple[Card, ...] | None:
        """What the activity is answered with without acting on it: nothing where it was answered before, or may be
        just now, and what was kept where it was acted on and its answer lost. None: it is to be acted on."""
        which, machine_now = self._which(incoming), datetime.now(UTC)
        course.is_again = False
        if conversations.receive(session, *which, machine_now):
            return None
        lost = None if which in self._replied else conversations.unanswered(session, *which, machine_now)
        if lost is None:
            return ()
        course.is_elsewhere = (machine_now - lost.received_at).total_seconds() < self._answered_within
        if course.is_elsewhere:
            return ()
        conversations.receive_again(session, *which, machine_now)
        course.is_again = True
        if lost.reply is None:
            return None
        cards = tuple(map(Card.model_validate, lost.reply))
        course.language = cards[-1].language
        return cards

    def _in_one_transaction_or_more(self, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        """Two turns that store the same thing at the same moment meet in a unique constraint; the later one sees what
        the first one stored when it runs again, and may then meet another turn in another."""
        for _ in range(MOST_MEETINGS):
            try:
                return self._in_one_transaction(incoming, course)
            except IntegrityError:
                continue
        return self._in_one_transaction(incoming, course)

    def _in_one_transaction(self, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        with self.database.writing() as session:
            return self._in_session(session, incoming, course)

    def _in_shared(
        self, opened: AbstractContextManager[Session], incoming: Incoming, course: _Course
    ) -> tuple[Card, ...]:
        with opened as session:
            cards = self._in_session(session, incoming, course)
            if programmes.has_changed(session):
                raise _NotSharedError
            return cards

    def _in_session(self, session: Session, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        course.afterwards = None
        reply = self._reply(session, incoming, course)
        if reply is not None:
            return reply
        cards = self._acted(session, incoming, course)
        if erasing.has_erased(session):
            # Not even that this was done, nor what it was answered with: done again, it finds nobody and says the same.
            conversations.forget(session, (incoming.conversation, f"{incoming.conversation}:alone"))
            return cards
        is_change = (bool(incoming.event) and incoming.event not in _LOOKS) or any(
            card.outcome == "done" for card in cards
        )
        if cards and is_change and course.asked is None:
            kept = [card.model_dump(mode="json") for card in cards]
            conversations.keep_reply(session, *self._which(incoming), kept)
        return cards

    def _acted(self, session: Session, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        terms.tell_now(session, self.clock.at(incoming.said_at))
        if incoming.event == "removed":
            # Nobody becomes known by leaving.
            people.leave(session, incoming.where)
            return ()
        if incoming.group is not None and incoming.event in installations.OF_GROUPS:
            return self._greet(session, incoming, course)
        if incoming.group is not None:
            # A channel that was there before the bot came is known from the first time it is asked there.
            groups.join(session, incoming.group, self.default_programme)
        person = people.recognise(session, incoming.where, self.default_programme)
        if self.clock.is_demo:
            _grant_demo_roles(session, person, incoming)
        cards = self._act(session, person, incoming, course)
        course.owes = outbox.owes_more(session)
        return cards

    def _greet(self, session: Session, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        """A group that the bot is new in is told what it is."""
        assert incoming.group is not None
        if not installations.OF_GROUPS[incoming.event](session, incoming.group, self.default_programme):
            return ()
        return (guide.greeting(course.language, programmes.get(session, self.default_programme)),)

    def _act(self, session: Session, person: Person, incoming: Incoming, course: _Course) -> tuple[Card, ...]:
        subject = conversations.subject(session, incoming.conversation)
        turn = self._turn(session, person, incoming, subject, course)
        if incoming.event:
            return installations.OF_PEOPLE[incoming.event](session, turn)
        coming_back.see_to(session, turn)
        name, turn = self._meaning(session, turn, incoming, course)
        if name in PERSONAL and not incoming.where.is_private:
            course.is_personal, course.alone = True, people.private_address(session, incoming.where)
            name = "guide.not_here"
        course.language, course.values = turn.language, turn.values
        if incoming.where.is_private and name not in INPUT_ACTIONS and not name.startswith(_UNSEEN):
            _note_language(session, person, incoming)
        if name in INPUT_ACTIONS:
            course.asked = (name, Asked(turn.programme.key, turn.language, turn.today, turn.values, turn.public_url,
                                         whistleblowing.channel(session, turn.programme),
                                         input_units.offered(session, turn.programme, turn.today)))  # fmt: skip
            return (guide.empty(session, turn),)
        if name == "clock.go":
            return (self._go(session, turn),)
        if name in OF_SIGN_UPS:
            vouched = joining.vouched(session, person, turn.programme.key, incoming.emails, turn.now)
            sign_up_notices.moved_up(session, vouched, turn.now)
            course.asks_address = joining.is_awaited(session, person, turn.programme.key)
        shown = ACTIONS[name](session, turn)
        if isinstance(shown, Afterwards):
            course.afterwards = shown
            return (guide.empty(session, turn),)
        cards = shown if isinstance(shown, tuple) else (shown,)
        if turn.understood is not None and turn.understood.second is not None and name == turn.understood.intent:
            cards = (*cards[:-1], self._with_second(session, turn, cards[-1], turn.understood.second))
        cards = (*cards[:-1], fitted(turn, name, in_brief(turn, name, held_back(turn, name, cards[-1]))))
        cards = unanswered.see_to(session, turn, name, cards, incoming.where.is_private)
        course.language = cards[-1].language
        about = spoken_of(subject, name, cards[-1])
        if about != subject:
            conversations.remember(session, incoming.conversation, about)
        return cards

    def _with_second(self, session: Session, turn: Turn, first: Card, second: tuple[str, dict[str, Any]]) -> Card:
        """The card with what answers the other question of the text beneath it."""
        action, values = second
        shown = ACTIONS[action](session, replace(turn, values=values))
        return both(first, shown, is_left_open="open_question" in values) if isinstance(shown, Card) else first

    def _turn(
        self, session: Session, person: Person, incoming: Incoming, subject: dict[str, str], course: _Course
    ) -> Turn:
        programme = programmes.get(session, person.current_programme)
        language: Language = person.language if person.language in LANGUAGES else course.language
        course.language = language
        return Turn(
            person=person,
            programme=programme,
            now=self.clock.at(incoming.said_at),
            language=language,
            channel=incoming.where.channel,
            is_private=incoming.where.is_private,
            text=incoming.text.strip(),
            values=dict(incoming.values),
            subject=subject,
            is_again=course.is_again,
            is_demo=self.clock.is_demo,
            inputs=self.inputs,
            public_url=self.public_url,
            local_url=self.local_url,
            sends_email=self.sends_email,
            picture=self.picture,
            sign_download=self._sign_download,
        )

    def _meaning(self, session: Session, turn: Turn, incoming: Incoming, course: _Course) -> tuple[str, Turn]:
        """The action of a pressed button, or what the typed words mean."""
        if incoming.action:
            known = incoming.action in ACTIONS or incoming.action in INPUT_ACTIONS or incoming.action in _OWN
            return (incoming.action if known and incoming.version == BUTTON_VERSION else "guide.old_button"), turn
        if not any(character.isalnum() for character in turn.text):
            return "guide.empty", turn
        vocabulary = vocabulary_of(session, turn.programme)
        awaiting, asked = self._awaiting.get(incoming.conversation)
        read = turn.text[: guide.LONGEST_QUESTION]
        understood = understand(read, vocabulary, turn.now, turn.zone, turn.subject, awaiting, turn.language)
        if read != turn.text and not caring.is_in_need(understood.values):
            return "guide.too_long", turn
        if incoming.is_edit:
            understood = replace(understood, is_only_spoken_of=True)
        if awaiting in guide.CHANGES and understood.intent == awaiting and understood.values == {"confirm": True}:
            understood = replace(understood, values=asked)
        language = turn.person.language if turn.person.language in LANGUAGES else understood.language
        course.understood = understood
        turn = replace(turn, understood=understood, language=language, values={**understood.values, **turn.values})
        turn = guide.with_only_group(session, turn)
        if awaiting in guide.CHANGES and understood.values == {"cancel": True}:
            return "guide.unchanged", turn
        if understood.candidates:
            return "guide.unsure", turn
        return ("guide.confirm" if guide.is_to_be_confirmed(session, turn) else guide.meant(session, turn)), turn

    def _go(self, session: Session, turn: Turn) -> Card:
        """In the demo, for leaders: lets the clock run ahead."""
        ACTIONS["clock.ahead"](session, turn)
        assert isinstance(self.clock, DemoClock)
        try:
            to = datetime.fromisoformat(turn.value("to"))
            passed = [at for at, _ in reminders.coming(session, turn.programme, turn.now, turn.language) if at <= to]
            self.clock.go(to)
        except (ValueError, TypeError):
            return guide.old_button(session, turn)
        # What is due on the way happens on the way: at the end it would be too late to be of use.
        for moment in passed:
            for job in TIMETABLE:
                while job(session, turn.programme, moment):
                    pass
        for moment in (turn.now, self.clock.now()):
            for of_inputs in INPUT_TIMETABLE:
                of_inputs(self.inputs, turn.programme, moment)
        shown = ACTIONS["clock.ahead"](session, replace(turn, now=self.clock.now()))
        assert isinstance(shown, Card)
        return shown


def _begun(incoming: Incoming) -> tuple[Incoming, _Course]:
    """The turn with its texts clean, and nothing of it done."""
    clean_one = replace(incoming, text=clean(incoming.text), values=cleaned(incoming.values))
    return clean_one, _Course(language=spoken(incoming.locale))


#: What is about one's own sign-ups: what somebody was registered for by e-mail is theirs here.
OF_SIGN_UPS = frozenset({"workgroup.join", "workgroup.leave", "signup.status"})
#: Actions that the turn itself carries out.
_OWN = ("clock.go",)
#: What is written to these leaves no trace with whoever wrote it, not even its language.
_UNSEEN = ("input.", "whistleblowing.")


class _NotSharedError(Exception):
    """What others would read of this turn is kept in memory, where no rollback reaches it."""


def _may_share(incoming: Incoming) -> bool:
    """Whether the turn may share its transaction with others: not where it takes its time, nor where doing it twice
    does something else, because it stores elsewhere or moves the clock."""
    return not incoming.event and not incoming.action.startswith("input.") and incoming.action not in _OWN


def _is_question(incoming: Incoming) -> bool:
    """Whether it is something typed, which is answered in a millisecond; behind a button there may be more work."""
    return bool(incoming.text) and not incoming.action


def _grant_demo_roles(session: Session, person: Person, incoming: Incoming) -> None:
    is_leader = incoming.is_in_charge or incoming.where.account.startswith("leader")
    if is_leader and not people.roles(session, person, person.current_programme):
        # Who takes notifications is nobody's by an account's name, not even in the demo: its programmes name nobody.
        for role in (one for one in ROLES if one != whistleblowing.ROLE):
            people.grant(session, person, person.current_programme, role)
        _seat_in_demo(session, person, incoming.where.account)


def _seat_in_demo(session: Session, person: Person, account: str) -> None:
    """Where groups hand over proposals, every other leader leads the first group, and the others assure quality."""
    quality = proposals.quality_group(session, person.current_programme)
    if quality is None:
        return
    every = workgroups.every(session, person.current_programme)
    leads = account[-1:] not in "02468"
    seat = next(one for one in every if (one.kind == "workgroup" if leads else one.key == quality))
    group_seats.give(session, person, seat, datetime.now(UTC), leads=leads)


def _note_language(session: Session, person: Person, incoming: Incoming) -> None:
    written = clearly_written_in(incoming.text[: guide.LONGEST_QUESTION]) if not incoming.action else None
    if written is not None:
        people.note_written(session, person, written)


def spoken(locale: str) -> Language:
    """The language of a channel's locale: nn and en where it says so, else bokmål."""
    start = locale[:2].casefold()
    return "nn" if start == "nn" else "en" if start == "en" else "nb"


def _trace(course: _Course, card: Card, incoming: Incoming) -> dict[str, Any]:
    intent = course.understood.intent if course.understood else incoming.action or incoming.event
    return {"intent": intent, "action": card.did, "outcome": card.outcome, "values": course.values}
