"""The app package for Teams: one zip with the manifest, its texts in nb, nn and en, and two icons.

https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bot.teams import package_checks
from bot.teams.package_checks import COLOUR, DEFAULT_LANGUAGE, DEVELOPER, MANIFEST, OUTLINE, SCHEMA, VERSION, Problem
from dialogs.card import LANGUAGES, Language
from dialogs.words import say

ICONS = Path(__file__).parents[2] / "manifest" / "teams"
#: Teams takes a changed package only with a higher version.
PACKAGE_VERSION = "1.0.0"
#: What stands in a package made only to be looked at.
PLACEHOLDER_ID = "00000000-0000-0000-0000-000000000000"
PLACEHOLDER_URL = "https://omstillingsbot.example"
#: The colour of the web pages, behind the icons.
ACCENT = "#0b5563"
_NAME = "Omstillingsbot"
#: Where the addresses of who answers for the bot are set; without them they are pages of the bot's own.
DEVELOPER_SETTINGS = dict(zip(DEVELOPER, ("TEAMS_WEBSITE_URL", "TEAMS_PRIVACY_URL", "TEAMS_TERMS_URL"), strict=True))

#: Each command is an action that its title leads to when it comes back typed: Teams sends it in the language of the
#: person. The titles are whole questions, so that they also tell which language to answer in.
_EVERYWHERE = (
    "help",
    "milestone.next",
    "milestone.list",
    "phase.current",
    "workgroup.list",
    "announcement.latest",
    "initiative.top",
)
#: A list for each scope; what is personal is not offered where others read (``dialogs.actions.PERSONAL``).
COMMANDS: dict[str, tuple[str, ...]] = {
    "personal": (*_EVERYWHERE[:5], "workgroup.join", "signup.status", "input.submit", *_EVERYWHERE[5:]),
    "team": (*_EVERYWHERE[:5], "person.role", *_EVERYWHERE[5:]),
    "groupChat": (*_EVERYWHERE[:5], "person.role", *_EVERYWHERE[5:]),
}


class Unfit(Exception):  # noqa: N818 - what it holds is the remedy
    """The package would not be taken, or not work: everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True)
class Identity:
    """Who the bot is and who answers for it; addresses are https."""

    app_id: str
    public_url: str
    developer: str
    website: str
    privacy: str
    terms: str
    version: str = PACKAGE_VERSION

    @property
    def placeholders(self) -> list[str]:
        """The settings whose placeholder stands here."""
        stand = {"MicrosoftAppId": self.app_id == PLACEHOLDER_ID, "PUBLIC_URL": self.public_url == PLACEHOLDER_URL}
        return [name for name, stands in stand.items() if stands]


def identity_of(settings: Mapping[str, str], version: str = PACKAGE_VERSION) -> Identity:
    """What the settings say, with placeholders for the id and the address. Raises Unfit, naming each wrong setting."""
    problems = list(_wrong(settings, version))
    if problems:
        raise Unfit(problems)
    public = settings.get("PUBLIC_URL", PLACEHOLDER_URL).rstrip("/")
    return Identity(
        app_id=str(UUID(settings.get("MicrosoftAppId", PLACEHOLDER_ID))),
        public_url=public,
        developer=settings.get("TEAMS_DEVELOPER", _NAME),
        website=settings.get("TEAMS_WEBSITE_URL", f"{public}/om"),
        privacy=settings.get("TEAMS_PRIVACY_URL", f"{public}/personvern"),
        terms=settings.get("TEAMS_TERMS_URL", f"{public}/vilkar"),
        version=version,
    )


def files_of(identity: Identity) -> dict[str, bytes]:
    """What is in the package, by the name it has there."""
    translations = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
    return {
        MANIFEST: _as_json(_manifest(identity)),
        **{f"{language}.json": _as_json(_translation(language)) for language in translations},
        COLOUR: (ICONS / COLOUR).read_bytes(),
        OUTLINE: (ICONS / OUTLINE).read_bytes(),
    }


