"""Workgroups and bodies: which there are, who is in them and what they are for."""

from datetime import date

from dialogs import asked, charts, group_work, outcome_lines, release_lines, topic_offers
from dialogs import meetings as group_meetings
from dialogs.card import Button, Card, Facts, Items, Text
from dialogs.memberships import membership_days
from dialogs.not_known import ask_whom, left_open, no_such_number, not_known, open_question
from dialogs.offers import offer, offers, short
from dialogs.saying_dates import sources_line
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import meetings, programmes, workgroups
from storage.database import Session
from storage.topics import Kind
from storage.workgroups import Member, Openness, Workgroup

#: How many groups get a button of their own.
_BUTTONS = 5


def listed(session: Session, turn: Turn) -> Card:
    """Which groups there are, and which of them take volunteers."""
    language = turn.language
    open_one = open_question(session, turn)
    if open_one is not None:
        return not_known(turn, left_open(turn, open_one), buttons=offers(language, "workgroup.list"))
    every = workgroups.every(session, turn.programme.key)
    groups = [group for group in every if group.kind == "workgroup"]
    others = [group for group in every if group.kind != "workgroup"]
    open_ones = [group for group in groups if group.openness == Openness.OPEN]
    title = say_many(language, "workgroups.list.title", len(groups), programme=turn.programme.name)
    if not groups:
        title = say(language, "workgroups.list.none", programme=turn.programme.name)
    leading = workgroups.leaders(session, turn.programme.key)
    lines = {
        group.key: _line(turn, group, leading.get(group.key, []), bool(open_ones) and group in groups)
        for group in every
    }
    return Card(
        title=title,
        blocks=(
            *((Items(items=tuple(lines[group.key] for group in groups)),) if groups else ()),
            *((Text(text=say(language, "sign_ups.closed.all")),) if groups and not open_ones else ()),
            *((Text(text=say(language, "workgroups.list.others")),) if others else ()),
            *((Items(items=tuple(lines[group.key] for group in others)),) if others else ()),
            *charts.shown(session, turn, charts.GROUPS),
            *sources_line(session, turn, [source for group in every for source in group.sources]),
        ),
        buttons=(
            *(_join(turn, group) for group in open_ones),
            *(_about_button(turn, group) for group in (groups or others)[:_BUTTONS]),
        ),
        language=language,
        subject={"groups": ",".join(group.key for group in (groups or others))},
    )


def _line(turn: Turn, group: Workgroup, leading: list[Member], says_how: bool = False) -> tuple[str, str]:
    """A group with its leader; ``says_how``: whether it takes volunteers, where the groups differ in that."""
    said = [say(turn.language, f"workgroups.openness.{group.openness}")] if says_how else []
    leader = _leader(turn, group, leading)
    if leader:
        said.append(say(turn.language, "workgroups.led_by", leader=leader))
    return _title(turn, group), ", ".join(said)


def about(session: Session, turn: Turn) -> Card:
    """One group: what was asked first (leader, members, …), then the rest in short."""
    missing = no_such_number(turn)
    if missing is not None:
        return missing
    every = {group.key: group for group in workgroups.every(session, turn.programme.key)}
    found = [every[key] for key in asked.keys(turn, "groups", "group") if key in every]
    open_one = open_question(session, turn)
    if open_one is not None and len(found) < 2:
        return _left_open(session, turn, open_one, found)
    if turn.value("of") == "all":
        return _leaders_of_all(session, turn)
    if len(found) != 1 and turn.value("aspect") == "mandate":
        return _mandate_of_all(session, turn)
    if len(found) != 1:
        return _which(session, turn, found)
    return _about(session, turn, found[0])


def _left_open(session: Session, turn: Turn, fact: programmes.Fact, found: list[Workgroup]) -> Card:
    """The documents leave it open: said first, then in short what they say of the group."""
    facts = [Facts(facts=_facts(turn, group, workgroups.members(session, turn.programme.key, group.key), ""))
             for group in found]  # fmt: skip
    buttons = (*(_about_button(turn, group) for group in found), *offers(turn.language, "workgroup.list"))
    subject = {"group": found[0].key} if found else None
    card = not_known(turn, left_open(turn, fact), buttons=buttons, subject=subject)
    return card.model_copy(update={"blocks": (*facts, *card.blocks)})


