"""The role table: nobody but the programme's input handlers reads an input or does anything with it, whichever way they
ask; and nobody at all can tell who wrote it."""

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, select

from bot import __main__ as command_line
from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.turns import Turns
from dialogs.actions import ACTIONS
from dialogs.card import Card
from storage import (
    input_answers,
    input_conversation,
    input_duplicates,
    input_holds,
    input_outcomes,
    input_queue,
    input_statuses,
    input_themes,
    people,
    programmes,
    tables,
)
from storage.anonymous_input import InputStore, answer, read
from storage.database import Database, Session
from storage.input_outcomes import Told
from storage.people import ROLES, Person
from storage.refusals import NotAllowed
from tests.conftest import NOW, make_person
from tests.handling import key_of, released, sent
from tests.talk import Talk

SECRET = "Kantina på Fossegrimsmoen stenger for tidlig"
FURTHER = "Ordene som bare står i samtalen"
#: Everybody but a handler of this programme: no role, each other role, all of those together, and a handler elsewhere.
OTHERS: dict[str, tuple[tuple[str, str], ...]] = {
    "employee": (),
    **{role: (("osu2020", role),) for role in ROLES if role != "input_handler"},
    "all other roles": tuple(("osu2020", role) for role in ROLES if role != "input_handler"),
    "handler of another programme": (("os2019", "input_handler"), ("ou2021", "input_handler")),
}
#: What of the inputs is everybody's: sending one, and what is told of all of them. ``input.who`` is refused to all.
FOR_EVERYONE = {"input.submit", "input.status", "input.poster", "input.who"}
OF_HANDLERS = sorted(name for name in ACTIONS if name.startswith("input.") and name not in FOR_EVERYONE)


@pytest.fixture
def receipt(turns: Turns, leader: Talk) -> str:
    """The receipt of an input with an answer and a conversation, which a handler has looked at."""
    made = sent(turns.inputs, SECRET)
    key = key_of(turns.inputs, made)
    leader.act("input.answered", input=key, text="Svaret som bare den som skrev skal lese")
    input_conversation.reply(turns.inputs, made, FURTHER, "f1")
    released(turns.inputs)
    return made


@pytest.fixture
def key(turns: Turns, receipt: str) -> str:
    return key_of(turns.inputs, receipt)


def somebody(turns: Turns, who: str) -> Talk:
    """Somebody who has written to the bot, with these roles."""
    account = f"person-{uuid.uuid4().hex[:8]}"
    talk = Talk(turns, account, NOW)
    talk.act("help")
    with turns.database.writing() as session:
        person = people.recognise(session, talk.where, "osu2020")
        for programme, role in OTHERS[who]:
            people.grant(session, person, programme, role)
    return talk


def told(cards: tuple[Card, ...]) -> str:
    return "\n".join(card.model_dump_json() for card in cards)


def stored(store: InputStore) -> dict[str, list[Any]]:
    """Every row of the inputs' database."""
    metadata = MetaData()
    metadata.reflect(store.database.engine)
    with store.database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all())) for name, table in metadata.tables.items()
        }


#: What a form of each of these could hold: everything at once.
FORM = {"text": "Noe", "status": "taken_up", "theme": "none", "name": "Tema", "said": "Dere sa", "done": "Vi gjorde"}


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_gets_anything_of_an_input_by_a_button_or_form(turns: Turns, key: str, who: str) -> None:
    other = key_of(turns.inputs, sent(turns.inputs, "Et annet innspill"))
    before = stored(turns.inputs)
    talk = somebody(turns, who)
    filled = {"input": key, "into": other, "form": "f" * 32, **FORM}
    for action in OF_HANDLERS:
        for values in ({"input": key}, filled, {"only_topic": "risk"}):
            card = talk.act(action, **values)
            assert card.outcome == "refused", (action, card.title)
            assert SECRET not in told(talk.shown), action
            assert "innspillsbehandlerne" in card.as_text(), action
    assert stored(turns.inputs) == before


@pytest.mark.parametrize("who", OTHERS)
def test_no_other_action_shows_a_text_or_changes_an_input(turns: Turns, key: str, who: str) -> None:
    before = stored(turns.inputs)
    talk = somebody(turns, who)
    for action in sorted(set(ACTIONS) - set(OF_HANDLERS)):
        talk.act(action, input=key)
        seen = told(talk.shown)
        assert SECRET not in seen, action
        assert FURTHER not in seen, action
    assert stored(turns.inputs) == before


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_an_input_by_words(turns: Turns, key: str, who: str) -> None:
    talk = somebody(turns, who)
    for words in (
        "les innspill",
        "vis innspillene",
        "hva står i innspillene",
        "svar på innspillet",
        "hvem skrev dette",
    ):
        talk.say(words)
        assert SECRET not in told(talk.shown)
        assert "input.read" not in {button.action for card in talk.shown for button in card.buttons}


def test_an_input_handler_of_the_programme_reads_and_answers(turns: Turns, key: str) -> None:
    talk = somebody(turns, "employee")
    with turns.database.writing() as session:
        people.grant(session, people.recognise(session, talk.where, "osu2020"), "osu2020", "input_handler")
    assert SECRET in talk.act("input.read").as_text()
    assert SECRET in talk.act("input.open", input=key).as_text()
    assert FURTHER in talk.act("input.answer", input=key).as_text()
    assert talk.act("input.set_status", input=key, status="taken_up").outcome == "done"


@pytest.mark.parametrize("who", [*OTHERS, "handler"])
def test_nobody_at_all_is_told_who_wrote_it(turns: Turns, leader: Talk, key: str, who: str) -> None:
    talk = leader if who == "handler" else somebody(turns, who)
    for card in (
        talk.act("input.who", input=key),
        talk.say("hvem skrev dette?"),
        talk.say("hvem skrev innspillet?"),
        talk.say("hvem har sendt innspill"),
    ):
        assert card.outcome == "declined"
        assert "uten navn" in card.title


#: Each rule of the inputs that takes a person, with what it is called with.
RULES = {
    "read": lambda store, session, person, key: read(store, session, person, "osu2020"),
    "answer": lambda store, session, person, key: answer(store, session, person, "osu2020", key, "Svar"),
    "counted answer": lambda store, session, person, key: input_answers.answer(
        store, session, person, programmes.get(session, "osu2020"), key, "Svar", NOW.date()
    ),
    "say": lambda store, session, person, key: input_conversation.say(
        store, session, person, "osu2020", key, "Hei", "f"
    ),
    "queue": lambda store, session, person, key: input_queue.queue(store, session, person, "osu2020"),
    "get": lambda store, session, person, key: input_queue.get(store, session, person, "osu2020", key),
    "held back": lambda store, session, person, key: input_queue.held_back(store, session, person, "osu2020"),
    "themes": lambda store, session, person, key: input_queue.themes(store, session, person, "osu2020"),
    "status": lambda store, session, person, key: input_statuses.set_status(
        store, session, person, "osu2020", [key], "taken_up"
    ),
    "theme": lambda store, session, person, key: input_themes.set_theme(
        store, session, person, "osu2020", [key], theme="", name="Tema"
    ),
    "merge": lambda store, session, person, key: input_duplicates.merge(store, session, person, "osu2020", key, key),
    "part": lambda store, session, person, key: input_duplicates.part(store, session, person, "osu2020", key),
    "hold": lambda store, session, person, key: input_holds.hold(store, session, person, "osu2020", key, "Trussel"),
    "let go": lambda store, session, person, key: input_holds.let_go(store, session, person, "osu2020", key),
    "publish": lambda store, session, person, key: input_outcomes.publish(
        store, session, person, "osu2020", Told("Dere sa", "Vi gjorde", "", "f"), [key], NOW
    ),
    "find publication": lambda store, session, person, key: input_outcomes.find(session, person, "osu2020", "f"),
    "withdraw": lambda store, session, person, key: input_outcomes.withdraw(
        store, session, person, "osu2020", "f", NOW
    ),
}


@pytest.mark.parametrize("who", OTHERS)
def test_each_rule_asks_for_the_role_before_anything_else(inputs: InputStore, sqlite: Database, who: str) -> None:
    key = key_of(inputs, sent(inputs, SECRET))
    before = stored(inputs)

    def granted(session: Session) -> Person:
        made = make_person(session, "somebody")
        for programme, role in OTHERS[who]:
            people.grant(session, made, programme, role)
        return made

    with sqlite.writing() as session:
        acting = granted(session)
        for rule in RULES.values():
            with pytest.raises(NotAllowed):
                rule(inputs, session, acting, key)
    assert stored(inputs) == before


def test_no_column_of_the_inputs_has_room_for_who_wrote_or_when() -> None:
    """The only person there is the handler who held an input back; the only moment that of the calendar's look."""
    columns = {f"{table.name}.{column.name}" for table in tables.INPUTS.tables.values() for column in table.columns}
    telling = re.compile(r"person|by$|user|account|address|conversation|_at$|time|day|date|number")
    assert {name for name in columns if telling.search(name.partition(".")[2])} == {
        "input_hold.held_by",
        "input_message.number",
        "input_look.looked_at",
    }


Browser = TestClient[Any, Any]


@pytest.fixture
async def browser(stores: Stores) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(make_app(stores, DemoClock(NOW), "osu2020"))) as client:
        yield client


async def test_no_page_shows_a_text_without_its_receipt(browser: Browser, stores: Stores) -> None:
    key = key_of(stores.inputs, sent(stores.inputs, SECRET))
    routes = [route for route in browser.app.router.routes() if route.method in ("GET", "POST")]  # type: ignore[union-attr]
    paths = {(route.method, str(route.resource.canonical)) for route in routes if route.resource is not None}
    assert ("POST", "/innspill/svar/melding") in paths
    for method, path in paths:
        address = re.sub(r"\{[^}]*\}", key, path)
        for given in (key, "1", "' OR 1=1 --"):
            fields = {"code": given, "input": given, "key": given, "text": "Noe", "form": "f1", "person": "1"}
            answered = await browser.request(
                method, address, **({"params": fields} if method == "GET" else {"data": fields})
            )
            assert SECRET not in await answered.text(), (method, path)


async def test_the_web_chat_refuses_what_a_forged_form_asks_for(browser: Browser, stores: Stores) -> None:
    key = key_of(stores.inputs, sent(stores.inputs, SECRET))
    await browser.get("/chat")
    for action in OF_HANDLERS:
        payload = {"action": action, "values": {"input": key}, "v": 1}
        sending = {"person": "1", "activity": uuid.uuid4().hex, "language": "nb", "payload": payload, "inputs": FORM}
        answered = await browser.post("/chat", json=sending)
        assert answered.status == 200
        assert SECRET not in await answered.text()


#: Every command, and how it is called to show as much as it can; None for those that serve the pages above, or that
#: have no database.
COMMANDS: dict[str, list[str] | None] = {
    "check-text": None,
    "demo": None,
    "explain": None,
    "grant": ["grant", "input_handler", "nobody", "--programme", "osu2020"],
    "load": ["load", "programmes/osu2020.yaml"],
    "manifest": None,
    "migrate": ["migrate"],
    "people": ["people", "nowhere.csv", "--programme", "osu2020"],
    "report": ["report"],
    "rules": None,
    "serve": None,
    "told": ["told", "--on", "2020-11-24", "--programme", "osu2020"],
}


def test_no_command_shows_a_text(
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent(stores.inputs, SECRET)
    parser = command_line._parser()
    known = next(one.choices for one in parser._actions if one.choices and "serve" in one.choices)
    assert set(known) == set(COMMANDS)
    monkeypatch.setenv("DATABASE_URL", str(stores.database.url))
    monkeypatch.setenv("INPUT_DATABASE_URL", str(stores.inputs.database.url))
    monkeypatch.setenv("INPUT_KEY", Fernet.generate_key().decode())
    for arguments in COMMANDS.values():
        if arguments is not None:
            command_line.main(arguments)
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err + caplog.text
