"""Meetings of groups: which there are, calling and moving one, and what became of it."""

import re
import secrets
from datetime import date

from dialogs import meeting_notices, meeting_words
from dialogs.asked import keys
from dialogs.card import MOST_BUTTONS, Button, Card, Choice, Items, Language, Question, Span, Text, Written
from dialogs.moments import as_typed, typed_day
from dialogs.not_known import no_such_number, not_known
from dialogs.offers import offer, offers, short
from dialogs.saying_dates import day, sources_line
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import group_work, meetings, workgroups
from storage.database import Session
from storage.meetings import (
    LONGEST_LINK,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WITH,
    Changed,
    Known,
    MeetingKind,
    MeetingState,
    Plan,
    WrongField,
    is_made_here,
)
from storage.refusals import Refused
from storage.workgroups import Workgroup

#: How many meetings a list tells, and how many of them have a button: the rest follow, so many at a time.
_MOST, _BUTTONS = 12, 3
#: What a list is asked for that tells only of minutes.
MINUTES = "minutes"
_CLOCK = re.compile(r"(?:kl(?:okk[ae]n?)?\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?", re.I)


def listed(session: Session, turn: Turn) -> Card:
    """The meetings of one group, or of all: those to come first, then the last ones, each of which can be opened."""
    missing = no_such_number(turn)
    if missing is not None:
        return missing
    language = turn.language
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    wanted = [groups[key] for key in keys(turn, "groups", "group") if key in groups]
    group = wanted[0] if len(wanted) == 1 else None
    every = meetings.every(session, turn.programme.key, group.key if group else None)
    if turn.value("of") == MINUTES:
        return _with_minutes(session, turn, group, [known for known in every if known.minutes][::-1])
    coming = [known for known in every if known.meeting.last_day is None or known.meeting.last_day >= turn.today]
    past = [known for known in every if known not in coming][::-1]
    if not every:
        said = say(language, "meetings.none", group=meeting_words.named(group, language) if group else "")
        card = not_known(turn, said if group else say(language, "meetings.none_at_all"), buttons=())
        return card.model_copy(update={"buttons": _ways_on(session, turn, group)})
    start = _start(turn, len(every))
    # What has just been is opened as often as what comes next.
    opened = [*coming[:2], *past[:1], *coming[2:], *past[1:]][start : start + _BUTTONS]
    shown = opened if start else [*coming, *past][:_MOST]
    left = 0 if start else len(every) - _MOST
    name = meeting_words.named(group, language) if group else turn.programme.name
    return Card(
        title=say(language, "meetings.title", group=name),
        blocks=(
            Items(items=tuple(meeting_words.line(one, groups[one.meeting.workgroup_key], language) for one in shown)),
            *((Text(text=say_many(language, "meetings.more", left)),) if left > 0 else ()),
            *sources_line(session, turn, [source for one in shown for source in one.meeting.sources]),
        ),
        buttons=(
            *(_opening(one, language) for one in opened),
            *_further(turn, group, start + _BUTTONS, len(every)),
            *_ways_on(session, turn, group),
        )[:MOST_BUTTONS],
        language=language,
        subject={"group": group.key} if group else None,
    )


def _with_minutes(session: Session, turn: Turn, group: Workgroup | None, those: list[Known]) -> Card:
    """The minutes that are linked, the latest first."""
    language = turn.language
    name = meeting_words.named(group, language) if group else turn.programme.name
    if not those:
        card = not_known(turn, say(language, "meetings.minutes_none", group=name))
        return card.model_copy(update={"buttons": _ways_on(session, turn, group)})
    start = _start(turn, len(those))
    groups = {one.key: one for one in workgroups.every(session, turn.programme.key)}
    lines = tuple(
        (Span(text=": ".join(meeting_words.line(one, groups[one.meeting.workgroup_key], language)[::-1]),
              address=one.minutes),)
        for one in those[start : start + _BUTTONS]
    )  # fmt: skip
    return Card(
        title=say(language, "meetings.minutes_of", group=name),
        blocks=(Written(lines=lines, shape="bullets"),),
        buttons=(
            *(_opening(one, language) for one in those[start : start + _BUTTONS]),
            *_further(turn, group, start + _BUTTONS, len(those), of=MINUTES),
            *_ways_on(session, turn, group),
        )[:MOST_BUTTONS],
        language=language,
        subject={"group": group.key} if group else None,
    )


