"""Leaders write, look, send once, and see what was delivered."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from storage import broadcasts, lanes, outbox
from storage.announcements import Announcement
from storage.outbox import Message
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen til kickoff.\n\nTa med godt humør."}


def expand(turns: Turns) -> None:
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)


def test_what_was_typed_is_already_in_the_form(leader: Talk) -> None:
    card = leader.say("Publiser en kunngjøring: Velkommen til kickoff 15. desember!")
    assert card.did == "compose_announcement"
    assert "Velkommen til kickoff 15. desember!" in [question.value for question in card.questions]


def test_the_preview_shows_it_as_it_will_look_and_sends_nothing(leader: Talk, turns: Turns) -> None:
    control = leader.act("announcement.preview", **WRITTEN)
    seen = leader.shown[0]
    assert seen.title == "Kickoff"
    assert "Ta med godt humør." in seen.as_text()
    assert "1 person" in control.as_text()
    with turns.database.reading() as session:
        assert session.exec(select(Message)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "", "text": "y"},
        {"title": "x", "text": "  "},
        {"title": "x" * 121, "text": "y"},
        {"title": "x", "text": "y" * 4001},
    ],
)
def test_a_form_that_breaks_a_rule_comes_back_as_filled_in(leader: Talk, wrong: dict[str, str]) -> None:
    card = leader.act("announcement.preview", **wrong)
    assert card.outcome == "refused"
    at_fault = "title" if not wrong["title"] or len(wrong["title"]) > 120 else "text"
    assert [question.name for question in card.questions if question.error] == [at_fault]
    assert [question.value for question in card.questions] == [wrong["title"], wrong["text"].strip()]


def test_sending_twice_is_sending_once(leader: Talk, turns: Turns, employee: Talk) -> None:
    employee.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    assert leader.send(button).outcome == "done"
    leader.send(button)
    expand(turns)
    with turns.database.reading() as session:
        assert len(session.exec(select(Message)).all()) == 1
        assert len(session.exec(select(outbox.OutboxRow)).all()) == 2


def test_the_report_adds_up_and_says_why(leader: Talk, turns: Turns) -> None:
    for number in range(3):
        Talk(turns, f"employee-{number}", NOW).say("hei")
    Talk(turns, "employee-9", NOW).say("Skru av varsler")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    expand(turns)
    facts = dict(leader.press("announcement.report").blocks[0].facts)  # type: ignore[union-attr]
    assert facts == {"Planlagt": "5", "Levert": "0", "Står for tur": "4", "Har slått av meldinger": "1"}


def test_what_was_changed_after_it_was_looked_at_is_not_sent(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    old = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    leader.press("announcement.edit")
    leader.press("announcement.preview", title="Kickoff", text="Noe annet")
    card = leader.send(old)
    assert card.outcome == "refused"
    assert "endret" in card.title


def test_a_sent_announcement_cannot_be_changed(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    change = next(b for b in leader.shown[-1].buttons if b.action == "announcement.edit")
    leader.send()
    assert leader.press(change).outcome == "refused"


def test_an_announcement_of_another_programme_is_not_found(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    other = Talk(CheckedTurns(turns.database, turns.inputs, turns.clock, "os2019"), "leader-os", NOW)
    with turns.database.reading() as session:
        key = session.exec(select(Announcement.id)).one()
    assert other.act("announcement.send", announcement=key, version=1).outcome == "refused"


def test_what_was_sent_is_the_latest_news_for_everyone(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    assert employee.say("Er det noe nytt?").as_text().index("Kickoff") < 40


def test_a_draft_is_news_to_nobody(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    assert "Velkommen til kickoff." not in employee.say("Er det noe nytt?").as_text()


def test_the_same_form_sent_twice_is_one_draft(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.post")
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.preview")
    leader.press(button, **WRITTEN)
    leader.press(button, **WRITTEN)
    with turns.database.reading() as session:
        assert len(session.exec(select(Announcement)).all()) == 1


def test_the_longest_announcement_fits_every_channel(leader: Talk) -> None:
    card = leader.act("announcement.preview", title="ø" * 120, text="🙂" * 4000)
    assert card.outcome != "refused"


def test_a_second_press_when_all_is_sent_does_not_say_that_it_is_on_its_way(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    assert "på vei" in leader.send(button).title
    assert "på vei" not in leader.send(button).title


def test_how_long_sending_takes_is_said_before(leader: Talk, turns: Turns) -> None:
    assert "under ett minutt" in leader.act("announcement.preview", **WRITTEN).as_text()
    for pace, said in ((61.0, "omtrent 2 minutter"), (3600.0 * 2, "omtrent 2 timer")):
        with turns.database.writing() as session:
            lanes.open_lane(session, "web", pace)
        assert said in leader.act("announcement.preview", **WRITTEN).as_text()


def test_a_leader_stops_what_is_going_out_and_the_report_adds_up(leader: Talk, turns: Turns) -> None:
    for number in range(3):
        Talk(turns, f"employee-{number}", NOW).say("hei")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    stop = next(b for b in leader.shown[-1].buttons if b.action == "announcement.stop")
    for _ in range(2):
        card = leader.press(stop)
        assert card.outcome == "done"
        facts = dict(card.blocks[0].facts)  # type: ignore[union-attr]
        assert facts == {"Planlagt": "4", "Levert": "0", "Stoppet før den gikk ut": "4"}
        assert "Summen er 4 av 4." in card.as_text()
        assert "Stoppet tirsdag 24. november 2020" in card.as_text()
    assert "announcement.stop" not in [b.action for b in leader.shown[-1].buttons]
    expand(turns)
    with turns.database.reading() as session:
        assert session.exec(select(outbox.OutboxRow)).all() == []


def test_what_was_not_sent_cannot_be_stopped(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    assert "ikke sendt" in leader.act("announcement.stop", announcement=1).title
