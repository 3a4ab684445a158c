"""Reviews of risk and of the working environment, as everybody sees them: how far each has come, whose it is, and what
one can do now."""

from dialogs import risk_notices, risk_words, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Facts, Items, Language, Span, Text, Written
from dialogs.not_known import not_known
from dialogs.offers import offer, offers, short
from dialogs.saying_dates import sources_line
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import people, risk_review_work, risk_reviews
from storage.database import Session
from storage.refusals import NotAllowed, Refused
from storage.risk_review_work import MOVES, Changed, NotWhole
from storage.risk_reviews import Known, ReviewKind, ReviewState

#: How many of a list have a button.
MOST_OPENED = 4
#: Of how many earlier rounds the verneombud's part is shown.
MOST_EARLIER = 3
#: What inputs to a review of each kind are about (storage.anonymous_input.TOPICS).
TOPICS = {ReviewKind.RISK: "risk", ReviewKind.WORKING_ENVIRONMENT: "environment"}
SAFETY = "safety_representative"


def listed(session: Session, turn: Turn) -> Card:
    """Those that the programme needs, and how far each has come."""
    return _list(session, turn, risk_reviews.every(session, turn.programme.key), "any")


def look(session: Session, turn: Turn) -> Card:
    """The one that was chosen, or those of the kind that was asked about."""
    if key(turn):
        return shown(session, turn, risk_reviews.get(session, turn.programme.key, key(turn)))
    every = risk_reviews.every(session, turn.programme.key)
    kind = turn.value("kind") if turn.value("kind") in set(ReviewKind) else "any"
    found = [one for one in every if kind in ("any", one.wanted.kind)]
    return shown(session, turn, found[0]) if len(found) == 1 else _list(session, turn, found, kind)


def move(session: Session, turn: Turn) -> Card:
    """Says how far it has come; those whom that concerns are told."""
    known, state = risk_reviews.get(session, turn.programme.key, key(turn)), turn.value("state")
    if not risk_reviews.may_work(session, turn.person, turn.programme.key, known.row):
        raise NotAllowed("risk_owner")
    if state not in set(ReviewState) or state == ReviewState.REDO:
        raise Refused("refused.risk.move")
    try:
        row, is_new = risk_review_work.move(
            session, turn.person, turn.programme.key, key(turn), version(turn), ReviewState(state), "", turn.now
        )
    except NotWhole as left:
        why = say(turn.language, left.key, missing=missing_said(turn, left.missing))
        return _refused(session, turn, known, why, _still_missing(turn, left.missing))
    except Changed as changed:
        return _refused(session, turn, known, say(turn.language, changed.key))
    known = risk_reviews.get(session, turn.programme.key, key(turn))
    if is_new and row.state == ReviewState.WITH_SAFETY:
        risk_notices.to_safety(session, turn, known, "asked")
    if is_new and row.state == ReviewState.DONE:
        risk_notices.to_leaders(session, turn, known, "done")
    return shown(session, turn, known).model_copy(update={"outcome": "done"})


def _refused(session: Session, turn: Turn, known: Known, why: str, instead: Text | None = None) -> Card:
    """The card as it is, with why nothing was changed in place of ``instead``: what can be done about it is on it."""
    card = shown(session, turn, known)
    blocks = (Text(text=why, style="warning"), *(one for one in card.blocks if one != instead))
    return card.model_copy(update={"blocks": blocks, "outcome": "refused"})


def shown(session: Session, turn: Turn, known: Known) -> Card:
    """The card of one, for this person; before a whole group without what is for a role."""
    language = turn.language
    is_open = known.state is ReviewState.OPEN
    title = saying_dates.capitalised(risk_words.title(known, language))
    blocks: list[Block] = [
        Text(text=f"{saying_dates.capitalised(risk_words.state(session, turn, known))}.", style="strong"),
        *_why(session, turn, known),
        Facts(facts=_facts(session, turn, known)),
        *_document(turn, known),
        *_for_roles(session, turn, known),
        *((Text(text=say(language, "risk.can.input")),) if is_open else ()),
        *sources_line(session, turn, known.wanted.sources),
    ]
    return Card(
        title=title,
        blocks=tuple(blocks),
        buttons=tuple(_buttons(session, turn, known)),
        language=language,
    )


def key(turn: Turn) -> str:
    """The review that the pressed button is about."""
    return turn.value("review")


def version(turn: Turn) -> int:
    number = turn.values.get("version")
    return number if type(number) is int else -1


def missing_said(turn: Turn, left: tuple[str, ...]) -> str:
    return ", ".join(say(turn.language, f"risk.missing.{one}") for one in left)


def _list(session: Session, turn: Turn, found: list[Known], kind: str) -> Card:
    language = turn.language
    if not found:
        text = say(language, f"risk.none.{kind}", programme=turn.programme.name)
        return not_known(turn, text, buttons=offers(language, "milestone.next", "help"))
    lines = tuple(
        (
            saying_dates.capitalised(risk_words.title(one, language)),
            _line(session, turn, one),
        )
        for one in found
    )
    opening = [
        Button(
            title=short(saying_dates.capitalised(risk_words.title(one, language))),
            action="risk.open",
            values={"review": one.wanted.key},
        )
        for one in found[:MOST_OPENED]
    ]
    return Card(
        title=say(language, "risk.list.title"),
        blocks=(Items(items=lines),),
        buttons=(*opening, *offers(language, "help")),
        language=language,
    )


