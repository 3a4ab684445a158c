"""Reads a programme file: all that is wrong with it at once, each with its line, or its content."""

import hashlib
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from storage import unions
from storage.programme_schema import DOMAIN, REFERENCES, Content

#: Where something stands in the file: names of keys and positions in lists.
Path_ = tuple[str | int, ...]

#: What pydantic calls a value of the wrong kind, and what we call the right one.
#: Sections whose entries are about people.
_OF_PEOPLE = (("people",), ("roles_without_name",), ("workgroups",), ("status_reports",))
WRONG_TYPES = {
    "string_type": "string",
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
    "list_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
}


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong on a line. ``key`` says what and ``remedy`` what to do: both are texts of the catalogues."""

    line: int
    key: str
    values: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def remedy(self) -> str:
        return f"{self.key}.remedy_nearest" if self.values.get("nearest") else f"{self.key}.remedy"


class BrokenFile(Exception):  # noqa: N818 - it is the file that is broken
    """A file that cannot be loaded, with every problem that was found, in the order of its lines."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = sorted(problems)
        super().__init__(f"{path}: {[(problem.line, problem.key) for problem in self.problems]}")


@dataclass(frozen=True)
class ProgrammeFile:
    """A file that holds together."""

    path: Path
    digest: str
    content: Content


