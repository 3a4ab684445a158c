"""The intent next to the likeliest one, where what is named says so: "the plan for next week" is not the whole plan."""

from collections.abc import Callable, Iterable
from functools import cache

from dialogs.understanding.features import Symbols
from dialogs.understanding.happened import ABOUT_PLANS, asks_whether_done
from dialogs.understanding.reading import Reading

_MILESTONES = ("milestone.next", "milestone.list", "milestone.when", "milestone.on_date")
#: What people say of their leaders, and what they earn, is nobody's role.
_OF_PEOPLE, _NOT_OURS = ("programme.about", "person.role", "workgroup.about"), {"salary", "insult"}
#: Who says these wants more than the group that is named.
_ALL = {"all", "list", "howmany", "which", "more", "also"}
_MONEY_OF_ALL, _OF_INPUT = {"savings", "@programme"}, {"input", "inputs", "anonymous"}
_WITH_AN_END = {"milestone", "phase", "person", "role", "delivery"}
_LAST = frozenset(["siste", "sist", "sisste", "seinaste", "seneste", "last", "final"])
_ANY = ("",)
_EVERYTHING, _DATED = {"all", "list"}, {"milestone", "deadline", "timeline", "dates", "@milestone", "meeting"}
_INITIATIVE_OR_WHO = {"initiative", "person", "role", "unit", "group"}
_TELLS_ABOUT = {"about", "what", "list", "help"}


def by_what_is_named(intent: str, reading: Reading) -> str:
    """The intent itself, or what the first rule that holds makes of it."""
    return next((to for holds, to in _rules_of(intent) if holds(reading)), intent)


@cache
def _rules_of(intent: str) -> tuple[tuple[Callable[[Reading], bool], str], ...]:
    return tuple((holds, to) for of, holds, to in _RULES if intent.startswith(of))


def _kinds(reading: Reading) -> set[str]:
    return {thing.kind for _, thing in reading.named}


def _is_of_pay_or_insult(reading: Reading) -> bool:
    """What somebody earns or is called; but what the whole costs, and who pays for it, is about the whole."""
    return bool(_NOT_OURS & reading.concepts) and not reading.concepts >= _MONEY_OF_ALL


def _is_over_by_day(reading: Reading) -> bool:
    """ "1. juli, er hele prosjektet over da": that it ends is asked about, not what it is."""
    return reading.window is not None and "end" in reading.concepts and not _kinds(reading) & _WITH_AN_END


def _is_last_day_of_all(reading: Reading) -> bool:
    """ "Siste dag for alle de andre forslagene" is one day, of which "all" says whose it is."""
    places = reading.symbols
    at = next((at for at, place in enumerate(places) if "deadline" in place), len(places))
    is_last = any(word.text in _LAST for run in reading.runs[: at + 1] for word in run.words)
    return is_last and _has_all(places[at + 1 :]) and not _has_all(places[:at])


def _has_all(places: Iterable[Symbols]) -> bool:
    return any("all" in place for place in places)


def _is_address(reading: Reading) -> bool:
    """ "Har dere en mailadresse folk kan skrive til": where to write is asked for, and nothing is sent."""
    return "contact" in reading.concepts and not reading.concepts & _OF_INPUT


def _is_left_open(reading: Reading) -> bool:
    """What the documents leave open, and no word of an input."""
    return "@open_question" in reading.concepts and not reading.concepts & _OF_INPUT


def _is_at_milestone(reading: Reading) -> bool:
    """ "An English interpreter at the kickoff" is no language to be set, "news of the kickoff" about that one."""
    return "milestone" in _kinds(reading)


def _is_weather(reading: Reading) -> bool:
    """ "Vær" is the weather, and how some say "be": "når må det vær levert"."""
    return "weather" in reading.concepts and not {"deliver", "deadline"} & reading.concepts


def _is_name_only(reading: Reading) -> bool:
    return _names_one_group(reading) and all(place[:1] and place[0][0] == "@" for place in reading.symbols)


