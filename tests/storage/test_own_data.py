"""Own data: every place that tells of a person is known, and none of it is left when they had it erased."""

import json
import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from dialogs import own_data as areas
from dialogs import sign_up_notices
from dialogs.card import Card, in_each
from dialogs.offers import offers
from storage import (
    broadcasts,
    conversations,
    downloads,
    erased_remains,
    erasing,
    outbox,
    own_data,
    people,
    promises,
    sign_up_questions,
    sign_ups,
    tables,
    topics,
    unanswered,
    web_posts,
    workgroups,
)
from storage.competences import CompetenceShared
from storage.database import Database, Session
from storage.group_seats import GroupSeat
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import NotAllowed, Refused
from storage.releases import Release
from storage.sign_up_questions import SignUpQuestion
from storage.sign_ups import SignUp, Wish
from storage.sprint_teams import SprintTeam, SprintTeamMember
from storage.status_streams import StreamOwner
from storage.unanswered import Asked, Given, SentQuestion
from tests.conftest import NOW, make_person

MAIN = tables.MAIN.tables
FORMER = {"nb": "en tidligere bruker", "nn": "ein tidlegare brukar", "en": "a former user"}
#: Columns of tables that tell of nobody, whose names sound as if they did.
ONLY_SOUNDS_SO = {
    "conversation_group.bot_account",  # the bot's own
    "conversation_group.conversation",  # a channel's
    "conversation_group.name",
    "dated_role.names",
    "dated_role.person_name",  # the programme's file
    "dated_role.starts_by",  # a day
    "member.starts_by",
    "group_meeting.names",
    "fact.names",
    "initiative.names",
    "composition_rule.names",
    "lane.name",
    "member.name",  # the programme's file
    "milestone.names",
    "phase.names",
    "programme.contact_email",
    "programme.name",
    "programme.names",
    "report_look.account",  # the machine's
    "workgroup.leader_name",  # the programme's file
    "workgroup.names",
    "workspace.bot_account",
}
TELLING = re.compile(r"person|_by$|author|sender|user|account|conversation|name|e_?mail|directory")


def test_every_table_is_accounted_for_once() -> None:
    listed = [*own_data.OF_PERSON, *own_data.BY_ANOTHER_ROW, own_data.PEOPLE_FILE, *own_data.OF_NOBODY]
    by_role = {name.partition(".")[0] for name in own_data.DONE_IN_A_ROLE}
    assert len(listed) == len(set(listed))
    assert {*listed, *by_role} == set(MAIN)


def test_every_column_that_refers_to_a_person_is_accounted_for() -> None:
    """A new one has to be seen by the person and erased, or be of what stays, with the reason."""
    known = {f"{table}.{column}" for table, column in own_data.OF_PERSON.items()} | set(own_data.DONE_IN_A_ROLE)
    known |= set(own_data.NAMED_BY_OTHERS)
    referring = {
        f"{table.name}.{column.name}"
        for table in MAIN.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "person.id"
    }
    assert referring - known == set()


def test_no_column_of_a_table_of_nobody_sounds_like_a_person_without_being_looked_at() -> None:
    others = set(MAIN) - {*own_data.OF_PERSON, *own_data.BY_ANOTHER_ROW, own_data.PEOPLE_FILE}
    others -= {name.partition(".")[0] for name in own_data.DONE_IN_A_ROLE}
    sounding = {
        f"{name}.{column.name}" for name in others for column in MAIN[name].columns if TELLING.search(column.name)
    }
    assert sounding == ONLY_SOUNDS_SO


def test_every_table_of_a_person_is_in_one_part_of_what_they_see() -> None:
    shown = [table for those in areas.AREAS.values() for table in those]
    assert sorted(shown) == sorted([*own_data.OF_PERSON, *own_data.BY_ANOTHER_ROW])


#: Words that are nowhere but where the person left them.
NAME, ACCOUNT, DIRECTORY = "Fossegrim Sildefar", "konto-fossegrim-77", "dir-fossegrim-77"
WHY, CAN, ASKED_WORDS = "Motivasjonen-unik-1", "Kompetansen-unik-2", "Spørsmålsordene-unik-3"
NEEDLES = (
    NAME,
    ACCOUNT,
    DIRECTORY,
    WHY,
    CAN,
    ASKED_WORDS,
    "Notisen-unik-4",
    "Posten-unik-5",
    "Spurt-unik-6",
    "Grunnen-unik-7",
)


def card_of(title: str) -> dict[str, Any]:
    return in_each(lambda language: Card(title=title, buttons=offers(language, "help"), language=language))


