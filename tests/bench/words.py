"""How long it takes to understand what somebody typed, and what it costs to be able to."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import settings
from dialogs.understanding import understand, vocabulary_of
from storage import loading, migrating, programme_file, programmes
from storage.database import Database
from tests.bench.processes import ROOT

UTTERANCES = """
Når er neste milepæl?
Hva skjer 15. desember?
hva skjer i neste uke
Når trer endringen i kraft?
Hvilken fase er vi i nå?
Hvem leder OSU 2020?
hvem er med i arbeidsgruppa for kultur
Jeg vil gjerne være med i en arbeidsgruppe
meld meg på gruppe 2
Jeg vil trekke meg fra gruppa
Kan jeg gi et anonymt innspill?
innspill: vi trenger mer tid til opplæring
Hva er de viktigste initiativene?
Vis topp 5
Siste nytt
Har det kommet noen meldinger?
Slå av påminnelser
snakk nynorsk
Kva skjer vidare?
Når får eg vite kvar eg skal jobbe?
Kven er leiar for prosjektet?
Eg vil melde meg på ei arbeidsgruppe
Kva er målet med omstillinga?
When is the next milestone?
Who is leading the project?
What happens on 1 December?
How do I sign up for a workgroup?
nar er neste milepel
hjelp
takk!
Hva blir det til middag i kantina?
Hva betyr MBM?
""".strip().splitlines()
TIMES = 30


def measure() -> dict[str, float]:
    """Milliseconds of each utterance, many times over, once everything is read: by the clock, and of work alone, since
    on a busy machine the slowest of the clock's are those that waited for others."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'main.db'}")
        migrating.migrate(database, "main")
        with database.writing() as session:
            loading.load(session, programme_file.read(settings.PROGRAMMES / "osu2020.yaml"))
            programme = programmes.get(session, "osu2020")
            vocabulary = vocabulary_of(session, programme)
        database.close()
    now, zone = datetime(2020, 11, 24, 8, tzinfo=UTC), ZoneInfo("Europe/Oslo")
    seconds, worked = [], []
    for turn in range(TIMES + 1):
        for text in UTTERANCES:
            started, before = time.perf_counter(), time.thread_time()
            understand(text, vocabulary, now, zone, {})
            if turn:
                seconds.append(time.perf_counter() - started)
                worked.append(time.thread_time() - before)
    cuts, of_work = statistics.quantiles(seconds, n=100), statistics.quantiles(worked, n=100)
    return {
        "understand_p50_ms": cuts[49] * 1000,
        "understand_p99_ms": cuts[98] * 1000,
        "understand_work_p99_ms": of_work[98] * 1000,
        **_cost(),
    }


#: Run in a process of its own, which has everything else imported: what understanding adds to its memory and start.
_COST = """
import sys, time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from storage import programmes
from storage.database import Database
from tests.bench.processes import ROOT
import dialogs.words, dialogs.milestones
import storage.initiatives, storage.roles, storage.workgroups
def resident():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4 / 1024
with Database(sys.argv[1]).reading() as session:
    every = programmes.every(session)
    before, started = resident(), time.perf_counter()
    from dialogs.understanding import understand, vocabulary_of
    for programme in every:
        words = vocabulary_of(session, programme)
        understand("nar er neste milepel", words, datetime.now(UTC), ZoneInfo("Europe/Oslo"), {})
print(time.perf_counter() - started, resident() - before)
"""


def _cost() -> dict[str, float]:
    """Seconds and MiB until all three programmes' words are known."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'main.db'}"
        database = Database(address)
        migrating.migrate(database, "main")
        with database.writing() as session:
            for path in sorted(settings.PROGRAMMES.glob("*.yaml")):
                loading.load(session, programme_file.read(path))
        database.close()
        command = [sys.executable, "-c", _COST, address]
        # A service starts with its bytecode at hand, but for the very first time.
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        environment = {**os.environ, **bytecode}
        told = [
            subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, text=True)
            for _ in range(5)
        ]
    seconds, megabytes = zip(*(map(float, one.stdout.split()) for one in told), strict=True)
    return {
        "understanding_start_seconds": statistics.median(seconds),
        "understanding_rss_mb": statistics.median(megabytes),
    }


if __name__ == "__main__":
    print(measure())
