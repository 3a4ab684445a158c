"""The house stands: each contract on its layers breaks on a planted violation, and nothing names a package registry."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: File and import, one for each contract of pyproject.toml.
PLANTED = {
    "Three floors: bot, dialogs, storage": ("storage/refusals.py", "import dialogs.card"),
    "Dialog subjects do not import each other": ("dialogs/milestones.py", "import dialogs.sign_ups"),
    "Channels do not import each other": ("bot/web/render.py", "import bot.teams.render"),
    "botbuilder is met in bot/teams only": ("bot/turns.py", "import botbuilder.core"),
    "slack_sdk is met in bot/slack only": ("bot/teams/limits.py", "import slack_sdk"),
    "No platform and no clock below bot": ("storage/people.py", "import aiohttp"),
    "No SQL in dialogs": ("dialogs/guide.py", "import sqlmodel"),
}


def lint(folder: Path) -> dict[str, str]:
    """Contract → KEPT or BROKEN."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8").stdout
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)", said, re.MULTILINE))


def test_every_contract_breaks_on_a_planted_violation(tmp_path: Path) -> None:
    for floor in ("bot", "dialogs", "storage"):
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert set(lint(tmp_path).values()) == {"KEPT"}
    for name, planted in PLANTED.values():
        path = tmp_path / name
        path.write_text(f"{path.read_text('utf-8')}\n{planted}\n", "utf-8")
    assert lint(tmp_path) == dict.fromkeys(PLANTED, "BROKEN")


def test_every_contract_is_planted_for() -> None:
    contracts = re.findall(r'^name = "([^"]+)"\ntype = ', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert set(contracts) == set(PLANTED)


def test_the_lock_file_has_hashes_and_names_no_index() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("-i", "--index", "--extra-index", "--find", "--trusted"))]
    pinned = [line for line in lines if "==" in line and not line.startswith("#")]
    assert len(pinned) > 20
    assert "\n".join(lines).count("--hash=sha256:") >= len(pinned)
