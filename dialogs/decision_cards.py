"""How a decision is told: one that is recorded, one that is to come, and lines of many."""

from typing import Literal

from dialogs import former, risk_words, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Facts, Items, Language, Span, Text, Written
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import decision_log, decisions, initiatives, milestones, people, proposals
from storage.coming_decisions import Coming
from storage.database import Session
from storage.decision_log import Basis, DecisionEntry, DecisionKind, Standing
from storage.decisions import Decision
from storage.refusals import NotAllowed, Refused

Style = Literal["default", "primary", "destructive"]


def shown(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry, asked: str = "") -> Card:
    """The card of an entry, for this person. ``asked`` is ``who``, ``when``, ``holds`` or ``dissent`` where
    that was the question."""
    language = turn.language
    count = len(decision_log.versions(session, decision))
    is_old = entry.number < count
    blocks: list[Block] = [
        *_asked_for(session, turn, decision, entry, asked),
        *standing(session, turn, entry),
        *((Text(text=say(language, "decision_log.old", number=entry.number), style="warning"),) if is_old else ()),
        Text(text=entry.text or say(language, "decision_log.no_text")),
        Facts(facts=facts(language, entry)),
        *discussed(session, turn, decision, entry),
        *dissent(session, turn, decision, entry),
        *basis(session, turn, entry),
    ]
    if entry.means:
        blocks += [Text(text=say(language, "decision_log.means"), style="strong"), Text(text=entry.means)]
    if entry.number > 1:
        blocks.append(Text(text=corrected(session, turn, entry), style="quiet"))
    return Card(
        title=entry.title,
        blocks=tuple(blocks),
        buttons=_buttons(session, turn, decision, entry, count),
        language=language,
        subject={"decision": str(decision.identity)},
    )


def when(language: Language, entry: DecisionEntry) -> str:
    """The day, or the month where no more is known."""
    return saying_dates.days(language, entry.first_day, entry.last_day)


def line(language: Language, entry: DecisionEntry) -> str:
    """What kind it is, whose, when, and whether it holds no more."""
    parts = [say(language, f"decision_log.kind.{entry.kind}"), entry.decided_by, when(language, entry)]
    if entry.standing != Standing.STANDS:
        parts.append(say(language, f"decision_log.short.{entry.standing}"))
    return " · ".join(part for part in parts if part)


def coming_line(session: Session, turn: Turn, one: Coming) -> str:
    """What kind it is to be, whose where that is known, and when, as exactly as that is."""
    language = turn.language
    parts = [say(language, f"decision_log.kind.{one.kind}"), _whose(session, turn, one)]
    parts.append(saying_dates.when(language, one.milestone))
    return " · ".join(part for part in parts if part)


def coming(session: Session, turn: Turn, one: Coming, asked: str = "") -> Card:
    """One that the plan names and nobody has recorded. ``asked`` is as in ``shown``."""
    language, row = turn.language, one.milestone
    whose = _whose(session, turn, one)
    if one.is_given_up:
        state = say(language, "decision_log.coming.given_up")
    elif one.is_unrecorded(turn.today):
        state = say(language, "decision_log.coming.unrecorded", when=saying_dates.when(language, row))
    else:
        state = say(language, "decision_log.coming.ahead", when=saying_dates.when(language, row))
    found = [
        (say(language, "decision_log.fact.kind"), say(language, f"decision_log.kind.{one.kind}")),
        (say(language, "decision_log.fact.by"), whose or say(language, "decision_log.not_stated")),
        (say(language, "decision_log.fact.on"), saying_dates.when(language, row)),
    ]
    for key in one.discussed_in:
        before = milestones.get(session, turn.programme.key, key)
        how = f"{told(before.title, language)}, {saying_dates.when(language, before)}"
        found.append((say(language, "decision_log.fact.before"), how))
    return Card(
        title=told(row.title, language),
        blocks=(
            Text(text=state, style="strong"),
            Facts(facts=tuple(found)),
            *((Text(text=told(row.note, language)),) if row.note else ()),
            *saying_dates.sources_line(session, turn, row.sources),
        ),
        buttons=(*_for_leaders(session, turn, one), *offers(language, "decision.log", "milestone.list")),
        language=language,
        subject={"milestone": row.key},
        outcome="unknown" if one.is_unrecorded(turn.today) or (asked == "who" and not whose) else "answered",
    )