def build(identity: Identity) -> bytes:
    """The package, checked. Raises Unfit."""
    files = files_of(identity)
    problems = package_checks.problems_in(files)
    if problems:
        raise Unfit(problems)
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip that is the same, byte for byte, wherever and whenever it is made: no times, and nothing compressed, as
    that depends on the version of zlib."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def _manifest(identity: Identity) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": identity.version,
        "id": identity.app_id,
        "localizationInfo": {
            "defaultLanguageTag": DEFAULT_LANGUAGE,
            "additionalLanguages": [
                {"languageTag": language, "file": f"{language}.json"}
                for language in LANGUAGES
                if language != DEFAULT_LANGUAGE
            ],
        },
        "developer": {
            "name": identity.developer,
            "websiteUrl": identity.website,
            "privacyUrl": identity.privacy,
            "termsOfUseUrl": identity.terms,
        },
        "name": {part: say(DEFAULT_LANGUAGE, f"app_package.name.{part}") for part in ("short", "full")},
        "description": {part: say(DEFAULT_LANGUAGE, f"app_package.description.{part}") for part in ("short", "full")},
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": identity.app_id,
                "scopes": list(COMMANDS),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "commandLists": [
                    {"scopes": [scope], "commands": [_command(DEFAULT_LANGUAGE, action) for action in actions]}
                    for scope, actions in COMMANDS.items()
                ],
            }
        ],
        # What people are told that the bot does: it knows who writes, and writes to people by itself.
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [_host(identity.public_url)],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def _translation(language: Language) -> dict[str, str]:
    """The texts of one language by their places in the manifest.
    https://learn.microsoft.com/microsoftteams/platform/resources/schema/localization-schema"""
    texts = {
        f"{field}.{part}": say(language, f"app_package.{field}.{part}")
        for field in ("name", "description")
        for part in ("short", "full")
    }
    for list_, actions in enumerate(COMMANDS.values()):
        for place, action in enumerate(actions):
            for part, text in _command(language, action).items():
                texts[f"bots[0].commandLists[{list_}].commands[{place}].{part}"] = text
    return {"$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"), **texts}


def _command(language: Language, action: str) -> dict[str, str]:
    key = f"app_package.command.{action}"
    return {"title": say(language, f"{key}.title"), "description": say(language, f"{key}.description")}


def _as_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _wrong(settings: Mapping[str, str], version: str) -> list[Problem]:
    """The settings that cannot be right."""
    wrong = []
    if "MicrosoftAppId" in settings and not package_checks.is_guid(settings["MicrosoftAppId"]):
        wrong.append(Problem("MicrosoftAppId", "uuid"))
    for name in ("PUBLIC_URL", *DEVELOPER_SETTINGS.values()):
        if name in settings and not package_checks.is_https(settings[name]):
            wrong.append(Problem(name, "https"))
    if not wrong and not _is_public(settings.get("PUBLIC_URL", PLACEHOLDER_URL)):
        wrong.append(Problem("PUBLIC_URL", "public"))
    if len(settings.get("TEAMS_DEVELOPER", "")) > package_checks.LONGEST_DEVELOPER:
        values: dict[str, object] = {
            "length": len(settings["TEAMS_DEVELOPER"]),
            "limit": package_checks.LONGEST_DEVELOPER,
        }
        wrong.append(Problem("TEAMS_DEVELOPER", "length", values))
    if not re.fullmatch(package_checks.SEMVER, version):
        wrong.append(Problem("--version", "version"))
    return wrong


def _is_public(address: str) -> bool:
    """Whether an address is a host's by name, without path: what Teams can be told as a domain."""
    return urlsplit(address).path in ("", "/") and package_checks.is_domain(_host(address))


def _host(address: str) -> str:
    host = urlsplit(address).hostname or ""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