def somebody(session: Session) -> Person:
    """Somebody of whom there is something nearly everywhere."""
    person = make_person(session, ACCOUNT, "coordinator")
    person.name = NAME
    address = session.get_one(Address, person.address_id)
    address.directory_id = DIRECTORY
    session.add(address)
    group = workgroups.get(session, "osu2020", "osu-omstilling")
    sign_ups.sign_up(session, person, group, NOW)
    sign_ups.tell(session, person, group, Wish(WHY, CAN, 3), NOW)
    row = session.exec(select(SignUp).where(SignUp.person_id == person.id)).one()
    coordinator = make_person(session, "en-koordinator", "coordinator")
    session.add(
        SignUpQuestion(
            programme_key="osu2020",
            sign_up_id=row.identity,
            text="Spurt-unik-6",
            asked_at=NOW,
            asked_by=coordinator.identity,
        )
    )
    session.add(CompetenceShared(sign_up_id=row.identity, shared_at=NOW))
    session.add(Release(programme_key="osu2020", sign_up_id=row.identity, begun_at=NOW, reason="Grunnen-unik-7"))
    session.add(StreamOwner(programme_key="osu2020", stream_key="stream:1", person_id=person.identity, given_at=NOW))
    session.add(GroupSeat(programme_key="osu2020", workgroup_key=group.key, person_id=person.identity, given_at=NOW))
    team = SprintTeam(programme_key="osu2020", name="Team A", changed_by=coordinator.identity, changed_at=NOW)
    session.add(team)
    session.flush()
    session.add(SprintTeamMember(programme_key="osu2020", team_id=team.identity, person_id=person.identity))
    people.grant(session, coordinator, "osu2020", "coordinator", stands_for=person.identity)
    promises.make(session, person, "osu2020", "sign_up", group.key, NOW.date(), NOW)
    for number in range(2):
        asked = Asked(f"{ASKED_WORDS} {number}", f"form-{number}", "nb", NOW.date())
        question, _ = unanswered.send(session, person, "osu2020", asked)
        if number:
            leader = make_person(session, "en-leder", "leader")
            unanswered.answer(session, leader, "osu2020", question.identity, Given("Når?", "I mai.", "Møte"))
    topics.follow(session, person, "osu2020", "workgroup:osu-omstilling", NOW)
    cards = card_of("Notisen-unik-4")
    notice = outbox.write(session, "osu2020", Kind.NOTICE, cards)
    outbox.owe(session, person, notice, "notice:1")
    told = outbox.write(session, "osu2020", Kind.NOTICE, card_of(f"{NAME} sa ja"))
    outbox.owe(session, make_person(session, "en-annen"), told, "notice:2")
    web_posts.put(session, ACCOUNT, {"title": "Posten-unik-5"})
    conversations.receive(session, f"conversation-{ACCOUNT}", "a1", NOW)
    conversations.remember(session, f"emulator:conversation-{ACCOUNT}", {"group": "osu-omstilling"})
    downloads.ask(session, person, "osu2020", downloads.Kind.OWN, NOW)
    session.flush()
    return person


def everything(session: Session) -> str:
    """All text of all tables."""
    parts = []
    for table in MAIN.values():
        parts += [
            json.dumps([str(value) for value in row], ensure_ascii=False) for row in session.execute(table.select())
        ]
    return "\n".join(parts)


def test_the_person_sees_what_they_left_everywhere(session: Session) -> None:
    person = somebody(session)
    found = own_data.of(session, person)
    missing = {"decision_ask", "digest_covered", "personal_reminder", "progress", "quiet_hours", "receipt"}
    missing |= {"joined_person", "sending_form", "snoozed_message"}
    assert {table for table, rows in found.items() if not rows} == missing
    told = json.dumps(found, default=str, ensure_ascii=False)
    assert [needle for needle in NEEDLES if needle not in told] == []


def test_what_somebody_did_in_a_role_tells_them_nothing_of_whom_it_was_about(session: Session) -> None:
    """Whoever answers a question is not told who asked it, by no number, day or word: nor is it in their file."""
    asker = somebody(session)
    for name in ("En-Leder", "En-Koordinator"):
        acting = session.exec(select(Person).where(Person.name == name)).one()
        done = own_data.done_in_a_role(session, acting)
        assert done
        told = json.dumps(done, default=str, ensure_ascii=False)
        assert [needle for needle in NEEDLES if needle in told] == []
        values = {value for rows in done.values() for row in rows for key, value in row.items() if key != "id"}
        assert asker.id not in values
    answered = own_data.done_in_a_role(session, session.exec(select(Person).where(Person.name == "En-Leder")).one())
    assert set(answered["sent_question.answered_by"][0]) <= {"id", "programme_key", "answered_by", "answered_on"}


