"""What was sent is changed where it arrived, all of it, once, and the figures add up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from storage import amendments, announcements, broadcasts, claims, corrections, email_addresses, groups, lanes, outbox
from storage.amendments import Amendment, Tally
from storage.announcements import Announcement
from storage.claims import Claimed
from storage.corrections import State
from storage.database import Session
from storage.groups import Group
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, lapse, make_person

PEOPLE = 5


@pytest.fixture
def leader(session: Session) -> Person:
    """The leader, and four others of the programme."""
    lanes.open_lane(session, "emulator", 0.0)
    lanes.open_lane(session, "email", 0.0)
    for number in range(PEOPLE - 1):
        make_person(session, f"employee-{number}")
    return make_person(session, "leader", "leader")


@pytest.fixture
def sent(session: Session, leader: Person) -> Announcement:
    """An announcement that is owed to all of them, each with a row."""
    return owed(session, leader)


def owed(session: Session, leader: Person, group: Group | None = None) -> Announcement:
    announcement = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
    message = written(session, Kind.ANNOUNCEMENT, "Velkommen.")
    key = f"announcement:{announcement.id}"
    broadcast = (
        broadcasts.owe_group(session, "osu2020", message, group, key)
        if group
        else broadcasts.owe_everyone(session, "osu2020", message, key, NOW)
    )
    announcements.mark_sent(session, leader, announcement, 1, broadcast.id or 0, NOW, group.id if group else None)
    while broadcasts.expand(session, broadcast.id or 0):
        pass
    return announcement


def written(session: Session, kind: Kind, title: str, **flags: Any) -> Message:
    cards = {"nb": {"title": title, "buttons": [{"title": "Hjelp", "action": "help"}]}}
    return outbox.write(session, "osu2020", kind, cards, **flags)


def titles(session: Session, rows: list[Claimed]) -> list[str]:
    return [outbox.cards(session, row.message_id)["nb"]["title"] for row in rows]


def recall(session: Session, leader: Person, announcement: Announcement) -> Amendment:
    message = written(session, Kind.RECALL, "Trukket tilbake")
    return amendments.recall(session, leader, announcement, "Feil dato.", message, NOW)


def correct(session: Session, leader: Person, announcement: Announcement, is_resent: bool = False) -> Amendment:
    said = f"Versjon {announcement.version + 1}"
    change = corrections.propose(session, leader, announcement, "Kickoff", said, "Datoen", is_resent, NOW)
    message = written(session, Kind.CORRECTION, said)
    resent = written(session, Kind.ANNOUNCEMENT, f"Rettelse: {said}") if is_resent else None
    corrections.make(session, leader, change, announcement, message, resent, NOW)
    return amendments.of(session, announcement)[-1]


def claim(session: Session, most: int = 100, lane: str = "emulator") -> list[Claimed]:
    session.flush()
    return claims.claim(session, lane, most, 30)


def begin(session: Session, rows: list[Claimed]) -> list[Claimed]:
    assert all(claims.begin_attempt(session, row) for row in rows)
    return rows


def settle(session: Session, rows: list[Claimed]) -> None:
    for row in rows:
        claims.settle(session, row.ended(Status.SENT, platform_id=row.edits or f"id-{row.id}"))
    session.expire_all()


def send(session: Session, most: int = 100, lane: str = "emulator") -> list[Claimed]:
    rows = begin(session, claim(session, most, lane))
    settle(session, rows)
    return rows


def look(session: Session, amendment: Amendment) -> None:
    """One pass over all of the broadcast's rows."""
    session.flush()
    while amendments.expand(session, amendment.id or 0):
        pass
    session.flush()
    session.expire_all()


def edits(session: Session) -> list[tuple[str, str | None]]:
    session.expire_all()
    rows = session.exec(select(OutboxRow).where(col(OutboxRow.amends_id).is_not(None))).all()
    return sorted((row.status.value if isinstance(row.status, Status) else row.status, row.reason) for row in rows)


def test_what_arrived_is_changed_in_place_and_what_waits_is_not_sent(
    session: Session, leader: Person, sent: Announcement
) -> None:
    arrived = send(session, 3)
    amendment = recall(session, leader, sent)
    assert not [row for row in claim(session) if claims.begin_attempt(session, row)]
    look(session, amendment)
    changes = send(session)
    assert sorted(row.edits or "" for row in changes) == sorted(f"id-{row.id}" for row in arrived)
    assert {row.message_id for row in changes} == {amendment.message_id}
    assert amendments.tally(session, amendment) == Tally(3, 0, 3, 0, 0, {})
    assert broadcasts.report(session, sent.broadcast_id or 0)[1] == {
        (Status.SENT, None): 3,
        (Status.SKIPPED, "stopped"): 2,
    }


