"""A status report before it is sent: a project leader sees who answered, writes around the answers, and sends it."""

from dialogs import saying_dates, status_answering, status_composed, status_notices
from dialogs.card import Block, Button, Card, Items, Question, Text
from dialogs.offers import offer, offers
from dialogs.status_reports import delivered, key
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import status_reports, status_rules
from storage.database import Session
from storage.refusals import Refused
from storage.status_reports import LONGEST_INTRODUCTION, Changed, ReportState, Rewritten, StatusReport


def draft(session: Session, turn: Turn) -> Card:
    """What is answered and what is missing, and what comes next."""
    status_rules.must_lead(session, turn.person, turn.programme)
    return _draft(session, turn, _meant(session, turn))


def pick(session: Session, turn: Turn) -> Card:
    """Of which stream the answer is given, or changed with that told."""
    status_rules.must_lead(session, turn.person, turn.programme)
    report = _meant(session, turn)
    status_reports.must_be_open(report)
    rows = status_reports.items(session, report)
    if not rows:
        raise Refused("refused.status.no_streams")
    return status_answering.which(turn, report, rows)


def introduce(session: Session, turn: Turn) -> Card:
    """The form for what stands before the answers and after them."""
    status_rules.must_lead(session, turn.person, turn.programme)
    report = _meant(session, turn)
    status_reports.must_be_open(report)
    return _form(turn, report, {"introduction": report.introduction, "remarks": report.remarks})


def introduced(session: Session, turn: Turn) -> Card:
    """Keeps it; where somebody else was first the form comes again with what was typed, and with what they wrote."""
    typed = {name: turn.value(name) for name in ("introduction", "remarks")}
    try:
        report = status_reports.introduce(
            session, turn.person, turn.programme, key(turn), turn.value("seen"), turn.value("introduction"),
            turn.value("remarks"), turn.now,
        )  # fmt: skip
    except Rewritten as other:
        report = status_reports.held(session, turn.programme.key, key(turn))
        return _form(turn, report, typed, say(turn.language, other.key, **other.values))
    except Refused as refused:
        if refused.key not in status_answering.CLOSED:
            raise
        return status_answering.too_late(turn, refused, typed)
    return _preview(session, turn, report).model_copy(update={"outcome": "done"})


def preview(session: Session, turn: Turn) -> Card:
    """The report as it would be sent now."""
    status_rules.must_lead(session, turn.person, turn.programme)
    return _preview(session, turn, _meant(session, turn))


def send(session: Session, turn: Turn) -> Card:
    """Sends what was looked at, once; what says something else by now is looked at again first."""
    version = turn.values.get("version")
    try:
        report, is_new = status_reports.send(
            session, turn.person, turn.programme, key(turn), version if type(version) is int else 0, turn.now
        )
    except Changed as changed:
        report = status_reports.held(session, turn.programme.key, key(turn))
        card = _preview(session, turn, report)
        said = Text(text=say(turn.language, changed.key), style="warning")
        return card.model_copy(update={"blocks": (said, *card.blocks), "outcome": "refused"})
    if is_new:
        status_notices.tell(session, turn.programme, report)
    return _sent(session, turn, report)


def _meant(session: Session, turn: Turn) -> StatusReport:
    """The report that the button is about, or what is to be sent next. Raises Refused where there is none."""
    if key(turn):
        return status_reports.held(session, turn.programme.key, key(turn))
    report = status_reports.to_send(session, turn.programme.key)
    if report is None:
        raise Refused("refused.status.nothing_open")
    return report


def _draft(session: Session, turn: Turn, report: StatusReport) -> Card:
    if report.state == ReportState.SENT:
        return _sent(session, turn, report)
    language, composed = turn.language, status_composed.read(session, turn.programme, report)
    rows = tuple(
        (told(item.title, language), status_composed.standing(answers, language)) for item, answers in composed.rows
    )
    blocks: list[Block] = [
        Text(text=_state(turn, report), style="strong"),
        Items(items=rows) if rows else Text(text=say(language, "status_reports.no_streams"), style="warning"),
    ]
    values = {"report": report.identity}
    is_open = report.state in status_reports.OPEN
    buttons = [
        offer(language, "report.preview", values, "primary"),
        offer(language, "report.introduce", values),
        *((offer(language, "report.pick", values),) if rows else ()),
    ]
    return Card(
        title=status_composed.title(report, language),
        blocks=tuple(blocks),
        buttons=(*(buttons if is_open else ()), *offers(language, "report.streams", "report.list")),
        language=language,
    )


def _state(turn: Turn, report: StatusReport) -> str:
    moment = saying_dates.moment(turn.language, report.composes_at, turn.zone)
    return say(turn.language, f"status_reports.state.{report.state}", moment=moment)


def _preview(session: Session, turn: Turn, report: StatusReport) -> Card:
    """What would be sent, with the way to send it where its hour has come."""
    if report.state == ReportState.SENT:
        return _sent(session, turn, report)
    status_reports.must_be_open(report)
    language = turn.language
    composed = status_composed.read(session, turn.programme, report)
    card = status_composed.card(composed, language)
    count = len(status_rules.recipients(session, turn.programme))
    values = {"report": report.identity, "version": report.version}
    sending = (
        (offer(language, "report.send", values, "primary", replaces=True),) if report.state == ReportState.DRAFT else ()
    )
    note = say(language, "status_reports.preview", count=count) if sending else _state(turn, report)
    back = Button(title=say(language, "status_reports.back"), action="report.draft", values={"report": report.identity})
    return card.model_copy(
        update={
            "blocks": (Text(text=note, style="strong"), *card.blocks),
            "buttons": (
                *sending,
                # What is done, deviates and is at risk stands in no card that is sent, and is read by those who get it.
                *((offer(language, "report.part", {"report": report.identity}),) if composed.rows else ()),
                offer(language, "report.introduce", {"report": report.identity}),
                back,
            ),
        }
    )


def _sent(session: Session, turn: Turn, report: StatusReport) -> Card:
    """That it went out, and to how many it came."""
    language = turn.language
    return Card(
        title=say(language, "status_reports.sent.title", day=saying_dates.day(language, report.day, weekday=False)),
        blocks=(Text(text=delivered(session, turn, report)), Text(text=say(language, "status_reports.sent.text"))),
        buttons=(offer(language, "report.open", {"report": report.identity}), *offers(language, "report.list")),
        language=language,
        outcome="done",
    )


def _form(turn: Turn, report: StatusReport, typed: dict[str, str], error: str = "") -> Card:
    language = turn.language
    return Card(
        title=status_composed.title(report, language),
        blocks=(
            Text(text=say(language, "status_reports.introduce.text")),
            *(Text(text=text) for text in (report.introduction, report.remarks) if error and text),
        ),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"status_reports.field.{name}"),
                value=typed[name],
                lines=4,
                longest=LONGEST_INTRODUCTION,
                error=error if name == "introduction" else "",
            )
            for name in ("introduction", "remarks")
        ),
        buttons=(
            offer(
                language,
                "report.introduced",
                # With what they wrote seen, the next press is meant.
                {"report": report.identity, "seen": status_reports.texts(report)},
                "primary",
                replaces=True,
            ),
            Button(
                title=say(language, "status_reports.back"), action="report.draft", values={"report": report.identity}
            ),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )
