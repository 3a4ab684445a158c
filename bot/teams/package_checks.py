"""What Microsoft's schema does not see in an app package: lengths in every language, icons, https, cross-references.

The rules are those of https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema (limits,
links, domains) and https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package (icons).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.teams import png
from dialogs.card import LANGUAGES, Language

MANIFEST = "manifest.json"
COLOUR, OUTLINE = "color.png", "outline.png"
VERSION = "1.30"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
#: Teams lays a language's texts over those of the manifest itself, first by language, then by language and region, and
#: shows the manifest's own where nothing fits. Bokmål is what the bot answers in when it does not know better (it also
#: is what a client that says "no" or "nb-NO" wants); tags without a region fit every region: "nn" serves nn-NO, "en"
#: en-US and en-GB.
#: https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-localization
DEFAULT_LANGUAGE: Language = "nb"
SCOPES = frozenset({"personal", "team", "groupChat"})
DEVELOPER = ("websiteUrl", "privacyUrl", "termsOfUseUrl")
SEMVER = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
#: Characters. Schema 1.30 lets commands have 128 and 4,000, and 12 a list; clients of older versions cut at these.
LONGEST = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "title": 32,
    "description": 128,
}
LONGEST_DEVELOPER = 32
MOST_LISTS, MOST_COMMANDS = 3, 10
#: Pixels a side.
SIDES = {"color": 192, "outline": 32}
#: What would let the app do more than this bot does.
UNNEEDED = ("authorization", "devicePermissions", "webApplicationInfo", "composeExtensions", "configurableTabs",
            "staticTabs", "connectors", "graphConnector", "activities", "meetingExtensionDefinition", "extensions",
            "copilotAgents")  # fmt: skip
PERMISSIONS = frozenset({"identity", "messageTeamMembers"})
_GUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Problem:
    """What is wrong with which field or setting; the sentence is ``app_package.wrong.<key>``."""

    where: str
    key: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """What was read from the zip: the manifest, and the texts of each other language by their tag."""

    manifest: dict[str, Any]
    translations: dict[str, dict[str, Any]]
    files: Mapping[str, bytes]


def problems_in(files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that is wrong with a package's files; an empty list for a sound one."""
    package = opened(files)
    if package is None:
        return [Problem(MANIFEST, "json")]
    return [problem for check in CHECKS for problem in check(package)]


def opened(files: Mapping[str, bytes]) -> Package | None:
    """The package in these files; None where there is no manifest that can be read."""
    manifest = _object(files.get(MANIFEST))
    return None if manifest is None else Package(manifest, dict(_translations(manifest, files)), files)


def is_guid(text: object) -> bool:
    return isinstance(text, str) and _GUID.fullmatch(text) is not None


def is_https(address: object) -> bool:
    """Whether an address is https, with a host and without an account in it."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False


def is_domain(text: object) -> bool:
    """Whether a text is a host's full name: no scheme, port, path, wildcard or number."""
    return isinstance(text, str) and _DOMAIN.fullmatch(text) is not None


