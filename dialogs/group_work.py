"""The work of a group: what its documents say beside mandate and members, where it stands, and the form for that."""

from dialogs import meeting_words, saying_dates
from dialogs.card import Button, Card, Choice, Language, Question, Text, in_each
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import group_members, group_work, meetings, milestones, outbox, said_dates, workgroups
from storage.database import Session
from storage.group_work import LONGEST_RESULT, GroupWork, WorkState
from storage.meetings import MeetingState
from storage.refusals import Refused
from storage.workgroups import Workgroup


def facts(session: Session, turn: Turn, group: Workgroup) -> tuple[tuple[str, str], ...]:
    """What is known of the group's work, as label and value; what nobody has said is left out."""
    language, work = turn.language, group_work.of(session, group)
    rows = {
        "body": say(language, f"group_work.body.{group.body}") if group.body else "",
        "opened": saying_dates.when(language, said_dates.as_milestone(group.opened)) if group.opened else "",
        "capacity": str(group.capacity or ""),
        "state": say(language, f"group_work.state.{work.state}") if work else "",
        "result": work.result if work else "",
        "deadlines": _deadlines(session, group, language),
        "involves": ", ".join(told(one, language) for one in group.involves),
        "next": _next_meeting(session, turn, group),
    }
    return tuple((say(language, f"group_work.fact.{name}"), value) for name, value in rows.items() if value)


def write(session: Session, turn: Turn) -> Card:
    """The form: where the work stands and what came of it."""
    return _form(session, turn, _own(session, turn))


def saved(session: Session, turn: Turn) -> Card:
    """Keeps it and tells the members; the same again is told to nobody."""
    group = _own(session, turn)
    if turn.value("state") not in tuple(WorkState):
        return _form(session, turn, group, say(turn.language, "refused.group_work.state"))
    try:
        state = WorkState(turn.value("state"))
        work, is_new = group_work.say(session, turn.person, group, state, turn.value("result"), turn.now)
    except Refused as refused:
        return _form(session, turn, group, say(turn.language, refused.key, **refused.values))
    count = _tell(session, turn, group, work) if is_new else 0
    shown = notice(group, work, turn.language)
    said = say_many(turn.language, "meetings.told", count) if count else say(turn.language, "meetings.told_nobody")
    return shown.model_copy(update={"blocks": (*shown.blocks, Text(text=said, style="quiet")), "outcome": "done"})


def notice(group: Workgroup, work: GroupWork, language: Language) -> Card:
    """What members get: where the work stands now, and what came of it."""
    state = say(language, f"group_work.state.{work.state}")
    return Card(
        title=say(language, "group_work.notice", group=meeting_words.named(group, language), state=state),
        blocks=(Text(text=work.result),) if work.result else (),
        buttons=(
            Button(
                title=short(say(language, "workgroups.more", group=meeting_words.named(group, language))),
                action="workgroup.about",
                values={"group": group.key},
            ),
            offer(language, "group.meetings", {"group": group.key}),
            *offers(language, "quiet.show"),
        ),
        language=language,
        subject={"group": group.key},
    )


def _own(session: Session, turn: Turn) -> Workgroup:
    """The group that the button means. Raises NotAllowed for who does not run it."""
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    group_work.must_run(session, turn.person, turn.programme.key, group.key)
    return group


def _tell(session: Session, turn: Turn, group: Workgroup, work: GroupWork) -> int:
    cards = in_each(lambda language: notice(group, work, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    those = [one for one in group_members.told(session, group, turn.now) if one != turn.person.id]
    return outbox.owe_each(session, those, message, f"group-work:{work.identity}", turn.now)


def _form(session: Session, turn: Turn, group: Workgroup, error: str = "") -> Card:
    language, work = turn.language, group_work.of(session, group)
    saving = Button(
        title=say(language, "group_work.form.save"),
        action="group.work_saved",
        values={"group": group.key},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(language, "group_work.form.title", group=meeting_words.named(group, language)),
        blocks=(Text(text=say(language, "group_work.form.who"), style="quiet"),),
        questions=(
            Question(
                name="state",
                label=say(language, "group_work.fact.state"),
                value=turn.value("state") if error else str(work.state if work else WorkState.WORKING),
                choices=tuple(
                    Choice(title=say(language, f"group_work.state.{one}"), value=one.value) for one in WorkState
                ),
            ),
            Question(
                name="result",
                label=say(language, "group_work.form.result"),
                value=turn.value("result") if error else work.result if work else "",
                lines=4,
                longest=LONGEST_RESULT,
                error=error,
            ),
        ),
        buttons=(saving, offer(language, "group.meetings", {"group": group.key})),
        language=language,
        outcome="refused" if error else "answered",
    )


def _deadlines(session: Session, group: Workgroup, language: Language) -> str:
    rows = {row.key: row for row in milestones.every(session, group.programme_key)} if group.deadlines else {}
    return "; ".join(
        f"{saying_dates.when(language, rows[key])}: {told(rows[key].title, language)}"
        for key in group.deadlines
        if key in rows
    )


def _next_meeting(session: Session, turn: Turn, group: Workgroup) -> str:
    for known in meetings.every(session, group.programme_key, group.key):
        day = known.meeting.last_day
        if known.state is MeetingState.PLANNED and day is not None and day >= turn.today:
            return meeting_words.when(known.meeting, turn.language)
    return ""
