"""A proposal played from its first draft to its answer: a card of everything that one can do with it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from dialogs import proposal_notices
from dialogs.card import Card, Language
from dialogs.turn import Turn
from storage import group_seats, milestones, people, programmes, proposals, workgroups
from storage.database import Session
from storage.people import Person, Whereabouts
from storage.proposal_consequences import Aspect
from storage.proposals import ProposalState

_TEXT = (
    "Enhetene kjøper i dag inn kontorrekvisita, møbler og datautstyr hver for seg. Vi foreslår én felles bestilling i "
    "måneden, med én person som har avtalene. Da får vi bedre priser, færre leveranser og mindre å holde orden på. " * 3
).strip()
_CONSEQUENCE = "To personer får andre oppgaver. De er med i arbeidet, og verneombudet har sett på det."
_REMARK = "Vis hva de gamle avtalene koster å si opp, og når den første besparelsen kommer."


class Acting(Protocol):
    """What plays a scene; see ``Stage``."""

    session: Session
    person: Person
    language: Language
    shown: Card

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...
    def press(self, action: str, place: int = 0, *, form: Mapping[str, Any] | None = None) -> Card: ...
    def turn(self) -> Turn: ...


def scenes(stage: Acting, programme_key: str, now: datetime) -> Iterator[tuple[str, Card]]:
    """In a programme that takes proposals from now on."""
    yield "proposal.new:none taken", stage.act("proposal.new")
    every = workgroups.every(stage.session, programme_key)
    group = next(one for one in every if one.kind == "workgroup")
    quality = next(one for one in every if one.key != group.key)
    by = next(one for one in milestones.coming_up(stage.session, programme_key, stage.turn().today))
    said = {"received_by": {"nb": "rådmannen", "en": "the chief executive"}, "quality_group": quality.key}
    programme = stage.session.merge(programmes.get(stage.session, programme_key))
    programme.proposals = {**said, "tracks": [{"milestone": by.key, "effect_year": None}]}
    programmes.mark_changed(stage.session, programme_key)
    group_seats.give(stage.session, stage.person, group, now, leads=True)
    yield "proposal.list:none", stage.act("proposal.list")
    yield "proposal.new", stage.act("proposal.new")
    typed = {
        "group": group.key,
        "title": "Felles innkjøp av utstyr til alle enhetene",
        "text": _TEXT,
        "area": "Innkjøp",
        "amount": "1,2 mill",
        "year": "2021",
        "kind": "cost_cutting",
        "beyond": "yes",
    }
    yield "proposal.save:no amount", stage.press("proposal.save", form=typed | {"amount": "mye"})
    yield "proposal.save", stage.press("proposal.save", form=typed)
    yield from _recorded(stage)
    yield from _reviewed(stage, quality.key, now)
    yield "proposal.list", stage.act("proposal.list")
    yield "proposal.document", stage.act("proposal.document")
    row = proposals.readable(stage.session, stage.person, programme_key)[0]
    for about in ("review", *(one for one in ProposalState if one not in _NOT_TOLD)):
        yield f"proposal:told {about}", proposal_notices.card(row, about, _REMARK, stage.language)
    yield "proposal:deadline", proposal_notices.reminder(group, by, [], stage.language)
    row.state = ProposalState.DRAFT
    yield "proposal:deadline with one", proposal_notices.reminder(group, by, [row], stage.language)


_NOT_TOLD = (ProposalState.DRAFT, ProposalState.IN_REVIEW, ProposalState.WITHDRAWN)


def _recorded(stage: Acting) -> Iterator[tuple[str, Card]]:
    written = stage.shown
    yield "proposal.assess", stage.press("proposal.assess")
    yield "proposal.assessed:no sentence", stage.press("proposal.assessed", form={"has_law": "yes"})
    said = {f"has_{aspect}": "no" for aspect in Aspect}
    one = {"has_employees": "yes", "employees": _CONSEQUENCE}
    yield "proposal.assessed", stage.press("proposal.assessed", form=said | one)
    stage.shown = written
    yield "proposal.involve", stage.press("proposal.involve")
    yield "proposal.involved:no day", stage.press("proposal.involved", form={"who": "Eldrerådet", "on": "snart"})
    met = {"who": "Eldrerådet", "on": "2020-11-20", "said": "De støtter forslaget."}
    yield "proposal.involved", stage.press("proposal.involved", form=met)


def _colleague(stage: Acting) -> Person:
    where = Whereabouts(channel="web", account="colleague-1", name="", lane="web", conversation="colleague-1")
    return people.recognise(stage.session, where, stage.turn().programme.key)


def _reviewed(stage: Acting, quality: str, now: datetime) -> Iterator[tuple[str, Card]]:
    """Somebody else assures it: one person plays both, and so changes groups in between."""
    own = next(iter(group_seats.sits_in(stage.session, stage.person, stage.turn().programme.key)))
    key = stage.shown.buttons[0].values
    # Nobody assures what they wrote themselves.
    row = proposals.readable(stage.session, stage.person, stage.turn().programme.key)[0]
    row.made_by = row.changed_by = _colleague(stage).identity
    yield "proposal.review", stage.act("proposal.review", key)
    yield "proposal.take_back", stage.act("proposal.take_back", key)
    stage.act("proposal.review", key)
    for leaving, joining in ((own, quality), (quality, own)):
        programme = stage.turn().programme.key
        group_seats.take(stage.session, stage.person, workgroups.get(stage.session, programme, leaving))
        seat = workgroups.get(stage.session, programme, joining)
        group_seats.give(stage.session, stage.person, seat, now, leads=True)
        if joining == quality:
            yield "proposal.open:to assure", stage.act("proposal.open", key)
            yield "proposal.remark", stage.press("proposal.remark")
            yield "proposal.remarked:empty", stage.press("proposal.remarked", form={"remark": ""})
            yield "proposal.remarked", stage.press("proposal.remarked", form={"remark": _REMARK})
            stage.act("proposal.review", key)
            yield "proposal.assure", stage.act("proposal.assure", {**key, "round": 3})
    yield "proposal.open", stage.act("proposal.open", key)
    yield "proposal.hand_over", stage.press("proposal.hand_over")
    yield "proposal.answer", stage.press("proposal.answer")
    refused = {"state": "not_taken_up", "why": ""}
    yield "proposal.answered:no reason", stage.press("proposal.answered", form=refused)
    yield "proposal.answered", stage.press("proposal.answered", form={"state": "taken_up", "why": "Vi begynner i mai."})
    another = {"group": own, "title": "Et forslag til", "text": _TEXT}
    stage.act("proposal.new")
    yield "proposal.save:another", stage.press("proposal.save", form=another)
    yield "proposal.withdraw", stage.press("proposal.withdraw")
    yield "proposal.withdrawn:empty", stage.press("proposal.withdrawn", form={"why": ""})
    yield "proposal.withdrawn", stage.press("proposal.withdrawn", form={"why": "Det er med i et annet forslag."})
