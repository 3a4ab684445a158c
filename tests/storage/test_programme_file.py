"""What a programme file may say, and what is said of one that is wrong."""

from datetime import date
from pathlib import Path

import pytest

from dialogs.card import LANGUAGES
from dialogs.words import say
from storage.milestones import Precision
from storage.programme_dates import Window, window
from storage.programme_file import BrokenFile, Problem, read
from storage.programme_schema import FACT_SECTIONS
from storage.programmes import ANSWER, KINDS

GOOD = """\
programme:
  key: demo
  name: Demo
  contact: {email: hei@example.org}
  source: brev
settings:
  smallest_group: 6
sources:
  brev:
    label: {nb: "brev, udatert", nn: "brev, udatert", en: "letter, undated"}
milestones:
  - key: demo-start
    title: {nb: Oppstart, en: Start}
    names: [kickoff]
    date: {precision: day, value: 2020-12-15}
    source: brev
  - key: demo-slutt
    title: Slutt
    date: {precision: day_range, value: 2021-02-14, end: 2021-02-15}
    related: [demo-start]
    source: [brev]
phases:
  - key: demo-fase
    title: Fasen
    start: {precision: month, value: 2020-12}
    end: {precision: none}
    source: brev
workgroups:
  - key: demo-gruppe
    title: Gruppen
    openness: open
    members:
      - {name: Kari Eksempel, comes_as: Sp}
    source: brev
people:
  - name: Ola Eksempel
    roles:
      - key: demo-ola
        role: leder
        acting: true
        workgroup: demo-gruppe
        ends: {on: 2020-12-31, words: til nyttår}
        source: brev
"""

#: What is changed in the good file, the line it is found on, the problem, and a word of the remedy in bokmål.
BROKEN = [
    ("names: [kickoff]", "nmes: [kickoff]", 14, "unknown_key", "names"),
    ("openness: open", "openness: opne", 31, "not_allowed", "appointed"),
    ("precision: day,", "precision: dag,", 15, "not_allowed", "before_day"),
    ("value: 2020-12-15", "value: 2020-11-31", 15, "no_such_day", "måneden"),
    ("value: 2020-12-15", "value: 15.12.2020", 15, "day_form", "2020-12-15"),
    ("precision: month, value: 2020-12", "precision: month, value: 2020-13", 25, "month_form", "2021-01"),
    ("precision: month, value: 2020-12", "precision: month, value: 2020", 25, "month_form", "2021-01"),
    ("precision: month, value: 2020-12", "precision: season, value: 2020-winter", 25, "season_form", "summer"),
    ("end: 2021-02-15", "end: 2021-02-13", 19, "end_before_start", "byttet om"),
    (", end: 2021-02-15", "", 19, "range_without_end", "siste dagen"),
    ("value: 2020-12-15", "value: 2020-12-15, end: 2020-12-16", 15, "end_without_range", "day_range"),
    ("precision: day, value: 2020-12-15", "precision: day", 15, "precision_without_date", "none"),
    ("precision: none", "precision: none, value: 2021-01-01", 26, "value_without_date", "by_day"),
    ("precision: none", "precision: relative", 26, "relative_without_words", "onsdag"),
    ("    source: brev\n  - key: demo-slutt", "    source: bref\n  - key: demo-slutt", 16, "unknown_source", "«brev»"),
    ("related: [demo-start]", "related: [demo-strat]", 20, "unknown_reference", "«demo-start»"),
    ("workgroup: demo-gruppe", "workgroup: xyz", 41, "unknown_reference", "workgroups"),
    ("key: demo-slutt", "key: demo-start", 17, "repeated_key", "egen nøkkel"),
    ("key: demo-slutt", "key: Demo Slutt", 17, "bad_key", "små bokstaver"),
    ("    openness: open\n", "    openness: open\n    openness: open\n", 32, "duplicate_key", "Ta bort"),
    ("{nb: Oppstart, en: Start}", "{en: Start}", 13, "missing_nb", "nb"),
    ("{nb: Oppstart, en: Start}", "{nb: Oppstart, sv: Start}", 13, "unknown_language", "nb, nn, en"),
    ('{nb: Oppstart, en: Start}', '{nb: "", en: Start}', 13, "empty_text", "linjen"),
    ("title: Slutt", "title: 2021", 18, "text_expected", "anførselstegn"),
    ("    title: Gruppen\n", "", 29, "missing_key", "title"),
    ("smallest_group: 6", "smallest_group: 1", 7, "bad_smallest_group", "2"),
    ("smallest_group: 6", "smallest_group: mange", 7, "wrong_type_number", "sifre"),
    ("smallest_group: 6", "timezone: Oslo", 7, "unknown_zone", "Europe/Oslo"),
    ("hei@example.org", "hei", 4, "bad_email", "null"),
    ("acting: true", "acting: kanskje", 40, "wrong_type_yes_no", "true"),
    ("names: [kickoff]", "names: kickoff", 14, "wrong_type_list", "bindestrek"),
    ("names: [kickoff]", "names: [2020]", 14, "wrong_type_string", "anførselstegn"),
    ("contact: {email: hei@example.org}", "contact: hei@example.org", 4, "wrong_type_mapping", "innrykk"),
    ("comes_as: Sp}", "comes_as: Sp}\n      - {name: Kari Eksempel}", 34, "repeated_member", "Ta bort"),
    ("    names: [kickoff]", "    names: [kickoff", 15, "not_yaml", "anførselstegn"),
    ("title: Slutt", "title: &slutt Slutt\n    note: *slutt", 19, "alias", "begge"),
    ("ends: {on: 2020-12-31", "ends: {on: 31.12", 42, "day_form", "2020-12-15"),
]  # fmt: skip


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "demo.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def problems(path: Path) -> list[Problem]:
    with pytest.raises(BrokenFile) as broken:
        read(path)
    return broken.value.problems


