"""The table of roles and actions: exactly those are refused that it says, by chat and page, by button and form.

The command line is in tests/bot/test_roles_of_commands.py.

A new action that is not in the table fails; so does one that somebody may do whom the table does not name.
"""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Server, Stores, make_app
from bot.clock import DemoClock
from bot.settings import TeamsSettings
from bot.signed_links import SignedLinks
from dialogs.actions import ACTIONS, PERSONAL
from dialogs.turn import Afterwards, Turn, Understood
from storage import (
    announcements,
    decisions,
    group_seats,
    people,
    programmes,
    sign_up_questions,
    sign_ups,
    tables,
    unanswered,
    workgroups,
)
from storage.database import Database, Session
from storage.people import ROLES, Person
from storage.refusals import NotAllowed, Refused
from storage.releases import Release
from storage.unanswered import Asked
from tests.conftest import NOW, make_person
from tests.talk import CheckedTurns, Talk

GROUP = "osu-omstilling"
#: Nothing is due then.
BEFORE_WORK = NOW - timedelta(hours=4)
#: Everybody who may come: nobody in particular, a volunteer who was taken in, who leads a group by their seat in it,
#: each role, and all roles of another programme. Whoever runs commands on the machine has no account here.
KINDS = ("none", "volunteer", "group leader", "elsewhere", *ROLES)
EVERYONE = frozenset(
    {
        "milestone.next",
        "milestone.list",
        "milestone.when",
        "milestone.on_date",
        "phase.current",
        "phase.about",
        "workgroup.list",
        "workgroup.about",
        "group.meetings",
        "calendar.add",
        "workgroup.join",
        "workgroup.leave",
        "signup.status",
        "release.list",
        "input.submit",
        "input.status",
        "input.poster",
        "input.who",
        "initiative.top",
        "initiative.about",
        "initiative.propose",
        "initiative.proposed",
        "initiative.edit",
        "initiative.mine",
        "initiative.list",
        "initiative.open",
        "initiative.ranking",
        "initiative.why",
        "told.on",
        "told.one",
        "risk.list",
        "risk.open",
        "person.role",
        "goal.about",
        "delivery.about",
        "delivery.queue",
        "delivery.open",
        "sprint.demo",
        "sprint.show",
        "team.open",
        "programme.about",
        "announcement.latest",
        "report.next",
        "report.latest",
        "decision.list",
        "decision.log",
        "decision.filter",
        "decision.entry",
        "decision.versions",
        "decision.document",
        "recommendation.list",
        "recommendation.open",
        "question.send",
        "question.sent",
        "subscription.set",
        "language.set",
        "settings",
        "own.show",
        "own.choose",
        "own.part",
        "own.more",
        "own.correct",
        "own.take",
        "own.erase",
        "own.erased",
        "reminder.choose",
        "snooze.latest",
        "quiet.show",
        "quiet.save",
        "quiet.snooze",
        "quiet.musts",
        "topic.follow",
        "topic.unfollow",
        "topic.following",
        "topic.choose",
        "help",
        "smalltalk",
        "out_of_scope",
        "guide.unsure",
        "guide.confirm",
        "guide.unchanged",
        "guide.empty",
        "guide.too_long",
        "guide.old_button",
        "guide.not_here",
    }
)
#: What is for whom it concerns: who was asked, who wrote it, who got it. Others are refused, whatever their role; who
#: of KINDS it concerns, as things stand here, is named. Where nobody is, there is nothing of the kind here: that a role
#: is no way in where there is something is held by tests/storage/test_proposals.py, tests/dialogs/test_meetings.py,
#: test_ideas.py, test_snoozed_messages.py and test_own_data.py, and tests/storage/test_ranking.py.
CONCERNED: dict[str, tuple[str, ...]] = {
    "meeting.open": (),
    "meeting.note": (),
    "meeting.noted": (),
    "signup.reply": (),
    "signup.replied": (),
    "initiative.edited": (),
    "initiative.move": (),
    "initiative.moved": (),
    "initiative.scored": (),
    "announcement.read": (),
    "delivery.step": (),
    "delivery.stepped": (),
    "delivery.result": (),
    "delivery.resulted": (),
    "team.take": (),
    "proposal.open": (),
    "proposal.new": (),
    "proposal.save": (),
    "proposal.assess": (),
    "proposal.assessed": (),
    "proposal.involve": (),
    "proposal.involved": (),
    "proposal.review": (),
    "proposal.take_back": (),
    "proposal.remark": (),
    "proposal.remarked": (),
    "proposal.assure": (),
    "proposal.hand_over": (),
    "proposal.withdraw": (),
    "proposal.withdrawn": (),
    "report.answer": (),
    "report.chosen": (),
    "report.answered": (),
    "own.question_back": (),
    "reminder.set": (),
    "snooze.choose": (),
    "snooze.set": (),
    "snooze.end": (),
    "together.show": (),
    "release.one": ("coordinator",),
    "release.yes": ("coordinator",),
    "release.no": ("coordinator",),
    "release.refused": ("coordinator",),
    "signup.tell": ("volunteer",),
    "signup.told": ("volunteer",),
}
#: For roles: who may, and what.
BY_ROLE: dict[tuple[str, ...], tuple[str, ...]] = {
    ("group leader", "leader", "coordinator"): (
        "group.work",
        "group.work_saved",
        "meeting.write",
        "meeting.saved",
    ),
    ("leader", "coordinator"): (
        "report.streams",
        "report.stream",
        "report.stream_added",
        "report.stream_removed",
        "report.owners",
        "report.owners_set",
        "competence.needs",
        "competence.needs_set",
        "demo.plan",
        "demo.planned",
        "risk.move",
        "risk.redo",
        "risk.redone",
        "risk.assign",
        "risk.assigned",
        "risk.document",
        "risk.documented",
        "risk.met",
        "risk.met_saved",
    ),
    ("coordinator",): (
        "composition.show",
        "competence.show",
        "competence.filled",
        "signup.volunteers",
        "signup.one",
        "signup.accept",
        "signup.decline",
        "signup.declined",
        "signup.elsewhere",
        "signup.placed",
        "signup.groups",
        "signup.accept_all",
        "signup.places",
        "signup.places_set",
        "signup.ask",
        "signup.asked",
        "signup.register",
        "signup.registered",
        "signup.withdraw",
        "signup.by_hand",
        "signup.join",
        "signup.joined",
        "signup.erase",
        "signup.erased",
        "signup.told_by_hand",
        "signup.release",
        "signup.release_ask",
        "signup.export",
        "signup.exported",
    ),
    ("input_handler",): (
        "input.read",
        "input.filter",
        "input.open",
        "input.held",
        "input.many",
        "input.answer",
        "input.answered",
        "input.statuses",
        "input.set_status",
        "input.sort",
        "input.theme",
        "input.theme_set",
        "input.merge",
        "input.merged",
        "input.part",
        "input.hold",
        "input.hold_set",
        "input.let_go",
        "input.outcome",
        "input.publish",
        "input.outcomes",
        "input.outcome_withdraw",
        "input.hand_over",
    ),
    ("whistleblowing_recipient",): (
        "whistleblowing.read",
        "whistleblowing.answer",
        "whistleblowing.answered",
    ),
    ("leader",): (
        "competence.switch",
        "competence.switched",
        "initiative.take_away",
        "initiative.taken_away",
        "initiative.scoring",
        "initiative.scoring_open",
        "initiative.scoring_close",
        "top.edit",
        "top.save",
        "top.send",
        "top.follow",
        "top.rhythm",
        "top.rhythm_set",
        "announcement.post",
        "announcement.edit",
        "announcement.preview",
        "announcement.parts",
        "announcement.version",
        "announcement.version_save",
        "announcement.version_remove",
        "announcement.attach",
        "announcement.attached",
        "announcement.buttons",
        "announcement.buttons_save",
        "announcement.audience",
        "announcement.addressed",
        "announcement.send",
        "announcement.report",
        "announcement.stop",
        "announcement.mine",
        "announcement.which",
        "announcement.discard",
        "announcement.discarded",
        "announcement.open",
        "announcement.move",
        "announcement.cancel",
        "announcement.notice",
        "announcement.recall",
        "announcement.recalled",
        "announcement.correct",
        "announcement.correcting",
        "announcement.correct_version",
        "announcement.correct_version_save",
        "announcement.correct_version_remove",
        "announcement.correct_attach",
        "announcement.correct_attached",
        "announcement.before",
        "announcement.receipt",
        "decision.new",
        "decision.save",
        "decision.decide",
        "decision.decided",
        "decision.correct",
        "decision.corrected",
        "decision.reverse",
        "decision.reversed",
        "decision.announce",
        "recommendation.set",
        "recommendation.said",
        "decision.end",
        "decision.ended",
        "delivery.new",
        "delivery.save",
        "delivery.stop",
        "delivery.stopped",
        "delivery.prioritise",
        "delivery.moved",
        "delivery.looked",
        "sprint.start",
        "sprint.started",
        "team.new",
        "team.save",
        "team.end",
        "proposal.answer",
        "proposal.answered",
        "report.draft",
        "report.pick",
        "report.introduce",
        "report.introduced",
        "report.preview",
        "report.send",
        "report.rhythm",
        "report.rhythm_set",
        "question.list",
        "question.answer",
        "question.answered",
        "question.answers",
        "question.take_back",
        "clock.ahead",
    ),
    ("leader", "deputy"): (
        "top.approval",
        "top.approve",
        "top.reject",
        "announcement.approval",
        "announcement.approve",
        "announcement.reject",
        "announcement.corrected",
        "announcement.correction",
        "announcement.correction_approve",
        "announcement.correction_reject",
        "decision.step",
        "decision.record",
    ),
    ("leader", "deputy", "employee_representative", "safety_representative"): (
        "decision.open",
        "decision.ask",
    ),
    ("safety_representative",): (
        "risk.part",
        "risk.part_saved",
    ),
    ("employee_representative", "safety_representative"): (
        "competence.confirm",
        "competence.confirmed",
        "competence.refuse",
        "competence.refused",
    ),
    ("leader", "employee_representative", "safety_representative"): (
        "initiative.score",
        "report.list",
        "report.open",
        "report.part",
        "report.document",
    ),
    ("employee_representative",): (
        "decision.confirm",
        "decision.object",
    ),
    (
        "volunteer",
        "group leader",
        "leader",
        "coordinator",
        "deputy",
        "employee_representative",
        "safety_representative",
    ): (
        "proposal.list",
        "proposal.document",
    ),
}
OF_ROLES = {action: may for may, actions in BY_ROLE.items() for action in actions}


