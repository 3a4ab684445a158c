"""Typed words become an intent and values: offline, in a millisecond, and "not sure" rather than a guess.

signals → normalise → reading (lexicon, vocabulary, dates) → intents → values; each is a module, and what people say
is data.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.card import Language
from dialogs.turn import Understood
from dialogs.understanding.alike import is_about_own_position, names_oneself
from dialogs.understanding.aside import aside, care, is_code
from dialogs.understanding.before import reminded_before
from dialogs.understanding.begun import FREE_TEXT, nothing_begun
from dialogs.understanding.belonging import belonging
from dialogs.understanding.enclosed import held_by, ordered
from dialogs.understanding.following import follows
from dialogs.understanding.followups import followed_up
from dialogs.understanding.intents import SURE, Ranked
from dialogs.understanding.language import language_of
from dialogs.understanding.leaning import in_talk
from dialogs.understanding.made_here import asked_outright
from dialogs.understanding.messages import all_off, shown
from dialogs.understanding.missing import number_of_none
from dialogs.understanding.musts import only_musts
from dialogs.understanding.neighbours import by_what_is_named
from dialogs.understanding.noise import noise_settings
from dialogs.understanding.on_behalf import order_of_another, question_of_another
from dialogs.understanding.one_message import one_message
from dialogs.understanding.orders import is_only_spoken_of
from dialogs.understanding.outright import NAMING, lacks_name, named_in
from dialogs.understanding.ranking import ASIDES, by_own_words, ranking
from dialogs.understanding.reading import Reading, read
from dialogs.understanding.rhythms import ACTION as RHYTHM
from dialogs.understanding.rhythms import rhythm_order
from dialogs.understanding.second import two_questions
from dialogs.understanding.signals import signals_in
from dialogs.understanding.snoozing import snoozed
from dialogs.understanding.sought import ANSWERED, beside, by_what_is_sought, doubts, is_of_nothing, or_unheard, sought
from dialogs.understanding.titles import titled
from dialogs.understanding.to_decide import decisions_kept
from dialogs.understanding.values import values_of
from dialogs.understanding.vocabulary import Vocabulary, vocabulary_of

__all__ = ["Vocabulary", "understand", "vocabulary_of"]

#: What is written for everyone tells of others: "call 113 if …" is no call for help.
_NEWS = "announcement.post"
#: What the model reads better, with the group that is named; but for where a text is awaited.
_LEAVE = "workgroup.leave"
#: Whose group may be one by a number that none has.
_MEETINGS = "group.meetings"
_YES = frozenset(
    [
        "ja",
        "jo",
        "japp",
        "jepp",
        "jada",
        "yes",
        "yep",
        "ok",
        "okei",
        "okay",
        "send",
        "bekreft",
        "confirm",
        "sure",
        "gjerne",
        "klart",
    ]
)
_NO = frozenset(["nei", "nope", "no", "ikke", "ikkje", "avbryt", "cancel", "stopp", "stop", "dropp"])
_WAIT = frozenset(["vent", "wait", "forresten", "angrer", "angrar", "actually", "oi", "oops", "sorry", "beklager"])
_QUESTIONS = frozenset({"what", "who", "when", "which", "how", "howmany", "howlong", "help", "list"})
_MANY = 3
#: What a few words may ask for even while free text is awaited; nothing that does anything in somebody's name.
_COMMANDS = ("help", "language.set", "subscription.set", "milestone.next", "milestone.list", "workgroup.list")
_SHORT = 4
#: So sure that it is asked about before it is done.
UNSURE = 0.5


def understand(
    text: str,
    vocabulary: Vocabulary,
    now: datetime,
    zone: ZoneInfo,
    subject: dict[str, str],
    awaiting: str | None = None,
    spoken: Language = "nb",
) -> Understood:
    """What a text means in this programme, now, after an answer about ``subject``. ``awaiting`` is the action whose
    draft waits for this person: then a yes, a no or free text belongs to it, unless the text clearly asks for else.
    ``spoken`` is what their client speaks: the language of a text that does not tell its own."""
    today = now.astimezone(zone).date()
    heard = signals_in(text, vocabulary.spelling.knows)
    text = text if awaiting in FREE_TEXT else question_of_another(text)
    reading = read(text, vocabulary, today, subject)
    language = language_of([word.text for word in reading.words], spoken)
    order = _first_of_all(text, heard, vocabulary, today, awaiting)
    title = None if order else titled(text)
    if title:
        action, languages = title
        return Understood(action, language=language if language in languages else languages[0])
    order = order or _by_the_clock(text, reading, vocabulary, subject, today, awaiting)
    first = Understood(*order, language=language) if order else _of_everything(text, awaiting, language)
    first = first or _said_outright(text, awaiting, reading, vocabulary, language)
    if first is not None:
        return first
    before = {} if awaiting else subject
    ranked = in_talk(by_own_words(ranking(reading), reading, before), reading, before)
    confidence, intent = ranked[0].confidence, by_what_is_named(ranked[0].intent, reading)
    if awaiting and not is_code(text):
        answer = _answer(text, reading, awaiting, confidence, intent)
        if answer is not None:
            return Understood(awaiting, answer, language=language)
    wish = None if awaiting in FREE_TEXT else follows(text, vocabulary, today)
    by_itself = aside(heard, text, reading, intent, confidence) or wish
    by_itself = by_itself or nothing_begun(text, reading, Ranked(intent, confidence), vocabulary.spelling.knows)
    if by_itself is not None:
        return Understood(*by_itself, language=language)
    if intent == "out_of_scope" and is_about_own_position(text) and names_oneself(text):
        return Understood(intent, {"about": "own_position"}, confidence, language)
    following = None if awaiting else followed_up(reading, subject, vocabulary)
    if following is not None:
        intent, confidence = following[0], 1.0
    both = None if following or awaiting else two_questions(reading, intent, vocabulary, today, subject)
    if both is not None and confidence >= SURE and not belonging(reading, vocabulary):
        one, other = both
        return Understood(one.intent, one.values, one.confidence, language, second=(other.intent, other.values))
    # What goes on about an answer is unclear by itself: that says nothing of whether documents have it.
    certain = max(confidence, SURE) if before else confidence
    doubt = doubts(intent, reading, certain)
    kind = or_unheard(intent, doubt, certain, sought(intent, text, reading, vocabulary))
    intent, unheard = (intent, {}) if following else by_what_is_sought(intent, kind)
    if is_of_nothing(intent, kind, confidence) and not following:
        intent, unheard, confidence = "programme.about", {"unheard": True}, SURE
    about = ranked[0].about if intent == ranked[0].intent else ""
    values = unheard or values_of(intent, reading, vocabulary, subject, about) | (following[1] if following else {})
    values |= kind if intent in ANSWERED else {}
    values |= held_by(intent, text, vocabulary, today)
    # What is not for the bot is declined with the ways on beside it: asking back would only offer guesses.
    is_sure = confidence >= SURE or intent in ASIDES or bool(values.get("done"))
    return Understood(
        intent,
        values,
        confidence,
        language,
        candidates=() if is_sure else tuple(one.intent for one in ranked[:_MANY]),
        others=tuple(one.intent for one in ranked[1:_MANY]),
        is_only_spoken_of=is_only_spoken_of(text, reading, intent, language),
        doubt=doubt,
        beside=beside(intent, reading, vocabulary),
    )


def _first_of_all(
    text: str, heard: frozenset[str], vocabulary: Vocabulary, today: date, awaiting: str | None
) -> tuple[str, dict[str, Any]] | None:
    """What goes before everything else: a life in danger, and an order with its text."""
    order = ordered(text, vocabulary, today)
    is_news = awaiting == _NEWS or (order is not None and order[0] == _NEWS)
    return (None if is_news else care(heard)) or order


def _by_the_clock(
    text: str, reading: Reading, vocabulary: Vocabulary, subject: dict[str, str], today: date, awaiting: str | None
) -> tuple[str, dict[str, Any]] | None:
    """What is said of messages that come by themselves; where a text is awaited, that is the text."""
    if awaiting in FREE_TEXT:
        return None
    rhythm = rhythm_order(reading, today, is_awaited=awaiting == RHYTHM)
    reminder = reminded_before(reading, vocabulary, today)
    one = one_message(text) or decisions_kept(text) or only_musts(text)
    return (
        snoozed(reading, subject, today) or rhythm or one or reminder or noise_settings(text, reading) or shown(reading)
    )


def _of_everything(text: str, awaiting: str | None, language: Language) -> Understood | None:
    """ "Meld meg av alt" may mean all messages, or the groups too: it is asked about."""
    if not all_off(text) or awaiting in FREE_TEXT:
        return None
    values = {"on": False, "topic": "all"}
    return Understood("subscription.set", values, UNSURE, language, others=("workgroup.leave",))


def _said_outright(
    text: str, awaiting: str | None, reading: Reading, vocabulary: Vocabulary, language: Language
) -> Understood | None:
    """What a sentence orders or asks for outright. Where a form waits for a text it may be that text, so what would
    change something is asked about first, and a name is none; so is what somebody else is said to want done."""
    wanted = order_of_another(text)
    action, values = asked_outright(wanted or text, vocabulary) or ("", {})
    is_written = awaiting in FREE_TEXT
    is_own_leave = action == _LEAVE and "for" not in values and not wanted
    if not action or (is_written and "name" in values) or (is_own_leave and not is_written):
        return None
    values |= named_in(reading) if action in NAMING else {}
    values |= number_of_none("workgroup.about", reading, vocabulary, values) if action == _MEETINGS else {}
    if lacks_name(action, values):
        return None
    return Understood(action, values, UNSURE if action == _LEAVE else 1.0, language)


def _answer(text: str, reading: Reading, awaiting: str, confidence: float, intent: str) -> dict[str, object] | None:
    """What the text answers to a waiting draft, or None where it is about something else."""
    said = {word.text for word in reading.words}
    if len(reading.words) <= 2 and said & _YES:
        return {"confirm": True}
    if _takes_back(reading, said):
        return {"cancel": True}
    if awaiting not in FREE_TEXT or (awaiting == "input.submit" and _asks_for_oneself(text, reading)):
        return None
    asks = text.strip().endswith("?") or any(place for place in reading.symbols[:1] if _asks(place))
    commands = len(reading.words) <= _SHORT and intent in _COMMANDS and confidence > 0.8
    if commands or (asks and confidence > 0.6 and intent not in ("out_of_scope", awaiting)):
        return None
    return {"text": text.strip()}


def _asks_for_oneself(text: str, reading: Reading) -> bool:
    """ "Mister jeg jobben?" is asked, and nothing that one hands in."""
    is_short = len(reading.words) <= _SHORT * 2
    return is_short and text.rstrip().endswith("?") and is_about_own_position(text) and names_oneself(text)


def _takes_back(reading: Reading, said: set[str]) -> bool:
    """ "No", "forget it", "nei vent, dropp det. Må spørre først": the first words say so."""
    first = [place for start, place in zip(reading.starts, reading.symbols, strict=True) if _is_early(start, reading)]
    if any("cancel" in place for place in first):
        return len(reading.words) <= _SHORT or bool(said & (_NO | _WAIT))
    return bool(said & _NO) and len(said) <= 2


def _is_early(start: int, reading: Reading) -> bool:
    return start < reading.words[min(len(reading.words), _SHORT + 1) - 1].end


def _asks(place: tuple[str, ...]) -> bool:
    return bool(_QUESTIONS.intersection(place))
