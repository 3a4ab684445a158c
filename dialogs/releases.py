"""Release from daily work (frikjøp): leaders answer, coordinators say who is to be asked or write the answer down."""

from dialogs import release_lines, release_notices
from dialogs.card import MOST_BUTTONS, Button, Card, Facts, Items, Question, Text
from dialogs.offers import offers, short
from dialogs.reason_form import reason_form
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import release_steps, releases, same_person, sign_ups, workgroups
from storage.database import Session
from storage.people import Person
from storage.refusals import Refused
from storage.releases import Release, ReleaseState
from storage.sign_ups import LONGEST_REASON, SignUp

#: How many one card lists, each with a button of its own.
MOST_LISTED = 4
#: What the form for a leader can be corrected for.
_WRONG_LEADER = ("refused.person.unknown", "refused.person.several", "refused.email.address", "refused.release.oneself")
_WRONG_REASON = ("refused.release.no_reason", "refused.release.long_reason")
#: Longest that names a leader, in characters.
LONGEST_NAME = 254


def listed(session: Session, turn: Turn) -> Card:
    """Who waits for the answer of whoever asks: nobody else's."""
    rows = release_steps.of_leader(session, turn.person, turn.programme.key)
    titles = {group.key: told(group.title, turn.language) for group in workgroups.every(session, turn.programme.key)}
    shown = rows[:MOST_LISTED]
    items = tuple(
        (person.name or "–", f"{titles.get(sign_up.workgroup_key, '')}. {release_lines.for_coordinator(turn, row)}")
        for row, sign_up, person in shown
    )
    buttons = tuple(
        Button(
            title=short(say(turn.language, "releases.look", name=person.name or "–")),
            action="release.one",
            values={"release": row.identity},
        )
        for row, _, person in shown
    )
    return Card(
        title=say_many(turn.language, "releases.list.title", len(rows))
        if rows
        else say(turn.language, "releases.none"),
        blocks=(Items(items=items),) if items else (),
        buttons=(*buttons, *offers(turn.language, "help"))[:MOST_BUTTONS],
        language=turn.language,
    )


def one(session: Session, turn: Turn) -> Card:
    """What is asked, with its answers; once more after the notice is gone."""
    row, sign_up = release_steps.get(session, turn.person, turn.programme.key, _key(turn))
    if row.state == ReleaseState.GIVEN:
        raise Refused("refused.release.answered")
    group = workgroups.get(session, turn.programme.key, sign_up.workgroup_key)
    return release_notices.question(row, sign_up, session.get_one(Person, sign_up.person_id), group, turn.language)


def yes(session: Session, turn: Turn) -> Card:
    """The leader says yes, or a coordinator writes down that they did; the volunteer is told."""
    row, is_new = release_steps.answer(
        session, turn.person, turn.programme.key, _key(turn), is_given=True, reason="", now=turn.now
    )
    if is_new:
        release_notices.answered(session, row, turn.now)
    return _done(session, turn, row)


def no(session: Session, turn: Turn) -> Card:
    """The form for why not."""
    row, sign_up = release_steps.get(session, turn.person, turn.programme.key, _key(turn))
    return _reason_form(session, turn, row, sign_up)


def refused(session: Session, turn: Turn) -> Card:
    """A no for a reason; the volunteer and the coordinators are told, and the place is kept until they decide."""
    try:
        row, is_new = release_steps.answer(
            session,
            turn.person,
            turn.programme.key,
            _key(turn),
            is_given=False,
            reason=turn.value("reason"),
            now=turn.now,
        )
    except Refused as wrong:
        if wrong.key not in _WRONG_REASON:
            raise
        found, sign_up = release_steps.get(session, turn.person, turn.programme.key, _key(turn))
        return _reason_form(session, turn, found, sign_up, say(turn.language, wrong.key, **wrong.values))
    if is_new:
        release_notices.answered(session, row, turn.now)
    return _done(session, turn, row)


def choose_leader(session: Session, turn: Turn) -> Card:
    """For coordinators: where the release stands, and the form for who is asked."""
    row, person = sign_ups.get(session, turn.person, turn.programme.key, _sign_up(turn))
    return _leader_form(session, turn, row, person)


