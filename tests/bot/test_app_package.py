"""The app package is one that Teams takes: sound in every language, and refused by name when it is not."""

import io
import json
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import settings
from bot.__main__ import main
from bot.teams import app_package, package_checks, png
from bot.teams.app_package import COMMANDS, Unfit, identity_of
from bot.teams.package_checks import COLOUR, LONGEST, MANIFEST, OUTLINE, problems_in
from dialogs.actions import ACTIONS, PERSONAL
from dialogs.card import LANGUAGES, Language
from dialogs.understanding import understand, vocabulary_of
from dialogs.words import say
from storage import programmes
from storage.database import Database
from tests.conftest import Stores
from tests.talk import Talk

NODE = Path(__file__).parents[1] / "node"
APP_ID = "1b2c3d4e-0000-4000-8000-1234567890ab"
SET = {"MicrosoftAppId": APP_ID, "PUBLIC_URL": "https://bot.kommunen.no/"}
Files = dict[str, bytes]
Change = Callable[[Any], object]


@pytest.fixture
def files() -> Files:
    return app_package.files_of(identity_of(SET))


@pytest.fixture
def microsoft() -> Callable[[list[Files]], list[list[str]]]:
    """What Microsoft's own schema says of each package."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules" / "@microsoft" / "app-manifest").exists():
        if os.environ.get("REQUIRE_NODE"):
            pytest.fail("Microsoft's schema of app packages is required and not there: make node")
        pytest.skip("Microsoft's schema of app packages is not installed: make node")

    def judged(packages: list[Files]) -> list[list[str]]:
        asked = [{"manifest": read(one), "translations": [*_translations(one)]} for one in packages]
        told = subprocess.run(
            [node, "app_package.cjs"], cwd=NODE, input=json.dumps(asked), capture_output=True, text=True, check=True
        )
        found: list[list[str]] = json.loads(told.stdout)
        return found

    return judged


def read(files: Files, name: str = MANIFEST) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[name])
    return found


def _translations(files: Files) -> Iterator[dict[str, Any]]:
    return (read(files, name) for name in files if name in ("nn.json", "en.json"))


def picture(width: int, height: int, at: Callable[[int, int], tuple[int, ...]]) -> bytes:
    """A PNG file of those pixels: RGBA, or RGB where they have three samples."""
    rows = b"".join(b"\0" + bytes(s for x in range(width) for s in at(x, y)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if len(at(0, 0)) == 4 else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return png.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


# --- a sound package --------------------------------------------------------------------------------------------------


def test_a_package_of_right_settings_has_no_problem(files: Files) -> None:
    assert problems_in(files) == []


def test_a_package_of_placeholders_has_no_problem() -> None:
    identity = identity_of({})
    assert problems_in(app_package.files_of(identity)) == []
    assert identity.placeholders == ["MicrosoftAppId", "PUBLIC_URL"]
    assert identity_of(SET).placeholders == []


def test_microsofts_schema_takes_it(files: Files, microsoft: Callable[[list[Files]], list[list[str]]]) -> None:
    assert microsoft([files, app_package.files_of(identity_of({}))]) == [[], []]


def test_the_zip_holds_the_files_at_its_root_and_is_the_same_each_time() -> None:
    package = app_package.build(identity_of(SET))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, "nn.json", "en.json", COLOUR, OUTLINE]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert package == app_package.build(identity_of(dict(reversed(SET.items()))))


def test_what_is_set_stands_where_it_belongs(files: Files) -> None:
    manifest = read(files)
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID
    assert manifest["validDomains"] == ["bot.kommunen.no"]
    assert manifest["developer"]["privacyUrl"] == "https://bot.kommunen.no/personvern"
    own = identity_of(SET | {"TEAMS_DEVELOPER": "Kommunen", "TEAMS_PRIVACY_URL": "https://kommunen.no/personvern"})
    developer = read(app_package.files_of(own))["developer"]
    assert developer["name"] == "Kommunen"
    assert developer["privacyUrl"] == "https://kommunen.no/personvern"
    assert developer["termsOfUseUrl"] == "https://bot.kommunen.no/vilkar"


def test_a_host_with_a_port_or_other_letters_becomes_a_domain() -> None:
    for address, domain in (
        ("https://bot.kommunen.no:8443", "bot.kommunen.no"),
        ("https://blåbær.no", "xn--blbr-roah.no"),
    ):
        manifest = read(app_package.files_of(identity_of(SET | {"PUBLIC_URL": address})))
        assert manifest["validDomains"] == [domain]
    assert identity_of({"MicrosoftAppId": APP_ID.upper()}).app_id == APP_ID


def test_it_asks_for_no_more_than_it_needs(files: Files) -> None:
    manifest = read(files)
    assert not manifest.keys() & set(package_checks.UNNEEDED)
    assert manifest["permissions"] == ["identity", "messageTeamMembers"]
    assert manifest["bots"][0]["supportsFiles"] is False
    assert set(manifest["bots"][0]["scopes"]) == {"personal", "team", "groupChat"}


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", ["osu2020", "os2019", "ou2021"])
def test_each_command_is_understood_when_it_comes_back_typed(
    sqlite: Database, files: Files, programme: str, language: Language
) -> None:
    own = package_checks.texts_of(read(files))
    texts = own if language == "nb" else read(files, f"{language}.json")
    with sqlite.reading() as session:
        words = vocabulary_of(session, programmes.get(session, programme))
        now = datetime.fromisoformat(settings.DEMO_STARTS[programme])
        for number, actions in enumerate(COMMANDS.values()):
            for place, action in enumerate(actions):
                title = texts[f"bots[0].commandLists[{number}].commands[{place}].title"]
                understood = understand(title, words, now, ZoneInfo("Europe/Oslo"), {})
                assert (understood.intent, understood.candidates) == (action, ()), title
                assert understood.language == language, title


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_is_answered_in_its_language(employee: Talk, stores: Stores, language: Language) -> None:
    for action in dict.fromkeys(action for actions in COMMANDS.values() for action in actions):
        card = employee.say(say(language, f"app_package.command.{action}.title"))
        assert card.language == language, action
        assert (employee.answered.understanding or {}).get("intent") == action
        assert card.outcome != "refused", action


def test_commands_are_actions_and_nothing_personal_is_offered_where_others_read() -> None:
    assert {action for actions in COMMANDS.values() for action in actions} <= ACTIONS.keys()
    assert not PERSONAL & {*COMMANDS["team"], *COMMANDS["groupChat"]}
    assert PERSONAL & set(COMMANDS["personal"])


# --- the icons --------------------------------------------------------------------------------------------------------


def test_the_symbol_keeps_clear_of_what_teams_cuts_off(files: Files) -> None:
    """Microsoft asks for 48 pixels around the symbol of the colour icon, and none around the outline's."""
    colour, outline = png.read(files[COLOUR]), png.read(files[OUTLINE])
    ground = colour.rows[0][0]
    assert {y for y, row in enumerate(colour.rows) if set(row) != {ground}} <= set(range(48, 144))
    assert {x for row in colour.rows for x, pixel in enumerate(row) if pixel != ground} <= set(range(48, 144))
    assert {x for row in outline.rows for x, pixel in enumerate(row) if pixel[3]} >= {0, 31}


