"""Every text is there in all three languages, with the same blanks, and compiled."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dialogs.words import LOCALES, say, told
from tests.compile_words import compiled

ROOT = Path(__file__).parents[2]
SAID = re.compile(r'(?:say|say_many|Refused)\(\s*(?:[\w.]+,\s*)?"([a-z_]+\.[a-z_.]+)"')
CATALOGUES = sorted(LOCALES.glob("nb/LC_MESSAGES/*.po"))


def texts(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    forms = {message.id: message.string for message in catalogue if message.id}
    return {
        (key if isinstance(key, str) else key[0]): (text,) if isinstance(text, str) else tuple(text)
        for key, text in forms.items()
    }


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["nn", "en"])
def test_no_text_is_missing_and_none_has_other_blanks(path: Path, language: str) -> None:
    bokmal, other = texts(path), texts(LOCALES / language / "LC_MESSAGES" / path.name)
    assert bokmal.keys() == other.keys()
    for key, forms in bokmal.items():
        assert all(forms), key
        assert all(other[key]), key
        assert {frozenset(blanks(form)) for form in forms} == {frozenset(blanks(form)) for form in other[key]}, key


@pytest.mark.parametrize(
    "path", sorted(LOCALES.glob("*/LC_MESSAGES/*.po")), ids=lambda path: f"{path.parts[-3]}-{path.stem}"
)
def test_the_compiled_catalogue_matches_its_source(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "run make words"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_key_starts_with_the_name_of_its_catalogue(path: Path) -> None:
    assert {key.partition(".")[0] for key in texts(path)} == {path.stem}


def test_no_catalogue_is_in_one_language_only() -> None:
    names = [{path.name for path in LOCALES.glob(f"{language}/LC_MESSAGES/*.po")} for language in ("nb", "nn", "en")]
    assert names[0] == names[1] == names[2]


#: Of two forms that are both right, nynorsk has one here: "vart" and "vorte".
OTHER_FORMS = re.compile(r"\b(?:blei|ble|blitt)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(LOCALES.glob("nn/LC_MESSAGES/*.po")), ids=lambda path: path.stem)
def test_nynorsk_has_one_form_of_became(path: Path) -> None:
    found = {key: form for key, forms in texts(path).items() for form in forms if OTHER_FORMS.search(form)}
    assert found == {}


def test_every_key_written_out_in_the_code_exists() -> None:
    known = {key for path in CATALOGUES for key in texts(path)}
    domains = {path.stem for path in CATALOGUES}
    sources = [path for floor in ("bot", "dialogs", "storage") for path in (ROOT / floor).rglob("*.py")]
    said = {
        key for path in sources for key in SAID.findall(path.read_text("utf-8")) if key.partition(".")[0] in domains
    }
    assert len(said) > 100
    assert said <= known, said - known


def test_a_text_nobody_wrote_is_a_defect() -> None:
    with pytest.raises(KeyError):
        say("nb", "guide.no_such_text")
    with pytest.raises(KeyError):
        say("nb", "nosuchcatalogue.text")


def test_what_was_not_translated_is_told_in_bokmal() -> None:
    assert told({"nb": "Hei"}, "en") == "Hei"
    assert told(None, "en") == ""
