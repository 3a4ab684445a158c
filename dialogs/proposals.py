"""Proposals (tiltak) of workgroups: the group writes them, and sees what is missing before they are handed over."""

import secrets
from typing import Any

from dialogs import amounts, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Facts, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import people, proposal_consequences, proposal_reviews, proposals, workgroups
from storage.database import Session
from storage.proposal_consequences import Aspect
from storage.proposals import (
    HANDED,
    LONGEST_AREA,
    LONGEST_TEXT,
    LONGEST_TITLE,
    OPEN,
    Changed,
    Proposal,
    ProposalKind,
    ProposalState,
    Worded,
    WrongField,
)
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Workgroup

#: How many one card lists, and how many of them have a button.
MOST_LISTED = 8
MOST_OPENED = 3
#: How much of a proposal's text its card shows, in characters; the document has all of it.
MOST_SHOWN = 300
YES, NO = "yes", "no"


def listed(session: Session, turn: Turn) -> Card:
    """What the person may read: for the groups their own, for those whose role it is all of them."""
    rows = proposals.readable(session, turn.person, turn.programme.key)
    if not rows and not proposals.rules(session, turn.programme.key):
        raise Refused("refused.proposal.none_taken")
    own = proposals.writing_groups(session, turn.person, turn.programme.key)
    groups = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    items = tuple((row.title, _line(turn, row, groups.get(row.workgroup_key))) for row in rows[:MOST_LISTED])
    blocks: list[Block] = [Items(items=items, numbered=True)] if items else [_said(turn, "proposals.list.none")]
    if len(rows) > MOST_LISTED:
        blocks.append(Text(text=say_many(turn.language, "proposals.list.more", len(rows) - MOST_LISTED), style="quiet"))
    opening = [
        Button(
            title=say(turn.language, "proposals.open", place=place),
            action="proposal.open",
            values={"proposal": row.identity},
        )
        for place, row in enumerate(rows[:MOST_OPENED], 1)
    ]
    new = offers(turn.language, "proposal.new") if own else ()
    return Card(
        title=say_many(turn.language, "proposals.list.title", len(rows)),
        blocks=tuple(blocks),
        buttons=(*opening, *new, *offers(turn.language, "proposal.document" if rows else "help"))[:MOST_BUTTONS],
        language=turn.language,
    )


def look(session: Session, turn: Turn) -> Card:
    """One proposal, what is missing, and what this person can do with it."""
    return shown(session, turn, proposals.get(session, turn.person, turn.programme.key, key(turn)))


def write(session: Session, turn: Turn) -> Card:
    """The form of a new proposal, or of one that is there. Nothing is stored yet."""
    if key(turn):
        proposal = proposals.get_open(session, turn.person, turn.programme.key, key(turn))
        return _form(session, turn, _typed(proposal), {}, proposal)
    groups = proposals.writing_groups(session, turn.person, turn.programme.key)
    if not groups:
        raise _why_none(session, turn)
    return _form(session, turn, {"group": groups[0].key}, {})


def save(session: Session, turn: Turn) -> Card:
    """Stores what the form holds; where something is wrong with it the form comes again with all that was typed."""
    programme = turn.programme.key
    proposal = proposals.get(session, turn.person, programme, key(turn)) if key(turn) else None
    typed = {name: turn.value(name) for name in ("group", "title", "text", "area", "amount", "year", "kind", "beyond")}
    try:
        worded = _read(turn)
        if proposal is not None:
            version = turn.values.get("version")
            saved = proposals.change(
                session, turn.person, programme, proposal.identity, worded,
                version if type(version) is int else 0, turn.now, turn.today,
            )  # fmt: skip
        else:
            if not turn.value("group"):
                raise WrongField("refused.proposal.no_group", "group")
            group = workgroups.get(session, programme, turn.value("group"))
            saved = proposals.make(session, turn.person, group, worded, turn.now, turn.today, turn.value("form"))
    except WrongField as wrong:
        return _form(session, turn, typed, {wrong.field: said(turn, wrong)}, proposal)
    except Changed as changed:
        return _form(session, turn, typed, {"text": said(turn, changed)}, proposal)
    return shown(session, turn, saved).model_copy(update={"outcome": "done"})


