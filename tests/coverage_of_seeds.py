"""Accounts for every fact of the seeds: python tests/coverage_of_seeds.py, with SHARED naming the folder of the seeds.

Each leaf of seeds/programmes.yaml is looked for in the programme files by the first rule whose pattern fits its path,
or is left out for a reason that is printed. Exit 1 when a leaf is not accounted for, or when a text was copied.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from storage.programme_file import read  # noqa: E402

#: A run of this many words of a document, found in a text of ours, is a copy.
COPIED_WORDS = 8
STATUSES = {
    "open_for_volunteers": "open",
    "finished": "finished",
    "by_appointment": "appointed",
    "not_a_workgroup": "appointed",
}


@dataclass(frozen=True)
class Leaf:
    """One fact of the seeds: where it stands, what encloses it, and the programme file it should be in."""

    path: str
    value: Any
    around: list[dict[str, Any]]
    programme: dict[str, Any]

    @cached_property
    def entry(self) -> dict[str, Any]:
        """The entry of the programme file that has the key of the nearest thing around that has one."""
        keys = [mapping["key"] for mapping in reversed(self.around) if isinstance(mapping.get("key"), str)]
        return next((found for key in keys if (found := self.keyed(key))), {})

    def keyed(self, key: str) -> dict[str, Any]:
        return next((entry for entry in mappings(self.programme) if entry.get("key") == key), {})

    def section(self, name: str) -> list[Any]:
        return list(self.programme[name])

    @property
    def person(self) -> dict[str, Any]:
        names = [mapping.get("name") for mapping in self.around]
        return next((person for person in self.section("people") if person["name"] in names), {})


Check = Callable[[Leaf], bool]


@dataclass(frozen=True)
class LeftOut:
    """Why a leaf needs no place in the programme file."""

    reason: str


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(inner)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)
    elif value is not None:
        yield str(value)


def plain(text: Any) -> str:
    return " ".join(str(text).split()).casefold()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def said_in(value: Any, place: Any) -> bool:
    return any(plain(value) in plain(text) for text in strings(place))


def verbatim(leaf: Leaf) -> bool:
    """The words themselves are in the entry."""
    return bool(leaf.entry) and said_in(leaf.value, leaf.entry)


def anywhere(leaf: Leaf) -> bool:
    return said_in(leaf.value, leaf.programme)


def same(name: str) -> Check:
    return lambda leaf: leaf.entry.get(name) == leaf.value


def has(*names: str) -> Check:
    """The entry has something of its own there: running text is told in our words."""
    return lambda leaf: any(leaf.entry.get(name) for name in names)


def has_not(*names: str) -> Check:
    """What no document says is not filled in."""
    return lambda leaf: bool(leaf.entry) and not any(leaf.entry.get(name) for name in names)


def topic(name: str, word: str = "") -> Check:
    return lambda leaf: any(note["topic"] == name and said_in(word, note["text"]) for note in leaf.section("notes"))


def titles(section: str, **wanted: Any) -> Check:
    """The value is the bokmål title or role of an entry of that section."""

    def check(leaf: Leaf) -> bool:
        entries = [e for e in leaf.section(section) if all(e.get(name) == value for name, value in wanted.items())]
        told = [entry.get("title") or entry.get("role") or {} for entry in entries]
        return any(plain(text.get("nb")) == plain(leaf.value) for text in told)

    return check


def date_part(name: str) -> Check:
    """The same date, end or precision; a value and a precision are compared together by being compared alone."""

    def check(leaf: Leaf) -> bool:
        where = re.search(r"/(date|start|end)/\w+$", leaf.path)
        return bool(where) and (leaf.entry.get(where[1]) or {}).get(name) == leaf.value

    return check


def role_part(leaf: Leaf) -> bool:
    """A person's role: its words, unit, group, party, dates; true where it is marked so."""
    name = leaf.path.rpartition("/")[2]
    marks = {"acting": "acting", "planned": "planned"}
    if name in marks:
        return any(role[marks[name]] for role in leaf.person.get("roles", ()))
    if leaf.value is None:
        return True  # said of the role of the same name: nothing is filled in, which other leaves of it show
    return said_in(leaf.value, leaf.person.get("roles"))


def role_named(leaf: Leaf) -> bool:
    """A title as it is written; what is a sentence about the person is told in our words under the same duty."""
    roles = leaf.person.get("roles", [])
    shared = set(words(str(leaf.value)))
    told = (set(words(str((role.get("role") or {}).get("nb", "")))) for role in roles)
    return leaf.value is None or any(len(shared & texts) * 3 >= len(shared) for texts in told)


def numbered(section: str, *, label: bool = False) -> Check:
    """The titles in the documents' order."""

    def check(leaf: Leaf) -> bool:
        entries = [e for e in leaf.section(section) if not label or e["is_label"]]
        position = int(leaf.path.rpartition("/")[2])
        return len(entries) > position and plain(entries[position]["title"]["nb"]) == plain(leaf.value)

    return check


def open_question(leaf: Leaf) -> bool:
    """The question in the same place asks for much the same words."""
    asked = leaf.section("open_questions")[int(leaf.path.rpartition("/")[2])]["text"]["nb"]
    stems = {word[:5] for word in words(str(leaf.value))}
    return len(stems & {word[:5] for word in words(asked)}) * 2 >= len(stems)


def points(leaf: Leaf) -> bool:
    """As many points as the document has, each with words of ours."""
    position = int(re.findall(r"/(\d+)/text$", leaf.path)[-1])
    return len(leaf.entry.get("points", ())) > position


def source(leaf: Leaf) -> bool:
    """The same document, under its key in our file."""
    files = {key: entry["file"] for key, entry in leaf.programme["sources"].items()}
    told = leaf.entry.get("source") or list(files)
    return leaf.value in [files[key] for key in told]


def figure(leaf: Leaf) -> bool:
    return said_in(leaf.value, leaf.entry.get("figures"))


def member(leaf: Leaf) -> bool:
    """What is said of a member is said of the same one."""
    name = leaf.around[-1]["name"]
    return any(said_in(leaf.value, listed) for listed in leaf.entry.get("members", ()) if listed["name"] == name)


def in_section(section: str, name: str) -> Check:
    return lambda leaf: any(said_in(leaf.value, entry[name]) for entry in leaf.section(section))


def parts(key: str, *wanted: str) -> Check:
    """The facts of a sentence are in the entry of that key; and the seeds still say them."""
    return lambda leaf: all(said_in(part, leaf.keyed(key)) and said_in(part, leaf.value) for part in wanted)


def all_closed(leaf: Leaf) -> bool:
    return all(group["openness"] == "appointed" and group["inferred"] for group in leaf.section("workgroups"))


def unit_person(leaf: Leaf) -> bool:
    units = [unit for unit in leaf.section("units") if unit["title"]["nb"] == leaf.around[-1]["name"]]
    return [unit["person"] for unit in units] == [leaf.value]


def not_expanded(leaf: Leaf) -> bool:
    return any(entry["title"]["nb"] == leaf.value and not entry["text"] for entry in leaf.section("abbreviations"))


def confused(leaf: Leaf) -> bool:
    names = [name.partition(" (")[0] for name in str(leaf.value).split(" / ")]
    return any(all(said_in(name, note["text"]) for name in names) for note in leaf.section("notes"))


OWN_WORDS = LeftOut("running text of others: told in our own words")
FURNITURE = LeftOut("picture names and headings of a page: no content")
WRITING = LeftOut("how the seeds' list writes its titles: no fact of a document")
ACROSS = LeftOut("names of two programmes: each programme answers for its own; told in osu2020")
MENDED = LeftOut("a slip of the document is mended: the source says so")

