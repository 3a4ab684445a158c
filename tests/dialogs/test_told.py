"""What everyone was told on a day is shown again exactly as it was sent, whatever has changed since."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot import told_command
from bot.schedule import Schedule
from bot.turns import Turns
from dialogs.card import Card
from storage import broadcasts, claims, initiatives, lanes, programmes, told
from storage.database import Database
from storage.outbox import Kind, Message, Status
from tests.clockwork import run_at
from tests.conftest import NOW
from tests.dialogs import test_ideas
from tests.talk import Talk

only_leader = test_ideas.only_leader
DAY = date(2020, 12, 1)
NEWS = {"title": "MBM drøfter i dag", "text": "OSU MBM drøfter forslaget i dag. Vi møttes."}


def send_all(turns: Turns) -> None:
    """What is owed and due arrives."""
    with turns.database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        for key in broadcasts.unexpanded(session):
            while broadcasts.expand(session, key):
                pass
    # What waits for what else its people get becomes one card now.
    Schedule(turns.database, turns.clock, lambda: None).run_due()
    with turns.database.writing() as session:
        for row in claims.claim(session, "web", 100, 60):
            claims.begin_attempt(session, row)
            claims.settle(session, row.ended(Status.SENT, platform_id=row.edits or str(row.id)))


def announced(leader: Talk, **written: str) -> None:
    leader.act("announcement.preview", **written)
    leader.send()
    assert leader.shown[-1].outcome == "done"


def first_of_december(turns: Turns, leader: Talk, employee: Talk) -> list[dict[str, Any]]:
    """The day of OSU 2020 on which MBM discusses the model: an announcement, the top 5, a reminder and a digest. The
    cards that were sent, in the order in which they were."""
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    leader.act("top.rhythm_set", often="weekly", weekday="tuesday", clock="9")
    leader.act("top.save", place_1="osu-ini-kompetanse", place_2="osu-ini-ledelse", why_1="Flest har bedt om det")
    leader.now = datetime.fromisoformat("2020-11-30T12:00+01:00")
    announced(leader, title="I går", text="Det var i går vi møttes.")
    run_at(turns, "2020-12-01T09:00+01:00")
    send_all(turns)
    leader.now = datetime.fromisoformat("2020-12-01T10:00+01:00")
    announced(leader, **NEWS)
    send_all(turns)
    with turns.database.reading() as session:
        rows = session.exec(select(Message).where(Message.programme_key == "osu2020").order_by(Message.id))  # type: ignore[arg-type]
        return [row.cards for row in rows if row.kind != Kind.NOTICE]


def on(database: Database, day: date = DAY) -> list[told.Told]:
    with database.reading() as session:
        return told.on(session, programmes.get(session, "osu2020"), day)


def test_the_first_of_december_is_shown_again_exactly(
    only_leader: Talk, employee: Talk, turns: Turns, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = first_of_december(turns, only_leader, employee)
    found = on(turns.database)
    kinds = [str(one.kind) for one in found]
    assert "digest" in kinds
    assert kinds[-1] == "announcement"
    assert "reminder" in kinds
    assert "top_list" in kinds
    assert all(one.cards in sent for one in found)
    assert [f"{one.at:%H}" for one in found] == ["08"] * (len(found) - 1) + ["09"], "in UTC"
    before = [(one.at, one.cards) for one in found]

    only_leader.now = employee.now = datetime.fromisoformat("2021-02-01T12:00+01:00")
    turns.clock.go(only_leader.now)  # type: ignore[attr-defined]
    only_leader.act("top.save", place_1="osu-ini-digitalt-kontor")
    with turns.database.writing() as session:
        for row in initiatives.every(session, "osu2020"):
            row.title = {"nb": "Et annet navn"}
            session.add(row)
        programmes.mark_changed(session, "osu2020")
    assert [(one.at, one.cards) for one in on(turns.database)] == before

    card = employee.act("told.on", day="1. desember 2020")
    assert card.title == f"Tirsdag 1. desember 2020 fikk alle {len(found)} meldinger"
    assert "10:00 melding: MBM drøfter i dag" in card.as_text()
    top = next(choice for choice in card.questions[0].choices if "topp 5" in choice.title)
    shown = employee.press("told.one", message=top.value).as_text()
    stored = Card.model_validate(next(one.cards["nb"] for one in found if one.kind == Kind.TOP_LIST))
    assert "Slik ble det sendt tirsdag 1. desember 2020 kl. 09:00" in shown
    for line in stored.as_text().split("\n"):
        assert line in shown
    assert "Kompetansestrategi: Hvorfor: Flest har bedt om det" in shown

    assert told_command.run(turns.database, "osu2020", "2020-12-01", "nb") == 0
    printed = capsys.readouterr().out
    for one in found:
        assert Card.model_validate(one.cards["nb"]).as_text() in printed


def test_what_was_corrected_is_shown_as_it_was_and_as_it_became(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    employee.say("hei")
    only_leader.now = datetime.fromisoformat("2020-12-01T10:00+01:00")
    announced(only_leader, **NEWS)
    send_all(turns)
    only_leader.now = datetime.fromisoformat("2020-12-02T10:00+01:00")
    only_leader.act("announcement.correct", announcement=1)
    only_leader.press("announcement.correcting", title=NEWS["title"], text="Vi møttes i går.", what="Dagen er rettet.")
    assert only_leader.press("announcement.corrected").outcome == "done"
    send_all(turns)
    first, second = on(turns.database), on(turns.database, date(2020, 12, 2))
    assert NEWS["text"] in Card.model_validate(first[0].cards["nb"]).as_text()
    assert [one.kind for one in second] == [Kind.CORRECTION]
    assert "Vi møttes i går." in Card.model_validate(second[0].cards["nb"]).as_text()


def test_what_was_recalled_is_read_by_leaders_alone(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    only_leader.now = employee.now = datetime.fromisoformat("2020-12-01T10:00+01:00")
    announced(only_leader, **NEWS)
    send_all(turns)
    only_leader.act("announcement.recall", announcement=1)
    assert only_leader.press("announcement.recalled", reason="Feil dag.").outcome == "done"
    send_all(turns)
    shown = employee.act("told.on", day="2020-12-01")
    assert NEWS["title"] not in shown.as_text()
    message = on(turns.database)[0].message
    assert NEWS["text"] not in employee.act("told.one", day="2020-12-01", message=str(message)).as_text()
    assert NEWS["text"] in only_leader.act("told.one", day="2020-12-01", message=str(message)).as_text()


def test_what_concerns_one_or_some_is_not_among_it(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    test_ideas.propose(employee)
    only_leader.act("initiative.open", initiative=test_ideas.key_of(turns, test_ideas.IDEA["title"]))
    test_ideas.step(only_leader, test_ideas.key_of(turns, test_ideas.IDEA["title"]), "stopped", why="Nei.")
    send_all(turns)
    with turns.database.reading() as session:
        notice = session.exec(select(Message).where(Message.kind == Kind.NOTICE)).first()
    assert notice is not None
    assert on(turns.database, NOW.date()) == []
    assert "Nei." not in employee.act("told.one", day="2020-11-24", message=str(notice.id)).as_text()


def test_what_was_never_sent_is_not_told(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    only_leader.now = datetime.fromisoformat("2020-12-01T10:00+01:00")
    announced(only_leader, **NEWS)
    assert on(turns.database) == []


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("day", ["", "en gang i fjor", "31. februar 2020", "desember 2020"])
def test_what_is_no_day_is_asked_back(employee: Talk, language: str, day: str) -> None:
    employee.act("language.set", language=language)
    card = employee.act("told.on", day=day)
    assert [question.name for question in card.questions] == ["day"]
    assert card.outcome == ("refused" if day else "clarify")


def test_a_day_to_come_is_not_said_to_have_been_without_messages(employee: Talk) -> None:
    card = employee.say("hva ble sendt 1. desember 2020")
    assert card.outcome == "refused"
    assert card.questions[0].error == "Tirsdag 1. desember 2020 har ikke vært ennå. Skriv en dag som har vært."


def test_a_day_without_anything_says_so(employee: Talk, turns: Turns, capsys: pytest.CaptureFixture[str]) -> None:
    assert employee.act("told.on", **{"from": "2020-01-01", "to": "2020-01-01"}).outcome == "unknown"
    assert told_command.run(turns.database, None, "2020-01-01", "nb") == 0
    assert "ble det ikke sendt noe til alle" in capsys.readouterr().out
    assert told_command.run(turns.database, None, "1. januar", "nb") == 1
    assert told_command.run(turns.database, "nowhere", "2020-01-01", "nb") == 1


def test_it_is_the_day_in_the_organisations_zone(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    only_leader.now = datetime.fromisoformat("2020-12-01T00:30+01:00")
    announced(only_leader, **NEWS)
    send_all(turns)
    assert len(on(turns.database)) == 1
    assert on(turns.database, date(2020, 11, 30)) == []
