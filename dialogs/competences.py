"""Competence: what groups need, who of their own volunteers said they can, and what is missing."""

from typing import Any

from dialogs import meeting_words, saying_dates
from dialogs.card import Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import competence_needs, competences, ideas, initiatives, workgroups
from storage.competence_needs import LONGEST_NEED, MOST_NEEDS, Filling, Looked
from storage.competences import CompetenceNeed
from storage.database import Session
from storage.refusals import Refused
from storage.workgroups import Workgroup

#: How many who said it are shown beside a need, and how much of what each said, in characters.
MOST_SAID, LONGEST_SAID = 4, 160
#: The choice of the group itself: platforms send no empty one, and no initiative's key begins so.
ITSELF = ":group"
#: How many initiatives there are to choose from.
MOST_INITIATIVES = 60


def show(session: Session, turn: Turn) -> Card:
    """For coordinators: a group's needs with what its own volunteers said; without a group those of all groups."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    competences.must_be_on(session, turn.programme.key)
    if turn.value("group"):
        return _of_group(session, turn, workgroups.get(session, turn.programme.key, turn.value("group")))
    return _overview(session, turn)


def filled(session: Session, turn: Turn) -> Card:
    """Notes what is done about what is missing."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    names = {f"filling-{row.identity}": row.identity for row in _all_of(session, turn, group)}
    chosen = {
        names[name]: Filling(value)
        for name, value in turn.values.items()
        if name in names and isinstance(value, str) and value in tuple(Filling)
    }
    competence_needs.decide(session, turn.person, group, chosen)
    return _of_group(session, turn, group).model_copy(update={"outcome": "done"})


def needs(session: Session, turn: Turn) -> Card:
    """The form of what a group needs, for itself or for an initiative; which of them is asked first."""
    competence_needs.of_programme(session, turn.person, turn.programme.key)
    if not turn.value("group") or "initiative" not in turn.values:
        return _choose(session, turn)
    return _form(session, turn, workgroups.get(session, turn.programme.key, turn.value("group")))


def needs_set(session: Session, turn: Turn) -> Card:
    """Keeps it. A form that breaks a rule comes back as it was filled in."""
    competence_needs.of_programme(session, turn.person, turn.programme.key)
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    try:
        stored = competence_needs.put(
            session, turn.person, group, _initiative(turn), turn.value("needs").splitlines(), turn.now
        )
    except Refused as refused:
        if not refused.key.startswith("refused.competence."):
            raise
        return _form(session, turn, group, say(turn.language, refused.key, **refused.values))
    return Card(
        title=say(turn.language, "competences.needs.saved", group=meeting_words.named(group, turn.language)),
        blocks=(
            Text(text=", ".join(row.title for row in stored) or say(turn.language, "competences.no_needs")),
            Text(text=say(turn.language, "competences.needs.who"), style="quiet"),
        ),
        buttons=(
            offer(turn.language, "competence.show", {"group": group.key}),
            offer(turn.language, "competence.needs", {"group": group.key}),
        ),
        language=turn.language,
        outcome="done",
        subject={"group": group.key},
    )


def _of_group(session: Session, turn: Turn, group: Workgroup) -> Card:
    language, looked = turn.language, competence_needs.look(session, turn.person, group)
    missing = [one for one in looked if not one.said]
    untold = competence_needs.untold(session, turn.person, group)
    items = Items(items=tuple((_named(session, turn, one), _said(turn, one)) for one in looked))
    until = competences.must_be_on(session, turn.programme.key).until
    saving = offer(language, "competence.filled", {"group": group.key}, "primary", replaces=True)
    return Card(
        title=say(language, "competences.title", group=meeting_words.named(group, language)),
        blocks=(
            items if looked else Text(text=say(language, "competences.no_needs")),
            *((Text(text=say(language, "competences.untold")),) if untold else ()),
            Text(
                text=say(language, "competences.use", until=saying_dates.day(language, until, weekday=False)),
                style="quiet",
            ),
        ),
        questions=tuple(
            Question(
                name=f"filling-{one.need.identity}",
                label=say(language, "competences.lacks", need=_named(session, turn, one)),
                value=one.need.filling,
                choices=tuple(
                    Choice(title=say(language, f"competences.filling.{to}"), value=to.value) for to in Filling
                ),
            )
            for one in missing[:MOST_NEEDS]
        ),
        buttons=(
            *((saving,) if missing else ()),
            offer(language, "competence.needs", {"group": group.key}),
            *offers(language, "competence.show"),
        ),
        language=language,
        subject={"group": group.key},
    )