@pytest.mark.parametrize("decide", [recall, correct])
def test_what_was_on_the_wire_when_it_was_decided_is_not_missed(
    session: Session, leader: Person, sent: Announcement, decide: Callable[..., Amendment]
) -> None:
    send(session, 2)
    on_the_wire = begin(session, claim(session, 1))
    amendment = decide(session, leader, sent)
    look(session, amendment)
    assert len(edits(session)) == 2
    assert amendment.next_at is not None
    settle(session, on_the_wire)
    look(session, amendment)
    assert len(edits(session)) == 3
    assert f"id-{on_the_wire[0].id}" in [row.edits for row in claim(session)]


@pytest.mark.parametrize("decide", [recall, correct])
def test_what_began_without_knowing_of_it_is_found_when_all_that_could_have_is_over(
    session: Session, leader: Person, sent: Announcement, decide: Callable[..., Amendment]
) -> None:
    """On PostgreSQL an attempt may begin on what was true a moment before, and be seen by nobody who looks then."""
    (unaware,) = claim(session, 1)
    old = unaware.message_id
    amendment = decide(session, leader, sent)
    look(session, amendment)
    assert (edits(session), amendment.next_at) == ([], amendment.settles_at)
    arrived = update(OutboxRow).where(col(OutboxRow.id) == unaware.id)
    session.execute(arrived.values(status="sent", platform_id="late", message_id=old, next_at=None))
    amendment.settles_at = 0.0
    look(session, amendment)
    assert (edits(session), amendment.next_at) == ([("waiting", None)], None)
    assert amendments.due(session) == []


def test_who_waits_gets_the_corrected_text_even_if_claimed_before(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session, 2)
    (claimed,) = claim(session, 1)
    amendment = correct(session, leader, sent)
    session.flush()
    assert not claims.begin_attempt(session, claimed)
    claims.give_back(session, claimed)
    assert titles(session, send(session)) == ["Versjon 2"] * (PEOPLE - 2)
    look(session, amendment)
    assert {row.message_id for row in send(session)} == {amendment.message_id}
    assert amendments.tally(session, amendment) == Tally(2, 0, 2, 0, 0, {})
    assert broadcasts.report(session, sent.broadcast_id or 0)[1] == {(Status.SENT, None): PEOPLE}
    correct(session, leader, sent)
    assert amendments.tally(session, amendment).had == 2


def test_who_has_no_row_yet_gets_the_corrected_text(session: Session, leader: Person) -> None:
    announcement = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
    broadcast = broadcasts.owe_everyone(session, "osu2020", written(session, Kind.ANNOUNCEMENT, "x"), "once", NOW)
    announcements.mark_sent(session, leader, announcement, 1, broadcast.id or 0, NOW)
    amendment = correct(session, leader, announcement)
    session.flush()
    broadcasts.expand(session, broadcast.id or 0)
    assert titles(session, send(session)) == ["Versjon 2"] * PEOPLE
    look(session, amendment)
    assert (claim(session), amendments.tally(session, amendment)) == ([], Tally(0, 0, 0, 0, 0, {}))


def test_who_has_no_row_yet_gets_the_corrected_text_when_and_if_they_would_have_got_the_first(
    session: Session, leader: Person
) -> None:
    announcement = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
    before = written(session, Kind.ANNOUNCEMENT, "x", is_required=True, useful_until=NOW + timedelta(days=9))
    broadcast = broadcasts.owe_everyone(session, "osu2020", before, "once", NOW)
    announcements.mark_sent(session, leader, announcement, 1, broadcast.id or 0, NOW)
    correct(session, leader, announcement)
    correct(session, leader, announcement)
    leader.is_muted = True
    session.flush()
    broadcasts.expand(session, broadcast.id or 0)
    assert broadcasts.report(session, broadcast.id or 0) == (PEOPLE, {(Status.WAITING, None): PEOPLE})
    night = NOW.replace(hour=1)
    assert claims.claim(session, "emulator", 100, 30, night) == []
    held = broadcasts.report(session, broadcast.id or 0)[1]
    assert held == {(Status.WAITING, "quiet"): PEOPLE}