#: The first pattern that fits a path decides. ``/`` parts names; list positions are numbers.
RULES: tuple[tuple[str, Check | LeftOut], ...] = (
    (r"page_furniture/.*", FURNITURE),
    (r"(.*/)?quote(/\d+)?", OWN_WORDS),
    (r"(.*/)?source(/\d+)?", source),
    (r".*/(title_is|title_corrected)", WRITING),
    # the programme
    (r"full_title", MENDED),
    (r"key|name", lambda leaf: leaf.value == leaf.programme["programme"][leaf.path]),
    (r"name_variants/\d+", lambda leaf: leaf.value in leaf.programme["programme"]["names"]),
    (r"timezone", lambda leaf: leaf.programme["settings"]["timezone"] == leaf.value),
    (r"organisation/name", lambda leaf: leaf.programme["programme"]["organisation"] == leaf.value),
    (r"organisation/stated", lambda leaf: leaf.programme["programme"]["organisation"] is None),
    (r"organisation/note", topic("organisation")),
    (r"(organisation|area)/inferred/\d+", lambda leaf: bool(leaf.programme["programme"]["inferred"])),
    (r"area/(abbreviation|expansion)", lambda leaf: said_in(leaf.value, leaf.programme["programme"]["area"])),
    (r"contact/email", lambda leaf: leaf.programme["programme"]["contact"]["email"] == leaf.value),
    (r"contact/stated", lambda leaf: leaf.programme["programme"]["contact"]["email"] is None),
    (r"document/title", anywhere),
    (r"document/updated/value", lambda leaf: any(s["date"] == leaf.value for s in leaf.programme["sources"].values())),
    (r"document/updated/precision", lambda leaf: leaf.value == "day"),
    (r"document/note", lambda leaf: any(s["inferred"] for s in leaf.programme["sources"].values())),
    # background and figures
    (r".*/figures/\d+/(what|amount|period)", figure),
    (r".*/figures/\d+/amount/stated", lambda leaf: any(f["amount"] is None for f in leaf.entry["figures"])),
    (r".*/figures/\d+/inferred/\d+", has("inferred")),
    (r"(background|temporary_solution/items)/\d+/(text|heading)", has("text")),
    (r"temporary_solution/heading", anywhere),
    (r"temporary_solution/items/\d+/role", verbatim),
    (r"temporary_solution/until/words", in_section("temporary_solution", "ends")),
    (r"temporary_solution/until/precision", lambda leaf: leaf.value == "none"),
    # goals
    (r"goals/items_heading/text", FURNITURE),
    (r"goals/(headline|items/\d+)/title", verbatim),
    (r"goals/(headline|items/\d+)/text", has("text")),
    (r"goals/.*/points/\d+/text", points),
    (r"goals/headline/inferred/\d+", has("inferred")),
    # phases
    (r"phases/\d+/order", lambda leaf: leaf.section("phases").index(leaf.entry) + 1 == leaf.value),
    (r"phases/\d+/title", verbatim),
    (r"phases/\d+/(start|end)/inferred/\d+", lambda leaf: bool(leaf.entry[leaf.path.split("/")[2]]["inferred"])),
    (r"phases/\d+/start/conflict", has("conflict")),
    (r"phases/\d+/end/stated", lambda leaf: leaf.entry["end"]["precision"] == "none"),
    (r"phases/\d+/about", has("about")),
    (r"phases_note", topic("phases")),
    # milestones
    (r"milestones/\d+/(title|title_context)", has("title")),
    (r"milestones/\d+/date/word", lambda leaf: said_in(leaf.value, leaf.entry["date"]["words"])),
    (r"milestones/\d+/date/words", lambda leaf: said_in(leaf.value, leaf.entry["date"]["words"])),
    (r"milestones/\d+/date/inferred/\d+", lambda leaf: bool(leaf.entry["date"]["inferred"])),
    (r"milestones/\d+/related/\d+", lambda leaf: leaf.value in leaf.entry["related"]),
    (r"milestones/\d+/not_stated/\d+", lambda leaf: said_in(leaf.value, leaf.entry["not_stated"])),
    (r"(milestones|phases)/\d+/(date|start|end)/value", date_part("value")),
    (r"milestones/\d+/date/end", date_part("end")),
    (r"(milestones|phases)/\d+/(date|start|end)/precision", date_part("precision")),
    # groups
    (r"workgroups/\d+/title/stated", has("inferred")),
    (r"workgroups/\d+/title/working_name", verbatim),
    (r"(workgroups|bodies)/\d+/title", verbatim),
    (r"workgroups/\d+/full_title", verbatim),
    (r"workgroups/\d+/status", lambda leaf: leaf.entry["openness"] == STATUSES[leaf.value]),
    (r"(workgroups|bodies)/\d+/mandate", has("mandate")),
    (r"workgroups/\d+/leader/(name|role)", lambda leaf: said_in(leaf.value, leaf.entry["leader"])),
    (r"workgroups/\d+/leader/party", lambda leaf: leaf.value is None or said_in(leaf.value, leaf.entry["members"])),
    (r"workgroups/\d+/leader/note", has("note")),
    (r"workgroups/\d+/leader/stated", lambda leaf: not any(leaf.entry["leader"].values())),
    (r"(workgroups|bodies)/\d+/members/stated", has_not("members", "member_roles")),
    (r"workgroups/\d+/members/size", lambda leaf: said_in(leaf.value, leaf.entry["size"])),
    (r"workgroups/\d+/members/\d+/(name|from|as)", member),
    (r"(workgroups|bodies)/\d+/members_roles/\d+", lambda leaf: said_in(leaf.value, leaf.entry["member_roles"])),
    (r"workgroups/\d+/signup/how", lambda leaf: said_in("osu@baerum.kommune.no", leaf.entry["how_filled"])),
    (r"workgroups/\d+/signup/reply_within", lambda leaf: said_in(leaf.value, leaf.entry["reply_within"])),
    (r"workgroups/\d+/signup/open", lambda leaf: leaf.entry["openness"] == "appointed"),
    (r"workgroups/\d+/signup/inferred/\d+", has("inferred")),
    (r"workgroups/\d+/report", has("result")),
    (r"workgroups_intro/signup/.*", all_closed),
    (r"common_mandate/heading", verbatim),
    (r"common_mandate/items/\d+/text", points),
    (r"involvement/groups/\d+", verbatim),
    # people
    (r"people/\d+/name", lambda leaf: bool(leaf.person)),
    (r"people/\d+/note", lambda leaf: any(role["note"] for role in leaf.person["roles"])),
    (r"people/\d+/(.*/)?inferred/\d+", lambda leaf: any(role["inferred"] for role in leaf.person["roles"])),
    (r"people/\d+/roles/\d+/note", lambda leaf: any(role["note"] for role in leaf.person["roles"])),
    (r"people/\d+/roles/\d+/role", role_named),
    (r"people/\d+/roles/\d+/(until|from)/precision", lambda leaf: leaf.value == "day"),
    (r"people/\d+/roles/\d+/.*", role_part),
    (r"roles_without_name/\d+/role", titles("roles_without_name")),
    (r"roles_without_name/\d+/does", lambda leaf: any(role["does"] for role in leaf.section("roles_without_name"))),
    (r"names_easily_confused/4", ACROSS),
    (r"names_easily_confused/\d+", confused),
    # organisation
    (r"organisation_chart/head/(title|name|unit)", lambda leaf: said_in(leaf.value, leaf.section("units")[0])),
    (r"organisation_chart/units/\d+/name", titles("units")),
    (r"organisation_chart/units/\d+/person", unit_person),
    (r"organisation_chart/inferred/\d+", lambda leaf: any(unit["inferred"] for unit in leaf.section("units"))),
    (r"organisation_chart/.*/boxes_in_text_order/\d+", numbered("organisation_boxes")),
    (r"organisation_chart/.*/labels/\d+", numbered("organisation_boxes", label=True)),
    (
        r"organisation_chart/.*/inferred/\d+",
        lambda leaf: all(b["inferred"] for b in leaf.section("organisation_boxes")),
    ),
    # initiatives, recommendations, deliveries
    (r"initiatives/\d+/title", verbatim),
    (r"initiatives/\d+/about", has("about")),
    (r"initiatives/\d+/about/stated", has_not("about")),
    (r"initiatives_note", topic("initiatives")),
    (r"initiatives_ranking/.*", topic("initiatives-ranking")),
    (r"related_programmes/\d+/title", verbatim),
    (r".*/name_variants/\d+", lambda leaf: said_in(leaf.value, [leaf.entry["names"], leaf.entry["title"]])),
    (r"recommendations/group", lambda leaf: all(r["workgroup"] == leaf.value for r in leaf.section("recommendations"))),
    (r"recommendations/intro/text", topic("recommendations", "åtte hovedpunkter")),
    (r"recommendations/intro/count", lambda leaf: len(leaf.section("recommendations")) == leaf.value),
    (r"recommendations/items/\d+/title", has("title")),
    (r"deliveries/sprint_length/value", lambda leaf: said_in(leaf.value, leaf.keyed("osu-sprint-lengde"))),
    (r"deliveries/team/value", parts("osu-sprint-team", "ca. 5 tverrfaglige ressurser", "kommunalsjef")),
    (r"deliveries/presentation/value", lambda leaf: said_in(leaf.value, leaf.keyed("osu-sprint-presentasjon"))),
    (r"deliveries/queue/value", parts("osu-sprint-ko", "før hver sprint", "kommunalsjef", "styringsgruppen")),
    (r"deliveries/framework/value", lambda leaf: said_in(leaf.value, leaf.keyed("osu-sprint-rammeverk"))),
    (r"deliveries/items/\d+/title", verbatim),
    (r"deliveries/items/\d+/content/stated", has_not("text")),
    (r"deliveries/items/\d+/date/precision", has_not("date")),
    (r"deliveries/(inferred/\d+|note)", topic("deliveries")),
    # news, rules, frames, the rest
    (r"news/\d+/(title|text)", has("text")),
    (r"news/\d+/published/stated", has_not("published")),
    (r"news/\d+/published/value", lambda leaf: leaf.entry["published"] == leaf.value),
    (r"news/\d+/published/precision", lambda leaf: leaf.value == "day"),
    (r"news/\d+/kind", lambda leaf: leaf.entry["form"] == leaf.value),
    (r"news/\d+/milestones/\d+", lambda leaf: leaf.value in leaf.entry["related"]),
    (r"rules/\d+/kind", lambda leaf: leaf.entry["force"] == leaf.value),
    (r"rules/\d+/text", has("text")),
    (r"rules/\d+/applies_to", has("applies_to")),
    (r"rules/\d+/recurrence", same("recurrence")),
    (r"rules/\d+/start/stated", has("note")),
    (r"scope/included/\d+", titles("scope_included")),
    (r"scope/not_included/\d+", titles("scope_excluded")),
    (r"scope/note", lambda leaf: any(entry["note"] for entry in leaf.section("scope_included"))),
    (r"timeline_figure/labels_in_order/\d+", numbered("timeline_figure")),
    (r"timeline_figure/meaning/stated", topic("timeline-figure")),
    (r"abbreviations_not_expanded/\d+", not_expanded),
    (r"unknown/\d+", open_question),
    # anything with a key
    (r".*/key", lambda leaf: leaf.keyed(leaf.value) != {}),
    (r".*/kind", same("kind")),
    (r".*/number", same("number")),
    (r".*/note", has("note", "inferred")),
    (r".*/inferred/\d+", has("inferred")),
)


