"""`make torture`: the long form. Prints what became of every message, and ends with 1 when any rule broke."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.processes import ROOT
from tests.conftest import _cluster, _create
from tests.torture import storm, weeks
from tests.torture.expected import ASLEEP, AUTUMN, SPRING
from tests.torture.workers import Haste

#: The product's own waiting, but for the timetable's.
PATIENT = Haste(tick=0.5)
Part = Callable[[str, Path], tuple[dict[str, Any], list[str]]]


def parts(seed: int, kills: int, people: int) -> dict[str, Part]:
    """What is done, each with a database and a folder of its own: on PostgreSQL where the name does not say SQLite."""
    hard = storm.Plan(
        seed=seed,
        kills=kills,
        people=people,
        replicas=3,
        pace=49,
        every=2.0,
        weather=6.0,
        away=75.0,
        haste=PATIENT,
        patience=3600,
    )
    alone = storm.Plan(**{**vars(hard), "kills": max(1, kills // 3), "replicas": 1, "every": 4.0, "away": 20.0})
    return {
        "storm postgresql": partial(storm.run, hard),
        "storm sqlite": partial(storm.run, alone),
        "spring": partial(weeks.run, SPRING, seed, kills // 2),
        "autumn": partial(weeks.run, AUTUMN, seed, kills // 2),
        "asleep": partial(weeks.run, ASLEEP, seed, kills // 8),
    }


def main() -> int:
    reading = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    reading.add_argument("--seed", type=int, default=1)
    reading.add_argument("--kills", type=int, default=60, help="how often workers are killed in the storm")
    reading.add_argument("--people", type=int, default=1000)
    reading.add_argument("--only", default="", help="a part's name, or how it begins")
    chosen = reading.parse_args()
    every = parts(chosen.seed, chosen.kills, chosen.people)
    wanted = {name: part for name, part in every.items() if name.startswith(chosen.only)}
    if not wanted:
        reading.error(f"no part begins with {chosen.only}: there are {', '.join(every)}")
    broken: list[str] = []
    with _postgresql() as server:
        for name, part in wanted.items():
            broken += _run(name, part, server)
    print("\nNo rule broke." if not broken else f"\n{len(broken)} rules broke.")
    return int(bool(broken))


def _run(name: str, part: Part, server: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="torture-", dir=ROOT / "build") as folder:
        address = f"sqlite:///{Path(folder) / 'main.db'}"
        if not name.endswith("sqlite"):
            database = name.replace(" ", "_")
            _create(server, database)
            address = f"{server}&dbname={database}"
        figures, broken = part(address, Path(folder))
        defects = (Path(folder) / "workers.log").read_text("utf-8")
    (ROOT / "build" / f"torture-{name.replace(' ', '-')}.log").write_text(defects, "utf-8")
    print(f"\n{name}")
    for figure, value in figures.items():
        print(f"  {figure:28} {value:>10,}")
    for line in broken[:20]:
        print(f"  BROKEN: {line}")
    if len(broken) > 20:
        print(f"  … and {len(broken) - 20} more")
    sys.stdout.flush()
    return broken


@contextmanager
def _postgresql() -> Iterator[str]:
    (ROOT / "build").mkdir(exist_ok=True)
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        sys.exit("PostgreSQL is not installed: apt-get install postgresql")
    with _cluster(programs[-1]) as server:
        yield server


if __name__ == "__main__":
    sys.exit(main())