@pytest.mark.parametrize("kind", range(5))
def test_each_filter_of_a_png_is_undone(kind: int) -> None:
    rows = [[(40, 80, 200, 255), (41, 79, 0, 0), (255, 1, 7, 90)], [(0, 0, 0, 0), (255, 255, 255, 255), (9, 8, 7, 6)]]
    raw, above = b"", [0] * 12
    for row in rows:
        samples = [sample for pixel in row for sample in pixel]
        left, corner = [0] * 4 + samples[:-4], [0] * 4 + above[:-4]
        foretold = {
            0: [0] * 12,
            1: left,
            2: above,
            3: [(a + b) // 2 for a, b in zip(left, above, strict=True)],
            4: [_paeth(*three) for three in zip(left, above, corner, strict=True)],
        }[kind]
        raw += bytes([kind, *((s - f) & 255 for s, f in zip(samples, foretold, strict=True))])
        above = samples
    made = picture(3, 2, lambda x, y: rows[y][x])
    start = made.index(b"IDAT") - 4
    body = zlib.compress(raw)
    chunk = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    read_back = png.read(made[:start] + chunk + made[made.index(b"IEND") - 4 :])
    assert [list(row) for row in read_back.rows] == rows


def _paeth(left: int, above: int, corner: int) -> int:
    """The predictor as the standard words it: of the three, the nearest to left + above − corner; ties so."""
    to_left, to_above, to_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        png.SIGNATURE,
        picture(4, 4, lambda x, y: (1, 2, 3))[:-20],
        picture(4, 4, lambda x, y: (1, 2, 3)).replace(b"IDAT", b"IDAX"),
        picture(2000, 1, lambda x, y: (1, 2, 3)),
    ],
    ids=["empty", "gif", "nothing", "cut", "changed", "too wide"],
)
def test_what_is_no_picture_is_told_to_be_none(data: bytes) -> None:
    with pytest.raises(png.NotPng):
        png.read(data)


