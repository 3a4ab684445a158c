"""The three questions to whoever owns a work stream: what is done, how it stands, and what is needed."""

from dialogs import former, guide, saying_dates, status_composed
from dialogs.card import Block, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers
from dialogs.status_reports import key
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import status_answers, status_reports, status_rules
from storage.database import Session
from storage.people import Person
from storage.refusals import Refused
from storage.status_answers import (
    LONGEST_RISK,
    LONGEST_TEXT,
    LONGEST_WHY,
    MOST_RISKS,
    By,
    Overtaken,
    Said,
    Standing,
    StatusAnswer,
    WrongField,
)
from storage.status_reports import ReportState, StatusItem, StatusReport

#: Why nothing is taken into a report any more.
CLOSED = (f"refused.status.{ReportState.SENT}", f"refused.status.{ReportState.LAPSED}")
FIELDS = ("done", "standing", "why", "deviations", "risks", "decisions")


def ask(session: Session, turn: Turn) -> Card:
    """The form of one stream; without one, that of the stream which the person answers for, or which of them."""
    if "item" in turn.values:
        return _of(session, turn, key(turn, "item"))
    own = status_answers.mine(session, turn.person, turn.programme)
    if not own:
        raise Refused("refused.status.nothing_asked")
    if len(own) == 1:
        return _of(session, turn, own[0][0].identity)
    return which(turn, own[0][1], [item for item, _ in own])


def which(turn: Turn, report: StatusReport, items: list[StatusItem]) -> Card:
    """Which of several streams is answered for."""
    language = turn.language
    choices = tuple(Choice(title=told(item.title, language), value=str(item.identity)) for item in items)
    return Card(
        title=status_composed.title(report, language),
        questions=(
            Question(
                name="stream",
                label=say(language, "status_reports.which"),
                choices=choices,
                value=choices[0].value if choices else "",
            ),
        ),
        buttons=(offer(language, "report.chosen", style="primary"), *offers(language, "report.next")),
        language=language,
    )


def chosen(session: Session, turn: Turn) -> Card:
    """The form of the stream that was chosen."""
    text = turn.value("stream")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return _of(session, turn, number)


def _of(session: Session, turn: Turn, number: int) -> Card:
    item, report = status_answers.get(session, turn.person, turn.programme, number)
    status_reports.must_be_open(report)
    last = status_answers.latest(session, item)
    typed = _typed(last.said) if last else _typed_before(session, item, report)
    return _form(session, turn, item, report, typed, {})


def answered(session: Session, turn: Turn) -> Card:
    """Keeps the answer; where something is wrong with it, or somebody else was first, the form comes again with all of
    it that was typed."""
    number = turn.values.get("number")
    typed = {name: turn.value(name) for name in FIELDS}
    try:
        answer = status_answers.answer(
            session, turn.person, turn.programme, key(turn, "item"), _read(turn), number if type(number) is int else -1,
            turn.now,
        )  # fmt: skip
    except (WrongField, Overtaken) as wrong:
        field = wrong.field if isinstance(wrong, WrongField) else "done"
        item, report = status_answers.get(session, turn.person, turn.programme, key(turn, "item"))
        error = say(turn.language, wrong.key, **wrong.values)
        form = _form(session, turn, item, report, typed, {field: error})
        theirs = _theirs(session, turn, item) if isinstance(wrong, Overtaken) else ()
        return form.model_copy(update={"blocks": (*form.blocks, *theirs)})
    except Refused as refused:
        if refused.key not in CLOSED:
            raise
        return too_late(turn, refused, typed)
    return _kept(session, turn, answer)


def too_late(turn: Turn, refused: Refused, typed: dict[str, str]) -> Card:
    """That a report is closed, with what was typed for it: it can be taken into the next one."""
    language = turn.language
    said = {**typed, "standing": ""}
    written = tuple((say(language, f"status_reports.field.{name}"), text) for name, text in said.items() if text)
    card = guide.refusal(refused, language)
    if not written:
        return card
    heading = Text(text=say(language, "status_reports.you_wrote"), style="strong")
    return card.model_copy(update={"blocks": (*card.blocks, heading, Items(items=written))})


def _theirs(session: Session, turn: Turn, item: StatusItem) -> tuple[Block, ...]:
    """What somebody else has answered, for who is about to put their own answer in its place."""
    rows = status_answers.history(session, item)
    texts = [status_composed.standing(rows, turn.language), rows[-1].done, *rows[-1].risks] if rows else []
    return tuple(Text(text=text) for text in texts)


