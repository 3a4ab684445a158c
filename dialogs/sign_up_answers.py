"""The coordinators' queue: who volunteered and waits, and the answers that each of them gets."""

from dialogs import release_lines, saying_dates, sign_up_notices
from dialogs.card import MOST_BUTTONS, Button, Card, Facts, Items, Question, Text
from dialogs.offers import offers, short
from dialogs.promises import figures
from dialogs.reason_form import reason_form
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import group_places, promises, releases, same_person, sign_ups, told_by_hand, workgroups
from storage import sign_up_questions as questions
from storage.database import Session
from storage.people import Person
from storage.refusals import Refused
from storage.releases import HOLDS_BACK, Release
from storage.sign_up_questions import SignUpQuestion
from storage.sign_ups import ENDED, LONGEST_REASON, SignUp, SignUpState
from storage.workgroups import Openness, Workgroup

#: How many sign-ups one card lists, each with a button of its own.
MOST_LISTED = 3
#: How many are accepted by one press.
MOST_AT_ONCE = 200


def listed(session: Session, turn: Turn) -> Card:
    """For coordinators: those who wait for an answer first, then those in line, then the accepted. A volunteer who is
    named by words is shown at once, with what can be answered."""
    rows = sign_ups.volunteers(session, turn.person, turn.programme.key)
    named = [(row, person) for row, person in rows if _is_named(person, turn.value("name"))]
    if len(named) == 1:
        return _one(session, turn, *named[0])
    rows = named or rows
    groups = _titles(session, turn)
    start = turn.values.get("start")
    start = start if type(start) is int and 0 <= start < len(rows) else 0
    shown = rows[start : start + MOST_LISTED]
    held = releases.of_each(session, [row.identity for row, _ in shown])
    asked = questions.last_of_each(session, [row.identity for row, _ in shown])
    items = tuple(
        (
            person.name or "–",
            ". ".join(
                filter(
                    None,
                    (
                        groups.get(row.workgroup_key, row.workgroup_key),
                        _state(session, turn, row),
                        release_lines.for_coordinator(turn, held.get(row.identity)),
                        _asked(turn, asked.get(row.identity)),
                    ),
                )
            ),
        )
        for row, person in shown
    )
    waiting = sum(row.state == SignUpState.ASKED for row, _ in rows)
    untold = told_by_hand.waiting(session, turn.person, turn.programme.key, turn.now)
    none = Text(text=say(turn.language, "sign_ups.volunteers.none"))
    strong = Text(text=say_many(turn.language, "sign_up_answers.waiting", waiting), style="strong")
    pointing = tuple(
        Button(
            title=say(turn.language, "sign_up_answers.open", place=place),
            action="signup.one",
            values={"sign_up": row.identity},
        )
        for place, (row, _) in enumerate(shown, 1)
    )
    return Card(
        title=say_many(turn.language, "sign_ups.volunteers.title", len(rows)),
        blocks=(
            *((strong,) if rows else ()),
            Items(items=items) if items else none,
        ),
        buttons=(
            *pointing,
            *_next(turn, start + MOST_LISTED, len(rows)),
            *(offers(turn.language, "signup.by_hand") if untold else ()),
            *offers(turn.language, "signup.groups", "signup.register", "help"),
        )[:MOST_BUTTONS],
        language=turn.language,
    )


def _is_named(person: Person, name: str) -> bool:
    """Whether every word of what was written is one of the person's names."""
    return bool(name) and set(name.casefold().split()) <= set(person.name.casefold().split())


def one(session: Session, turn: Turn) -> Card:
    """One sign-up with all that was told, and what can be answered."""
    row, person = sign_ups.get(session, turn.person, turn.programme.key, _key(turn))
    return _one(session, turn, row, person)


def accept(session: Session, turn: Turn) -> Card:
    """Takes the volunteer into the group, and tells them; asks first where the places are taken."""
    key, beyond = _mine(session, turn), turn.values.get("beyond") is True
    try:
        row, is_new = sign_ups.accept(session, turn.person, key, turn.now, beyond=beyond)
    except Refused as refused:
        if refused.key != "refused.sign_up.beyond":
            raise
        return _beyond(session, turn, key, refused)
    if is_new:
        sign_up_notices.answered(session, row)
    return _done(session, turn, row)


def decline(session: Session, turn: Turn) -> Card:
    """The form for why not: the volunteer is told the reason."""
    row, person = sign_ups.get(session, turn.person, turn.programme.key, _key(turn))
    return _reason_form(session, turn, row, person)


