"""What volunteers, their leaders and coordinators see of sign-ups, played as the others of example_turns."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

from dialogs import erasing_by_request, registering, release_notices, saying_dates, sign_up_notices, sign_up_questions
from dialogs.card import Card, Language
from storage import programmes, releases, sign_ups, workgroups
from storage import sign_up_questions as questions
from storage.database import Session
from storage.people import Address, Person
from storage.registering import Registered
from storage.releases import Release
from storage.sign_ups import SignUp

PROGRAMME, GROUP = "osu2020", "osu-omstilling"
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
_ASKED = "Gruppa møtes tirsdager klokka ti. Kan du da, eller må vi finne et annet tidspunkt for at du skal være med?"
_BY_EMAIL = ("Kari Nordmann", "Ola Ødegård", "Bente Rudrud Herdlevær", "Aslaug Kvam")
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
    yield from _asking(stage, row, volunteer)
    group.release_from_hours = None
    yield from _registering(stage)
    stage.person = volunteer
    stage.act("workgroup.leave", {"group": GROUP})
    stage.person = coordinator


def _asking(stage: Stage, row: SignUp, volunteer: Person) -> Iterator[tuple[str, Card]]:
    coordinator, key = stage.person, {"sign_up": row.identity}
    yield "signup.ask", stage.act("signup.ask", key)
    yield "signup.asked:empty", stage.press("signup.asked", form={"text": ""})
    yield "signup.asked", stage.act("signup.asked", {**key, "text": _ASKED})
    yield "signup.ask:waiting", stage.act("signup.ask", key)
    question = questions.last(stage.session, row.identity)
    assert question is not None, "it was asked just now"
    programme, language = programmes.get(stage.session, PROGRAMME), stage.language
    group = workgroups.get(stage.session, PROGRAMME, GROUP)
    day = saying_dates.day(language, date(2020, 12, 8))
    yield "question.told:volunteer", sign_up_questions.to_volunteer(question, group, programme, day, language)
    stage.person = volunteer
    yield "signup.status:asked", stage.act("signup.status")
    yield "signup.reply", stage.press("signup.reply")
    yield "signup.replied:empty", stage.press("signup.replied", form={"answer": ""})
    yield "signup.replied", stage.press("signup.replied", form={"answer": _WHY})
    yield "question.told:owner", sign_up_questions.to_coordinator(question, row, volunteer, group, language)
    stage.person = coordinator
    yield "signup.one:answered", stage.act("signup.one", key)


def _registering(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "signup.by_hand:none", stage.act("signup.by_hand")
    yield "signup.register", stage.act("signup.register")
    bad = {"group": GROUP, "people": "Kari Nordmann, kari@example.org\nOla uten adresse"}
    yield "signup.registered:refused", stage.press("signup.registered", form=bad)
    stage.act("signup.places_set", {"group": GROUP, "places": "3"})
    people = "\n".join(f"{name}, {name.split()[0].lower()}@example.org" for name in _BY_EMAIL)
    yield "signup.registered", stage.act("signup.registered", {"group": GROUP, "people": people})
    group = workgroups.get(stage.session, PROGRAMME, GROUP)
    rows = [
        (row, person)
        for row, person in sign_ups.volunteers(stage.session, stage.person, PROGRAMME)
        if row.registered_by is not None
    ]
    programme, language = programmes.get(stage.session, PROGRAMME), stage.language
    day = saying_dates.day(language, date(2020, 12, 8))
    for name, (row, person) in zip(("place", "line"), (rows[0], rows[-1]), strict=True):
        yield (
            f"registered.told:{name}",
            registering.notice(Registered(row, person, True), group, programme, day, language),
        )
    yield "line.told", sign_up_notices.line_card(stage.session, rows[-1][0], group, language)
    key = {"sign_up": rows[0][0].identity}
    address = stage.session.get_one(Address, rows[0][1].address_id)
    address.gone_reason = "no_mailbox"
    stage.act("signup.accept", key)
    stage.act("signup.places_set", {"group": GROUP, "places": "1"})
    yield "signup.accept:beyond", stage.act("signup.accept", {"sign_up": rows[1][0].identity})
    yield "signup.accept_all:beyond", stage.act("signup.accept_all", {"group": GROUP})
    yield "signup.by_hand", stage.act("signup.by_hand")
    yield "signup.told_by_hand", stage.press("signup.told_by_hand")
    yield "signup.one:by e-mail", stage.act("signup.one", key)
    yield "signup.withdraw", stage.press("signup.withdraw")
    for row, _ in rows[1:]:
        stage.act("signup.withdraw", {"sign_up": row.identity})
    stage.act("signup.places_set", {"group": GROUP, "places": ""})
    yield from _erasing(stage, programme.name)


def _erasing(stage: Stage, programme: str) -> Iterator[tuple[str, Card]]:
    yield "signup.erase", stage.act("signup.erase")
    yield "signup.erase:refused", stage.act("signup.erase", {"email": "ukjent@example.org"})
    again = {"group": GROUP, "people": "Ola Ødegård, ola@example.org"}
    stage.act("signup.registered", again)
    yield "signup.join", stage.act("signup.join")
    both = {"email": "ola@example.org", "name": stage.person.name}
    yield "signup.join:refused", stage.act("signup.join", {**both, "name": "Ukjent"})
    yield "signup.join:sure", stage.act("signup.join", both)
    yield "signup.joined:changed", stage.act("signup.joined", both)
    yield "signup.joined", stage.press("signup.joined")
    stage.act("workgroup.leave", {"group": GROUP})
    yield "signup.erase:sure", stage.act("signup.erase", {"email": "aslaug@example.org"})
    yield "erased-goodbye", erasing_by_request.goodbye(programme, (), stage.language)
    yield "signup.erased:changed", stage.act("signup.erased", {"email": "aslaug@example.org"})
    yield "signup.erased", stage.press("signup.erased")


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
        yield "release.passed_on", release_notices.no_more(volunteer, group, language)
        yield "release.let_go", release_notices.nobody_asked(row, volunteer, group, language)
    else:
        yield "release.told:owner given", release_notices.grant(found, row, volunteer, group, language)
