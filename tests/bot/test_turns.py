"""A turn is one transaction: done once, refused whole, and never a dead end."""

import logging
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import event
from sqlalchemy import text as statement_of
from sqlmodel import select

from bot.clock import Clock, DemoClock
from bot.turns import WELCOME, Incoming, Turns
from dialogs import actions, guide
from dialogs.actions import PERSONAL
from dialogs.card import Card, Language
from dialogs.turn import Afterwards, Turn
from dialogs.words import say
from storage import people, unanswered
from storage.anonymous_input import InputStore, WaitingInput
from storage.conversations import Conversation
from storage.database import Database, Session
from storage.people import Person, Whereabouts
from storage.personal_reminders import PersonalReminder
from storage.refusals import Refused
from storage.sign_ups import SignUp
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

LOREM = "hva skjer " * 2000


def text_of(card: Card) -> str:
    return card.as_text()


def test_the_welcome_comes_once_in_five_lines(employee: Talk) -> None:
    card = employee.take(event=WELCOME)
    assert "OSU 2020" in card.title
    assert len(card.blocks) == 5
    assert "osu@baerum.kommune.no" in text_of(card)
    employee.take(event=WELCOME)
    assert employee.shown == ()


@pytest.mark.parametrize(("locale", "word"), [("nb-NO", "Jeg"), ("nn-NO", "Eg"), ("en-GB", "I am"), ("se-NO", "Jeg")])
def test_the_welcome_is_in_the_language_of_the_app(employee: Talk, locale: str, word: str) -> None:
    assert word in text_of(employee.take(event=WELCOME, locale=locale))


def test_the_same_activity_acts_once(employee: Talk, turns: Turns) -> None:
    incoming = Incoming(
        where=employee.where,
        conversation="c",
        activity="a1",
        action="workgroup.join",
        values={"group": "osu-omstilling"},
    )
    assert turns.answer(incoming).cards
    assert turns.answer(incoming).cards == ()
    with turns.database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 1


def test_a_refused_activity_delivered_again_is_answered_with_nothing(employee: Talk, turns: Turns) -> None:
    incoming = Incoming(where=employee.where, conversation="c", activity="a1", action="top.edit")
    assert turns.answer(incoming).cards[0].outcome == "refused"
    assert turns.answer(incoming).cards == ()


@pytest.mark.parametrize(
    "action",
    [
        "announcement.post",
        "announcement.preview",
        "announcement.send",
        "announcement.report",
        "announcement.stop",
        "announcement.mine",
        "announcement.edit",
        "announcement.open",
        "announcement.move",
        "announcement.cancel",
        "announcement.approval",
        "announcement.approve",
        "announcement.reject",
        "top.edit",
        "top.save",
        "top.send",
        "signup.volunteers",
        "input.read",
        "input.answer",
        "input.answered",
        "clock.ahead",
        "clock.go",
    ],
)
def test_whoever_lacks_the_role_is_refused_kindly_and_told_the_way_on(employee: Talk, action: str) -> None:
    card = employee.act(action, announcement=1, title="x", text="y", place_1="osu-ini-bti", input="z", to="2021-01-01")
    assert card.outcome == "refused"
    assert card.did == "refuse_not_leader"
    assert card.buttons


@pytest.mark.parametrize("action", ["no.such.action", "__class__", "", "guide.old_button"])
def test_a_button_of_another_time_says_so_and_offers_the_way_on(employee: Talk, action: str) -> None:
    card = employee.take(action=action or "x" * 300, values={"a": 1})
    assert "gammelt kort" in card.title
    assert card.buttons


def test_a_button_of_another_version_is_not_carried_out(employee: Talk, turns: Turns) -> None:
    card = employee.take(action="workgroup.join", values={"group": "osu-omstilling"}, version=0)
    assert "gammelt kort" in card.title
    with turns.database.reading() as session:
        assert session.exec(select(SignUp)).all() == []


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "?!…", "\u200b"])
def test_a_text_without_words_is_asked_about(employee: Talk, text: str) -> None:
    assert employee.say(text).outcome == "clarify"


