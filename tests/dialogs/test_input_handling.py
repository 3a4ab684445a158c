"""What handlers do with an input, and what its writer, and everyone, reads of it."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card, Choice
from storage import input_counts, programmes
from storage.anonymous_input import LONGEST
from storage.conversations import Received
from storage.database import Database
from storage.input_conversation import LONGEST_MESSAGE, MOST_WAITING, Said, reply
from storage.input_standing import Standing
from storage.input_statuses import LONGEST_REASON
from storage.input_themes import LONGEST_NAME
from tests.handling import followed, key_of, released, sent
from tests.talk import Talk


@pytest.fixture
def receipt(turns: Turns) -> str:
    return sent(turns.inputs, "Møtene er for lange")


@pytest.fixture
def key(turns: Turns, receipt: str) -> str:
    return key_of(turns.inputs, receipt)


def standing(turns: Turns, receipt: str) -> Standing:
    return followed(turns.inputs, receipt).standing


def publish(handler: Talk, key: str, said: str = "Møtene er for lange", **fields: str) -> Card:
    handler.act("input.open", input=key)
    handler.press("input.outcome")
    shown = handler.press("input.publish", said=said, done="Alle møter varer nå 45 minutter.", **fields)
    assert "Ingenting er publisert ennå" in shown.title
    assert said in shown.as_text()
    return handler.press("input.publish")


@pytest.mark.parametrize(("status", "said"), [("considered", "Blir vurdert"), ("taken_up", "Tatt med videre")])
def test_a_status_is_one_press_and_the_writer_sees_it(
    leader: Talk, turns: Turns, receipt: str, key: str, status: str, said: str
) -> None:
    assert standing(turns, receipt).status == "received"
    leader.act("input.open", input=key)
    leader.press("input.statuses")
    button = next(button for button in leader.shown[0].buttons if button.values.get("status") == status)
    assert leader.press(button).outcome == "done"
    assert leader.press(button).outcome == "done"
    assert standing(turns, receipt).status == status
    assert said in leader.act("input.open", input=key).as_text()
    leader.act("input.set_status", input=key, status="received")
    assert standing(turns, receipt).status == "received"


def test_what_is_not_taken_up_needs_a_reason_that_the_writer_reads(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    leader.act("input.set_status", input=key, status="not_taken_up")
    for bad in ("", "  ", "x" * (LONGEST_REASON + 1)):
        card = leader.press("input.set_status", text=bad)
        assert card.outcome == "refused"
        assert card.questions[0].error
    assert standing(turns, receipt).status == "received"
    assert leader.press("input.set_status", text="Loven setter datoen.").outcome == "done"
    assert standing(turns, receipt).status == "not_taken_up"
    assert standing(turns, receipt).reason == "Loven setter datoen."
    leader.act("input.set_status", input=key, status="taken_up")
    assert standing(turns, receipt).reason == ""


@pytest.mark.parametrize("status", ["", "answered", "nonsense", "received; drop"])
def test_no_other_status_can_be_set(leader: Talk, turns: Turns, receipt: str, key: str, status: str) -> None:
    assert leader.act("input.set_status", input=key, status=status).outcome == "refused"
    assert standing(turns, receipt).status == "received"


def test_an_answered_input_is_answered_until_more_becomes_of_it(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    leader.act("input.set_status", input=key, status="considered")
    leader.act("input.answered", input=key, text="Takk.")
    assert standing(turns, receipt).status == "answered"
    leader.act("input.set_status", input=key, status="taken_up")
    assert standing(turns, receipt).status == "taken_up"
    assert standing(turns, receipt).answer == "Takk."


def test_the_handler_and_the_writer_talk_and_the_queue_shows_who_waits(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    for number in range(4):
        sent(turns.inputs, f"Et annet, nummer {number}")
    leader.act("input.open", input=key)
    leader.press("input.answer")
    asking = next(button for button in leader.shown[0].buttons if button.values.get("to") == "conversation")
    assert leader.press(asking, text=" ").questions[0].error
    assert leader.press(asking, text="Hvilke møter?").outcome == "done"
    assert leader.press(asking, text="Hvilke møter?").outcome == "refused"
    reply(turns.inputs, receipt, "Mandagsmøtene.", "f1")
    assert "nytt i samtalen" not in leader.act("input.read").as_text(), "it waits until the next morning"
    released(turns.inputs)
    first = leader.act("input.read")
    assert "Møtene er for lange" in first.as_text().splitlines()[1]
    assert "nytt i samtalen" in first.as_text()
    assert "har skrevet mer" in leader.press("input.open").as_text()
    shown = leader.press("input.answer").as_text()
    assert shown.index("Hvilke møter?") < shown.index("Mandagsmøtene.")
    assert followed(turns.inputs, receipt).said == [Said(False, "Hvilke møter?"), Said(True, "Mandagsmøtene.")]
    assert standing(turns, receipt).answer is None


def test_the_longest_conversation_fits_its_cards_and_all_of_it_can_be_read(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    for number in range(2):
        leader.act("input.answered", input=key, text="🙂" * LONGEST_MESSAGE, to="conversation", form=f"h{number}")
        for part in range(MOST_WAITING):
            reply(turns.inputs, receipt, f"Del {number}{part} " + "🙂" * (LONGEST_MESSAGE - 10), f"f{number}{part}")
        released(turns.inputs)
    leader.act("input.answered", input=key, text="🙂" * LONGEST)
    seen = leader.act("input.answer", input=key).as_text()
    while any(button.action == "input.answer" for button in leader.shown[0].buttons):
        seen += leader.press("input.answer").as_text()
    assert all(f"Del {number}{part} " in seen for number in range(2) for part in range(MOST_WAITING))


def test_the_writer_of_a_duplicate_reads_the_common_answer_and_no_other_conversation(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    other = sent(turns.inputs, "For lange møter")
    leader.act("input.answered", input=key, text="Hei, du.", to="conversation", form="h1")
    reply(turns.inputs, receipt, "Bare mellom oss.", "f1")
    released(turns.inputs)
    leader.act("input.open", input=key_of(turns.inputs, other))
    leader.press("input.sort")
    leader.press("input.merge")
    leader.press("input.merged", into=key)
    leader.act("input.answered", input=key, text="Møtene blir kortere.")
    leader.act("input.set_status", input=key, status="taken_up")
    assert standing(turns, other).answer == "Møtene blir kortere."
    assert standing(turns, other).status == "taken_up"
    assert followed(turns.inputs, other).said == []
    listed = leader.act("input.read").as_text()
    assert "For lange møter" not in listed
    assert "+ 1 som sier det samme" in listed
    reply(turns.inputs, other, "Takk for svaret.", "f1")
    released(turns.inputs)
    assert "For lange møter" in leader.act("input.read").as_text()
    leader.act("input.part", input=key_of(turns.inputs, other))
    assert standing(turns, other).answer is None


def test_merging_follows_to_the_one_they_all_go_with(leader: Talk, turns: Turns) -> None:
    receipts = [sent(turns.inputs, f"Likt {number}") for number in range(3)]
    first, second, third = (key_of(turns.inputs, receipt) for receipt in receipts)
    leader.act("input.merged", input=first, into=second)
    leader.act("input.merged", input=second, into=third)
    leader.act("input.merged", input=second, into=third)
    assert [standing(turns, receipt).into for receipt in receipts] == [third, third, None]
    assert standing(turns, receipts[2]).copies == 2
    assert leader.act("input.merged", input=third, into=first).outcome == "refused"
    assert leader.act("input.merged", input=third, into=third).outcome == "refused"
    assert leader.act("input.merged", input=third, into="nope").outcome == "refused"
    assert standing(turns, receipts[2]).into is None


def test_what_is_held_back_leaves_the_queue_with_a_reason_and_is_not_deleted(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    leader.act("input.hold", input=key)
    assert leader.press("input.hold_set", text=" ").questions[0].error
    assert leader.press("input.hold_set", text="Det truer en leder.").outcome == "done"
    assert standing(turns, receipt).held == "Det truer en leder."
    assert followed(turns.inputs, receipt).input.text == "Møtene er for lange"
    assert "Møtene" not in leader.act("input.read").as_text()
    listed = leader.act("input.held")
    assert "Det truer en leder." in listed.as_text()
    assert "Møtene" not in listed.as_text()
    assert "Møtene" in leader.press("input.open").as_text()
    leader.press("input.let_go")
    assert standing(turns, receipt).held is None
    assert "Møtene" in leader.act("input.read").as_text()


def test_themes_sort_the_queue_and_several_inputs_are_sorted_at_once(leader: Talk, turns: Turns) -> None:
    receipts = [sent(turns.inputs, f"Kantina {number}", "environment") for number in range(7)]
    sent(turns.inputs, "Om risiko", "risk")
    leader.act("input.filter")
    card = leader.press("input.read", choose_topic="environment", choose_theme="all", choose_status="all")
    assert card.title.startswith("7 ")
    leader.press("input.many")
    leader.press("input.theme")
    assert leader.press("input.theme_set", theme="none", name="Kantina").outcome == "done"
    leader.act("input.read", only_topic="environment")
    leader.press("input.many")
    leader.press("input.statuses")
    leader.press(next(one for one in leader.shown[0].buttons if one.values.get("status") == "considered"))
    assert {standing(turns, receipt).status for receipt in receipts} == {"considered"}
    leader.act("input.filter")
    theme = next(question for question in leader.shown[0].questions if question.name == "choose_theme")
    kantina = next(choice.value for choice in theme.choices if choice.title == "Kantina")
    assert leader.press("input.read", choose_theme=kantina, choose_topic="all").title.startswith("7 ")
    assert leader.act("input.read", only_theme="none").title.startswith("1 ")
    assert "passer" in leader.act("input.read", only_status="answered").as_text()


def test_nobody_acts_on_more_than_they_looked_at(leader: Talk, turns: Turns) -> None:
    for number in range(3):
        sent(turns.inputs, f"Kantina {number}", "environment")
    leader.act("input.read", only_topic="environment")
    leader.press("input.many")
    late = sent(turns.inputs, "Kom nettopp", "environment")
    assert leader.press("input.statuses").outcome == "refused"
    assert standing(turns, late).status == "received"


@pytest.mark.parametrize("name", ["x" * (LONGEST_NAME + 1), "Kari Nordmann", "ring 900 00 001"])
def test_a_theme_that_is_too_long_or_names_somebody_is_refused(leader: Talk, key: str, name: str) -> None:
    leader.act("input.theme", input=key)
    card = leader.press("input.theme_set", theme="none", name=name)
    assert card.outcome == "refused"
    assert card.questions[1].error
    assert leader.act("input.theme_set", input=key, theme="nope", name="").outcome == "refused"


def test_counts_come_in_steps_that_no_subtraction_gets_behind(leader: Talk, turns: Turns, sqlite: Database) -> None:
    def counted() -> input_counts.AtLeast:
        with sqlite.reading() as session:
            return input_counts.at_least(turns.inputs, programmes.get(session, "osu2020"))

    keys = [key_of(turns.inputs, sent(turns.inputs, f"Kantina {number}", "environment")) for number in range(13)]
    for number in range(5):
        sent(turns.inputs, f"Risiko {number}", "risk")
    sent(turns.inputs, "I et annet program", "environment", programme="os2019")
    for key in keys[:7]:
        leader.act("input.theme_set", input=key, theme="none", name="Kantina")
    for key in keys[7:12]:
        leader.act("input.theme_set", input=key, theme="none", name="Parkering")
    assert counted() == input_counts.AtLeast((("environment", 12),), (("Kantina", 6),))
    leader.act("input.hold_set", input=keys[0], text="Trussel")
    leader.act("input.hold_set", input=keys[1], text="Trussel")
    assert counted() == input_counts.AtLeast((("environment", 6),), ())
    told = leader.act("input.status").as_text()
    assert "Arbeidsmiljø (minst 6)" in told
    assert "Risiko" not in told
    assert "Kantina" not in told


def test_what_became_of_an_input_is_told_to_everyone_and_followed_into_phase_2(
    leader: Talk, employee: Talk, turns: Turns, receipt: str, key: str
) -> None:
    assert "Dere sa" not in employee.say("hva skjedde med innspillene").as_text()
    card = publish(leader, key, said="Møtene tar for lang tid", topic="phase:osu-fase2")
    assert card.outcome == "done"
    assert leader.press("input.outcomes").as_text().count("Møtene tar for lang tid") == 1
    for told in (
        employee.say("hva skjedde med innspillene").as_text(),
        employee.act("phase.about", phase="osu-fase2").as_text(),
    ):
        assert "Møtene tar for lang tid: Alle møter varer nå 45 minutter. Nå en del av: Hovedfasen." in told
        assert "for lange" not in told
    assert "Møtene tar" not in employee.act("phase.about", phase="osu-fase3").as_text()
    assert standing(turns, receipt).status == "taken_up"
    assert len(standing(turns, receipt).outcomes) == 1


def test_what_became_of_an_input_is_told_on_the_initiative_and_the_workgroup(
    leader: Talk, employee: Talk, key: str
) -> None:
    form = publish_form(leader, key)
    kinds = {choice.value.partition(":")[0] for choice in form if ":" in choice.value}
    assert kinds == {"initiative", "workgroup", "phase"}
    initiative = next(choice.value for choice in form if choice.value.startswith("initiative:"))
    publish(leader, key, topic=initiative)
    shown = employee.act("initiative.about", initiative=initiative.partition(":")[2]).as_text()
    assert "Alle møter varer nå 45 minutter." in shown
    publish(leader, key, topic="workgroup:osu-omstilling")
    assert "45 minutter" in employee.act("workgroup.about", group="osu-omstilling").as_text()


def publish_form(handler: Talk, key: str) -> tuple[Choice, ...]:
    handler.act("input.outcome", input=key)
    return handler.shown[0].questions[2].choices


def test_a_publication_pressed_twice_is_one_and_can_be_taken_back(leader: Talk, employee: Talk, key: str) -> None:
    publish(leader, key)
    assert leader.answered.understanding
    leader.act("input.outcome", input=key)
    button = leader.press("input.publish", said="Dere ville ha kortere møter", done="Det ble slik.").buttons[0]
    assert leader.act("input.outcomes").title.startswith("1 "), "what is only looked at is not published"
    for _ in range(2):
        assert leader.press(button).outcome == "done"
    assert leader.act("input.outcomes").title.startswith("2 ")
    assert leader.press("input.outcome_withdraw").outcome == "done"
    assert leader.act("input.outcomes").title.startswith("1 ")


def test_what_became_of_several_inputs_is_published_at_once(leader: Talk, turns: Turns) -> None:
    receipts = [sent(turns.inputs, f"Kantina {number}", "environment") for number in range(3)]
    leader.act("input.read", only_topic="environment")
    leader.press("input.many")
    leader.press("input.outcome")
    leader.press("input.publish", said="Kantina er stengt", done="Den er åpen igjen.")
    assert leader.press("input.outcome").questions[1].value == "Den er åpen igjen."
    leader.press("input.publish", said="Kantina er stengt", done="Den åpner i mai.")
    assert leader.press("input.publish").outcome == "done"
    assert {standing(turns, receipt).status for receipt in receipts} == {"taken_up"}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"said": " ", "done": "x"}, 0),
        ({"said": "x" * 201, "done": "x"}, 0),
        ({"said": "x", "done": ""}, 1),
        ({"said": "x", "done": "x" * 401}, 1),
        ({"said": "x", "done": "x", "topic": "milestone:osu-kickoff"}, 2),
    ],
)
def test_a_bad_publication_comes_back_with_the_reason(
    leader: Talk, employee: Talk, key: str, fields: dict[str, str], place: int
) -> None:
    leader.act("input.outcome", input=key)
    card = leader.press("input.publish", **fields)
    assert card.outcome == "refused"
    assert card.questions[place].error
    assert "Dere sa" not in employee.act("input.status").as_text()


def test_a_publication_that_names_somebody_is_shown_before_it_is_published(
    leader: Talk, employee: Talk, key: str
) -> None:
    leader.act("input.outcome", input=key)
    told = {"said": "Ring Kari Nordmann på 900 00 001", "done": "Alle møter varer nå 45 minutter."}
    card = leader.press("input.publish", **told)
    assert card.did == "warn_personal_data"
    assert "Dere sa" not in employee.act("input.status").as_text()
    publishing, changing = card.buttons
    changed = leader.act("input.publish", **{**publishing.values, "said": "Ring Ola Nordmann på 900 00 002"})
    assert changed.did == "warn_personal_data", "what was looked at was another text"
    form = leader.press(changing)
    assert [question.value for question in form.questions[:2]] == list(told.values())
    leader.press(publishing)
    assert "Kari Nordmann" in employee.act("input.status").as_text()


def test_nothing_is_merged_with_by_a_press_too_many_and_a_merging_can_be_undone(
    leader: Talk, turns: Turns, receipt: str, key: str
) -> None:
    other = sent(turns.inputs, "For lange møter")
    leader.act("input.open", input=key_of(turns.inputs, other))
    leader.press("input.sort")
    assert leader.press("input.merge").questions[0].value == ""
    assert leader.press("input.merged").questions[0].error
    assert standing(turns, other).into is None
    leader.press("input.merged", into=key)
    assert standing(turns, other).into == key
    assert leader.press("input.part").outcome == "done"
    assert standing(turns, other).into is None


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("input.open", {"input": "gone"}),
        ("input.many", {"seen": "of another choice"}),
        ("input.outcome_withdraw", {"outcome": "gone"}),
    ],
)
def test_what_is_refused_a_handler_leads_back_to_the_queue(leader: Talk, action: str, values: dict[str, str]) -> None:
    assert leader.act(action, **values).outcome == "refused"
    assert leader.press("input.read").outcome == "answered"


def test_the_writer_is_told_beforehand_of_archive_and_access(employee: Talk) -> None:
    assert "offentleglova" in employee.act("input.submit").as_text()
    assert "innsyn" in employee.say("innspill: ring 90000001, sa Kari Nordmann").as_text()


def test_what_is_kept_of_a_handlers_turn_holds_nothing_of_an_input(
    leader: Talk, turns: Turns, sqlite: Database, receipt: str, key: str
) -> None:
    other = key_of(turns.inputs, sent(turns.inputs, "Møtene er altfor lange"))
    for action, values in HANDLED.items():
        leader.act(action, **{"input": key, "into": other, "form": "f" * 32, **values})
    publish(leader, key, said="Noe helt annet")
    with sqlite.reading() as session:
        kept = [row.reply for row in session.exec(select(Received)).all() if row.reply]
    assert len(kept) >= len(HANDLED)
    assert "Møtene" not in str(kept)


#: What handlers can do to one input, with what the forms hold.
HANDLED: dict[str, dict[str, str]] = {
    "input.answered": {"text": "Svar."},
    "input.set_status": {"status": "considered"},
    "input.theme_set": {"theme": "none", "name": "Tema"},
    "input.hold_set": {"text": "Grunn."},
    "input.let_go": {},
    "input.merged": {},
    "input.part": {},
}


@pytest.mark.parametrize("asked", ["hvem skrev dette?", "kven skreiv dette", "who wrote this", "who wrote this input"])
def test_who_wrote_an_input_is_refused_with_the_reason_beside_it_and_in_words(
    leader: Talk, employee: Talk, key: str, asked: str
) -> None:
    leader.act("input.open", input=key)
    pressed = leader.press("input.who")
    assert pressed.outcome == "declined"
    assert "uten navn" in pressed.title
    for somebody in (leader, employee):
        said = somebody.say(asked)
        assert said.outcome == "declined"
        assert any(reason in said.title for reason in ("uten navn", "utan namn", "without"))
        assert "Møtene" not in said.as_text()