def opening(turn: Turn, entry: DecisionEntry) -> Button:
    return Button(title=short(entry.title, 40), action="decision.entry", values={"decision": entry.decision_id})


def recording(
    language: Language, kind: DecisionKind, values: dict[str, object] | None = None, style: Style = "default"
) -> Button:
    """The button to the form for a decision of that kind."""
    title = say(language, f"decision_log.record.{kind}")
    return Button(title=title, action="decision.decide", values={**(values or {}), "kind": kind}, style=style)


def facts(language: Language, entry: DecisionEntry) -> tuple[tuple[str, str], ...]:
    return (
        (say(language, "decision_log.fact.kind"), say(language, f"decision_log.kind.{entry.kind}")),
        (say(language, "decision_log.fact.by"), entry.decided_by or say(language, "decision_log.not_stated")),
        (say(language, "decision_log.fact.on"), when(language, entry)),
    )


def discussed(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry) -> tuple[Block, ...]:
    """With whom and when."""
    lines = discussed_lines(session, turn, decision, entry)
    if not lines:
        return nobody(turn.language)
    heading = Text(text=say(turn.language, "decision_log.discussed"), style="strong")
    return heading, Items(items=tuple((one, "") for one in lines))


def nobody(language: Language) -> tuple[Text, ...]:
    return (Text(text=say(language, "decision_log.nobody_discussed"), style="quiet"),)


def discussed_lines(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry) -> list[str]:
    """With whom and when: the employees' side and the verneombud by their role."""
    language = turn.language
    lines = [
        say(language, f"decision_log.discussed.{step}", body=body, day=saying_dates.day(language, on, weekday=False))
        for step, body, on in decision_log.discussed_with(session, decision)
        if on is not None
    ]
    return [*lines, *entry.discussed]


def dissent(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry) -> tuple[Text, ...]:
    """Who was of another mind, and in which words: that of the steps, then what is in the entry. Of the verneombud's
    disagreement with a review everybody reads that it was, and those whose it is to read the words find them there."""
    language = turn.language
    said = [(say(language, "decision_log.dissent_of.employees"), decisions.dissent(session, decision))]
    if entry.dissent_of is not None:
        said.append((say(language, f"decision_log.dissent_of.{entry.dissent_of}"), entry.dissent))
    lines = [say(language, "decision_log.dissent", who=who, words=words) for who, words in said if words]
    lines += [risk_words.disagreed(known, part, language) for known, part in decisions.disagreements(session, decision)]
    return tuple(Text(text=line, style="warning") for line in lines)


def basis(session: Session, turn: Turn, entry: DecisionEntry) -> tuple[Block, ...]:
    """What it rests on; an address can be opened."""
    if not entry.basis:
        return ()
    lines = tuple(
        (Span(text=one["title"], address=one["title"] if one["kind"] == Basis.LINK else ""),) for one in entry.basis
    )
    return Text(text=say(turn.language, "decision_log.basis"), style="strong"), Written(lines=lines, shape="bullets")


def corrected(session: Session, turn: Turn, entry: DecisionEntry, key: str = "corrected") -> str:
    """Who wrote this version, when and why; with its number unless ``key`` is ``written``."""
    day = saying_dates.day(turn.language, entry.written_at.astimezone(turn.zone).date(), weekday=False)
    name = former.name_of(decisions.person(session, entry.written_by), turn.language)
    said = say(turn.language, f"decision_log.{key}", number=entry.number, day=day, name=name, reason=entry.reason)
    return said.strip()