def _names_one_group(reading: Reading) -> bool:
    """By more than a single word, which may be what every group is called."""
    return any(length > 1 and thing.kind == "group" for length, thing in reading.named)


def _is_done_or_not(reading: Reading) -> bool:
    return not _kinds(reading) & {"group", "phase"} and asks_whether_done(reading)


def _is_meeting_of_group(reading: Reading) -> bool:
    kinds = _kinds(reading)
    return "group" in kinds and "milestone" not in kinds and "meeting" in reading.concepts


def _is_of_group(reading: Reading) -> bool:
    kinds = _kinds(reading)
    return ("group" in kinds or "@group" in reading.concepts) and not kinds & {"person", "role", "unit"}


def _is_about_group(reading: Reading) -> bool:
    """Who names a group in full and asks nothing but what it is wants no news of it."""
    return _names_one_group(reading) and len(reading.said - _TELLS_ABOUT) == 0


def _is_everything(reading: Reading) -> bool:
    """ "Skal på møte i morgen. Trenger alle fristene": all of them are asked for in another clause than the day is
    in, and there no other day is named."""
    window = reading.window
    if window is None or not _EVERYTHING & reading.concepts:
        return False
    day = reading.clause_of(window.start)
    said: dict[int, set[str]] = {}
    for start, place in zip(reading.starts, reading.symbols, strict=True):
        said.setdefault(reading.clause_of(start), set()).update(place)
    return any(at != day and _EVERYTHING & found and _DATED & found for at, found in said.items())


def _is_role_in_group(reading: Reading) -> bool:
    is_of_group = "group" in _kinds(reading) or "@group" in reading.concepts
    return "role" in _kinds(reading) and is_of_group and "who" in reading.concepts


#: Of which intents (or what they begin with), when, and what it is then; the first that holds.
_RULES: tuple[tuple[tuple[str, ...], Callable[[Reading], bool], str], ...] = (
    (_MILESTONES, _is_weather, "out_of_scope"),
    (_OF_PEOPLE, _is_of_pay_or_insult, "out_of_scope"),
    (("language.set", "announcement.latest"), _is_at_milestone, "milestone.when"),
    (("input.submit",), _is_address, "programme.about"),
    (("input.status",), _is_left_open, "programme.about"),
    (("programme.about",), _is_over_by_day, "milestone.when"),
    (("milestone.list",), _is_last_day_of_all, "milestone.when"),
    (
        ("milestone.next",),
        lambda reading: "all" in reading.concepts and "next" not in reading.concepts,
        "milestone.list",
    ),
    (("signup.status",), lambda reading: "timeline" in reading.concepts and _is_done_or_not(reading), "milestone.when"),
    (_ANY, lambda reading: "§" in reading.text, "out_of_scope"),
    (ABOUT_PLANS, _is_done_or_not, "milestone.when"),
    (("milestone.on_date",), _is_meeting_of_group, "workgroup.about"),
    (("milestone.on_date",), _is_everything, "milestone.list"),
    (
        ("milestone.list",),
        lambda reading: reading.window is not None and not _is_everything(reading),
        "milestone.on_date",
    ),
    (("milestone.list",), lambda reading: bool(reading.number("milestone")), "milestone.when"),
    (_ANY, _is_name_only, "workgroup.about"),
    (("workgroup.list",), lambda reading: _names_one_group(reading) and not _ALL & reading.concepts, "workgroup.about"),
    (("programme.about",), _is_about_group, "workgroup.about"),
    (("workgroup.join",), lambda reading: "leave" in reading.concepts, "workgroup.leave"),
    (("person.role",), lambda reading: _kinds(reading) & _INITIATIVE_OR_WHO == {"initiative"}, "initiative.about"),
    (("person.role",), _is_of_group, "workgroup.about"),
    (("workgroup.about",), _is_role_in_group, "person.role"),
)
