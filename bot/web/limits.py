"""How often the login-free pages may be used from one network.

In memory only, and of nobody: what is counted is a keyed hash of a network's prefix, and the key lasts a day.
"""

import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b

#: Seconds after which the key and all counts are thrown away.
KEPT_FOR = 24 * 3600.0
#: How many counts are kept at the most, some 10 MB: beyond that the oldest is forgotten.
MOST = 50_000


@dataclass(frozen=True)
class Rate:
    """``at_once`` uses in a row, and ``an_hour`` when they are spent."""

    name: str
    at_once: int
    an_hour: int

    @property
    def apart(self) -> float:
        """Seconds between two uses that go on for ever."""
        return 3600 / self.an_hour


#: A whole town hall has one address to the outside, and a prefix of a mobile network thousands of people: the rates are
#: for a meeting where everybody is asked to write, and still less than a fifth of a thousand an hour.
SENDING = Rate("sending", 60, 120)
#: Looking a text over takes some 50 ms of a processor at the worst, and a writer does it more than once.
CHECKING = Rate("checking", 180, 480)
#: Wrong codes: 10^16 are possible, so this is for the processor's sake (a slow hash each) and not against guessing.
WRONG_CODES = Rate("wrong codes", 30, 60)
#: Everything on these pages, so that nothing there is for free.
LOOKING = Rate("looking", 1200, 7200)

#: Bodies that are read from one network at a time: each may take 256 KB of memory, for as long as it may come slowly.
READ_AT_ONCE = 20
#: Seconds that the first wrong code waits, and the longest that one does. Each doubles it.
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0


class Limits:
    """Counts by the moment at which what was used is made up for (the generic cell rate algorithm): one number for each
    network and rate, which says nothing once that moment is over. ``clock`` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made_up_at: OrderedDict[bytes, float] = OrderedDict()
        self._being_read: Counter[bytes] = Counter()
        self._renew()

    def wait(self, source: str, rate: Rate) -> float:
        """Seconds until one more is let in from there; 0 where it is let in now, and counted."""
        seconds = self.due(source, rate)
        if seconds == 0:
            self.count(source, rate)
        return seconds

    def due(self, source: str, rate: Rate) -> float:
        """Seconds until one more would be let in; counts nothing."""
        return max(0.0, self._used(source, rate) - (rate.at_once - 1)) * rate.apart

    def count(self, source: str, rate: Rate) -> None:
        now = self._clock()
        key = self._key_of(source, rate.name)
        self._made_up_at[key] = max(self._made_up_at.get(key, now), now) + rate.apart
        self._made_up_at.move_to_end(key)
        while len(self._made_up_at) > MOST:
            self._made_up_at.popitem(last=False)

    @contextmanager
    def reading(self, source: str) -> Iterator[bool]:
        """While a body from there is read: whether there is room for it beside the others that are."""
        key = self._key_of(source, "reading")
        self._being_read[key] += 1
        try:
            yield self._being_read[key] <= READ_AT_ONCE
        finally:
            self._being_read[key] -= 1
            self._being_read += Counter()

    def slowed(self, source: str) -> float:
        """Seconds that the wrong code which was just counted must wait: each doubles it, quiet minutes ease it."""
        used = min(self._used(source, WRONG_CODES), 60)
        return float(min(FIRST_WAIT * 2 ** (used - 1), LONGEST_WAIT))

    def tidy(self) -> None:
        """Forgets what is over, and a day after it was made the key with everything under it."""
        now = self._clock()
        if now - self._made_at >= KEPT_FOR:
            self._renew()
        for key in [key for key, at in self._made_up_at.items() if at <= now]:
            del self._made_up_at[key]

    def __len__(self) -> int:
        return len(self._made_up_at)

    def _used(self, source: str, rate: Rate) -> float:
        """How many uses are not made up for."""
        if self._clock() - self._made_at >= KEPT_FOR:
            self._renew()
        return max(0.0, self._made_up_at.get(self._key_of(source, rate.name), 0.0) - self._clock()) / rate.apart

    def _key_of(self, source: str, name: str) -> bytes:
        return blake2b(f"{name}\n{source}".encode(), key=self._key, digest_size=16).digest()

    def _renew(self) -> None:
        self._key = secrets.token_bytes(32)
        self._made_at = self._clock()
        self._made_up_at.clear()