FLAGS: list[dict[str, Any]] = [
    {"is_urgent": True},
    {"is_required": True},
    {"is_unasked": True, "gathers_at": NOW},
    {"useful_until": NOW + timedelta(hours=1)},
]


@pytest.mark.parametrize("flags", FLAGS, ids=lambda flags: next(iter(flags)))
def test_what_holds_for_the_first_text_holds_for_the_corrected_one(
    session: Session, leader: Person, flags: dict[str, Any]
) -> None:
    announcement = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
    before = written(session, Kind.ANNOUNCEMENT, "x", **flags)
    broadcast = broadcasts.owe_everyone(session, "osu2020", before, "once", NOW)
    announcements.mark_sent(session, leader, announcement, 1, broadcast.id or 0, NOW)
    amendment = correct(session, leader, announcement)
    reads = session.get_one(Message, broadcast.message_id)
    assert reads.cards == session.get_one(Message, amendment.message_id).cards != before.cards
    kept = [name for name in Message.model_fields if name not in ("id", "cards")]
    assert [getattr(reads, name) for name in kept] == [getattr(before, name) for name in kept]


def test_the_corrected_text_is_not_repeated_when_nobody_knows_whether_it_arrived(
    session: Session, leader: Person, sent: Announcement
) -> None:
    correct(session, leader, sent)
    begin(session, claim(session))
    lapse(session)
    assert claim(session) == []
    session.expire_all()
    assert broadcasts.report(session, sent.broadcast_id or 0)[1] == {(Status.UNCERTAIN, "interrupted"): PEOPLE}


def test_the_corrected_text_that_a_platform_was_too_busy_for_is_asked_what_every_message_is(
    session: Session, leader: Person, sent: Announcement
) -> None:
    correct(session, leader, sent)
    for row in begin(session, claim(session)):
        claims.settle(session, row.ended(Status.WAITING, "busy", retry_in=-1.0))
    leader.is_muted = True
    assert claims.claim(session, "emulator", 100, 30, NOW.replace(hour=1)) == []
    session.expire_all()
    assert broadcasts.report(session, sent.broadcast_id or 0)[1] == {
        (Status.SKIPPED, "switched_off"): 1,
        (Status.WAITING, "quiet"): PEOPLE - 1,
    }


def test_a_recall_comes_after_the_correction_that_is_on_the_wire_and_instead_of_those_that_wait(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session)
    correction = correct(session, leader, sent)
    look(session, correction)
    on_the_wire = begin(session, claim(session, 1))
    (claimed,) = claim(session, 1)
    withdrawn = recall(session, leader, sent)
    assert not claims.begin_attempt(session, claimed)
    look(session, withdrawn)
    waiting = claim(session)
    assert (len(waiting), {row.message_id for row in waiting}) == (PEOPLE - 1, {withdrawn.message_id})
    settle(session, on_the_wire)
    look(session, withdrawn)
    settle(session, begin(session, waiting + claim(session)))
    assert edits(session) == [("sent", None)] * PEOPLE
    assert amendments.tally(session, withdrawn) == Tally(PEOPLE, 0, PEOPLE, 0, 0, {})
    assert (amendments.due(session), withdrawn.next_at) == ([], withdrawn.settles_at)


def test_a_correction_that_nobody_looked_at_yet_is_not_sent_after_a_recall(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session)
    correction = correct(session, leader, sent)
    look(session, correction)
    recall(session, leader, sent)
    assert claim(session) == []
    assert edits(session) == [("skipped", "stopped")] * PEOPLE
    assert not amendments.expand(session, correction.id or 0)


def test_a_second_correction_changes_what_the_first_one_reached_too(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session, 2)
    look(session, correct(session, leader, sent))
    send(session)
    second = correct(session, leader, sent)
    look(session, second)
    assert {row.message_id for row in send(session)} == {second.message_id}
    assert amendments.tally(session, second) == Tally(PEOPLE, 0, PEOPLE, 0, 0, {})
    assert len(edits(session)) == PEOPLE


def test_a_change_whose_outcome_nobody_knows_is_made_again(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session, 1)
    look(session, recall(session, leader, sent))
    (row,) = begin(session, claim(session))
    session.execute(update(OutboxRow).where(col(OutboxRow.id) == row.id).values(next_at=1.0))
    assert [again.edits for again in begin(session, claim(session))] == [row.edits]


