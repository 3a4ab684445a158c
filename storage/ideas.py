"""Ideas (idéer): what somebody proposed as an initiative, with what is asked of it before it is lifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import erased_remains, initiative_states, initiatives, input_outcomes, programmes
from storage.database import UtcDateTime
from storage.initiative_states import InitiativeChange, State
from storage.initiatives import IDEA_POSITION, IDEA_PREFIX, Initiative
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import NotAllowed, Refused

#: Longest title and longest other field, in characters.
LONGEST_TITLE, LONGEST_TEXT = 80, 500
LONGEST_FORM = 64
#: What a promise of an answer to an idea is about; its key is the initiative's.
PROMISED = "initiative"
#: How much work it is; a sprint is three weeks. Empty while nobody has said.
EFFORTS = ("days", "sprint", "months")
#: What is written where nobody needs to be released, in small letters.
NOBODY = frozenset(
    ("-", "ingen", "nei", "ikke aktuelt", "ikkje aktuelt", "ikke noen", "ikkje nokon", "none", "nobody", "no one", "no")
)
#: What is to be filled in by whoever proposes; the rest before it is lifted.
NEEDED_TO_PROPOSE = ("title", "need", "for_whom", "value")
NEEDED_TO_LIFT = (*NEEDED_TO_PROPOSE, "effort", "risk", "competences", "releases")
TEXTS = ("need", "for_whom", "value", "risk", "competences", "releases", "unit")
#: The kinds of facts that an idea can be linked to: what the programme is to reach, and what goes on beside it.
LINKED_KINDS = ("goal", "related_programme")
OUTCOME = "outcome"
#: One of each kind, and how many of what was published of inputs there are to choose from.
MOST_LINKS, MOST_OUTCOMES = 3, 10


class Idea(SQLModel, table=True):
    """What is asked of an initiative that somebody proposed. Every text may be empty while it is an idea."""

    __tablename__ = "initiative_idea"
    __table_args__ = (UniqueConstraint("programme_key", "initiative_key"), UniqueConstraint("programme_key", "form"))
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    initiative_key: str
    proposed_by: int = Field(foreign_key="person.id", index=True)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    #: The one-time value of the form it was written in.
    form: str
    need: str = ""
    for_whom: str = ""
    value: str = ""
    effort: str = ""
    #: A need that is understood already: it is tried without being looked into first.
    is_known_need: bool = False
    risk: str = ""
    competences: str = ""
    #: Whose release from other work it needs, and from whom.
    releases: str = ""
    #: The unit it is about; empty where it is about all.
    unit: str = ""
    #: What it belongs to: ``goal:key``, ``related_programme:key`` or ``outcome:key`` of something published of inputs.
    links: list[str] = Field(default_factory=list, sa_type=JSON)


@dataclass(frozen=True)
class Asked:
    """What a form of an idea holds; see ``Idea`` for what each field is."""

    title: str
    need: str = ""
    for_whom: str = ""
    value: str = ""
    effort: str = ""
    is_known_need: bool = False
    risk: str = ""
    competences: str = ""
    releases: str = ""
    unit: str = ""
    links: tuple[str, ...] = ()


class Unfilled(Refused):
    """Something of a form cannot be so. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(f"refused.idea.{key}", **values)
        self.field = field


def propose(
    session: Session, acting: Person, programme: Programme, asked: Asked, form: str, now: datetime
) -> tuple[Initiative, bool]:
    """Stores an idea; anybody may have one. The same form sent twice is one: returns whether it is new. Raises Unfilled
    for what is missing, too long or unknown."""
    asked = checked(session, programme.key, asked)
    initiative_states.alone(session, programme.key)
    before = of_form(session, programme.key, form)
    if before is not None:
        return initiatives.get(session, programme.key, before.initiative_key), False
    key = f"{IDEA_PREFIX}{form[:LONGEST_FORM]}"
    row = Initiative(
        programme_key=programme.key,
        key=key,
        position=IDEA_POSITION,
        title={"nb": asked.title},
        about={"nb": asked.need},
        is_common=False,
    )
    idea = Idea(
        programme_key=programme.key,
        initiative_key=key,
        proposed_by=acting.identity,
        proposed_at=now,
        form=form[:LONGEST_FORM],
    )
    _fill(idea, asked)
    session.add_all([row, idea])
    session.flush()
    initiative_states.begin(session, acting, row, now)
    return row, True


