"""What happens between a sign-up and its answer: leaders release people or keep silent, coordinators ask, some write
e-mails; and what must be true of it, from the tables read with plain SQL."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from bot.turns import Turns
from storage.database import Database
from storage.employees import Employee
from storage.people import Person
from storage.releases import Release
from storage.sign_ups import SignUp
from tests.talk import Talk

PROGRAMME = "osu2020"
LEADERS = 30
#: Leaders of these numbers never answer; the one after them has messages turned off.
SILENT = 5
#: Of the volunteers, so many have no nearest leader in the people file, or write an e-mail instead of using the chat.
WITHOUT_LEADER, BY_EMAIL = 0.15, 0.1
#: How likely a leader answers on a day, and a volunteer who was asked something.
ANSWERING_A_DAY, REPLYING_A_DAY = 0.4, 0.5
#: How many a coordinator asks a day, and for how many they name a leader.
ASKED_A_DAY = NAMED_A_DAY = 3


def leader(number: int) -> str:
    return f"lead-{number:02}"


def as_employee(talk: Talk) -> Talk:
    """Somebody whom the directory knows by an id."""
    talk.where = talk.where.model_copy(update={"directory_id": f"id-{talk.where.account}"})
    return talk


def fill(database: Database, turns: Turns, names: list[str], chance: Any, now: datetime) -> None:
    """The people file, and leaders who have met the bot."""
    leaders = [leader(number) for number in range(LEADERS)]
    with database.writing() as session:
        for name in [*names, *leaders]:
            has_leader = name not in leaders and chance.random() >= WITHOUT_LEADER
            session.add(
                Employee(
                    programme_key=PROGRAMME,
                    name=name.title(),
                    email=f"{name}@osu.no",
                    directory_id=f"id-{name}",
                    leader_email=f"{leader(chance.randrange(LEADERS))}@osu.no" if has_leader else None,
                )
            )
    for name in leaders:
        as_employee(Talk(turns, name, now)).act("help")
    as_employee(Talk(turns, leader(SILENT), now)).act("subscription.set", on=False)


def register(coordinator: Talk, group: str, name: str) -> None:
    coordinator.act("signup.registered", group=group, people=f"{name.title()}, {name}@osu.no")


def answer_releases(turns: Turns, database: Database, chance: Any, now: datetime) -> tuple[int, int]:
    """Leaders look at who waits for them; returns how many said yes, and how many no."""
    with database.reading() as session:
        rows = session.execute(
            select(Release.id, Person.name)
            .join(Person, Person.id == Release.leader_id)  # type: ignore[arg-type]
            .where(Release.state == "asked")
            .order_by(Release.id)  # type: ignore[arg-type]
        ).all()
    given = refused = 0
    for key, name in rows:
        if int(name[-2:]) <= SILENT or chance.random() >= ANSWERING_A_DAY:
            continue
        talk = as_employee(Talk(turns, name.lower(), now))
        if chance.random() < 0.15:
            refused += talk.act("release.refused", release=key, reason="Vi er for få").outcome == "done"
        else:
            given += talk.act("release.yes", release=key).outcome == "done"
    return given, refused


def name_leaders(coordinator: Talk, database: Database, chance: Any) -> None:
    """A coordinator finds out for some who the nearest leader is; sometimes another one than who keeps silent."""
    with database.reading() as session:
        keys = session.exec(
            select(Release.sign_up_id)
            .join(SignUp, SignUp.id == Release.sign_up_id)  # type: ignore[arg-type]
            .where(SignUp.ended_at.is_(None), Release.state.in_(("needed", "refused")))  # type: ignore[union-attr,attr-defined]
            .order_by(Release.id)  # type: ignore[arg-type]
        ).all()
    for key in chance.sample(keys, min(len(keys), NAMED_A_DAY)):
        coordinator.act("signup.release_ask", sign_up=key, leader=f"{leader(chance.randrange(LEADERS))}@osu.no")


def ask(coordinator: Talk, keys: list[int], chance: Any) -> None:
    for key in chance.sample(keys, min(len(keys), ASKED_A_DAY)):
        coordinator.act("signup.asked", sign_up=key, text="Kan du på tirsdager?")


def reply(turns: Turns, database: Database, chance: Any, now: datetime) -> int:
    with database.reading() as session:
        rows = session.execute(
            text(
                "SELECT q.id, p.name FROM sign_up_question q JOIN sign_up s ON s.id = q.sign_up_id "
                "JOIN person p ON p.id = s.person_id WHERE q.answered_at IS NULL AND s.withdrawn_at IS NULL "
                "AND s.registered_by IS NULL ORDER BY q.id"
            )
        ).all()
    those = [(key, name) for key, name in rows if chance.random() < REPLYING_A_DAY]
    for key, name in those:
        as_employee(Talk(turns, name.lower(), now)).act("signup.replied", question=key, answer="Ja")
    return len(those)


def broken(database: Database, today: date) -> list[str]:
    """What must not be at the end, when every day that was given is over."""
    checks = {
        "a release got no answer and nobody was told": (
            "SELECT count(*) FROM work_release r JOIN sign_up s ON s.id = r.sign_up_id WHERE s.withdrawn_at IS NULL "
            "AND r.state IN ('needed', 'asked') AND r.escalated_at IS NULL"
        ),
        "somebody was taken in without the release they need": (
            "SELECT count(*) FROM work_release r JOIN sign_up s ON s.id = r.sign_up_id "
            "WHERE s.state = 'accepted' AND r.state <> 'given'"
        ),
        "a leader was asked about somebody who had ended it": (
            "SELECT count(*) FROM work_release r JOIN sign_up s ON s.id = r.sign_up_id "
            "WHERE r.asked_at > s.withdrawn_at"
        ),
        "a release was answered and the volunteer not told": (
            "SELECT count(*) FROM work_release r JOIN sign_up s ON s.id = r.sign_up_id "
            "WHERE r.state IN ('given', 'refused') AND NOT EXISTS (SELECT 1 FROM outbox o WHERE "
            "o.person_id = s.person_id AND o.idempotency_key LIKE 'release:' || r.id || ':' || r.state || ':%')"
        ),
        "a question did not go to its volunteer, or twice": (
            "SELECT count(*) FROM sign_up_question q JOIN sign_up s ON s.id = q.sign_up_id WHERE (SELECT count(*) "
            "FROM outbox o WHERE o.person_id = s.person_id AND o.idempotency_key = 'sign_up_question:' || q.id) <> 1"
        ),
        "somebody in line was not told how it stands": (
            "SELECT count(*) FROM sign_up s JOIN workgroup g ON g.programme_key = s.programme_key AND "
            "g.key = s.workgroup_key WHERE s.state = 'in_line' AND g.reply_days IS NOT NULL "
            f"AND (s.told_by IS NULL OR s.told_by <= '{today - timedelta(days=1)}')"
        ),
        "somebody in line is promised an answer that nobody can give": (
            "SELECT count(*) FROM promise p JOIN sign_up s ON s.person_id = p.person_id AND "
            "s.workgroup_key = p.about_key AND s.programme_key = p.programme_key WHERE s.state = 'in_line' "
            "AND p.kept_at IS NULL AND p.dropped_at IS NULL"
        ),
    }
    with database.reading() as session:
        counted = {name: session.execute(text(statement)).scalar_one() for name, statement in checks.items()}
    return [f"{name}: {count}" for name, count in counted.items() if count]
