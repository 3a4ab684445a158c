"""Whom an announcement is for: the form to choose them, and how many that is before anything is sent."""

from difflib import get_close_matches
from typing import Any

from dialogs.card import Block, Button, Card, Choice, Facts, Language, Question, Text
from dialogs.offers import short
from dialogs.topic_offers import called, label
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import audiences, employees, small_parts, topics, workgroups
from storage.announcements import Announcement
from storage.audiences import EVERYONE, Audience, Reach
from storage.database import Session
from storage.groups import Group

#: How many units can be chosen from a list, and how many sites or kinds of employment; of more the name is typed.
MOST_CHOICES = 40
#: How many of the file's names are looked through for one that was typed.
MOST_NAMES = 5000
#: What a list holds for "not chosen": no name of the people file begins so, and no key.
NOTHING = "-"
#: How many people are named before sending.
MOST_SAMPLED = 5
#: The form's questions on the people file: field of an audience, column of the file.
FIELDS = {"units": "unit", "sites": "site", "employments": "employment"}


def form(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str] | None = None) -> Card:
    """What can be chosen from: workgroups, and what the people file names. What was chosen before is added to."""
    chosen, errors = Audience.of(announcement.audience), errors or {}
    listed = [_listed(session, turn, field, errors.get(field, "")) for field in FIELDS]
    questions = (
        *_groups(session, turn, errors.get("workgroup", "")),
        *_topics(session, turn, errors.get("topics", "")),
        *(one for one in listed if one is not None),
    )
    values = {"announcement": announcement.id}
    lines = [said(session, turn, chosen)]
    if not employees.is_listed(session, turn.programme.key):
        lines.append(say(turn.language, "audiences.no_file"))
    show = Button(
        title=say(turn.language, "audiences.show"), action="announcement.addressed", values=values, style="primary"
    )
    everyone = Button(
        title=say(turn.language, "audiences.back_to_everyone"),
        action="announcement.addressed",
        values=values | {"everyone": True},
        replaces=True,
    )
    return Card(
        title=say(turn.language, "audiences.title"),
        blocks=tuple(Text(text=line) for line in lines),
        questions=questions,
        buttons=(show, everyone) if questions else (everyone,),
        language=turn.language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def picked(session: Session, turn: Turn, before: Audience) -> tuple[Audience, dict[str, str]]:
    """What the form says, added to what was chosen before; and what is wrong at which question."""
    if turn.values.get("everyone") is True:
        return EVERYONE, {}
    errors: dict[str, str] = {}
    fields: dict[str, Any] = before.model_dump()
    for field in FIELDS:
        name = _named(session, turn, field, errors)
        if name and name not in fields[field]:
            fields[field] = (*fields[field], name)
    group, topic = _value(turn, "workgroup"), _value(turn, "topics")
    is_of_file = any(_value(turn, field) for field in FIELDS)
    if topic and (group or fields["workgroup"] or any(fields[field] for field in FIELDS)):
        errors["topics"] = say(turn.language, "refused.audience.mixed_topics")
    elif topic and topic not in fields["topics"]:
        fields["topics"] = (*fields["topics"], topic)
    if (group or is_of_file) and fields["topics"]:
        errors.setdefault("topics", say(turn.language, "refused.audience.mixed_topics"))
    if (group or fields["workgroup"]) and any(fields[field] for field in FIELDS):
        errors["workgroup"] = say(turn.language, "refused.audience.mixed")
    elif group and group not in before.workgroups:
        fields["workgroup"], *fields["more_workgroups"] = *before.workgroups, group
    return (before if errors else Audience(**fields)), errors


def blocks(session: Session, turn: Turn, chosen: Audience, *, is_required: bool = False) -> tuple[Block, ...]:
    """Who it is, how many are reached, why not the others, and some names."""
    when = audiences.moment(session, turn.programme.key, turn.now)
    reach = audiences.reach(session, chosen, when, is_required=is_required)
    tells_of_few = small_parts.tells_of_few(session, chosen, when)
    names = audiences.sample(session, turn.person, chosen, when, MOST_SAMPLED)
    if chosen.topics and tells_of_few:
        # The others' names would tell whose these are.
        names = []
    is_smaller = is_small(turn, chosen, reach.planned)
    hides = is_smaller or tells_of_few
    found: list[Block] = [Text(text=said(session, turn, chosen), style="strong"), _reached(turn, reach, hides=hides)]
    if hides and reach.reasons:
        found.append(Text(text=why_is_hidden(turn, is_smaller=is_smaller), style="quiet"))
    if few := audiences.few_follow(session, chosen, when):
        these = called(session, turn.programme.key, tuple(few), turn.language)
        smallest = turn.programme.smallest_group
        found.append(
            Text(text=say(turn.language, "audiences.few_follow", topics=these, smallest=smallest), style="quiet")
        )
    if chosen.topics and not is_required:
        found.append(Text(text=say(turn.language, "audiences.counts"), style="quiet"))
    if names:
        found.append(Text(text=say(turn.language, "audiences.sample", names=", ".join(names)), style="quiet"))
    if reach.planned == 0:
        found.append(Text(text=_nobody(session, turn, chosen), style="warning"))
    return tuple(found)


def _nobody(session: Session, turn: Turn, chosen: Audience) -> str:
    """Why there is nobody: where documents name who is in the workgroups, none of them has the bot."""
    names = {
        member.name for key in chosen.workgroups for member in workgroups.members(session, turn.programme.key, key)
    }
    if not names:
        return say(turn.language, "refused.audience.empty")
    return say_many(turn.language, "audiences.none_has_the_bot", len(names))


def said(session: Session, turn: Turn, chosen: Audience) -> str:
    """The audience in words."""
    language = turn.language
    if chosen.is_everyone:
        return say(language, "audiences.everyone", programme=turn.programme.name)
    if chosen.topics:
        return say(language, "audiences.topics", topics=called(session, turn.programme.key, chosen.topics, language))
    if chosen.workgroup is not None:
        groups = [workgroups.get(session, turn.programme.key, key) for key in chosen.workgroups]
        return say(language, "audiences.workgroup", group=", ".join(told(group.title, language) for group in groups))
    parts = [
        say(language, f"audiences.{field}", names=", ".join(getattr(chosen, field)))
        for field in FIELDS
        if getattr(chosen, field)
    ]
    return say(language, "audiences.to", parts="; ".join(parts))


def is_small(turn: Turn, chosen: Audience, planned: int) -> bool:
    """Whether so few are chosen that a reason would tell what one of them has turned off."""
    return not chosen.is_everyone and planned < turn.programme.smallest_group


def why_is_hidden(turn: Turn, *, is_smaller: bool) -> str:
    """Why no reason is told: all of them are few, or few are told by what another audience leaves out."""
    key = "announcements.report.hidden" if is_smaller else "announcements.report.hidden_part"
    return say(turn.language, key, smallest=turn.programme.smallest_group)


def _reached(turn: Turn, reach: Reach, *, hides: bool) -> Facts:
    language = turn.language
    facts = [(say(language, "audiences.reachable"), str(reach.reachable))]
    if hides:
        left = sum(reach.reasons.values())
        facts += [(say(language, "announcements.report.undelivered"), str(left))] * bool(left)
        return Facts(facts=tuple(facts))
    most_first = sorted(reach.reasons.items(), key=lambda one: -one[1])
    facts += [(say(language, f"announcements.report.{reason}"), str(count)) for reason, count in most_first]
    return Facts(facts=tuple(facts))


def _groups(session: Session, turn: Turn, error: str) -> tuple[Question, ...]:
    every = workgroups.every(session, turn.programme.key)[:MOST_CHOICES]
    choices = [Choice(title=short(told(g.title, turn.language)), value=g.key) for g in every]
    return (_choice(turn, "workgroup", choices, error),) if choices else ()


def which_group(session: Session, turn: Turn) -> tuple[Question, ...]:
    """Which workgroup an announcement is for, or everyone, where the words that ordered it left that unclear."""
    every = workgroups.every(session, turn.programme.key)[:MOST_CHOICES]
    everyone = Choice(title=say(turn.language, "audiences.back_to_everyone"), value=NOTHING)
    choices = (everyone, *(Choice(title=short(told(one.title, turn.language)), value=one.key) for one in every))
    label = say(turn.language, "audiences.choose.workgroup")
    return (Question(name="group", label=label, value=turn.value("group") or NOTHING, choices=choices),) * bool(every)


def _topics(session: Session, turn: Turn, error: str) -> tuple[Question, ...]:
    """The topics that anybody follows."""
    every = topics.asked_for(session, turn.programme.key)[:MOST_CHOICES]
    choices = [Choice(title=short(label(topic, turn.language)), value=topic.name) for topic in every]
    return (_choice(turn, "topics", choices, error),) if choices else ()


def _listed(session: Session, turn: Turn, field: str, error: str) -> Question | None:
    names = employees.values_of(session, turn.programme.key, FIELDS[field], MOST_CHOICES + 1)
    if not names:
        return None
    if len(names) > MOST_CHOICES:
        label = say(turn.language, f"audiences.typed.{field}")
        return Question(name=field, label=label, value=turn.value(field) if error else "", error=error)
    return _choice(turn, field, [Choice(title=short(name), value=name) for name in names], error)


def _choice(turn: Turn, name: str, choices: list[Choice], error: str) -> Question:
    none = Choice(title=say(turn.language, "audiences.none"), value=NOTHING)
    label = say(turn.language, f"audiences.choose.{name}")
    return Question(name=name, label=label, value=NOTHING, choices=(none, *choices), error=error)


def _value(turn: Turn, name: str) -> str:
    return turn.value(name).removeprefix(NOTHING)


def _named(session: Session, turn: Turn, field: str, errors: dict[str, str]) -> str:
    """The name of the file's that was chosen or typed; the empty string for none, noting what is wrong."""
    typed = _value(turn, field)
    if not typed:
        return ""
    names = employees.values_of(session, turn.programme.key, FIELDS[field], MOST_NAMES)
    known = {name.casefold(): name for name in names}
    found = known.get(typed.casefold(), "")
    if not found:
        nearest = [known[name] for name in get_close_matches(typed.casefold(), known, n=3, cutoff=0.5)]
        key = "audiences.unknown_nearest" if nearest else "audiences.unknown"
        errors[field] = say(turn.language, key, nearest=", ".join(nearest))
    return found


def named(group: Group, language: Language) -> str:
    """What people call a channel or group chat."""
    if group.team and group.name:
        return f"{group.team} – {group.name}"
    return group.team or group.name or say(language, "announcements.group_chat")
