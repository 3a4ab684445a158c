"""`python -m tests.forensics`: does everything, searches everything, and ends with 1 when anything was found.

With ``--leak`` one is planted, and it ends with 1 when it was not found.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.forensics import leaks, linking
from tests.forensics.places import ENGINES
from tests.forensics.running import LOG_OF_CHANGES, Outcome, run
from tests.forensics.world import Scale


def main() -> int:
    reading = argparse.ArgumentParser(prog="python -m tests.forensics", description=__doc__)
    reading.add_argument("--engine", choices=tuple(ENGINES), help="both, where none is named")
    reading.add_argument(
        "--leak",
        choices=(*leaks.LEAKS, "each"),
        default="",
        help="plants one, which has to be found",
    )
    reading.add_argument("--inputs", type=int, default=Scale.inputs)
    reading.add_argument("--turns", type=int, default=Scale.turns)
    reading.add_argument("--people", type=int, default=Scale.people)
    reading.add_argument("--weeks", type=int, default=Scale.weeks)
    reading.add_argument("--seed", type=int, default=1)
    reading.add_argument("--all", action="store_true", help="prints every attack, not the ten that came nearest")
    reading.add_argument("--keep", type=Path, help="a folder that what was left behind is copied to")
    reading.add_argument(
        "--before", action="store_true", help="looks before the inputs are released: what is told then"
    )
    chosen = reading.parse_args()
    scale = Scale(chosen.inputs, chosen.turns, chosen.people, 1 if chosen.before else chosen.weeks)
    planted = leaks.LEAKS if chosen.leak == "each" else (chosen.leak,)
    is_right = True
    for kind in (chosen.engine,) if chosen.engine else ENGINES:
        for leak in planted:
            with tempfile.TemporaryDirectory(prefix="forensics-") as folder:
                began = time.monotonic()
                outcome = run(
                    kind, Path(folder), scale, chosen.seed, [leak] if leak else [], is_released=not chosen.before
                )
                outcome.figures["seconds"] = round(time.monotonic() - began)
                if chosen.keep:
                    shutil.copytree(folder, chosen.keep / f"{kind}-{leak or 'none'}", dirs_exist_ok=True)
            _print(outcome, most=10**6 if chosen.all else 10)
            is_right = is_right and (chosen.before or outcome.is_clean() == (not leak))
    return int(not is_right)


def _print(outcome: Outcome, most: int) -> None:
    for name, figure in outcome.figures.items():
        print(f"  {name:28} {figure:>12,}" if isinstance(figure, int) else f"  {name:28} {figure:>12}")
    limit = linking.LIMIT / max(1, len(outcome.attacks))
    print(f"  Links are found where p < {limit:.1e} (0.00001 shared by {len(outcome.attacks)} attacks). The nearest:")
    for attack in sorted(outcome.attacks, key=lambda one: one.p)[:most]:
        print(f"    p = {attack.p:.1e}  {attack.name}: {attack.found}")
    print("  What docs/privacy.md tells that nobody can vouch for:")
    for attack in sorted(outcome.told, key=lambda one: (LOG_OF_CHANGES in one.name, one.p))[:most]:
        print(f"    p = {attack.p:.1e}  {attack.name}: {attack.found}")
    for hit in outcome.hits[:40]:
        print(f"  FOUND {hit}")
    for attack in outcome.linked()[:20]:
        print(f"  LINKED {attack.name}: {attack.found}, p = {attack.p:.1e}")
    print("  Nothing was found." if outcome.is_clean() else "  Something was found.")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
