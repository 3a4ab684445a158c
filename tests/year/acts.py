"""What people do in a year, all of it through the front door; each act is noted in the ledger and told in the diary."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Button, Card
from storage import group_seats, people, workgroups
from storage.database import Database
from storage.initiatives import Initiative
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.proposals import Proposal
from storage.sign_ups import SignUp
from storage.terms import Term
from tests.talk import Talk
from tests.year.almanac import DAY, at, is_free, said, working_day_by, working_day_from
from tests.year.cast import IDEAS, ON_HOLIDAY, Plot, Somebody, Tempo
from tests.year.ledger import Due, Ledger, Promised
from tests.year.work import Work

ALL_NO = {f"has_{aspect}": "no" for aspect in ("residents", "employees", "economy", "law", "goals")}
#: How likely on a working day a coordinator answers somebody, and somebody volunteers.
ANSWERING, VOLUNTEERING = 0.05, 0.12
#: On which days of its year a group's proposal comes how far; those of the third group are late, and the fourth group
#: forgets the assessment at first.
WRITTEN, ASSURED, HANDED_OVER, TOO_LATE = (60, 90, 115, 125)


@dataclass
class Acts:
    """Does what somebody does on a day."""

    plot: Plot
    begins: date
    tempo: Tempo
    ledger: Ledger
    turns: Turns
    chance: random.Random
    tell: Callable[[str], None]
    due: list[Due] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    questions: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._work = Work(
            self.plot,
            self.begins,
            self.tempo,
            self.ledger,
            self.database,
            self.chance,
            self.tell,
            self._talk,
            self.due,
        )

    @property
    def database(self) -> Database:
        return self.turns.database

    def morning(self, day: date) -> None:
        """Before nine: answers, and what is to be in force at nine."""
        if is_free(day):
            return
        self._answer_volunteers(day)

    def afternoon(self, day: date) -> None:
        """After what the clock sent in the morning."""
        if is_free(day):
            return
        for one in self.ledger.people:
            if one.comes == day:
                self._come(one, day)
        self._volunteer(day)
        self._ask(day)
        self._have_ideas(day)
        self._lead(day)
        self._meet(day)
        self._propose(day)
        self._work.do(day)
        for one in self.ledger.people:
            if one.mutes == day:
                self._talk(one.name, day).act("subscription.set", on=False, topic="all")
                self.ledger.muted.add(one.name)
                self.tell(f"{one.name} slår av alle meldinger.")

    def _talk(self, name: str, day: date, hour: int = 13) -> Talk:
        account = name.casefold().replace(" ", "-")
        talk = Talk(self.turns, account, at(day, hour))
        talk.where.name = name
        return talk

    def _come(self, one: Somebody, day: date) -> None:
        talk = self._talk(one.name, day)
        talk.act("help")
        with self.database.writing() as session:
            person = session.exec(select(Person).where(Person.name == one.name)).one()
            for role in one.roles:
                people.grant(session, person, self.plot.programme, role, Term(None, one.until))
            for seat in one.seats:
                group = workgroups.get(session, self.plot.programme, seat)
                group_seats.give(session, person, group, talk.now, leads=seat == one.leads)
        self.ledger.here.add(one.name)
        self.tell(f"{one.name} skriver til boten for første gang.")
        if one.digest is not None:
            weekday = ("monday", "tuesday", "wednesday", "thursday", "friday")[one.digest]
            talk.act("subscription.set", on=True, topic="digest", frequency="weekly", weekday=weekday)
            self.ledger.summed_up[one.name] = talk.now
            self.tell(f"{one.name} vil ha en oppsummering hver uke.")
        if one.reminded:
            key, days = one.reminded
            if talk.act("reminder.set", milestone=key, days=days).outcome == "done":
                on = working_day_by(self.ledger.day_of(key)[0] - DAY * days)
                self.ledger.reminded[one.name] = on
                self.tell(f"{one.name} ber om å bli minnet på {key} {days} dager før.")

    def _volunteer(self, day: date) -> None:
        group = self.plot.open_group
        if not group or self.chance.random() > VOLUNTEERING:
            return
        taken = self.ledger.accepted | {one.name for one in self.ledger.promised}
        free = [one.name for one in self._askers() if one.name not in taken]
        if not free:
            return
        name = self.chance.choice(free)
        self._talk(name, day).act("workgroup.join", group=group)
        days = next(one for one in self.ledger.file["workgroups"] if one["key"] == group)["reply_within"]["days"]
        by = working_day_by(day + DAY * days)
        self.ledger.promised.append(Promised(name, by))
        self.tell(f"{name} melder seg på, og blir lovet svar innen {said(by)}.")

    def _answer_volunteers(self, day: date) -> None:
        if day.month in ON_HOLIDAY[self.plot.programme]:
            return
        for one in [one for one in self.ledger.promised if self.chance.random() < ANSWERING]:
            with self.database.reading() as session:
                key = session.exec(
                    select(SignUp.id)
                    .join(Person, Person.id == SignUp.person_id)  # type: ignore[arg-type]
                    .where(Person.name == one.name)
                ).one()
            shown = self._talk("Koordinator", day, 8).act("signup.accept", sign_up=key)
            assert shown.outcome == "done", shown.as_text()
            self.ledger.promised.remove(one)
            self.ledger.accepted.add(one.name)
            late = " Det er etter fristen." if one.by < day else ""
            self.tell(f"{one.name} får svar og er med i gruppa.{late}")

    def _askers(self) -> list[Somebody]:
        """Those without a role or a summary: whoever acts after weeks of silence gets the news at once instead."""
        those = [one for one in self.ledger.people if not one.roles and one.digest is None]
        return [one for one in those if one.name in self.ledger.here]

    def _ask(self, day: date) -> None:
        for name in [one.name for one in self._askers()]:
            if self.chance.random() < 0.04:
                question = self.chance.choice(self.plot.questions)
                outcome = self._talk(name, day).say(question).outcome
                self.questions[outcome] += 1
                known = "får svar" if outcome == "answered" else "får vite at ingen dokumenter sier det"
                self.tell(f"{name} spør: «{question}», og {known}.")

    def _have_ideas(self, day: date) -> None:
        with_idea = (day - self.begins).days % 45 == 30
        place = (day - self.begins).days // 45
        if not with_idea or place >= len(IDEAS):
            if self.left and self.chance.random() < 0.2:
                self._lift(day)
            return
        title = IDEAS[place]
        name = next(one.name for one in self._askers())
        talk = self._talk(name, day)
        talk.act("initiative.propose")
        form = {"title": title, "need": f"Det gjelder {title}.", "for_whom": "Ansatte", "value": "Mindre leting"}
        rest = {"effort": "sprint", "risk": "Lav", "competences": "IT", "releases": "ingen"}
        card = talk.press("initiative.proposed", **form, **rest)
        assert card.outcome == "done", card.as_text()
        self.left.append(title)
        self.tell(f"{name} foreslår «{title}».")

    def _lift(self, day: date) -> None:
        title = self.left.pop(0)
        leader = self._talk(self.ledger.holders("leader", day)[0], day)
        leader.act("initiative.move", initiative=self._initiative(title), to="lifted")
        card = leader.press("initiative.moved")
        assert card.outcome == "done", card.as_text()
        self.lifted.append(title)
        self.tell(f"{leader.where.name} løfter «{title}» til felles nivå.")

    def _initiative(self, title: str) -> str:
        with self.database.reading() as session:
            return next(row.key for row in session.exec(select(Initiative)) if row.title["nb"] == title)

    def _lead(self, day: date) -> None:
        """A leader tells something every other Wednesday, sets the top 5 when there is something to choose from, and in
        the middle of the year how often it goes out."""
        leaders = self.ledger.holders("leader", day)
        if not leaders:
            return
        number = (day - self.begins).days
        if day.weekday() == 2 and day.isocalendar().week % self.tempo.telling == 0:
            self._announce(leaders, day)
        chosen = [*self.plot.chosen, *map(self._initiative, self.lifted)][:5]
        if not self.ledger.has_top and chosen and number > self.tempo.top:
            self._set_top(leaders, chosen, day)
        if number > self.tempo.rhythm and self.ledger.rhythm_set is None:
            card = self._talk(leaders[0], day).say("send topp 5 annenhver tirsdag kl 10.30")
            assert card.outcome == "done", card.as_text()
            tuesday = day + DAY * ((1 - day.weekday()) % 7 or 7)
            self.ledger.rhythm_set, self.ledger.rhythm_from = day, tuesday
            self.tell(f"{leaders[0]} setter topp 5 til annenhver tirsdag klokka halv elleve.")

    def _announce(self, leaders: list[str], day: date) -> None:
        title = f"Nytt fra {self.plot.programme}, uke {day.isocalendar().week}"
        leader = self._talk(leaders[0], day)
        leader.act("announcement.preview", title=title, text="Arbeidet går som planlagt.", form=f"news-{day}")
        leader.send()
        others = leaders[1:]
        if others:
            self._press(others[0], "announcement.approve", day)
        self.due += self.ledger.announce(title, at(day, 13))
        approved = f", og {others[0]} godkjenner" if others else ""
        self.tell(f"{leaders[0]} skriver «{title}» til alle{approved}.")

    def _set_top(self, leaders: list[str], chosen: list[str], day: date) -> None:
        leader = self._talk(leaders[0], day)
        form = {f"place_{place}": key for place, key in enumerate(chosen, 1)}
        card = leader.act("top.save", **form)
        assert card.outcome == "done", card.as_text()
        if leaders[1:]:
            self._press(leaders[1], "top.approve", day)
        self.ledger.has_top = True
        self.tell(f"{leaders[0]} setter topp 5.")

    def _press(self, name: str, action: str, day: date) -> Card:
        """Presses a button of the newest message that has it."""
        with self.database.reading() as session:
            rows = session.exec(
                select(Message.cards)
                .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
                .join(Person, Person.id == OutboxRow.person_id)  # type: ignore[arg-type]
                .where(Person.name == name)
                .order_by(OutboxRow.id.desc())  # type: ignore[union-attr]
            )
            button: Any = next(one for row in rows for one in row["nb"]["buttons"] if one["action"] == action)
        talk = self._talk(name, day)
        card = talk.press(Button.model_validate(button))
        assert card.outcome == "done", card.as_text()
        return card

    def _meet(self, day: date) -> None:
        """On the first working day of a month each group calls a meeting for the third week."""
        if day != working_day_from(day.replace(day=1)) or day.month in ON_HOLIDAY[self.plot.programme]:
            return
        for group, name in self.plot.meetings:
            if name not in self.ledger.here:
                continue
            on = working_day_from(day.replace(day=16))
            card = self._talk(name, day).act(
                "meeting.saved", group=group, day=on.strftime("%d.%m.%Y"), starts="9", ends="11", form=f"{group}-{on}"
            )
            assert card.outcome == "done", card.as_text()
            self.ledger.meetings.append((group, on))
            self.tell(f"{name} kaller inn til møte {said(on)}.")

    def _propose(self, day: date) -> None:
        """Where groups hand over proposals: each writes one, has it assured and hands it over; one of them too late."""
        if "proposals" not in self.ledger.file:
            return
        number = (day - self.begins).days
        for place, (group, name) in enumerate(self.plot.meetings):
            late = TOO_LATE - HANDED_OVER if place == 2 else 0
            for step, on in ((self._write, WRITTEN), (self._review, ASSURED), (self._hand_over, HANDED_OVER + late)):
                if day == working_day_from(self.begins + DAY * (on + place)) and number:
                    step(group, name, day, place)

    def _write(self, group: str, name: str, day: date, place: int) -> None:
        talk, title = self._talk(name, day), f"Tiltak fra {group.partition('-')[2]}"
        typed = {"group": group, "title": title, "text": "Vi gjør det sammen.", "amount": "1 mill", "year": "2019"}
        talk.act("proposal.new")
        talk.press("proposal.save", **typed)
        if place != 3:
            talk.press("proposal.assess")
            talk.press("proposal.assessed", **ALL_NO)
        self.tell(f"{name} skriver «{title}».")

    def _review(self, group: str, name: str, day: date, place: int) -> None:
        talk, key = self._talk(name, day), self._proposal(group)
        if place == 3:
            refused = talk.act("proposal.hand_over", proposal=key)
            assert refused.outcome == "refused", refused.as_text()
            self.tell(f"{name} får ikke levere: {refused.title}")
            talk.act("proposal.open", proposal=key)
            talk.press("proposal.assess")
            talk.press("proposal.assessed", **ALL_NO)
        talk.act("proposal.open", proposal=key)
        talk.press("proposal.review")
        assurer = self._talk("Personalsjef", day)
        assurer.act("proposal.open", proposal=key)
        assert assurer.press("proposal.assure").outcome == "done"
        self.tell(f"Personalsjef kvalitetssikrer forslaget fra {name}.")

    def _hand_over(self, group: str, name: str, day: date, _place: int) -> None:
        talk, key = self._talk(name, day), self._proposal(group)
        talk.act("proposal.open", proposal=key)
        card = talk.press("proposal.hand_over")
        assert card.outcome == "done", card.as_text()
        is_late = day > self.ledger.day_of("os-frist-2019")[0]
        with self.database.reading() as session:
            late_for = session.get_one(Proposal, key).late_for
        assert (late_for is not None) == is_late, f"{group}: {late_for}"
        self.tell(f"{name} leverer forslaget til rådmannen{', etter fristen, og det er notert' if is_late else ''}.")

    def _proposal(self, group: str) -> int:
        with self.database.reading() as session:
            return next(row.identity for row in session.exec(select(Proposal)) if row.workgroup_key == group)
