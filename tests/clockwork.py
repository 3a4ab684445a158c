"""The clock, run by hand."""

from datetime import datetime

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.turns import Turns


def run_at(turns: Turns, moment: str) -> int:
    """Sets the turns' clock to the moment (ISO 8601) and does what is due; how many jobs had something to do."""
    turns.clock.go(datetime.fromisoformat(moment))  # type: ignore[attr-defined]
    return Schedule(turns.database, turns.clock, lambda: None).run_due()


def tick_at(stores: Stores, moment: datetime) -> None:
    """Does what is due then, by a clock of its own: the turns' one stays where it is."""
    Schedule(stores.database, DemoClock(moment), lambda: None).run_due()
