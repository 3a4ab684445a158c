"""One's own data: all that is stored of whoever asks, in plain words, and where it is corrected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs import saying_dates
from dialogs.card import Button, Card, Choice, Items, Language, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import answer_promises, milestones, own_data, status_streams, topics, unanswered, workgroups
from storage.answer_promises import Promised
from storage.database import Session
from storage.own_data import Rows

#: What is told together: a name, and the tables it is of. Each table of storage/own_data.py is in one of them.
AREAS: dict[str, tuple[str, ...]] = {
    "you": ("person", "address"),
    "settings": ("quiet_hours", "digest_covered"),
    "groups": ("sign_up", "competence_shared", "sign_up_question", "work_release", "promise", "joined_person"),
    "questions": ("sent_question",),
    "followed": ("topic_following", "personal_reminder", "snoozed_message"),
    "messages": ("outbox", "message", "receipt", "decision_ask", "progress", "web_post"),
    "conversation": ("conversation", "received"),
    "roles": ("role_grant", "group_seat", "sprint_team_member", "stream_owner", "sending_form"),
    "files": ("download",),
}
#: Beside those: what was done for the programme, and the employer's own list.
DONE, PEOPLE_FILE = "done", "people_file"
#: How many lines a card has; the others are behind a button.
MOST_LINES = 10
#: How many questions a card has a button for.
MOST_QUESTIONS = 3
_STATES = frozenset({"asked", "in_line", "accepted", "declined", "moved", "withdrawn"})


@dataclass(frozen=True)
class Stored:
    """All that is stored of somebody, and what is said with it."""

    session: Session
    turn: Turn
    rows: dict[str, Rows]

    def say(self, key: str, **values: Any) -> str:
        return say(self.turn.language, f"own_data.{key}", **values)

    def say_many(self, key: str, count: int, **values: Any) -> str:
        return say_many(self.turn.language, f"own_data.{key}", count, **values)

    def day(self, moment: Any) -> str:
        """The day of a moment, or a day."""
        if moment is None:
            return "–"
        if hasattr(moment, "astimezone"):
            moment = moment.astimezone(self.turn.zone).date()
        return saying_dates.day(self.turn.language, moment, weekday=False)

    def on(self, value: object) -> str:
        return say(self.turn.language, "people.settings.on" if value else "people.settings.off")

    def group(self, programme_key: str, key: str) -> str:
        every = workgroups.every(self.session, programme_key)
        return next((told(one.title, self.turn.language) for one in every if one.key == key), key)

    def stream(self, row: Mapping[str, Any]) -> str:
        """A work stream that the person answers for, or stands in for."""
        every = status_streams.every(self.session, row["programme_key"])
        title = next((told(one.title, self.turn.language) for one in every if one.key == row["stream_key"]), "–")
        return self.say("stream.stand_in", stream=title) if row["stands_in"] else title


Line = tuple[str, str]


def show(session: Session, turn: Turn) -> Card:
    """What there is, each part in a line, and the way to all of it."""
    stored = _stored(session, turn)
    lines = {area: each(stored) for area, each in _LINES.items()}
    items = tuple((stored.say(f"area.{area}"), stored.say_many("lines", len(each))) for area, each in lines.items())
    return Card(
        title=stored.say("title"),
        blocks=(
            Text(text=stored.say("how")),
            Items(items=items),
            Text(text=stored.say("elsewhere"), style="quiet"),
        ),
        buttons=offers(turn.language, "own.choose", "own.correct", "own.take", "own.erase"),
        language=turn.language,
    )


def choose(session: Session, turn: Turn) -> Card:
    """Which part; a form of its own, because in Slack one has no other buttons."""
    choices = tuple(Choice(title=say(turn.language, f"own_data.area.{area}"), value=area) for area in _LINES)
    label = say(turn.language, "own_data.which")
    return Card(
        title=say(turn.language, "own_data.title"),
        questions=(Question(name="area", label=label, choices=choices, value="you"),),
        buttons=(offer(turn.language, "own.part", style="primary"), *offers(turn.language, "own.show")),
        language=turn.language,
    )


def part(session: Session, turn: Turn) -> Card:
    """One part, line by line; an unknown one is the first."""
    stored = _stored(session, turn)
    area = turn.value("area") if turn.value("area") in _LINES else "you"
    lines, first = _LINES[area](stored), _first(turn)
    shown = lines[first : first + MOST_LINES]
    more = {"area": area, "first": first + MOST_LINES}
    blocks = (Items(items=tuple(shown)),) if shown else (Text(text=stored.say("nothing")),)
    return Card(
        title=stored.say(f"area.{area}"),
        blocks=(*blocks, Text(text=stored.say(f"why.{area}"), style="quiet")),
        buttons=(
            *_to_take_back(stored, area),
            *((offer(turn.language, "own.more", more),) if len(lines) > first + MOST_LINES else ()),
            *offers(turn.language, "own.choose", "own.show"),
        ),
        language=turn.language,
    )


def correct(session: Session, turn: Turn) -> Card:
    """Where each thing is corrected: what the person told the bot here, what others told it there."""
    stored = _stored(session, turn)
    names = ("settings", "groups", "questions", "followed", "name", "people_file", "done")
    return Card(
        title=stored.say("correct.title"),
        blocks=(
            Items(items=tuple((stored.say(f"correct.{name}"), stored.say(f"correct.{name}.how")) for name in names)),
        ),
        buttons=(
            *offers(turn.language, "settings", "quiet.show", "signup.status", "topic.following"),
            Button(title=stored.say("area.questions"), action="own.part", values={"area": "questions"}),
            *offers(turn.language, "own.show"),
        ),
        language=turn.language,
    )


def take_back_question(session: Session, turn: Turn) -> Card:
    """A question that has no answer yet is taken back by whoever asked it; one that is gone is gone."""
    number = turn.values.get("question")
    key = number if type(number) is int and 0 < number < 2**31 else 0
    unanswered.withdraw(session, turn.person, key)
    answer_promises.drop(session, turn.person, turn.programme.key, Promised.QUESTION, key, turn.now)
    return Card(
        title=say(turn.language, "own_data.question_back.title"),
        blocks=(Text(text=say(turn.language, "own_data.question_back.text")),),
        buttons=offers(turn.language, "question.send", "own.show"),
        language=turn.language,
        outcome="done",
    )


def kept(session: Session, turn: Turn) -> tuple[Line, ...]:
    """What stays when the rest is erased: what it is, how much, and why."""
    return tuple(_kept(_stored(session, turn)))


def _stored(session: Session, turn: Turn) -> Stored:
    return Stored(session, turn, own_data.of(session, turn.person))


def _first(turn: Turn) -> int:
    number = turn.values.get("first")
    return number if type(number) is int and 0 <= number < 2**31 else 0


def _to_take_back(stored: Stored, area: str) -> Iterable[Button]:
    waiting = [row for row in stored.rows["sent_question"] if row["status"] != unanswered.Status.ANSWERED]
    for row in waiting[:MOST_QUESTIONS] if area == "questions" else ():
        title = short(stored.say("question_back.button", text=row["text"]))
        values = {"question": row["id"]}
        yield Button(title=title, action="own.question_back", values=values, replaces=True)


def _you(stored: Stored) -> list[Line]:
    person = stored.rows["person"][0]
    lines = [
        (stored.say("name"), person["name"] or "–"),
        (
            stored.say("language"),
            f"{person['language'] or '–'} ({stored.say('spoken', spoken=person['spoken'] or '–')})",
        ),
        (stored.say("welcomed"), stored.day(person["welcomed_at"])),
        (stored.say("week"), stored.day(person["active_week"])),
    ]
    for address in stored.rows["address"]:
        where = ", ".join(filter(None, (address["account"], address["tenant"], address["directory_id"])))
        lines.append((stored.say("account", channel=stored.say(f"channel.{_channel(address['channel'])}")), where))
    return lines


def _channel(name: str) -> str:
    return name if name in ("msteams", "slack", "email", "web") else "other"


def _settings(stored: Stored) -> list[Line]:
    person = stored.rows["person"][0]
    lines = [
        (say(stored.turn.language, "people.settings.messages"), stored.on(not person["is_muted"])),
        (say(stored.turn.language, "people.settings.reminders"), stored.on(person["wants_reminders"])),
        (stored.say("only_musts"), stored.on(person["only_musts"])),
        (
            say(stored.turn.language, "people.settings.digest"),
            say(stored.turn.language, f"people.digest.{person['digest']}"),
        ),
    ]
    for row in stored.rows["quiet_hours"]:
        most = "–" if row["weekly_most"] is None else row["weekly_most"]
        hours = stored.say("quiet_hours", begins=row["begins"], ends=row["ends"], free=stored.on(row["free_days"]))
        lines.append((stored.say("quiet"), hours))
        lines.append((stored.say("snoozed"), stored.day(row["snoozed_until"])))
        lines.append((stored.say("weekly_most"), str(most)))
    lines += [(stored.say("covered"), stored.day(row["until"])) for row in stored.rows["digest_covered"]]
    return lines


def _groups(stored: Stored) -> list[Line]:
    lines: list[Line] = []
    for row in stored.rows["sign_up"]:
        state = row["state"] if row["state"] in _STATES else "other"
        said = [stored.say(f"state.{state}", day=stored.day(row["signed_up_at"]))]
        said += [
            stored.say(f"told.{name}", text=row[name])
            for name in ("motivation", "competences", "hours_a_week", "reason")
            if row[name]
        ]
        lines.append((stored.group(row["programme_key"], row["workgroup_key"]), " ".join(said)))
    lines += [(stored.say("compared"), stored.day(row["shared_at"])) for row in stored.rows["competence_shared"]]
    lines += [(stored.say("joined"), stored.day(row["joined_at"])) for row in stored.rows["joined_person"]]
    lines += [(stored.say("asked", text=row["text"]), row["answer"] or "–") for row in stored.rows["sign_up_question"]]
    lines += [
        (
            stored.say("release"),
            " ".join(
                (
                    stored.say("release.since", day=stored.day(row["begun_at"])),
                    stored.say(f"release.state.{row['state']}", reason=row["reason"] or "–"),
                )
            ),
        )
        for row in stored.rows["work_release"]
    ]
    for row in stored.rows["promise"]:
        ended = row["kept_at"] or row["dropped_at"]
        key = "promise.kept" if row["kept_at"] else "promise.dropped" if row["dropped_at"] else "promise.stands"
        about = stored.group(row["programme_key"], row["about_key"])
        lines.append(
            (
                stored.say("promise", about=about),
                stored.say(
                    key, made=stored.day(row["made_at"]), due=stored.day(row["due_on"]), ended=stored.day(ended)
                ),
            )
        )
    return lines


def _questions(stored: Stored) -> list[Line]:
    return [
        (stored.say(f"question.{row['status']}", day=stored.day(row["sent_on"])), row["text"])
        for row in stored.rows["sent_question"]
    ]


def _followed(stored: Stored) -> list[Line]:
    language, programme = stored.turn.language, stored.turn.programme.key
    titles = {one.name: told(one.title, language) for one in topics.every(stored.session, programme)}
    named: dict[str, str] = {one.key: told(one.title, language) for one in milestones.every(stored.session, programme)}
    lines: list[Line] = [
        (str(titles.get(row["topic"], row["topic"])), stored.say("followed.since", day=stored.day(row["followed_at"])))
        for row in stored.rows["topic_following"]
    ]
    lines += [
        (str(named.get(row["milestone_key"], row["milestone_key"])), stored.say_many("reminded", row["days_before"]))
        for row in stored.rows["personal_reminder"]
    ]
    lines += [
        (stored.say("again"), stored.say("again.due", day=stored.day(row["due_at"])))
        for row in stored.rows["snoozed_message"]
    ]
    return lines


def _messages(stored: Stored) -> list[Line]:
    titles = {row["id"]: _title(row["cards"], stored.turn.language) for row in stored.rows["message"]}
    lines = [
        (titles.get(row["message_id"], "") or "–", stored.say(f"message.{row['status']}"))
        for row in reversed(stored.rows["outbox"])
    ]
    lines += [(stored.say("receipt"), stored.day(row["read_on"])) for row in stored.rows["receipt"]]
    if stored.rows["web_post"]:
        lines.append((stored.say("web_posts"), str(len(stored.rows["web_post"]))))
    return lines


def _title(cards: dict[str, Any], language: Language) -> str:
    card: dict[str, Any] = cards.get(language) or next(iter(cards.values()), {})
    return str(card.get("title", ""))


def _conversation(stored: Stored) -> list[Line]:
    lines = [(stored.say("subject"), ", ".join(row["subject"].values()) or "–") for row in stored.rows["conversation"]]
    return [*lines, (stored.say("received"), str(len(stored.rows["received"])))]


def _roles(stored: Stored) -> list[Line]:
    lines = [
        (
            stored.say(f"role.{row['role']}"),
            f"{row['programme_key']} ({stored.day(row['starts_on'])} / {stored.day(row['ends_on'])})"
            if row["starts_on"] or row["ends_on"]
            else row["programme_key"],
        )
        for row in stored.rows["role_grant"]
    ]
    lines += [
        (stored.say("seat"), stored.group(row["programme_key"], row["workgroup_key"]))
        for row in stored.rows["group_seat"]
    ]
    lines += [(stored.say("team"), row["programme_key"]) for row in stored.rows["sprint_team_member"]]
    lines += [(stored.say("stream"), stored.stream(row)) for row in stored.rows["stream_owner"]]
    return lines + [
        (stored.say("sending_form"), "; ".join(filter(None, row["fields"].values())))
        for row in stored.rows["sending_form"]
    ]


def _files(stored: Stored) -> list[Line]:
    return [
        (
            stored.say(f"file.{row['kind']}"),
            stored.say_many("file.when", row["times_fetched"], day=stored.day(row["asked_at"])),
        )
        for row in stored.rows["download"]
    ]


def _people_file(stored: Stored) -> list[Line]:
    lines: list[Line] = []
    for row in own_data.in_people_file(stored.session, stored.turn.person):
        said = (row[name] for name in ("email", "directory_id", "unit", "site", "employment", "language"))
        days = (stored.day(row[name]) for name in ("starts_on", "ends_on") if row[name])
        lines.append((row["name"] or stored.say("left"), ", ".join(filter(None, (*said, *days)))))
    return lines


def _kept(stored: Stored) -> list[Line]:
    counts: dict[str, int] = {}
    for name, rows in own_data.done_in_a_role(stored.session, stored.turn.person).items():
        what = own_data.DONE_IN_A_ROLE[name]
        counts[what] = counts.get(what, 0) + len(rows)
    return [
        (stored.say(f"kept.{what}", count=count), stored.say(f"kept.{what}.why"))
        for what, count in sorted(counts.items())
    ]


_LINES: dict[str, Callable[[Stored], list[Line]]] = {
    "you": _you,
    "settings": _settings,
    "groups": _groups,
    "questions": _questions,
    "followed": _followed,
    "messages": _messages,
    "conversation": _conversation,
    "roles": _roles,
    "files": _files,
    DONE: _kept,
    PEOPLE_FILE: _people_file,
}