@dataclass
class Account:
    """What came of all leaves of the seeds."""

    found: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.copied


def leaves(value: Any, programme: dict[str, Any], path: str = "", around: tuple[Any, ...] = ()) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, programme, f"{path}/{name}".lstrip("/"), (*around, value))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, programme, f"{path}/{position}", around)
    else:
        yield Leaf(path, value, list(around), programme)


def account_for(leaf: Leaf, key: str, account: Account) -> None:
    rule = next((rule for pattern, rule in RULES if re.fullmatch(pattern, leaf.path)), None)
    section = leaf.path.partition("/")[0]
    if isinstance(rule, LeftOut):
        account.left_out[(f"{key} {section}", rule.reason)] += 1
    elif rule is not None and rule(leaf):
        account.found[f"{key} {section}"] += 1
    else:
        account.missing.append(f"{key} {leaf.path}: {leaf.value!r}" + ("" if rule else " (no rule)"))


def account_for_sources(seeds: dict[str, Any], programmes: dict[str, Any], account: Account) -> None:
    """The list of documents stands beside the programmes: each is a source of its programme, with its date."""
    for name, said in seeds["sources"].items():
        ours = programmes[said["programme"]]["sources"].values()
        entry = next((source for source in ours if source["file"] == name), None)
        if entry and entry["about"] and entry["date"] == said["document_date"].get("value"):
            account.found[f"{said['programme']} sources"] += len(list(leaves(said, {})))
        else:
            account.missing.append(f"sources/{name}")