@pytest.fixture
def world(stores: Stores) -> dict[str, Any]:
    """Something of each kind to act on, and a form's fields, all at once: what an action does not know it leaves."""
    with stores.database.writing() as session:
        volunteer, leader = make_person(session, "frivillig"), make_person(session, "leder", "leader")
        coordinator = make_person(session, "koordinator", "coordinator")
        row, _ = sign_ups.sign_up(session, volunteer, workgroups.get(session, "osu2020", GROUP), NOW)
        sign_up_questions.ask(session, coordinator, "osu2020", row.identity, "Hva kan du?", NOW)
        release = Release(
            programme_key="osu2020", sign_up_id=row.identity, begun_at=NOW, leader_id=leader.id, asked_at=NOW
        )
        session.add(release)
        asked = Asked("Når får vi vite mer?", "f", "nb", NOW.date())
        question, _ = unanswered.send(session, volunteer, "osu2020", asked)
        announcement = announcements.draft(session, leader, "osu2020", "Nytt", "Vi flytter.", NOW)
        decision = decisions.make(session, leader, "osu2020", "Flytte seksjonen", NOW)
        session.flush()
        return {
            "group": GROUP,
            "sign_up": row.identity,
            "release": release.id,
            "question": question.id,
            "announcement": announcement.id,
            "decision": decision.id,
            "step": "discussed",
            "language": "en",
            "initiative": "osu-ini-ledelse",
            "milestone": "osu-kickoff",
            "fact": "osu-anb-3",
            "kind": "volunteers",
            "review": "osu-risikovurdering",
            "title": "Tittel",
            "text": "Tekst",
            "reason": "Fordi",
        }


