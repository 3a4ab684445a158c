"""What everyone sees of sprints and teams, what teams do, and what the clock does, through the front door."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import TIMETABLE
from dialogs import reminders
from dialogs.sprint_notices import queue_sprints
from storage import programmes
from storage.outbox import Message, OutboxRow
from storage.people import Person
from tests.conftest import NOW
from tests.dialogs.test_deliveries import TYPED, come
from tests.talk import CheckedTurns, Talk

TEAM = {"name": "Team A", "leader": "Kommunalsjef", "members": "Medlem\nUten Konto"}
#: Monday: the sprint that begins then is chosen below.
FIRST = datetime(2020, 11, 30, 8, tzinfo=UTC)


def at(stores: Stores, now: datetime) -> int:
    """The clock's job, until nothing is left."""
    done = 0
    for _ in range(5):
        with stores.database.writing() as session:
            part = queue_sprints(session, programmes.get(session, "osu2020"), now)
        done += part
        if not part:
            break
    return done


def owed(stores: Stores, to: str) -> list[str]:
    """What somebody is owed, as text."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Person.name == to)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        )
        return [f"{cards['nb']['title']} {cards['nb']['blocks']}" for cards in rows]


class Hall:
    """A leader, a kommunalsjef who leads a team, who is in it, and somebody else."""

    def __init__(self, stores: Stores, turns: CheckedTurns) -> None:
        self.stores = stores
        self.leader = come(stores, turns, "sjef", "leader")
        self.head, self.member = come(stores, turns, "kommunalsjef"), come(stores, turns, "medlem")
        self.stranger = come(stores, turns, "innom")

    def add(self, *titles: str, **typed: str) -> None:
        for title in titles:
            self.leader.act("delivery.new")
            self.leader.press("delivery.save", **{**TYPED, "title": title, **typed})

    def team(self, **typed: str) -> None:
        self.leader.act("team.new")
        self.leader.press("team.save", **{**TEAM, **typed})

    def start(self, day: str = "30. november 2020") -> None:
        self.leader.act("sprint.start")
        self.leader.press("sprint.started", day=day)

    def go(self, now: datetime) -> None:
        """It is that moment for whoever talks."""
        for talk in (self.leader, self.head, self.member, self.stranger):
            talk.turns.clock = DemoClock(now)
            talk.now = now


@pytest.fixture
def hall(stores: Stores, turns: CheckedTurns) -> Hall:
    return Hall(stores, turns)


def test_before_anybody_starts_the_calendar_no_day_is_made_up(hall: Hall) -> None:
    none = hall.stranger.say("når slutter sprinten?")
    assert none.title == "Ingen sprint er planlagt"
    assert "Dokumentene sier ikke når den første sprinten begynner" in none.as_text()
    assert not {"sprint.start", "team.new"} & {button.action for button in none.buttons}
    assert at(hall.stores, FIRST) == 0


def test_from_the_queue_to_a_team_and_through_the_steps(hall: Hall) -> None:
    hall.add("Felles innkjøp", "Kart over systemene")
    hall.team()
    assert owed(hall.stores, "Medlem")[0].startswith("Du er med i Team A")
    hall.start()
    at(hall.stores, FIRST)
    hall.go(FIRST)
    shown = hall.stranger.say("hva jobber innsatsteamene med?")
    assert shown.title == "Sprint 1: 30. november 2020 – 18. desember 2020"
    assert "Team A: Felles innkjøp (behov)" in shown.as_text()
    assert "Sprinten slutter fredag 18. desember 2020" in shown.as_text()
    assert "Sprint 2 begynner mandag 21. desember 2020. Køen er ikke sett over" in shown.as_text()
    assert "Team A arbeider nå med «Felles innkjøp»" in owed(hall.stores, "Kommunalsjef")[1]
    hall.member.act("team.open", team=1)
    hall.member.press("delivery.step")
    again = hall.member.press("delivery.stepped", stage="solution", note="")
    assert again.outcome == "refused"
    hall.member.press("delivery.stepped", stage="solution", note="Ti ledere er spurt.")
    told = hall.stranger.act("delivery.open", delivery=1).as_text()
    assert "Hos Team A" in told
    assert "Løsning: 30. november 2020, Medlem. Ti ledere er spurt." in told
    assert hall.stranger.act("delivery.step", delivery=1).outcome == "refused"


def test_an_old_form_of_a_step_keeps_its_note(hall: Hall) -> None:
    hall.add("Felles innkjøp")
    hall.team()
    hall.start("24. november 2020")
    at(hall.stores, NOW)
    mine = hall.head.act("delivery.step", delivery=1)
    hall.member.act("delivery.step", delivery=1)
    hall.member.press("delivery.stepped", stage="solution", note="Skissen er klar.")
    button = next(one for one in mine.buttons if one.action == "delivery.stepped")
    stale = hall.head.press(button, stage="test", note="Vi tester mandag.")
    note = next(one for one in stale.questions if one.name == "note")
    assert (note.value, "Medlem har ført leveransen videre" in note.error) == ("Vi tester mandag.", True)
    hall.head.press("delivery.stepped", stage="test", note="Vi tester mandag.")
    assert "løsningen testes" in hall.head.act("delivery.open", delivery=1).as_text()


def test_whoever_orders_the_queue_is_reminded_two_working_days_before_once(hall: Hall) -> None:
    hall.add("Felles innkjøp")
    hall.start()
    thursday = datetime(2020, 11, 26, 8, tzinfo=UTC)
    assert at(hall.stores, thursday - timedelta(minutes=1)) == 0, "it is 8.59"
    assert [at(hall.stores, thursday), at(hall.stores, thursday + timedelta(hours=3))] == [1, 0]
    (reminder,) = owed(hall.stores, "Sjef")
    assert reminder.startswith("Se over leveransekøen før sprint 1")
    assert "Felles innkjøp" in reminder
    assert owed(hall.stores, "Innom") == []


def test_who_has_looked_is_not_reminded(hall: Hall) -> None:
    hall.add("Felles innkjøp")
    hall.start()
    hall.leader.act("delivery.prioritise")
    hall.leader.press("delivery.looked")
    assert at(hall.stores, datetime(2020, 11, 26, 8, tzinfo=UTC)) == 0
    at(hall.stores, FIRST)
    hall.go(FIRST)
    assert "Ingen så over" not in hall.stranger.act("sprint.show").as_text()


def test_that_nobody_looked_is_told_and_not_hidden(hall: Hall) -> None:
    hall.add("Felles innkjøp")
    hall.team()
    hall.team(name="Team B", leader="En uten konto", members="")
    hall.start()
    at(hall.stores, FIRST - timedelta(hours=2))
    assert not [one for one in owed(hall.stores, "Sjef") if "har begynt" in one], "not before eight o'clock"
    at(hall.stores, FIRST)
    begun = next(one for one in owed(hall.stores, "Sjef") if "har begynt" in one)
    assert "Ingen så over leveransekøen før denne sprinten" in begun
    assert "Uten leveranse: Team B" in begun
    hall.go(FIRST)
    assert "Ingen så over leveransekøen" in hall.stranger.act("sprint.show").as_text()


def test_a_team_of_another_size_is_told_so_and_stands(hall: Hall) -> None:
    hall.leader.act("team.new")
    made = hall.leader.press("team.save", **{**TEAM, "members": "\n".join(f"Navn {n}" for n in range(9))})
    assert made.outcome == "done"
    assert "Det er 10 personer i teamet. Et innsatsteam er ca. 5." in made.as_text()
    assert "Kommunalsjef: leder teamet" in made.as_text()


def test_a_second_delivery_is_refused_with_why(hall: Hall) -> None:
    hall.add("Felles innkjøp", "Kart over systemene")
    hall.team()
    hall.start("24. november 2020")
    at(hall.stores, NOW)
    refused = hall.head.act("team.take", team=1)
    assert "Et innsatsteam arbeider med én leveranse om gangen" in refused.as_text()


def test_a_day_that_cannot_be_comes_back_in_the_form(hall: Hall) -> None:
    hall.leader.act("sprint.start")
    again = hall.leader.press("sprint.started", day="29. november 2020")
    (question,) = again.questions
    assert (question.value, question.error.startswith("Det er en lørdag, søndag")) == ("29. november 2020", True)
    hall.leader.press("sprint.started", day="30. november 2020")
    hall.leader.act("sprint.start")
    hall.leader.press("sprint.started", day="1. desember 2020")
    assert "tirsdag 1. desember" in hall.stranger.act("sprint.show").title


def test_the_clock_does_it() -> None:
    assert queue_sprints in TIMETABLE


@pytest.mark.parametrize(
    "text",
    ["hva jobber innsatsteamene med", "Når slutter sprinten?", "hva er i sprinten", "what is in the sprint?",
     "kva arbeider innsatsteama med no", "when does the sprint end", "vis sprinttavla"],
)  # fmt: skip
def test_it_is_asked_for_in_words(employee: Talk, text: str) -> None:
    assert employee.say(text).title in ("Ingen sprint er planlagt", "Ingen sprint er planlagd", "No sprint is planned")


def test_of_many_teams_each_can_be_looked_at(hall: Hall) -> None:
    for name in "ABC":
        hall.team(name=f"Team {name}", leader="En uten konto", members="")
    hall.stranger.act("sprint.show")
    which = hall.stranger.press("team.open")
    assert [choice.title for choice in which.questions[0].choices] == ["Team A", "Team B", "Team C"]
    assert hall.stranger.press("team.open", team="3").title == "Team C"


def test_the_demos_clock_foretells_the_queue_the_start_the_demo_and_the_question_of_the_result(hall: Hall) -> None:
    hall.add("Felles innkjøp", "Felles post")
    hall.team()
    hall.start()
    assert foretold(hall, NOW)["påminnelse om køen før sprint 1"].isoformat() == "2020-11-26T09:00:00+01:00"
    assert foretold(hall, NOW)["starten på sprint 1"].isoformat() == "2020-11-30T08:00:00+01:00"
    at(hall.stores, FIRST)
    assert "starten på sprint 1" not in foretold(hall, FIRST)
    later = foretold(hall, FIRST)
    assert later["spørsmålet om resultatet av sprint 1"].date() > FIRST.date()
    assert later["påminnelse om køen før sprint 2"] < later["starten på sprint 2"]


def foretold(hall: Hall, now: datetime) -> dict[str, datetime]:
    """What the demo's clock leads to after then, each with its first time."""
    with hall.stores.database.reading() as session:
        found = reminders.coming(session, programmes.get(session, "osu2020"), now, "nb")
    return {what: when for when, what in reversed(found)}


