"""Compiles every catalogue: python -m tests.compile_words, or make words."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "dialogs" / "locales"


def compiled(source: Path) -> bytes:
    """What the catalogue's .mo file must hold."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name, domain=source.stem)
    target = BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


if __name__ == "__main__":
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(f"{source.relative_to(LOCALES)} compiled")
