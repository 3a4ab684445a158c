"""The real dialogs, played on a real programme in databases that live in memory: a card of everything one can do.

Names are ``action`` or ``action:variant``. What people write here is as long as it realistically gets.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import (
    announcements,
    answering,
    coming_back,
    correction_parts,
    corrections,
    decision_ends,
    digests,
    example_competences,
    example_decision_log,
    example_groups,
    example_initiatives,
    example_own_data,
    example_proposals,
    example_recommendations,
    example_sign_ups,
    guide,
    home,
    moments,
    planned,
    progress,
    promises,
    recalls,
    reminders,
    sign_up_notices,
    snoozed_messages,
    together,
    top_order,
    unanswered,
)
from dialogs import approvals as approving
from dialogs import top_approvals as top_approving
from dialogs.actions import ACTIONS, INPUT_ACTIONS
from dialogs.anonymous_input import Asked
from dialogs.card import LANGUAGES, Button, Card, Language, in_each
from dialogs.turn import Afterwards, Turn, Understood
from dialogs.words import say
from storage import (
    amendments,
    approvals,
    broadcasts,
    claims,
    decisions,
    employees,
    initiatives,
    input_release,
    lanes,
    loading,
    migrating,
    milestones,
    outbox,
    people,
    plan_changes,
    programme_file,
    programmes,
    receipts,
    top_approvals,
    topics,
    whistleblowing,
    workgroups,
)
from storage import announcements as stored
from storage import corrections as made
from storage import unanswered as sent_questions
from storage.anonymous_input import InputStore
from storage.database import Database, Session
from storage.employees import Listed
from storage.outbox import Kind, Status
from storage.people import ROLES, Person, Whereabouts
from storage.programme_file import ProgrammeFile
from storage.programmes import Programme
from storage.progress import Standing
from storage.promises import Promise
from storage.refusals import Refused
from storage.sign_ups import SignUp, SignUpState

PROGRAMME = "osu2020"
PUBLIC_URL = "https://bot.example.org"
_UNITS = ("Helse og omsorg", "Skole og barnehage")
FILE = Path(__file__).parents[1] / "programmes" / f"{PROGRAMME}.yaml"
#: A week before the programme's first milestone.
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
LONG_NAME = "Anne-Margrethe Kristoffersen Wergeland-Rasmussen"

_HEADING = "Endringer i organisasjonsmodellen, nye seksjoner og hva det betyr for deg i økonomi, innkjøp, lønn og HR"
_PARAGRAPH = (
    "Fra nyttår samler vi de administrative fagmiljøene i én organisasjon. Medbestemmelsesmøtene har drøftet modellen "
    "og vi har fått mange gode innspill underveis. Vi vet at mange lurer på hva dette betyr for egen arbeidshverdag, "
    "og vi kommer tilbake med mer så snart noe er avklart."
)
_MARKED = "Det viktigste er at **alle får svar**. Les [avtalen](https://example.org/avtale) før _15. desember_."
_NEWS = "\n\n".join(
    [_PARAGRAPH] * 8 + [_MARKED, "- Hvem: alle ansatte i OSU\n- Når: 15. desember klokken 09.00\n- Hvor: Teams"]
)
_ALT = (
    "Organisasjonskart: rådmannen øverst, under henne fire seksjoner, og i hver av dem de tjenestene som i dag er i "
    "sytten virksomheter. Økonomi, innkjøp og lønn er samlet i én seksjon."
)
_URGENT = "Vannet i bygget er stengt fra i kveld, og den som skal på jobb i natt, må møte i nabobygget i stedet"
_INPUT = (
    "Jeg er bekymret for at kompetansen vi har bygget opp lokalt, forsvinner når støttefunksjonene samles. " * 6
).strip()
_QUESTION = (
    "Hvem bestemmer hvilken seksjon jeg havner i, og får jeg si noe om det før det er avgjort? Jeg jobber deltid i to "
    "virksomheter i dag, og ingen av lederne mine vet svaret. " * 3
).strip()
_ANSWER = (
    "Innplasseringen gjøres etter omstillingsavtalen. Alle får et skriftlig varsel og tilbud om samtale med leder og "
    "tillitsvalgt før noe blir bestemt. " * 4
).strip()
_DECIDED = "Økonomi, innkjøp, lønn og HR samles i én seksjon fra nyttår. Lederen lyses ut internt."
_THEME = "Kompetanse i støttefunksjonene"
_PERSONAL = "Kari Nordmann i lønn sa at sjefen vår er syk, ring henne på 900 00 001 eller kari.nordmann@example.org."


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


@cache
def played() -> tuple[tuple[str, Language, Card], ...]:
    """Name, language and card of everything that was played, the same each time it is asked for."""
    file = programme_file.read(FILE)
    return tuple((name, language, card) for language in LANGUAGES for name, card in _played(file, language))


def _played(file: ProgrammeFile, language: Language) -> Iterator[tuple[str, Card]]:
    main, inputs = Database("sqlite://"), Database("sqlite://")
    try:
        migrating.migrate(main, "main")
        migrating.migrate(inputs, "inputs")
        store = InputStore(inputs, base64.urlsafe_b64encode(bytes(32)).decode())
        with main.writing() as session:
            loading.load(session, file)
            yield from _scenes(Stage(session, _somebody(session, language), store, language))
    finally:
        main.close()
        inputs.close()


def _somebody(session: Session, language: Language) -> Person:
    for number in range(30):
        people.recognise(session, _where(f"colleague-{number}"), PROGRAMME)
    person = people.recognise(session, _where("leader"), PROGRAMME)
    person.language, person.name = language, LONG_NAME
    for role in ROLES:
        people.grant(session, person, PROGRAMME, role)
    return person


def _where(account: str) -> Whereabouts:
    return Whereabouts(channel="web", account=account, name=account, lane="web", conversation=account)


def _scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "welcome", guide.welcome(stage.session, stage.turn())
    for scene in (
        _before_anything,
        _programme,
        _guide,
        _settings,
        _following,
        _groups,
        _volunteering,
        _inputs,
        _announcing,
        _ranking,
        _questions,
        _deciding,
        _home,
        example_initiatives.scene,
    ):
        yield from scene(stage)
    yield from _by_the_clock(stage)
    yield from example_proposals.scenes(stage, PROGRAMME, NOW)
    yield from example_recommendations.scenes(stage, PROGRAMME)
    yield from example_groups.scenes(stage, people.recognise(stage.session, _where("colleague-26"), PROGRAMME))
    yield from example_competences.scenes(stage)
    # Last: who plays all this erases themselves in it.
    yield from example_own_data.scenes(stage)


def _before_anything(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Where there is nothing to show yet."""
    for action in ("signup.status", "signup.volunteers", "workgroup.leave", "input.read", "initiative.top",
                   "announcement.latest", "announcement.mine", "question.list", "question.answers",
                   "decision.list"):  # fmt: skip
        yield f"{action}:none", stage.act(action)


def _home(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What stands on somebody's Home, card by card, once there is much to tell."""
    for place, card in enumerate(home.concerns(stage.session, stage.turn()), 1):
        yield f"home:{place}", card


#: What is asked of the programme: variant, action, values.
_ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("", "milestone.next", {}),
    ("", "milestone.list", {}),
    ("kickoff", "milestone.when", {"milestones": ["osu-kickoff"]}),
    ("several", "milestone.when", {"milestones": ["osu-involvering", "osu-arbeidsmiljo", "osu-ikraft"]}),
    ("which", "milestone.when", {}),
    ("busy", "milestone.on_date", {"from": "2020-12-15", "to": "2020-12-15"}),
    ("nothing", "milestone.on_date", {"from": "2020-12-24", "to": "2020-12-24"}),
    ("month", "milestone.on_date", {"from": "2020-12-01", "to": "2020-12-31"}),
    ("", "phase.current", {}),
    ("", "phase.about", {"phase": "osu-fase2"}),
    ("all", "phase.about", {}),
    ("", "workgroup.list", {}),
    ("", "workgroup.about", {"group": "osu-omstilling"}),
    ("leader", "workgroup.about", {"group": "osu-padriver", "aspect": "leader"}),
    ("members", "workgroup.about", {"group": "osu-padriver", "aspect": "members"}),
    ("mandate", "workgroup.about", {"group": "osu-omstilling", "aspect": "mandate"}),
    ("result", "workgroup.about", {"group": "osu-styringsgruppen", "aspect": "result"}),
    ("which", "workgroup.about", {"groups": ["osu-padriver", "osu-innsatsteam", "osu-styringsgruppen"]}),
    ("", "initiative.about", {"initiative": "osu-ini-framtidens-arbeidsplass"}),
    ("name", "initiative.about", {"initiative": "osu-ini-ledelse"}),
    ("advice", "initiative.about", {"facts": ["osu-anb-2"]}),
    ("all", "initiative.about", {}),
    ("person", "person.role", {"person": "Bente Rudrud Herdlevær"}),
    ("acting", "person.role", {"person": "Kristin Fagerhaug"}),
    ("leads", "person.role", {"leads": True}),
    ("over", "person.role", {"person": "Kristin Fagerhaug", "roles": ["osu-kristin-operativ"], "from": "2021-03-01"}),
    ("", "goal.about", {}),
    ("one", "goal.about", {"facts": ["osu-mal-tjenester"]}),
    ("", "delivery.about", {}),
    ("rule", "delivery.about", {"facts": ["osu-sprint-team"]}),
    ("", "programme.about", {}),
    ("organisation", "programme.about", {"aspect": "organisation"}),
    ("scope", "programme.about", {"aspect": "scope"}),
    ("contact", "programme.about", {"aspect": "contact"}),
    ("unknown", "programme.about", {"aspect": "savings"}),
)


def _programme(stage: Stage) -> Iterator[tuple[str, Card]]:
    for variant, action, values in _ASKED:
        yield f"{action}:{variant}".rstrip(":"), stage.act(action, values)


def _guide(stage: Stage) -> Iterator[tuple[str, Card]]:
    unsure = Understood("guide.unsure", confidence=0.3, candidates=("initiative.about", "signup.status", "goal.about"))
    yield "guide.unsure", stage.act("guide.unsure", understood=unsure)
    for intent, values in _DOUBTFUL.items():
        doubtful = Understood(intent, values, 0.6, others=("workgroup.about", "announcement.latest"))
        yield f"guide.confirm:{intent}", stage.act("guide.confirm", values=values, understood=doubtful)
    yield "guide.too_long", stage.act("guide.too_long", text="ord " * 1200)
    for action in ("guide.unchanged", "guide.empty", "guide.old_button", "guide.not_here", "help", "clock.ahead"):
        yield action, stage.act(action)
    for about in ("", "thanks", "bot"):
        yield f"smalltalk:{about}".rstrip(":"), stage.act("smalltalk", {"about": about})
    for about in ("", "anonymity", "own_position", "danger", "harassment", "whistleblowing", "volunteers", "asking"):
        yield f"out_of_scope:{about}".rstrip(":"), stage.act("out_of_scope", {"about": about})


_DOUBTFUL: dict[str, dict[str, Any]] = {
    "workgroup.join": {"group": "osu-omstilling"},
    "workgroup.leave": {"group": "osu-omstilling"},
    "subscription.set": {"on": False},
    "language.set": {"language": "en"},
}