def _about(session: Session, turn: Turn, group: Workgroup) -> Card:
    language, aspect = turn.language, turn.value("aspect")
    every = workgroups.members(session, turn.programme.key, group.key)
    members = workgroups.on_day(every, _day(turn))
    title, is_known = _answer(turn, group, every, aspect)
    asks_meeting = "meeting" in asked.keys(turn, "asks", "") and not is_known
    if asks_meeting and meetings.every(session, turn.programme.key, group.key):
        return group_meetings.listed(session, turn)
    facts = _facts(turn, group, every, aspect) if is_known or aspect else ()
    if aspect not in _ABOUT_WHO:
        facts = (*facts, *group_work.facts(session, turn, group))
    return Card(
        title=title,
        blocks=(
            *(
                (Items(items=_member_items(turn, group, members)),)
                if aspect in ("members", "names") and (members or group.member_roles)
                else ()
            ),
            *(_comes_as(group, members) if "party" in asked.keys(turn, "sought", "") and aspect == "leader" else ()),
            *((Facts(facts=facts),) if facts else ()),
            *_mandate_points(session, turn, group),
            *((Text(text=told(group.note, language)),) if group.note and aspect not in _ABOUT_WHO else ()),
            *(() if is_known else (ask_whom(turn),)),
            *outcome_lines.became(session, turn.programme.key, Kind.WORKGROUP, group.key, language),
            *sources_line(session, turn, group.sources),
        ),
        buttons=(
            *((_join(turn, group),) if group.openness == Openness.OPEN else ()),
            *_recommendations(turn, group),
            topic_offers.follow(language, Kind.WORKGROUP, group.key),
            *((_more_about(turn, group),) if aspect in _ABOUT_WHO else ()),
            *((offer(language, "group.meetings", {"group": group.key}),) if aspect not in _ABOUT_WHO else ()),
            *offers(language, "workgroup.list"),
        ),
        language=language,
        outcome="answered" if is_known else "unknown",
        subject={"group": group.key, **({"of": "workgroup.about", "aspect": aspect} if aspect else {})},
    )


def _comes_as(group: Workgroup, members: list[Member]) -> tuple[Items, ...]:
    """The leader as a member: with the party, where the documents have it."""
    leader = tuple((member.name, member.comes_as or "") for member in members if member.name == group.leader_name)
    return (Items(items=leader),) if leader else ()


def _answer(turn: Turn, group: Workgroup, every: list[Member], aspect: str) -> tuple[str, bool]:
    """The sentence that answers, and whether the documents know."""
    language, name = turn.language, _title(turn, group)
    members = workgroups.on_day(every, _day(turn))
    if aspect == "leader":
        leader = _leader(turn, group, every)
        key = "workgroups.leader" if leader else "workgroups.leader_unknown"
        return say(language, key, leader=leader, group=name), bool(leader)
    if aspect == "names" and group.member_roles and not members:
        return say(language, "workgroups.names_unknown", group=name), False
    if aspect in ("members", "names"):
        is_known = bool(members or group.member_roles)
        key = "workgroups.members" if is_known else "workgroups.members_unknown"
        return say(language, key, group=name), is_known
    if "meeting" in asked.keys(turn, "asks", "") and aspect != "mandate":
        return say(language, "workgroups.meetings_unknown", group=name), False
    if aspect == "result" and not group.result:
        return say(language, "workgroups.result_unknown", group=name), False
    if aspect == "count" and not (members or group.size or group.member_roles):
        return say(language, "workgroups.members_unknown", group=name), False
    if aspect == "count" and (members or group.size):
        return say(language, "workgroups.count", group=name, count=told(group.size, language) or len(members)), True
    return name, True


#: What is told where the question was who: the rest is behind a button.
_ABOUT_WHO = {"leader": (), "members": ("leader", "size"), "count": ("leader", "members")}


def _facts(turn: Turn, group: Workgroup, every: list[Member], aspect: str) -> tuple[tuple[str, str], ...]:
    language, members = turn.language, workgroups.on_day(every, _day(turn))
    unknown = say(language, "dates.unknown")
    in_short = ", ".join(member.name for member in members) or ", ".join(told(r, language) for r in group.member_roles)
    rows = {
        "mandate": told(group.mandate, language),
        "leader": _leader(turn, group, every) or unknown,
        "members": "" if aspect in ("members", "names") else in_short or told(group.size, language) or unknown,
        "size": told(group.size, language) if in_short else "",
        "result": told(group.result, language),
        "how_filled": told(group.how_filled, language),
        "openness": say(language, f"workgroups.openness.{group.openness}"),
        "release": release_lines.rule(group, language),
    }
    shown = _ABOUT_WHO.get(aspect, tuple(rows))
    return tuple((say(language, f"workgroups.fact.{name}"), rows[name]) for name in shown if rows[name])