def texts_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The texts that people see, by their place, as localisation files name it."""
    found = {name: _at(manifest, *name.split(".")) for name in LONGEST if "." in name}
    for path, command in _commands(manifest):
        found |= {f"{path}.{part}": command.get(part) for part in ("title", "description")}
    return {path: text if isinstance(text, str) else "" for path, text in found.items()}


def _versions(package: Package) -> Iterator[Problem]:
    if package.manifest.get("manifestVersion") != VERSION:
        yield Problem("manifestVersion", "is_not", {"wanted": VERSION})
    if package.manifest.get("$schema") != SCHEMA:
        yield Problem("$schema", "is_not", {"wanted": SCHEMA})
    if not re.fullmatch(SEMVER, str(package.manifest.get("version"))):
        yield Problem("version", "version")


def _identities(package: Package) -> Iterator[Problem]:
    own = package.manifest.get("id")
    for path, found in (("id", own), ("bots[0].botId", _at(package.manifest, "bots", 0, "botId"))):
        if not is_guid(found):
            yield Problem(path, "uuid")
        elif found != own:
            yield Problem(path, "is_not", {"wanted": own})


def _links(package: Package) -> Iterator[Problem]:
    for name in DEVELOPER:
        if not is_https(_at(package.manifest, "developer", name)):
            yield Problem(f"developer.{name}", "https")
    yield from length_problems("developer.name", _at(package.manifest, "developer", "name"), LONGEST_DEVELOPER)


def _domains(package: Package) -> Iterator[Problem]:
    domains = _listed(package.manifest.get("validDomains"))
    if len(domains) != 1:
        yield Problem("validDomains", "count", {"count": len(domains), "limit": 1})
    for place, domain in enumerate(domains):
        if not is_domain(domain):
            yield Problem(f"validDomains[{place}]", "domain")


def _permissions(package: Package) -> Iterator[Problem]:
    for name in UNNEEDED:
        if name in package.manifest:
            yield Problem(name, "unneeded")
    for place, permission in enumerate(_listed(package.manifest.get("permissions"))):
        if permission not in PERMISSIONS:
            yield Problem(f"permissions[{place}]", "unneeded")


def _bots(package: Package) -> Iterator[Problem]:
    bots = _listed(package.manifest.get("bots"))
    if len(bots) != 1:
        yield Problem("bots", "count", {"count": len(bots), "limit": 1})
    scopes = _listed(_at(package.manifest, "bots", 0, "scopes"))
    if set(map(str, scopes)) != SCOPES or len(scopes) != len(SCOPES):
        yield Problem("bots[0].scopes", "is_not", {"wanted": ", ".join(sorted(SCOPES))})
    for name in ("supportsFiles", "supportsCalling", "supportsVideo", "isNotificationOnly"):
        if _at(package.manifest, "bots", 0, name):
            yield Problem(f"bots[0].{name}", "unneeded")


def _command_lists(package: Package) -> Iterator[Problem]:
    lists = _listed(_at(package.manifest, "bots", 0, "commandLists"))
    if not 0 < len(lists) <= MOST_LISTS:
        yield Problem("bots[0].commandLists", "count", {"count": len(lists), "limit": MOST_LISTS})
    seen = Counter(str(scope) for one in lists for scope in _listed(_at(one, "scopes")))
    for scope, times in seen.items():
        if scope not in SCOPES or times > 1:
            yield Problem("bots[0].commandLists", "scope", {"scope": scope})
    for place, one in enumerate(lists):
        path, commands = f"bots[0].commandLists[{place}]", _listed(_at(one, "commands"))
        if not 0 < len(commands) <= MOST_COMMANDS:
            yield Problem(f"{path}.commands", "count", {"count": len(commands), "limit": MOST_COMMANDS})


def _texts(package: Package) -> Iterator[Problem]:
    own = texts_of(package.manifest)
    yield from _texts_in("", own)
    for tag, texts in package.translations.items():
        yield from _texts_in(f"{tag}: ", own | texts)


def _texts_in(before: str, texts: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the texts of one language, its own laid over the manifest's."""
    for path, text in texts.items():
        limit = LONGEST.get(path) or LONGEST.get(path.rpartition(".")[2])
        if limit:
            yield from length_problems(before + path, text, limit)
    if texts.get("name.short") == texts.get("name.full"):
        yield Problem(f"{before}name.full", "same", {"other": "name.short"})
    if str(texts.get("description.short")) in str(texts.get("description.full")):
        yield Problem(f"{before}description.full", "same", {"other": "description.short"})
    titles = Counter((path.split(".")[1], text) for path, text in texts.items() if path.endswith("].title"))
    for (list_, title), times in titles.items():
        if times > 1:
            yield Problem(f"{before}bots[0].{list_}", "twice", {"title": title})


def _languages(package: Package) -> Iterator[Problem]:
    if _at(package.manifest, "localizationInfo", "defaultLanguageTag") != DEFAULT_LANGUAGE:
        yield Problem("localizationInfo.defaultLanguageTag", "is_not", {"wanted": DEFAULT_LANGUAGE})
    places = "localizationInfo.additionalLanguages"
    tags: Counter[str] = Counter()
    for place, one in enumerate(_listed(_at(package.manifest, "localizationInfo", "additionalLanguages"))):
        tag, file = _at(one, "languageTag"), _at(one, "file")
        tags[str(tag)] += 1
        if file not in package.files:
            yield Problem(f"{places}[{place}].file", "no_file", {"file": file})
        elif _object(package.files[file]) is None:
            yield Problem(str(file), "json")
    wanted = {language: 1 for language in LANGUAGES if language != DEFAULT_LANGUAGE}
    if tags != wanted:
        yield Problem(places, "is_not", {"wanted": ", ".join(wanted)})