def test_a_team_is_found_by_the_name_that_it_was_given(hall: Hall) -> None:
    assert hall.stranger.say("er jeg med i et innsatsteam?").title == "Du er ikke med i noe innsatsteam her"
    hall.team(name="Team Grunndata")
    hall.team(name="Team B", leader="En Annen", members="")
    for asked in ("hvem leder Team Grunndata?", "hvem er med i team grunndata", "kven leier Team Grunndata?",
                  "who is in Team Grunndata?"):  # fmt: skip
        told = hall.stranger.say(asked)
        assert told.title == "Team Grunndata", asked
        assert "Kommunalsjef" in told.as_text()
    everyone = hall.stranger.say("hvem er i innsatsteamene?").as_text()
    assert "Team Grunndata: Kommunalsjef (leder teamet), Medlem, Uten Konto" in everyone
    assert "Team B: En Annen (leder teamet)" in everyone
    assert hall.member.say("er jeg med i et innsatsteam?").title == "Du er med i Team Grunndata"


def test_a_team_that_is_no_more_is_not_found(hall: Hall) -> None:
    hall.team(name="Team Grunndata")
    hall.leader.act("team.end", team=1)
    assert hall.stranger.say("hvem leder Team Grunndata?").title != "Team Grunndata"


def test_everyone_whose_place_in_a_team_changed_is_told_what_it_became(hall: Hall) -> None:
    hall.add("Felles innkjøp")
    hall.team()
    hall.start("24. november 2020")
    at(hall.stores, NOW)
    assert owed(hall.stores, "Kommunalsjef")[0].startswith("Du leder Team A")
    hall.leader.act("team.new", team=1)
    hall.leader.press("team.save", name="Team A", leader="Innom", members="Kommunalsjef\nUten Konto")
    new = owed(hall.stores, "Innom")[-1]
    assert new.startswith("Du leder Team A")
    assert "Arbeider med «Felles innkjøp» i sprint 1" in new
    assert owed(hall.stores, "Kommunalsjef")[-1].startswith("Du leder ikke Team A lenger")
    assert owed(hall.stores, "Medlem")[-1].startswith("Du er ikke med i Team A lenger")
    before = [len(owed(hall.stores, name)) for name in ("Innom", "Kommunalsjef", "Medlem")]
    hall.leader.act("team.new", team=1)
    hall.leader.press("team.save", name="Team Alfa", leader="Innom", members="Kommunalsjef\nUten Konto")
    assert [len(owed(hall.stores, name)) for name in ("Innom", "Kommunalsjef", "Medlem")] == before