def declined(session: Session, turn: Turn) -> Card:
    key = _mine(session, turn)
    try:
        row, moved, is_new = sign_ups.decline(
            session, turn.person, key, turn.value("reason"), turn.now, seen=turn.value("seen")
        )
    except Refused as refused:
        if refused.key not in ("refused.sign_up.no_reason", "refused.sign_up.long_reason", "refused.sign_up.meanwhile"):
            raise
        row, person = sign_ups.get(session, turn.person, turn.programme.key, key)
        if refused.key == "refused.sign_up.meanwhile":
            error = say(turn.language, "sign_up_answers.decline.meanwhile", name=person.name or "–")
        else:
            error = say(turn.language, refused.key, **refused.values)
        return _reason_form(session, turn, row, person, error)
    if is_new:
        sign_up_notices.answered(session, row)
        sign_up_notices.moved_up(session, moved, turn.now)
    return _done(session, turn, row)


def elsewhere(session: Session, turn: Turn) -> Card:
    """Which other group, of those that take volunteers."""
    return _elsewhere(session, turn, *sign_ups.get(session, turn.person, turn.programme.key, _key(turn)))


def _elsewhere(session: Session, turn: Turn, row: SignUp, person: Person, warning: str = "") -> Card:
    others = [group for group in _open(session, turn) if group.key != row.workgroup_key]
    none = (Text(text=say(turn.language, "sign_up_answers.elsewhere.none")),)
    return Card(
        title=say(turn.language, "sign_up_answers.elsewhere.title", name=person.name or "–"),
        blocks=(*((Text(text=warning, style="warning"),) if warning else ()), *(() if others else none)),
        buttons=(
            *(
                Button(
                    title=short(told(group.title, turn.language)),
                    action="signup.placed",
                    values={"sign_up": row.identity, "group": group.key, "seen": sign_ups.last_answer(row)},
                    replaces=True,
                )
                for group in others[: MOST_BUTTONS - 1]
            ),
            *offers(turn.language, "signup.volunteers"),
        ),
        language=turn.language,
        outcome="refused" if warning else "answered",
    )


def placed(session: Session, turn: Turn) -> Card:
    """Takes the volunteer into the other group instead, and tells them; asks first where somebody took them in since
    the card was shown."""
    other, key = workgroups.get(session, turn.programme.key, turn.value("group")), _mine(session, turn)
    try:
        row, moved, is_new = sign_ups.place_elsewhere(
            session, turn.person, key, other, turn.now, seen=turn.value("seen")
        )
    except Refused as refused:
        if refused.key != "refused.sign_up.meanwhile":
            raise
        row, person = sign_ups.get(session, turn.person, turn.programme.key, key)
        warning = say(turn.language, "sign_up_answers.elsewhere.meanwhile", name=person.name or "–")
        return _elsewhere(session, turn, row, person, warning)
    if is_new:
        sign_up_notices.answered(session, row)
        sign_up_notices.moved_up(session, moved, turn.now)
    return _done(session, turn, row)


