"""python -m tests.volunteers [--volunteers 3000] [--seed 1]: prints what happened; exit code 1 when a rule broke."""

import argparse
import sys
import tempfile
from pathlib import Path

from bot import settings
from bot.app import open_stores
from storage import loading, programme_file
from tests.volunteers import PROGRAMME, run


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--volunteers", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stores = open_stores(settings.for_demo(Path(folder)))
        try:
            with stores.database.writing() as session:
                loading.load(session, programme_file.read(settings.PROGRAMMES / f"{PROGRAMME}.yaml"))
            made = run(stores, given.volunteers, given.seed)
        finally:
            stores.close()
    for name, count in made.counts.items():
        print(f"{name:<24}{count:>7,}")
    print(f"{'got a place from the line':<24}{len(made.moved):>6,}")
    for broken in made.broken:
        print(f"BROKEN: {broken}")
    print(f"\n{len(made.broken)} rules broke." if made.broken else "\nNo rule broke.")
    return int(bool(made.broken))


if __name__ == "__main__":
    sys.exit(main())
