"""The real bot as an installation runs it: `python -m bot load` and `serve`, with SQLite files on a real disk."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from tests.bench.microsoft import SignIn
from tests.bench.processes import ROOT, free_port, running
from tests.bot.microsoft import APP_ID, TENANT

PROGRAMME = "osu2020"


@contextmanager
def serving(
    sign_in: SignIn, folder: Path, core: int, more: Mapping[str, str] | None = None
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port it listens on, and its process. ``more`` settings than those for Teams."""
    port = free_port()
    environment = {
        **os.environ,
        "MicrosoftAppId": APP_ID,
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": TENANT,
        "MicrosoftAppPassword": "secret",
        "PUBLIC_URL": "https://omstillingsbot.example",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder / 'main.db'}",
        "INPUT_DATABASE_URL": f"sqlite:///{folder / 'inputs.db'}",
        "INPUT_KEY": Fernet.generate_key().decode(),
        "PROGRAMME": PROGRAMME,
        "TEAMS_METADATA_URL": sign_in.metadata_url,
        "TEAMS_AUTHORITY": sign_in.authority,
        "TEAMS_HOSTS": "127.0.0.1",
        "SSL_CERT_FILE": str(sign_in.certificate),
        **(more or {}),
    }
    file = str(ROOT / "programmes" / f"{PROGRAMME}.yaml")
    load = [sys.executable, "-m", "bot", "load", file]
    subprocess.run(load, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    with running("bot", "serve", core=core, environment=environment) as process:
        yield port, process
