"""An audience gets a message once each, of its own programme only, and the report adds up."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from storage import audiences, broadcasts, claims, employees, lanes, outbox, sign_ups, workgroups
from storage.audiences import EVERYONE, Audience
from storage.database import Database, Session
from storage.employees import Listed
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import Refused
from storage.workgroups import Member
from tests.conftest import NOW, make_person

TODAY = date(2020, 11, 24)
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
GROUP = "osu-omstilling"
PAY = Audience(units=("Lønn",))
SENT_ON_PURPOSE = {Status.SKIPPED, Status.FAILED}


def met(session: Session, directory_id: str, programme: str = "osu2020") -> Person:
    """Somebody whom the bot has met, with that id in the directory."""
    person = make_person(session, f"account-{directory_id}", programme=programme)
    address = session.get_one(Address, person.address_id)
    address.directory_id = directory_id
    session.add(address)
    session.flush()
    return person


def save(session: Session, *listed: Listed, programme: str = "osu2020") -> None:
    employees.save(session, programme, listed, TODAY)


def owed(
    session: Session, audience: Audience, programme: str = "osu2020", key: str = "once", now: datetime = NOW
) -> dict[tuple[Status, str | None], int]:
    """What the report says when an announcement to the audience was expanded; the preview said the same."""
    reach = audiences.reach(session, audience, audiences.moment(session, programme, now))
    message = outbox.write(session, programme, Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_audience(session, programme, message, audience, key, now)
    while broadcasts.expand(session, broadcast.id or 0):
        pass
    planned, counts = broadcasts.report(session, broadcast.id or 0)
    assert planned == sum(counts.values()) == reach.planned
    assert {why: count for (_, why), count in counts.items() if why} == reach.reasons
    return counts


def receivers(session: Session) -> list[int]:
    rows = select(OutboxRow.person_id).where(OutboxRow.status == Status.WAITING).order_by(OutboxRow.person_id)
    return [row for row in session.exec(rows) if row is not None]


def test_a_unit_gets_it_and_who_lacks_the_app_is_counted(session: Session) -> None:
    kari, ola = met(session, "kari"), met(session, "ola")
    make_person(session, "unlisted")
    save(
        session,
        Listed("kari", None, "Kari", "Lønn"),
        Listed("ola", None, "Ola", "HR"),
        Listed("per", None, "Per", "Lønn"),
    )
    counts = owed(session, PAY)
    assert counts == {(Status.WAITING, None): 1, (Status.FAILED, "not_installed"): 1}
    assert receivers(session) == [kari.id]
    assert ola.id not in receivers(session)


def test_everyone_is_who_is_here_and_whom_the_file_adds_each_once(session: Session) -> None:
    met(session, "kari")
    make_person(session, "unlisted")
    save(session, Listed("kari", None, "Kari"), Listed("per", None, "Per"))
    counts = owed(session, EVERYONE)
    assert counts == {(Status.WAITING, None): 2, (Status.FAILED, "not_installed"): 1}
    assert len(set(receivers(session))) == 2


def test_without_a_people_file_everyone_is_who_is_here(session: Session) -> None:
    for _ in range(3):
        make_person(session)
    assert owed(session, EVERYONE) == {(Status.WAITING, None): 3}


def test_nobody_of_another_programme_gets_it(session: Session) -> None:
    both = met(session, "both", programme="os2019")
    theirs = met(session, "theirs", programme="os2019")
    ours = met(session, "ours")
    save(session, Listed("both", None, "Both", "Lønn"), Listed("ours", None, "Ours", "Lønn"))
    save(session, Listed("both", None, "Both", "Lønn"), Listed("theirs", None, "Theirs", "Lønn"), programme="os2019")
    for key, audience in (("unit", PAY), ("everyone", EVERYONE)):
        assert owed(session, audience, key=key) == {(Status.WAITING, None): 2}
    assert receivers(session) == sorted([both.identity, ours.identity] * 2)
    owed(session, PAY, programme="os2019", key="theirs")
    assert receivers(session).count(theirs.identity) == 1
    assert receivers(session).count(both.identity) == 3


@pytest.mark.parametrize(
    ("starts", "ends", "reason"),
    [
        (None, None, None),
        (TODAY, TODAY, None),
        (TODAY + timedelta(days=1), None, "outside_dates"),
        (None, TODAY - timedelta(days=1), "outside_dates"),
    ],
)
def test_outside_their_dates_somebody_gets_nothing(
    session: Session, starts: date | None, ends: date | None, reason: str | None
) -> None:
    kari = met(session, "kari")
    kari.is_muted = False
    save(session, Listed("kari", None, "Kari", "Lønn", starts_on=starts, ends_on=ends))
    expected = {(Status.SKIPPED if reason else Status.WAITING, reason): 1}
    assert owed(session, PAY, key="unit") == owed(session, EVERYONE, key="everyone") == expected
    message = outbox.write(session, "osu2020", Kind.NOTICE, CARDS)
    outbox.owe(session, kari, message, "notice", now=NOW)
    notice = session.exec(select(OutboxRow).where(OutboxRow.idempotency_key == "notice")).one()
    assert notice.reason == reason


def test_the_day_is_the_organisations(session: Session) -> None:
    met(session, "kari")
    save(session, Listed("kari", None, "Kari", "Lønn", starts_on=TODAY + timedelta(days=1)))
    late = datetime.fromisoformat("2020-11-24T23:30:00+00:00")
    assert owed(session, PAY, now=late) == {(Status.WAITING, None): 1}


def test_who_is_gone_from_the_file_gets_nothing_and_is_counted_where_they_are_still_here(session: Session) -> None:
    met(session, "kari")
    save(session, Listed("kari", None, "Kari", "Lønn"), Listed("per", None, "Per", "Lønn"))
    save(session, Listed("eva", None, "Eva", "Lønn"))
    assert owed(session, EVERYONE) == {(Status.SKIPPED, "left"): 1, (Status.FAILED, "not_installed"): 1}
    assert owed(session, PAY, key="unit") == {(Status.FAILED, "not_installed"): 1}


def test_what_they_chose_and_lost_is_counted_with_its_reason(session: Session) -> None:
    muted, removed = met(session, "muted"), met(session, "removed")
    muted.is_muted = True
    session.add(muted)
    assert removed.address_id is not None
    claims.mark_gone(session, removed.address_id, "gone")
    save(session, Listed("muted", None, "M", "Lønn"), Listed("removed", None, "R", "Lønn"))
    assert owed(session, PAY) == {(Status.SKIPPED, "switched_off"): 1, (Status.FAILED, "gone"): 1}


def test_all_that_is_named_must_fit(session: Session) -> None:
    save(
        session,
        Listed("1", None, "A", "Lønn", "Bergen", "fast"),
        Listed("2", None, "B", "HR", "Bergen", "fast"),
        Listed("3", None, "C", "Lønn", "Oslo", "fast"),
        Listed("4", None, "D", "Lønn", "Bergen", "vikar"),
    )
    when = audiences.moment(session, "osu2020", NOW)
    sizes = [
        audiences.size(session, audience, when)
        for audience in (
            PAY,
            Audience(units=("Lønn", "HR"), sites=("Bergen",)),
            Audience(units=("Lønn",), sites=("Bergen",), employments=("fast",)),
            Audience(units=("Ukjent",)),
        )
    ]
    assert sizes == [3, 3, 1, 0]


def test_who_is_written_to_by_email_is_known_by_it(session: Session) -> None:
    lanes.open_lane(session, "email", 0.0)
    person = make_person(session, "kari@b.no", channel="email")
    save(session, Listed("kari", "kari@b.no", "Kari", "Lønn"))
    assert owed(session, PAY) == {(Status.WAITING, None): 1}
    assert receivers(session) == [person.id]


def test_of_one_employees_chat_and_email_the_chat_gets_it(session: Session) -> None:
    make_person(session, "kari@b.no", channel="email")
    in_chat = met(session, "kari")
    save(session, Listed("kari", "kari@b.no", "Kari", "Lønn"))
    assert owed(session, PAY) == {(Status.WAITING, None): 1}
    assert receivers(session) == [in_chat.id]


def test_a_workgroup_is_who_signed_up_and_whose_name_one_employee_alone_has(session: Session) -> None:
    group = workgroups.get(session, "osu2020", GROUP)
    volunteer, gone, _ = met(session, "volunteer"), met(session, "gone"), met(session, "other")
    for person in (volunteer, gone):
        sign_ups.sign_up(session, person, group, NOW)
    sign_ups.withdraw(session, gone, group, NOW)
    for position, name in enumerate(("Unn Unik", "Per Hansen", "Ukjent Navn", "Vil Frivillig")):
        session.add(Member(programme_key="osu2020", workgroup_key=GROUP, position=90 + position, name=name))
    session.flush()
    save(
        session,
        Listed("unn", None, "Unn Unik"),
        Listed("per-1", None, "Per Hansen"),
        Listed("per-2", None, "Per Hansen"),
        Listed("volunteer", None, "Vil Frivillig"),
    )
    counts = owed(session, Audience(workgroup=GROUP))
    assert counts == {(Status.WAITING, None): 1, (Status.FAILED, "not_installed"): 1}
    assert receivers(session) == [volunteer.id]


def test_an_audience_of_nobody_is_refused(session: Session) -> None:
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    for wrong, key in (
        (PAY, "refused.audience.empty"),
        (Audience(workgroup=GROUP), "refused.audience.empty"),
        (Audience(workgroup="nothing"), "refused.workgroup.unknown"),
        (Audience(workgroup=GROUP, units=("Lønn",)), "refused.audience.mixed"),
    ):
        with pytest.raises(Refused) as refused:
            broadcasts.owe_audience(session, "osu2020", message, wrong, key, NOW)
        assert refused.value.key == key


def test_the_audience_is_that_of_the_decision(session: Session) -> None:
    group = workgroups.get(session, "osu2020", GROUP)
    volunteer, later = met(session, "volunteer"), met(session, "later")
    sign_ups.sign_up(session, volunteer, group, NOW)
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_audience(session, "osu2020", message, Audience(workgroup=GROUP), "once", NOW)
    sign_ups.sign_up(session, later, group, NOW + timedelta(seconds=1))
    sign_ups.withdraw(session, volunteer, group, NOW + timedelta(seconds=1))
    broadcasts.expand(session, broadcast.id or 0)
    assert receivers(session) == [volunteer.id]


def test_who_meets_the_bot_after_the_decision_is_counted_once(session: Session) -> None:
    save(session, Listed("kari", None, "Kari", "Lønn"))
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_everyone(session, "osu2020", message, "once", NOW)
    met(session, "kari")
    broadcasts.expand(session, broadcast.id or 0)
    assert broadcasts.report(session, broadcast.id or 0) == (1, {(Status.WAITING, None): 1})


def test_names_are_shown_to_whom_they_may_be(session: Session) -> None:
    leader, coordinator = make_person(session, "l", "leader"), make_person(session, "c", "leader", "coordinator")
    nobody = make_person(session, "n")
    volunteer = met(session, "volunteer")
    sign_ups.sign_up(session, volunteer, workgroups.get(session, "osu2020", GROUP), NOW)
    save(session, Listed("1", None, "Åse", "Lønn"), Listed("2", None, "Per", "Lønn"), Listed("3", None, "Ola", "HR"))
    when, group = audiences.moment(session, "osu2020", NOW), Audience(workgroup=GROUP)
    assert audiences.sample(session, leader, PAY, when, 5) == ["Per", "Åse"]
    assert audiences.sample(session, nobody, PAY, when, 5) == []
    assert audiences.sample(session, leader, group, when, 5) == []
    assert audiences.sample(session, coordinator, group, when, 5) == [volunteer.name]


HUMAN = st.fixed_dictionaries(
    {
        "is_met": st.booleans(),
        "programme": st.sampled_from(["osu2020", "os2019"]),
        "listed": st.sampled_from(["", "osu2020", "os2019", "both"]),
        "unit": st.sampled_from(["Lønn", "HR"]),
        "ends": st.sampled_from([None, TODAY, TODAY - timedelta(days=1)]),
        "state": st.sampled_from(["well", "muted", "gone", "no address"]),
        "is_signed_up": st.booleans(),
        "is_gone_from_file": st.booleans(),
    }
)


@pytest.mark.parametrize("chunk", [1, 3, 1000])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(humans=st.lists(HUMAN, max_size=7), audience=st.sampled_from([EVERYONE, PAY, Audience(workgroup=GROUP)]))
def test_whatever_people_are_like_the_counts_add_up_and_each_gets_it_once(
    database: Database, chunk: int, humans: list[dict[str, object]], audience: Audience
) -> None:
    with pytest.MonkeyPatch.context() as patch, database.writing() as session:
        patch.setattr(broadcasts, "CHUNK", chunk)
        play(session, humans)
        try:
            owed(session, audience)
        except Refused:
            assert audiences.size(session, audience, audiences.moment(session, "osu2020", NOW)) == 0
        got = receivers(session)
        assert len(got) == len(set(got))
        for number, human in enumerate(humans):
            person = session.exec(select(Person).where(Person.name == f"Account-{number}")).first()
            if person is not None:
                assert (person.id in got) == is_meant(human, audience)
        # Each example leaves nothing behind.
        session.rollback()


def play(session: Session, humans: list[dict[str, object]]) -> None:
    lists: dict[str, list[Listed]] = {"osu2020": [], "os2019": []}
    leaving: dict[str, list[Listed]] = {"osu2020": [], "os2019": []}
    for number, human in enumerate(humans):
        one = Listed(str(number), None, f"Navn {number}", str(human["unit"]), ends_on=human["ends"])  # type: ignore[arg-type]
        for programme in lists:
            if human["listed"] in (programme, "both"):
                (leaving if human["is_gone_from_file"] else lists)[programme].append(one)
        if human["is_met"]:
            settle(session, met(session, str(number), str(human["programme"])), human)
    for programme, listed in lists.items():
        save(session, *listed, *leaving[programme], programme=programme)
        save(session, *listed, programme=programme)


def settle(session: Session, person: Person, human: dict[str, object]) -> None:
    if human["is_signed_up"]:
        sign_ups.sign_up(session, person, workgroups.get(session, "osu2020", GROUP), NOW)
    if human["state"] == "gone":
        claims.mark_gone(session, person.address_id or 0, "gone")
    person.is_muted = human["state"] == "muted"
    person.address_id = None if human["state"] == "no address" else person.address_id
    session.add(person)
    session.flush()


def is_meant(human: dict[str, object], audience: Audience) -> bool:
    """The same rule, told the long way: of one human at a time."""
    was_listed = human["listed"] in ("osu2020", "both")
    is_listed = was_listed and not human["is_gone_from_file"]
    if human["state"] != "well" or (was_listed and human["is_gone_from_file"]):
        return False
    if is_listed and human["ends"] not in (None, TODAY):
        return False
    if audience == PAY:
        return is_listed and human["unit"] == "Lønn"
    if audience.workgroup:
        return bool(human["is_signed_up"])
    return is_listed or human["programme"] == "osu2020"