def _settings(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "settings", stage.act("settings")
    yield "quiet.show", stage.act("quiet.show")
    yield "quiet.save", stage.press("quiet.save", form={"begins": "22", "ends": "14", "free_days": "off"})
    yield "quiet.save:no quiet hours", stage.act("quiet.save", {"begins": "20", "ends": "20"})
    yield "quiet.save:no hour", stage.act("quiet.save", {"begins": "25"})
    yield "quiet.snooze", stage.act("quiet.snooze", {"days": 7})
    yield "quiet.show:snoozed", stage.act("quiet.show")
    yield "quiet.snooze:ended", stage.press("quiet.snooze")
    yield "quiet.save:no number", stage.act("quiet.save", {"most": "99"})
    yield "quiet.musts", stage.act("quiet.musts", {"on": True})
    yield "quiet.show:only musts", stage.act("quiet.show")
    yield "quiet.musts:ended", stage.press("quiet.musts")
    stage.act("quiet.save", {"begins": "17", "ends": "7", "free_days": "on"})
    for topic in ("all", "reminders", "digest"):
        for on in (False, True):
            card = stage.act("subscription.set", {"on": on, "topic": topic, "frequency": "weekly", "weekday": "monday"})
            yield f"subscription.set:{topic}-{'on' if on else 'off'}", card
    yield "language.set:which", stage.act("language.set")
    yield "language.set", stage.act("language.set", {"language": stage.language})


def _following(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "topic.following:none", stage.act("topic.following")
    yield "topic.choose", stage.act("topic.choose")
    yield "topic.follow", stage.press("topic.follow", form={"topic": "theme:osu-mal-tjenester"})
    yield "topic.follow:again", stage.act("topic.follow", {"topic": "theme:osu-mal-tjenester"})
    near = ["workgroup:osu-omstilling", "theme:osu-mal-tjenester", "milestone:osu-kickoff", "phase:osu-fase2"]
    yield "topic.follow:unknown", stage.act("topic.follow", {"near": near, "said": "ny organisering av lønnsarbeidet"})
    yield "topic.follow:which", stage.act("topic.follow", {"topics": near})
    yield "topic.following", stage.act("topic.following")
    for name in near:
        stage.act("topic.follow", {"topic": name})
    yield "topic.following:several", stage.act("topic.following")
    yield "topic.unfollow:which", stage.act("topic.unfollow", {"near": near, "said": "gruppa"})
    yield "topic.unfollow", stage.act("topic.unfollow", {"topic": near[0]})
    yield "topic.unfollow:not", stage.act("topic.unfollow", {"topic": near[0]})
    yield "topic.unfollow:all", stage.act("topic.unfollow", {"all": True})


def _groups(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "workgroup.join:which", stage.act("workgroup.join")
    yield "workgroup.join:closed", stage.act("workgroup.join", {"group": "osu-padriver"})
    yield "workgroup.join:other", stage.act("workgroup.join", {"for": "other"})
    yield "workgroup.join", stage.act("workgroup.join", {"group": "osu-omstilling"})
    yield "workgroup.join:again", stage.act("workgroup.join", {"group": "osu-omstilling"})
    yield "signup.status", stage.act("signup.status")
    yield "signup.tell", stage.act("signup.tell", {"group": "osu-omstilling"})
    yield "signup.told", stage.act("signup.told", {"group": "osu-omstilling", "competences": "Prosess", "hours": "4"})
    yield "signup.told:refused", stage.act("signup.told", {"group": "osu-omstilling", "hours": "mange"})
    yield from _answers_to_sign_ups(stage)
    yield "composition.show", stage.act("composition.show")
    yield "workgroup.leave:not in", stage.act("workgroup.leave", {"group": "osu-padriver"})
    yield "workgroup.leave", stage.act("workgroup.leave", {"group": "osu-omstilling"})


def _volunteering(stage: Stage) -> Iterator[tuple[str, Card]]:
    others = [people.recognise(stage.session, _where(f"colleague-{number}"), PROGRAMME) for number in range(20, 25)]
    return example_sign_ups.volunteering(stage, others)


def _answers_to_sign_ups(stage: Stage) -> Iterator[tuple[str, Card]]:
    group = {"group": "osu-omstilling"}
    queue = stage.act("signup.volunteers")
    yield "signup.volunteers", queue
    key = next(button.values for button in queue.buttons if button.action == "signup.one")
    yield "signup.one", stage.act("signup.one", key)
    yield "signup.decline", stage.act("signup.decline", key)
    yield "signup.declined:refused", stage.act("signup.declined", key)
    yield "signup.elsewhere", stage.act("signup.elsewhere", key)
    yield "signup.placed", stage.act("signup.placed", {**key, "group": "osu-padriver"})
    yield "signup.groups", stage.act("signup.groups")
    yield "signup.places", stage.act("signup.places", group)
    yield "signup.places_set", stage.act("signup.places_set", {**group, "places": "1"})
    yield "signup.places_set:refused", stage.act("signup.places_set", {**group, "places": "mange"})
    yield "signup.accept_all:sure", stage.act("signup.accept_all", group)
    yield "signup.accept_all", stage.act("signup.accept_all", {**group, "count": 1})
    yield "signup.accept", stage.act("signup.accept", key)
    yield "signup.status:accepted", stage.act("signup.status")
    yield "signup.declined", stage.act("signup.declined", {**key, "reason": "Gruppa er full"})
    yield "signup.status:declined", stage.act("signup.status")
    yield "workgroup.join:once more", stage.act("workgroup.join", group)
    yield "signup.places_set:free", stage.act("signup.places_set", group)


def _inputs(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "input.submit", stage.act("input.submit")
    yield "input.submit:cancelled", stage.act("input.submit", {"cancel": True})
    yield "input.submit:personal", stage.act("input.submit", {"text": _PERSONAL})
    stage.act("input.submit", {"text": _INPUT})
    yield "input.submit:written", stage.shown
    yield "input.send", stage.press("input.send", form={"text": _INPUT, "topic": "other"})
    for number in range(5):
        stage.act("input.submit")
        stage.press("input.send", form={"text": f"{number + 1}. {_INPUT}", "topic": "risk"})
    stage.act("input.submit")
    yield "input.send:warning", stage.press("input.send", form={"text": _PERSONAL, "topic": "other"})
    for aspect in ("", "answer", "count", "receipt"):
        yield f"input.status:{aspect}".rstrip(":"), stage.act("input.status", {"aspect": aspect})
    yield "input.poster", stage.act("input.poster")
    yield from _handling(stage)
    yield from _notifications(stage)


def _handling(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What input handlers see."""
    yield "input.read:waiting", stage.act("input.read")
    input_release.look(stage.store, programmes.get(stage.session, PROGRAMME), NOW)
    queue = stage.act("input.read")
    yield "input.read", queue
    yield "input.open", stage.press("input.open")
    first = dict(stage.shown.buttons[0].values)
    for action in ("input.who", "input.statuses", "input.sort", "input.theme", "input.merge", "input.hold"):
        yield action, stage.act(action, first)
    yield "input.answer", stage.act("input.answer", first)
    yield "input.answered:empty", stage.press("input.answered", form={"text": ""})
    yield "input.answered", stage.press("input.answered", form={"text": _ANSWER})
    for _ in range(5):
        stage.act("input.answer", first)
        stage.press("input.answered", 1, form={"text": _ANSWER})
    yield "input.answered:conversation", stage.shown
    yield "input.answer:conversation", stage.act("input.answer", first)
    yield "input.set_status:why", stage.act("input.set_status", first | {"status": "not_taken_up"})
    yield "input.set_status:no reason", stage.press("input.set_status", form={"text": " "})
    yield "input.set_status", stage.press("input.set_status", form={"text": _ANSWER})
    stage.act("input.theme", first)
    yield "input.theme_set:name", stage.press("input.theme_set", form={"theme": "none", "name": _PERSONAL[:14]})
    yield (
        "input.theme_set",
        stage.press("input.theme_set", form={"theme": "none", "name": _THEME}),
    )
    others = [button.values["input"] for button in queue.buttons if button.action == "input.open"]
    stage.act("input.merge", {"input": others[1]})
    yield "input.merged", stage.press("input.merged", form={"into": others[0]})
    yield "input.open:merged", stage.act("input.open", {"input": others[1]})
    yield "input.open:worked on", stage.act("input.open", first)
    yield "input.part", stage.act("input.part", {"input": others[1]})
    stage.act("input.hold", {"input": others[2]})
    yield "input.hold_set:no reason", stage.press("input.hold_set", form={"text": ""})
    yield "input.hold_set", stage.press("input.hold_set", form={"text": _ANSWER})
    yield "input.held", stage.act("input.held")
    yield "input.open:held", stage.press("input.open")
    yield "input.let_go", stage.press("input.let_go")
    yield "input.filter", stage.act("input.filter")
    yield "input.read:chosen", stage.press("input.read", form={"choose_topic": "risk"})
    yield "input.many", stage.press("input.many")
    yield "input.outcome", stage.press("input.outcome")
    told = {"said": f"{_HEADING}."[:200], "done": _PARAGRAPH, "topic": "phase:osu-fase2"}
    yield "input.publish:empty", stage.press("input.publish", form=told | {"said": ""})
    yield "input.publish:personal", stage.press("input.publish", form=told | {"done": _PERSONAL})
    stage.press("input.outcome")
    yield "input.publish:preview", stage.press("input.publish", form=told)
    yield "input.publish", stage.press("input.publish")
    yield "input.outcomes", stage.act("input.outcomes")
    for action, values in (("input.status", {}), ("phase.about", {"phase": "osu-fase2"})):
        yield f"{action}:outcome", stage.act(action, values)
    stage.act("input.outcomes")
    yield "input.outcome_withdraw", stage.press("input.outcome_withdraw")
    yield "input.outcomes:none", stage.act("input.outcomes")


def _notifications(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Where the programme names nobody who takes them, and where it does."""
    form = {"text": _NOTIFICATION, "topic": "other"}
    stage.act("input.submit")
    yield "input.send:notification, nobody named", stage.press("input.send", form=form)
    yield "whistleblowing.read:nothing", stage.act("whistleblowing.read")
    programme = programmes.get(stage.session, PROGRAMME)
    programme.whistleblowing = _RECIPIENTS
    stage.act("input.submit")
    stage.press("input.send", form={"text": f"{_INPUT} {_NOTIFICATION}", "topic": "risk"})
    stage.press("input.send", 1, form={"text": f"{_INPUT} {_NOTIFICATION}", "topic": "risk"})
    stage.act("input.submit")
    yield "input.send:notification", stage.press("input.send", form=form)
    yield "input.send:handed over", stage.press("input.send", form=form)
    yield "input.submit:notification", stage.act("input.submit", {"text": _NOTIFICATION})
    input_release.look(stage.store, programme, NOW + timedelta(days=7))
    stage.act("input.read")
    stage.press("input.open")
    yield "input.sort:may be handed over", stage.press("input.sort")
    yield "input.hand_over", stage.press("input.hand_over")
    yield "whistleblowing.read", stage.act("whistleblowing.read")
    yield "whistleblowing.answer", stage.press("whistleblowing.answer")
    yield "whistleblowing.answered:empty", stage.press("whistleblowing.answered", form={"text": ""})
    yield "whistleblowing.answered", stage.press("whistleblowing.answered", form={"text": _ANSWER})
    yield "out_of_scope:whistleblowing, named", stage.act("out_of_scope", {"about": "whistleblowing"})


_NOTIFICATION = "Lederen tar imot reiser fra leverandøren som vant anbudet, og de som sier fra, mister de gode vaktene."
_RECIPIENTS = {
    "recipients": [
        {"name": LONG_NAME, "role": {"nb": "leder for varslingsmottaket", "nn": "leiar for varslingsmottaket"}},
        {"name": "", "role": {"nb": "ekstern advokat", "nn": "ekstern advokat", "en": "external lawyer"}},
    ],
    "email": "varsling@example.org",
    "phone": "+47 55 00 00 00",
    "safety_representative": "hovedverneombudet, 55 00 00 01",
}


_UNIT = "Seksjon for økonomi, innkjøp, lønn og reiseregninger i fellestjenestene"


def _in_more_languages(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Versions in two more languages, one of which is written before the first text changes."""
    draft = {"announcement": stage.shown.buttons[0].values["announcement"]}
    yield "announcement.parts", stage.press("announcement.parts")
    yield "announcement.version", stage.press("announcement.version")
    yield (
        "announcement.version_save:refused",
        stage.press("announcement.version_save", form={"title": "", "text": _NEWS}),
    )
    for language in ("nn", "en"):
        stage.act("announcement.version", draft | {"language": language})
        stage.press("announcement.version_save", form={"title": f"{language}: {_HEADING}"[:120], "text": _NEWS})
    yield "announcement.version_save", stage.shown
    changed = stage.turn(values=draft | {"title": _HEADING, "text": f"{_NEWS}\n\n{_MARKED}"})
    shown = stage.previewed(changed)
    yield "announcement.preview:all", shown[-1]
    yield "announcement.parts:written", stage.act("announcement.parts", draft)
    yield "announcement.version:written", stage.press("announcement.version")
    yield "announcement.attach", stage.act("announcement.attach", draft)
    attached = {
        "picture_address": f"https://example.org/{'modell' * 70}.png",
        "link_address": f"https://example.org/{'modell' * 70}",
        "link_title": "Les hele forslaget til ny organisasjonsmodell med høringsnotatet",
    }
    yield "announcement.attached:no words", stage.press("announcement.attached", form=attached)
    filled = attached | {"picture_alt": _ALT, "film": "captioned"}
    yield "announcement.attached", stage.press("announcement.attached", form=filled)
    yield "announcement.buttons", stage.act("announcement.buttons", draft)
    chosen = {"asks": "yes", "workgroup": "osu-omstilling", "takes_input": "yes"}
    yield "announcement.buttons_save", stage.press("announcement.buttons_save", form=chosen)
    removed = draft | {"language": "nb"}
    yield "announcement.version_remove", stage.act("announcement.version_remove", removed)
    again = stage.turn(values=draft | {"title": _HEADING, "text": _NEWS})
    shown = stage.previewed(again)
    yield "announcement.preview:picture", shown[0]
    yield "announcement.parts:all", stage.act("announcement.parts", draft)
    stage.shown = shown[-1]


def _choosing_whom(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "announcement.audience:no file", stage.press("announcement.audience")
    _take_in_people(stage)
    draft = {"announcement": stage.shown.buttons[0].values["announcement"]}
    yield "announcement.audience", stage.act("announcement.audience", draft)
    both = {"workgroup": "osu-omstilling", "units": _UNIT}
    yield "announcement.addressed:two ways", stage.press("announcement.addressed", form=both)
    chosen = {"units": _UNIT, "sites": "Bergen"}
    yield "announcement.addressed", stage.press("announcement.addressed", form=chosen)
    stage.press("announcement.audience")
    yield "announcement.audience:more", stage.shown
    followed = "workgroup:osu-omstilling"
    topics.follow(stage.session, stage.person, PROGRAMME, followed, stage.turn().now)
    yield "announcement.addressed:mixed topics", stage.press("announcement.addressed", form={"topics": followed})
    stage.act("announcement.addressed", draft | {"everyone": True})
    stage.act("announcement.audience", draft)
    yield "announcement.addressed:topic", stage.press("announcement.addressed", form={"topics": followed})
    yield "announcement.open:topic", stage.act("announcement.open", draft)
    stage.act("announcement.addressed", draft | {"everyone": True})
    stage.act("announcement.audience", draft)
    yield "announcement.addressed:nobody", stage.press("announcement.addressed", form={"employments": "lærling"})
    yield "announcement.addressed:everyone", stage.act("announcement.addressed", draft | {"everyone": True})


def _take_in_people(stage: Stage) -> None:
    """An employer's list of people: some of whom the bot has not met, and one who has not begun yet."""
    today = stage.turn().today
    listed = [
        Listed(
            directory_id=f"00000000-0000-4000-8000-{number:012}",
            email=None,
            name=f"{LONG_NAME} {number}",
            unit=_UNIT if number % 2 else f"Enhet {number}",
            site="Bergen" if number % 3 else "Oslo",
            employment="lærling" if number == 4 else "fast",
            starts_on=today + timedelta(days=30) if number == 1 else None,
        )
        for number in range(24)
    ]
    employees.save(stage.session, PROGRAMME, listed, today)


def _announcing(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "announcement.post:which group", stage.act("announcement.post", {"group_unclear": "yes"})
    yield "announcement.post", stage.act("announcement.post")
    yield "announcement.preview:refused", stage.press("announcement.preview", form={"title": "", "text": _NEWS})
    draft = stage.previewed(stage.turn(values={"title": _HEADING, "text": _NEWS, "form": "0123456789abcdef"}))
    yield "announcement.preview:draft", draft[0]
    stage.shown = draft[1]
    yield "announcement.preview", stage.shown
    yield from _in_more_languages(stage)
    yield from _choosing_whom(stage)
    preview = stage.shown
    yield "announcement.edit", stage.press("announcement.edit")
    with stage.session.begin_nested() as before:
        yield "announcement.discard", stage.press("announcement.discard")
        yield "announcement.discarded", stage.press("announcement.discarded")
        before.rollback()
    stage.shown = preview
    everyone = {"count": str(preview.buttons[0].values["people"]), "decided": "no"}
    yield "announcement.send:number", stage.press("announcement.send", form={"count": "13"})
    stage.shown = preview
    yield "announcement.send:past", stage.press("announcement.send", form=everyone | {"day": "i dag", "clock": "07.30"})
    stage.shown = preview
    urgent = everyone | {"day": "2020-12-04", "clock": "09.00", "urgency": "urgent"}
    yield "announcement.send:no reason", stage.press("announcement.send", form=urgent | {"urgency_reason": ""})
    stage.shown = preview
    unnamed = {"obligation": "required", "obligation_reason": ""}
    yield (
        "announcement.send:no law",
        stage.press("announcement.send", form=urgent | {"urgency_reason": _URGENT} | unnamed),
    )
    urgent |= {"obligation": "required", "obligation_reason": "Arbeidsmiljøloven § 15-2, om masseoppsigelser"}
    yield "announcement.send:planned", stage.press("announcement.send", form=urgent | {"urgency_reason": _URGENT})
    key = stage.shown.buttons[0].values["announcement"]
    looked = announcements.shown(stage.session, stage.turn(), stored.get(stage.session, stage.person, PROGRAMME, key))
    yield "announcement.preview:urgent", looked[0]
    yield "announcement.which:stop", stage.act("announcement.which", {"wanted": "stop"})
    yield "announcement.mine:planned", stage.act("announcement.mine")
    yield "announcement.open:planned", stage.press("announcement.open")
    opened = stage.shown
    yield "announcement.edit:planned", stage.press("announcement.edit")
    stage.shown = opened
    yield "announcement.move", stage.press("announcement.move")
    stage.shown = opened
    yield "announcement.cancel", stage.press("announcement.cancel")
    stage.press("announcement.open")
    yield from _approving(stage, everyone)
    yield "announcement.send", stage.press("announcement.send", form=everyone | {"day": "", "clock": ""})
    _deliver(stage, 20)
    yield "announcement.report", stage.press("announcement.report")
    yield "question.send:announcement", _asking(stage, key)
    stage.act("announcement.report", {"announcement": key})
    reported = stage.shown
    yield "announcement.notice", stage.press("announcement.notice")
    stage.shown = reported
    yield "announcement.stop", stage.press("announcement.stop")
    yield "announcement.mine", stage.act("announcement.mine")
    yield "announcement.latest", stage.act("announcement.latest")
    yield from _correcting(stage)
    with stage.session.begin_nested() as before:
        yield from _confirming(stage)
        before.rollback()
    with stage.session.begin_nested() as before:
        yield from _recalling(stage)
        before.rollback()


def _deliver(stage: Stage, most: int) -> None:
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


def _correcting(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What was sent is corrected; another leader says no, and then yes."""
    author = stage.person
    other = people.recognise(stage.session, _where("colleague-1"), PROGRAMME)
    sent = stored.of_author(stage.session, author, PROGRAMME, 1)[0]
    which = {"announcement": sent.id}
    yield "announcement.correct", stage.act("announcement.correct", which)
    form = {"title": _HEADING, "text": _NEWS.replace("15. desember", "16. desember"), "what": ""}
    yield "announcement.correcting:no what", stage.press("announcement.correcting", form=form)
    form["what"] = "Kickoff er onsdag 16. desember, ikke tirsdag 15. desember. Klokkeslettet og stedet er som før."
    looked_at = corrections.preview(stage.session, stage.turn(values={**form, **which}))
    yield "announcement.correcting:draft", looked_at[0]
    stage.shown = looked_at[1]
    yield "announcement.correcting", stage.shown
    yield from _correcting_more(stage)
    asked = {"correction": stage.shown.buttons[0].values["correction"]}
    yield "announcement.corrected:asked", stage.press("announcement.corrected")
    stage.person = other
    yield "announcement.correction", stage.act("announcement.correction", asked)
    request = stage.shown
    yield "announcement.correction_reject:no reason", stage.press("announcement.correction_reject")
    stage.shown = request
    yield "announcement.correction_approve", stage.press("announcement.correction_approve")
    correction = made.get(stage.session, author, PROGRAMME, asked["correction"])[0]
    yield "correction.told", corrections.told(sent, correction, other.name, stage.language)
    stage.person = author
    _deliver(stage, 60)
    yield "announcement.report:corrected", stage.act("announcement.report", which)
    yield "announcement.open:corrected", announcements.shown(stage.session, stage.turn(), sent)[0]
    stage.act("announcement.report", which)
    yield "announcement.before", stage.press("announcement.before")


_STANDINGS = {
    "running": Standing(100_000, 41_236, 1_204, 0, 57_560, 3_480.0, is_stopped=False),
    "stopped": Standing(100_000, 41_240, 58_760, 0, 0, None, is_stopped=True),
    "held": Standing(100_000, 92_411, 3_589, 4_000, 0, None, is_stopped=False),
    "over": Standing(100_000, 96_411, 3_589, 0, 0, None, is_stopped=False),
}


def _confirming(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Those who get it are asked to confirm; the colleague does, and twenty have done so yesterday."""
    yesterday = stage.turn().today - timedelta(days=1)
    stage.act("announcement.preview", {"title": _HEADING, "text": _MARKED, "form": "fedcba9876543210"})
    yield "announcement.receipt", stage.press("announcement.receipt")
    values = stage.shown.buttons[0].values
    stage.press("announcement.send", form={"count": str(values["people"]), "decided": "no"})
    sent = stored.locked_row(stage.session, PROGRAMME, values["announcement"])
    request = approvals.waiting(stage.session, sent)
    author, colleague = stage.person, people.recognise(stage.session, _where("colleague-1"), PROGRAMME)
    stage.person = colleague
    assert request is not None
    stage.act("announcement.approve", {"approval": request.id})
    _deliver(stage, 60)
    yield "announcement.open:receipt", announcements.shown(stage.session, stage.turn(), sent)[0]
    for number in range(20):
        reader = people.recognise(stage.session, _where(f"colleague-{number}"), PROGRAMME)
        receipts.confirm(stage.session, reader, sent, yesterday)
    yield "announcement.read", stage.act("announcement.read", {"announcement": sent.id})
    stage.person = author
    yield "progress:begun", progress.card(sent, None, stage.language)
    for name, standing in _STANDINGS.items():
        yield f"progress:{name}", progress.card(sent, standing, stage.language)
    yield "announcement.report:receipts", stage.act("announcement.report", {"announcement": sent.id})


def _recalling(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What was sent is taken back."""
    sent = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0]
    which = {"announcement": sent.id}
    yield "announcement.recall", stage.act("announcement.recall", which)
    form = stage.shown
    yield "announcement.recalled:no reason", stage.press("announcement.recalled", form={"reason": ""})
    stage.shown = form
    reason = "Datoen var feil to ganger, og seksjonen som nevnes, er ikke drøftet ferdig. En ny kommer i morgen."
    yield "announcement.recalled", stage.press("announcement.recalled", form={"reason": reason})
    _deliver(stage, 60)
    yield "announcement.report:recalled", stage.act("announcement.report", which)
    yield "announcement.open:recalled", announcements.shown(stage.session, stage.turn(), sent)[0]
    yield "announcement.mine:recalled", stage.act("announcement.mine")
    yield "recall.told", recalls.notice(sent, LONG_NAME, reason, stage.language)


def _asking(stage: Stage, key: int) -> Card:
    return stage.act("question.send", {"announcement": key})


def _approving(stage: Stage, everyone: dict[str, str]) -> Iterator[tuple[str, Card]]:
    """With another leader, who is asked, says no, and says yes to what was changed."""
    other = people.recognise(stage.session, _where("colleague-1"), PROGRAMME)
    other.name = "Bente Rudrud Herdlevær"
    people.grant(stage.session, other, PROGRAMME, "leader")
    draft, author = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0], stage.person
    programme = programmes.get(stage.session, PROGRAMME)
    yield "announcement.open:must be approved", stage.act("announcement.open", {"announcement": draft.id})
    yield "announcement.send:asked", stage.press("announcement.send", form=everyone)
    yield "announcement.mine:asked", stage.act("announcement.mine")
    stage.person = other
    yield "announcement.open:asked", stage.act("announcement.open", {"announcement": draft.id})
    yield "announcement.approval", stage.press("announcement.approval")
    asked = stage.shown
    yield "announcement.reject:no reason", stage.press("announcement.reject", form={"reason": ""})
    reason = "Torsdag er avspasering for brannvesenet. Send den heller på fredag, og ta med hvem de kan ringe."
    yield "announcement.reject", stage.press("announcement.reject", form={"reason": reason})
    rejected = approvals.seen(stage.session, other, PROGRAMME, asked.buttons[0].values["approval"])[0]
    yield "approval.told:rejected", approving.decision(programme, draft, rejected, other.name, stage.language)
    stage.person = author
    stage.act("announcement.open", {"announcement": draft.id})
    stage.press("announcement.send", form=everyone | {"day": "2020-12-04", "clock": "09.00"})
    stage.person = other
    stage.act("announcement.open", {"announcement": draft.id})
    stage.press("announcement.approval")
    yield "announcement.approval:planned", stage.shown
    asked = stage.shown
    yield "announcement.approve", stage.press("announcement.approve")
    approved = approvals.seen(stage.session, other, PROGRAMME, asked.buttons[0].values["approval"])[0]
    yield "approval.told:approved", approving.decision(programme, draft, approved, other.name, stage.language)
    stage.person = author
    stage.act("announcement.move", {"announcement": draft.id})


def _correcting_more(stage: Stage) -> Iterator[tuple[str, Card]]:
    """The other languages, the picture and the link, and back to what makes the correction."""
    begun = stage.turn(values={"correction": stage.shown.buttons[0].values["correction"]})
    version = {**begun.values, "language": "en"}
    yield "announcement.correct_version", stage.act("announcement.correct_version", version)
    empty = {"title": _HEADING, "text": ""}
    yield "announcement.correct_version_save:empty", stage.press("announcement.correct_version_save", form=empty)
    said = stage.turn(values={**version, "title": _HEADING, "text": _PARAGRAPH})
    cards = correction_parts.save_version(stage.session, said)
    assert isinstance(cards, tuple)
    yield "announcement.correct_version_save", cards[-1]
    stage.shown = cards[-1]
    kept = {"correction": stage.shown.buttons[0].values["correction"]}
    yield "announcement.correct_attach", stage.act("announcement.correct_attach", kept)
    unsaid = {"picture_address": "https://example.org/kart.png", "picture_alt": ""}
    yield "announcement.correct_attached:no words", stage.press("announcement.correct_attached", form=unsaid)
    stage.act("announcement.correct_attached", kept | unsaid | {"picture_alt": _ALT})
    yield "announcement.correct_attached", stage.shown
    last = {"correction": stage.shown.buttons[0].values["correction"], "language": "en"}
    stage.act("announcement.correct_version_remove", last)
    yield "announcement.correct_version_remove", stage.shown
    stage.act("announcement.correct_version_save", last | {"title": _HEADING, "text": _PARAGRAPH})


def _deciding(stage: Stage) -> Iterator[tuple[str, Card]]:
    """From an announcement that cannot be sent yet to a record that the employees' side has confirmed."""
    draft = stage.previewed(stage.turn(values={"title": _HEADING, "text": _PARAGRAPH}))[1]
    stage.shown, count = draft, {"count": str(draft.buttons[0].values["people"])}
    yield "announcement.send:unsaid", stage.press("announcement.send", form=count | {"decided": "-"})
    stage.shown = draft
    yield "announcement.send:not discussed", stage.press("announcement.send", form=count | {"decided": "new"})
    yield "decision.ask", stage.press("decision.ask")
    yield "decision.new", stage.act("decision.new")
    yield "decision.save:refused", stage.press("decision.save", form={"title": ""})
    yield "decision.save", stage.press("decision.save", form={"title": "Ny modell for økonomi, innkjøp, lønn og HR"})
    made = {"decision": stage.shown.buttons[0].values["decision"]}
    steps: dict[str, dict[str, str]] = {
        "discussed": {"on": "3. november", "what": "MBM", "text": _PARAGRAPH, "dissent": "Vi ville ventet."},
        "risk": {"needed": "no", "text": "Ingen får nye oppgaver eller nytt arbeidssted før nyttår."},
        "safety": {"on": "5. november", "what": "Bente Rudrud Herdlevær", "text": ""},
    }
    for step, said in steps.items():
        yield f"decision.step:{step}", stage.act("decision.step", made | {"step": step})
        yield f"decision.record:{step}", stage.press("decision.record", form=said)
    author, stage.person = stage.person, people.recognise(stage.session, _where("colleague-2"), PROGRAMME)
    people.grant(stage.session, stage.person, PROGRAMME, "employee_representative")
    yield "decision.open", stage.act("decision.open", made)
    asked = stage.shown
    yield "decision.object:empty", stage.press("decision.object", form={"objection": ""})
    stage.shown = asked
    yield "decision.object", stage.press("decision.object", form={"objection": "Vi ba om å få vente til over jul."})
    yield "decision.confirm", stage.press("decision.confirm", form={"dissent": "Vi ville ventet til over jul."})
    stage.person = author
    yield "decision.decide", stage.act("decision.decide", made)
    form = stage.shown
    decided = {"on": "1. november", "by": "Brannsjefen", "text": _DECIDED}
    yield "decision.decided:refused", stage.press("decision.decided", form=decided)
    stage.shown = form
    yield "decision.decided", stage.press("decision.decided", form=decided | {"on": "i dag"})
    yield from example_decision_log.scenes(stage, NOW)
    yield "decision.list", stage.act("decision.list")
    stage.act("decision.new")
    stage.press("decision.save", form={"title": "Ny modell for økonomi, innkjøp, lønn og HR, begynt to ganger"})
    twice = {"decision": stage.shown.buttons[0].values["decision"]}
    yield "decision.end", stage.act("decision.end", twice)
    yield "decision.ended:no reason", stage.press("decision.ended", form={"reason": ""})
    yield "decision.ended", stage.press("decision.ended", form={"reason": "Den samme saken ble begynt to ganger."})
    ended = decisions.get(stage.session, stage.person, PROGRAMME, twice["decision"])
    programme = programmes.get(stage.session, PROGRAMME)
    yield "decision.told:withdrawn", decision_ends.told(stage.session, programme, ended, stage.language)
    yield "decision.list:ended", stage.act("decision.list")


def _ranking(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "top.edit", stage.act("top.edit")
    order = [choice.value for choice in stage.shown.questions[0].choices[1:6]]
    yield "top.save:twice", stage.press("top.save", form={"place_1": order[0], "place_2": order[0]})
    first = {f"place_{place}": key for place, key in enumerate(order, start=1)}
    stage.act("top.save", first | {"place_5": order[0], "place_1": order[4]})
    yield "top.save:too long", stage.act("top.save", first | {"why_1": _HEADING * 2})
    why = {"why_1": "Tre av fire mangler opplæring i det nye systemet, og det skal i bruk 1. mars.", "why_3": _HEADING}
    yield "top.save", stage.act("top.save", first | why)
    order_set = initiatives.top(stage.session, PROGRAMME)
    assert order_set is not None
    request = top_approvals.latest(stage.session, order_set)
    assert request is not None
    approval = {"approval": request.id}
    yield "top.rhythm", stage.act("top.rhythm")
    form = stage.shown
    yield "top.rhythm_set:no clock", stage.press("top.rhythm_set", form={"often": "weekly", "clock": "25.00"})
    yield "top.rhythm_set:often", stage.act("top.rhythm_set", {"wrong": "often"})
    stage.shown = form
    yield "top.rhythm_set:quiet", stage.press("top.rhythm_set", form={"often": "biweekly", "clock": "20"})
    stage.shown = form
    friday = {"often": "weekly", "weekday": "friday", "clock": "9"}
    yield "top.rhythm_set:holiday", stage.act("top.rhythm_set", friday | {"often": "monthly", "place": 4})
    yield "top.rhythm_set:never", stage.act("top.rhythm_set", {"often": "never"})
    yield "top.rhythm_set", stage.act("top.rhythm_set", {"often": "monthly", "place": 1, "weekday": "monday"})
    author = stage.person
    stage.person = next(other for other in people.holders(stage.session, PROGRAMME, "leader") if other.id != author.id)
    yield "top.save:another leader", stage.act("top.save", first | why)
    yield "top.reject:no reason", stage.press("top.reject", form={"reason": ""})
    programme = programmes.get(stage.session, PROGRAMME)
    due_at = datetime(2020, 12, 7, 9, tzinfo=ZoneInfo(programme.timezone))
    yield "top.held", top_approving.held(programme, request, due_at, stage.language)
    yield "top.held:late", top_approving.held(programme, request, due_at, stage.language, is_late=True)
    yield "top.approval", stage.act("top.approval", approval)
    yield "top.approve", stage.press("top.approve")
    yield "top.told:approved", top_approving.decision(request, stage.person.name, "", stage.language)
    yield "top.edit:filled in", stage.act("top.edit")
    stage.act("top.save", first | why)
    people_now = str(stage.shown.buttons[0].values["people"])
    yield "top.send:no number", stage.press("top.send")
    yield "top.send", stage.press("top.send", form={"count": people_now})
    stage.person = author
    yield "initiative.top", stage.act("initiative.top")
    yield "top list", top_order.listed(stage.session, programme, stage.language)


def _questions(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "question.send", stage.act("question.send", {"text": _QUESTION, "topic": "programme"})
    yield "question.sent:empty", stage.press("question.sent", form={"text": ""})
    yield "question.sent", stage.press("question.sent", form={"text": _QUESTION})
    for number in range(4):
        stage.act("question.send")
        stage.press("question.sent", form={"text": f"{_QUESTION} ({number + 2})"})
    yield "question.list", stage.act("question.list")
    listed = stage.shown
    yield "question.answer", stage.press("question.answer")
    form = stage.shown
    given = {"title": "Hvem bestemmer hvilken seksjon jeg havner i?", "text": _ANSWER, "source": "Avtalen § 4"}
    yield (
        "question.answered:no source",
        stage.press("question.answered", form={"title": _HEADING, "text": _ANSWER, "source": ""}),
    )
    stage.shown = form
    yield "question.answered:personal", stage.press("question.answered", form=given | {"text": _PERSONAL})
    stage.shown = form
    yield "question.answered", stage.press("question.answered", form=given)
    stage.shown = listed
    stage.press("question.answer", 1)
    yield "question.answer:cannot", stage.press("question.answer")
    yield "question.answered:cannot", stage.press("question.answered", form={"text": _ANSWER})
    yield "question.answers", stage.act("question.answers")
    for question in sent_questions.answered(stage.session, stage.person, PROGRAMME):
        yield "question.told:answer", answering.told_answer(question, stage.language)
    yield "question.take_back", stage.press("question.take_back")


def _by_the_clock(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What comes by itself."""
    programme = programmes.get(stage.session, PROGRAMME)
    late = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0]
    why, at = say(stage.language, "planned.held.late"), moments.said(stage.language, NOW, stage.turn().zone)
    yield "planned.held", planned.held_back(programme, late, stage.language, at, why)
    yield "question.waits", unanswered.notice(stage.language, programme.name)
    today = stage.turn().today
    for milestone in milestones.coming_up(stage.session, PROGRAMME, today)[:3]:
        yield f"reminder:{milestone.key}", reminders.reminder(stage.session, milestone, stage.language, today)
    yield "reminder.choose", stage.act("reminder.choose", {"milestone": "osu-kickoff"})
    yield "reminder.set", stage.press("reminder.set")
    yield "quiet.show:typed", stage.act("quiet.show", {"begins": "16", "ends": "8"})
    yield "reminder.choose:again", stage.act("reminder.choose", {"milestone": "osu-kickoff"})
    yield "reminder.set:past", stage.act("reminder.set", {"milestone": "osu-kickoff", "days": 365})
    yield "reminder.set:off", stage.act("reminder.set", {"milestone": "osu-kickoff", "days": 0})
    yield "reminder.choose:none", stage.act("reminder.choose", {"milestone": "osu-no-such"})
    first, last = milestones.coming_up(stage.session, PROGRAMME, today)[:2]
    yield "reminder:own", reminders.own(stage.session, first, stage.language)
    yield "reminder:moved", reminders.moved(first.key, first, last, stage.language)
    yield from _put_off(stage, reminders.own(stage.session, last, stage.language))
    yield from _summaries(stage)
    yield from _of_sign_ups(stage, programme, today)


def _of_sign_ups(stage: Stage, programme: Programme, today: date) -> Iterator[tuple[str, Card]]:
    """What volunteers, those who own an answer and leaders get by themselves."""
    days = [today - timedelta(days=2), today, today, today + timedelta(days=1)]
    yield "promises:reminder", promises.reminder(programme, days, today, stage.language)
    for of in promises.LEADERS:
        yield f"promises:reminder of {of.name}", promises.reminder(programme, days, today, stage.language, of)
    late = [
        Promise(programme_key=PROGRAMME, about="sign_up", about_key="g", person_id=1, made_at=NOW, due_on=day)
        for day in days[:2]
    ]
    yield "promises:late", promises.escalation(programme, late, stage.language)
    group, other = (workgroups.get(stage.session, PROGRAMME, key) for key in ("osu-omstilling", "osu-padriver"))
    for state in (SignUpState.ACCEPTED, SignUpState.DECLINED, SignUpState.MOVED, SignUpState.ASKED):
        row = SignUp(
            programme_key=PROGRAMME,
            workgroup_key=group.key,
            person_id=1,
            signed_up_at=NOW,
            state=state,
            reason="Vi trenger noen fra HR denne gangen.",
        )
        told = other if state == SignUpState.MOVED else None
        yield f"sign_up:{state}", sign_up_notices.card(row, group, told, stage.language)


def _put_off(stage: Stage, card: Card) -> Iterator[tuple[str, Card]]:
    """A reminder that comes once more, as it is sent and in each state after that."""
    message = outbox.write(stage.session, PROGRAMME, Kind.PERSONAL_REMINDER, in_each(lambda language: card))
    outbox.owe(stage.session, stage.person, message, "snoozed:example")
    claimed = claims.claim(stage.session, "web", 100, 60)
    for one in claimed:
        claims.settle(stage.session, one.ended(Status.SENT, platform_id=one.edits or str(one.id)))
    row = next(one.id for one in claimed if one.key == "snoozed:example")
    yield "reminder:to put off", snoozed_messages.with_button(card, Kind.PERSONAL_REMINDER, row)
    yield "snooze.latest", stage.act("snooze.latest")
    yield "snooze.choose", stage.act("snooze.choose", {"row": row})
    yield "snooze.set", stage.press("snooze.set")
    yield "snooze.end", stage.press("snooze.end")
    yield "snooze.set:quiet", stage.act("snooze.set", {"row": row, "at": (NOW + timedelta(hours=9)).isoformat()})
    yield "snooze.set:too late", stage.act("snooze.set", {"row": row, "at": (NOW + timedelta(days=30)).isoformat()})
    yield "snooze.choose:gone", stage.act("snooze.choose", {"row": 0})


def _summaries(stage: Stage) -> Iterator[tuple[str, Card]]:
    """The digest and the leaders' card after a week in which much happened."""
    programme, language = programmes.get(stage.session, PROGRAMME), stage.language
    plan_changes.note(stage.session, programme, NOW - timedelta(days=7))
    moved = stage.session.merge(milestones.coming_up(stage.session, PROGRAMME, stage.turn().today)[0])
    assert moved.first_day is not None
    moved.first_day = moved.last_day = moved.first_day + timedelta(days=1)
    stage.session.flush()
    programmes.mark_changed(stage.session, PROGRAMME)
    plan_changes.note(stage.session, programme, NOW)
    found = digests.news(stage.session, programme, NOW - timedelta(days=7), NOW)
    waits = digests.waits_lines(language, [found.until + timedelta(days=3)], 2)
    yield "digest", digests.digest(found, language)
    yield "digest:waits", digests.digest(found, language, waits)
    owed = [found.until - timedelta(days=1), found.until + timedelta(days=2), found.until + timedelta(days=2)]
    unsaid = digests.unsaid(stage.session, programme, language)
    yield "digest:leaders", digests.leaders_card(found, language, owed, 3, unsaid)
    yield from _together(stage, digests.digest(found, language, waits))


def _together(stage: Stage, summary: Card) -> Iterator[tuple[str, Card]]:
    """Several messages at one moment, and very many of them."""
    programme, today = programmes.get(stage.session, PROGRAMME), stage.turn().today
    coming = milestones.coming_up(stage.session, PROGRAMME, today)
    reminded = [(Kind.REMINDER, reminders.reminder(stage.session, row, stage.language, today)) for row in coming]
    ranked = (Kind.TOP_LIST, top_order.listed(stage.session, programme, stage.language))
    several = [reminded[0], (Kind.DIGEST, summary), ranked]
    yield "together", together.one_card(several, "together:example", stage.language)
    many = [*reminded, (Kind.DIGEST, summary), ranked]
    yield "together:many", together.one_card(many, "together:example", stage.language)
    found = digests.news(stage.session, programme, NOW - timedelta(days=40), NOW)
    yield "back", coming_back.lines(found, [], "back:example", stage.language)
    yield "together.show:gone", stage.act("together.show", {"of": "together:example"})