def groups(session: Session, turn: Turn) -> Card:
    """For coordinators: the groups that take volunteers, their places, and how many wait; many answered at once."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    every = [row for row, _ in sign_ups.volunteers(session, turn.person, turn.programme.key)]
    those = _open(session, turn)
    items = tuple((told(group.title, turn.language), _counted(session, turn, group, every)) for group in those)
    none = Text(text=say(turn.language, "sign_ups.closed.all"))
    return Card(
        title=say(turn.language, "sign_up_answers.groups.title"),
        blocks=(
            Items(items=items) if items else none,
            *figures(session, turn.programme, turn.today, turn.language),
        ),
        buttons=(
            *(button for group in those for button in _for_group(turn, group, every, is_only=len(those) == 1)),
            *offers(turn.language, "signup.register", "signup.volunteers", "signup.export", "composition.show"),
        )[:MOST_BUTTONS],
        language=turn.language,
    )


def accept_all(session: Session, turn: Turn) -> Card:
    """Accepts all who have a place in the group and wait, after their number was seen; each of them is told."""
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    waiting = [
        row
        for row, _ in sign_ups.volunteers(session, turn.person, turn.programme.key)
        if row.workgroup_key == group.key and row.state == SignUpState.ASKED
    ]
    of_each = releases.of_each(session, [row.identity for row in waiting])
    held = {key for key, release in of_each.items() if release.state in HOLDS_BACK}
    waiting = [row for row in waiting if row.identity not in held][:MOST_AT_ONCE]
    beyond = sign_ups.beyond_by(session, group, len(waiting))
    if not waiting or (turn.values.get("count"), turn.values.get("beyond", 0)) != (len(waiting), beyond):
        return _sure(turn, group, len(waiting), len(held), beyond)
    for row in waiting:
        accepted, _ = sign_ups.accept(session, turn.person, row.identity, turn.now, beyond=True)
        sign_up_notices.answered(session, accepted)
    return Card(
        title=say_many(turn.language, "sign_up_answers.all.done", len(waiting), group=group.title),
        buttons=offers(turn.language, "signup.volunteers", "signup.groups"),
        language=turn.language,
        outcome="done",
    )


def places(session: Session, turn: Turn) -> Card:
    """The form for how many places a group has."""
    turn.person.must_be(session, "coordinator", turn.programme.key)
    return _places_form(session, turn, workgroups.get(session, turn.programme.key, turn.value("group")))


def places_set(session: Session, turn: Turn) -> Card:
    """Sets them; an empty field takes the limit away. Whoever has a place now is told."""
    group = workgroups.get(session, turn.programme.key, turn.value("group"))
    said = turn.value("places").strip()
    turn.person.must_be(session, "coordinator", turn.programme.key)
    if said and not (said.isascii() and said.isdecimal() and len(said) < len(str(group_places.MOST_PLACES)) + 1):
        error = say(turn.language, "refused.sign_up.places", limit=group_places.MOST_PLACES)
        return _places_form(session, turn, group, error)
    try:
        moved = sign_ups.set_places(session, turn.person, group, int(said) if said else None)
    except Refused as refused:
        return _places_form(session, turn, group, say(turn.language, refused.key, **refused.values))
    sign_up_notices.moved_up(session, moved, turn.now)
    if said:
        title = say_many(turn.language, "sign_up_answers.places.set", int(said), group=group.title)
    else:
        title = say(turn.language, "sign_up_answers.places.free", group=group.title)
    lines = (Text(text=say_many(turn.language, "sign_up_answers.places.moved", len(moved))),) if moved else ()
    return Card(
        title=title,
        blocks=lines,
        buttons=offers(turn.language, "signup.groups", "signup.volunteers"),
        language=turn.language,
        outcome="done",
    )


def _key(turn: Turn) -> int:
    key = turn.values.get("sign_up")
    return key if type(key) is int else -1


def _mine(session: Session, turn: Turn) -> int:
    """The key of a sign-up of this programme: a button of another one's is not for here."""
    row, _ = sign_ups.get(session, turn.person, turn.programme.key, _key(turn))
    return row.identity


def _open(session: Session, turn: Turn) -> list[Workgroup]:
    return [row for row in workgroups.every(session, turn.programme.key) if row.openness == Openness.OPEN]


def _titles(session: Session, turn: Turn) -> dict[str, str]:
    return {group.key: told(group.title, turn.language) for group in workgroups.every(session, turn.programme.key)}


def _state(session: Session, turn: Turn, row: SignUp) -> str:
    since = saying_dates.day(turn.language, row.signed_up_at.astimezone(turn.zone).date())
    return say(
        turn.language,
        f"sign_up_answers.state.{row.state}",
        since=since,
        place=sign_ups.place_in_line(session, row),
    )


def _one(session: Session, turn: Turn, row: SignUp, person: Person) -> Card:
    language, titles = turn.language, _titles(session, turn)
    release = releases.find(session, row.identity)
    waits = release_lines.for_coordinator(turn, release)
    asked = questions.last(session, row.identity)
    promise = promises.find(session, person, row.programme_key, "sign_up", row.workgroup_key)
    due = promise.due_on if promise and promise.kept_at is None and promise.dropped_at is None else None
    facts = [
        (say(language, "sign_up_answers.group"), titles.get(row.workgroup_key, row.workgroup_key)),
        (say(language, "sign_up_answers.state"), _state(session, turn, row)),
        *([(say(language, "sign_up_answers.release"), waits)] if waits else []),
        *([(say(language, "sign_up_answers.asked"), asked.text)] if asked else []),
        *([(say(language, "sign_up_answers.replied"), asked.answer)] if asked and asked.answer else []),
        *([(say(language, "sign_up_answers.due"), saying_dates.day(language, due))] if due else []),
        *((say(language, f"sign_up_answers.{name}"), said) for name, said in _told(row)),
        *([(say(language, "sign_up_answers.reason"), row.reason)] if row.reason else []),
    ]
    return Card(
        title=person.name or "–",
        blocks=(Facts(facts=tuple(facts)),),
        buttons=(
            *_answers(turn, row, release, has_others=len(_open(session, turn)) > 1),
            *_for_absent(session, turn, row, person),
            *offers(language, "signup.volunteers"),
        )[:MOST_BUTTONS],
        language=language,
    )