def somebody(session: Session, kind: str) -> Person:
    person = make_person(session, f"{kind}-{uuid.uuid4().hex[:8]}")
    become(session, person, kind)
    return person


def become(session: Session, person: Person, kind: str) -> None:
    group = workgroups.get(session, "osu2020", GROUP)
    if kind == "volunteer":
        row, _ = sign_ups.sign_up(session, person, group, NOW)
        row.state = sign_ups.SignUpState.ACCEPTED
        session.add(row)
    elif kind == "group leader":
        group_seats.give(session, person, group, NOW, leads=True)
    elif kind == "elsewhere":
        for role in ROLES:
            people.grant(session, person, "os2019", role)
    elif kind != "none":
        people.grant(session, person, "osu2020", kind)
    session.flush()


def test_every_action_is_in_the_table_once() -> None:
    listed = [*EVERYONE, *CONCERNED, *(action for actions in BY_ROLE.values() for action in actions)]
    assert sorted(listed) == sorted(ACTIONS)


def test_what_a_role_or_one_person_is_for_is_never_answered_before_a_whole_group() -> None:
    shown_to_all = {"initiative.scored", "meeting.open", "group.work", "meeting.write", "meeting.note"}
    assert {*CONCERNED, *OF_ROLES} - PERSONAL <= shown_to_all, sorted({*CONCERNED, *OF_ROLES} - PERSONAL)


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_those_are_refused_that_the_table_says(stores: Stores, world: dict[str, Any], kind: str) -> None:
    found: dict[str, str] = {}
    with stores.database.writing() as session:
        key = somebody(session, kind).identity
    for action in ACTIONS:
        found[action] = outcome(stores, key, action, world)
    may = {action for action, became in found.items() if became != "not_allowed"}
    assert may == {action for action in ACTIONS if action not in OF_ROLES or kind in OF_ROLES[action]}
    done = {action for action in CONCERNED if found[action] == "done"}
    assert done == {action for action, concerned in CONCERNED.items() if kind in concerned}
    assert {action for action in EVERYONE if found[action] == "refused"} <= NEEDS_MORE


