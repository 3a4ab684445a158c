"""The stage on which the examples are played: somebody with every role, on a real programme of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialogs import (
    announcements,
    guide,
    unanswered,
)
from dialogs.actions import ACTIONS, INPUT_ACTIONS
from dialogs.anonymous_input import Asked
from dialogs.card import Button, Card, Language
from dialogs.turn import Afterwards, Turn, Understood
from storage import (
    amendments,
    broadcasts,
    claims,
    lanes,
    people,
    programmes,
    whistleblowing,
)
from storage.anonymous_input import InputStore
from storage.database import Session
from storage.outbox import Status
from storage.people import ROLES, Person, Whereabouts
from storage.refusals import Refused

PROGRAMME = "osu2020"
PUBLIC_URL = "https://bot.example.org"
_UNITS = ("Helse og omsorg", "Skole og barnehage")
FILE = Path(__file__).parents[1] / "programmes" / f"{PROGRAMME}.yaml"
#: A week before the programme's first milestone.
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
LONG_NAME = "Anne-Margrethe Kristoffersen Wergeland-Rasmussen"
HEADING = "Endringer i organisasjonsmodellen, nye seksjoner og hva det betyr for deg i økonomi, innkjøp, lønn og HR"
PARAGRAPH = (
    "Fra nyttår samler vi de administrative fagmiljøene i én organisasjon. Medbestemmelsesmøtene har drøftet modellen "
    "og vi har fått mange gode innspill underveis. Vi vet at mange lurer på hva dette betyr for egen arbeidshverdag, "
    "og vi kommer tilbake med mer så snart noe er avklart."
)
MARKED = "Det viktigste er at **alle får svar**. Les [avtalen](https://example.org/avtale) før _15. desember_."
NEWS = "\n\n".join(
    [PARAGRAPH] * 8 + [MARKED, "- Hvem: alle ansatte i OSU\n- Når: 15. desember klokken 09.00\n- Hvor: Teams"]
)
ALT = (
    "Organisasjonskart: rådmannen øverst, under henne fire seksjoner, og i hver av dem de tjenestene som i dag er i "
    "sytten virksomheter. Økonomi, innkjøp og lønn er samlet i én seksjon."
)
ANSWER = (
    "Innplasseringen gjøres etter omstillingsavtalen. Alle får et skriftlig varsel og tilbud om samtale med leder og "
    "tillitsvalgt før noe blir bestemt. " * 4
).strip()
PERSONAL = "Kari Nordmann i lønn sa at sjefen vår er syk, ring henne på 900 00 001 eller kari.nordmann@example.org."


@dataclass
class Stage:
    """Somebody with every role, on a programme of their own, and the card that they see."""

    session: Session
    person: Person
    store: InputStore
    language: Language
    shown: Card = field(default_factory=Card)

    def act(
        self,
        action: str,
        values: Mapping[str, Any] | None = None,
        *,
        text: str = "",
        understood: Understood | None = None,
    ) -> Card:
        """What an action shows, as a turn would show it: a refusal is a card too."""
        values = dict(values or {})
        turn = self.turn(text=text, values=values, understood=understood)
        try:
            if action in INPUT_ACTIONS:
                of = whistleblowing.channel(self.session, turn.programme)
                asked = Asked(PROGRAMME, self.language, turn.today, values, turn.public_url, of, _UNITS)
                self.shown = INPUT_ACTIONS[action](self.store, asked)
            else:
                shown = ACTIONS[action](self.session, turn)
                if isinstance(shown, Afterwards):
                    shown = shown.cards(self.session)
                cards = shown if isinstance(shown, tuple) else (shown,)
                self.shown = unanswered.see_to(self.session, turn, action, cards, True)[-1]
        except Refused as refused:
            self.shown = guide.refusal(refused, self.language)
        self.session.flush()
        return self.shown

    def press(self, action: str, place: int = 0, *, form: Mapping[str, Any] | None = None) -> Card:
        """Presses a button of the card that is shown, by its action, with what the form holds."""
        button: Button = [button for button in self.shown.buttons if button.action == action][place]
        return self.act(action, {**(form or {}), **button.values})

    def previewed(self, turn: Turn) -> tuple[Card, ...]:
        """All the cards of a preview."""
        return announcements.preview(self.session, turn).cards(self.session)

    def turn(self, **fields: Any) -> Turn:
        programme = programmes.get(self.session, PROGRAMME)
        turn = Turn(self.person, programme, NOW, self.language, is_demo=True, inputs=self.store, public_url=PUBLIC_URL,
                    picture=lambda which, *_: f"{PUBLIC_URL}/bilde/{which}")  # fmt: skip
        return replace(turn, **{"sign_download": lambda *_: "/nedlasting/1.signert", **fields})


def somebody(session: Session, language: Language) -> Person:
    for number in range(30):
        people.recognise(session, where(f"colleague-{number}"), PROGRAMME)
    person = people.recognise(session, where("leader"), PROGRAMME)
    person.language, person.name = language, LONG_NAME
    for role in ROLES:
        people.grant(session, person, PROGRAMME, role)
    return person


def where(account: str) -> Whereabouts:
    return Whereabouts(channel="web", account=account, name=account, lane="web", conversation=account)


def deliver(stage: Stage, most: int) -> None:
    """Delivers as many of the messages that are owed."""
    lanes.open_lane(stage.session, "web", 0.0)
    for broadcast in broadcasts.unexpanded(stage.session):
        broadcasts.expand(stage.session, broadcast)
    for amendment in amendments.due(stage.session):
        amendments.expand(stage.session, amendment)
    for number, row in enumerate(claims.claim(stage.session, "web", most, 60)):
        claims.begin_attempt(stage.session, row)
        is_refused = row.edits is not None and number % 7 == 6
        status, reason = (Status.FAILED, amendments.CANNOT_EDIT) if is_refused else (Status.SENT, None)
        claims.settle(stage.session, row.ended(status, reason, platform_id=row.edits or str(row.id)))
    stage.session.expire_all()