class Changed(Refused):
    """Somebody has changed it meanwhile: nothing of theirs is written over unseen."""

    def __init__(self) -> None:
        super().__init__("refused.idea.changed")


def revise(session: Session, acting: Person, programme: Programme, key: str, asked: Asked, version: str) -> Initiative:
    """Changes what is asked of an idea. Its proposer may until it is lifted, a leader until it is done or stopped.

    Raises NotAllowed for others, Unfilled as ``propose``, Refused for what is closed, or named by the documents, and
    Changed where it is not any more what ``version`` is of.
    """
    initiative_states.alone(session, programme.key)
    row, idea = initiatives.get(session, programme.key, key), find(session, programme.key, key)
    if idea is None:
        raise Refused("refused.idea.of_documents", initiative=row.title)
    # What was read before this transaction had the programme alone may be older than what is written over.
    session.refresh(row)
    session.refresh(idea)
    must_edit(session, acting, row, idea)
    asked = checked(session, programme.key, asked, idea.links)
    before = asked_of(row, idea)
    if asked == before:
        return row
    if version != version_of(before):
        raise Changed
    _fill(idea, asked)
    if (row.title, row.about) != ({"nb": asked.title}, {"nb": asked.need}):
        row.title, row.about = {"nb": asked.title}, {"nb": asked.need}
        if row.is_common:
            programmes.mark_changed(session, programme.key)
    session.add_all([row, idea])
    session.flush()
    return row


def take_away(
    session: Session, acting: Person, programme: Programme, key: str, gone: Localised, why: str, now: datetime
) -> tuple[InitiativeChange, bool]:
    """For leaders: takes the text of an idea away for good. ``gone`` stands where its title did, and the idea keeps
    nothing else of what was written. Returns the change, and whether it is new.

    Raises NotAllowed for others, Refused without a reason, and for what the documents name.
    """
    acting.must_be(session, "leader", programme.key)
    row, idea = initiatives.get(session, programme.key, key), find(session, programme.key, key)
    if idea is None:
        raise Refused("refused.idea.of_documents", initiative=row.title)
    initiative_states.alone(session, programme.key)
    # What was read before this transaction had the programme alone may be older than what is written over.
    session.refresh(row)
    session.refresh(idea)
    if is_taken_away(idea):
        return initiative_states.history(session, programme.key, key)[-1], False
    change = initiative_states.close(session, acting, row, why, now)
    _fill(idea, Asked(title=""))
    row.title, row.about = dict(gone), None
    if row.is_common:
        programmes.mark_changed(session, programme.key)
    session.add_all([row, idea])
    erased_remains.note(session)
    session.flush()
    return change, True


def needed_released(idea: Idea | None) -> str:
    """Who must be released before it starts, in the proposer's words; empty where nobody must."""
    said = idea.releases if idea else ""
    return "" if said.strip(" .!").lower() in NOBODY or not said.strip(" .!") else said


def is_taken_away(idea: Idea) -> bool:
    """Whether a leader took its text away: no idea is stored without a need."""
    return not idea.need


def must_have_text(idea: Idea | None) -> None:
    """Raises Refused for an idea whose text was taken away: nothing comes of that any more."""
    if idea is not None and is_taken_away(idea):
        raise Refused("refused.idea.taken_away")


def must_edit(session: Session, acting: Person, row: Initiative, idea: Idea) -> None:
    """Raises NotAllowed or Refused for who may not change it, or not any more."""
    now = initiative_states.state(session, row)
    if now in (State.DONE, State.STOPPED):
        raise Refused("refused.idea.closed", initiative=row.title)
    if not (idea.proposed_by == acting.id and now is State.IDEA):
        acting.must_be(session, "leader", row.programme_key)


