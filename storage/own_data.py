"""Own data: every place of the main database that tells of a person, and all that is there of one of them.

Each table is in one of the lists below: a test goes through all of them and fails for one that is in none, and for a
column that names a person and is not accounted for.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as sqlmodel_select

from storage import downloads, employees
from storage.outbox import Message, OutboxRow
from storage.people import Address, Person

#: Whose rows these are: the table, and the column that says so. Erased with the person; of ``person``, ``address`` and
#: of what was sent to many an emptied row stays, see storage/erasing.py.
OF_PERSON = {
    "person": "id",
    "address": "person_id",
    "digest_covered": "person_id",
    "download": "person_id",
    "group_seat": "person_id",
    "joined_person": "person_id",
    "outbox": "person_id",
    "personal_reminder": "person_id",
    "promise": "person_id",
    "quiet_hours": "person_id",
    "receipt": "person_id",
    "role_grant": "person_id",
    "sending_form": "person_id",
    "sent_question": "person_id",
    "sign_up": "person_id",
    "sprint_team_member": "person_id",
    "stream_owner": "person_id",
    "topic_following": "person_id",
}
#: What is the person's by way of another row: found by their conversations, accounts or messages; erased as well.
BY_ANOTHER_ROW = (
    "competence_shared",
    "conversation",
    "decision_ask",
    "message",
    "progress",
    "received",
    "sign_up_question",
    "snoozed_message",
    "web_post",
    "work_release",
)
#: What of somebody else's names the person: emptied when they are erased.
NAMED_BY_OTHERS = ("joined_person.by_email_id", "role_change.stands_for", "role_grant.stands_for")
#: Columns that say who did something for the programme: each with what it is, which is why it is kept, without a name.
#: ``own_data.kept.…`` in the catalogues tells it.
DONE_IN_A_ROLE = {
    "amendment.decided_by": "announcement",
    "announcement.author_id": "announcement",
    "announcement.sender_id": "announcement",
    "announcement_decision.said_by": "decision",
    "announcement_obligation.marked_by": "announcement",
    "announcement_urgency.marked_by": "announcement",
    "approval.asked_by": "announcement",
    "approval.decided_by": "announcement",
    "broadcast.stopped_by": "announcement",
    "competence_need.set_by": "competence",
    "competence_switch.confirmed_by": "competence_confirmed",
    "competence_switch.ended_by": "competence",
    "competence_switch.switched_by": "competence",
    "correction.decided_by": "announcement",
    "correction.written_by": "announcement",
    "decision.ended_by": "decision",
    "decision.made_by": "decision",
    "decision.settled_by": "decision",
    "decision_answer.person_id": "decision",
    "decision_entry.written_by": "decision",
    "decision_step.recorded_by": "decision",
    "delivery.changed_by": "delivery",
    "delivery.made_by": "delivery",
    "delivery_queue_look.looked_by": "delivery",
    "delivery_step.person_id": "delivery",
    "download.person_id": "export",
    "group_places.set_by": "volunteers",
    "initiative_assessment.closed_by": "initiative",
    "initiative_assessment.opened_by": "initiative",
    "initiative_change.changed_by": "initiative",
    "initiative_idea.proposed_by": "idea",
    "initiative_score.person_id": "points",
    "group_work.said_by": "group",
    "input_outcome.published_by": "outcome",
    "joined_person.joined_by": "volunteers",
    "meeting_record.changed_by": "group",
    "proposal.changed_by": "proposal",
    "proposal.made_by": "proposal",
    "proposal_consequence.assessed_by": "proposal",
    "proposal_involvement.recorded_by": "proposal",
    "proposal_step.person_id": "proposal",
    "recommendation_step.said_by": "recommendation",
    "risk_review.owner_id": "risk",
    "risk_review_part.said_by": "risk",
    "risk_review_step.person_id": "risk",
    "role_change.person_id": "role",
    "sent_question.answered_by": "answer",
    "report_rhythm.set_by": "status_report",
    "sign_up.answered_by": "volunteers",
    "sign_up.registered_by": "volunteers",
    "sign_up_question.answered_by": "volunteers",
    "sign_up_question.asked_by": "volunteers",
    "sprint.set_by": "delivery",
    "sprint_demo.planned_by": "delivery",
    "sprint_team.changed_by": "delivery",
    "sprint_work.recorded_by": "delivery",
    "sprint_work.taken_by": "delivery",
    "status_answer.person_id": "status_report",
    "status_item.asked": "status_report",
    "status_report.edited_by": "status_report",
    "status_report.sent_by": "status_report",
    "stream_owner.given_by": "status_report",
    "top_approval.asked_by": "top",
    "top_approval.decided_by": "top",
    "top_list.set_by": "top",
    "top_rhythm.set_by": "top",
    "work_release.answered_by": "volunteers",
    "work_stream.made_by": "status_report",
    "work_release.leader_id": "volunteers",
    "work_release.wanted_by": "volunteers",
}
#: The employer's own list, which the next file would bring back: told, and not erased here.
PEOPLE_FILE = "employee"
#: Tables that tell of nobody, or of nobody whom the bot could connect with an account; each with why.
OF_NOBODY = {
    "announcement_attachment": "what an announcement shows",
    "announcement_buttons": "which buttons an announcement has",
    "announcement_page": "the key of a page",
    "announcement_version": "an announcement in another language; who wrote it is the announcement's author",
    "calendar_entry": "what a calendar last said of a meeting or milestone",
    "calendar_link": "the key of a group's calendar, which everyone who has it shares",
    "composition_rule": "the programme's file",
    "conversation_group": "where a channel or group chat is, and nothing of its members",
    "criteria_version": "the programme's file",
    "dated_role": "the programme's file: names as documents have them, connected with no account",
    "erased_remains": "that something is to be taken off the disk",
    "fact": "the programme's file, and answers as they were published",
    "initiative": "the programme's file, and ideas as they were proposed; who proposed one is in initiative_idea",
    "group_meeting": "the programme's file",
    "input_answers": "a number a day",
    "lane": "the pace of a platform",
    "member": "the programme's file: names as documents have them, connected with no account",
    "milestone": "the programme's file",
    "noted": "the programme's file as it was",
    "occurrence": "when the clock did something for a programme",
    "phase": "the programme's file",
    "plan_change": "what changed in the programme's file",
    "programme": "the programme's file",
    "report_look": "the machine's account of whoever ran a command, which is no account of the bot's",
    "source": "the programme's file",
    "status_told": "a report as it was sent; who is erased is named in it no more",
    "unanswered_count": "a number a week",
    "workgroup": "the programme's file",
    "workspace": "a Slack workspace's token",
}

#: What else of a row that somebody made in a role is about nobody but them.
_OWN_TOO = {
    "download": ("kind", "about", "asked_at", "fetched_at", "times_fetched"),
    "role_change": ("role", "workgroup_key", "is_taken", "starts_on", "ends_on", "changed_at"),
}

Rows = list[dict[str, Any]]


def of(session: Session, person: Person) -> dict[str, Rows]:
    """All that is stored of a person and is theirs, by table; an empty list where there is nothing."""
    found = {table: _rows(session, table, _column(table, name) == person.id) for table, name in OF_PERSON.items()}
    keys, accounts = conversations_of(session, person), accounts_of(session, person)
    sign_up_ids = [row["id"] for row in found["sign_up"]]
    for table in ("competence_shared", "sign_up_question", "work_release"):
        found[table] = _rows(session, table, _column(table, "sign_up_id").in_(sign_up_ids))
    row_ids = [row["id"] for row in found["outbox"]]
    found["conversation"] = _rows(session, "conversation", _column("conversation", "key").in_(keys))
    found["received"] = _rows(session, "received", _column("received", "conversation").in_(keys))
    found["web_post"] = _rows(session, "web_post", _column("web_post", "account").in_(accounts))
    for table in ("snoozed_message", "decision_ask", "progress"):
        found[table] = _rows(session, table, _column(table, "row_id").in_(row_ids))
    sent = {row["message_id"] for row in found["outbox"]} | {row["sent_as"] for row in found["snoozed_message"]}
    found["message"] = _rows(session, "message", _column("message", "id").in_(sent - {None}))
    return found


def done_in_a_role(session: Session, person: Person) -> dict[str, Rows]:
    """What the person did for the programme, by ``table.column``; only where there is anything."""
    found = {}
    for name in DONE_IN_A_ROLE:
        table, _, column = name.partition(".")
        which = _column(table, column) == person.id
        if table == "download":
            which = and_(which, _column(table, "kind").in_(downloads.LISTS))
        if table == "sign_up_question":
            # What they were asked themselves, and answered, is theirs as a volunteer.
            own = select(_column("sign_up", "id")).where(_column("sign_up", "person_id") == person.id)
            which = and_(which, _column(table, "sign_up_id").not_in(own))
        rows = _rows(session, table, which)
        if rows:
            found[name] = [_own_part(row, table, column) for row in rows]
    return found


def _own_part(row: dict[str, Any], table: str, column: str) -> dict[str, Any]:
    """Which row it is, that it was this person, and when they did it: what else stands there may be somebody else's, as
    the words of who asked a question in confidence, and those of a volunteer."""
    doing = column.removesuffix("_by").removesuffix("_id")
    own = {"id", "key", "programme_key", column, f"{doing}_at", f"{doing}_on", *_OWN_TOO.get(table, ())}
    return {name: value for name, value in row.items() if name in own}


def in_people_file(session: Session, person: Person) -> Rows:
    """What the employer's people file says of them, found as it is for sending: by the directory's id or the e-mail."""
    addresses = _addresses(session, person)
    ids = [address.directory_id for address in addresses if address.directory_id]
    emails = [address.account for address in addresses if address.channel == employees.BY_EMAIL]
    return _rows(
        session,
        PEOPLE_FILE,
        or_(_column(PEOPLE_FILE, "directory_id").in_(ids), _column(PEOPLE_FILE, "email").in_(emails)),
    )


def conversations_of(session: Session, person: Person) -> list[str]:
    """What the person's own conversations may be known by; a group's is not theirs."""
    keys: set[str] = set()
    for address in _addresses(session, person):
        keys |= {
            address.conversation,
            f"{address.channel}:{address.conversation}",
            f"{address.channel}:{address.tenant}:{address.account}",
        }
    return sorted(keys - {""})


def accounts_of(session: Session, person: Person) -> list[str]:
    return sorted(address.account for address in _addresses(session, person))


def messages_of(session: Session, person: Person) -> list[tuple[OutboxRow, Message]]:
    """What the person was sent or is owed, the newest first."""
    rows = session.execute(
        select(OutboxRow, Message)
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .where(col(OutboxRow.person_id) == person.id)
        .order_by(col(OutboxRow.id).desc())
    )
    return [(row, message) for row, message in rows]


def _addresses(session: Session, person: Person) -> list[Address]:
    return list(session.exec(sqlmodel_select(Address).where(Address.person_id == person.id).order_by(col(Address.id))))


def _column(table: str, name: str) -> ColumnElement[Any]:
    return SQLModel.metadata.tables[table].c[name]


def _rows(session: Session, table: str, which: Any) -> Rows:
    here = SQLModel.metadata.tables[table]
    order: Iterable[Any] = here.primary_key.columns
    found = session.connection().execute(select(here).where(which).order_by(*order))
    return [dict(row) for row in found.mappings()]
