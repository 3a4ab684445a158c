"""Counts hold topics only and are shown to leaders from a number on; a sent question is answered once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from storage import loading, people, programme_file, programmes, unanswered
from storage.database import Database
from storage.people import Person
from storage.programmes import Fact, Programme, Source
from storage.refusals import NotAllowed, Refused
from storage.unanswered import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_SOURCE,
    LONGEST_TITLE,
    MOST_WAITING,
    Asked,
    Given,
    SentQuestion,
    Status,
    UnansweredCount,
)
from tests.conftest import make_person

DAY = date(2020, 11, 24)
GIVEN = Given("Hvor er kickoff?", "I kommunegården, rom 3.", "referat fra styringsgruppa 3. desember")
Make = Callable[..., Person]


def asked(text: str = "Hvor er kickoff?", form: str = "a", topic: str = "milestone") -> Asked:
    return Asked(text, form, "nb", DAY, topic)


@pytest.fixture
def leader(person: Make) -> Person:
    return person("boss", "leader")


@pytest.fixture
def programme(session: Session) -> Programme:
    return programmes.get(session, "osu2020")


@pytest.fixture
def question(session: Session, person: Make) -> SentQuestion:
    return unanswered.send(session, person("asker"), "osu2020", asked())[0]


def count(session: Session, times: int, topic: str = "milestone", day: date = DAY) -> None:
    for _ in range(times):
        unanswered.count(session, "osu2020", topic, day)


def test_a_count_is_a_topic_and_a_week_and_nothing_else(session: Session) -> None:
    count(session, 2)
    rows = session.exec(select(UnansweredCount)).all()
    assert [row.model_dump() for row in rows] == [
        {"programme_key": "osu2020", "topic": "milestone", "week": "2020-W48", "count": 2}
    ]


def test_only_areas_and_keys_of_the_programme_are_topics(session: Session) -> None:
    count(session, 1, "osu-ukjent-kickoff")
    for topic in ("Hvor er kickoff?", "", "os2019-ukjent", "milestone "):
        with pytest.raises(ValueError, match="not a topic"):
            count(session, 1, topic)


def test_counts_are_shown_from_the_smallest_group_on(session: Session, leader: Person, programme: Programme) -> None:
    count(session, programme.smallest_group - 1)
    assert unanswered.counts(session, leader, programme, DAY) == []
    count(session, 1, day=date(2020, 12, 1))
    count(session, 9, "person")
    unanswered.count(session, "os2019", "person", DAY)
    assert unanswered.counts(session, leader, programme, DAY) == [("person", 9), ("milestone", 6)]


def test_counts_are_forgotten_in_time(session: Session, leader: Person, programme: Programme) -> None:
    count(session, 9)
    later = date(2021, 6, 8)
    assert unanswered.counts(session, leader, programme, later) == []
    count(session, 1, "person", later)
    assert [row.topic for row in session.exec(select(UnansweredCount))] == ["person"]


@pytest.mark.parametrize("roles", [(), ("coordinator", "input_handler")])
def test_only_leaders_see_counts_and_questions_and_answer(
    session: Session, person: Make, programme: Programme, question: SentQuestion, roles: tuple[str, ...]
) -> None:
    other = person("other", *roles)
    for forbidden in (
        lambda: unanswered.counts(session, other, programme, DAY),
        lambda: unanswered.unsettled(session, other, "osu2020"),
        lambda: unanswered.get(session, other, "osu2020", question.identity),
        lambda: unanswered.answer(session, other, "osu2020", question.identity, GIVEN),
        lambda: unanswered.defer(session, other, "osu2020", question.identity, "Ikke avklart."),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_leader_of_another_programme_is_none_here(session: Session, person: Make, question: SentQuestion) -> None:
    elsewhere = person("elsewhere")
    people.grant(session, elsewhere, "os2019", "leader")
    with pytest.raises(NotAllowed):
        unanswered.answer(session, elsewhere, "osu2020", question.identity, GIVEN)
    with pytest.raises(Refused, match="unknown"):
        unanswered.answer(session, elsewhere, "os2019", question.identity, GIVEN)


def test_the_same_form_and_the_same_words_are_one_question(session: Session, person: Make) -> None:
    asker = person("asker")
    first, is_new = unanswered.send(session, asker, "osu2020", asked())
    assert is_new
    for again in (asked(), asked("Noe annet"), asked(form="b")):
        assert unanswered.send(session, asker, "osu2020", again) == (first, False)
    assert unanswered.send(session, asker, "osu2020", asked("Noe annet", "c"))[1]
    assert unanswered.send(session, person("else"), "osu2020", asked())[1]


@pytest.mark.parametrize(("text", "key"), [(" \n", "empty"), ("x" * (LONGEST_QUESTION + 1), "long")])
def test_a_question_is_neither_empty_nor_endless(session: Session, person: Make, text: str, key: str) -> None:
    with pytest.raises(Refused, match=key):
        unanswered.send(session, person(), "osu2020", asked(text))
    assert unanswered.send(session, person(), "osu2020", asked("x" * LONGEST_QUESTION))[1]


def test_nobody_calls_on_the_leaders_without_end(session: Session, person: Make) -> None:
    asker = person()
    for number in range(MOST_WAITING):
        unanswered.send(session, asker, "osu2020", asked(f"Spørsmål {number}", str(number)))
    with pytest.raises(Refused, match="many"):
        unanswered.send(session, asker, "osu2020", asked("Ett til", "z"))


def test_an_invented_topic_is_not_kept(session: Session, person: Make) -> None:
    question, _ = unanswered.send(session, person(), "osu2020", asked(topic="Kari Nordmann"))
    assert question.topic == ""


def test_an_answer_becomes_a_fact_with_its_source(
    session: Session, leader: Person, programme: Programme, question: SentQuestion
) -> None:
    before = programme.version
    answered, asker, is_new = unanswered.answer(session, leader, "osu2020", question.identity, GIVEN)
    assert is_new
    assert asker.id == question.person_id
    assert answered.status == Status.ANSWERED
    fact = programmes.answers(session, "osu2020")[0]
    assert (fact.title, fact.text) == ({"nb": GIVEN.title}, {"nb": GIVEN.text})
    assert programmes.sources(session, "osu2020")[fact.sources[0]].label == {"nb": GIVEN.source}
    assert programme.version == before + 1
    assert programmes.answers(session, "os2019") == []


def test_an_answer_that_was_rolled_back_is_not_kept_in_memory(database: Database) -> None:
    with database.writing() as session:
        asker, leader = make_person(session), make_person(session, "leader-1", "leader")
        key = unanswered.send(session, asker, "osu2020", asked())[0].identity
    with suppress(RuntimeError), database.writing() as session:
        unanswered.answer(session, leader, "osu2020", key, Given("Kaffe?", "Nei.", "ingen"))
        assert [fact.text for fact in programmes.answers(session, "osu2020")] == [{"nb": "Nei."}]
        raise RuntimeError
    with database.writing() as session:
        unanswered.answer(session, leader, "osu2020", key, Given("Kaffe?", "Ja.", "Referat 3. november"))
    with database.reading() as session:
        assert [fact.text for fact in programmes.answers(session, "osu2020")] == [{"nb": "Ja."}]


def test_an_answer_is_given_once(session: Session, leader: Person, person: Make, question: SentQuestion) -> None:
    key = question.identity
    unanswered.answer(session, leader, "osu2020", key, GIVEN)
    assert unanswered.answer(session, leader, "osu2020", key, GIVEN)[2] is False
    for who, given in ((person("second", "leader"), GIVEN), (leader, Given("Annet?", "Nei.", "ingen"))):
        with pytest.raises(Refused, match="answered"):
            unanswered.answer(session, who, "osu2020", key, given)
    with pytest.raises(Refused, match="answered"):
        unanswered.defer(session, leader, "osu2020", key, "Ikke avklart.")
    assert len(session.exec(select(Fact).where(Fact.kind == programmes.ANSWER)).all()) == 1


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (Given("", "svar", "kilde"), "no_title"),
        (Given("spørsmål", " ", "kilde"), "no_answer"),
        (Given("spørsmål", "svar", ""), "no_source"),
        (Given("x" * (LONGEST_TITLE + 1), "svar", "kilde"), "long_title"),
        (Given("spørsmål", "x" * (LONGEST_ANSWER + 1), "kilde"), "long_answer"),
        (Given("spørsmål", "svar", "x" * (LONGEST_SOURCE + 1)), "long_source"),
    ],
)
def test_an_answer_lacks_nothing(
    session: Session, leader: Person, question: SentQuestion, given: Given, key: str
) -> None:
    with pytest.raises(Refused, match=key):
        unanswered.answer(session, leader, "osu2020", question.identity, given)
    assert programmes.answers(session, "osu2020") == []


def test_a_deferred_question_can_still_be_answered(
    session: Session, leader: Person, person: Make, question: SentQuestion
) -> None:
    key = question.identity
    assert unanswered.defer(session, leader, "osu2020", key, "Ikke avklart.")[2]
    assert unanswered.defer(session, leader, "osu2020", key, "Ikke avklart.")[2] is False
    for who, reason in ((leader, "En annen grunn."), (person("second", "leader"), "Ikke avklart.")):
        with pytest.raises(Refused, match="deferred"):
            unanswered.defer(session, who, "osu2020", key, reason)
    waiting, _ = unanswered.send(session, person("later"), "osu2020", asked("Hva koster det?"))
    assert unanswered.unsettled(session, leader, "osu2020") == [waiting, question]
    assert unanswered.answer(session, leader, "osu2020", key, GIVEN)[2]
    assert unanswered.unsettled(session, leader, "osu2020") == [waiting]


def test_loading_the_programmes_file_anew_leaves_answers_alone(
    session: Session, leader: Person, question: SentQuestion, tmp_path: Path
) -> None:
    unanswered.answer(session, leader, "osu2020", question.identity, GIVEN)
    path = Path(loading.__file__).parents[1] / "programmes" / "osu2020.yaml"
    assert loading.load(session, programme_file.read(path)) == []
    changed = tmp_path / "osu2020.yaml"
    changed.write_text(path.read_text("utf-8").replace("smallest_group: 6", "smallest_group: 7"), "utf-8")
    assert [change.kind for change in loading.load(session, programme_file.read(changed))] == ["programme"]
    assert [fact.text for fact in programmes.answers(session, "osu2020")] == [{"nb": GIVEN.text}]
    assert session.exec(select(Source).where(col(Source.key).startswith("answer:"))).one().label == {"nb": GIVEN.source}


def test_an_answer_that_was_taken_back_is_no_fact_and_can_be_given_anew(
    session: Session, leader: Person, person: Make, question: SentQuestion
) -> None:
    key = question.identity
    unanswered.answer(session, leader, "osu2020", key, GIVEN)
    with pytest.raises(NotAllowed):
        unanswered.take_back(session, person(), "osu2020", key)
    for _ in range(2):
        assert unanswered.take_back(session, leader, "osu2020", key).status == Status.WAITING
    assert programmes.answers(session, "osu2020") == []
    assert unanswered.answered(session, leader, "osu2020") == []
    right = Given(GIVEN.title, "I rom 4.", GIVEN.source)
    assert unanswered.answer(session, leader, "osu2020", key, right)[2]
    assert [fact.text for fact in programmes.answers(session, "osu2020")] == [{"nb": "I rom 4."}]
