"""What a turn asks about: keys and days among its values, whatever an old or invented button may have sent."""

from datetime import date

from dialogs.turn import Turn

#: The actions that answer from the documents: what one of them does not know is a question nobody could answer.
QUESTIONS = frozenset(
    {
        "milestone.next",
        "milestone.list",
        "milestone.when",
        "milestone.on_date",
        "phase.current",
        "phase.about",
        "workgroup.list",
        "workgroup.about",
        "initiative.about",
        "initiative.top",
        "person.role",
        "goal.about",
        "delivery.about",
        "programme.about",
        "announcement.latest",
    }
)


def keys(turn: Turn, many: str, one: str) -> list[str]:
    """The keys of a list among the values, or the single one beside it."""
    found = turn.values.get(many)
    listed = found if isinstance(found, list) and found else [turn.value(one)]
    return [key for key in listed if isinstance(key, str) and key]


def day(turn: Turn, name: str) -> date | None:
    """A day among the values (``from``, ``to``), or None."""
    try:
        return date.fromisoformat(turn.value(name))
    except ValueError:
        return None
