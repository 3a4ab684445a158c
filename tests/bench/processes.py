"""Processes to measure: each pinned to one core, gone when the measuring is over."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Seconds a process may take to answer for the first time.
PATIENCE = 60


def cores() -> tuple[int, int]:
    """A core for what is measured and one for what measures; the same one where there is no other."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    *arguments: str, core: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m …` on that core. Its own core only: the child gets it before it runs anything."""
    command = ["taskset", "-c", str(core), sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """What the process has used of a core so far: unlike the clock's, these seconds are its own on a busy machine."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(url: str) -> float:
    """Waits until anything answers there, whatever it answers unless "not yet" (503); returns the seconds."""
    started = time.perf_counter()
    while time.perf_counter() - started < PATIENCE:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return time.perf_counter() - started
        except urllib.error.HTTPError as answered:
            if answered.code != 503:
                return time.perf_counter() - started
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError(url)