def copies(seeds: Any, programme: dict[str, Any]) -> Iterator[str]:
    """Runs of words of a document that stand in a text of ours."""
    quotes = {plain(text) for mapping in mappings(seeds) for text in strings(mapping.get("quote"))}
    theirs = {run for quote in quotes for run in runs(quote)}
    yield from (text for text in strings(programme) if not theirs.isdisjoint(runs(text)))


def runs(text: str) -> Iterator[tuple[str, ...]]:
    said = words(text)
    return (tuple(said[n : n + COPIED_WORDS]) for n in range(len(said) - COPIED_WORDS + 1))


def account(shared: Path) -> Account:
    """Compares the seeds with the programme files of this project."""
    seeds = YAML(typ="safe", pure=True).load((shared / "seeds" / "programmes.yaml").read_text("utf-8"))
    seeds = _dates_as_text(seeds)
    result = Account(left_out=Counter({("all", "number of the list's own format"): 1}))
    programmes = {
        key: read(ROOT / "programmes" / f"{key}.yaml").content.model_dump(mode="json") for key in seeds["programmes"]
    }
    account_for_sources(seeds, programmes, result)
    for key, said in seeds["programmes"].items():
        for leaf in leaves(said, programmes[key]):
            account_for(leaf, key, result)
        result.copied += [f"{key}: {text}" for text in copies(said, programmes[key])]
    return result


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _dates_as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def main() -> int:
    shared = os.environ.get("SHARED")
    if not shared or not (Path(shared) / "seeds" / "programmes.yaml").exists():
        print("SHARED must name the folder that has seeds/programmes.yaml: SHARED=../shared", file=sys.stderr)
        return 2
    result = account(Path(shared))
    print("In the programme files:")
    for name, number in sorted(result.found.items()):
        print(f"  {number:4} {name}")
    print("Left out:")
    for (name, reason), number in sorted(result.left_out.items()):
        print(f"  {number:4} {name}: {reason}")
    for title, lines in (("Not accounted for:", result.missing), ("Copied:", result.copied)):
        print("\n".join([title, *(f"  {line}" for line in lines)]) if lines else f"{title} none")
    print(
        f"{sum(result.found.values())} found, {sum(result.left_out.values())} left out, {len(result.missing)} missing"
    )
    return 0 if result.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