def must_be_whole(session: Session, row: Initiative) -> None:
    """Raises Unfilled where something is not said of an idea that must be before it is lifted."""
    idea = find(session, row.programme_key, row.key)
    missing = missing_of(row, idea) if idea else ()
    if missing:
        raise Unfilled("missing", missing[0], initiative=row.title)


def missing_of(row: Initiative, idea: Idea) -> tuple[str, ...]:
    """The fields that must be filled in before it is lifted, and are not."""
    said = {"title": row.title["nb"], **{name: getattr(idea, name) for name in (*TEXTS, "effort")}}
    return tuple(name for name in NEEDED_TO_LIFT if not said[name])


def find(session: Session, programme_key: str, key: str) -> Idea | None:
    """What is asked of it; None for what the documents name."""
    which = (Idea.programme_key == programme_key, Idea.initiative_key == key)
    return session.exec(select(Idea).where(*which)).first()


def of_form(session: Session, programme_key: str, form: str) -> Idea | None:
    which = (Idea.programme_key == programme_key, Idea.form == form[:LONGEST_FORM])
    return session.exec(select(Idea).where(*which)).first()


def of_person(session: Session, person: Person, programme_key: str) -> list[Idea]:
    """What that person proposed, the newest first."""
    which = (Idea.programme_key == programme_key, Idea.proposed_by == person.id)
    return list(session.exec(select(Idea).where(*which).order_by(col(Idea.id).desc())))


def proposer(session: Session, acting: Person, idea: Idea) -> Person:
    """Who proposed it, for leaders and for themselves. Raises NotAllowed for others: an idea is read for what it is."""
    if idea.proposed_by != acting.id:
        acting.must_be(session, "leader", idea.programme_key)
    return session.get_one(Person, idea.proposed_by)


def may_see_proposer(session: Session, acting: Person, idea: Idea) -> bool:
    try:
        proposer(session, acting, idea)
    except NotAllowed:
        return False
    return True


def checked(session: Session, programme_key: str, asked: Asked, held: Sequence[str] = ()) -> Asked:
    """What the form holds, tidied; ``held`` are links that it had before. Raises Unfilled for what is missing or too
    long, and for no choice of the programme's."""
    texts: dict[str, Any] = {name: " ".join(getattr(asked, name).split()) for name in ("title", *TEXTS)}
    for name in NEEDED_TO_PROPOSE:
        if not texts[name]:
            raise Unfilled(f"no_{name}", name)
    for name, text in texts.items():
        limit = LONGEST_TITLE if name == "title" else LONGEST_TEXT
        if len(text) > limit:
            raise Unfilled("long", name, length=len(text), limit=limit)
    if asked.effort not in ("", *EFFORTS):
        raise Unfilled("choice", "effort")
    known = {*linkable(session, programme_key), *held}
    if len(asked.links) > MOST_LINKS or not known.issuperset(asked.links):
        raise Unfilled("choice", "link")
    changes: dict[str, Any] = {**texts, "links": tuple(dict.fromkeys(asked.links))}
    return replace(asked, **changes)


def linkable(session: Session, programme_key: str) -> Mapping[str, Mapping[str, str]]:
    """What an idea can belong to, with its title: goals and programmes of the file, and what came of inputs."""
    facts = programmes.facts(session, programme_key, *LINKED_KINDS)
    found = {f"{fact.kind}:{fact.key}": fact.title or fact.text or {"nb": fact.key} for fact in facts}
    outcomes = input_outcomes.latest(session, programme_key, MOST_OUTCOMES)
    return {**found, **{f"{OUTCOME}:{row.key}": {"nb": row.said} for row in outcomes}}


def asked_of(row: Initiative, idea: Idea) -> Asked:
    texts = {name: getattr(idea, name) for name in (*TEXTS, "effort", "is_known_need")}
    return Asked(title=row.title["nb"], links=tuple(idea.links), **texts)


def version_of(asked: Asked) -> str:
    """Tells what is asked of an idea at one time from what was at another."""
    return blake2b(repr(asked).encode(), digest_size=8).hexdigest()


def _fill(idea: Idea, asked: Asked) -> None:
    for name in (*TEXTS, "effort", "is_known_need"):
        setattr(idea, name, getattr(asked, name))
    idea.links = list(asked.links)
