"""What loading a programme file does to the tables."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from storage import initiatives, milestones, programmes, roles, sign_ups, workgroups
from storage.database import Database
from storage.initiatives import TopList
from storage.loading import Change, changes, load
from storage.milestones import Milestone, Precision
from storage.people import Person
from storage.programme_file import BrokenFile, read
from storage.programmes import Programme
from storage.refusals import Refused

NOW = datetime(2020, 11, 24, 8, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "programmes"

FIRST = """\
programme: {key: demo, name: Demo, contact: {email: null}, source: brev}
sources:
  brev: {label: brev, date: 2020-11-20}
milestones:
  - key: demo-start
    title: Oppstart
    date: {precision: day, value: 2020-12-15, inferred: Året.}
    source: brev
    inferred: Stedet.
  - {key: demo-frist, title: Frist, date: {precision: before_day, value: 2021-07-01}, source: brev}
phases:
  - {key: demo-fase, title: Fasen, start: {precision: season, value: 2020-summer}, end: {precision: none}, source: brev}
workgroups:
  - key: demo-gruppe
    title: Gruppen
    openness: open
    reply_within: {words: snart, days: 14}
    members: [{name: Kari}, {name: Per}]
    source: brev
  - {key: demo-tom, title: Den tomme, openness: open, source: brev}
people:
  - {name: Kari, names: [K], roles: [{key: demo-k, role: leder, names: [sjef], ends: {on: 2020-12-31}, source: brev}]}
initiatives:
  - {key: demo-en, title: Det ene, source: brev}
  - {key: demo-to, title: Det andre, source: brev}
goals:
  - {key: demo-mal, title: Målet, points: [en, to], source: brev, note: husk}
notes:
  - {key: demo-merk, topic: phases, text: Bare én fase, source: brev}