def _start(turn: Turn, number: int) -> int:
    start = turn.values.get("start")
    return start if type(start) is int and 0 <= start < number else 0


def _further(turn: Turn, group: Workgroup | None, start: int, number: int, **more: str) -> tuple[Button, ...]:
    if start >= number:
        return ()
    values = {"start": start, **({"group": group.key} if group else {}), **more}
    return (Button(title=say(turn.language, "meetings.further"), action="group.meetings", values=values),)


def look(session: Session, turn: Turn) -> Card:
    """One meeting."""
    return card(session, turn, meetings.get(session, turn.programme.key, turn.value("meeting")))


def write(session: Session, turn: Turn) -> Card:
    """The form for calling a meeting of a group, or for moving one that was called here."""
    known, group = _own(session, turn)
    if known is not None and not is_made_here(known.meeting.key):
        raise Refused("refused.meeting.in_file")
    return _form(turn, group, known, {})


def saved(session: Session, turn: Turn) -> Card:
    """Calls the meeting, or moves it, and tells the members; what cannot be is told at its field."""
    known, group = _own(session, turn)
    try:
        plan = _read(turn)
        if known is None:
            done, is_new = meetings.call(session, turn.person, group, plan, turn.value("form") or secrets.token_hex(8))
        else:
            programme, seen = turn.programme.key, turn.value("seen")
            done, is_new = meetings.move(session, turn.person, programme, known.meeting.key, plan, seen)
    except WrongField as wrong:
        form = _form(turn, group, known, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
        return _as_it_is(form, known, wrong, turn.language)
    what = "called" if known is None else "moved"
    told_to = meeting_notices.tell(session, turn, group, done, what) if is_new else 0
    return _done(session, turn, done, f"meetings.done.{what}", told_to, is_new)


def note(session: Session, turn: Turn) -> Card:
    """The form for what became of a meeting: held, cancelled, its minutes, and when its papers were sent."""
    known = meetings.get(session, turn.programme.key, turn.value("meeting"))
    group_work.must_run(session, turn.person, turn.programme.key, known.meeting.workgroup_key)
    return _note_form(session, turn, known, {})


def noted(session: Session, turn: Turn) -> Card:
    """Keeps what became of it, and tells the members of a meeting that was cancelled, or whose minutes are there."""
    programme, key = turn.programme.key, turn.value("meeting")
    known = meetings.held(session, programme, key)
    group_work.must_run(session, turn.person, programme, known.meeting.workgroup_key)
    group = workgroups.get(session, programme, known.meeting.workgroup_key)
    before = (known.state, known.minutes)
    try:
        papers = _day(turn, "papers")
        state = MeetingState(turn.value("state")) if turn.value("state") in tuple(MeetingState) else known.state
        meetings.must_be_seen(known, state, turn.value("minutes"), papers, turn.value("seen"))
        are_new = False
        if papers is not None:
            known, are_new = meetings.send_papers(session, turn.person, programme, key, papers, turn.today, turn.now)
        minutes, today = turn.value("minutes"), turn.today
        known, is_new = meetings.note(session, turn.person, programme, key, state, minutes, turn.now, today)
    except WrongField as wrong:
        form = _note_form(session, turn, known, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
        return _as_it_is(form, known, wrong, turn.language)
    what = meeting_notices.news(before, known) if is_new else ""
    told_to = meeting_notices.tell(session, turn, group, known, what) if what else 0
    return _done(session, turn, known, "meetings.done.noted", told_to, is_new or are_new)


def card(session: Session, turn: Turn, known: Known) -> Card:
    language, meeting = turn.language, known.meeting
    group = workgroups.get(session, turn.programme.key, meeting.workgroup_key)
    values = {"meeting": meeting.key}
    runs = turn.is_private and group_work.runs(session, turn.person, turn.programme.key, group.key)
    can_move = runs and is_made_here(meeting.key) and known.state is MeetingState.PLANNED
    return Card(
        title=meeting_words.title(meeting, group, language),
        blocks=(*meeting_words.blocks(known, language), *sources_line(session, turn, meeting.sources)),
        buttons=(
            *((offer(language, "meeting.note", values),) if runs else ()),
            *((_moving(language, meeting.key),) if can_move else ()),
            *((offer(language, "calendar.add", values),) if known.state is not MeetingState.CANCELLED else ()),
            offer(language, "group.meetings", {"group": group.key}),
            Button(
                title=short(say(language, "workgroups.more", group=meeting_words.named(group, language))),
                action="workgroup.about",
                values={"group": group.key},
            ),
        ),
        language=language,
        subject={"group": group.key},
    )


def _as_it_is(form: Card, known: Known | None, wrong: WrongField, language: Language) -> Card:
    """The form with what stands now, where somebody else has changed it meanwhile."""
    if known is None or not isinstance(wrong, Changed):
        return form
    return form.model_copy(update={"blocks": (*form.blocks, *meeting_words.blocks(known, language))})


def _own(session: Session, turn: Turn) -> tuple[Known | None, Workgroup]:
    """The meeting that the button means, if any, and its group. Raises NotAllowed for who does not run that."""
    programme, key = turn.programme.key, turn.value("meeting")
    known = meetings.get(session, programme, key) if key else None
    group = workgroups.get(session, programme, known.meeting.workgroup_key if known else turn.value("group"))
    group_work.must_run(session, turn.person, programme, group.key)
    return known, group


def _done(session: Session, turn: Turn, known: Known, key: str, told_to: int, is_new: bool) -> Card:
    """``told_to``: how many are told; of what was saved already nobody is told again."""
    shown = card(session, turn, known)
    language = turn.language
    nobody = say(language, "meetings.told_nobody" if is_new else "meetings.told_already")
    said = say_many(language, "meetings.told", told_to) if told_to else nobody
    return shown.model_copy(
        update={
            "title": say(language, key, meeting=shown.title),
            "blocks": (*shown.blocks, Text(text=said, style="quiet")),
            "outcome": "done",
        }
    )


def _moving(language: Language, key: str) -> Button:
    return Button(title=say(language, "guide.button.meeting.move"), action="meeting.write", values={"meeting": key})


def _opening(known: Known, language: Language) -> Button:
    meeting = known.meeting
    said = meeting_words.when(meeting, language)
    if meeting.first_day is not None and meeting.first_day == meeting.last_day:
        said = day(language, meeting.first_day, weekday=False)
    title = say(language, "meetings.open", day=said)
    return Button(title=short(title), action="meeting.open", values={"meeting": known.meeting.key})


def _ways_on(session: Session, turn: Turn, group: Workgroup | None) -> tuple[Button, ...]:
    """The group's calendar, and for whoever runs the groups calling a meeting and saying where the work stands."""
    values = {"group": group.key} if group else {}
    key = group.key if group and turn.is_private else ""
    runs = bool(key) and group_work.runs(session, turn.person, turn.programme.key, key)
    return (
        *((offer(turn.language, "meeting.write", values), offer(turn.language, "group.work", values)) if runs else ()),
        offer(turn.language, "calendar.add", values),
        *offers(turn.language, "workgroup.list"),
    )


def _form(turn: Turn, group: Workgroup, known: Known | None, errors: dict[str, str]) -> Card:
    language, now = turn.language, known.meeting if known else None
    kind = now.kind if now else MeetingKind.MEETING
    values = (
        {"meeting": now.key, "seen": meetings.stamp_of_plan(known)}
        if known and now
        else {"group": group.key, "form": turn.value("form") or secrets.token_hex(8)}
    )
    saving = Button(
        title=say(language, "meetings.form.move" if now else "meetings.form.call"),
        action="meeting.saved",
        values=values,
        style="primary",
        replaces=True,
    )
    before = {
        "title": told(now.title, language) if now else "",
        "day": as_typed(now.first_day) if now else "",
        "starts": (now.starts_at or "") if now else "",
        "ends": (now.ends_at or "") if now else "",
        "place": (now.place or "") if now else "",
        "involved": ", ".join(told(one, language) for one in now.involved) if now else "",
    }
    limits = {"title": LONGEST_TITLE, "place": LONGEST_PLACE, "involved": LONGEST_WITH}
    return Card(
        title=say(language, "meetings.form.title", group=meeting_words.named(group, language)),
        blocks=(Text(text=say(language, "meetings.form.who"), style="quiet"),),
        questions=(
            Question(
                name="kind",
                label=say(language, "meetings.form.kind"),
                value=turn.value("kind") if errors else str(kind),
                choices=tuple(
                    Choice(title=say(language, f"meetings.form.kind.{one}"), value=one.value) for one in MeetingKind
                ),
            ),
            *(
                Question(
                    name=name,
                    label=say(language, f"meetings.form.{'topic' if name == 'title' else name}"),
                    value=turn.value(name) if errors else value,
                    required=name == "day",
                    longest=limits.get(name, 40),
                    error=errors.get(name, ""),
                )
                for name, value in before.items()
            ),
        ),
        buttons=(saving, offer(language, "group.meetings", {"group": group.key})),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _note_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    language, meeting = turn.language, known.meeting
    group = workgroups.get(session, turn.programme.key, meeting.workgroup_key)
    papers = known.papers
    saving = Button(
        title=say(language, "meetings.note.save"),
        action="meeting.noted",
        # With what somebody else has said meanwhile refused once, the next press is meant.
        values={"meeting": meeting.key, "seen": meetings.stamp_of_record(known)},
        style="primary",
        replaces=True,
    )
    return Card(
        title=meeting_words.title(meeting, group, language),
        blocks=(Text(text=say(language, "meetings.note.who"), style="quiet"),),
        questions=(
            Question(
                name="state",
                label=say(language, "meetings.note.state"),
                value=turn.value("state") if errors else str(known.state),
                choices=tuple(
                    Choice(title=say(language, f"meetings.state.{one}"), value=one.value) for one in MeetingState
                ),
                error=errors.get("state", ""),
            ),
            Question(
                name="minutes",
                label=say(language, "meetings.note.minutes"),
                value=turn.value("minutes") if errors else known.minutes,
                longest=LONGEST_LINK,
                error=errors.get("minutes", ""),
            ),
            Question(
                name="papers",
                label=say(language, "meetings.note.papers"),
                value=turn.value("papers") if errors else as_typed(papers),
                longest=40,
                error=errors.get("papers", ""),
            ),
        ),
        buttons=(
            saving,
            Button(title=say(language, "meetings.back"), action="meeting.open", values={"meeting": meeting.key}),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _read(turn: Turn) -> Plan:
    """The form's plan. Raises WrongField for a day or a time that is none, and for a day that has been."""
    on = _day(turn, "day")
    if on is None:
        raise WrongField("refused.meeting.day", "day", day="")
    if on < turn.today:
        raise WrongField("refused.meeting.past", "day")
    kind = MeetingKind(turn.value("kind")) if turn.value("kind") in tuple(MeetingKind) else MeetingKind.MEETING
    return Plan(
        kind=kind,
        on=on,
        title=turn.value("title"),
        starts_at=_clock(turn, "starts"),
        ends_at=_clock(turn, "ends"),
        place=turn.value("place"),
        involved=turn.value("involved"),
    )


def _day(turn: Turn, name: str) -> date | None:
    text = turn.value(name)
    found = typed_day(text, turn.today) if text else None
    if text and found is None:
        raise WrongField("refused.meeting.day", name, day=text)
    return found


def _clock(turn: Turn, name: str) -> str:
    text = turn.value(name)
    if not text:
        return ""
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise WrongField("refused.meeting.time", name, time=text)
    return f"{hour:02}:{minute:02}"