def test_a_correction_that_its_sender_hears_of_late_does_not_keep_the_recall_from_being_made(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session)
    look(session, correct(session, leader, sent))
    frozen = begin(session, claim(session))
    lapse(session)
    for row in claim(session):
        claims.give_back(session, row)
    withdrawn = recall(session, leader, sent)
    look(session, withdrawn)
    settle(session, frozen)
    assert amendments.tally(session, withdrawn).waiting == PEOPLE
    assert {row.message_id for row in send(session)} == {withdrawn.message_id}
    settle(session, frozen)
    assert amendments.tally(session, withdrawn) == Tally(PEOPLE, 0, PEOPLE, 0, 0, {})


def test_a_change_that_was_given_up_is_not_made_by_an_earlier_one_that_arrived(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session, 1)
    look(session, correct(session, leader, sent))
    frozen = begin(session, claim(session, 1))
    lapse(session)
    for row in claim(session):
        claims.give_back(session, row)
    withdrawn = recall(session, leader, sent)
    look(session, withdrawn)
    (edit,) = begin(session, claim(session))
    claims.settle(session, edit.ended(Status.UNCERTAIN, outbox.INTERRUPTED))
    settle(session, frozen)
    assert amendments.tally(session, withdrawn) == Tally(1, 0, 0, 0, 0, {outbox.INTERRUPTED: 1})


@pytest.mark.parametrize("decide", [recall, correct])
def test_what_arrived_though_nobody_knew_for_long_is_changed_too(
    session: Session, leader: Person, sent: Announcement, decide: Callable[..., Amendment]
) -> None:
    frozen, *others = begin(session, claim(session))
    settle(session, others)
    lapse(session)
    assert claim(session) == []
    correct(session, leader, sent)
    amendment = decide(session, leader, sent)
    amendment.settles_at = 0.0
    look(session, amendment)
    assert len(send(session)) == PEOPLE - 1
    assert amendments.due(session) == []
    settle(session, [frozen])
    assert amendments.due(session) == [amendment.id]
    look(session, amendment)
    assert [row.edits for row in send(session)] == [f"id-{frozen.id}"]
    assert amendments.tally(session, amendment) == Tally(PEOPLE, 0, PEOPLE, 0, 0, {})
    assert amendments.due(session) == []


def test_it_is_counted_where_it_cannot_be_changed(session: Session, leader: Person) -> None:
    email_addresses.add(session, "kari@example.org", "Kari", "osu2020")
    announcement = owed(session, leader)
    arrived = send(session)
    assert len(send(session, lane="email")) == 1
    ids = [row.id for row in arrived]
    session.execute(update(OutboxRow).where(col(OutboxRow.id) == ids[0]).values(platform_id=None))
    session.execute(update(OutboxRow).where(col(OutboxRow.id) == ids[1]).values(status="uncertain"))
    amendment = recall(session, leader, announcement)
    look(session, amendment)
    refused, *others = begin(session, claim(session))
    settle(session, others)
    claims.settle(session, refused.ended(Status.FAILED, "cannot_edit"))
    assert amendments.tally(session, amendment) == Tally(5, 1, 2, 0, 0, {"by_email": 1, "cannot_edit": 2})
    assert claim(session, lane="email") == []


def test_by_email_a_correction_is_sent_anew_only_where_that_is_wanted_and_not_to_who_unsubscribed(
    session: Session, leader: Person
) -> None:
    email_addresses.add(session, "kari@example.org", "Kari", "osu2020")
    off = email_addresses.add(session, "ola@example.org", "Ola", "osu2020")
    announcement = owed(session, leader)
    send(session)
    assert len(send(session, lane="email")) == 2
    off.is_muted = True
    amendment = correct(session, leader, announcement, is_resent=True)
    look(session, amendment)
    (row,) = send(session, lane="email")
    assert (row.edits, row.kind, row.message_id) == (None, Kind.ANNOUNCEMENT, amendment.resent_id)
    assert amendments.tally(session, amendment) == Tally(7, 0, 0, 1, 5, {"switched_off": 1})
    again = correct(session, leader, announcement)
    look(session, again)
    assert claim(session, lane="email") == []
    assert amendments.tally(session, again).failed == {"by_email": 2}