def shown(session: Session, turn: Turn, proposal: Proposal) -> Card:
    """The card of a proposal, for this person."""
    involved = met(session, turn, proposal)
    text = proposal.text if len(proposal.text) <= MOST_SHOWN else f"{proposal.text[:MOST_SHOWN].rsplit(' ', 1)[0]} …"
    blocks: list[Block] = [
        Text(text=saying_dates.capitalised(state(session, turn, proposal)), style="strong"),
        Text(text=text),
        Facts(facts=facts(session, turn, proposal)),
        *consequences(session, turn, proposal),
        *((Text(text=say(turn.language, "proposals.document.involved"), style="strong"),) if involved else ()),
        *((Items(items=involved),) if involved else ()),
        *_missing(session, turn, proposal),
    ]
    return Card(
        title=proposal.title,
        blocks=tuple(blocks),
        buttons=tuple(_buttons(session, turn, proposal))[:MOST_BUTTONS],
        language=turn.language,
    )


def state(session: Session, turn: Turn, proposal: Proposal) -> str:
    """How far it has come, in a sentence; what was remarked or why it ended stands beside."""
    last = proposals.steps(session, proposal)[-1]
    receiver = proposals.rules(session, proposal.programme_key).get("received_by")
    return say(
        turn.language,
        f"proposals.state.{proposal.state}",
        receiver=receiver if isinstance(receiver, dict) else "",
        reason=last.text,
        day=saying_dates.day(turn.language, last.at.astimezone(turn.zone).date(), weekday=False),
        round=proposal.round,
    ).strip()


