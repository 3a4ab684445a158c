"""What volunteers, their leaders and coordinators see of sign-ups, played as the others of example_turns."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

from dialogs import release_notices
from dialogs.card import Card, Language
from storage import programmes, releases, sign_ups, workgroups
from storage.database import Session
from storage.people import Person
from storage.releases import Release
from storage.sign_ups import SignUp

PROGRAMME, GROUP = "osu2020", "osu-omstilling"
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
_WHY = "Vi er to færre enn vi pleier fram til nyttår, og vaktlista går ikke opp uten henne. Spør igjen i januar"


class Stage(Protocol):
    """Somebody with every role, and the card that they see."""

    session: Session
    person: Person
    language: Language
    shown: Card

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...

    def press(self, action: str, place: int = 0, *, form: Mapping[str, Any] | None = None) -> Card: ...


def volunteering(stage: Stage, others: list[Person]) -> Iterator[tuple[str, Card]]:
    """``others`` are people without a role."""
    coordinator, volunteer = stage.person, others[0]
    volunteer.name = "Ingebjørg Kristine Solheim-Abrahamsen"
    group = workgroups.get(stage.session, PROGRAMME, GROUP)
    group.release_from_hours = 0
    stage.person = volunteer
    yield "workgroup.join:release", stage.act("workgroup.join", {"group": GROUP})
    stage.person = coordinator
    row = sign_ups.standing(stage.session, volunteer, PROGRAMME)[0]
    yield from _releasing(stage, row, volunteer)
    group.release_from_hours = None
    stage.person = volunteer
    stage.act("workgroup.leave", {"group": GROUP})
    stage.person = coordinator


def _releasing(stage: Stage, row: SignUp, volunteer: Person) -> Iterator[tuple[str, Card]]:
    coordinator, key = stage.person, {"sign_up": row.identity}
    yield "release.list:none", stage.act("release.list")
    yield "signup.volunteers:release", stage.act("signup.volunteers")
    yield "signup.one:release", stage.act("signup.one", key)
    yield "signup.release", stage.press("signup.release")
    yield "signup.release_ask:refused", stage.press("signup.release_ask", form={"leader": "Ukjent"})
    yield "signup.release_ask", stage.act("signup.release_ask", {**key, "leader": coordinator.name})
    yield "signup.release:asked", stage.act("signup.release", key)
    stage.person = volunteer
    yield "signup.status:release", stage.act("signup.status")
    stage.person = coordinator
    yield "release.list", stage.act("release.list")
    yield "release.one", stage.press("release.one")
    yield "release.no", stage.press("release.no")
    yield "release.refused:no reason", stage.press("release.refused", form={"reason": ""})
    yield "release.refused", stage.press("release.refused", form={"reason": _WHY})
    found = releases.find(stage.session, row.identity)
    assert found is not None, "it was refused just now"
    yield from _told(stage, found, row, volunteer, "refused")
    yield "release.yes", stage.act("release.yes", {"release": found.identity})
    yield from _told(stage, found, row, volunteer, "given")


def _told(stage: Stage, found: Release, row: SignUp, volunteer: Person, name: str) -> Iterator[tuple[str, Card]]:
    programme, language = programmes.get(stage.session, PROGRAMME), stage.language
    group = workgroups.get(stage.session, PROGRAMME, GROUP)
    yield f"release.told:{name}", release_notices.answer(found, group, language)
    if name == "refused":
        yield "release.told:owner", release_notices.refusal(found, row, volunteer, group, language)
        those = [(volunteer.name, "")] * 3
        days = [date(2020, 11, 20), date(2020, 12, 1), date(2020, 12, 1)]
        yield "release.reminder", release_notices.reminder(programme, those, days, NOW.date(), language)
        yield "release.late", release_notices.escalation(programme, 3, language)
