"""Demos at the end of sprints: when the next one is, planning it, and what came of each delivery."""

from datetime import datetime
from typing import Any

from dialogs import delivery_words, demo_notices, moments, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Facts, Items, Question, Text
from dialogs.moments import NoMoment
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import deliveries, demos, group_work, meetings, sprint_results, sprint_rules, sprint_work, sprints
from storage.database import Session
from storage.deliveries import LONGEST_NOTE
from storage.meetings import LONGEST_PLACE, Known, MeetingState, Plan
from storage.refusals import Refused
from storage.sprint_work import Result, SprintWork
from storage.sprints import Sprint

YES, NO = "yes", "no"
#: What somebody asks for who will not come.
OFF = "off"
_FIELDS = ("day", "starts", "ends", "place")


def following(session: Session, turn: Turn) -> Card:
    """For everyone: when and where the next demo is and what is shown, and what came of the last sprint."""
    language, programme = turn.language, turn.programme
    sprint_rules.must_deliver(session, programme.key)
    sprint = demos.of_which(session, programme, turn.now)
    coming = [one for one in demos.every(session, programme.key) if _is_coming(turn, one[2])][-1:]
    blocks: list[Block] = []
    for _, of, known in coming:
        blocks += [Facts(facts=demo_notices.facts(known, language)), *demo_notices.shown(session, of, language)]
    if not coming and sprint is not None and sprint.ends_on >= turn.today:
        day = saying_dates.day(language, sprint.ends_on)
        blocks.append(Text(text=say(language, "demos.not_planned.text", number=sprint.number, day=day)))
    blocks += _results(session, turn)
    if turn.value("aspect") == OFF:
        blocks.insert(0, Text(text=say(language, "demos.off")))
    number = coming[0][1].number if coming else 0
    values = {"meeting": coming[0][2].meeting.key} if coming else {}
    return Card(
        title=say(language, "demos.next", number=number) if coming else say(language, "demos.not_planned"),
        blocks=tuple(blocks),
        buttons=(
            *((offer(language, "calendar.add", values),) if coming else ()),
            *(_running(turn, coming[0][2] if coming else None) if _runs(session, turn) and sprint is not None else ()),
            *offers(language, "sprint.show", "delivery.queue"),
        )[:MOST_BUTTONS],
        language=language,
    )


def plan(session: Session, turn: Turn) -> Card:
    """For whoever runs the teams' group: the form for calling the demo, or moving it."""
    sprint = _planned(session, turn)
    return _form(session, turn, sprint, {})


