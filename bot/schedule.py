"""The timetable. APScheduler is only the clock: what is due lives in our tables, and is recorded once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.defects import log_defect
from dialogs.acting import queue_acting
from dialogs.decision_ends import queue_taken_back
from dialogs.decision_reminders import queue_unrecorded_decisions
from dialogs.demo_notices import queue_demos
from dialogs.digests import queue_digests, queue_leaders_card
from dialogs.input_reminders import queue_input_reminders
from dialogs.meeting_notices import queue_meeting_reminders
from dialogs.notification_news import queue_notifications
from dialogs.promises import queue_promises
from dialogs.proposal_notices import queue_proposal_deadlines
from dialogs.recommendation_notices import queue_recommendations
from dialogs.release_notices import queue_asked, queue_releases
from dialogs.reminders import queue_milestone_reminders, queue_moved, queue_personal_reminders
from dialogs.risk_notices import queue_risk_reviews
from dialogs.scheduled import queue_planned_announcements
from dialogs.sign_up_notices import queue_agreed, queue_line_news
from dialogs.snoozed_messages import queue_snoozed
from dialogs.sprint_notices import queue_sprints
from dialogs.status_notices import queue_status_reports
from dialogs.together import queue_together
from dialogs.top_list import queue_top_list
from storage import (
    calendars,
    competences,
    conversations,
    criteria,
    erased_remains,
    erasing_by_request,
    held,
    input_release,
    occurrences,
    plan_changes,
    programmes,
    terms,
)
from storage.anonymous_input import InputStore
from storage.database import Database, Session
from storage.programmes import Programme

log = logging.getLogger(__name__)

#: Looks up what is due, and returns how much it did.
Job = Callable[[Session, Programme, datetime], int]
#: What the clock does for each programme at every tick. Each job is run again until there is nothing left to do.
TIMETABLE: tuple[Job, ...] = (
    plan_changes.note,
    criteria.note_changed,
    competences.end_due,
    calendars.note_planned,
    queue_moved,
    queue_milestone_reminders,
    queue_personal_reminders,
    queue_snoozed,
    queue_top_list,
    queue_planned_announcements,
    queue_taken_back,
    queue_acting,
    queue_sprints,
    queue_demos,
    queue_meeting_reminders,
    queue_leaders_card,
    queue_agreed,
    queue_line_news,
    queue_promises,
    queue_proposal_deadlines,
    queue_unrecorded_decisions,
    queue_recommendations,
    queue_risk_reviews,
    queue_status_reports,
    queue_asked,
    queue_releases,
    queue_digests,
    queue_together,
    held.release,
    erasing_by_request.forget_addresses,
    occurrences.note_awake,
)
#: What the clock does in the inputs' own database, outside every transaction of the main one.
INPUT_TIMETABLE: tuple[Callable[[InputStore, Programme, datetime], int], ...] = (input_release.look,)
#: And then in the main one, after a look into the inputs': who is to be told that something waits there.
NEWS_TIMETABLE: tuple[Callable[[Session, InputStore, Programme, datetime], int], ...] = (
    queue_notifications,
    queue_input_reminders,
)
#: How often one job is run at one tick: each run is a transaction, and what is more waits for the next tick.
MOST_RUNS = 200
#: Seconds between ticks. In the demo people wait for what the clock sends.
TICK = 20.0
DEMO_TICK = 1.0
#: Seconds between two times at which is tidied up, and told what was late.
TIDIED_EVERY = 3600.0


class Schedule:
    """Runs the timetable by a clock of *now*; ``on_queued`` is called when a tick owed somebody something."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        on_queued: Callable[[], None],
        inputs: InputStore | None = None,
        timetable: Sequence[Job] = TIMETABLE,
        tidied_every: float = TIDIED_EVERY,
    ) -> None:
        self._tidied_every = tidied_every
        self._timetable = timetable
        self._database = database
        self._inputs = inputs
        self._clock = clock
        self._on_queued = on_queued
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._skipped = 0

    def start(self) -> None:
        seconds = DEMO_TICK if self._clock.is_demo else TICK
        self._scheduler.add_job(self._tick, "interval", seconds=seconds, coalesce=True, max_instances=1)
        self._scheduler.add_listener(self._note_skipped, EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_job(
            self._tidy,
            "interval",
            seconds=self._tidied_every,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _tick(self) -> None:

        try:
            done = await asyncio.to_thread(self.run_due)
            done += await asyncio.to_thread(self.run_inputs)
            await asyncio.to_thread(self.run_erasing)
        except asyncio.CancelledError:
            # The process is being stopped: each job's transaction is whole or not there, and the next start goes on.
            return
        if done:
            self._on_queued()

    def run_due(self) -> int:
        """One tick: returns how much was newly done. A job that fails is logged, and keeps no other from running."""
        with self._database.reading() as session:
            keys = [programme.key for programme in programmes.every(session)]
        return sum(self._run_out(job, key) for key in keys for job in self._timetable)

    def run_inputs(self) -> int:
        """What is due in the inputs' database; returns to how many something is owed since, by the calendar."""
        if self._inputs is None:
            return 0
        with self._database.reading() as session:
            every = programmes.every(session)
        for programme in every:
            for job in INPUT_TIMETABLE:
                self._run_input(job, self._inputs, programme)
        try:
            input_release.erase(self._inputs)
        except Exception as defect:  # noqa: BLE001 - the next tick tries again
            log.error("erasing what was deleted failed, defect %s", log_defect(defect))
        return sum(self._run_news(job, self._inputs, one.key) for one in every for job in NEWS_TIMETABLE)

    def _run_news(
        self, job: Callable[[Session, InputStore, Programme, datetime], int], inputs: InputStore, programme_key: str
    ) -> int:
        return self._run(lambda session, programme, now: job(session, inputs, programme, now), programme_key, job)

    def run_erasing(self) -> None:
        """Takes off the disk what people had erased, large files at night."""
        with self._database.reading() as session:
            zone = ZoneInfo(next((one.timezone for one in programmes.every(session)), "UTC"))
        try:
            erased_remains.take_off_disk(self._database, self._clock.now().astimezone(zone).time())
        except Exception as defect:  # noqa: BLE001 - the next tick tries again
            log.error("taking what was erased off the disk failed, defect %s", log_defect(defect))

    def _run_input(
        self, job: Callable[[InputStore, Programme, datetime], int], inputs: InputStore, programme: Programme
    ) -> None:
        try:
            job(inputs, programme, self._clock.now())
        except Exception as defect:  # noqa: BLE001 - as of the other jobs
            log.error("%s failed for %s, defect %s", job.__name__, programme.key, log_defect(defect))

    def _run_out(self, job: Job, programme_key: str) -> int:
        """Runs a job until there is nothing left to do: one that concerns very many people does a part at a time."""
        done = 0
        for _ in range(MOST_RUNS):
            part = self._run(job, programme_key)
            done += part
            if not part:
                break
        return done

    def _run(
        self,
        job: Job,
        programme_key: str,
        named: Callable[..., int] | None = None,
    ) -> int:
        try:
            with self._database.writing() as session:
                now = self._clock.now()
                terms.tell_now(session, now)
                return job(session, programmes.get(session, programme_key), now)
        except Exception as defect:  # noqa: BLE001 - the next tick tries again, and no job keeps another from running
            log.error("%s failed for %s, defect %s", (named or job).__name__, programme_key, log_defect(defect))
            return 0

    def _note_skipped(self, _: object) -> None:
        self._skipped += 1

    def _tidy(self) -> None:
        skipped, self._skipped = self._skipped, 0
        if skipped:
            log.warning("%d ticks of the clock were left out lately: the one before was still going on", skipped)
        with self._database.writing() as session:
            conversations.forget_received(session, datetime.now(UTC))