def _kept(session: Session, turn: Turn, answer: StatusAnswer) -> Card:
    language = turn.language
    item, report = status_answers.get(session, turn.person, turn.programme, answer.item_id)
    leads = status_rules.leads(session, turn.person, turn.programme)
    day = saying_dates.moment(language, report.composes_at, turn.zone)
    key_ = "status_reports.kept.draft" if report.state == status_reports.ReportState.DRAFT else "status_reports.kept"
    again = {"item": item.identity}
    return Card(
        title=say(language, "status_reports.kept.title", stream=told(item.title, language)),
        blocks=(Text(text=say(language, key_, day=day)),),
        buttons=(
            *((offer(language, "report.draft", {"report": report.identity}, "primary"),) if leads else ()),
            Button(title=say(language, "status_reports.mend"), action="report.answer", values=again),
            *offers(language, "report.next"),
        ),
        language=language,
        outcome="done",
    )


def _form(
    session: Session, turn: Turn, item: StatusItem, report: StatusReport, typed: dict[str, str], errors: dict[str, str]
) -> Card:
    last = status_answers.latest(session, item)
    language = turn.language
    values = {"item": item.identity, "number": last.number if last else 0}
    return Card(
        title=told(item.title, language),
        blocks=tuple(_above(session, turn, item, report, last)),
        questions=tuple(_questions(turn, typed, errors)),
        buttons=(
            # With what somebody else has answered meanwhile refused once, the next press is meant.
            offer(language, "report.answered", values, "primary", replaces=True),
            *offers(language, "report.next"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _above(
    session: Session, turn: Turn, item: StatusItem, report: StatusReport, last: StatusAnswer | None
) -> list[Block]:
    """For which report it is, until when it can be mended, and what stands in the form already."""
    language = turn.language
    day = saying_dates.day(language, report.day, weekday=False)
    blocks: list[Block] = [Text(text=say(language, "status_reports.form.text", day=day))]
    if last is not None:
        name = former.name_of(session.get_one(Person, last.person_id), language)
        blocks.append(Text(text=say(language, "status_reports.form.answered", name=name), style="quiet"))
    elif _risks_before(session, item, report):
        blocks.append(Text(text=say(language, "status_reports.form.risks"), style="quiet"))
    if status_answers.as_what(session, turn.person, turn.programme, item) == By.LEADER:
        blocks.append(Text(text=say(language, "status_reports.form.marked"), style="warning"))
    return blocks


def _questions(turn: Turn, typed: dict[str, str], errors: dict[str, str]) -> list[Question]:
    language = turn.language
    standings = tuple(Choice(title=say(language, f"status_reports.standing.{one}"), value=one) for one in Standing)
    fields = (("done", LONGEST_TEXT, 3), ("standing", LONGEST_TEXT, 1), ("why", LONGEST_WHY, 2),
              ("deviations", LONGEST_TEXT, 2), ("risks", LONGEST_RISK * MOST_RISKS, 3),
              ("decisions", LONGEST_TEXT, 2))  # fmt: skip
    return [
        Question(
            name=name,
            label=say(language, f"status_reports.field.{name}"),
            value=typed.get(name, ""),
            required=name in ("done", "standing"),
            lines=lines,
            longest=longest,
            choices=standings if name == "standing" else (),
            error=errors.get(name, ""),
        )
        for name, longest, lines in fields
    ]


def _read(turn: Turn) -> Said:
    standing = turn.value("standing")
    if standing not in set(Standing):
        raise WrongField("refused.status.no_standing", "standing")
    return Said(
        done=turn.value("done"),
        standing=Standing(standing),
        why=turn.value("why"),
        deviations=turn.value("deviations"),
        risks=status_answers.risks_in(turn.value("risks")),
        decisions=turn.value("decisions"),
    )


def _typed(said: Said) -> dict[str, str]:
    """What was answered, as it is typed."""
    return {**said.model_dump(exclude={"risks"}), "risks": "\n".join(said.risks)}


def _typed_before(session: Session, item: StatusItem, report: StatusReport) -> dict[str, str]:
    """Of last time only the risks: the same one in other words would count as one that is over and one that is new."""
    return {"risks": "\n".join(_risks_before(session, item, report))}


def _risks_before(session: Session, item: StatusItem, report: StatusReport) -> list[str]:
    before = status_reports.before(session, report)
    said = status_answers.of_report(session, before).get(item.stream_key) if before else None
    return said.risks if said else []
