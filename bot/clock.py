"""The clock of *now*: what is due and what words mean. Leases, pace and tokens go by the machine's clock instead."""

import time
from datetime import UTC, datetime, timedelta

#: How far an activity's own timestamp may be from the server's clock and still be believed.
BELIEVED = timedelta(minutes=10)
#: How far a demo's clock may be let run ahead at once.
FARTHEST = timedelta(days=3 * 365)


class Clock:
    """The server's clock."""

    is_demo = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def at(self, said: datetime | None) -> datetime:
        """The now of an activity that says it was written at ``said``."""
        now = self.now()
        return said if said is not None and abs(said - now) <= BELIEVED else now


class DemoClock(Clock):
    """A clock that starts at a moment of the programme's past and can be let run ahead."""

    is_demo = True

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._started)

    def at(self, said: datetime | None) -> datetime:
        """The activity's own moment, so that a test or a script can ask at any time. A platform that is tried on this
        machine stamps its activities with today: that is the demo's now, not years after it."""
        if said is None or abs(said - datetime.now(UTC)) <= BELIEVED:
            return self.now()
        return said

    def go(self, to: datetime) -> None:
        """Lets the clock run ahead to that moment; it never runs back. Raises ValueError for one that is years away."""
        if to - self.now() > FARTHEST:
            raise ValueError(to)
        self._start += max(to - self.now(), timedelta())