def _overview(session: Session, turn: Turn) -> Card:
    """Every group with needs, each need with who said they can, or what is done about it."""
    language = turn.language
    with_needs = {row.workgroup_key for row in competence_needs.of_programme(session, turn.person, turn.programme.key)}
    lines = [
        (f"{_named(session, turn, one)}, {meeting_words.named(group, language)}", _said(turn, one))
        for group in workgroups.every(session, turn.programme.key)
        if group.key in with_needs
        for one in competence_needs.look(session, turn.person, group)
    ]
    more = Text(text=say(language, "competences.more"), style="quiet")
    return Card(
        title=say(language, "competences.overview"),
        blocks=(
            Items(items=tuple(lines[:MOST_NEEDS])) if lines else Text(text=say(language, "competences.none")),
            *((more,) if len(lines) > MOST_NEEDS else ()),
            Text(text=say(language, "competences.own_words"), style="quiet"),
        ),
        questions=(_which_group(session, turn),),
        buttons=(offer(language, "competence.show", style="primary"), offer(language, "competence.needs")),
        language=language,
    )


def _choose(session: Session, turn: Turn) -> Card:
    language = turn.language
    every = initiatives.with_ideas(session, turn.programme.key)[:MOST_INITIATIVES]
    own = Choice(title=say(language, "competences.group_itself"), value=ITSELF)
    return Card(
        title=say(language, "competences.needs.which"),
        questions=(
            _which_group(session, turn),
            Question(
                name="initiative",
                label=say(language, "competences.for_what"),
                value=ITSELF,
                choices=(own, *(Choice(title=short(told(one.title, language)), value=one.key) for one in every)),
            ),
        ),
        buttons=(offer(language, "competence.needs", style="primary"),),
        language=language,
    )


def _initiative(turn: Turn) -> str:
    """The initiative that it is for; empty for the group itself."""
    key = turn.value("initiative")
    return "" if key == ITSELF else key


def _fillings(turn: Turn) -> tuple[Choice, ...]:
    return tuple(Choice(title=say(turn.language, f"competences.filling.{to}"), value=to.value) for to in Filling)


def _which_group(session: Session, turn: Turn) -> Question:
    every = workgroups.every(session, turn.programme.key)
    choices = tuple(Choice(title=short(meeting_words.named(one, turn.language)), value=one.key) for one in every)
    keys = [one.value for one in choices]
    value = turn.value("group") if turn.value("group") in keys else next(iter(keys), "")
    return Question(name="group", label=say(turn.language, "competences.group"), value=value, choices=choices)


def _form(session: Session, turn: Turn, group: Workgroup, error: str = "") -> Card:
    language, key = turn.language, _initiative(turn)
    own = initiatives.get(session, turn.programme.key, key) if key else None
    idea = ideas.find(session, turn.programme.key, key) if key else None
    stored = competence_needs.of(session, turn.person, group, key)
    title = meeting_words.named(group, language)
    values: dict[str, Any] = {"group": group.key, "initiative": key}
    return Card(
        title=say(language, "competences.needs.title", group=title),
        blocks=(
            *((Text(text=say(language, "competences.needs.for", initiative=own.title)),) if own else ()),
            *(
                (Text(text=say(language, "competences.needs.idea", text=idea.competences)),)
                if idea and idea.competences
                else ()
            ),
            Text(text=say(language, "competences.needs.how", count=MOST_NEEDS, longest=LONGEST_NEED), style="quiet"),
        ),
        questions=(
            Question(
                name="needs",
                label=say(language, "competences.needs.label"),
                value=turn.value("needs") if error else "\n".join(row.title for row in stored),
                lines=6,
                longest=MOST_NEEDS * (LONGEST_NEED + 2),
                error=error,
            ),
        ),
        buttons=(offer(language, "competence.needs_set", values, "primary", replaces=True),),
        language=language,
        outcome="refused" if error else "answered",
        subject={"group": group.key},
    )


def _all_of(session: Session, turn: Turn, group: Workgroup) -> list[CompetenceNeed]:
    every = competence_needs.of_programme(session, turn.person, turn.programme.key)
    return [row for row in every if row.workgroup_key == group.key]


def _named(session: Session, turn: Turn, one: Looked) -> str:
    if not one.need.initiative_key:
        return one.need.title
    every = initiatives.with_ideas(session, turn.programme.key)
    title = next((told(row.title, turn.language) for row in every if row.key == one.need.initiative_key), "")
    return f"{one.need.title} ({title})" if title else one.need.title


def _said(turn: Turn, one: Looked) -> str:
    """Each with their own words, or that it is missing and what is done about it."""
    if not one.said:
        return say(turn.language, f"competences.missing.{one.need.filling}")
    shown = [
        say(turn.language, "competences.said", name=said.name, words=short(said.words, LONGEST_SAID))
        for said in one.said[:MOST_SAID]
    ]
    more = [say(turn.language, "competences.said.more")] if len(one.said) > MOST_SAID else []
    return " ".join([*shown, *more])
