"""Pace: when the database's clock, which all processes share, is where, and how late something arrived."""

import time
from collections import deque

from storage.database import Session, read_clock

#: How many readings are kept. There are some in each second while anything is sent.
READINGS = 64
#: Seconds by which two readings may differ beyond what either of them leaves open: SQLite's clock counts whole ms.
ROUNDED = 0.002


class DatabaseClock:
    """The database's clock, as it is told by this machine's.

    A place in a pace is a moment of the database's clock. How long its claim took tells nothing of when that is: told
    by it, each claim's messages would be early by another amount, up to that of the whole transaction.
    """

    def __init__(self) -> None:
        #: How long a reading took, and how far it was ahead of this process's clock, seconds. Replaced, never changed:
        #: one thread reads the clock while another goes by what is here.
        self._readings: tuple[tuple[float, float], ...] = ()

    def read(self, session: Session) -> None:
        """Reads it. May be called in any thread."""
        before = time.monotonic()
        said = read_clock(session)
        self.heard(said, before, time.monotonic())

    def heard(self, said: float, before: float, after: float) -> None:
        """It said so at some moment between these two of this process's clock."""
        took, ahead = after - before, said - (before + after) / 2
        before_this = self._readings
        if before_this:
            quickest, known = min(before_this)
            if abs(ahead - known) > (took + quickest) / 2 + ROUNDED:
                # It was set. What it said before is nothing to go by.
                before_this = ()
        self._readings = (*before_this, (took, ahead))[-READINGS:]

    def until(self, moment: float) -> float:
        """Seconds until a moment of the database's clock; less than 0.0 where that is over. It was read before."""
        _, ahead = min(self._readings)
        return moment - ahead - time.monotonic()


#: Of how many posts the usual time is known by, and the parts of them that are quicker than quick and than usual.
POSTS, QUICK, USUAL = 100, 0.1, 0.9
#: Seconds that the usual may be apart for a longer one to mean anything, and the most that it is taken to mean. Where a
#: platform takes now this long and now that, its time does not tell when the message arrived.
SPREAD, MOST_BEYOND = 0.02, 0.1


class Arrivals:
    """How late what is sent in a lane arrives: by its start, and by a post that takes longer than they do."""

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=POSTS)

    def late(self, began_late: float, took: float) -> float:
        """Seconds after its place in the pace at which a post arrived that began so late and took so long."""
        self._took.append(took)
        by_length = sorted(self._took)
        quick, usual = (by_length[int(part * len(by_length))] for part in (QUICK, USUAL))
        beyond = took - usual if usual - quick < SPREAD else 0.0
        return began_late + min(max(0.0, beyond), MOST_BEYOND)
