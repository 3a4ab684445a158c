"""What a question wants to know of a thing: who leads it, why, where, how many."""

from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.normalise import folded, words
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Thing

#: Longer questions are no mere follow-ups.
_SHORT = 5
#: What a question about something is after, by the concepts in it; the first that fits.
ASPECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "workgroup.about": (
        ("called", "names"),
        ("mandate", "mandate"),
        ("union", "members"),
        ("member", "members"),
        ("lead", "leader"),
        ("also", "members"),
        ("result", "result"),
        ("howmany", "count"),
    ),
    "programme.about": (
        ("contact", "contact"),
        ("why", "why"),
        ("howlong", "howlong"),
        ("scope", "scope"),
        ("organise", "organisation"),
        ("temporary", "temporary"),
        ("savings", "savings"),
        ("howmany", "count"),
        ("howmuch", "count"),
    ),
    "person.role": (("takeover", "successor"), ("called", "name"), ("name", "name"), ("who", "who")),
    "initiative.top": (("top", "rank"), ("#number", "rank")),
    "delivery.about": (("howmany", "count"),),
    "input.status": (("howmany", "count"), ("answer", "answer"), ("when", "answer")),
    "workgroup.join": (("how", "how"),),
    "workgroup.leave": (("how", "how"),),
    "smalltalk": (("thanks", "thanks"), ("bot", "bot")),
}
#: What a question may want to know of a thing, beside what the thing is: documents seldom say it.
_ASKED: dict[str, frozenset[str]] = {
    "place": frozenset({"where"}),
    "clock": frozenset({"time"}),
    "food": frozenset({"food"}),
    "practical": frozenset({"practical", "travel"}),
    "meeting": frozenset({"meeting"}),
    "exact_day": frozenset({"day"}),
}
_ABOUT_THINGS = ("milestone.when", "milestone.on_date", "phase.about", "workgroup.about", "delivery.about")


def asks(intent: str, reading: Reading) -> list[str]:
    """What else than the thing itself is asked for: its place, its hour, …"""
    if not intent.startswith(_ABOUT_THINGS):
        return []
    said = reading.concepts
    return [name for name, concepts in _ASKED.items() if concepts & said]


def aspect(intent: str, reading: Reading, subject: dict[str, str]) -> dict[str, str]:
    """The ``aspect`` of a thing that is asked for; of small talk what it is ``about``."""
    wanted: list[tuple[str, str]] = []
    if intent in ASPECTS:
        said = reading.concepts.union(*(concepts_of([word]) for word in reading.words))
        wanted = [(concept, aspect) for concept, aspect in ASPECTS[intent] if concept in said]
    found: str | None = wanted[0][1] if wanted else None
    if found == "who" and any(thing.kind == "role" and _has_title(reading, thing) for _, thing in reading.named):
        found = "name"  # who names a role asks who that is; "hvem eier prosjektet" is told by the role
    if all(concept == "also" for concept, _ in wanted) and len(reading.words) <= _SHORT and intent == subject.get("of"):
        # "Og gruppe 2?" wants of it what was asked of the one before.
        found = subject.get("aspect", found)
    return {"about" if intent == "smalltalk" else "aspect": found} if found else {}


def _has_title(reading: Reading, role: Thing) -> bool:
    """Whether a role is named by its title, or a form of that ("ordføreren"), not by what it does."""
    said = [word.text for word in reading.words]
    titles = [word.text for word in words(folded(role.names[0]))[:1]]
    return any(title in said or (len(title) > _SHORT and _begins(said, title)) for title in titles)


def _begins(said: list[str], title: str) -> bool:
    return any(word.startswith(title) for word in said)