def test_a_good_file_is_read_with_its_texts_and_dates(write):
    content = read(write(GOOD)).content
    assert content.programme.contact.email == "hei@example.org"
    assert content.milestones[0].title == {"nb": "Oppstart", "en": "Start"}
    assert content.milestones[1].title == {"nb": "Slutt"}
    assert content.milestones[1].date.window == (date(2021, 2, 14), date(2021, 2, 15), None)
    assert content.people[0].roles[0].ends.on == date(2020, 12, 31)


@pytest.mark.parametrize(("good", "bad", "line", "key", "remedy"), BROKEN, ids=[row[3] + str(row[2]) for row in BROKEN])
def test_a_mistake_is_told_with_its_line_and_its_remedy(write, good, bad, line, key, remedy):
    assert GOOD.count(good) == 1
    found = problems(write(GOOD.replace(good, bad)))
    assert [(problem.line, problem.key) for problem in found] == [(line, f"programme_file.{key}")]
    assert remedy in say("nb", found[0].remedy, **found[0].values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_and_its_remedy_can_be_said(write, language):
    for good, bad, *_ in BROKEN:
        for problem in problems(write(GOOD.replace(good, bad))):
            assert "{" not in say(language, problem.key, **problem.values)
            assert say(language, problem.remedy, **problem.values)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(write):
    text = GOOD.replace("openness: open", "openness: opne").replace("nb: Oppstart", "nn: Oppstart")
    text = text.replace("source: [brev]", "source: [brev, avis]").replace("key: demo-fase", "key: demo-slutt")
    text = text.replace("    title: Gruppen\n", "    title: Gruppen\n    title: Gruppa\n")
    assert [(problem.line, problem.key.partition(".")[2]) for problem in problems(write(text))] == [
        (13, "missing_nb"),
        (21, "unknown_source"),
        (23, "repeated_key"),
        (31, "duplicate_key"),
        (32, "not_allowed"),
    ]


def test_a_remedy_without_anything_near_does_not_guess(write):
    (found,) = problems(write(GOOD.replace("names: [kickoff]", "zzzz: 1")))
    assert found.remedy == "programme_file.unknown_key.remedy"


def test_a_file_that_is_not_utf_8_is_told_so(tmp_path):
    (tmp_path / "latin.yaml").write_bytes("programme: å".encode("latin-1"))
    assert [problem.key for problem in problems(tmp_path / "latin.yaml")] == ["programme_file.unreadable"]


def test_an_empty_file_and_a_list_are_told_what_is_missing(write):
    assert {problem.values.get("name") for problem in problems(write(""))} == {"programme", "sources"}
    assert [problem.key for problem in problems(write("- en\n- to\n"))] == ["programme_file.wrong_type_mapping"]


def test_an_alias_that_holds_itself_ends(write):
    assert "programme_file.alias" in {problem.key for problem in problems(write("programme: &x\n  key: *x\n"))}


def test_every_section_of_facts_is_a_kind_that_the_tables_know():
    assert {*FACT_SECTIONS.values(), ANSWER} == set(KINDS)


@pytest.mark.parametrize(
    ("precision", "value", "end", "meant"),
    [
        (Precision.DAY, "2020-12-15", None, Window(date(2020, 12, 15), date(2020, 12, 15))),
        (Precision.DAY_RANGE, "2019-02-14", date(2019, 2, 15), Window(date(2019, 2, 14), date(2019, 2, 15))),
        (Precision.BY_DAY, "2019-08-01", None, Window(date(2019, 8, 1), date(2019, 8, 1), date(2019, 8, 1))),
        (Precision.BEFORE_DAY, "2021-07-01", None, Window(date(2021, 6, 30), date(2021, 6, 30), date(2021, 7, 1))),
        (Precision.MONTH, "2020-02", None, Window(date(2020, 2, 1), date(2020, 2, 29))),
        (Precision.SEASON, "2020-summer", None, Window(date(2020, 6, 1), date(2020, 8, 31))),
        (Precision.SEASON, "2020-autumn", None, Window(date(2020, 9, 1), date(2020, 11, 30))),
        (Precision.ONGOING, None, None, Window()),
        (Precision.NONE, None, None, Window()),
        (Precision.RELATIVE, None, None, Window()),
    ],
)
def test_a_said_date_means_a_window_and_no_more(precision, value, end, meant):
    assert window(precision, value, end) == meant


@pytest.mark.parametrize("name", ["osu2020", "os2019", "ou2021"])
def test_the_programmes_that_ship_are_whole_and_in_all_languages(name):
    content = read(Path(__file__).parents[2] / "programmes" / f"{name}.yaml").content
    assert content.programme.key == name
    for entry in content.milestones + content.phases + content.workgroups + content.goals + content.rules:
        for text in (getattr(entry, "title", None), getattr(entry, "text", None), getattr(entry, "about", None)):
            assert text is None or len(text) in (1, 3)
