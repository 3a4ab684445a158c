"""What concerns one person, at a glance: for channels that have a place for it."""

from dialogs import digests, milestones, people, saying_dates, sign_ups
from dialogs.card import Button, Card, Items, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import anonymous_input, approvals, promises, release_steps, top_approvals, unanswered
from storage import milestones as plan
from storage import people as roles
from storage import sign_ups as signing_up
from storage.database import Session
from storage.ideas import PROMISED

#: How many milestones, and how many requests for approval with a button each.
MOST_NEXT, MOST_APPROVALS = 3, 2


def concerns(session: Session, turn: Turn) -> tuple[Card, ...]:
    """What is next, what one signed up for, what one was promised, what waits for one's role, and one's settings."""
    waiting = work(session, turn)
    promised = promised_to(session, turn)
    return (
        next_ones(session, turn),
        *((waiting,) if waiting else ()),
        sign_ups.status(session, turn),
        *((promised,) if promised else ()),
        people.settings(session, turn),
    )


def next_ones(session: Session, turn: Turn) -> Card:
    """The next milestones, the soonest first."""
    rows = plan.coming_up(session, turn.programme.key, turn.today)[:MOST_NEXT]
    if not rows:
        return milestones.upcoming(session, turn)
    lines = tuple((told(row.title, turn.language), saying_dates.when(turn.language, row)) for row in rows)
    return Card(
        title=say(turn.language, "home.title", programme=turn.programme.name),
        blocks=(Text(text=say(turn.language, "home.next"), style="strong"), Items(items=lines)),
        buttons=offers(turn.language, "milestone.list", "workgroup.list", "input.submit", "help"),
        language=turn.language,
    )


def promised_to(session: Session, turn: Turn) -> Card | None:
    """The answers that one waits for; None where there are none."""
    who, programme = turn.person.identity, turn.programme.key
    days = promises.standing_of(session, [who], programme, "sign_up").get(who, [])
    of_ideas = promises.standing_of(session, [who], programme, PROMISED).get(who, [])
    asked = unanswered.waiting_of(session, [who], programme).get(who, 0)
    lines = digests.waits_lines(turn.language, days, asked, of_ideas)
    if not lines:
        return None
    return Card(
        title=say(turn.language, "home.promised"),
        blocks=(Items(items=lines),),
        buttons=offers(turn.language, "signup.status"),
        language=turn.language,
    )


def work(session: Session, turn: Turn) -> Card | None:
    """What waits for those who have a role in the programme, or are asked for a release; None where nothing does."""
    held = roles.roles(session, turn.person, turn.programme.key)
    lines: list[str] = []
    buttons: list[Button] = []
    if held & set(approvals.APPROVING):
        lines, buttons = _approvals(session, turn)
    if asked := len(release_steps.of_leader(session, turn.person, turn.programme.key)):
        lines.append(say_many(turn.language, "home.work.releases", asked))
        buttons.append(offer(turn.language, "release.list"))
    for role, count, key, action in (
        ("leader", _questions, "home.work.questions", "question.list"),
        ("coordinator", _volunteers, "home.work.volunteers", "signup.volunteers"),
        ("input_handler", _inputs, "home.work.inputs", "input.read"),
    ):
        if role in held and (number := count(session, turn)):
            lines.append(say_many(turn.language, key, number))
            buttons.append(offer(turn.language, action))
    if not lines:
        return None
    return Card(
        title=say(turn.language, "home.work"),
        blocks=(Items(items=tuple((line, "") for line in lines)),),
        buttons=tuple(buttons),
        language=turn.language,
    )


def _approvals(session: Session, turn: Turn) -> tuple[list[str], list[Button]]:
    found = [
        ("announcement.approval", request.id, announcement.title)
        for request, announcement in approvals.undecided(session, turn.person, turn.programme.key)
    ]
    top = [
        ("top.approval", request.id, say(turn.language, "home.work.top"))
        for request in top_approvals.undecided(session, turn.person, turn.programme.key)
    ]
    lines = [say_many(turn.language, "home.work.approvals", len(found + top))] if found + top else []
    buttons = [
        Button(
            title=short(say(turn.language, "home.work.look", title=title)),
            action=action,
            values={"approval": request},
            style="primary",
        )
        for action, request, title in (found + top)[:MOST_APPROVALS]
    ]
    return lines, buttons


def _questions(session: Session, turn: Turn) -> int:
    return unanswered.how_many_wait(session, turn.programme.key)


def _volunteers(session: Session, turn: Turn) -> int:
    return signing_up.how_many_wait(session, turn.person, turn.programme.key)


def _inputs(session: Session, turn: Turn) -> int:
    if turn.inputs is None:
        return 0
    return anonymous_input.how_many_wait(turn.inputs, session, turn.person, turn.programme.key)
