"""Prints what the check finds of annotated texts: ``python -m tests.personal_data [FILE ...]``, and with ``--show``
what it missed and its false alarms."""

import argparse
import os
from pathlib import Path

from tests.personal_data.scoring import HERE, Figures, measure, rows

SHARED = Path(os.environ.get("SHARED", "../shared")) / "questions" / "personal_data.jsonl"


def told(name: str, figures: Figures, *, shows: bool) -> str:
    (direct, directs), (other, others) = figures.recall(direct=True), figures.recall(direct=False)
    lines = [f"{name}: direct {direct}/{directs}, other {other}/{others}, alarms {len(figures.alarms)}/{figures.clean}"]
    lines += [f"  {kind} {figures.found[kind]}/{count}" for kind, count in sorted(figures.wanted.items())]
    if shows:
        lines += [f"  missed {kind} «{words}» in: {text}" for kind, words, text in figures.missed]
        lines += [f"  alarm {found} in: {text}" for text, found in figures.alarms]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    every = [*sorted(HERE.glob("*.jsonl")), *([SHARED] if SHARED.exists() else [])]
    for path in asked.files or every:
        print(told(path.stem, measure(rows(path)), shows=asked.show))


if __name__ == "__main__":
    main()
