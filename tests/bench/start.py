"""How long the demo takes from its command to being ready, with a database of its own to make."""

import statistics
import tempfile
import time

from tests.bench.processes import ROOT, cores, free_port, running, wait_for

TIMES = 3


def measure() -> dict[str, float]:
    return {"demo_ready_seconds": statistics.median(_once() for _ in range(TIMES))}


def _once() -> float:
    port = free_port()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
        started = time.perf_counter()
        with running("bot", "demo", "--port", str(port), "--data", folder, core=cores()[0]):
            wait_for(f"http://127.0.0.1:{port}/health/ready")
            return time.perf_counter() - started


if __name__ == "__main__":
    print(measure())