def _told(row: SignUp) -> list[tuple[str, str]]:
    hours = str(row.hours_a_week) if row.hours_a_week else ""
    said = (("motivation", row.motivation), ("competences", row.competences), ("hours", hours))
    return [(name, text) for name, text in said if text]


def _for_absent(session: Session, turn: Turn, row: SignUp, person: Person) -> tuple[Button, ...]:
    """What only somebody else can do for a volunteer who has no chat."""
    if row.state in ENDED or not same_person.is_by_email_only(session, person):
        return ()
    title = say(turn.language, "sign_up_answers.withdraw")
    return (Button(title=title, action="signup.withdraw", values={"sign_up": row.identity}, replaces=True),)


def _asked(turn: Turn, question: SignUpQuestion | None) -> str:
    """That a volunteer was asked, and whether the answer is there."""
    if question is None:
        return ""
    return say(turn.language, f"sign_up_questions.queue.{'answered' if question.answered_at else 'waiting'}")


def _answers(turn: Turn, row: SignUp, release: Release | None, *, has_others: bool) -> tuple[Button, ...]:
    """What can still be answered: whoever is in line is not taken past the others, and who waits for a release is not
    taken in before it is there. ``has_others``: another group takes volunteers, too."""
    possible = {
        SignUpState.ASKED: ("accept", "decline", "elsewhere", "ask"),
        SignUpState.IN_LINE: ("decline", "elsewhere", "ask"),
        SignUpState.ACCEPTED: ("decline", "elsewhere", "ask"),
    }
    waits = release is not None and release.state in HOLDS_BACK
    asking = Button(
        title=say(turn.language, "sign_up_answers.release.ask"),
        action="signup.release",
        values={"sign_up": row.identity},
        style="primary" if waits else "default",
    )
    can_ask = row.state in (SignUpState.ASKED, SignUpState.IN_LINE) and (release is None or waits)
    answers = tuple(
        Button(
            title=say(turn.language, f"sign_up_answers.{name}"),
            action=f"signup.{name}",
            values={"sign_up": row.identity},
            style="primary" if name == "accept" else "default",
            replaces=name == "accept",
        )
        for name in possible.get(row.state, ())
        if not (waits and name == "accept") and (has_others or name != "elsewhere")
    )
    return (*answers, *((asking,) if can_ask else ()))


def _done(session: Session, turn: Turn, row: SignUp) -> Card:
    person = session.get_one(Person, row.person_id)
    titles = _titles(session, turn)
    values = {
        "name": person.name or "–",
        "group": titles.get(row.workgroup_key, ""),
        "other": titles.get(row.moved_to or "", ""),
    }
    return Card(
        title=say(turn.language, f"sign_up_answers.done.{row.state}", **values),
        blocks=(Text(text=say(turn.language, "sign_up_answers.done.told")),),
        buttons=offers(turn.language, "signup.volunteers", "help"),
        language=turn.language,
        outcome="done",
    )


def _reason_form(session: Session, turn: Turn, row: SignUp, person: Person, error: str = "") -> Card:
    language = turn.language
    saving = Button(
        title=say(language, "sign_up_answers.decline.send"),
        action="signup.declined",
        values={"sign_up": row.identity, "seen": sign_ups.last_answer(row)},
        style="primary",
        replaces=True,
    )
    return reason_form(
        turn,
        say(language, "sign_up_answers.decline.title", name=person.name or "–"),
        _before_declining(session, turn, row, person),
        say(language, "sign_up_answers.decline.reason"),
        (saving, *offers(language, "signup.volunteers")),
        longest=LONGEST_REASON,
        value=turn.value("reason"),
        error=error,
    )


def _before_declining(session: Session, turn: Turn, row: SignUp, person: Person) -> Text:
    """Who reads the reason; and who else took the volunteer in meanwhile, since the button may be older than that."""
    how = say(turn.language, "sign_up_answers.decline.how")
    if row.state != SignUpState.ACCEPTED or row.answered_at is None or row.answered_by == turn.person.id:
        return Text(text=how, style="quiet")
    other = session.get(Person, row.answered_by) if row.answered_by is not None else None
    accepted = say(
        turn.language,
        "sign_up_answers.decline.accepted",
        by=(other.name if other else "") or "–",
        name=person.name or "–",
        day=saying_dates.day(turn.language, row.answered_at.astimezone(turn.zone).date()),
    )
    return Text(text=f"{accepted} {how}", style="warning")