def _line(session: Session, turn: Turn, known: Known) -> str:
    state = saying_dates.capitalised(risk_words.state(session, turn, known))
    if turn.value("aspect") == "part":
        part = risk_words.part(session, turn, known)
        return f"{state}. {say(turn.language, 'risk.list.part', part=part)}"
    return f"{state}. {risk_words.by_when(session, turn, known)}".strip()


def _why(session: Session, turn: Turn, known: Known) -> tuple[Text, ...]:
    """Why it has to be done again, while it is not being done."""
    if known.row is None or known.state is not ReviewState.REDO:
        return ()
    every = risk_reviews.reasons(session, known.row)
    return tuple(Text(text=say(turn.language, "risk.why", reason=step.text)) for step in every if step.text)


def _facts(session: Session, turn: Turn, known: Known) -> tuple[tuple[str, str], ...]:
    language = turn.language
    owner = risk_reviews.owner(session, known.row)
    by_documents = told(known.wanted.owner, language) or say(language, "risk.owner.unsaid")
    found = [
        ("owner", by_documents),
        ("here", owner.name if owner else ""),
        ("by_when", risk_words.by_when(session, turn, known)),
        ("part", risk_words.part(session, turn, known)),
    ]
    return tuple((say(language, f"risk.fact.{name}"), value) for name, value in found if value)


def _document(turn: Turn, known: Known) -> tuple[Block, ...]:
    if known.row is None:
        return ()
    summary = (Text(text=known.row.summary),) if known.row.summary else ()
    if not known.row.link:
        return summary
    link = Span(text=say(turn.language, "risk.document"), address=known.row.link)
    return (*summary, Written(lines=((link,),)))


def _for_roles(session: Session, turn: Turn, known: Known) -> list[Block]:
    """What the verneombud remarked, for those whose it is to read; what is missing, for those whose it is to do."""
    if not turn.is_private:
        return []
    found: list[Block] = []
    programme, said = turn.programme.key, risk_reviews.part(session, known.row)
    if said is not None and said.text and risk_reviews.may_read_remarks(session, turn.person, programme, known.row):
        found.append(Text(text=say(turn.language, "risk.remark", text=said.text)))
    if known.row is not None and risk_reviews.may_read_remarks(session, turn.person, programme, known.row):
        for earlier in risk_reviews.earlier_parts(session, known.row)[:MOST_EARLIER]:
            text = f"{risk_words.part_said(earlier, turn.language)} {earlier.text}".strip()
            found.append(Text(text=say(turn.language, "risk.earlier", part=text), style="quiet"))
    left = risk_review_work.missing(session, known.row) if known.row is not None else ("part", "document")
    is_worker = risk_reviews.may_work(session, turn.person, programme, known.row)
    if is_worker and left and known.state not in (ReviewState.DONE, ReviewState.REDO):
        found.append(_still_missing(turn, left))
    return found


def _still_missing(turn: Turn, left: tuple[str, ...]) -> Text:
    return Text(text=say(turn.language, "risk.missing.before", missing=missing_said(turn, left)), style="warning")


def _buttons(session: Session, turn: Turn, known: Known) -> list[Button]:
    """What comes next first: a card holds few."""
    language, wanted = turn.language, known.wanted
    found = []
    if known.state is ReviewState.OPEN:
        found.append(offer(language, "input.submit", {"topic": TOPICS[wanted.kind]}, "primary"))
    if turn.is_private:
        found += _of_roles(session, turn, known)
    return [*found[: MOST_BUTTONS - 1], offer(language, "risk.list")]


def _of_roles(session: Session, turn: Turn, known: Known) -> list[Button]:
    language, programme, row = turn.language, turn.programme.key, known.row
    values = {"review": known.wanted.key, "version": known.version}
    is_safety = SAFETY in people.roles(session, turn.person, programme)
    is_worker = risk_reviews.may_work(session, turn.person, programme, row)
    is_begun = known.state is not ReviewState.PLANNED
    found: list[Button] = []
    moves = _moves(language, known) if is_worker else []
    found += moves[:1]
    if is_safety and is_begun and not (row is not None and row.owner_id == turn.person.id):
        found.append(offer(language, "risk.part", values, "primary" if not moves else "default"))
    if is_worker:
        found.append(offer(language, "risk.document", values))
    if risk_reviews.may_manage(session, turn.person, programme) and known.state is not ReviewState.DONE:
        found.append(offer(language, "risk.assign", values))
    found += moves[1:]
    said = risk_reviews.part(session, row)
    may_record = is_worker and is_begun and (said is None or said.is_by_meeting)
    return found + ([offer(language, "risk.met", values)] if may_record else [])


def _moves(language: Language, known: Known) -> list[Button]:
    """Where it may go now: forwards first."""
    order = list(ReviewState)
    found: list[Button] = []
    for state in sorted(MOVES[known.state], key=order.index, reverse=True):
        if state is ReviewState.OPEN and not known.wanted.takes_input:
            continue
        again = state is ReviewState.REDO
        button = Button(
            title=say(language, f"risk.move.{state}"),
            action="risk.redo" if again else "risk.move",
            values={"review": known.wanted.key, "version": known.version, "state": state.value},
            style="default" if found or again else "primary",
            replaces=not again,
        )
        found.append(button)
    return found