#: What is everybody's and is refused here for want of what it is about.
NEEDS_MORE = frozenset({"decision.document", "decision.entry", "decision.versions"})


def outcome(stores: Stores, key: int, action: str, values: dict[str, Any]) -> str:
    """What comes of it, of which nothing is kept."""
    understood = Understood("workgroup.join", {"group": GROUP}, 0.6) if action == "guide.confirm" else None
    with stores.database.writing() as session:
        turn = Turn(
            session.get_one(Person, key),
            programmes.get(session, "osu2020"),
            NOW,
            "nb",
            values=dict(values),
            is_demo=True,
            inputs=stores.inputs,
            understood=understood,
            public_url="https://bot.example.org",
            sign_download=lambda *_: "/nedlasting/1.x",
        )
        try:
            shown = ACTIONS[action](session, turn)
            if isinstance(shown, Afterwards):
                shown.cards(session)
        except NotAllowed:
            return "not_allowed"
        except Refused:
            return "refused"
        finally:
            session.rollback()
    return "done"


def rows(database: Database) -> dict[str, list[str]]:
    """All rows but those of being known and of having written, and what the clock notes of the programmes by itself."""
    left_out = {"person", "address", "received", "conversation", "lane", "role_grant"}
    left_out |= {"calendar_entry", "criteria_version", "noted", "occurrence", "plan_change"}
    with database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(table.select()).all()))
            for name, table in tables.MAIN.tables.items()
            if name not in left_out
        }


@pytest.mark.parametrize("channel", ["msteams", "slack", "web"])
def test_a_forged_button_or_form_changes_nothing_on_any_channel(
    stores: Stores, world: dict[str, Any], channel: str
) -> None:
    turns = CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "osu2020")
    talk = Talk(turns, "nysgjerrig", NOW, channel)
    talk.act("help")
    before = rows(stores.database)
    for action in (*OF_ROLES, *CONCERNED):
        assert talk.act(action, **world).outcome == "refused", action
    assert rows(stores.database) == before


async def test_the_page_refuses_what_a_forged_form_asks_for(stores: Stores, world: dict[str, Any]) -> None:
    app = make_app(stores, DemoClock(BEFORE_WORK), "osu2020")
    async with TestClient(TestServer(app)) as browser:
        await browser.get("/chat")
        before = rows(stores.database)
        for action in (*OF_ROLES, *CONCERNED):
            payload = {"action": action, "values": world, "v": 1}
            sending = {"person": "1", "activity": uuid.uuid4().hex, "language": "nb", "payload": payload, "inputs": {}}
            answered = await browser.post("/chat", json=sending)
            assert answered.status == 200
        assert rows(stores.database) == before


#: What writes on the pages of an installation: what it takes, and what is answered without it. A new one has to be
#: named here. Where it takes nothing, the answer is that it was taken, or what is wrong with what was sent.
PAGES = {
    "/api/messages": ("a token of the platform's", {401}),
    "/avmelding/{token}": ("the signed link of the person's e-mail", {404}),
    "/avmelding/{token}/angre": ("the signed link of the person's e-mail", {404}),
    "/avmelding/{token}/tema": ("the signed link of the person's e-mail", {404}),
    "/innspill": ("nothing: everybody may send an input", {200, 422}),
    "/innspill/sjekk": ("nothing: it stores nothing", {200, 422}),
    "/innspill/svar": ("the receipt", {422}),
    "/innspill/svar/melding": ("the receipt", {422}),
    "/nedlasting/{token}": ("the signed link, the person and their role", {404}),
}


async def test_no_page_writes_into_the_main_database_without_what_it_takes(
    stores: Stores, world: dict[str, Any]
) -> None:
    keys = "http://127.0.0.1:9/keys"
    teams = TeamsSettings("an-app", "SingleTenant", "a-tenant", secret="s", metadata_url=keys)
    server = Server(teams, None, SignedLinks(bytes(32), "https://bot.example.org"))
    async with TestClient(TestServer(make_app(stores, DemoClock(BEFORE_WORK), "osu2020", server))) as browser:
        posts = {
            route.resource.canonical
            for route in browser.app.router.routes()  # type: ignore[union-attr]
            if route.method == "POST" and route.resource is not None
        }
        assert posts == set(PAGES)
        before = rows(stores.database)
        for path in posts:
            for token in ("1.AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --"):
                address = re.sub(r"\{[^}]*\}", token, path)
                fields = {name: str(value) for name, value in world.items()}
                sent: dict[str, Any] = {"json": fields} if path.startswith("/api/") else {"data": fields}
                answered = await browser.post(address, headers={"Origin": "https://bot.example.org"}, **sent)
                assert answered.status in PAGES[path][1], path
        assert rows(stores.database) == before
