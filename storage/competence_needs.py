"""What groups need somebody to know, who of their own volunteers said that they can, and what nobody has said.

Nobody is scored, counted or ranked: what is found of a volunteer is their own sentence, in the order they signed up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import Stemmer  # type: ignore[import-not-found]
from sqlmodel import Session, col, select

from storage import competences, initiatives, people, sign_ups
from storage.competences import CompetenceNeed
from storage.database import locked
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Workgroup

#: How many needs a group has for itself or for one initiative: a team of about five has no room for more.
MOST_NEEDS = 10
#: And with all its initiatives: what a card can show.
MOST_OF_GROUP = 20
LONGEST_NEED = 60
#: Who says what is needed. Who said they can is for coordinators alone.
SETTING = ("coordinator", "leader")
#: From how many letters on a need is also found at the end of a compound, as «tjenestedesign» is a kind of «design»,
#: and in a form that is so many letters longer or shorter than the stem.
LONG_ENOUGH, MOST_LETTERS_APART = 5, 3


class Filling(StrEnum):
    """What is done where nobody of the group's volunteers said they can."""

    NONE = "none"
    MARKET = "market"
    HIRE = "hire"
    TRAIN = "train"


@dataclass(frozen=True)
class Said:
    """Who said that they can, and their own sentence."""

    name: str
    words: str


@dataclass(frozen=True)
class Looked:
    """A need, and who of the group's volunteers said that they can; nobody: it is missing."""

    need: CompetenceNeed
    said: tuple[Said, ...] = ()


_WORD = re.compile(r"[^\W\d_]+(?:[#+]+)?|\w*\d\w*", re.UNICODE)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?](?=\w)[^.!?;\n]+)*[.!?]?")
_CLAUSE = re.compile(r",|\b(?:men|but|however)\b", re.IGNORECASE)
#: Who says that they cannot, or want to learn it, has not said that they can.
_UNSAID = re.compile(
    r"\b(?:ikkj?e|inkje|ing(?:en|a)|aldri|ut[ea]n|mangl[ea]r|lære|not|no|never|without|lack|cannot|can't|don't|learn)\b"
)
#: What says nothing of what is needed.
_EMPTY = re.compile(r"og|i|på|av|for|med|til|innen|innan|om|and|of|in|with|to|the|an?|e[nit]|eit")


def must_set(session: Session, acting: Person, programme_key: str) -> None:
    """Raises NotAllowed for who may not say what is needed."""
    if not people.roles(session, acting, programme_key) & set(SETTING):
        raise NotAllowed("competence_needs")


def of_programme(session: Session, acting: Person, programme_key: str) -> list[CompetenceNeed]:
    """All that is needed, in the groups' order of their keys. Raises NotAllowed as ``must_set``, and Refused while it
    is off."""
    must_set(session, acting, programme_key)
    competences.must_be_on(session, programme_key)
    return _stored(session, programme_key)


def of(session: Session, acting: Person, group: Workgroup, initiative_key: str = "") -> list[CompetenceNeed]:
    """What the group needs, for itself or for that initiative. Raises as ``of_programme``."""
    return [
        row
        for row in of_programme(session, acting, group.programme_key)
        if (row.workgroup_key, row.initiative_key) == (group.key, initiative_key)
    ]


def put(
    session: Session, acting: Person, group: Workgroup, initiative_key: str, titles: Sequence[str], now: datetime
) -> list[CompetenceNeed]:
    """Sets what the group needs, for itself or for that initiative. One that stays keeps what is done about it; the
    same written twice is one; none at all takes them away.

    Raises as ``of_programme``, and Refused for too many, one too long or without a word, and an unknown initiative.
    """
    must_set(session, acting, group.programme_key)
    session.exec(locked(session, select(Workgroup.id).where(Workgroup.id == group.id))).one()
    competences.must_be_on(session, group.programme_key)
    if initiative_key:
        initiatives.get(session, group.programme_key, initiative_key)
    wanted = _normalised(titles)
    before = {_folded(row.title): row for row in of(session, acting, group, initiative_key)}
    for folded, row in before.items():
        if folded not in wanted:
            session.delete(row)
    session.flush()
    for position, (folded, title) in enumerate(wanted.items()):
        row = before.get(folded) or CompetenceNeed(
            programme_key=group.programme_key,
            workgroup_key=group.key,
            initiative_key=initiative_key,
            title=title,
            set_by=acting.identity,
            set_at=now,
        )
        row.title, row.position = title, position
        session.add(row)
    session.flush()
    every = [row for row in _stored(session, group.programme_key) if row.workgroup_key == group.key]
    if len(every) > MOST_OF_GROUP:
        raise Refused("refused.competence.many_of_group", count=len(every), limit=MOST_OF_GROUP)
    return of(session, acting, group, initiative_key)