@pytest.mark.parametrize(
    "text",
    [
        LOREM,
        "'; DROP TABLE person; --",
        "<script>alert(1)</script>",
        "מתי אבן הדרך הבאה?",
        "{0} {} %s {title}",
        "a" * 4000,
        "\ud83d",
        "null\x00byte",
        "Når er neste milepæl? 🙂" * 50,
    ],
)
def test_any_text_gets_a_sensible_card(employee: Talk, text: str) -> None:
    card = employee.say(text)
    assert card.title
    assert card.buttons
    assert "feilkoden" not in card.title


@pytest.mark.parametrize(
    "values",
    [{"group": None}, {"group": 7}, {"group": ["a"]}, {"group": {"a": 1}}, {"group": "x" * 9999}, {"on": "ja"}],
)
@pytest.mark.parametrize(
    "action", ["workgroup.join", "workgroup.about", "subscription.set", "milestone.when", "input.send", "language.set"]
)
def test_malformed_values_never_end_in_a_defect(employee: Talk, action: str, values: dict[str, object]) -> None:
    card = employee.take(action=action, values=values)
    assert card.title
    assert "feilkoden" not in card.title


def test_a_defect_is_apologised_for_with_a_code_and_nothing_is_kept_or_logged(
    employee: Talk, turns: Turns, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(session: Session, turn: Turn) -> Card:
        turn.person.language = "en"
        session.add(turn.person)
        session.flush()
        raise RuntimeError(turn.text)

    monkeypatch.setitem(actions.ACTIONS, "help", broken)
    with caplog.at_level(logging.ERROR):
        card = employee.say("hjelp meg, jeg heter Solfrid")
    assert "feilkoden" in card.title
    assert "Solfrid" not in caplog.text
    assert "RuntimeError" in caplog.text
    with turns.database.reading() as session:
        assert session.exec(select(Person)).all() == []


def test_the_chosen_language_outlives_the_language_of_a_question(employee: Talk) -> None:
    employee.say("Kan du svare på nynorsk?")
    assert employee.say("When is the next milestone?").language == "nn"


def test_without_a_choice_the_answer_is_in_the_questions_language(employee: Talk) -> None:
    assert employee.say("When is the next milestone?").language == "en"
    assert employee.say("Kva er neste milepæl?").language == "nn"


def test_what_is_sent_to_somebody_is_in_the_language_they_last_wrote_clearly(employee: Talk, turns: Turns) -> None:
    def spoken() -> str | None:
        with turns.database.reading() as session:
            return session.exec(select(Person.spoken)).one()

    employee.say("When is the next milestone?")
    assert spoken() == "en"
    employee.say("help", locale="nb-NO")
    employee.press("milestone.next")
    assert spoken() == "en"
    employee.say("Kva er neste milepæl?")
    assert spoken() == "nn"


def test_the_language_of_an_input_is_not_noted_of_whoever_writes_it(employee: Talk, turns: Turns) -> None:
    employee.say("Hva er neste milepæl?")
    employee.say("I would like to tell you anonymously that the meetings are too long")
    with turns.database.reading() as session:
        assert session.exec(select(Person.spoken)).one() == "nb"


def test_in_the_demo_accounts_named_leader_hold_every_role(leader: Talk) -> None:
    assert leader.act("announcement.post").did == "compose_announcement"
    assert leader.act("signup.volunteers").outcome == "answered"
    assert leader.act("input.read").outcome == "answered"


def test_outside_the_demo_a_name_gives_no_role_and_no_clock(turns: Turns) -> None:
    real = CheckedTurns(turns.database, turns.inputs, Clock(), "osu2020")
    card = Talk(real, "leader-1", NOW).act("announcement.post")
    assert card.did == "refuse_not_leader"


def test_the_trace_tells_what_was_understood(employee: Talk) -> None:
    employee.say("Hva skjer 15. desember?")
    understanding = employee.answered.understanding
    assert understanding is not None
    assert understanding["intent"] == "milestone.on_date"
    assert (understanding["values"]["from"], understanding["values"]["to"]) == ("2020-12-15", "2020-12-15")


def test_a_follow_up_is_about_the_last_answer(employee: Talk) -> None:
    employee.say("Hva skal arbeidsgruppe omstilling gjøre?")
    card = employee.say("meld meg på den")
    assert card.did == "join"


def test_the_clock_runs_ahead_for_leaders_of_the_demo_and_never_back(turns: Turns, leader: Talk) -> None:
    leader.act("clock.go", to="2020-12-07T09:00:00+01:00")
    assert turns.clock.now().isoformat()[:10] == "2020-12-07"
    leader.act("clock.go", to="2020-11-01T09:00:00+01:00")
    assert turns.clock.now().isoformat()[:10] == "2020-12-07"
    assert isinstance(turns.clock, DemoClock)


def test_a_form_for_input_that_is_sent_twice_is_stored_once_under_the_same_receipt(
    employee: Talk, turns: Turns
) -> None:
    employee.act("input.submit")
    button = next(b for b in employee.shown[-1].buttons if b.action == "input.send")
    first = employee.press(button, topic="risk", text="Det går for fort")
    assert first.outcome == "done"
    assert employee.press(button, topic="risk", text="Det går for fort").blocks[0] == first.blocks[0]
    with turns.inputs.database.reading() as session:
        assert len(session.exec(select(WaitingInput)).all()) == 1
    other = employee.press(button, topic="risk", text="Noe annet")
    assert (other.outcome, "allerede sendt" in other.title) == ("refused", True)


@pytest.mark.parametrize(("topic", "text", "wrong"), [("risk", " ", "text"), ("nonsense", "noe", "topic")])
def test_an_input_that_breaks_a_rule_comes_back_with_the_reason_at_its_field(
    employee: Talk, topic: str, text: str, wrong: str
) -> None:
    employee.act("input.submit")
    card = employee.press("input.send", topic=topic, text=text)
    assert [question.name for question in card.questions if question.error] == [wrong]
    assert card.questions[1].value == text


HELP = ["guide.help.when_more", "guide.help.who_more", "guide.help.say_more", "guide.help.news_more"]
HELP += ["guide.help.settings_more", "guide.help.leader_more"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("key", HELP)
def test_whatever_the_help_suggests_is_understood(leader: Talk, key: str, language: Language) -> None:
    suggested = re.findall(r"[«“]([^»”]+)[»”]", say(language, key))
    assert suggested
    for text in suggested:
        card = leader.say(text)
        # "Topp 5" before leaders have set one: nobody ranks the initiatives, and that is the answer.
        unranked = leader.answered.understanding and leader.answered.understanding["intent"] == "initiative.top"
        assert card.outcome in ("answered", "done", "clarify") or unranked, text
        assert leader.answered.understanding is not None
        assert leader.answered.understanding["intent"] not in ("out_of_scope", "guide.unsure"), text
        assert "sikker på" not in card.title, text


def test_somebody_new_who_writes_twice_at_once_is_one_person(database: Database, inputs: InputStore) -> None:
    turns = CheckedTurns(database, inputs, DemoClock(NOW), "osu2020")
    where = Whereabouts(channel="web", account="employee-1", lane="web", conversation="c")

    def press(number: int) -> str:
        values = {"group": "osu-omstilling"}
        incoming = Incoming(
            where=where, conversation="c", activity=f"a{number}", action="workgroup.join", values=values
        )
        return turns.answer(incoming).cards[0].outcome

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(press, range(6))) == {"done"}
    with database.reading() as session:
        assert len(session.exec(select(Person)).all()) == 1
        assert len(session.exec(select(SignUp)).all()) == 1


def test_a_turn_that_meets_others_in_two_unique_constraints_is_answered(database: Database, inputs: InputStore) -> None:
    """Somebody new asks, from two places at once, what somebody else asks too."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nobody meets anybody")
    turns = CheckedTurns(database, inputs, DemoClock(NOW), "osu2020")
    where = Whereabouts(channel="msteams", account="kari", name="Kari", lane="msteams", conversation="c")
    asked = Incoming(where, "c", "a", NOW, "hvem leder styringsgruppa?")
    with ThreadPoolExecutor(1) as threads, ExitStack() as other, ExitStack() as third:
        people.recognise(other.enter_context(database.writing()), where, "osu2020")
        unanswered.count(third.enter_context(database.writing()), "osu2020", "workgroup", NOW.date())
        answering = threads.submit(turns.answer, asked)
        _until_one_waits(database, "INSERT INTO address")
        other.close()
        _until_one_waits(database, "INSERT INTO unanswered_count")
        third.close()
        answer = answering.result(10)
    turns.close()
    assert [card.outcome for card in answer.cards] == ["unknown"]


def _until_one_waits(database: Database, statement: str) -> None:
    waiting = statement_of(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE :begins"
    )
    for _ in range(1000):
        with database.reading() as session:
            if session.execute(waiting, {"begins": f"{statement}%"}).scalar():
                return
        time.sleep(0.01)
    pytest.fail(f"nobody waits in {statement}")


@pytest.mark.parametrize("action", sorted(PERSONAL))
def test_what_concerns_one_person_is_not_answered_in_a_group(leader: Talk, action: str) -> None:
    leader.where = leader.where.model_copy(update={"is_private": False})
    card = leader.act(action, group="osu-omstilling", topic="risk", text="noe", title="x")
    assert "der andre leser" in card.title or "hvor andre leser" in card.title


@pytest.mark.parametrize("who", ["leader", "employee"])
def test_what_is_a_roles_own_is_answered_alone_whoever_asks_in_a_group(
    who: str, request: pytest.FixtureRequest
) -> None:
    talk: Talk = request.getfixturevalue(who)
    talk.where = talk.where.model_copy(update={"is_private": False})
    assert "Skriv til meg i en egen chat" in talk.say("slå på kompetanse").title


def test_a_question_is_answered_in_a_group(employee: Talk) -> None:
    employee.where = employee.where.model_copy(update={"is_private": False})
    assert "1. desember 2020" in employee.say("Når er neste milepæl?").as_text()


def test_who_is_about_to_write_an_input_is_nowhere_on_disk(employee: Talk, turns: Turns) -> None:
    employee.say("Når er neste milepæl?")
    with turns.database.reading() as session:
        before = [row.model_dump() for row in session.exec(select(Conversation)).all()]
    employee.say("Jeg vil sende inn et anonymt innspill")
    card = employee.say("Det går for fort, vi får ikke tid til å lese dokumentene")
    assert card.did == "prefill_input"
    employee.press("input.send", topic="risk", text="Det går for fort")
    with turns.database.reading() as session:
        assert [row.model_dump() for row in session.exec(select(Conversation)).all()] == before


def test_an_input_that_could_not_be_stored_can_be_sent_again(
    employee: Talk, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    employee.act("input.submit")
    button = next(b for b in employee.shown[-1].buttons if b.action == "input.send")
    with monkeypatch.context() as broken:
        broken.setattr(turns.inputs.database, "writing", None)
        assert "feilkoden" in employee.press(button, topic="risk", text="Det går for fort").title
    assert employee.press(button, topic="risk", text="Det går for fort").outcome == "done"


def test_texts_in_a_form_that_no_database_takes_are_mended(leader: Talk) -> None:
    card = leader.act("announcement.preview", title="a\ud800\x00b", text="c\x00", deep={"a": ["\x00", {"b": ["c"]}]})
    assert card.outcome != "refused"
    assert leader.shown[0].title == "a?b"


@pytest.mark.parametrize("to", ["9999-12-31T22:59:58+00:00", "tomorrow", "", "2020-12-01", "0001-01-01T00:00+14:00"])
def test_the_clock_goes_nowhere_impossible(leader: Talk, turns: Turns, to: str) -> None:
    leader.act("clock.go", to=to)
    assert turns.clock.now().year == 2020


def test_a_defect_is_no_answer(employee: Talk) -> None:
    assert guide.sorry("nb", "x").outcome == "refused"


LABELS = ["announcement.post", "top.edit", "signup.volunteers", "input.read", "signup.status", "workgroup.list"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("action", LABELS)
def test_typing_a_buttons_label_leads_to_where_it_leads(leader: Talk, language: Language, action: str) -> None:
    leader.act("language.set", language=language)
    card = leader.say(say(language, f"guide.button.{action}"))
    assert card.outcome == "answered"
    if action in ("top.edit", "signup.volunteers", "input.read"):
        # No intent of the question set's: it does what the button does.
        assert card.title == leader.act(action).title
    else:
        assert leader.answered.understanding is not None
        assert leader.answered.understanding["intent"] == action


@pytest.mark.parametrize("text", ["hjelp", "skru av varsler", "svar på nynorsk", "neste milepæl"])
def test_a_short_command_is_no_input_even_while_one_is_awaited(employee: Talk, text: str) -> None:
    employee.say("Jeg vil sende inn et anonymt innspill")
    assert employee.say(text).did != "prefill_input"


@pytest.mark.parametrize(
    "text", ["Møtene må bli kortere", "Slutt å melde folk på kurs", "Vi trenger mer hjelp i avdelingen vår"]
)
def test_an_input_that_is_awaited_is_taken_as_it_is(employee: Talk, text: str) -> None:
    employee.say("Jeg vil sende inn et anonymt innspill")
    card = employee.say(text)
    assert (card.did, card.questions[1].value) == ("prefill_input", text)


@pytest.mark.parametrize("text", ["påminnelser og stilletid", "påminningar og stilletid", "quiet hours please"])
def test_quiet_hours_named_in_words_change_nothing_and_show_where_they_are_set(employee: Talk, text: str) -> None:
    employee.act("subscription.set", on=False, topic="reminders")
    card = employee.say(text)
    assert "quiet.save" in [button.action for button in card.buttons]
    with employee.turns.database.reading() as session:
        assert [person.wants_reminders for person in session.exec(select(Person))] == [False]


def test_who_asks_to_be_reminded_of_one_milestone_may_choose_how_early(employee: Talk) -> None:
    card = employee.say("minn meg på kickoff")
    earlier = next(button for button in card.buttons if button.action == "reminder.choose")
    assert earlier.values == {"milestone": "osu-kickoff"}
    assert employee.say("minn meg på kickoff to dager før").outcome == "done"
    with employee.turns.database.reading() as session:
        assert session.exec(select(PersonalReminder.days_before)).all() == [2]


@pytest.mark.parametrize(
    "action", ["announcement.post", "announcement.preview", "announcement.addressed", "announcement.open"]
)
def test_while_an_audience_is_counted_nobody_who_writes_has_to_wait(turns: Turns, leader: Talk, action: str) -> None:
    leader.act("announcement.preview", title="Flytting", text="Vi flytter.", form="f1")
    key = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send").values["announcement"]
    could_write: list[bool] = []

    def look(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "count(" in statement and "FROM person" in statement:
            with closing(sqlite3.connect(turns.database.url.database or "", timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
                could_write.append(not turns.database._lock.locked())

    event.listen(turns.database.engine, "before_cursor_execute", look)
    card = leader.act(action, announcement=key, title="Flytting", text="Vi flytter.", everyone=True)
    assert card.outcome == "answered"
    assert could_write
    assert all(could_write)


def test_what_is_refused_while_its_card_is_drawn_is_told(
    turns: Turns, leader: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(session: Session) -> Card:
        raise Refused("refused.role.leader")

    monkeypatch.setitem(actions.ACTIONS, "announcement.post", lambda session, turn: Afterwards(draw))
    assert leader.act("announcement.post").outcome == "refused"
    assert leader.act("announcement.mine").outcome == "answered"
