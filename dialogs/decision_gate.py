"""Discussed before decided, where announcements are sent: what one tells of, and why it cannot go yet."""

import re
from functools import cache
from pathlib import Path

from dialogs import meeting_gate, risk_gate, risk_words, saying_dates
from dialogs.card import Button, Card, Choice, Items, Language, Question, Text
from dialogs.moments import NoMoment
from dialogs.offers import offer, short
from dialogs.saying_steps import step_title, steps_said
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcement_versions, announcements, decided_announcements, decision_log, decision_steps
from storage import decisions as stored
from storage.announcements import Announcement
from storage.database import Session
from storage.decided_announcements import PapersMissing
from storage.decisions import LONGEST_TITLE, NotReady
from storage.risk_reviews import NotReviewed

#: The question's name, and its answers besides the number of a decision.
FIELD, UNSAID, NONE, NEW = "decided", "-", "no", "new"
#: How many decisions can be chosen from: a leader has few at a time, the newest and undecided first.
MOST_CHOICES = 20
_WORDS = Path(__file__).parent / "decided_words.txt"


def question(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str]) -> tuple[Question, ...]:
    """Whether it tells of something decided: asked of every announcement, unless the programme does without."""
    if not turn.programme.discussed_before_decided:
        return ()
    every = stored.latest(session, turn.person, turn.programme.key, MOST_CHOICES)
    rows = [row for row in every if row.ended is None]
    told = decided_announcements.told_of(session, announcement.id)
    if told is not None and told.ended is None and told not in rows:
        rows.append(told)
    language = turn.language
    choices = [
        Choice(title=say(language, "decision_gate.choose"), value=UNSAID),
        Choice(title=say(language, "decision_gate.none"), value=NONE),
        *(Choice(title=short(say(language, "decision_gate.yes", title=row.title)), value=str(row.id)) for row in rows),
        *meeting_gate.choices(session, turn, _before(session, announcement).removeprefix(meeting_gate.PREFIX)),
        *risk_gate.choices(session, turn),
        Choice(title=say(language, "decision_gate.new"), value=NEW),
    ]
    before, typed = _before(session, announcement), turn.value(FIELD)
    value = typed if typed in {choice.value for choice in choices} else before
    return (
        Question(
            name=FIELD,
            label=say(language, "decision_gate.label"),
            value=value,
            required=True,
            choices=tuple(choices),
            error=errors.get(FIELD, ""),
        ),
    )


def sure(turn: Turn, announcement: Announcement, errors: dict[str, str]) -> dict[str, int]:
    """What the button carries for sending in spite of its words, once those were asked about."""
    if FIELD in errors and (turn.value(FIELD) == NONE or turn.value(FIELD).startswith(meeting_gate.PREFIX)):
        return {"sure": announcement.version}
    return {}


def stop(session: Session, turn: Turn, announcement: Announcement) -> Card | None:
    """Keeps with the draft what it tells of; the card of what is missing, or None where it may be sent.

    Raises NoMoment at the question where it was not answered, and where the answer is no but the words speak of a
    decision: that is asked once more.
    """
    if not turn.programme.discussed_before_decided:
        return None
    chosen = turn.value(FIELD) if FIELD in turn.values else _before(session, announcement)
    number = _number(session, turn, announcement, chosen)
    if number is None:
        # Before it is kept: an answer that was not believed lifts nothing.
        words = spoken(_everything(session, announcement))
        if words and turn.values.get("sure") != announcement.version:
            raise NoMoment("decision_gate.words", FIELD, words=", ".join(f"«{word}»" for word in words[:3]))
    assert announcement.id is not None
    meeting = chosen.removeprefix(meeting_gate.PREFIX) if chosen.startswith(meeting_gate.PREFIX) else None
    if decided_announcements.say(session, turn.person, turn.programme.key, announcement.id, number, turn.now, meeting):
        announcements.mark_changed(session, announcement)
    if number is None and meeting is None:
        return None
    try:
        decided_announcements.must_be_ready(session, turn.programme.key, announcement.id)
    except NotReady as not_ready:
        return held(session, turn, announcement, not_ready)
    except NotReviewed as left:
        return risk_gate.held(session, turn, announcement, left)
    except PapersMissing as missing:
        return meeting_gate.held(session, turn, announcement, missing)
    return None