def planned(session: Session, turn: Turn) -> Card:
    """Calls or moves it, and invites; what cannot be is told at its field."""
    sprint = _planned(session, turn)
    try:
        said, for_everyone = _read(turn, sprint), turn.value("everyone") != NO
        demo = demos.plan(
            session, turn.person, turn.programme, sprint, said, for_everyone, turn.value("seen"), turn.now
        )
    except NoMoment as wrong:
        field = "starts" if wrong.field == "clock" else wrong.field
        return _form(session, turn, sprint, {field: say(turn.language, wrong.key, **wrong.values)})
    except meetings.WrongField as wrong:
        return _form(session, turn, sprint, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    known = meetings.get(session, turn.programme.key, demo.meeting_key)
    whom = demos.EVERYONE if demo_notices.to_all(demo) else demos.FOLLOWERS
    is_new = demo_notices.tell(session, turn.programme, demo, sprint, known, turn.now)
    card = following(session, turn)
    told = say(turn.language, f"demos.told.{whom}" if is_new else "demos.told.already")
    return card.model_copy(update={"blocks": (*card.blocks, Text(text=told, style="quiet")), "outcome": "done"})


def write_result(session: Session, turn: Turn) -> Card:
    """For whoever leads the team: what came of its delivery."""
    return _result_form(session, turn, _mine(session, turn), {})


def record(session: Session, turn: Turn) -> Card:
    """Keeps the result and tells those who follow it; what is missing is told at its field."""
    programme, said = turn.programme, turn.value("result")
    work = _mine(session, turn)
    result = Result(said) if said in set(Result) else None
    try:
        work, is_new = sprint_results.record(
            session, turn.person, programme, work.identity, result, turn.value("shown"), turn.value("why"), turn.now
        )
    except deliveries.WrongField as wrong:
        return _result_form(session, turn, work, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    except Refused as refused:
        return _another(session, turn, work, say(turn.language, refused.key, **refused.values))
    told = demo_notices.to_followers(session, programme, work, turn.person.identity, turn.now) if is_new else 0
    card = demo_notices.result(session, programme.key, work, turn.language)
    line = Text(text=say_many(turn.language, "demos.told.count", told), style="quiet")
    return card.model_copy(update={"blocks": (*card.blocks, line), "outcome": "done"})


def _another(session: Session, turn: Turn, work: SprintWork, why: str) -> Card:
    """The result that somebody else has recorded, with what was written now: it is not lost, and is not kept."""
    language, said = turn.language, [turn.value(name) for name in ("shown", "why") if turn.value(name)]
    card = demo_notices.result(session, turn.programme.key, work, language)
    written = [Text(text=say(language, "demos.not_kept"), style="strong"), *(Text(text=text) for text in said)]
    blocks = (Text(text=why, style="warning"), *card.blocks, *(written if said else ()))
    return card.model_copy(update={"blocks": blocks, "outcome": "refused"})


def _results(session: Session, turn: Turn) -> list[Block]:
    """What came of the last sprint that has results, or of the one that was asked for, and whose are missing: that
    stands as missing."""
    language, programme = turn.language, turn.programme.key
    asked = turn.values.get("sprint")
    number = asked if type(asked) is int else None
    for sprint in sprints.every(session, programme)[::-1]:
        works = sprint_work.of_sprint(session, sprint)
        is_over = sprint.ends_on < turn.today
        if number not in (None, sprint.number) or not works or sprint.starts_on > turn.today:
            continue
        if number is None and not (is_over or any(work.result for work in works)):
            continue
        items = tuple(_result_line(session, turn, sprint, work) for work in works)
        heading = Text(text=say(language, "demos.results", number=sprint.number), style="strong")
        return [heading, Items(items=items)]
    return [Text(text=say(language, "demos.results.none", number=number))] if number is not None else []


def _result_line(session: Session, turn: Turn, sprint: Sprint, work: SprintWork) -> tuple[str, str]:
    language = turn.language
    row = deliveries.get(session, turn.programme.key, work.delivery_id)
    name = delivery_words.named(session, row, language)
    if work.result is None:
        return name, say(language, "demos.short.missing" if sprint.ends_on < turn.today else "demos.short.under_way")
    said = " ".join(text if text[-1] in ".!?" else f"{text}." for text in (work.shown, work.why) if text)
    return name, f"{say(language, f'demos.short.{work.result}')}. {said}".strip()


def _is_coming(turn: Turn, known: Known) -> bool:
    day = known.meeting.first_day
    return day is not None and day >= turn.today and known.state is MeetingState.PLANNED


def _runs(session: Session, turn: Turn) -> bool:
    group = sprint_rules.workgroup(session, turn.programme.key)
    return turn.is_private and group_work.runs(session, turn.person, turn.programme.key, group)


def _running(turn: Turn, known: Known | None) -> tuple[Button, ...]:
    """What whoever runs the teams' group can do: plan a demo, or change the one that is planned, or cancel it."""
    if known is None:
        return offers(turn.language, "demo.plan")
    title = say(turn.language, "demos.change")
    return (
        Button(title=title, action="demo.plan"),
        offer(turn.language, "meeting.note", {"meeting": known.meeting.key}),
    )


def _planned(session: Session, turn: Turn) -> Sprint:
    """The sprint whose demo is planned. Raises NotAllowed for who does not run the group, Refused without a sprint."""
    programme = turn.programme.key
    group_work.must_run(session, turn.person, programme, sprint_rules.workgroup(session, programme))
    number = turn.values.get("sprint")
    if type(number) is int:
        return sprints.get(session, programme, number)
    sprint = demos.of_which(session, turn.programme, turn.now)
    if sprint is None:
        raise Refused("refused.sprint.no_demo")
    return sprint


def _mine(session: Session, turn: Turn) -> SprintWork:
    number = turn.values.get("work")
    key = number if type(number) is int and 0 < number < 2**31 else 0
    work = sprint_results.get(session, turn.programme.key, key)
    sprint_results.must_record(session, turn.person, work)
    return work


def _read(turn: Turn, sprint: Sprint) -> Plan:
    day, language = turn.value("day"), turn.language
    if not day:
        raise NoMoment("demos.no_day", "day")
    start = moments.read(day, turn.value("starts"), turn.now, turn.zone, language)
    assert start is not None, "a day is given"
    end: datetime | None = None
    if turn.value("ends"):
        try:
            end = moments.read(day, turn.value("ends"), turn.now, turn.zone, language)
        except NoMoment as wrong:
            raise NoMoment(wrong.key, "ends" if wrong.field == "clock" else wrong.field, **wrong.values) from wrong
    title = say("nb", "demos.title", number=sprint.number)
    local = start.astimezone(turn.zone)
    return demos.as_plan(title, local, end.astimezone(turn.zone) if end else None, turn.value("place"))


def _form(session: Session, turn: Turn, sprint: Sprint, errors: dict[str, str]) -> Card:
    language, demo = turn.language, demos.of_sprint(session, sprint)
    known = meetings.get(session, turn.programme.key, demo.meeting_key) if demo else None
    held: dict[str, Any] = {"day": sprint.ends_on.isoformat()}
    if known is not None and known.meeting.first_day is not None:
        meeting = known.meeting
        held = {"day": known.meeting.first_day.isoformat(), "starts": meeting.starts_at, "ends": meeting.ends_at}
        held["place"] = meeting.place
    values = {"sprint": sprint.identity, "seen": meetings.stamp_of_plan(known) if known else ""}
    chosen = turn.value("everyone") or (NO if demo and not demo.for_everyone else YES)
    whom = {YES: demos.EVERYONE, NO: demos.FOLLOWERS}
    choices = tuple(Choice(title=say(language, f"demos.whom.{name}"), value=one) for one, name in whom.items())
    return Card(
        title=say(language, "demos.form.move" if demo else "demos.form.title", number=sprint.number),
        blocks=(Text(text=say(language, "demos.form.text")),),
        questions=(
            *(
                Question(
                    name=name,
                    label=say(language, f"demos.field.{name}"),
                    value=turn.value(name) if errors else held.get(name) or "",
                    required=name in ("day", "starts"),
                    longest=LONGEST_PLACE if name == "place" else 40,
                    error=errors.get(name, ""),
                )
                for name in _FIELDS
            ),
            Question(name="everyone", label=say(language, "demos.field.everyone"), value=chosen, choices=choices),
        ),
        buttons=(offer(language, "demo.planned", values, "primary", replaces=True), *offers(language, "sprint.demo")),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _result_form(session: Session, turn: Turn, work: SprintWork, errors: dict[str, str]) -> Card:
    language = turn.language
    row = deliveries.get(session, turn.programme.key, work.delivery_id)
    choices = tuple(Choice(title=say(language, f"demos.choice.{one}"), value=one) for one in Result)
    chosen = turn.value("result") if turn.value("result") in set(Result) else Result.DELIVERED.value
    return Card(
        title=say(language, "demos.result.title", delivery=delivery_words.named(session, row, language)),
        blocks=(Text(text=say(language, "demos.result.text")),),
        questions=(
            Question(name="result", label=say(language, "demos.field.result"), value=chosen, choices=choices,
                     error=errors.get("result", "")),
            *(
                Question(name=name, label=say(language, f"demos.field.{name}"), value=turn.value(name), lines=3,
                         longest=LONGEST_NOTE, error=errors.get(name, ""))
                for name in ("shown", "why")
            ),
        ),
        buttons=(
            offer(language, "delivery.resulted", {"work": work.identity}, "primary", replaces=True),
            *offers(language, "sprint.show"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )  # fmt: skip