def test_taking_from_the_queue_is_offered_where_it_can_be_done_and_a_refusal_shows_the_team(hall: Hall) -> None:
    hall.team()
    hall.add("Felles innkjøp")
    free = hall.head.act("team.open", team=1)
    assert "Det tar en når neste sprint begynner" in free.as_text()
    assert "team.take" not in {one.action for one in free.buttons}
    refused = hall.head.act("team.take", team=1)
    assert (refused.title, refused.outcome) == ("Team A", "refused")
    assert "Ingen sprint er i gang nå" in refused.as_text()
    hall.leader.act("delivery.stop", delivery=1)
    hall.leader.press("delivery.stopped", why="Ikke nå.")
    hall.start("24. november 2020")
    assert "team.take" not in {one.action for one in hall.head.act("team.open", team=1).buttons}, "the queue is empty"
    hall.add("Kart over systemene")
    hall.head.act("team.open", team=1)
    assert "Kart over systemene" in hall.head.press("team.take").as_text()


def test_of_a_delivery_is_told_when_teams_take_it_or_how_long_they_have_it(hall: Hall) -> None:
    hall.add("Felles innkjøp", "Kart over systemene")
    hall.team()
    hall.start("24. november 2020")
    at(hall.stores, NOW)
    assert (
        "Sprint 1: 24. november 2020 – 14. desember 2020" in hall.stranger.say("når kommer Felles innkjøp?").as_text()
    )
    waits = hall.stranger.say("når kommer kart over systemene?").as_text()
    assert "Innsatsteamene tar fra køen når sprint 2 begynner tirsdag 15. desember 2020" in waits
    assert "Når leveransen er ferdig, er ikke bestemt" in waits
