"""Time passes for waiting inputs: what was sent is released, as the clock does it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage import input_release
from storage.anonymous_input import InputStore
from storage.programmes import Programme
from tests.conftest import NOW

OSU = Programme(key="osu2020", name="OSU 2020", smallest_group=6)
#: The set moment after NOW: a Monday.
SET = datetime(2020, 11, 30, 7, tzinfo=ZoneInfo("Europe/Oslo"))


def release(store: InputStore, programme_key: str = "osu2020", now: datetime = NOW) -> int:
    """The look that is due, and that of the set moment after it. Returns how many were released."""
    programme = Programme(key=programme_key, name=programme_key)
    early = input_release.look(store, programme, now)
    return early + input_release.look(store, programme, now + timedelta(days=7))