def _places_form(session: Session, turn: Turn, group: Workgroup, error: str = "") -> Card:
    language, now = turn.language, group_places.of(session, group)
    question = Question(
        name="places",
        label=say(language, "sign_up_answers.places.label"),
        value=turn.value("places") if error else str(now or ""),
        longest=5,
        error=error,
    )
    saving = Button(
        title=say(language, "sign_up_answers.places.save"),
        action="signup.places_set",
        values={"group": group.key},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(language, "sign_up_answers.places.title", group=group.title),
        blocks=(Text(text=say(language, "sign_up_answers.places.how"), style="quiet"),),
        questions=(question,),
        buttons=(saving, *offers(language, "signup.groups")),
        language=language,
        outcome="refused" if error else "answered",
    )


def _counted(session: Session, turn: Turn, group: Workgroup, every: list[SignUp]) -> str:
    states = [row.state for row in every if row.workgroup_key == group.key]
    number = group_places.of(session, group)
    values = {state: states.count(state) for state in (SignUpState.ASKED, SignUpState.IN_LINE, SignUpState.ACCEPTED)}
    key = "sign_up_answers.groups.unlimited" if number is None else "sign_up_answers.groups.limited"
    return say(turn.language, key, places=number, **values)


def _for_group(turn: Turn, group: Workgroup, every: list[SignUp], *, is_only: bool) -> tuple[Button, ...]:
    """Of the only group the buttons need not say the name."""
    waiting = sum(row.workgroup_key == group.key and row.state == SignUpState.ASKED for row in every)
    title, named = told(group.title, turn.language), "_only" if is_only else ""
    setting = Button(
        title=short(say(turn.language, f"sign_up_answers.places.button{named}", group=title)),
        action="signup.places",
        values={"group": group.key},
    )
    accepting = Button(
        title=short(say(turn.language, f"sign_up_answers.all.button{named}", group=title)),
        action="signup.accept_all",
        values={"group": group.key},
    )
    return (setting, *((accepting,) if waiting else ()))


def _beyond(session: Session, turn: Turn, key: int, refused: Refused) -> Card:
    """The limit is told, and asked about: it may have been lowered, or be meant otherwise."""
    _, person = sign_ups.get(session, turn.person, turn.programme.key, key)
    pressing = Button(
        title=say(turn.language, "sign_up_answers.beyond.press"),
        action="signup.accept",
        values={"sign_up": key, "beyond": True},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(turn.language, "sign_up_answers.beyond.title", name=person.name or "–", **refused.values),
        blocks=(
            Text(
                text=say_many(turn.language, "sign_up_answers.beyond.text", refused.values["places"], **refused.values)
            ),
        ),
        buttons=(pressing, *offers(turn.language, "signup.groups", "signup.volunteers")),
        language=turn.language,
        outcome="clarify",
    )


def _sure(turn: Turn, group: Workgroup, count: int, held: int, beyond: int) -> Card:
    # Those taken in already may be more than the places: of the others no more than all of them are beyond.
    pressing = Button(
        title=say_many(turn.language, "sign_up_answers.all.press", count),
        action="signup.accept_all",
        values={"group": group.key, "count": count, "beyond": beyond},
        style="primary",
        replaces=True,
    )
    sure = say_many(turn.language, "sign_up_answers.all.sure", count, group=group.title)
    return Card(
        title=sure if count else say(turn.language, "sign_up_answers.all.none", group=group.title),
        blocks=(
            *((Text(text=say(turn.language, "sign_up_answers.all.told")),) if count else ()),
            *((Text(text=say_many(turn.language, "sign_up_answers.all.held", held)),) if held else ()),
            *(
                (Text(text=say_many(turn.language, "sign_up_answers.all.beyond", min(beyond, count)), style="warning"),)
                if beyond
                else ()
            ),
        ),
        buttons=(*((pressing,) if count else ()), *offers(turn.language, "signup.volunteers")),
        language=turn.language,
    )


def _next(turn: Turn, start: int, count: int) -> tuple[Button, ...]:
    if start >= count:
        return ()
    title = say(turn.language, "sign_up_answers.next")
    return (Button(title=title, action="signup.volunteers", values={"start": start}),)