"""
NEW_MILESTONE = "  - {key: demo-ny, title: Ny, date: {precision: none}, source: brev}\n"


@pytest.fixture
def database(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    SQLModel.metadata.create_all(database.engine)
    with database.writing() as session:
        session.add(Programme(key="other", name="Et annet", contact_email="x@example.org"))
        session.flush()
        noise = Milestone(programme_key="other", key="demo-start", title={"nb": "Støy"}, precision=Precision.NONE)
        session.add(noise)
    yield database
    database.close()


@pytest.fixture
def loads(database: Database, tmp_path: Path):
    def loads(text: str) -> list[Change]:
        path = tmp_path / "demo.yaml"
        path.write_text(text, "utf-8")
        with database.writing() as session:
            return load(session, read(path))

    return loads


def version(database: Database) -> int:
    with database.reading() as session:
        return programmes.get(session, "demo").version


def test_a_first_load_fills_the_tables(database, loads):
    done = loads(FIRST)
    assert {change.what for change in done} == {"added"}
    assert Change("programme", "demo", "added") in done
    assert Change("goal", "demo-mal", "added") in done
    assert Change("member", "demo-gruppe/Kari", "added") in done
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        assert (programme.version, programme.contact_email) == (1, None)
        assert programme.notes == {"phases": {"nb": "Bare én fase"}}
        assert programmes.sources(session, "demo")["brev"].dated_on == date(2020, 11, 20)
        start, deadline = milestones.every(session, "demo")
        assert (start.first_day, start.inferred) == (date(2020, 12, 15), ["Stedet.", "Året."])
        assert (deadline.last_day, deadline.said_day) == (date(2021, 6, 30), date(2021, 7, 1))
        (phase,) = milestones.phases(session, "demo")
        assert (phase.start_first, phase.start_last, phase.end_last) == (date(2020, 6, 1), date(2020, 8, 31), None)
        group = workgroups.get(session, "demo", "demo-gruppe")
        assert (group.reply_within, group.reply_days) == ({"nb": "snart"}, 14)
        assert [member.name for member in workgroups.members(session, "demo", "demo-gruppe")] == ["Kari", "Per"]
        (role,) = roles.of_person(session, "demo", "Kari")
        assert (role.names, role.may_hold_on(date(2020, 12, 31)), role.may_hold_on(date(2021, 1, 1))) == (
            ["K", "sjef"],
            True,
            False,
        )
        (goal,) = programmes.facts(session, "demo", "goal")
        assert goal.details == {"points": [{"nb": "en"}, {"nb": "to"}], "note": {"nb": "husk"}}


def test_loading_twice_changes_nothing(database, loads):
    loads(FIRST)
    assert loads(FIRST) == []
    assert version(database) == 1


def test_a_comment_changes_nothing_but_the_digest(database, loads):
    loads(FIRST)
    with database.reading() as session:
        before = programmes.get(session, "demo").digest
    assert loads(FIRST + "# ny\n") == []
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        assert (programme.version, programme.digest == before) == (1, False)


def test_a_changed_file_changes_what_it_says_and_raises_the_version_once(database, loads):
    loads(FIRST)
    changed = FIRST.replace("value: 2020-12-15", "value: 2020-12-16").replace(", {name: Per}", "")
    changed = changed.replace(
        "  - {key: demo-frist",
        "  - {key: demo-ny, title: Ny, date: {precision: none}, source: brev}\n  - {key: demo-frist",
    )
    done = loads(changed)
    assert Change("milestone", "demo-start", "changed") in done
    assert Change("milestone", "demo-ny", "added") in done
    assert Change("member", "demo-gruppe/Per", "removed") in done
    assert version(database) == 2
    with database.reading() as session:
        assert milestones.get(session, "demo", "demo-start").first_day == date(2020, 12, 16)


def test_a_row_keeps_its_identity_when_it_changes(database, loads):
    loads(FIRST)
    with database.reading() as session:
        before = milestones.get(session, "demo", "demo-start").id
    loads(FIRST.replace("title: Oppstart", "title: Starten"))
    with database.reading() as session:
        assert milestones.get(session, "demo", "demo-start").id == before


def test_something_only_added_raises_the_version_too(database, loads):
    loads(FIRST)
    loads(FIRST + "rules:\n  - {key: demo-regel, text: Regelen, source: brev}\n")
    assert version(database) == 2


def test_asking_for_the_changes_changes_nothing(database, loads, tmp_path):
    loads(FIRST)
    path = tmp_path / "demo.yaml"
    path.write_text(FIRST.replace("title: Oppstart", "title: Starten"), "utf-8")
    with database.writing() as session:
        assert changes(session, read(path)) == [Change("milestone", "demo-start", "changed")]
    assert version(database) == 1
    with database.reading() as session:
        assert milestones.get(session, "demo", "demo-start").title == {"nb": "Oppstart"}


def test_a_broken_file_changes_nothing(database, loads):
    loads(FIRST)
    with pytest.raises(BrokenFile):
        loads(FIRST.replace("title: Oppstart", "title: Starten").replace("2021-07-01", "2021-07-32"))
    assert loads(FIRST) == []


def test_another_programme_is_left_alone(database, loads):
    loads(FIRST)
    loads(FIRST.replace("milestones:\n", "milestones: []\nunused:\n").partition("unused:")[0])
    with database.reading() as session:
        assert milestones.get(session, "other", "demo-start").title == {"nb": "Støy"}
        assert milestones.every(session, "demo") == []


def test_a_group_that_people_signed_up_for_stays(database, loads):
    loads(FIRST)
    with database.writing() as session:
        person = Person(name="Ola", current_programme="demo")
        session.add(person)
        session.flush()
        sign_ups.sign_up(session, person, workgroups.get(session, "demo", "demo-tom"), NOW)
    without = "\n".join(line for line in FIRST.splitlines() if "demo-tom" not in line)
    with pytest.raises(Refused) as refused:
        loads(without.replace("title: Oppstart", "title: Starten"))
    assert (refused.value.key, refused.value.values) == (
        "programme_file.in_use_sign_ups",
        {"group": {"nb": "Den tomme"}},
    )
    with database.writing() as session:
        assert milestones.get(session, "demo", "demo-start").title == {"nb": "Oppstart"}
        person = session.exec(select(Person)).one()
        sign_ups.withdraw(session, person, workgroups.get(session, "demo", "demo-tom"), NOW)
    assert Change("workgroup", "demo-tom", "removed") in loads(without)


def test_an_initiative_of_the_top_list_stays(database, loads):
    loads(FIRST)
    with database.writing() as session:
        person = Person(name="Ola", current_programme="demo")
        session.add(person)
        session.flush()
        session.add(TopList(programme_key="demo", initiative_keys=["demo-to"], set_by=person.identity, set_at=NOW))
    with pytest.raises(Refused) as refused:
        loads("\n".join(line for line in FIRST.splitlines() if "demo-to," not in line))
    assert refused.value.key == "programme_file.in_use_top_list"
    loads("\n".join(line for line in FIRST.splitlines() if "demo-en" not in line))
    with database.reading() as session:
        assert [initiative.key for initiative in initiatives.every(session, "demo")] == ["demo-to"]


@pytest.mark.parametrize("name", ["osu2020", "os2019", "ou2021"])
def test_the_programmes_that_ship_load_and_load_again_without_a_change(database, name):
    file = read(SHIPPED / f"{name}.yaml")
    with database.writing() as session:
        assert load(session, file)
    with database.writing() as session:
        assert load(session, file) == []


def test_the_dates_of_osu_2020_are_no_more_exact_than_its_documents(database):
    with database.writing() as session:
        load(session, read(SHIPPED / "osu2020.yaml"))
    with database.reading() as session:
        in_force = milestones.get(session, "osu2020", "osu-ikraft")
        assert (in_force.first_day, in_force.last_day) == (date(2021, 1, 1), date(2021, 1, 31))
        assert milestones.get(session, "osu2020", "osu-formannskapet").first_day is None
        kickoff = milestones.get(session, "osu2020", "osu-kickoff")
        assert milestones.get(session, "osu2020", kickoff.conflicts_with or "").conflicts_with == "osu-kickoff"
