"""The bot runs on the quicker event loop where there is one, and on Python's own elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TELL = "from bot.event_loop import new_event_loop; loop = new_event_loop(); print(type(loop).__module__); loop.close()"


def _loop(before: str = "") -> str:
    command = [sys.executable, "-c", f"{before}{TELL}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_loop_is_uvloops_where_that_is_installed() -> None:
    pytest.importorskip("uvloop")

    assert _loop().startswith("uvloop")


def test_without_uvloop_it_is_pythons_own() -> None:
    assert _loop("import sys; sys.modules['uvloop'] = None; ").startswith("asyncio.")