def read(path: Path | str) -> ProgrammeFile:
    """The file's content. Raises BrokenFile with all its problems, FileNotFoundError where there is none."""
    path = Path(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenFile(path, [_found(1, "unreadable")]) from None
    tree = _Tree(text)
    if tree.is_broken:
        raise BrokenFile(path, tree.problems)
    problems = [*tree.problems, *_wrong_references(tree), *_repeated_keys(tree), *_repeated_members(tree)]
    problems += _named_unions(tree)
    try:
        content = Content.model_validate(tree.data)
    except ValidationError as error:
        raise BrokenFile(path, problems + [_told(tree, detail) for detail in error.errors()]) from None
    if problems:
        raise BrokenFile(path, problems)
    return ProgrammeFile(path, hashlib.sha256(raw).hexdigest(), content)


class _Tree:
    """The file as plain values, with the line of everything in it."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[Path_, int] = {(): 1}
        self._seen: set[int] = set()
        self.data: Any = {}
        self.is_broken = False
        try:
            root = YAML(typ="safe", pure=True).compose(text)
        except YAMLError as error:
            mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
            self.problems.append(_found(mark.line + 1 if mark else 1, "not_yaml"))
            self.is_broken = True
        else:
            self.data = self._value(root, ()) if root is not None else {}

    def line(self, path: Path_) -> int:
        """The line of that place, or of the nearest thing around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def entries(self) -> Iterator[tuple[Path_, dict[str, Any]]]:
        """Every mapping of the file, from the outside in."""
        waiting: list[tuple[Path_, Any]] = [((), self.data)]
        while waiting:
            path, value = waiting.pop(0)
            if isinstance(value, dict):
                yield path, value
                waiting += [((*path, name), inner) for name, inner in value.items()]
            elif isinstance(value, list):
                waiting += [((*path, position), inner) for position, inner in enumerate(value)]

    def _value(self, node: Node, path: Path_) -> Any:
        if id(node) in self._seen:
            # An alias could hold itself, or grow without end.
            self.problems.append(_found(self.line(path), "alias"))
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._item(inner, (*path, position)) for position, inner in enumerate(node.value)]
        return _scalar(str(node.tag), str(node.value)) if isinstance(node, ScalarNode) else None

    def _item(self, node: Node, path: Path_) -> Any:
        self.lines[path] = node.start_mark.line + 1
        return self._value(node, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name_node, inner in node.value:
            name, line = str(name_node.value), name_node.start_mark.line + 1
            if name in values:
                first = str(self.lines[(*path, name)])
                self.problems.append(_found(line, "duplicate_key", name=name, first=first))
                continue
            self.lines[(*path, name)] = line
            values[name] = self._value(inner, (*path, name))
        return values


def _scalar(tag: str, value: str) -> Any:
    """Words stay words: a date is read by our own rule, so that one that does not exist gets its line."""
    try:
        match tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return value.lower() == "true"
            case "int":
                return int(value)
            case "float":
                return float(value)
    except ValueError:
        return value
    return value


def _wrong_references(tree: _Tree) -> Iterator[Problem]:
    data = tree.data if isinstance(tree.data, dict) else {}
    known = {section: _keys(_section(data, section)) for section in {*REFERENCES.values(), "sources"}}
    for path, entry in tree.entries():
        if not path:
            continue  # the sections themselves
        for name, section in REFERENCES.items():
            yield from _missing(tree, (*path, name), entry.get(name), known[section], "unknown_reference", section)
        yield from _missing(tree, (*path, "source"), entry.get("source"), known["sources"], "unknown_source", "sources")


def _section(data: dict[str, Any], name: str) -> Any:
    """A section, or the list of that name in it: "decisions.political_bodies"."""
    outer, _, inner = name.partition(".")
    found = data.get(outer)
    return found.get(inner) if inner and isinstance(found, dict) else None if inner else found


def _missing(tree: _Tree, path: Path_, said: Any, known: list[str], key: str, section: str) -> Iterator[Problem]:
    for position, name in enumerate([said] if isinstance(said, str) else said if isinstance(said, list) else []):
        if isinstance(name, str) and name not in known:
            yield _found(tree.line((*path, position)), key, name=name, section=section, nearest=_nearest(name, known))


def _repeated_keys(tree: _Tree) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for path, entry in sorted(tree.entries(), key=lambda found: tree.line(found[0])):
        key = entry.get("key")
        if not isinstance(key, str) or path[0:1] == ("programme",):
            continue
        line = tree.line((*path, "key"))
        if key in first:
            yield _found(line, "repeated_key", name=key, first=str(first[key]))
        first.setdefault(key, line)


def _repeated_members(tree: _Tree) -> Iterator[Problem]:
    for path, entry in tree.entries():
        first: dict[str, int] = {}
        members = entry.get("members") if path[:1] == ("workgroups",) else None
        for position, member in enumerate(members if isinstance(members, list) else []):
            name = member.get("name") if isinstance(member, dict) else None
            line = tree.line((*path, "members", position))
            if isinstance(name, str) and name in first:
                yield _found(line, "repeated_member", name=name, first=str(first[name]))
            first.setdefault(str(name), line)


def _named_unions(tree: _Tree) -> Iterator[Problem]:
    """Of whoever speaks for the employees the role is kept, and never the union."""
    for path, entry in tree.entries():
        if path[:1] not in _OF_PEOPLE or (path[0] == "workgroups" and "members" not in path):
            continue
        for name, value in entry.items():
            union = unions.named_in(value) if isinstance(value, str) else ""
            if union:
                yield _found(tree.line((*path, name)), "names_union", union=union)


def _keys(section: Any) -> list[str]:
    """The keys of a section: a list of entries, or sources by their key."""
    if isinstance(section, dict):
        return list(section)
    entries = section if isinstance(section, list) else []
    return [str(entry["key"]) for entry in entries if isinstance(entry, dict) and "key" in entry]


def _told(tree: _Tree, detail: Any) -> Problem:
    """One of pydantic's findings as a problem on a line."""
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    line, name, value = tree.line(path), _name(path), str(detail["input"])
    if kind.startswith(f"{DOMAIN}."):
        return Problem(line, kind, {key: str(said) for key, said in context.items()})
    if kind == "missing":
        return _found(line, "missing_key", name=name)
    if kind == "extra_forbidden":
        known = list(_model_at(path[:-1]).model_fields)
        return _found(line, "unknown_key", name=name, nearest=_nearest(name, known), allowed=", ".join(known))
    if kind in ("enum", "literal_error"):
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        return _found(line, "not_allowed", name=name, value=value, allowed=allowed)
    if kind in WRONG_TYPES:
        return _found(line, f"wrong_type_{WRONG_TYPES[kind]}", name=name)
    return _found(line, f"bad_{_form(name)}", name=name, value=value)


def _name(path: Path_) -> str:
    """What the file calls the thing at that place; pydantic's own word for a mapping's key is no name."""
    names = [step for step in path if isinstance(step, str)]
    return "–" if not names else "key" if names[-1] == "[key]" else names[-1]


def _form(name: str) -> str:
    return name if name in ("key", "email", "smallest_group", "goal_headline") else "value"


def _model_at(path: Path_) -> type[BaseModel]:
    """The model of the entry at that place."""
    model: type[BaseModel] = Content
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in typing.get_args(annotation) if (found := _model_in(inner))), None)


def _nearest(name: str, known: list[str]) -> str:
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), "")


def _found(line: int, key: str, **values: str) -> Problem:
    return Problem(line, f"{DOMAIN}.{key}", values)