def asked(session: Session, turn: Turn) -> Card:
    """Asks that leader, and tells them."""
    sign_up, person = sign_ups.get(session, turn.person, turn.programme.key, _sign_up(turn))
    try:
        before = _is_asked(session, sign_up)
        leader = same_person.by_name_or_email(session, turn.programme.key, turn.value("leader"))
        row, is_new = release_steps.ask(session, turn.person, turn.programme, sign_up.identity, leader, turn.now)
    except Refused as wrong:
        if wrong.key not in _WRONG_LEADER:
            raise
        return _leader_form(session, turn, sign_up, person, say(turn.language, wrong.key, **wrong.values))
    if is_new:
        release_notices.ask(session, row)
        if before is not None:
            release_notices.passed_on(session, row, before)
    by_email = same_person.is_by_email_only(session, leader)
    return Card(
        title=say(turn.language, "releases.asked.title", name=person.name or "–"),
        blocks=(
            Text(text=release_lines.for_coordinator(turn, row)),
            *((Text(text=say(turn.language, "releases.asked.by_email")),) if by_email else ()),
        ),
        buttons=offers(turn.language, "signup.volunteers"),
        language=turn.language,
        outcome="done",
    )


def _is_asked(session: Session, sign_up: SignUp) -> Person | None:
    """The leader whose answer is waited for; who answered already need not hear who is asked next."""
    row = releases.find(session, sign_up.identity)
    if row is None or row.state != ReleaseState.ASKED or row.leader_id is None:
        return None
    return session.get_one(Person, row.leader_id)


def _key(turn: Turn) -> int:
    key = turn.values.get("release")
    return key if type(key) is int else -1


def _sign_up(turn: Turn) -> int:
    key = turn.values.get("sign_up")
    return key if type(key) is int else -1


def _done(session: Session, turn: Turn, row: Release) -> Card:
    sign_up = session.get_one(SignUp, row.sign_up_id)
    person = session.get_one(Person, sign_up.person_id)
    group = workgroups.get(session, turn.programme.key, sign_up.workgroup_key)
    return Card(
        title=say(turn.language, f"releases.done.{row.state}", name=person.name or "–", group=group.title),
        blocks=(Text(text=say(turn.language, f"releases.done.{row.state}.text")),),
        buttons=offers(
            turn.language, "release.list" if row.leader_id == turn.person.id else "signup.volunteers", "help"
        ),
        language=turn.language,
        outcome="done",
    )


def _reason_form(session: Session, turn: Turn, row: Release, sign_up: SignUp, error: str = "") -> Card:
    language, person = turn.language, session.get_one(Person, sign_up.person_id)
    saving = Button(
        title=say(language, "releases.refuse.send"),
        action="release.refused",
        values={"release": row.identity},
        style="primary",
        replaces=True,
    )
    return reason_form(
        turn,
        say(language, "releases.refuse.title", name=person.name or "–"),
        Text(text=say(language, "releases.refuse.how"), style="quiet"),
        say(language, "releases.refuse.reason"),
        (saving, *offers(language, "help")),
        longest=LONGEST_REASON,
        value=turn.value("reason"),
        error=error,
    )


def _leader_form(session: Session, turn: Turn, sign_up: SignUp, person: Person, error: str = "") -> Card:
    language, row = turn.language, releases.find(session, sign_up.identity)
    if row is not None and row.state == ReleaseState.GIVEN:
        raise Refused("refused.release.answered")
    leader = release_lines.leader_of(session, row)
    facts = [(say(language, "releases.state"), release_lines.for_coordinator(turn, row))] if row else []
    facts += [(say(language, "releases.leader"), leader)] if leader else []
    asking = Button(
        title=say(language, "releases.ask.send"),
        action="signup.release_ask",
        values={"sign_up": sign_up.identity},
        style="primary",
        replaces=True,
    )
    question = Question(
        name="leader",
        label=say(language, "releases.ask.leader"),
        value=turn.value("leader"),
        required=True,
        longest=LONGEST_NAME,
        error=error,
    )
    # What the leader said by another way is written down here; nobody turns a leader's no into a yes.
    is_asked = row is not None and row.state == ReleaseState.ASKED
    writing_down = release_notices.answering(row, language) if row is not None and is_asked else ()
    return Card(
        title=say(language, "releases.ask.title", name=person.name or "–"),
        blocks=(
            *((Facts(facts=tuple(facts)),) if facts else ()),
            Text(text=say(language, "releases.ask.how"), style="quiet"),
        ),
        questions=(question,),
        buttons=(
            asking,
            *(
                button.model_copy(
                    update={"title": say(language, f"releases.by_hand.{button.action[8:]}"), "style": "default"}
                )
                for button in writing_down
            ),
            *offers(language, "signup.volunteers"),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )
