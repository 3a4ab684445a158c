"""python -m tests.year [PROGRAMME ...] [--seed 1] [--days 365]: prints the diaries; 1 when anything is missing."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot import settings
from bot.app import open_stores
from storage import loading, programme_file
from tests.year import A_YEAR, PLOTS, Year, run
from tests.year.almanac import said


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("programmes", nargs="*", metavar="PROGRAMME", help=", ".join(PLOTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=A_YEAR)
    given = parser.parse_args()
    years = [played(name, given.seed, given.days) for name in given.programmes or PLOTS]
    for year in years:
        print("\n".join(lines(year)))
    return int(any(year.broken for year in years))


def played(programme: str, seed: int, days: int) -> Year:
    """The programme's year on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        stores = open_stores(settings.for_demo(Path(folder)))
        try:
            with stores.database.writing() as session:
                loading.load(session, programme_file.read(settings.PROGRAMMES / f"{programme}.yaml"))
            return run(stores, programme, seed, days)
        finally:
            stores.close()


def lines(year: Year) -> Iterator[str]:
    """The diary, and its account: planned is what happened, and what did not for a reason with a name."""
    yield f"\n{year.programme}: {said(year.begins)} til {said(year.ends)}"
    yield from year.diary
    yield f"\n{'Regnskap':<22}{'planlagt':>10}{'kom fram':>10}  andre"
    for kind, count in sorted(year.planned.items()):
        reasons = [f"{number} {why}" for (of, why), number in sorted(year.reasons.items()) if of == kind and number]
        yield f"{kind:<22}{count:>10}{year.happened[kind]:>10}  {', '.join(reasons)}".rstrip()
    planned, came = sum(year.planned.values()), sum(year.happened.values())
    yield f"{'I alt':<22}{planned:>10}{came:>10}  {sum(year.reasons.values())}"
    known = year.questions["answered"]
    yield f"I tillegg {year.answers} beskjeder om det noen gjorde."
    yield f"{sum(year.questions.values())} spurte. {known} fikk svar, de andre fikk vite at dokumentene ikke sier det."
    yield from (f"FEIL: {wrong}" for wrong in year.broken)
    yield f"{len(year.broken)} feil." if year.broken else "Ingenting ble glemt, ingenting kom to ganger."


if __name__ == "__main__":
    sys.exit(main())