def _member_items(turn: Turn, group: Workgroup, members: list[Member]) -> tuple[tuple[str, str], ...]:
    if not members:
        return tuple((told(role, turn.language), "") for role in group.member_roles)
    return tuple(
        (
            member.name,
            ", ".join(filter(None, (member.comes_as, member.comes_from, membership_days(member, turn.language)))),
        )
        for member in members
    )


def _mandate_points(session: Session, turn: Turn, group: Workgroup) -> tuple[Items, ...]:
    """The mandate that all workgroups share, where it was asked for."""
    if turn.value("aspect") != "mandate" or group.kind != "workgroup":
        return ()
    points = [
        point for fact in programmes.facts(session, turn.programme.key, "mandate") for point in _points(turn, fact)
    ]
    return (Items(items=tuple((point, "") for point in points)),) if points else ()


def _leaders_of_all(session: Session, turn: Turn) -> Card:
    """Who leads each workgroup, as far as documents say; of one only, or of none, what is said of that."""
    groups = [group for group in workgroups.every(session, turn.programme.key) if group.kind == "workgroup"]
    if len(groups) < 2:
        return _about(session, turn, groups[0]) if groups else _which(session, turn, [])
    members = {group.key: workgroups.members(session, turn.programme.key, group.key) for group in groups}
    leaders = {group.key: _leader(turn, group, members[group.key]) for group in groups}
    unknown = say(turn.language, "dates.unknown")
    return Card(
        title=say(turn.language, "workgroups.leaders"),
        blocks=(
            Items(items=tuple((_title(turn, group), leaders[group.key] or unknown) for group in groups)),
            *sources_line(session, turn, list(dict.fromkeys(source for group in groups for source in group.sources))),
        ),
        buttons=offers(turn.language, "workgroup.list"),
        language=turn.language,
        outcome="answered" if any(leaders.values()) else "unknown",
    )


def _mandate_of_all(session: Session, turn: Turn) -> Card:
    found = programmes.facts(session, turn.programme.key, "mandate")
    if not found:
        return _which(session, turn, [])
    fact = found[0]
    return Card(
        title=told(fact.title, turn.language),
        blocks=(
            Items(items=tuple((point, "") for point in _points(turn, fact))),
            Text(text=told(fact.text, turn.language)),
            *sources_line(session, turn, fact.sources),
        ),
        buttons=offers(turn.language, "workgroup.list", "milestone.list"),
        language=turn.language,
    )


def _points(turn: Turn, fact: programmes.Fact) -> list[str]:
    return [told(point, turn.language) for point in fact.details.get("points", [])]


def _which(session: Session, turn: Turn, among: list[Workgroup]) -> Card:
    """Asks back which group is meant; with one workgroup only, it is that one."""
    every = among or workgroups.every(session, turn.programme.key)
    groups = [group for group in every if group.kind == "workgroup"] or every
    if not groups:
        return not_known(turn, say(turn.language, "workgroups.list.none", programme=turn.programme.name))
    return Card(
        title=say(turn.language, "workgroups.which"),
        buttons=tuple(_about_button(turn, group) for group in groups[:_BUTTONS]),
        language=turn.language,
        did="clarify",
        outcome="clarify",
        subject={"groups": ",".join(group.key for group in groups)},
    )


def _title(turn: Turn, group: Workgroup) -> str:
    title = told(group.title, turn.language)
    title = title[:1].upper() + title[1:]
    return say(turn.language, "workgroups.numbered", number=group.number, title=title) if group.number else title


def _leader(turn: Turn, group: Workgroup, members: list[Member]) -> str:
    """Who leads the group on the day asked about."""
    return workgroups.leader_on(group, members, _day(turn)) or told(group.leader_role, turn.language)


def _day(turn: Turn) -> date:
    return asked.day(turn, "from") or turn.today


def _recommendations(turn: Turn, group: Workgroup) -> tuple[Button, ...]:
    return offers(turn.language, "initiative.about") if group.result else ()


def _about_button(turn: Turn, group: Workgroup) -> Button:
    values = {"group": group.key}
    if turn.value("aspect"):
        values["aspect"] = turn.value("aspect")
    return Button(title=short(_title(turn, group)), action="workgroup.about", values=values)


def _more_about(turn: Turn, group: Workgroup) -> Button:
    title = short(say(turn.language, "workgroups.more", group=_title(turn, group)))
    return Button(title=title, action="workgroup.about", values={"group": group.key})


def _join(turn: Turn, group: Workgroup) -> Button:
    title = short(say(turn.language, "workgroups.join", group=group.title))
    return Button(title=title, action="workgroup.join", values={"group": group.key}, style="primary", replaces=True)
