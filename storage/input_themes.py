"""Themes that handlers sort inputs by: one for each input, so that no input is counted twice."""

from sqlmodel import Field, Session, col, select

from storage.anonymous_input import InputModel, InputStore, of_programme
from storage.people import Person
from storage.refusals import Refused

#: Longest name of a theme, in characters, and how many a programme has at the most: a list to choose from is read.
LONGEST_NAME = 60
MOST_THEMES = 30


class InputTheme(InputModel, table=True):
    """A theme of a programme. Its key is made of its name, so that two handlers who name it at once name one."""

    __tablename__ = "input_theme"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: str = Field(primary_key=True)
    programme_key: str = Field(index=True)
    sealed_name: bytes


class InputThemed(InputModel, table=True):
    """The theme of an input."""

    __tablename__ = "input_themed"
    __table_args__ = ({"sqlite_with_rowid": False},)
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    theme_key: str = Field(foreign_key="input_theme.key", ondelete="CASCADE", index=True)


def set_theme(
    store: InputStore, session: Session, acting: Person, programme_key: str, keys: list[str], *, theme: str, name: str
) -> None:
    """Sorts these inputs under a theme that there is, or under a new one of that name; under none where both are empty.
    Twice is once. Raises NotAllowed without the role, Refused for a name that is too long, for too many themes, and for
    a theme or an input that is not there."""
    acting.must_be(session, "input_handler", programme_key)
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("refused.input.long_theme", length=len(name), limit=LONGEST_NAME)
    with store.database.writing() as inputs:
        chosen = _named(store, inputs, programme_key, name) if name else _existing(inputs, programme_key, theme)
        for key in keys:
            of_programme(inputs, programme_key, key)
            row = inputs.get(InputThemed, key)
            if chosen is None:
                if row is not None:
                    inputs.delete(row)
                continue
            row = row or InputThemed(input_key=key, theme_key=chosen)
            row.theme_key = chosen
            inputs.add(row)


def names(store: InputStore, inputs: Session, programme_key: str) -> dict[str, str]:
    """The programme's themes by their keys, in the order of the alphabet."""
    rows = inputs.exec(select(InputTheme).where(InputTheme.programme_key == programme_key)).all()
    found = {row.key: store.opened(row.sealed_name) for row in rows}
    return dict(sorted(found.items(), key=lambda theme: theme[1].casefold()))


def themed(inputs: Session, keys: list[str]) -> dict[str, str]:
    """Those of them that have a theme, with its key."""
    rows = inputs.exec(select(InputThemed).where(col(InputThemed.input_key).in_(keys))).all()
    return {row.input_key: row.theme_key for row in rows}


def _named(store: InputStore, inputs: Session, programme_key: str, name: str) -> str:
    key = store.name_hash(f"{programme_key}\n{name.casefold()}")
    if inputs.get(InputTheme, key) is None:
        themes = inputs.exec(select(InputTheme.key).where(InputTheme.programme_key == programme_key)).all()
        if len(themes) >= MOST_THEMES:
            raise Refused("refused.input.many_themes", limit=MOST_THEMES)
        inputs.add(InputTheme(key=key, programme_key=programme_key, sealed_name=store.sealed(name)))
        inputs.flush()
    return key


def _existing(inputs: Session, programme_key: str, theme: str) -> str | None:
    if not theme:
        return None
    row = inputs.get(InputTheme, theme)
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.input.theme")
    return row.key
