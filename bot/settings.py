"""Settings: read once, from the environment and a .env file; a missing one stops the start by name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from dotenv import dotenv_values

#: When a demo begins: some weeks before the next milestone of each programme.
DEMO_STARTS = {
    "osu2020": "2020-11-24T09:00+01:00",
    "os2019": "2019-02-12T09:30+01:00",
    "ou2021": "2021-04-20T09:00+02:00",
}
PROGRAMMES = Path(__file__).parents[1] / "programmes"
#: Messages a second and lane: Teams allows about 50 for an app and tenant, answers 429 above, and never at 98 % of it.
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
TEAMS_PACE = 49.0


class MissingSetting(Exception):  # noqa: N818 - what it says is the remedy
    """A setting that has no default is not set."""

    def __init__(self, *names: str) -> None:
        super().__init__(f"Set {', '.join(names)} in the environment or in .env; .env.example explains each.")
        self.names = names


@dataclass(frozen=True)
class Settings:
    """Where the bot keeps things, and how fast it sends."""

    database_url: str
    input_database_url: str
    input_key: str
    teams_pace: float = TEAMS_PACE


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a real installation. Raises MissingSetting with every name that is missing."""
    values = {**dotenv_values(".env"), **(os.environ if environment is None else environment)}
    missing = [name for name in ("DATABASE_URL", "INPUT_DATABASE_URL", "INPUT_KEY") if not values.get(name)]
    if missing:
        raise MissingSetting(*missing)
    return Settings(
        database_url=values["DATABASE_URL"] or "",
        input_database_url=values["INPUT_DATABASE_URL"] or "",
        input_key=values["INPUT_KEY"] or "",
        teams_pace=float(values.get("TEAMS_PACE") or TEAMS_PACE),
    )


def for_demo(folder: Path) -> Settings:
    """The demo's settings: two SQLite files in that folder, and a key beside them that only their owner can read."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "input.key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key())
    return Settings(
        database_url=f"sqlite:///{folder / 'omstillingsbot.db'}",
        input_database_url=f"sqlite:///{folder / 'inputs.db'}",
        input_key=key.read_text("ascii"),
    )


def demo_start(programme: str, at: str | None) -> datetime:
    """When the demo's clock starts; without an offset, ``at`` is Norwegian time. Raises ValueError when unreadable."""
    start = datetime.fromisoformat(at or DEMO_STARTS[programme])
    return start if start.tzinfo else start.replace(tzinfo=ZoneInfo("Europe/Oslo"))


#: What the app package for Teams is made of; each may be missing.
APP_PACKAGE = (
    "MicrosoftAppId",
    "PUBLIC_URL",
    "TEAMS_DEVELOPER",
    "TEAMS_WEBSITE_URL",
    "TEAMS_PRIVACY_URL",
    "TEAMS_TERMS_URL",
)


def for_app_package(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Those of the app package's settings that are set. A package can be made before there is a database or a key."""
    found = {**dotenv_values(".env"), **os.environ} if environment is None else environment
    return {name: value for name in APP_PACKAGE if (value := (found.get(name) or "").strip())}