def _references(package: Package) -> Iterator[Problem]:
    """A translation has exactly the manifest's texts."""
    own = texts_of(package.manifest).keys()
    for tag, texts in package.translations.items():
        if texts.get("$schema") != SCHEMA.replace("Teams.schema", "Teams.Localization.schema"):
            yield Problem(f"{tag}: $schema", "is_not", {"wanted": VERSION})
        for path in sorted(texts.keys() - own - {"$schema"}):
            yield Problem(f"{tag}: {path}", "unknown")
        for path in sorted(own - texts.keys()):
            yield Problem(f"{tag}: {path}", "missing")


def _icons(package: Package) -> Iterator[Problem]:
    for name, side in SIDES.items():
        path = f"icons.{name}"
        file = _at(package.manifest, "icons", name)
        if file not in package.files:
            yield Problem(path, "no_file", {"file": file})
            continue
        try:
            picture = png.read(package.files[file])
        except png.NotPng:
            yield Problem(path, "png")
            continue
        if (picture.width, picture.height) != (side, side):
            yield Problem(path, "side", {"width": picture.width, "height": picture.height, "side": side})
        yield from _LOOKS[name](path, picture)


def _colour_icon(path: str, picture: png.Picture) -> Iterator[Problem]:
    """A square that Teams may cut: its ground is one colour, or nothing, into the corners."""
    if len(picture.corners) != 1 or {corner[3] for corner in picture.corners} - {0, 255}:
        yield Problem(path, "corners")


def _outline_icon(path: str, picture: png.Picture) -> Iterator[Problem]:
    """White, 255 255 255, on nothing. Where its edges are smoothed, they are white of less opacity."""
    if any(pixel[3] and pixel[:3] != (255, 255, 255) for pixel in picture.pixels):
        yield Problem(path, "white")
    opacities = {pixel[3] for pixel in picture.pixels}
    if not {0, 255} <= opacities or any(corner[3] for corner in picture.corners):
        yield Problem(path, "transparent")


def _colours(package: Package) -> Iterator[Problem]:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(package.manifest.get("accentColor"))):
        yield Problem("accentColor", "accent")


def _contents(package: Package) -> Iterator[Problem]:
    """Nothing is in the zip that the manifest does not name."""
    languages = _listed(_at(package.manifest, "localizationInfo", "additionalLanguages"))
    named = {MANIFEST, *(_at(one, "file") for one in languages)}
    named |= {_at(package.manifest, "icons", name) for name in SIDES}
    for name in package.files:
        if name not in named:
            yield Problem(name, "not_named")


_LOOKS: dict[str, Callable[[str, png.Picture], Iterator[Problem]]] = {"color": _colour_icon, "outline": _outline_icon}
CHECKS: tuple[Callable[[Package], Iterator[Problem]], ...] = (
    _versions,
    _identities,
    _links,
    _domains,
    _permissions,
    _bots,
    _command_lists,
    _texts,
    _languages,
    _references,
    _icons,
    _colours,
    _contents,
)


def length_problems(path: str, text: object, limit: int) -> Iterator[Problem]:
    if not isinstance(text, str) or not text.strip():
        yield Problem(path, "missing")
    elif len(text) > limit:
        yield Problem(path, "length", {"length": len(text), "limit": limit})


def _translations(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in _listed(_at(manifest, "localizationInfo", "additionalLanguages")):
        texts = _object(files.get(str(_at(one, "file"))))
        if texts is not None:
            yield str(_at(one, "languageTag")), texts


def _commands(manifest: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, one in enumerate(_listed(_at(manifest, "bots", 0, "commandLists"))):
        for place, command in enumerate(_listed(_at(one, "commands"))):
            if isinstance(command, dict):
                yield f"bots[0].commandLists[{number}].commands[{place}]", command


def _object(data: bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(data or b"")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _at(found: Any, *path: str | int) -> Any:
    """What lies there, or None."""
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found