def _asked_for(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry, asked: str) -> tuple[Text, ...]:
    if asked == "who":
        said = say(
            turn.language, "decision_log.who", by=entry.decided_by or say(turn.language, "decision_log.not_stated")
        )
    elif asked == "when":
        said = say(turn.language, "decision_log.when", when=when(turn.language, entry))
    elif asked == "holds" and entry.standing == Standing.STANDS:
        said = say(turn.language, "decision_log.holds")
    elif asked == "dissent":
        is_any = bool(dissent(session, turn, decision, entry))
        said = say(turn.language, "decision_log.some_dissent" if is_any else "decision_log.no_dissent")
    else:
        return ()
    return (Text(text=said, style="strong"),)


def standing(session: Session, turn: Turn, entry: DecisionEntry) -> tuple[Text, ...]:
    if entry.standing == Standing.STANDS:
        return ()
    instead = ""
    if entry.replaced_by is not None:
        instead = decision_log.get(session, turn.programme.key, entry.replaced_by)[1].title
    key = f"decision_log.standing.{entry.standing}{'_by' if instead else ''}"
    return (Text(text=say(turn.language, key, instead=instead, reason=entry.reason), style="warning"),)


def _buttons(session: Session, turn: Turn, decision: Decision, entry: DecisionEntry, count: int) -> tuple[Button, ...]:
    """What holds instead first, then what leaders can do, then the ways on."""
    language, values = turn.language, {"decision": decision.identity}
    found: list[Button] = []
    if entry.replaced_by is not None:
        title = say(language, "decision_log.instead")
        found.append(Button(title=title, action="decision.entry", values={"decision": entry.replaced_by}))
    if turn.is_private and _leads(session, turn) and entry.number == count:
        found.append(offer(language, "decision.announce", values, "primary"))
        found.append(offer(language, "decision.correct", values))
        found.append(offer(language, "decision.reverse", values))
    if count > 1:
        found.append(offer(language, "decision.versions", values))
    found += _to_basis(session, turn, entry)
    return (*found[: MOST_BUTTONS - 1], offer(language, "decision.log"))


def _to_basis(session: Session, turn: Turn, entry: DecisionEntry) -> list[Button]:
    """What it rests on and the bot has: proposals only for those who may read them."""
    found = []
    for one in entry.basis:
        try:
            if one["kind"] == Basis.INITIATIVE:
                initiatives.get(session, turn.programme.key, one["key"])
                values: dict[str, object] = {"initiative": one["key"]}
            elif one["kind"] == Basis.PROPOSAL and turn.is_private:
                proposals.get(session, turn.person, turn.programme.key, int(one["key"]))
                values = {"proposal": int(one["key"])}
            else:
                continue
        except (Refused, NotAllowed):
            continue
        found.append(Button(title=short(one["title"], 40), action=f"{one['kind']}.open", values=values))
    return found


def _for_leaders(session: Session, turn: Turn, one: Coming) -> tuple[Button, ...]:
    if not turn.is_private or not _leads(session, turn):
        return ()
    values: dict[str, object] = {"coming": one.milestone.key}
    if one.kind == DecisionKind.POLITICAL or not turn.programme.discussed_before_decided:
        return (
            recording(turn.language, DecisionKind(one.kind), values, "primary"),
            *_giving_up(turn, one, values),
        )
    return _giving_up(turn, one, values, "primary")


def _giving_up(turn: Turn, one: Coming, values: dict[str, object], style: Style = "default") -> tuple[Button, ...]:
    """The way to the decision that is prepared for it, or to beginning one."""
    if one.decision is not None and one.decision.ended is None:
        button = offer(turn.language, "decision.open", {"decision": one.decision.identity})
    else:
        button = offer(turn.language, "decision.new", values)
    return (button.model_copy(update={"style": style}),)


def _whose(session: Session, turn: Turn, one: Coming) -> str:
    """The political body, in the person's language."""
    said = turn.programme.decisions or {}
    return next(
        (told(body["title"], turn.language) for body in said.get("political_bodies", ()) if body["key"] == one.body), ""
    )


def _leads(session: Session, turn: Turn) -> bool:
    return "leader" in people.roles(session, turn.person, turn.programme.key)
