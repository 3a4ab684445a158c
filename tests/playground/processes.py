"""What runs during the journey: the demo, and one Playground a person, each on a free port of this machine."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.processes import PATIENCE, ROOT, free_port, wait_for

PACKAGE = "@microsoft/m365agentsplayground"
VERSION = "0.2.28"
FOLDER = ROOT / "build" / "playground"
TOOL = FOLDER / "tool"
TENANT = "7c0f5a7e-51a4-4c0e-8d57-0c9d1f3b2a10"
TEAM = "Omstilling i Bærum"
CHANNEL = "Spørsmål om OSU"
GROUP_CHAT = "Tillitsvalgte"
BOT = "Omstillingsbot"
#: Accounts whose id begins with "leader" hold all roles in the demo.
EMPLOYEE = ("29:kari", "Kari Ansatt")
LEADER = ("leader-ola", "Ola Leder")
#: The Playground wants exactly five more people than the one who looks at it.
COLLEAGUES = tuple((f"29:kollega-{number}", f"Kollega {number}") for number in range(1, 5))


def install() -> None:
    """Fetches the Playground through npm, unless that version is here already. Nothing of it is kept in the project."""
    manifest = TOOL / "node_modules" / PACKAGE / "package.json"
    if manifest.exists() and json.loads(manifest.read_text("utf-8"))["version"] == VERSION:
        return
    if shutil.which("npm") is None:
        sys.exit("The Playground is fetched with npm, and there is none here.")
    TOOL.mkdir(parents=True, exist_ok=True)
    quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    subprocess.run(("npm", "install", "--prefix", str(TOOL), *quiet, f"{PACKAGE}@{VERSION}"), check=True)


@contextmanager
def demo(log: Path) -> Iterator[str]:
    """The address of a demo with a database of its own. What it says is in the log."""
    port = free_port()
    with _running([sys.executable, "-m", "bot", "demo", "--port", str(port)], ROOT, log):
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def playground(endpoint: str, who: tuple[str, str], personal_chat: str) -> Iterator[str]:
    """The address of a Playground that this person looks at."""
    folder = FOLDER / personal_chat
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # JSON is YAML.
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(_context(who, personal_chat)), "utf-8")
    port = free_port()
    command = [str(TOOL / "node_modules" / ".bin" / "agentsplayground"), "start", "--app-endpoint", endpoint]
    options = ["--channel-id", "msteams", "--port", str(port), "--disable-telemetry"]
    with _running(command + options, folder, folder / "playground.log"):
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"


def _context(who: tuple[str, str], personal_chat: str) -> dict[str, Any]:
    others = [person for person in (EMPLOYEE, LEADER, *COLLEAGUES) if person != who]
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "28:omstillingsbot", "name": BOT},
        "currentUser": _person(0, *who),
        "users": [_person(number, *person) for number, person in enumerate(others, start=1)],
        "personalChat": {"id": f"a:{personal_chat}"},
        "groupChat": {"id": "19:tillitsvalgte@thread.v2", "name": GROUP_CHAT},
        "team": {
            "id": "19:omstilling@thread.tacv2",
            "name": TEAM,
            "aadGroupId": f"{TENANT[:-2]}31",
            "channels": [{"id": "19:spoersmaal@thread.tacv2", "name": CHANNEL}],
        },
    }


def _person(number: int, account: str, name: str) -> dict[str, str]:
    given, _, surname = name.partition(" ")
    address = f"{given.casefold()}.{surname.casefold()}@kommune.example"
    return {
        "id": account,
        "name": name,
        "userPrincipleName": address,
        "aadObjectId": f"{TENANT[:-2]}{40 + number}",
        "givenName": given,
        "surname": surname,
        "email": address,
    }


@contextmanager
def _running(command: list[str], folder: Path, log: Path) -> Iterator[None]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)
