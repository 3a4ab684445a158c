"""Cards as Slack gets them: nothing refused, nothing lost, nothing that people wrote read as anything but text."""

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.slack import cargo, carried
from bot.slack.drawing import shortened
from bot.slack.render import LONGEST_TEXT, Post, home, messages, modal, without_pictures
from bot.slack.rich_text import Line, is_safe, items, paragraph, parts
from dialogs import anonymous_input
from dialogs.card import (
    LANGUAGES,
    Block,
    Button,
    Card,
    Choice,
    Facts,
    Items,
    Language,
    Picture,
    Question,
    Span,
    Text,
    Written,
)
from dialogs.examples import HOSTILE, examples
from tests.block_kit import wrong_in_slack, wrong_in_view
from tests.channels import refusal

#: Texts that break what counts, escapes or divides: signs of markup, of many bytes, of two units, without a break.
TEXTS = some.text(alphabet=some.sampled_from(list("aé <>&*_~`|@!#:\n🙂漢e\u202e")), max_size=60)
LONG = some.builds(lambda text, times: text * times, some.text(alphabet="ab ø&🙂\n", min_size=1, max_size=40),
                   some.integers(1, 400))  # fmt: skip
ANY_TEXT = TEXTS | LONG
PAIRS = some.lists(some.tuples(ANY_TEXT, ANY_TEXT), max_size=5).map(tuple)
ADDRESSES = some.sampled_from(["", "https://example.org/a?b=1&c=<d>", "https://a@b.example/"])
SPANS = some.builds(Span, text=TEXTS, strong=some.booleans(), emphasis=some.booleans(), address=ADDRESSES)
BLOCKS: some.SearchStrategy[Block] = some.one_of(
    some.builds(Text, text=ANY_TEXT, style=some.sampled_from(["body", "quiet", "strong", "warning"])),
    some.builds(Facts, facts=PAIRS),
    some.builds(Items, items=PAIRS, numbered=some.booleans()),
    some.builds(
        Written,
        lines=some.lists(some.lists(SPANS, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
        shape=some.sampled_from(["paragraph", "bullets", "numbers"]),
    ),
    some.builds(
        Picture,
        address=some.sampled_from(["https://example.org/a.png", "/own", "javascript:alert(1)"]),
        alt=some.text(alphabet="abø ", min_size=1).filter(str.strip),
    ),
)
VALUES = some.dictionaries(some.text(max_size=8), some.one_of(TEXTS, some.integers(), some.booleans(), some.none()),
                           max_size=3)  # fmt: skip
BUTTONS = some.builds(
    Button,
    title=some.text(alphabet="abø &<>🙂", min_size=1, max_size=120),
    action=some.sampled_from(["help", "input.send"]),
    values=VALUES,
    style=some.sampled_from(["default", "primary", "destructive"]),
    replaces=some.booleans(),
    keeps_form=some.booleans(),
)
QUESTIONS = some.lists(
    some.builds(
        Question,
        name=some.sampled_from(["text", "why_1", "a~b c&d", "topic"]),
        label=some.text(alphabet="abø ", min_size=1, max_size=30).filter(str.strip),
        value=ANY_TEXT,
        required=some.booleans(),
        lines=some.integers(1, 6),
        longest=some.sampled_from([10, 200, 3000, 4000]),
        choices=some.lists(
            some.builds(Choice, title=TEXTS.filter(str.strip), value=TEXTS),
            max_size=120,
            unique_by=lambda one: one.value,
        ).map(tuple),
        error=some.sampled_from(["", HOSTILE]),
    ),
    max_size=4,
    unique_by=lambda question: question.name,
).map(tuple)
CARDS = some.builds(
    Card,
    title=ANY_TEXT.filter(str.strip),
    blocks=some.lists(BLOCKS, max_size=6).map(tuple),
    questions=QUESTIONS,
    buttons=some.lists(BUTTONS, max_size=30).map(tuple),
    language=some.sampled_from(["nb", "nn", "en"]),
)
MANY = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def elements(posts: tuple[Post, ...]) -> list[dict[str, Any]]:
    """The buttons, as Slack returns them with the message."""
    rows = [block["elements"] for block in posts[-1].blocks if block["type"] == "actions"]
    return [element for row in rows for element in row]


def returned(part: Any) -> Any:
    """As Slack returns it: with the signs that it parses escaped in every text."""
    if isinstance(part, str):
        return html.escape(part, quote=False)
    if isinstance(part, dict):
        return {name: returned(inner) for name, inner in part.items()}
    return [returned(inner) for inner in part] if isinstance(part, list) else part


def pressed(card: Card, place: int, posts: tuple[Post, ...] | None = None) -> carried.Pressed:
    posts = posts or messages(card)
    found = carried.pressed(returned(elements(posts)[place]["value"]), returned(posts[-1].blocks))
    assert found is not None
    return found


def sent(view: dict[str, Any], typed: dict[str, str] | None = None) -> carried.FilledIn:
    """The view as it comes back, with what it was opened with and what was typed over it."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = {"value": element.get("initial_value"), "selected_option": element.get("initial_option")}
            if typed and element["action_id"] in typed:
                held["value"] = typed[element["action_id"]]
            state[block["block_id"]] = {element["action_id"]: {"type": element["type"], **held}}
    found = carried.filled_in({**view, "state": {"values": state}})
    assert found is not None
    return found


def words(text: str) -> str:
    return "".join(text.split())


def shown(posts: tuple[Post, ...]) -> str:
    return "\n".join(text for post in posts for block in post.blocks for text in _texts(block))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[name] for name in ("text", "alt_text", "url") if isinstance(part.get(name), str))
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_what_slack_takes_and_says_in_its_text_what_it_shows(language: Language) -> None:
    wrong = {name: refusal(check_in_slack, card) for name, card in examples() if card.language == language}
    assert {name: why for name, why in wrong.items() if why} == {}


def check_in_slack(card: Card) -> None:
    posts = messages(card)
    assert wrong_in_slack(posts) == []
    said = words(html.unescape("\n".join(post.text for post in posts)))
    for line in filter(None, _read_aloud(card).splitlines()):
        assert words(line) in said, line
    for place, button in enumerate(card.buttons):
        found = pressed(card, place, posts)
        assert (found.action, found.values) == (button.action, button.values)
        assert (found.language, found.replaces) == (card.language, card.is_replaced_by(button))
        if found.form is not None:
            assert found.button is not None
            view = modal(found.form, found.button, {"channel": "D1", "ts": "1.2"})
            assert wrong_in_view(view) == []
            answer = sent(view)
            assert (answer.action, answer.values, answer.at) == (
                button.action,
                button.values,
                {"channel": "D1", "ts": "1.2"},
            )
            assert answer.fields == {question.name: _held(question) for question in card.questions}


def _read_aloud(card: Card) -> str:
    """As the card says it itself, and where each link leads."""
    links = [block.as_text(tell_addresses=True) for block in card.blocks if isinstance(block, Written)]
    others = tuple(block for block in card.blocks if not isinstance(block, Written))
    return "\n".join([card.model_copy(update={"blocks": others}).as_text(), *links])


def _held(question: Question) -> str:
    return question.value if not question.choices or question.value in [one.value for one in question.choices] else ""


@MANY
@given(CARDS)
def test_no_card_makes_a_message_that_slack_refuses_and_nothing_of_it_is_lost(card: Card) -> None:
    posts = messages(card)
    assert [one for one in wrong_in_slack(posts) if "characters of blocks" not in one] == []
    for block in card.blocks:
        for text in _of(block):
            assert words(text) in words(shown(posts))
    for place, button in enumerate(card.buttons):
        found = pressed(card, place, posts)
        assert (found.action, found.values) == (button.action, button.values)
        assert found.replaces == card.is_replaced_by(button)


def _of(block: Block) -> list[str]:
    match block:
        case Text():
            return [block.text]
        case Facts():
            return [text for fact in block.facts for text in fact]
        case Items():
            return [text for item in block.items for text in item]
        case Picture():
            return [block.alt]
    return [span.text for line in block.lines for span in line]


@MANY
@given(CARDS.filter(lambda card: bool(card.questions and card.sending)))
def test_what_is_filled_in_comes_back_as_it_was(card: Card) -> None:
    for button in card.sending:
        view = modal(card, button, {"channel": "D1"})
        assert wrong_in_view(view) == []
        answer = sent(view)
        assert (answer.action, answer.values, answer.language) == (button.action, button.values, card.language)
        assert answer.at == {"channel": "D1"}
        assert {name: words(value) for name, value in answer.fields.items()} == {
            question.name: words(_held(question)) for question in card.questions
        }
        assert set(answer.blocks) == {question.name for question in card.questions}


@given(some.text(alphabet="aø🙂& \n", max_size=400), some.integers(5, 60))
def test_a_text_in_parts_is_whole_again_when_they_are_joined(text: str, longest: int) -> None:
    cut = carried.in_parts(text, longest)
    assert all(cargo.units(part) <= longest for _, part in cut)
    joined = "".join({"n": "\n", "s": " ", "": ""}[joiner] + part for joiner, part in cut)
    assert joined == text
    assert all(cargo.units(part) <= longest for part in parts(text, longest, cargo.units))
    assert words("".join(parts(text, longest, cargo.units))) == words(text)


def test_what_somebody_wrote_mentions_nobody_and_is_no_markup() -> None:
    wrote = "<!channel> <@U1> *ja* _nei_ ~nå~ `kode` :smile: & <https://example.org|trykk>"
    blocks = (Text(text=wrote), Items(items=((wrote, wrote),)), Facts(facts=((wrote, wrote),)))
    (post,) = messages(Card(title=wrote, blocks=blocks))
    assert "<" not in post.text
    assert html.unescape(post.text).count(wrote) == 6
    drawn = json.dumps(post.blocks)
    assert not any(kind in drawn for kind in ("mrkdwn", "broadcast", '"user"', '"link"', '"emoji", "name"'))


def test_words_that_are_marked_are_marked_and_links_lead_where_they_say() -> None:
    line = (
        Span(text="Les "),
        Span(text="planen", strong=True, address="https://example.org/plan"),
        Span(text=" og "),
        Span(text="svar", emphasis=True),
        Span(text=" på https://bank.example", address="https://annet.example/"),
    )
    (post,) = messages(Card(blocks=(Written(lines=(line, line), shape="numbers"), Written(lines=(line,)))))
    listed, paragraph_ = post.blocks[0]["elements"][0], post.blocks[1]["elements"][0]
    assert (listed["type"], listed["style"], len(listed["elements"])) == ("rich_text_list", "ordered", 2)
    assert listed["elements"][0]["elements"] == paragraph_["elements"] == [
        {"type": "text", "text": "Les "},
        {"type": "link", "url": "https://example.org/plan", "text": "planen", "style": {"bold": True}},
        {"type": "text", "text": " og "},
        {"type": "text", "text": "svar", "style": {"italic": True}},
        {"type": "text", "text": " på https://bank.example (https://annet.example/)"},
    ]  # fmt: skip
    assert post.text.startswith("1. Les planen (https://example.org/plan) og svar på")


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "javascript:alert(1)", "https://bank.no@annet.example/", "https://", "https://[x", "/plan",
     "https://example.org/\u202egnp.exe", "https://example.org/" + "a" * 3000],
)  # fmt: skip
def test_an_address_that_is_read_otherwise_than_it_looks_is_no_link(address: str) -> None:
    assert not is_safe(address)
    (post,) = messages(Card(blocks=(Picture(address=address, alt="Plan"),)))
    assert post.blocks == [{"type": "context", "elements": [{"type": "plain_text", "text": "Plan", "emoji": False}]}]


def test_a_long_card_becomes_several_messages_in_its_order_with_the_buttons_in_the_last() -> None:
    paragraphs = tuple(Text(text=f"Avsnitt {number}. " + "Ord og flere ord. " * 20) for number in range(40))
    card = Card(title="Mye", blocks=paragraphs, buttons=(Button(title="Hjelp", action="help"),))
    posts = messages(card)
    assert len(posts) > 3
    assert wrong_in_slack(posts) == []
    said = "\n".join(post.text for post in posts)
    places = [said.index(f"Avsnitt {number}. ") for number in range(40)]
    assert places == sorted(places)
    assert [bool([one for one in post.blocks if one["type"] == "actions"]) for post in posts] == [False] * (
        len(posts) - 1
    ) + [True]
    assert all(len(post.text.encode()) <= LONGEST_TEXT for post in posts)


def test_a_list_that_goes_on_in_another_block_counts_on() -> None:
    drawn = items([Line((Span(text=f"punkt {number} " + "x" * 900),), f"{number}. ") for number in range(1, 8)],
                  numbered=True)  # fmt: skip
    offsets = [one.block.to_dict()["elements"][0].get("offset", 0) for one in drawn]
    counts = [len(one.block.to_dict()["elements"][0]["elements"]) for one in drawn]
    assert offsets == [sum(counts[:place]) for place in range(len(counts))]
    assert len(offsets) > 1


def test_a_warning_has_its_sign_once() -> None:
    drawn = paragraph("Pass på. " * 1000, strong=True, mark="warning")
    assert len(drawn) > 2
    signs = [element["type"] for one in drawn for element in one.block.to_dict()["elements"][0]["elements"]]
    assert signs.count("emoji") == 1


def form(**more: Any) -> Card:
    asked = Question(name="text", label="Tekst", value="Hei", required=True, lines=6, longest=4000)
    choice = Question(name="level", label="Nivå", value="2", choices=(Choice(title="En", value="1"),
                                                                      Choice(title="To", value="2")))  # fmt: skip
    buttons = (
        Button(title="Send", action="input.send", values={"a": "<&>"}, style="primary"),
        Button(title="Endre mottakere", action="audience", keeps_form=True),
        Button(title="Avbryt", action="help"),
    )
    return Card(title="Si ifra", questions=(asked, choice), buttons=buttons, language="nn").model_copy(update=more)


def test_a_form_is_opened_by_the_button_that_sends_it_and_by_no_other() -> None:
    opens, leads, leaves = (pressed(form(), place) for place in range(3))
    assert opens.form is not None
    assert opens.form.questions == form().questions
    assert (leads.form, leads.fields) == (None, {"text": "Hei", "level": "2"})
    assert (leaves.form, leaves.fields, leaves.action) == (None, {}, "help")
    assert [one.replaces for one in (opens, leads, leaves)] == [True, True, False]


def test_what_is_to_be_read_first_stands_in_the_modal_too() -> None:
    """The message may be far up, or under the modal."""
    keeps = Text(text="Slack tar vare på det du skriver.", style="quiet")
    warns = Text(text="Ikke skriv navn.", style="warning")
    short = form(blocks=(warns, Facts(facts=(("Emne", "Risiko"),)), keeps))
    long = form(blocks=(warns, Text(text="Et langt forslag. " * 100), keeps))
    endless = form(blocks=(warns, *(Text(text=f"Smått {at}. " * 40, style="quiet") for at in range(9)), keeps))
    for card, told, left_out in (
        (short, "Risiko", "langt"),
        (long, keeps.text, "langt"),
        (endless, keeps.text, "Smått 0"),
    ):
        opened = pressed(card, 0).form
        assert opened is not None
        view = modal(opened, opened.buttons[0])
        assert wrong_in_view(view) == []
        first = json.dumps(view["blocks"][: [one["type"] for one in view["blocks"]].index("input")], ensure_ascii=False)
        assert warns.text in first
        assert told in first
        assert left_out not in first


def test_the_form_for_inputs_says_in_its_modal_who_keeps_what_is_written() -> None:
    card = anonymous_input.form("nb")
    opened = pressed(card, 0).form
    assert opened is not None
    texts = [block.text for block in card.blocks if isinstance(block, Text)]
    view = json.dumps(modal(opened, opened.buttons[0]), ensure_ascii=False)
    assert texts
    assert all(text in view for text in texts)


def test_what_is_typed_comes_back_under_its_name_and_an_empty_field_is_empty() -> None:
    view = modal(form(), form().buttons[0])
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == ("Si ifra", "Send", "Avbryt")
    answer = sent(view, {"text": "R&D <b> *x*\nlinje"})
    assert answer.fields == {"text": "R&D <b> *x*\nlinje", "level": "2"}
    state = {block["block_id"]: {block["element"]["action_id"]: {"value": None, "selected_option": None}}
             for block in view["blocks"]}  # fmt: skip
    empty = carried.filled_in({**view, "state": {"values": state}})
    assert empty is not None
    assert empty.fields == {"text": "", "level": ""}


def test_a_message_tells_what_is_chosen_in_its_form_and_a_choice_is_not_called_optional() -> None:
    asked = Question(name="urgent", label="Haster det?", choices=form().questions[1].choices)
    card = form(questions=(*form().questions, asked))
    assert "Skjemaet spør om: Tekst · Nivå: To · Haster det?" in messages(card)[0].text
    fields = [block for block in modal(card, card.buttons[0])["blocks"] if block["type"] == "input"]
    assert [field["optional"] for field in fields] == [False, False, True]


def test_a_button_that_is_too_long_for_a_modal_is_named_in_it() -> None:
    long = Button(title="Be om godkjenning for 55 personer", action="announcement.send", style="primary")
    view = modal(form(buttons=(long,)), long)
    assert view["submit"]["text"] == "Gå vidare"
    assert "Når du går vidare: Be om godkjenning for 55 personer" in json.dumps(view["blocks"], ensure_ascii=False)


def test_a_text_longer_than_a_field_goes_on_in_the_next() -> None:
    text = "\n".join(f"Linje {number} med ord" for number in range(300))
    asked = form().questions[0].model_copy(update={"value": text})
    view = modal(form(questions=(asked,)), form().buttons[0])
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    assert [field["label"]["text"] for field in fields] == ["Tekst", "Tekst (framhald)", "Tekst (framhald)"][
        : len(fields)
    ]
    assert len(fields) > 1
    assert [field["optional"] for field in fields] == [False] + [True] * (len(fields) - 1)
    assert sent(view).fields == {"text": text}


def test_a_field_that_was_wrong_is_drawn_anew_and_says_why() -> None:
    asked = form().questions[0]
    wrong = asked.model_copy(update={"error": "For kort."})
    before, after = (modal(form(questions=(one,)), form().buttons[0]) for one in (asked, wrong))
    ids = [[block["block_id"] for block in view["blocks"] if block["type"] == "input"] for view in (before, after)]
    assert ids[0] != ids[1]
    assert "For kort." in json.dumps(after["blocks"])
    assert messages(form(questions=(wrong,)))[0].text.count("For kort.") == 1


def test_choices_keep_their_values_whatever_signs_and_however_long_they_are() -> None:
    values = ["R&D", "<a>", "", "~x", "y" * 400, "ø" * 149, "æ" * 151]
    for value in values:
        choices = tuple(Choice(title=f"Valg {place}", value=one) for place, one in enumerate(values))
        asked = Question(name="unit", label="Enhet", value=value, choices=choices)
        view = modal(form(questions=(asked,)), form().buttons[0])
        assert wrong_in_view(view) == []
        assert sent(view).fields == {"unit": value}


def test_more_choices_than_a_menu_holds_are_in_groups_of_it() -> None:
    choices = tuple(Choice(title=f"Tema {number} " + "x" * 70, value=str(number)) for number in range(230))
    asked = Question(name="topic", label="Tema", value="229", choices=choices)
    card = form(questions=(asked,))
    found = pressed(card, 0)
    assert found.form is not None
    assert found.button is not None
    view = modal(found.form, found.button)
    assert wrong_in_view(view) == []
    groups = next(block["element"]["option_groups"] for block in view["blocks"] if block["type"] == "input")
    assert [len(group["options"]) for group in groups] == [100, 100, 30]
    assert sent(view).fields == {"topic": "229"}
    assert choices[7].title in shown((Post("", view["blocks"]),))


def test_a_form_with_a_long_text_of_rare_signs_is_carried_whole() -> None:
    text = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(3999))
    asked = form().questions[0].model_copy(update={"value": text})
    card = form(questions=(asked,))
    posts = messages(card)
    assert [one for one in wrong_in_slack(posts) if "characters of blocks" not in one] == []
    found = pressed(card, 0, posts)
    assert found.form is not None
    assert found.form.questions[0].value == text


def test_values_that_are_too_long_for_a_button_come_back_whole() -> None:
    values = {"text": "".join(chr(33 + (number * 31) % 90) for number in range(5000))}
    card = Card(
        title="Lang", buttons=(Button(title="Ja", action="help", values=values), Button(title="Nei", action="a"))
    )
    assert wrong_in_slack(messages(card)) == []
    assert pressed(card, 0).values == values
    assert pressed(card, 1).values == {}


def test_what_is_none_of_ours_or_not_whole_is_no_button() -> None:
    posts = messages(form())
    value, blocks = elements(posts)[0]["value"], posts[-1].blocks
    assert carried.pressed(value, blocks) is not None
    changed = [{**block, "elements": [{**one, "value": one["value"][:-4]} for one in block["elements"]]}
               if block["type"] == "actions" else block for block in blocks]  # fmt: skip
    for bad_value, bad_blocks in [
        (value, []), (value, None), (value, changed), (value[:-4], blocks), ("", blocks), ("[]", blocks),
        ('{"action": 3}', blocks), ('{"in": "x", "open": 0}', blocks), ("{" * 5000, blocks), ("7", blocks),
    ]:  # fmt: skip
        found = carried.pressed(bad_value, bad_blocks)
        assert found is None or found.form is None or (bad_value, bad_blocks) == (value[:-4], blocks)
    chosen = {"b": {"a": {"selected_option": {}}}}
    for bad in (
        None,
        {},
        {"private_metadata": "{}"},
        {"private_metadata": "[]", "state": {"values": {}}},
        {"private_metadata": '{"sent":{"action":"a"}}', "state": {"values": chosen}},
    ):
        assert carried.filled_in(bad) is None


def test_cargo_that_grows_without_end_is_not_unpacked() -> None:
    packed = cargo.Hold(long=["x" * 5_000_000]).packed()
    piece = cargo.pieces(packed, [len(packed) + 100])[0]
    value = cargo.safe_json({"long": 0, "in": cargo.name_of(packed)}) + piece
    assert carried.pressed(value, [{"elements": [{"value": value}]}]) is None


def test_the_home_holds_every_card_and_their_forms_do_not_mix() -> None:
    first, second = form(), form(title="Annet", questions=form().questions[1:])
    view = home([first, second, Card(title="Ferdig", blocks=(Text(text="Ingenting."),))])
    assert wrong_in_view(view) == []
    buttons = [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]
    found = [carried.pressed(one["value"], view["blocks"]) for one in buttons]
    forms = [one.form for one in found if one is not None and one.form is not None]
    assert [one.questions for one in forms] == [first.questions, second.questions]


def test_a_home_with_more_than_there_is_room_for_says_so() -> None:
    view = home([Card(title=f"Kort {number}", blocks=(Text(text="Noe."),) * 9) for number in range(12)])
    assert wrong_in_view(view) == []
    assert "Skriv til meg" in json.dumps(view["blocks"][-1])


def test_a_title_too_long_for_a_button_is_told_above_it() -> None:
    title = "Les mer om arbeidsgruppen for stedsuavhengige tjenester og felles førstelinje i hele organisasjonen"
    card = Card(title="Grupper", buttons=(Button(title=title, action="help"),))
    (post,) = messages(card)
    assert elements((post,))[0]["text"]["text"] == shortened(title) != title
    assert title in post.text


def test_without_pictures_what_they_show_is_told_and_linked_to() -> None:
    card = Card(blocks=(Picture(address="https://example.org/a.png", alt="Kart over byggene"),))
    (post,) = map(without_pictures, messages(card))
    link = {"type": "link", "url": "https://example.org/a.png", "text": "Kart over byggene"}
    assert post.blocks[0]["elements"][0]["elements"] == [link]
    assert messages(card)[0].blocks == [
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "Kart over byggene"}
    ]