def test_a_volunteers_own_answer_is_nothing_done_in_a_role(session: Session) -> None:
    volunteer, coordinator = make_person(session, "kari"), make_person(session, "k", "coordinator")
    row, _ = sign_ups.sign_up(session, volunteer, workgroups.get(session, "osu2020", "osu-omstilling"), NOW)
    asked = sign_up_questions.ask(session, coordinator, "osu2020", row.identity, "Hva kan du?", NOW)[0]
    sign_up_questions.reply(session, volunteer, "osu2020", asked.identity, "Jus", NOW)
    assert own_data.done_in_a_role(session, volunteer) == {}
    assert [one["answer"] for one in own_data.of(session, volunteer)["sign_up_question"]] == ["Jus"]
    assert set(own_data.done_in_a_role(session, coordinator)) == {"sign_up_question.asked_by"}


def test_nothing_of_the_person_is_left_in_any_table(session: Session) -> None:
    person = somebody(session)
    assert [needle for needle in NEEDLES if needle not in everything(session)] == []
    erasing.erase(session, person, FORMER, NOW)
    session.flush()
    session.expire_all()
    assert [needle for needle in NEEDLES if needle in everything(session)] == []
    assert "en tidligere bruker sa ja" in everything(session)
    for table, column in own_data.OF_PERSON.items():
        if table not in ("person", "address", "sent_question"):
            here = SQLModel.metadata.tables[table]
            assert session.execute(here.select().where(here.c[column] == person.id)).all() == [], table
    for name in own_data.NAMED_BY_OTHERS:
        table, _, column = name.partition(".")
        assert session.execute(MAIN[table].select().where(MAIN[table].c[column] == person.id)).all() == []


def test_an_emptied_person_is_as_one_of_whom_nothing_is_known(session: Session) -> None:
    person = somebody(session)
    person.language, person.digest, person.is_muted = "nn", "weekly", True
    erasing.erase(session, person, FORMER, NOW)
    anew = Person(id=person.id, current_programme="osu2020", is_erased=True)
    assert person.model_dump() == anew.model_dump()


def test_whoever_comes_back_is_met_anew_and_finds_nothing(session: Session) -> None:
    person = somebody(session)
    erasing.erase(session, person, FORMER, NOW)
    again = make_person(session, ACCOUNT)
    assert again.id != person.id
    assert people.roles(session, again, "osu2020") == frozenset()
    found = own_data.of(session, again)
    assert {table for table, rows in found.items() if rows} == {"person", "address"}


def test_the_next_in_line_gets_the_place_and_is_told(session: Session) -> None:
    group = workgroups.get(session, "osu2020", "osu-omstilling")
    coordinator = make_person(session, "koordinator", "coordinator")
    sign_ups.set_places(session, coordinator, group, 1)
    person, second, third = (make_person(session, f"frivillig-{number}") for number in range(3))
    for one in (person, second, third):
        sign_ups.sign_up(session, one, group, NOW)
    moved = erasing.erase(session, person, FORMER, NOW)
    assert [row.person_id for row in moved] == [second.id]
    sign_up_notices.moved_up(session, moved, NOW)
    told = session.exec(select(OutboxRow.person_id)).all()
    assert list(told) == [second.id]
    assert session.exec(select(SignUp.state).where(SignUp.person_id == third.id)).one() == "in_line"


def test_what_was_published_of_a_question_stays_and_its_words_go(session: Session) -> None:
    person = somebody(session)
    erasing.erase(session, person, FORMER, NOW)
    rows = session.exec(select(SentQuestion)).all()
    assert [(row.text, row.title, row.answer) for row in rows] == [("", "Når?", "I mai.")]
    leader = people.holders(session, "osu2020", "leader")[0]
    assert unanswered.take_back(session, leader, "osu2020", rows[0].identity).text == "Når?"


def test_a_report_still_adds_up_whatever_had_become_of_the_message(session: Session) -> None:
    persons = [make_person(session, f"ansatt-{number}") for number in range(5)]
    cards = card_of("Nytt")
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, cards)
    broadcast = broadcasts.owe_everyone(session, "osu2020", message, "announcement:1", NOW)
    assert broadcast.id is not None
    erasing.erase(session, persons[0], FORMER, NOW)  # before there is a row of theirs
    while broadcasts.expand(session, broadcast.id):
        pass
    for person, status in zip(persons[1:], (Status.WAITING, Status.SENDING, Status.SENT, Status.SENT), strict=True):
        row = session.exec(select(OutboxRow).where(OutboxRow.person_id == person.id)).one()
        row.status, row.platform_id = status, f"activity-{person.id}"
        row.next_at = row.next_at if status in (Status.WAITING, Status.SENDING) else None
        session.add(row)
    session.flush()
    for person in persons[1:4]:
        erasing.erase(session, person, FORMER, NOW)
    planned, counts = broadcasts.report(session, broadcast.id)
    assert planned == 5
    assert sum(counts.values()) == 5
    assert counts == {
        (Status.FAILED, people.NOT_INSTALLED): 2,
        (Status.UNCERTAIN, outbox.INTERRUPTED): 1,
        (Status.SENT, None): 2,
    }
    of_erased = select(OutboxRow.platform_id, OutboxRow.next_at).where(col(OutboxRow.person_id) != persons[4].id)
    assert set(session.exec(of_erased)) == {(None, None)}
    assert session.exec(select(Message.cards).where(Message.id == message.id)).one() == cards