def decide(session: Session, acting: Person, group: Workgroup, fillings: Mapping[int, Filling]) -> int:
    """Notes what is done about what is missing, by the need; returns how many of them are other than before. A need
    of another group, or one that was taken away, is left. Raises NotAllowed without the coordinator's role, Refused
    while it is off."""
    acting.must_be(session, "coordinator", group.programme_key)
    changed = 0
    for row in of_programme(session, acting, group.programme_key):
        filling = fillings.get(row.identity)
        if row.workgroup_key == group.key and filling is not None and row.filling != filling:
            row.filling = filling.value
            session.add(row)
            changed += 1
    session.flush()
    return changed


def look(session: Session, acting: Person, group: Workgroup) -> list[Looked]:
    """Each need of the group, its initiatives' with it, and who of the group's own volunteers said that they can, the
    longest signed up first. Nobody of another group is looked at, and nobody who was not told what it is used for.

    Raises NotAllowed without the coordinator's role, Refused while it is off.
    """
    acting.must_be(session, "coordinator", group.programme_key)
    needs = [row for row in of_programme(session, acting, group.programme_key) if row.workgroup_key == group.key]
    theirs = _told(session, acting, group)
    return [
        Looked(row, tuple(Said(name, found) for name, words in theirs if (found := said(row.title, words))))
        for row in needs
    ]


def untold(session: Session, acting: Person, group: Workgroup) -> bool:
    """Whether some of the group's volunteers told what they can without knowing what it is used for: it is not looked
    at until they tell it again. For coordinators, as ``look``."""
    rows = [row for row, _ in sign_ups.volunteers(session, acting, group.programme_key) if row.competences]
    theirs = {row.identity for row in rows if row.workgroup_key == group.key}
    return bool(theirs - competences.shared(session, sorted(theirs)))


def said(need: str, words: str) -> str:
    """The sentences of somebody's own words in which they say that they can that; empty where none does."""
    wanted = [_stems(word) for word in _words(need)]
    sentences = (one.strip() for one in _SENTENCE.findall(words))
    return " ".join(one for one in sentences if wanted and any(_holds(part, wanted) for part in _CLAUSE.split(one)))


def _holds(clause: str, wanted: Sequence[frozenset[str]]) -> bool:
    if _UNSAID.search(clause.casefold().replace("’", "'")):
        return False
    own = [_stems(word) for word in _WORD.findall(clause.casefold())]
    return all(any(_is_same(stems, one) for one in own) for stems in wanted)


def _is_same(wanted: frozenset[str], own: frozenset[str]) -> bool:
    if wanted & own:
        return True
    return any(_is_form(stem, one) or _ends(stem, one) for stem in wanted for one in own)


def _is_form(one: str, other: str) -> bool:
    """What the stemmer leaves apart: a person and what they do, «økonom» and «økonomi», are looked for as one."""
    short, long = sorted((one, other), key=len)
    return len(short) >= LONG_ENOUGH and len(long) - len(short) <= MOST_LETTERS_APART and long.startswith(short)


def _ends(need: str, own: str) -> bool:
    return len(need) >= LONG_ENOUGH and own.endswith(need)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if not _EMPTY.fullmatch(word)]


def _stems(word: str) -> frozenset[str]:
    """In both languages: a need may be Norwegian and the volunteer's words English, or the other way about."""
    return frozenset(Stemmer.Stemmer(language, 0).stemWord(word) for language in ("norwegian", "english"))


def _told(session: Session, acting: Person, group: Workgroup) -> list[tuple[str, str]]:
    volunteers = [
        (row, person)
        for row, person in sign_ups.volunteers(session, acting, group.programme_key)
        if row.workgroup_key == group.key and row.competences
    ]
    volunteers.sort(key=lambda pair: (pair[0].signed_up_at, pair[0].identity))
    may = competences.shared(session, [row.identity for row, _ in volunteers])
    return [(person.name, row.competences) for row, person in volunteers if row.identity in may]


def _stored(session: Session, programme_key: str) -> list[CompetenceNeed]:
    order = (CompetenceNeed.workgroup_key, CompetenceNeed.initiative_key, CompetenceNeed.position)
    rows = session.exec(
        select(CompetenceNeed)
        .where(CompetenceNeed.programme_key == programme_key)
        .order_by(*(col(one) for one in order))
    ).all()
    return list(rows)


def _normalised(titles: Sequence[str]) -> dict[str, str]:
    """By how they are compared: spaces are one, and the same twice is once."""
    wanted: dict[str, str] = {}
    for title in (" ".join(one.split()) for one in titles):
        if not title:
            continue
        if len(title) > LONGEST_NEED:
            raise Refused("refused.competence.long_need", need=title[:LONGEST_NEED], limit=LONGEST_NEED)
        if not _words(title):
            raise Refused("refused.competence.no_word", need=title)
        wanted.setdefault(_folded(title), title)
    if len(wanted) > MOST_NEEDS:
        raise Refused("refused.competence.many_needs", count=len(wanted), limit=MOST_NEEDS)
    return wanted


def _folded(title: str) -> str:
    return title.casefold()
