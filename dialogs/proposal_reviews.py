"""A proposal on its way: quality assured with remarks and a second round, handed over, answered, or given up."""

from dialogs import proposal_notices
from dialogs.card import Button, Card, Choice, Question, Text
from dialogs.offers import offer
from dialogs.proposals import aspects, back, key, said, shown
from dialogs.turn import Turn
from dialogs.words import say
from storage import answer_promises, proposal_reviews, proposals
from storage.answer_promises import Promised
from storage.database import Session
from storage.proposal_reviews import OUTCOMES, NotAssessed
from storage.proposals import LONGEST_REMARK, Proposal, ProposalState, WrongField
from storage.refusals import Refused


def review(session: Session, turn: Turn) -> Card:
    """Sends it to those who assure quality, and tells them."""
    try:
        proposal = proposal_reviews.send_to_review(session, turn.person, turn.programme.key, key(turn), turn.now)
    except NotAssessed as left:
        raise _named(turn, left) from left
    proposal_notices.to_assurers(session, proposal)
    return _done(session, turn, proposal)


def take_back(session: Session, turn: Turn) -> Card:
    proposal = proposal_reviews.take_back(session, turn.person, turn.programme.key, key(turn), turn.now)
    return _done(session, turn, proposal)


def remark(session: Session, turn: Turn) -> Card:
    """The form for what has to be mended."""
    proposal = proposals.get(session, turn.person, turn.programme.key, key(turn))
    return _reason(turn, proposal, "remark", "proposal.remarked", {"round": _round(turn)})


def remarked(session: Session, turn: Turn) -> Card:
    """Gives it back with the remark, and tells the group."""
    try:
        proposal = proposal_reviews.remark(
            session, turn.person, turn.programme.key, key(turn), _round(turn), turn.value("remark"), turn.now
        )
    except WrongField as wrong:
        proposal = proposals.get(session, turn.person, turn.programme.key, key(turn))
        return _reason(turn, proposal, "remark", "proposal.remarked", {"round": _round(turn)}, said(turn, wrong))
    proposal_notices.to_group(session, proposal, turn.value("remark"))
    return _done(session, turn, proposal)


def assure(session: Session, turn: Turn) -> Card:
    """Says that no remarks are left, and tells the group."""
    try:
        proposal = proposal_reviews.assure(session, turn.person, turn.programme.key, key(turn), _round(turn), turn.now)
    except NotAssessed as left:
        raise _named(turn, left) from left
    proposal_notices.to_group(session, proposal)
    return _done(session, turn, proposal)


def hand_over(session: Session, turn: Turn) -> Card:
    """The group's leader hands it over; leaders are told that it came."""
    try:
        proposal, is_new = proposal_reviews.hand_over(session, turn.person, turn.programme.key, key(turn), turn.now)
    except NotAssessed as left:
        raise _named(turn, left) from left
    if is_new:
        proposal_notices.to_leaders(session, proposal, turn.person)
        answer_promises.begin(
            session, turn.person, turn.programme, Promised.PROPOSAL, proposal.identity, turn.today, turn.now
        )
    return _done(session, turn, proposal)


def answer(session: Session, turn: Turn) -> Card:
    """The form for what became of it."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _outcome(turn, proposals.get(session, turn.person, turn.programme.key, key(turn)), {})


def answered(session: Session, turn: Turn) -> Card:
    """Tells the group what became of it."""
    chosen, why = turn.value("state"), turn.value("why")
    state = ProposalState(chosen) if chosen in set(OUTCOMES) else ProposalState.DRAFT
    try:
        proposal, is_new = proposal_reviews.answer(
            session, turn.person, turn.programme.key, key(turn), state, why, turn.now
        )
    except WrongField as wrong:
        proposal = proposals.get(session, turn.person, turn.programme.key, key(turn))
        return _outcome(turn, proposal, {wrong.field: said(turn, wrong)})
    if is_new:
        proposal_notices.to_group(session, proposal, why)
        promised = proposal_reviews.handed_over_by(session, proposal)
        if promised is not None:
            answer_promises.keep(session, promised, turn.programme.key, Promised.PROPOSAL, proposal.identity, turn.now)
    return _done(session, turn, proposal)


def withdraw(session: Session, turn: Turn) -> Card:
    """The form for why it is given up."""
    proposal = proposals.get(session, turn.person, turn.programme.key, key(turn))
    return _reason(turn, proposal, "why", "proposal.withdrawn", {})


def withdrawn(session: Session, turn: Turn) -> Card:
    try:
        proposal = proposal_reviews.withdraw(
            session, turn.person, turn.programme.key, key(turn), turn.value("why"), turn.now
        )
    except WrongField as wrong:
        proposal = proposals.get(session, turn.person, turn.programme.key, key(turn))
        return _reason(turn, proposal, "why", "proposal.withdrawn", {}, said(turn, wrong))
    return _done(session, turn, proposal)


def _done(session: Session, turn: Turn, proposal: Proposal) -> Card:
    if not proposals.may_read(session, turn.person, proposal):
        text = say(turn.language, "proposals.gone", title=proposal.title)
        return Card(blocks=(Text(text=text),), language=turn.language, outcome="done")
    return shown(session, turn, proposal).model_copy(update={"outcome": "done"})


def _round(turn: Turn) -> int:
    number = turn.values.get("round")
    return number if type(number) is int else 0


def _named(turn: Turn, left: NotAssessed) -> Refused:
    """The refusal with what is not assessed by name."""
    return Refused("refused.proposal.not_assessed", aspects=aspects(turn, left.missing))


def _reason(turn: Turn, proposal: Proposal, name: str, action: str, values: dict[str, int], error: str = "") -> Card:
    language = turn.language
    style = "destructive" if action == "proposal.withdrawn" else "primary"
    sending = Button(
        title=say(language, f"guide.button.{action}"),
        action=action,
        values={"proposal": proposal.identity, **values},
        style="destructive" if style == "destructive" else "primary",
        replaces=True,
    )
    return Card(
        title=proposal.title,
        blocks=(Text(text=say(language, f"proposals.{name}.text")),),
        questions=(
            Question(
                name=name,
                label=say(language, f"proposals.{name}.label"),
                value=turn.value(name) if error else "",
                required=True,
                lines=3,
                longest=LONGEST_REMARK,
                error=error,
            ),
        ),
        buttons=(sending, back(turn, proposal)),
        language=language,
        outcome="refused" if error else "answered",
    )


def _outcome(turn: Turn, proposal: Proposal, errors: dict[str, str]) -> Card:
    language = turn.language
    chosen = turn.value("state") if errors else ""
    return Card(
        title=proposal.title,
        blocks=(Text(text=say(language, "proposals.answer.text")),),
        questions=(
            Question(
                name="state",
                label=say(language, "proposals.answer.state"),
                value=chosen if chosen in set(OUTCOMES) else OUTCOMES[0],
                choices=tuple(Choice(title=say(language, f"proposals.outcome.{one}"), value=one) for one in OUTCOMES),
                error=errors.get("state", ""),
            ),
            Question(
                name="why",
                label=say(language, "proposals.answer.why"),
                value=turn.value("why") if errors else "",
                lines=3,
                longest=LONGEST_REMARK,
                error=errors.get("why", ""),
            ),
        ),
        buttons=(
            offer(language, "proposal.answered", {"proposal": proposal.identity}, "primary", replaces=True),
            back(turn, proposal),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )
