"""Who is who: roles as of the day asked about, told with their limits, and never filled in."""

from datetime import date

from dialogs import asked
from dialogs.card import Button, Card, Items, Text
from dialogs.memberships import membership_days
from dialogs.not_known import ask_whom, left_open, not_known, open_question
from dialogs.offers import offers, short
from dialogs.saying_dates import day, days_within, sources_line
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import programmes, roles, workgroups
from storage.database import Session
from storage.programmes import Fact
from storage.roles import DatedRole
from storage.workgroups import Member

#: Duties whose role is a verb: "has the overall responsibility", "presents the model".
_VERBS = ("owns", "presents")
_MOST = 6
#: How many people of one name are told of together, rather than asked which of them is meant.
_TOLD_TOGETHER = 3


def about(session: Session, turn: Turn) -> Card:
    """Who has a role, what somebody's role is, or who leads: by what the question names."""
    persons = asked.keys(turn, "persons", "person")
    every = roles.every(session, turn.programme.key)
    open_one = open_question(session, turn)
    if open_one is not None:
        return _left_open(session, turn, open_one, persons, every)
    if len(persons) > _TOLD_TOGETHER:
        return _which_person(turn, persons)
    if len(persons) > 1:
        return _several(session, turn, persons, every)
    if persons and turn.value("aspect") == "successor":
        return _successor(session, turn, persons[0], every)
    if persons:
        return _person(session, turn, persons[0], every)
    wanted = asked.keys(turn, "roles", "role")
    named = [role for role in every if role.key in wanted]
    if named:
        here = _in_group(turn, named)
        return _role(session, turn, here, every) if here else not_known(turn, say(turn.language, "roles.nobody"))
    unit = _unit(session, turn)
    if unit is not None:
        return _head_of(session, turn, unit)
    return _other(session, turn, every)


def _in_group(turn: Turn, named: list[DatedRole]) -> list[DatedRole]:
    """Of roles of the same name those of the groups asked about; a role of no group may be in any."""
    groups = asked.keys(turn, "groups", "group")
    return [role for role in named if not groups or role.workgroup_key in (None, *groups)]


def _left_open(session: Session, turn: Turn, fact: Fact, persons: list[str], every: list[DatedRole]) -> Card:
    """The documents leave it open: said first, then what they do say of the roles or the person named."""
    wanted = asked.keys(turn, "roles", "role")
    named = [role for role in every if role.key in wanted or role.person_name in persons]
    lines = dict.fromkeys(_line(turn, role) for role in named[:_MOST] if role.person_name or role.does)
    return not_known(
        turn,
        left_open(turn, fact),
        *(Text(text=line) for line in lines),
        *sources_line(session, turn, [source for role in named for source in role.sources] or fact.sources),
        buttons=offers(turn.language, "workgroup.list", "programme.about"),
    )


def _successor(session: Session, turn: Turn, name: str, every: list[DatedRole]) -> Card:
    """Who comes after somebody: no document says, and what it does say of them stands below."""
    theirs = [role for role in every if role.person_name == name and role.role]
    return not_known(
        turn,
        say(turn.language, "roles.successor_unsaid", person=name),
        *(Text(text=_line(turn, role)) for role in theirs),
        *sources_line(session, turn, [source for role in theirs for source in role.sources]),
        buttons=offers(turn.language, "workgroup.list", "milestone.next"),
        subject={"person": name},
    )


def _other(session: Session, turn: Turn, every: list[DatedRole]) -> Card:
    """No person, role or unit is named: a fact that says who, or who leads the whole if that was the question. Who
    else is asked for is not in the documents, and nobody stands in for them."""
    found = programmes.facts(session, turn.programme.key, *programmes.KINDS)
    named = next((fact for fact in found if fact.key == turn.value("fact")), None)
    if named is not None and named.kind == "organisation_box":
        return not_known(turn, say(turn.language, "roles.unit_unknown", unit=named.title or ""))
    fact = named if named is not None and named.text else None
    if fact is not None and not turn.values.get("leads"):
        return Card(
            title=told(fact.text, turn.language),
            blocks=sources_line(session, turn, fact.sources),
            buttons=offers(turn.language, "programme.about", "workgroup.list"),
            language=turn.language,
        )
    leading = [role for role in every if role.duty == "owns" or (role.duty == "leads" and role.workgroup_key is None)]
    is_asked = turn.understood is None or turn.values.get("leads") is True
    if not leading or not is_asked:
        return not_known(turn, say(turn.language, "roles.nobody"))
    return _role(session, turn, leading, every)


def _role(session: Session, turn: Turn, named: list[DatedRole], every: list[DatedRole]) -> Card:
    """Who holds the roles on the day asked about; who held them, if nobody does any more."""
    language, at = turn.language, _day(turn)
    holding = [role for role in named if role.may_hold_on(at)][:_MOST]
    over = [role for role in named if role.ends_on and role.ends_on < at]
    if not holding and over:
        return _over(session, turn, over, every)
    shown = holding or named[:_MOST]
    known = [role for role in shown if role.person_name]
    if not known and not any(role.does for role in shown):
        return not_known(turn, say(language, "roles.no_name", role=shown[0].role or ""))
    unnamed = [role for role in shown if not role.person_name]
    lines = [_line(turn, role) for role in shown]
    return Card(
        title=lines[0],
        blocks=(
            *(Text(text=line) for line in dict.fromkeys(lines[1:])),
            *_unsure(turn, shown, at),
            *_overall(turn, shown, every, at),
            *_nameless(turn, unnamed),
            *sources_line(session, turn, [source for role in shown for source in role.sources]),
        ),
        buttons=offers(language, "workgroup.list", "programme.about"),
        language=language,
        outcome="answered" if known or not _asks_name(turn) else "unknown",
        subject=_subject(known),
    )


def _nameless(turn: Turn, unnamed: list[DatedRole]) -> tuple[Text, ...]:
    if not unnamed:
        return ()
    return Text(text=say(turn.language, "roles.no_name", role=unnamed[0].role or "")), ask_whom(turn)


def _subject(known: list[DatedRole]) -> dict[str, str] | None:
    """The one person that the answer is about, if it is one."""
    names = {role.person_name for role in known if role.person_name}
    return {"person": names.pop()} if len(names) == 1 else None


def _over(session: Session, turn: Turn, over: list[DatedRole], every: list[DatedRole]) -> Card:
    """The role ended before the day asked about: who holds it then is not known, and is not made up."""
    language, role = turn.language, over[0]
    at = day(language, _day(turn))
    return not_known(
        turn,
        say(language, "roles.over", person=role.person_name or "", role=role.role or "", until=_until(turn, role)),
        Text(text=say(language, "roles.successor_unknown", day=at)),
        *_overall(turn, over, every, _day(turn)),
        *(Text(text=_line(turn, later)) for later in _later(role, every, _day(turn))),
        *sources_line(session, turn, role.sources),
        buttons=offers(language, "workgroup.list", "milestone.next"),
        subject={"person": role.person_name} if role.person_name else None,
    )


def _overall(turn: Turn, shown: list[DatedRole], every: list[DatedRole], at: date) -> tuple[Text, ...]:
    """Beside an acting leader: who has the overall responsibility."""
    if not any(role.is_acting for role in shown):
        return ()
    owners = [role for role in every if role.duty == "owns" and role.may_hold_on(at) and role not in shown]
    return tuple(Text(text=_line(turn, role)) for role in owners)


def _later(role: DatedRole, every: list[DatedRole], at: date) -> list[DatedRole]:
    return [
        other for other in every if other.person_name == role.person_name and other.starts_on and other.may_hold_on(at)
    ]


def _person(session: Session, turn: Turn, name: str, every: list[DatedRole]) -> Card:
    """All that the documents say of a person's roles, as of the day asked about."""
    language, at = turn.language, _day(turn)
    in_groups = {row.workgroup_key for row in workgroups.memberships(session, turn.programme.key, name)}
    own = [role for role in every if role.person_name == name and not _is_only_of(role, in_groups)]
    wanted = asked.keys(turn, "roles", "role")
    named = [role for role in own if role.key in wanted]
    if named and all(role.ends_on and role.ends_on < at for role in named):
        return _over(session, turn, named, every)
    current = [role for role in own if role.may_hold_on(at)]
    later = [role for role in own if role.starts_on and role.starts_on > at]
    past = [role for role in own if role.ends_on and role.ends_on < at]
    ordered = sorted(current, key=lambda role: role not in named) + later + past
    if not ordered:
        return _member_only(session, turn, name)
    lines = [(_line(turn, role) if role not in past else _past_line(turn, role)) for role in ordered[:_MOST]]
    return Card(
        title=lines[0],
        blocks=(
            *(Text(text=line) for line in lines[1:]),
            *_unsure(turn, current, at),
            *_groups(session, turn, name),
            *_overall(turn, current[:1], every, at),
            *sources_line(session, turn, [source for role in ordered for source in role.sources]),
        ),
        buttons=offers(language, "workgroup.list", "milestone.next"),
        language=language,
        subject={"person": name},
    )


def _several(session: Session, turn: Turn, persons: list[str], every: list[DatedRole]) -> Card:
    """ "Which of the two is …": all of that name, each with the roles the documents give, and nothing told twice."""
    cards = [_person(session, turn, name, every) for name in persons]
    first, *more = cards
    told_above = [Text(text=first.title), *first.blocks]
    beneath = [block for card in more for block in (Text(text=card.title, style="strong"), *card.blocks[:-1])]
    beneath = [block for block in beneath if block not in told_above]
    return first.model_copy(update={"blocks": (*first.blocks[:-1], *beneath, *first.blocks[-1:]), "subject": None})


def _is_only_of(role: DatedRole, groups: set[str]) -> bool:
    """Leader or member of a group that is told with the groups."""
    return role.workgroup_key in groups and role.duty in ("leads", "member")


def _member_only(session: Session, turn: Turn, name: str) -> Card:
    groups = _groups(session, turn, name)
    if not groups:
        return not_known(turn, say(turn.language, "roles.nothing_on", person=name))
    return Card(title=name, blocks=groups, buttons=offers(turn.language, "workgroup.list"), language=turn.language,
                subject={"person": name})  # fmt: skip


def _groups(session: Session, turn: Turn, name: str) -> tuple[Items, ...]:
    titles = {group.key: group.title for group in workgroups.every(session, turn.programme.key)}
    found = workgroups.memberships(session, turn.programme.key, name)
    at = _day(turn)
    items = tuple(
        (
            say(turn.language, _membership(row, at), group=titles.get(row.workgroup_key, "")),
            ", ".join(filter(None, (row.comes_as, row.comes_from, membership_days(row, turn.language)))),
        )
        for row in found
    )
    return (Items(items=items),) if items else ()


def _membership(row: Member, at: date) -> str:
    if row.ends_on and row.ends_on < at:
        return "roles.was_in_group"
    return "roles.in_group_later" if row.starts_on and row.starts_on > at else "roles.in_group"


def _line(turn: Turn, role: DatedRole) -> str:
    """One role in a sentence, with its limits."""
    language = turn.language
    name = role.person_name or told(role.role, language)
    if role.person_name is None:
        return say(language, "roles.does", who=name, what=role.does) if role.does else name
    if role.role is None:
        return say(language, "roles.in_unit", person=name, unit=role.unit or "")
    said = _title(turn, role)
    if role.starts_on and role.starts_on != role.ends_on:
        key = "roles.planned" if role.is_planned else "roles.from"
        return say(language, key, person=name, role=said, start=_start(turn, role))
    if role.ends_on and role.starts_on is None:
        return say(language, "roles.until", person=name, role=said, until=_until(turn, role))
    if role.starts_on and role.starts_on == role.ends_on:
        return say(language, "roles.on", person=name, role=said, day=day(language, role.starts_on))
    return say(language, "roles.is" if role.duty not in _VERBS else "roles.verb", person=name, role=said)


def _past_line(turn: Turn, role: DatedRole) -> str:
    if role.duty in _VERBS and role.ends_on:
        return say(
            turn.language,
            "roles.was_planned",
            person=role.person_name or "",
            role=_title(turn, role),
            day=day(turn.language, role.ends_on),
        )
    return say(
        turn.language, "roles.was", person=role.person_name or "", role=_title(turn, role), until=_until(turn, role)
    )


def _title(turn: Turn, role: DatedRole) -> str:
    said = told(role.role, turn.language)
    acting = f" ({say(turn.language, 'roles.on_behalf', person=role.on_behalf_of)})" if role.on_behalf_of else ""
    return said + (f" ({role.party})" if role.party else "") + acting


def _until(turn: Turn, role: DatedRole) -> str:
    if role.until_words:
        return told(role.until_words, turn.language)
    if role.ends_from and role.ends_on:
        span = days_within(turn.language, role.ends_from, role.ends_on)
        return say(turn.language, "roles.until_within", span=span)
    return say(turn.language, "roles.until_day", day=day(turn.language, role.ends_on)) if role.ends_on else ""


def _start(turn: Turn, role: DatedRole) -> str:
    if role.starts_by and role.starts_on:
        return days_within(turn.language, role.starts_on, role.starts_by)
    return day(turn.language, role.starts_on, weekday=False) if role.starts_on else ""


def _unsure(turn: Turn, shown: list[DatedRole], at: date) -> tuple[Text, ...]:
    """On a day of a month or season in which a role begins or ends, and no document says which day."""
    if all(role.surely_holds_on(at) for role in shown if role.may_hold_on(at)):
        return ()
    return (Text(text=say(turn.language, "roles.unsure", day=day(turn.language, at))),)


def _head_of(session: Session, turn: Turn, unit: Fact) -> Card:
    """Who stands at a unit in the organisation chart; the chart gives names, seldom titles."""
    language, name = turn.language, unit.details.get("person")
    if not name:
        return not_known(turn, say(language, "roles.unit_unknown", unit=unit.title or ""))
    head = unit.details.get("head_title")
    key = "roles.unit_head" if head else "roles.unit_name"
    return Card(
        title=say(language, key, unit=unit.title or "", person=name, title=head or ""),
        blocks=sources_line(session, turn, unit.sources),
        buttons=offers(language, "programme.about", "workgroup.list"),
        language=language,
        subject={"person": str(name)},
    )


def _unit(session: Session, turn: Turn) -> Fact | None:
    return next(
        (fact for fact in programmes.facts(session, turn.programme.key, "unit") if fact.key in _units(turn)), None
    )


def _units(turn: Turn) -> list[str]:
    return asked.keys(turn, "facts", "unit")


def _which_person(turn: Turn, persons: list[str]) -> Card:
    return Card(
        title=say(turn.language, "roles.which"),
        buttons=tuple(
            Button(title=short(name), action="person.role", values={"person": name}) for name in persons[:_MOST]
        ),
        language=turn.language,
        did="clarify",
        outcome="clarify",
    )


def _day(turn: Turn) -> date:
    """The day asked about: the first of those the words mean, else today."""
    return asked.day(turn, "from") or turn.today


def _asks_name(turn: Turn) -> bool:
    return turn.value("aspect") == "name"