def held(session: Session, turn: Turn, announcement: Announcement, not_ready: NotReady) -> Card:
    """Why it is not sent: the missing steps with whose they are, and the ways on. The draft is kept."""
    language, decision = turn.language, not_ready.decision
    lines = []
    for step in not_ready.missing:
        names = ", ".join(one.name for one in decision_steps.owners(session, decision, step, turn.now).here)
        lines.append((step_title(language, step), names or say(language, "decision_gate.nobody")))
    return Card(
        title=say(language, "decision_gate.title"),
        blocks=(
            Text(text=say(language, "decision_gate.text", title=decision.title)),
            Items(items=tuple(lines)),
            *risk_gate.blocks(session, turn, decision),
            Text(text=say(language, "decision_gate.kept"), style="quiet"),
        ),
        buttons=(
            offer(language, "decision.ask", {"decision": decision.id}, "primary"),
            Button(title=say(language, "decisions.open"), action="decision.open", values={"decision": decision.id}),
            Button(
                title=say(language, "planned.open"),
                action="announcement.open",
                values={"announcement": announcement.id},
            ),
        ),
        language=language,
        outcome="refused",
    )


def why(language: Language, not_ready: NotReady) -> str:
    """The reason in a sentence, for whom the clock tells."""
    steps = steps_said(language, not_ready.missing)
    return say(language, "decision_gate.held", title=not_ready.decision.title, steps=steps)


def reason(session: Session, announcement: Announcement, language: Language) -> str:
    """Why it could not be sent now, in a sentence; empty where it could."""
    found = decided_announcements.not_ready(session, announcement.programme_key, announcement.id)
    if found is None:
        return ""
    return why(language, found) if isinstance(found, NotReady) else say(language, found.key, **found.values)


def dissent(session: Session, announcement: Announcement, language: Language) -> tuple[Text, ...]:
    """The lines that tell who was of another mind: discussed is not agreed, and reviewed is not either."""
    found = decided_announcements.dissent(session, announcement.id)
    lines = []
    if found is not None:
        day = saying_dates.day(language, found.on, weekday=False)
        lines.append(say(language, "decision_gate.dissent", body=found.body, day=day, words=found.words))
    decision = decided_announcements.told_of(session, announcement.id)
    if decision is not None:
        those = stored.disagreements(session, decision, announcement.sent_at)
        lines += [risk_words.disagreed(known, part, language) for known, part in those]
    return tuple(Text(text=line) for line in lines)


def opening(session: Session, announcement: Announcement, language: Language) -> tuple[Button, ...]:
    """The button to what is in the log of the decision that it tells of, as it is when the button is pressed."""
    told = decided_announcements.told_of(session, announcement.id)
    if told is None or decision_log.newest(session, told) is None:
        return ()
    return (offer(language, "decision.entry", {"decision": told.identity}),)


def newly_spoken(session: Session, turn: Turn, announcement: Announcement, text: str) -> list[str]:
    """The words of what would take the place of a sent announcement that speak of something decided and that it did not
    have: that is for an announcement of its own, which is asked what this one was."""
    if not turn.programme.discussed_before_decided:
        return []
    before = set(spoken(_everything(session, announcement)))
    return [word for word in spoken(text) if word not in before]


def spoken(text: str) -> list[str]:
    """The words of a text that speak of something decided, each once, as they are written."""
    return list(dict.fromkeys(found[0].casefold() for found in _pattern().finditer(text)))


def _everything(session: Session, announcement: Announcement) -> str:
    """All that it says, in each language that it is written in."""
    rows = [(row.title, row.text) for row in announcement_versions.every(session, announcement)]
    return "\n".join(part for row in [(announcement.title, announcement.text), *rows] for part in row)


@cache
def _pattern() -> re.Pattern[str]:
    lines = [line.partition(":")[2] for line in _WORDS.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    words = [re.escape(word.strip()).replace(r"\*", r"\w*") for line in lines for word in line.split(",")]
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.I)


def _before(session: Session, announcement: Announcement) -> str:
    """What was answered for this draft before."""
    row = decided_announcements.find(session, announcement.id)
    told = decided_announcements.told_of(session, announcement.id)
    if row is None or (told is not None and told.ended is not None):
        return UNSAID
    if row.meeting_key is not None:
        return f"{meeting_gate.PREFIX}{row.meeting_key}"
    return NONE if row.decision_id is None else str(row.decision_id)


def _number(session: Session, turn: Turn, announcement: Announcement, chosen: str) -> int | None:
    """The decision that was chosen, None for none. One that is new is begun under the announcement's title, once."""
    if chosen == NONE or chosen.startswith(meeting_gate.PREFIX):
        return None
    if chosen == NEW or chosen.startswith(risk_gate.PREFIX):
        title, form = announcement.title[:LONGEST_TITLE], f"announcement:{announcement.id}"
        made = stored.make(session, turn.person, turn.programme.key, title, turn.now, form)
        if chosen != NEW or made.milestone_key is None:
            of = chosen.removeprefix(risk_gate.PREFIX) if chosen != NEW else ""
            stored.concern(session, turn.person, turn.programme.key, made.identity, of)
        return made.identity
    if not chosen.isdecimal() or len(chosen) > 9:
        raise NoMoment("decision_gate.unsaid", FIELD)
    return int(chosen)