def test_who_turned_messages_off_meanwhile_has_theirs_changed_too(
    session: Session, leader: Person, sent: Announcement
) -> None:
    send(session)
    leader.is_muted = True
    look(session, recall(session, leader, sent))
    assert len(send(session)) == PEOPLE


def test_a_recall_does_not_wait_behind_what_others_are_owed(
    session: Session, leader: Person, sent: Announcement
) -> None:
    (arrived,) = send(session, 1)
    owed(session, leader)
    look(session, recall(session, leader, sent))
    assert [row.edits for row in claim(session, 1)] == [f"id-{arrived.id}"]


def test_what_a_channel_was_told_is_changed_there(session: Session, leader: Person) -> None:
    group = Group(channel="emulator", conversation="19:x", service_url="http://127.0.0.1:9", team_id="t", name="Alle")
    groups.join(session, group, "osu2020")
    announcement = owed(session, leader, group)
    (arrived,) = send(session)
    look(session, recall(session, leader, announcement))
    (row,) = send(session)
    assert (row.edits, row.address.account) == (f"id-{arrived.id}", "19:x")


def test_it_is_done_in_chunks_and_nothing_else_is_touched(
    session: Session, leader: Person, sent: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amendments, "CHUNK", 2)
    other = owed(session, leader)
    assert len(send(session)) == 2 * PEOPLE
    amendment = recall(session, leader, sent)
    session.flush()
    assert [amendments.expand(session, amendment.id or 0) for _ in range(3)] == [True, True, False]
    assert len(edits(session)) == PEOPLE
    look(session, amendment)
    assert len(send(session)) == PEOPLE
    assert amendments.of(session, other) == []


def test_a_recall_is_refused_twice_before_sending_without_a_reason_and_without_the_role(
    session: Session, leader: Person, sent: Announcement
) -> None:
    message = written(session, Kind.RECALL, "x")
    draft = announcements.draft(session, leader, "osu2020", "Utkast", "x", NOW)
    other = make_person(session, "other", "leader", programme="os2019")
    for who, what, why, refused in (
        (leader, draft, "Feil.", "amendment.unsent"),
        (leader, sent, "", "recall.no_reason"),
        (leader, sent, "x" * 501, "recall.long_reason"),
        (other, sent, "Feil.", "role.leader"),
        (make_person(session, "employee-0"), sent, "Feil.", "role.leader"),
    ):
        with pytest.raises(Refused, match=refused):
            amendments.recall(session, who, what, why, message, NOW)
    assert sent.recalled_at is None
    recall(session, leader, sent)
    with pytest.raises(Refused, match=r"amendment\.recalled"):
        recall(session, leader, sent)
    with pytest.raises(Refused, match=r"amendment\.recalled"):
        correct(session, leader, sent)
    assert announcements.latest(session, "osu2020", 5, NOW) == []


def test_a_correction_is_refused_where_it_breaks_a_rule(session: Session, leader: Person, sent: Announcement) -> None:
    for title, text, what, refused in (
        ("", "Ny.", "Datoen", "no_title"),
        ("Kickoff", "x" * 4001, "Datoen", "long_text"),
        ("Kickoff", "Ny.", "", "no_what"),
        ("Kickoff", "Ny.", "x" * 201, "long_what"),
        ("Kickoff", "Velkommen.", "Datoen", "same"),
    ):
        with pytest.raises(Refused, match=refused):
            corrections.propose(session, leader, sent, title, text, what, False, NOW)
    with pytest.raises(NotAllowed):
        corrections.propose(session, make_person(session, "employee-0"), sent, "x", "Ny.", "Datoen", False, NOW)


def test_of_two_corrections_written_at_once_the_second_is_refused(
    session: Session, leader: Person, sent: Announcement
) -> None:
    other = make_person(session, "leader-2", "leader")
    first = corrections.propose(session, leader, sent, "Kickoff", "Ny.", "Datoen", False, NOW)
    second = corrections.propose(session, other, sent, "Kickoff", "Annen.", "Stedet", False, NOW)
    assert corrections.propose(session, leader, sent, "Kickoff", "Ny.", "Datoen", False, NOW).id == first.id
    message = written(session, Kind.CORRECTION, "Ny.")
    corrections.make(session, leader, first, sent, message, None, NOW)
    with pytest.raises(Refused, match=r"correction\.changed"):
        corrections.make(session, other, second, sent, message, None, NOW)
    assert (sent.text, first.state) == ("Ny.", State.MADE)
