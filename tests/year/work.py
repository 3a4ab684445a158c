"""What people do about status reports, sprints and a risk assessment, through the front door."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from dialogs.card import Card
from storage import status_reports, status_streams
from storage.database import Database
from storage.people import Person
from storage.sprint_work import SprintWork
from tests.talk import Talk
from tests.year import almanac
from tests.year.almanac import DAY, said
from tests.year.cast import ON_HOLIDAY, Plot, Tempo
from tests.year.ledger import Due, Ledger
from tests.year.rounds import Report, Review, Task

STREAMS = ("Arbeidsstrøm 1", "Arbeidsstrøm 2")
#: How likely on a day an owner answers, a project leader sends, and a leader looks at the queue.
ANSWERING, SENDING, LOOKING = 0.5, 0.6, 0.04
REVIEW = "osu-risikovurdering"
#: So many days after a vedtak a leader records it; what else was to be decided nobody records.
RECORDED = {"osu-kommunestyret": 12, "os-vedtak-plan": 2}
VEDTAK = {
    "title": "Vedtak i kommunestyret",
    "text": "Saken er vedtatt.",
    "body": "Kommunestyret",
    "discussed": "Formannskapet",
    "dissent": "Mindretallet ville vente.",
    "dissent_of": "minority",
    "basis": "https://example.org/sak/1",
    "means": "Arbeidet går videre.",
}
DELIVERIES = (
    "Felles innkjøp",
    "Kart over systemene",
    "Digital arkivnøkkel",
    "Nye maler",
    "Én vei inn",
    "Rom og nøkler",
    "Lønn på nett",
    "Bedre søk",
)
TEAM = ("Kommunalsjef", "Koordinator")
#: A demo is planned so many working days into a sprint; how likely a result is written on a day, and is that it is
#: delivered.
DEMO_AFTER, WRITING, DELIVERED = 3, 0.5, 0.6
DONE = {"done": "Kartlagt.", "standing": "on_plan", "risks": "Få folk"}


@dataclass
class Work:
    """Does it, where the programme has it; ``talk`` gives somebody as they are on that day."""

    plot: Plot
    begins: date
    tempo: Tempo
    ledger: Ledger
    database: Database
    chance: random.Random
    tell: Callable[[str], None]
    talk: Callable[[str, date], Talk]
    due: list[Due]

    def do(self, day: date) -> None:
        number = (day - self.begins).days
        if "status_reports" in self.ledger.file:
            self._report(day, number)
        if "sprints" in self.ledger.file:
            self._deliver(day, number)
        if "risk_reviews" in self.ledger.file:
            self._review(day, number)
        for key, after in RECORDED.items():
            if key in self.ledger.days and day == almanac.working_day_from(self.ledger.days[key] + DAY * after):
                self._record(key, day)

    def _leader(self, day: date) -> Talk:
        return self.talk(self.ledger.holders("leader", day)[0], day)

    def _report(self, day: date, number: int) -> None:
        reports = self.ledger.reports
        if reports.first is None and number >= self.tempo.reports:
            self._arrange(day, day + DAY * self.tempo.ahead)
        report = reports.current(day)
        if report is None or day.month in ON_HOLIDAY[self.plot.programme]:
            return
        for place, name in enumerate(reports.owners):
            if name not in report.answered and self.chance.random() < ANSWERING:
                self._answer(report, place, name, day)
        if day >= report.made_on and self.chance.random() < SENDING:
            leader = self._leader(day)
            leader.act("report.preview")
            _must(leader.press("report.send"))
            report.sent_on = day
            self.due += [Due(name, f"statusrapport: {day}", day) for name in self.ledger.readers(day)]
            self.tell(
                f"{leader.where.name} sender statusrapporten. {len(report.answered)} av {len(STREAMS)} har svart."
            )

    def _arrange(self, day: date, first: date) -> None:
        """The leader sets the first day, and says who answers for each work stream."""
        leader = self._leader(day)
        leader.act("report.rhythm")
        _must(leader.press("report.rhythm_set", day=_typed(first), weeks="3", clock="09:00"))
        for title in STREAMS:
            leader.act("report.stream")
            _must(leader.press("report.stream_added", title=title, owner=""))
        with self.database.reading() as session:
            keys = [stream.key for stream in status_streams.every(session, self.plot.programme)]
        for key, name in zip(keys, STREAMS, strict=True):
            leader.act("report.owners")
            _must(leader.press("report.owners_set", stream=key, owner=name, stand_in=""))
        self.ledger.reports.first, self.ledger.reports.owners = first, STREAMS
        self.tell(f"{leader.where.name} setter statusrapporten til hver tredje uke fra {said(first)}.")

    def _answer(self, report: Report, place: int, name: str, day: date) -> None:
        with self.database.reading() as session:
            newest = status_reports.newest(session, self.plot.programme)
            if newest is None:
                # Nobody was asked, and that is found when all is compared.
                return
            item = status_reports.items(session, newest)[place].identity
        owner = self.talk(name, day)
        owner.act("report.answer", item=item)
        _must(owner.press("report.answered", **DONE))
        report.answered.add(name)
        self.tell(f"{name} svarer på de tre spørsmålene.")

    def _deliver(self, day: date, number: int) -> None:
        sprints = self.ledger.sprints
        if sprints.first is None and number >= self.tempo.sprints:
            self._begin_sprints(day)
        elif sprints.first is not None and self.chance.random() < LOOKING:
            leader = self._leader(day)
            leader.act("delivery.prioritise")
            _must(leader.press("delivery.looked"))
            sprints.looked_on = day
            self.tell(f"{leader.where.name} ser over leveransekøen.")
        task = sprints.task
        if task is None or day.month in ON_HOLIDAY[self.plot.programme]:
            return
        if sprints.running(day) == task.began and day == almanac.working_days_on(task.began, DEMO_AFTER):
            self._invite(task, day)
        elif day > task.asked_on and self.chance.random() < WRITING:
            self._write_result(day)

    def _begin_sprints(self, day: date) -> None:
        """A leader fills the queue, puts together a team, and starts the calendar."""
        leader, sprints = self._leader(day), self.ledger.sprints
        for title in DELIVERIES:
            leader.act("delivery.new")
            form = {"title": title, "need": f"Det gjelder {title}.", "owner": "Innkjøp", "known": "no"}
            _must(leader.press("delivery.save", **form))
        leader.act("team.new")
        _must(leader.press("team.save", name="Team A", leader=TEAM[0], members=TEAM[1]))
        first = almanac.working_day_from(day + DAY * (14 - day.weekday()))
        leader.act("sprint.start")
        _must(leader.press("sprint.started", day=_typed(first)))
        sprints.first, sprints.queue, sprints.team = first, len(DELIVERIES), TEAM
        self.tell(f"{leader.where.name} legger {len(DELIVERIES)} leveranser i køen. Første sprint: {said(first)}.")

    def _invite(self, task: Task, day: date) -> None:
        leader = self._leader(day)
        leader.act("demo.plan")
        form = {"day": _typed(task.ends), "starts": "10", "ends": "11", "place": "Kantina", "everyone": "yes"}
        _must(leader.press("demo.planned", **form))
        task.demo = task.ends
        self.due += self.ledger.invite(day)
        self.tell(f"{leader.where.name} inviterer alle til demo {said(task.ends)}.")

    def _write_result(self, day: date) -> None:
        sprints, task = self.ledger.sprints, self.ledger.sprints.task
        assert task is not None
        with self.database.reading() as session:
            found = session.exec(select(SprintWork.id).where(SprintWork.result.is_(None))).first()  # type: ignore[union-attr]
        if found is None:
            # The team was never given anything, and that is found when all is compared.
            return
        is_done = self.chance.random() < DELIVERED
        head = self.talk(TEAM[0], day)
        head.act("delivery.result", work=found)
        form = (
            {"result": "delivered", "shown": "Det virker."} if is_done else {"result": "carries_on", "why": "Mer tid."}
        )
        _must(head.press("delivery.resulted", **{"shown": "", "why": "", **form}))
        sprints.task, sprints.is_carried = None, not is_done
        running = sprints.running(day)
        if not is_done and running is not None and running != task.began and day <= sprints.ends(running):
            sprints.take(running)
        self.tell(f"{TEAM[0]} skriver at leveransen {'er levert' if is_done else 'går videre til neste sprint'}.")

    def _record(self, key: str, day: date) -> None:
        leader = self._leader(day)
        leader.act("decision.decide", coming=key, kind="political")
        _must(leader.press("decision.decided", **VEDTAK, on=_typed(self.ledger.days[key])))
        self.ledger.recorded.add(key)
        self.tell(f"{leader.where.name} fører i loggen hva kommunestyret vedtok {said(self.ledger.days[key])}.")

    def _review(self, day: date, number: int) -> None:
        review = self.ledger.review
        if review is None and number >= self.tempo.review:
            by = almanac.working_days_on(day, self.tempo.reviewing)
            leader = self._leader(day)
            leader.act("risk.open", review=REVIEW)
            leader.press("risk.assign")
            _must(leader.press("risk.assigned", owner=self._number("Koordinator"), due=_typed(by)))
            self.ledger.review = Review("Koordinator", by)
            self.tell(f"{leader.where.name} gir risikovurderingen til Koordinator, med frist {said(by)}.")
        elif review is not None and not review.is_done and day > almanac.working_days_on(review.by, 1):
            self._finish(day)
            review.is_done = True
            self.tell("Koordinator og Verneombud gjør risikovurderingen ferdig.")

    def _finish(self, day: date) -> None:
        owner, safety = self.talk("Koordinator", day), self.talk("Verneombud", day)
        owner.act("risk.open", review=REVIEW)
        owner.press("risk.move")
        owner.press("risk.document")
        owner.press("risk.documented", summary="Vi vet hva som kan gå galt.", link="https://example.org/ros")
        owner.act("risk.open", review=REVIEW)
        owner.press(next(one for one in owner.shown[-1].buttons if one.values.get("state") == "with_safety"))
        safety.act("risk.open", review=REVIEW)
        safety.press("risk.part")
        safety.press("risk.part_saved", statement="agree", on="i dag")
        owner.act("risk.open", review=REVIEW)
        _must(owner.press("risk.move"))

    def _number(self, name: str) -> str:
        with self.database.reading() as session:
            return str(session.exec(select(Person.id).where(Person.name == name)).one())


def _must(card: Card) -> None:
    assert card.outcome == "done", card.as_text()


def _typed(day: date) -> str:
    return day.strftime("%d.%m.%Y")
