"""How groups are composed: what coordinators are told may be amiss, as possible, and never to the public."""

from dialogs.card import Card, Items, Language, Text
from dialogs.offers import offers
from dialogs.saying_dates import capitalised
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import competences, compositions
from storage.compositions import Finding
from storage.database import Session


def show(session: Session, turn: Turn) -> Card:
    """For coordinators: what the programme's rules find, group by group."""
    found = compositions.of_programme(session, turn.person, turn.programme.key)
    items = Items(items=tuple((named(one, turn.language), capitalised(said(one, turn.language))) for one in found))
    none = Text(text=say(turn.language, "compositions.none"))
    title = (
        say_many(turn.language, "compositions.title", len(found)) if found else say(turn.language, "compositions.fine")
    )
    return Card(
        title=title,
        blocks=(items if found else none, Text(text=say(turn.language, "compositions.possible"), style="quiet")),
        buttons=offers(turn.language, "signup.volunteers", "workgroup.list", *_if_on(session, turn)),
        language=turn.language,
    )


def _if_on(session: Session, turn: Turn) -> tuple[str, ...]:
    return ("competence.show",) if competences.find(session, turn.programme.key) else ()


def line(finding: Finding, language: Language) -> str:
    """The finding in one line, for the command line."""
    return say(language, "compositions.line", group=named(finding, language), said=said(finding, language))


def named(finding: Finding, language: Language) -> str:
    group = finding.group
    if group.number is None:
        return told(group.title, language)
    return say(language, "compositions.numbered", number=group.number, title=group.title)


def said(finding: Finding, language: Language) -> str:
    names = ", ".join(finding.values.get("unknown", ()))
    return say(language, f"compositions.{finding.key}", **(finding.values | {"unknown": names}))