def test_who_was_erased_is_in_no_audience(session: Session) -> None:
    person = make_person(session, "borte")
    before = broadcasts.audience(session, "osu2020", NOW)
    erasing.erase(session, person, FORMER, NOW)
    assert broadcasts.audience(session, "osu2020", NOW) == before - 1


def test_nothing_more_is_owed_to_somebody_who_was_erased(session: Session) -> None:
    person = make_person(session, "borte")
    erasing.erase(session, person, FORMER, NOW)
    message = outbox.write(session, "osu2020", Kind.NOTICE, card_of("Hei"))
    outbox.owe(session, person, message, "late")
    assert session.exec(select(OutboxRow.status, OutboxRow.next_at)).one() == (Status.FAILED, None)


def test_a_list_that_was_taken_out_stays_known_and_ones_own_file_does_not(session: Session) -> None:
    person = make_person(session, "koordinator", "coordinator")
    downloads.ask(session, person, "osu2020", downloads.Kind.OWN, NOW)
    asked = downloads.ask(session, person, "osu2020", downloads.Kind.VOLUNTEERS, NOW)
    assert downloads.find(session, asked.identity) is not None
    erasing.erase(session, person, FORMER, NOW)
    assert [row.kind for row in session.exec(select(downloads.Download))] == ["volunteers"]
    assert downloads.find(session, asked.identity) is None


def test_a_list_is_only_for_who_has_the_role_and_as_long_as_they_have_it(session: Session) -> None:
    person = make_person(session, "noen")
    with pytest.raises(NotAllowed):
        downloads.ask(session, person, "osu2020", downloads.Kind.VOLUNTEERS, NOW)
    people.grant(session, person, "osu2020", "coordinator")
    asked = downloads.ask(session, person, "osu2020", downloads.Kind.VOLUNTEERS, NOW)
    people.revoke(session, person, "osu2020", "coordinator")
    with pytest.raises(NotAllowed):
        downloads.find(session, asked.identity)


def test_a_link_is_good_for_minutes(session: Session) -> None:
    person = make_person(session, "noen")
    asked = downloads.ask(session, person, "osu2020", downloads.Kind.OWN, NOW)
    assert downloads.find(session, asked.identity) is not None
    asked.good_until -= downloads.GOOD_FOR + 1
    session.add(asked)
    session.flush()
    assert downloads.find(session, asked.identity) is None


def test_a_question_without_an_answer_is_taken_back_by_its_asker_only(session: Session) -> None:
    person = somebody(session)
    waiting, answered = session.exec(select(SentQuestion).order_by(col(SentQuestion.id))).all()
    with pytest.raises(Refused):
        unanswered.withdraw(session, make_person(session, "nysgjerrig"), waiting.identity)
    with pytest.raises(Refused):
        unanswered.withdraw(session, person, answered.identity)
    for _ in range(2):
        unanswered.withdraw(session, person, waiting.identity)
    assert session.get(SentQuestion, waiting.identity) is None


def _bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def test_nothing_is_left_in_the_file(sqlite: Database) -> None:
    """Not in a page that was freed, nor in the log; what was there before is in the file as it is."""
    path = Path(sqlite.url.database or "")
    with sqlite.writing() as session:
        person_id = somebody(session).identity
    with sqlite.writing() as session:
        # What was emptied by the person earlier lies in a page, too.
        person = session.get_one(Person, person_id)
        sign_ups.tell(session, person, workgroups.get(session, "osu2020", "osu-omstilling"), Wish("", CAN, None), NOW)
    written = {needle: needle.encode() for needle in NEEDLES if needle.isascii()}
    assert [needle for needle, raw in written.items() if raw not in _bytes_of(path)] == []
    with sqlite.writing() as session:
        erasing.erase(session, session.get_one(Person, person_id), FORMER, NOW)
    assert erased_remains.take_off_disk(sqlite, time(12))
    assert [needle for needle, raw in written.items() if raw in _bytes_of(path)] == []
    with sqlite.reading() as session:
        assert session.exec(select(erased_remains.ErasedRemains)).all() == []


def test_a_large_file_is_written_anew_at_night(database: Database) -> None:
    with database.writing() as session:
        erasing.erase(session, make_person(session, "borte"), FORMER, NOW)
    assert not erased_remains.take_off_disk(database, time(12), small=0)
    assert erased_remains.take_off_disk(database, time(3), small=0)
    assert erased_remains.take_off_disk(database, time(12))  # nothing is left to do
