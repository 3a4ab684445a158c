"""The decisions log: recorded once, never altered, corrected by newer versions, and nothing in it that was not made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from storage import coming_decisions, decided_announcements, decision_announcements, decision_log, decisions, programmes
from storage.database import Database
from storage.decision_log import Basis, Changed, DecisionEntry, DecisionKind, DissentOf, Standing, Worded
from storage.decisions import Decision, NotReady, WrongField
from storage.milestones import Precision
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person
from tests.storage.test_decisions import Side

OSU, OS = "osu2020", "os2019"
LATER = datetime(2020, 12, 3, 9, tzinfo=UTC)
TODAY = LATER.date()
ON = date(2020, 12, 2)
VEDTAK = Worded(
    kind=DecisionKind.POLITICAL,
    title="Innsparinger i OSU",
    text="Kommunestyret vedtok 25 millioner i innsparinger.",
    decided_by="Kommunestyret",
    first_day=ON,
    last_day=ON,
)
BESLUTNING = VEDTAK.model_copy(update={"kind": DecisionKind.ADMINISTRATIVE, "title": "Ny modell", "decided_by": "KD"})

Make = Callable[..., Person]


def vedtak(session: Session, leader: Person, form: str = "f1", **changes: object) -> DecisionEntry:
    return decision_log.record(session, leader, OSU, VEDTAK.model_copy(update=changes), LATER, TODAY, form=form)


@pytest.fixture
def leader(session: Session) -> Person:
    return make_person(session, "leder", "leader")


def test_a_vedtak_is_recorded_without_the_employers_steps_and_a_beslutning_is_not(
    session: Session, leader: Person
) -> None:
    entry = vedtak(session, leader)
    assert (entry.number, entry.kind, entry.first_day) == (1, DecisionKind.POLITICAL, ON)
    with pytest.raises(NotReady):
        decision_log.record(session, leader, OSU, BESLUTNING, LATER, TODAY, form="f2")


def test_a_programme_that_does_without_the_steps_records_a_beslutning_at_once(session: Session, leader: Person) -> None:
    programmes.get(session, OSU).discussed_before_decided = False
    entry = decision_log.record(session, leader, OSU, BESLUTNING, LATER, TODAY, form="f2")
    assert entry.decided_by == "KD"


def test_calling_it_a_vedtak_is_no_way_round_the_steps(session: Session, leader: Person) -> None:
    side = Side(session)
    key = side.decision.identity
    for by in ("Brannsjefen", "Styringsgruppen", "kommunestyret i Os"):
        worded = VEDTAK.model_copy(update={"decided_by": by})
        with pytest.raises(WrongField, match="not_political"):
            decision_log.record(session, leader, OSU, worded, LATER, TODAY, key)
    worded = BESLUTNING.model_copy(update={"decided_by": "kommunestyret"})
    with pytest.raises(WrongField, match=r"decision_log\.political"):
        decision_log.record(session, leader, OSU, worded, LATER, TODAY, key)
    with pytest.raises(NotReady):
        decision_log.record(session, leader, OSU, BESLUTNING, LATER, TODAY, key)
    entry = vedtak(session, leader)
    with pytest.raises(NotReady):
        decision_log.correct(session, leader, OSU, entry.decision_id, BESLUTNING, "Feil", 1, LATER, TODAY)


def test_a_programme_without_political_bodies_has_no_vedtak(session: Session) -> None:
    leader = make_person(session, "kd", "leader", programme="ou2021")
    with pytest.raises(WrongField, match="no_bodies"):
        decision_log.record(session, leader, "ou2021", VEDTAK, LATER, TODAY)


def test_the_record_of_a_discussed_decision_tells_with_whom_by_role(session: Session) -> None:
    side = Side(session)
    side.record_all()
    side.confirm(dissent="For fort.")
    key = side.decision.identity
    entry = decision_log.record(session, side.leader, OSU, BESLUTNING, LATER, TODAY, key)
    told = [(str(step), body) for step, body, _ in decision_log.discussed_with(session, side.decision)]
    assert told == [("discussed", "MBM"), ("safety", "")], "nobody's name, and no review"
    assert (side.decision.decided_on, side.decision.decided_by) == (ON, "KD")
    assert entry.decision_id == key


def test_the_same_again_is_once_and_something_else_is_no_record(session: Session, leader: Person) -> None:
    first = vedtak(session, leader)
    assert vedtak(session, leader).id == first.id
    with pytest.raises(Refused, match="decided"):
        vedtak(session, leader, text="Noe annet.")
    assert len(session.exec(select(DecisionEntry)).all()) == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title"),
    ({"text": ""}, "text"),
    ({"text": "x" * 2001}, "text"),
    ({"means": "x" * 1501}, "means"),
    ({"decided_by": ""}, "by"),
    ({"first_day": None}, "on"),
    ({"first_day": date(2020, 12, 4), "last_day": date(2020, 12, 4)}, "on"),
    ({"precision": Precision.MONTH, "first_day": date(2021, 1, 1), "last_day": date(2021, 1, 31)}, "on"),
    ({"basis": [{"kind": Basis.LINK, "title": "http://example.org"}]}, "basis"),
    ({"basis": [{"kind": Basis.LINK, "title": "https://example.org/a b"}]}, "basis"),
    ({"basis": [{"kind": Basis.NAMED, "title": "x"}] * 11}, "basis"),
    ({"discussed": ["Fagforbundet, 1. desember"]}, "discussed"),
    ({"dissent": "For fort."}, "dissent_of"),
    ({"dissent_of": DissentOf.MINORITY}, "dissent"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(
    session: Session, leader: Person, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongField) as refused:
        vedtak(session, leader, **changes)
    assert refused.value.field == field
    assert session.exec(select(DecisionEntry)).all() == []


def test_the_month_that_is_not_over_may_be_all_that_is_known(session: Session, leader: Person) -> None:
    month: dict[str, Any] = {
        "precision": Precision.MONTH,
        "first_day": date(2020, 12, 1),
        "last_day": date(2020, 12, 31),
    }
    entry = vedtak(session, leader, **month)
    decision = session.get_one(Decision, entry.decision_id)
    assert decision.decided_on == TODAY, "never a day to come"


@pytest.mark.parametrize("role", ["", "deputy", "coordinator", "employee_representative"])
def test_only_leaders_write(session: Session, leader: Person, role: str) -> None:
    entry = vedtak(session, leader)
    other = make_person(session, "annen", *((role,) if role else ()))
    key = entry.decision_id
    for doing in (
        lambda: vedtak(session, other, "f9"),
        lambda: decision_log.correct(session, other, OSU, key, VEDTAK, "x", 1, LATER, TODAY),
        lambda: decision_log.end(session, other, OSU, key, Standing.WITHDRAWN, None, "x", 1, LATER),
        lambda: decision_announcements.draft(session, other, OSU, entry, LATER),
    ):
        with pytest.raises(NotAllowed):
            doing()


def test_a_correction_needs_its_reason_and_what_was_looked_at(session: Session, leader: Person) -> None:
    entry = vedtak(session, leader)
    key, other = entry.decision_id, VEDTAK.model_copy(update={"text": "24 millioner."})
    with pytest.raises(WrongField, match="no_reason"):
        decision_log.correct(session, leader, OSU, key, other, "", 1, LATER, TODAY)
    _, is_new = decision_log.correct(session, leader, OSU, key, VEDTAK, "", 1, LATER, TODAY)
    assert not is_new, "it changes nothing"
    second, is_new = decision_log.correct(session, leader, OSU, key, other, "Tallet var feil.", 1, LATER, TODAY)
    assert (second.number, is_new) == (2, True)
    again, is_new = decision_log.correct(session, leader, OSU, key, other, "Tallet var feil.", 1, LATER, TODAY)
    assert (again.number, is_new) == (2, False), "pressed twice"
    third = VEDTAK.model_copy(update={"text": "23 millioner."})
    with pytest.raises(Changed):
        decision_log.correct(session, leader, OSU, key, third, "Feil igjen.", 1, LATER, TODAY)


def test_what_is_replaced_points_to_what_holds_and_never_in_a_circle(session: Session, leader: Person) -> None:
    first, second, third = (vedtak(session, leader, f"f{number}", title=f"Nr. {number}") for number in range(3))
    with pytest.raises(WrongField, match="no_other"):
        end(session, leader, first, Standing.REPLACED, None)
    end(session, leader, first, Standing.REPLACED, second.decision_id)
    end(session, leader, second, Standing.REPLACED, third.decision_id)
    for target in (first, third):
        with pytest.raises(WrongField, match="round"):
            end(session, leader, third, Standing.REPLACED, target.decision_id)
    with pytest.raises(Refused, match="unknown"):
        end(session, leader, third, Standing.REPLACED, 999)
    held = decision_log.get(session, OSU, first.decision_id)[1]
    assert (held.standing, held.replaced_by, held.text) == (Standing.REPLACED, second.decision_id, VEDTAK.text)
    kept, _ = decision_log.correct(
        session, leader, OSU, first.decision_id, VEDTAK, "Tittelen var feil.", 2, LATER, TODAY
    )
    assert kept.standing == Standing.REPLACED, "a correction does not put it into force again"


def test_what_contradicts_itself_is_not_recorded(session: Session, leader: Person) -> None:
    first, second = (vedtak(session, leader, f"f{number}", title=f"Nr. {number}") for number in range(2))
    with pytest.raises(WrongField, match="other_of_withdrawn"):
        end(session, leader, first, Standing.WITHDRAWN, second.decision_id)
    with pytest.raises(WrongField, match="other_of_stands"):
        end(session, leader, first, Standing.STANDS, second.decision_id)
    assert decision_log.get(session, OSU, first.decision_id)[1].number == 1


def test_only_what_is_of_its_kind_and_no_earlier_may_hold_instead(session: Session, leader: Person) -> None:
    programmes.get(session, OSU).discussed_before_decided = False
    earlier = ON - timedelta(days=1)
    rows = [
        vedtak(session, leader, "a", title="Den"),
        vedtak(session, leader, "b", title="Samme dag"),
        vedtak(session, leader, "c", title="Før", first_day=earlier, last_day=earlier),
        vedtak(session, leader, "d", title="Beslutning", kind=DecisionKind.ADMINISTRATIVE, decided_by="KD"),
    ]
    assert [row.title for row in decision_log.may_replace(session, OSU, rows[0])] == ["Samme dag"]
    for other in rows[2:]:
        with pytest.raises(WrongField, match="cannot_replace"):
            end(session, leader, rows[0], Standing.REPLACED, other.decision_id)
    end(session, leader, rows[0], Standing.REPLACED, rows[1].decision_id)


def test_ones_own_second_form_is_no_other_persons(session: Session, leader: Person) -> None:
    entry, other = vedtak(session, leader), make_person(session, "annen", "leader")
    end(session, leader, entry, Standing.WITHDRAWN, None)
    with pytest.raises(Changed) as own:
        end(session, leader, entry, Standing.STANDS, None)
    assert own.value.key == "refused.decision_log.changed_oneself"
    with pytest.raises(Changed) as others:
        end(session, other, entry, Standing.STANDS, None)
    assert others.value.key == "refused.decision_log.changed"


def end(session: Session, leader: Person, entry: DecisionEntry, standing: Standing, instead: int | None) -> None:
    decision_log.end(session, leader, OSU, entry.decision_id, standing, instead, "Ny sak.", 1, LATER)


def test_the_two_of_the_second_of_december_are_never_one(session: Session, leader: Person) -> None:
    coming = {one.milestone.key: one for one in coming_decisions.every(session, OSU)}
    assert {key: (one.kind, one.body) for key, one in coming.items()} == {
        "osu-beslutning": ("administrative", ""),
        "osu-kommunestyret": ("political", "osu-politisk-kommunestyre"),
    }
    entry = decision_log.record(session, leader, OSU, VEDTAK, LATER, TODAY, coming="osu-kommunestyret")
    coming = {one.milestone.key: one for one in coming_decisions.every(session, OSU)}
    assert [one.is_unrecorded(TODAY) for one in coming.values()] == [True, False]
    assert coming["osu-kommunestyret"].decision.id == entry.decision_id  # type: ignore[union-attr]
    other = VEDTAK.model_copy(update={"title": "Noe annet"})
    with pytest.raises(WrongField, match="other_kind"):
        decision_log.record(session, leader, OSU, other, LATER, TODAY, coming="osu-beslutning")


def test_what_the_plan_names_is_recorded_once(session: Session, leader: Person) -> None:
    first = decision_log.record(session, leader, OSU, VEDTAK, LATER, TODAY, coming="osu-kommunestyret", form="a")
    again = decision_log.record(session, leader, OSU, VEDTAK, LATER, TODAY, coming="osu-kommunestyret", form="b")
    assert first.id == again.id
    other = VEDTAK.model_copy(update={"title": "Noe annet"})
    with pytest.raises(Refused, match="decided"):
        decision_log.record(session, leader, OSU, other, LATER, TODAY, coming="osu-kommunestyret")


def test_nothing_is_unrecorded_before_its_days_are_over(session: Session) -> None:
    by_key = {one.milestone.key: one for one in coming_decisions.every(session, OS)}
    assert set(by_key) == {"os-vedtak-plan", "os-slutt"}
    assert not by_key["os-vedtak-plan"].is_unrecorded(date(2019, 1, 24))
    assert by_key["os-vedtak-plan"].is_unrecorded(date(2019, 1, 25))
    assert not by_key["os-slutt"].is_unrecorded(date(2019, 9, 30)), "only the month is known"
    assert by_key["os-slutt"].is_unrecorded(date(2019, 10, 1))
    assert by_key["os-vedtak-plan"].discussed_in == ["os-formannskap"]


def test_by_kind_body_and_period(session: Session, leader: Person) -> None:
    council = vedtak(session, leader)
    day: dict[str, Any] = {"first_day": date(2020, 11, 18), "last_day": date(2020, 11, 18)}
    committee = vedtak(session, leader, "f2", decided_by="Formannskapet", title="Høring", **day)

    def keys(**which: Any) -> list[int]:
        return [row.decision_id for row in decision_log.every(session, OSU, **which)]

    assert keys() == [council.decision_id, committee.decision_id]
    assert keys(body="formannskapet") == [committee.decision_id]
    assert keys(kind=DecisionKind.ADMINISTRATIVE) == []
    assert keys(first=ON, last=ON) == [council.decision_id]
    assert decision_log.every(session, OS) == []


def test_an_announcement_of_it_points_to_it_and_is_one_draft(session: Session, leader: Person) -> None:
    entry = vedtak(session, leader, means="Vi sparer fra nyttår.")
    draft = decision_announcements.draft(session, leader, OSU, entry, LATER)
    assert draft.text == "Kommunestyret vedtok 25 millioner i innsparinger.\n\nVi sparer fra nyttår."
    draft.text = "Skrevet om."
    assert decision_announcements.draft(session, leader, OSU, entry, LATER).text == "Skrevet om."
    told = decided_announcements.told_of(session, draft.id)
    assert told is not None
    assert told.id == entry.decision_id
    decided_announcements.must_be_ready(session, OSU, draft.id)  # politicians decide without the employer's steps


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.one_of(
            st.fixed_dictionaries({"text": st.text("abc æ", min_size=1, max_size=9).filter(str.strip)}),
            st.fixed_dictionaries({"standing": st.sampled_from(list(Standing))}),
        ),
        max_size=6,
    )
)
def test_whatever_is_corrected_each_earlier_version_reads_as_it_did(
    sqlite: Database, changes: list[dict[str, Any]]
) -> None:
    with sqlite.writing() as session:
        leader = make_person(session, "leder", "leader")
        other = vedtak(session, leader, "other", title="Den andre")
        key = vedtak(session, leader).decision_id
        decision = session.get_one(Decision, key)
        as_written = [as_it_reads(one) for one in decision_log.versions(session, decision)]
        for change in changes:
            seen = len(as_written)
            if "text" in change:
                worded = VEDTAK.model_copy(update=change)
                entry, is_new = decision_log.correct(session, leader, OSU, key, worded, "Rettet", seen, LATER, TODAY)
            else:
                instead = other.decision_id if change["standing"] is Standing.REPLACED else None
                entry, is_new = decision_log.end(
                    session, leader, OSU, key, change["standing"], instead, "Ny", seen, LATER
                )
            as_written += [as_it_reads(entry)] * is_new
            session.expire_all()
            assert [as_it_reads(one) for one in decision_log.versions(session, decision)] == as_written
        assert [number for number, *_ in as_written] == list(range(1, len(as_written) + 1))
        session.rollback()


def as_it_reads(entry: DecisionEntry) -> tuple[Any, ...]:
    return (entry.number, *(getattr(entry, name) for name in DecisionEntry.model_fields if name != "number"))


def test_two_who_correct_at_once_make_one_version_after_the_other(database: Database) -> None:
    with database.writing() as session:
        leaders = [make_person(session, name, "leader").identity for name in ("en", "to")]
        key = vedtak(session, session.get_one(Person, leaders[0])).decision_id

    def correct(number: int) -> str:
        worded = VEDTAK.model_copy(update={"text": f"Versjonen til {number}."})
        with database.writing() as session:
            person = session.get_one(Person, number)
            try:
                decision_log.correct(session, person, OSU, key, worded, "Rettet", 1, LATER, TODAY)
            except Changed:
                return "changed"
            return "written"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(correct, leaders)) == ["changed", "written"]
    with database.reading() as session:
        assert [row.number for row in decision_log.versions(session, session.get_one(Decision, key))] == [1, 2]


def test_what_is_decided_stands_as_the_log_has_it(session: Session, leader: Person) -> None:
    entry = vedtak(session, leader)
    day: dict[str, Any] = {"first_day": date(2020, 12, 1), "last_day": date(2020, 12, 1), "decided_by": "Formannskapet"}
    worded = VEDTAK.model_copy(update=day)
    decision_log.correct(session, leader, OSU, entry.decision_id, worded, "Feil dag.", 1, LATER, TODAY)
    decision = decisions.held(session, OSU, entry.decision_id)
    assert (decision.decided_on, decision.decided_by) == (date(2020, 12, 1), "Formannskapet")
    assert NOW < LATER