# --- broken packages --------------------------------------------------------------------------------------------------


def in_manifest(change: Change) -> Callable[[Files], None]:
    def applied(files: Files) -> None:
        manifest = read(files)
        change(manifest)
        files[MANIFEST] = json.dumps(manifest).encode()

    return applied


def in_english(change: Change) -> Callable[[Files], None]:
    def applied(files: Files) -> None:
        texts = read(files, "en.json")
        change(texts)
        files["en.json"] = json.dumps(texts).encode()

    return applied


def put(value: object, *path: Any) -> Callable[[Files], None]:
    """Puts a value at a place of the manifest."""

    def change(manifest: Any) -> None:
        for step in path[:-1]:
            manifest = manifest[step]
        manifest[path[-1]] = value

    return in_manifest(change)


def with_file(name: str, content: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({name: content})


def _first_list(manifest: Any) -> Any:
    return manifest["bots"][0]["commandLists"][0]


def _english_title(place: int) -> str:
    return f"bots[0].commandLists[0].commands[{place}].title"


CLEAR, WHITE, TEAL = (0, 0, 0, 0), (255, 255, 255, 255), (11, 85, 99, 255)
#: What is broken, where it is told to be, why, and whether Microsoft's schema would have told too.
BROKEN: list[tuple[Callable[[Files], None], str, str, bool]] = [
    (with_file(MANIFEST, b"{"), "manifest.json", "json", False),
    (with_file(MANIFEST, b"[]"), "manifest.json", "json", False),
    (lambda files: files.pop(MANIFEST) and None, "manifest.json", "json", False),
    (put("1.29", "manifestVersion"), "manifestVersion", "is_not", True),
    (put("https://example.org/schema.json", "$schema"), "$schema", "is_not", False),
    (put("1.0", "version"), "version", "version", False),
    (put("not-an-id", "id"), "id", "uuid", True),
    (put("bot", "bots", 0, "botId"), "bots[0].botId", "uuid", True),
    (put("1b2c3d4e-0000-4000-8000-000000000000", "bots", 0, "botId"), "bots[0].botId", "is_not", False),
    (put("http://bot.kommunen.no/om", "developer", "websiteUrl"), "developer.websiteUrl", "https", False),
    (put("ftp://bot.kommunen.no", "developer", "privacyUrl"), "developer.privacyUrl", "https", True),
    (put("https://", "developer", "termsOfUseUrl"), "developer.termsOfUseUrl", "https", False),
    (put("https://a:b@kommunen.no", "developer", "termsOfUseUrl"), "developer.termsOfUseUrl", "https", False),
    (put("x" * 33, "developer", "name"), "developer.name", "length", True),
    (put(["https://bot.kommunen.no"], "validDomains"), "validDomains[0]", "domain", False),
    (put(["bot.kommunen.no:443"], "validDomains"), "validDomains[0]", "domain", False),
    (put(["bot.kommunen.no/om"], "validDomains"), "validDomains[0]", "domain", False),
    (put(["*.kommunen.no"], "validDomains"), "validDomains[0]", "domain", False),
    (put(["10.0.0.7"], "validDomains"), "validDomains[0]", "domain", False),
    (put(["localhost"], "validDomains"), "validDomains[0]", "domain", False),
    (put([], "validDomains"), "validDomains", "count", False),
    (put(["bot.kommunen.no", "kommunen.no"], "validDomains"), "validDomains", "count", False),
    (put({"id": APP_ID}, "webApplicationInfo"), "webApplicationInfo", "unneeded", False),
    (put(["media"], "devicePermissions"), "devicePermissions", "unneeded", False),
    (put(["identity", "everything"], "permissions"), "permissions[1]", "unneeded", True),
    (put([], "bots"), "bots", "count", False),
    (in_manifest(lambda manifest: manifest["bots"].append(manifest["bots"][0])), "bots", "count", True),
    (put(["personal"], "bots", 0, "scopes"), "bots[0].scopes", "is_not", False),
    (put(True, "bots", 0, "supportsFiles"), "bots[0].supportsFiles", "unneeded", False),
    (put([], "bots", 0, "commandLists"), "bots[0].commandLists", "count", False),
    (
        in_manifest(lambda manifest: manifest["bots"][0]["commandLists"].append(_first_list(manifest))),
        "bots[0].commandLists",
        "count",
        True,
    ),
    (put(["team"], "bots", 0, "commandLists", 0, "scopes"), "bots[0].commandLists", "scope", False),
    (put(["meeting"], "bots", 0, "commandLists", 0, "scopes"), "bots[0].commandLists", "scope", True),
    (
        in_manifest(lambda manifest: _first_list(manifest)["commands"].append({"title": "x", "description": "y"})),
        "bots[0].commandLists[0].commands",
        "count",
        False,
    ),
    (put("x" * 31, "name", "short"), "name.short", "length", True),
    (put("x" * 101, "name", "full"), "name.full", "length", True),
    (put("Omstillingsbot", "name", "full"), "name.full", "same", False),
    (put("x" * 81, "description", "short"), "description.short", "length", True),
    (put("x" * 4001, "description", "full"), "description.full", "length", True),
    (put("", "description", "full"), "description.full", "missing", False),
    (
        in_manifest(lambda manifest: manifest["description"].update(full="Se: " + manifest["description"]["short"])),
        "description.full",
        "same",
        False,
    ),
    (
        put("x" * 33, "bots", 0, "commandLists", 0, "commands", 2, "title"),
        "bots[0].commandLists[0].commands[2].title",
        "length",
        False,
    ),
    (
        put("x" * 129, "bots", 0, "commandLists", 1, "commands", 0, "description"),
        "bots[0].commandLists[1].commands[0].description",
        "length",
        False,
    ),
    (in_english(lambda texts: texts.update({"name.short": "x" * 31})), "en: name.short", "length", True),
    (in_english(lambda texts: texts.update({"description.short": "x" * 81})), "en: description.short", "length", True),
    (
        in_english(lambda texts: texts.update({_english_title(1): "x" * 33})),
        f"en: {_english_title(1)}",
        "length",
        False,
    ),
    (
        in_english(lambda texts: texts.update({_english_title(1): texts[_english_title(0)]})),
        "en: bots[0].commandLists[0]",
        "twice",
        False,
    ),
    (in_english(lambda texts: texts.pop("description.full")), "en: description.full", "missing", True),
    (in_english(lambda texts: texts.update({_english_title(10): "x"})), f"en: {_english_title(10)}", "unknown", False),
    (in_english(lambda texts: texts.update({"name.long": "x"})), "en: name.long", "unknown", True),
    (in_english(lambda texts: texts.update({"$schema": "x:y"})), "en: $schema", "is_not", False),
    (with_file("en.json", b"\xff"), "en.json", "json", False),
    (lambda files: files.pop("nn.json") and None, "localizationInfo.additionalLanguages[0].file", "no_file", False),
    (put([], "localizationInfo", "additionalLanguages"), "localizationInfo.additionalLanguages", "is_not", False),
    (put("en", "localizationInfo", "defaultLanguageTag"), "localizationInfo.defaultLanguageTag", "is_not", False),
    (put("farge.png", "icons", "color"), "icons.color", "no_file", False),
    (with_file(COLOUR, b"<svg/>"), "icons.color", "png", False),
    (with_file(COLOUR, picture(96, 96, lambda x, y: TEAL)), "icons.color", "side", False),
    (with_file(COLOUR, picture(192, 192, lambda x, y: CLEAR if x + y < 20 else TEAL)), "icons.color", "corners", False),
    (with_file(COLOUR, picture(192, 192, lambda x, y: (*TEAL[:3], 99))), "icons.color", "corners", False),
    (with_file(OUTLINE, picture(32, 31, lambda x, y: WHITE if x == 9 else CLEAR)), "icons.outline", "side", False),
    (with_file(OUTLINE, picture(32, 32, lambda x, y: TEAL if x == 9 else CLEAR)), "icons.outline", "white", False),
    (with_file(OUTLINE, picture(32, 32, lambda x, y: WHITE)), "icons.outline", "transparent", False),
    (with_file(OUTLINE, picture(32, 32, lambda x, y: WHITE[:3])), "icons.outline", "transparent", False),
    (with_file(OUTLINE, picture(32, 32, lambda x, y: CLEAR)), "icons.outline", "transparent", False),
    (put("teal", "accentColor"), "accentColor", "accent", True),
    (with_file("notes.txt", b"."), "notes.txt", "not_named", False),
]


@pytest.mark.parametrize(
    ("change", "where", "key"),
    [one[:3] for one in BROKEN],
    ids=[f"{n}-{one[1]}-{one[2]}" for n, one in enumerate(BROKEN)],
)
def test_a_broken_package_is_refused_by_the_name_of_the_field(
    files: Files, change: Callable[[Files], None], where: str, key: str
) -> None:
    change(files)
    found = {(problem.where, problem.key): problem for problem in problems_in(files)}
    assert (where, key) in found
    for language in LANGUAGES:
        assert "{" not in say(language, f"app_package.wrong.{key}", **found[where, key].values)


def test_every_check_has_a_broken_package_that_only_it_refuses() -> None:
    """A check that is taken out lets one of the table pass."""
    needed = {check for one in BROKEN if (check := _the_only_one_to_find(*one[:3]))}
    assert {check.__name__ for check in package_checks.CHECKS if check not in needed} == set()


def _the_only_one_to_find(change: Callable[[Files], None], where: str, key: str) -> Any:
    files = app_package.files_of(identity_of(SET))
    change(files)
    package = package_checks.opened(files)
    checks = package_checks.CHECKS if package else ()
    found = [check for check in checks if any((one.where, one.key) == (where, key) for one in check(package))]
    return found[0] if len(found) == 1 else None


def test_microsofts_schema_refuses_what_it_can_see(microsoft: Callable[[list[Files]], list[list[str]]]) -> None:
    broken, seen = [], []
    for change, where, _, is_seen in BROKEN:
        files = app_package.files_of(identity_of(SET))
        change(files)
        if where not in (MANIFEST, "en.json"):
            broken.append(files)
            seen.append((where, is_seen))
    told = microsoft(broken)
    assert [(where, bool(errors)) for (where, _), errors in zip(seen, told, strict=True)] == seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_keep_their_lengths(files: Files, language: Language) -> None:
    """The limits of Microsoft's documentation, counted here once more."""
    texts = package_checks.texts_of(read(files)) if language == "nb" else read(files, f"{language}.json")
    limits = {"name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000}
    limits |= {path: 32 if path.endswith(".title") else 128 for path in texts if path.startswith("bots[0]")}
    assert limits.keys() == texts.keys() - {"$schema"}
    assert {path for path, limit in limits.items() if not 0 < len(texts[path]) <= limit} == set()
    assert LONGEST["title"] == 32


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in settings.APP_PACKAGE:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_command_writes_one_zip_without_a_database(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    assert [path.relative_to(place).as_posix() for path in place.rglob("*")] == [
        "build",
        "build/omstillingsbot-teams.zip",
    ]
    assert "MicrosoftAppId, PUBLIC_URL" in capsys.readouterr().out


def test_the_command_takes_settings_from_the_environment_and_from_env(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MicrosoftAppId", APP_ID)
    (place / ".env").write_text("PUBLIC_URL=https://bot.kommunen.no\nTEAMS_DEVELOPER=\n", "utf-8")
    assert main(["manifest", "--version", "1.2.3", "--output", "package.zip"]) == 0
    with zipfile.ZipFile(place / "package.zip") as archive:
        manifest = json.loads(archive.read(MANIFEST))
    assert (manifest["version"], manifest["id"], manifest["validDomains"]) == ("1.2.3", APP_ID, ["bot.kommunen.no"])
    assert "prøvepakke" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MicrosoftAppId", "kommunens-bot", "MicrosoftAppId: Must be an id"),
        ("PUBLIC_URL", "http://bot.kommunen.no", "PUBLIC_URL: Must be an address that begins with https://"),
        ("PUBLIC_URL", "https://bot.kommunen.no:99999", "PUBLIC_URL: Must be an address"),
        ("PUBLIC_URL", "https://bot.kommunen.no/bot", "PUBLIC_URL: Must be https:// and a full host name"),
        ("PUBLIC_URL", "https://localhost:3978", "PUBLIC_URL: Must be https:// and a full host name"),
        ("PUBLIC_URL", "https://10.0.0.7", "PUBLIC_URL: Must be https:// and a full host name"),
        ("TEAMS_WEBSITE_URL", "kommunen.no", "TEAMS_WEBSITE_URL: Must be an address"),
        ("TEAMS_PRIVACY_URL", "http://kommunen.no", "TEAMS_PRIVACY_URL: Must be an address"),
        ("TEAMS_TERMS_URL", "//kommunen.no", "TEAMS_TERMS_URL: Must be an address"),
        ("TEAMS_DEVELOPER", "x" * 33, "TEAMS_DEVELOPER: Has 33 characters; the most is 32."),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_written(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["--language", "en", "manifest"]) == 1
    assert list(place.iterdir()) == []
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "The package was not made." in told.err


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(Unfit) as unfit:
        identity_of({"MicrosoftAppId": "x", "PUBLIC_URL": "http://x"}, "1")
    assert [problem.where for problem in unfit.value.problems] == ["MicrosoftAppId", "PUBLIC_URL", "--version"]


def test_an_unfit_package_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = identity_of(SET)
    with pytest.raises(Unfit) as unfit:
        app_package.build(type(identity)(**{**vars(identity), "terms": "http://kommunen.no"}))
    assert [(problem.where, problem.key) for problem in unfit.value.problems] == [("developer.termsOfUseUrl", "https")]