def facts(session: Session, turn: Turn, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """Group, kind, money, year and deadline: what is not known is said not to be."""
    language = turn.language
    group = proposal_reviews.group_of(session, proposal)
    found = [
        ("group", told(group.title, language)),
        ("kind", say(language, f"proposals.kind.{proposal.kind}")),
        ("area", proposal.area),
        ("amount", amount(turn, proposal.amount)),
        ("year", str(proposal.effect_year) if proposal.effect_year else say(language, "proposals.not_stated")),
        ("deadline", _deadline(session, turn, proposal)),
    ]
    if proposal.is_beyond_plan:
        found.append(("beyond", say(language, "proposals.beyond.yes")))
    return tuple((say(language, f"proposals.fact.{name}"), value) for name, value in found if value)


def met(session: Session, turn: Turn, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """Whom the group met and when, with what they said."""
    return tuple(
        (f"{one.who}, {saying_dates.day(turn.language, one.held_on, weekday=False)}", one.said or "–")
        for one in proposal_consequences.involved(session, proposal)
    )


def consequences(session: Session, turn: Turn, proposal: Proposal) -> tuple[Block, ...]:
    """What it means for whom, and in one line for whom it means nothing; nothing before it is assessed."""
    found = proposal_consequences.assessment(session, proposal)
    some = tuple((_aspect(turn, one), row.text) for one, row in found.items() if row.has_any)
    none = tuple(one for one, row in found.items() if not row.has_any)
    line = Text(text=say(turn.language, "proposals.no_consequences", aspects=aspects(turn, none)))
    return (*((Items(items=some),) if some else ()), *((line,) if none else ()))


def _aspect(turn: Turn, one: Aspect) -> str:
    return saying_dates.capitalised(say(turn.language, f"proposals.aspect.{one}"))


def amount(turn: Turn, kroner: int | None) -> str:
    if kroner is None:
        return say(turn.language, "proposals.not_stated")
    which = "saves" if kroner >= 0 else "costs"
    return say(turn.language, f"proposals.amount.{which}", amount=amounts.said(turn.language, abs(kroner)))


def aspects(turn: Turn, left: tuple[Aspect, ...]) -> str:
    """The names of aspects in a row."""
    return ", ".join(say(turn.language, f"proposals.aspect.{aspect}") for aspect in left)


def key(turn: Turn) -> int:
    """The proposal that the pressed button is about."""
    number = turn.values.get("proposal")
    return number if type(number) is int and 0 < number < 2**31 else 0


def said(turn: Turn, wrong: Refused) -> str:
    return say(turn.language, wrong.key, **wrong.values)


def back(turn: Turn, proposal: Proposal) -> Button:
    return Button(
        title=say(turn.language, "proposals.back"), action="proposal.open", values={"proposal": proposal.identity}
    )


def _line(turn: Turn, row: Proposal, group: Workgroup | None) -> str:
    title = told(group.title, turn.language) if group else row.workgroup_key
    return say(turn.language, "proposals.line", group=title, state=say(turn.language, f"proposals.short.{row.state}"))


def _deadline(session: Session, turn: Turn, proposal: Proposal) -> str:
    by = proposal_reviews.deadline(session, proposal)
    if by is None:
        return ""
    if proposal.late_for is not None:
        day = saying_dates.day(turn.language, proposal.late_for)
        return say(turn.language, "proposals.late", day=day)
    return saying_dates.when(turn.language, by)


def _missing(session: Session, turn: Turn, proposal: Proposal) -> list[Text]:
    """What stands between this proposal and its being handed over."""
    if proposal.state not in (*OPEN, ProposalState.IN_REVIEW):
        return []
    lines = []
    left = proposal_consequences.missing(session, proposal)
    if left:
        lines.append(say(turn.language, "proposals.missing", aspects=aspects(turn, left)))
    old = proposal_consequences.outdated(session, proposal)
    if old:
        lines.append(say(turn.language, "proposals.outdated", aspects=aspects(turn, old)))
    if not proposal_consequences.involved(session, proposal):
        lines.append(say(turn.language, "proposals.nobody_involved"))
    return [Text(text=line, style="warning") for line in lines]


def _buttons(session: Session, turn: Turn, proposal: Proposal) -> list[Button]:
    """What comes next first: a card holds few."""
    language, person, values = turn.language, turn.person, {"proposal": proposal.identity}
    found: list[Button] = []
    if proposal.state == ProposalState.IN_REVIEW and proposal_reviews.may_assure(session, person, proposal):
        round_ = {**values, "round": proposal.round}
        found.append(offer(language, "proposal.assure", round_, "primary", replaces=True))
        found.append(offer(language, "proposal.remark", round_))
    found += _of_the_group(session, turn, proposal)
    if proposal.state in HANDED and "leader" in people.roles(session, person, turn.programme.key):
        found.append(offer(language, "proposal.answer", values, "primary"))
    return [*found[: MOST_BUTTONS - 1], offer(language, "proposal.document", values), offer(language, "proposal.list")]


def _of_the_group(session: Session, turn: Turn, proposal: Proposal) -> list[Button]:
    """What those can do who write it: the next step, then the record, then the text."""
    language, values = turn.language, {"proposal": proposal.identity}
    if not proposals.may_write(session, turn.person, turn.programme.key, proposal.workgroup_key):
        return []
    if proposal.state == ProposalState.IN_REVIEW:
        return [offer(language, "proposal.take_back", values, replaces=True)]
    if proposal.state not in OPEN:
        return []
    is_assessed = not proposal_consequences.missing(session, proposal)
    has_assurers = proposals.quality_group(session, turn.programme.key) is not None
    is_ready = proposal.state == ProposalState.ASSURED or not has_assurers
    found = []
    if is_assessed and is_ready and proposal_reviews.may_hand_over(session, turn.person, proposal):
        found.append(offer(language, "proposal.hand_over", values, "primary", replaces=True))
    if is_assessed and has_assurers and proposal.state != ProposalState.ASSURED:
        found.append(offer(language, "proposal.review", values, "primary", replaces=True))
    found.append(offer(language, "proposal.assess", values, "default" if is_assessed else "primary"))
    found.append(offer(language, "proposal.involve", values))
    found.append(Button(title=say(language, "proposals.edit"), action="proposal.new", values=values))
    found.append(offer(language, "proposal.withdraw", values, "destructive"))
    return found


def _read(turn: Turn) -> Worded:
    try:
        kroner = amounts.read(turn.value("amount"))
    except amounts.NoAmount as wrong:
        raise WrongField("refused.proposal.amount", "amount") from wrong
    year = turn.value("year")
    if year and not (year.isascii() and year.isdecimal() and len(year) == 4):
        first = turn.today.year
        raise WrongField("refused.proposal.year", "year", first=first, last=first + proposals.YEARS_AHEAD)
    kind = turn.value("kind")
    return Worded(
        title=turn.value("title"),
        text=turn.value("text"),
        area=turn.value("area"),
        amount=kroner,
        effect_year=int(year) if year else None,
        kind=ProposalKind(kind) if kind in set(ProposalKind) else ProposalKind.OTHER,
        is_beyond_plan=turn.value("beyond") == YES,
    )


def _typed(proposal: Proposal) -> dict[str, str]:
    """What is stored, as it is typed."""
    return {
        "group": proposal.workgroup_key,
        "title": proposal.title,
        "text": proposal.text,
        "area": proposal.area,
        "amount": "" if proposal.amount is None else str(proposal.amount),
        "year": str(proposal.effect_year or ""),
        "kind": proposal.kind,
        "beyond": YES if proposal.is_beyond_plan else NO,
    }


def _form(
    session: Session, turn: Turn, typed: dict[str, str], errors: dict[str, str], proposal: Proposal | None = None
) -> Card:
    values: dict[str, Any] = {"form": turn.value("form") or secrets.token_hex(8)}
    if proposal is not None:
        # With what somebody else has written meanwhile refused once, the next press is meant.
        values = {"proposal": proposal.identity, "version": proposal.version}
    note = say(turn.language, "proposals.form.changes" if proposal else "proposals.form.text")
    return Card(
        title=say(turn.language, "proposals.form.title"),
        blocks=(Text(text=note),),
        questions=tuple(_questions(session, turn, typed, errors, proposal)),
        buttons=(
            offer(turn.language, "proposal.save", values, "primary", replaces=True),
            back(turn, proposal) if proposal else offer(turn.language, "proposal.list"),
        ),
        language=turn.language,
        outcome="refused" if errors else "answered",
    )


def _questions(
    session: Session, turn: Turn, typed: dict[str, str], errors: dict[str, str], proposal: Proposal | None
) -> list[Question]:
    language = turn.language
    groups = proposals.writing_groups(session, turn.person, turn.programme.key)
    choices: dict[str, tuple[Choice, ...]] = {
        "group": tuple(Choice(title=short(told(one.title, language)), value=one.key) for one in groups),
        "kind": tuple(Choice(title=say(language, f"proposals.kind.{one}"), value=one) for one in ProposalKind),
        "beyond": tuple(Choice(title=say(language, f"proposals.beyond.{one}"), value=one) for one in (NO, YES)),
    }
    typed = {"kind": ProposalKind.OTHER, "beyond": NO, **{name: value for name, value in typed.items() if value}}
    fields = (
        *((("group", 0, 1),) if proposal is None else ()),
        ("title", LONGEST_TITLE, 1), ("text", LONGEST_TEXT, 6), ("kind", 0, 1), ("area", LONGEST_AREA, 1),
        ("amount", 40, 1), ("year", 4, 1), ("beyond", 0, 1),
    )  # fmt: skip
    return [
        Question(
            name=name,
            label=say(language, f"proposals.field.{name}"),
            value=typed.get(name, ""),
            required=name in ("group", "title", "text"),
            lines=lines,
            longest=longest or LONGEST_TITLE,
            choices=choices.get(name, ()),
            error=errors.get(name, ""),
        )
        for name, longest, lines in fields
    ]


def _why_none(session: Session, turn: Turn) -> Refused:
    """Why this person writes no proposal here: the programme takes none, or they are in no workgroup."""
    if not proposals.rules(session, turn.programme.key):
        return Refused("refused.proposal.none_taken")
    return NotAllowed("group_member")


def _said(turn: Turn, text: str) -> Text:
    return Text(text=say(turn.language, text))
