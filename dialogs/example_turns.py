"""The real dialogs, played on a real programme in databases that live in memory: a card of everything one can do.

Names are ``action`` or ``action:variant``. What people write here is as long as it realistically gets.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import (
    answering,
    example_announcing,
    example_clock,
    example_competences,
    example_decisions,
    example_deliveries,
    example_groups,
    example_initiatives,
    example_inputs,
    example_own_data,
    example_proposals,
    example_recommendations,
    example_reports,
    example_risk_reviews,
    example_sign_ups,
    guide,
    home,
    top_order,
)
from dialogs import top_approvals as top_approving
from dialogs.card import LANGUAGES, Card, Language
from dialogs.example_stage import ANSWER, FILE, HEADING, NOW, PERSONAL, PROGRAMME, Stage, somebody, where
from dialogs.turn import Understood
from storage import (
    initiatives,
    loading,
    migrating,
    people,
    programme_file,
    programmes,
    top_approvals,
)
from storage import unanswered as sent_questions
from storage.anonymous_input import InputStore
from storage.database import Database
from storage.programme_file import ProgrammeFile

_QUESTION = (
    "Hvem bestemmer hvilken seksjon jeg havner i, og får jeg si noe om det før det er avgjort? Jeg jobber deltid i to "
    "virksomheter i dag, og ingen av lederne mine vet svaret. " * 3
).strip()


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
            yield from _scenes(Stage(session, somebody(session, language), store, language))
    finally:
        main.close()
        inputs.close()


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
        example_inputs.scenes,
        example_announcing.scenes,
        _ranking,
        _questions,
        example_decisions.scenes,
        _home,
        example_initiatives.scene,
    ):
        yield from scene(stage)
    yield from example_clock.scenes(stage)
    yield from example_proposals.scenes(stage, PROGRAMME, NOW)
    yield from example_recommendations.scenes(stage, PROGRAMME)
    yield from example_reports.scenes(stage, PROGRAMME, NOW)
    yield from example_groups.scenes(stage, people.recognise(stage.session, where("colleague-26"), PROGRAMME))
    yield from example_competences.scenes(stage, people.recognise(stage.session, where("colleague-2"), PROGRAMME))
    yield from example_risk_reviews.scenes(stage, PROGRAMME)
    yield from example_deliveries.scenes(stage, PROGRAMME, NOW)
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
    others = [people.recognise(stage.session, where(f"colleague-{number}"), PROGRAMME) for number in range(20, 25)]
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


def _ranking(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "top.edit", stage.act("top.edit")
    order = [choice.value for choice in stage.shown.questions[0].choices[1:6]]
    yield "top.save:twice", stage.press("top.save", form={"place_1": order[0], "place_2": order[0]})
    first = {f"place_{place}": key for place, key in enumerate(order, start=1)}
    stage.act("top.save", first | {"place_5": order[0], "place_1": order[4]})
    yield "top.save:too long", stage.act("top.save", first | {"why_1": HEADING * 2})
    why = {"why_1": "Tre av fire mangler opplæring i det nye systemet, og det skal i bruk 1. mars.", "why_3": HEADING}
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
    given = {"title": "Hvem bestemmer hvilken seksjon jeg havner i?", "text": ANSWER, "source": "Avtalen § 4"}
    yield (
        "question.answered:no source",
        stage.press("question.answered", form={"title": HEADING, "text": ANSWER, "source": ""}),
    )
    stage.shown = form
    yield "question.answered:personal", stage.press("question.answered", form=given | {"text": PERSONAL})
    stage.shown = form
    yield "question.answered", stage.press("question.answered", form=given)
    stage.shown = listed
    stage.press("question.answer", 1)
    yield "question.answer:cannot", stage.press("question.answer")
    yield "question.answered:cannot", stage.press("question.answered", form={"text": ANSWER})
    yield "question.answers", stage.act("question.answers")
    for question in sent_questions.answered(stage.session, stage.person, PROGRAMME):
        yield "question.told:answer", answering.told_answer(question, stage.language)
    yield "question.take_back", stage.press("question.take_back")
