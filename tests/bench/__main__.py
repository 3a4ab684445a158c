"""`make bench`: measures everything, prints a table and writes build/bench.json, figure name → number."""

import json

from tests.bench import installations, owing, sending, slack, start, turns, words
from tests.bench.processes import ROOT

#: What is measured, in this order; each gives its figures by name.
PARTS = (turns, slack, installations, owing, sending, words, start)


def main() -> None:
    figures: dict[str, float] = {}
    for part in PARTS:
        measured = part.measure()
        figures |= {name: round(value, 3) for name, value in measured.items()}
        print(f"\n{(part.__doc__ or '').splitlines()[0]}")
        for name in measured:
            print(f"  {name:48} {figures[name]:>12,.2f}", flush=True)
    path = ROOT / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
