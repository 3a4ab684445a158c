"""How often the login-free pages may be used: by network, in memory, under a key that lasts a day."""

import asyncio
import math
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from multidict import CIMultiDict

from bot.app import Stores
from bot.clock import DemoClock
from bot.web import inputs, limits
from bot.web.limits import (
    CHECKING,
    FIRST_WAIT,
    KEPT_FOR,
    LONGEST_WAIT,
    LOOKING,
    MOST,
    READ_AT_ONCE,
    SENDING,
    WRONG_CODES,
    Limits,
    Rate,
)
from bot.web.sources import Door
from dialogs.card import LANGUAGES, Language
from dialogs.words import say
from storage import anonymous_input
from storage.anonymous_input import About
from tests.conftest import NOW

HOUR = 3600.0
RATES = (SENDING, CHECKING, WRONG_CODES, LOOKING)


class Clock:
    """Seconds, moved by the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counted(clock: Clock) -> Limits:
    return Limits(clock)


def let_in(counted: Limits, clock: Clock, source: str, rate: Rate, times: int, within: float) -> int:
    """How many of so many tries, evenly in that time, are let in."""
    found = 0
    for _ in range(times):
        found += counted.wait(source, rate) == 0
        clock.now += within / times
    return found


def test_a_thousand_an_hour_from_one_network_keep_no_other_out(counted: Limits, clock: Clock) -> None:
    flooding, others = 0, 0
    for number in range(1000):
        flooding += counted.wait("198.51.100.0/24", SENDING) == 0
        if number % 50 == 0:
            others += counted.wait("203.0.113.0/24", SENDING) == 0
        clock.now += HOUR / 1000
    assert SENDING.at_once < flooding <= SENDING.at_once + SENDING.an_hour < 200
    assert others == 20


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.name)
def test_so_many_in_a_row_and_then_so_many_an_hour(counted: Limits, clock: Clock, rate: Rate) -> None:
    assert [counted.wait("a", rate) for _ in range(rate.at_once)] == [0.0] * rate.at_once
    wait = counted.wait("a", rate)
    assert 0 < wait <= rate.apart
    clock.now += wait
    assert counted.wait("a", rate) == 0
    assert counted.wait("a", rate) > 0
    assert let_in(counted, clock, "a", rate, 10 * rate.an_hour, HOUR) == pytest.approx(rate.an_hour, abs=1)


def test_who_was_refused_does_not_wait_the_longer_for_having_tried(counted: Limits, clock: Clock) -> None:
    waits = [counted.wait("a", SENDING) for _ in range(SENDING.at_once + 50)]
    assert waits[SENDING.at_once] == waits[-1]


def test_one_rate_takes_nothing_of_another(counted: Limits) -> None:
    for _ in range(LOOKING.at_once + 1):
        counted.wait("a", LOOKING)
    assert counted.wait("a", SENDING) == 0


def test_the_counts_take_no_more_memory_than_so_much(
    counted: Limits, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    assert MOST <= 100_000
    monkeypatch.setattr(limits, "MOST", 500)
    for number in range(5000):
        counted.count(f"2001:db8:0:{number:x}00::/56", SENDING)
    assert len(counted) == 500
    clock.now += HOUR
    counted.tidy()
    assert len(counted) == 0


def test_the_key_is_thrown_away_daily_and_everything_with_it(counted: Limits, clock: Clock) -> None:
    keys = set()
    for _ in range(3):
        keys.add(key_of(counted))
        for _ in range(SENDING.at_once):
            counted.wait("a", SENDING)
        assert counted.wait("a", SENDING) > 0
        clock.now += KEPT_FOR
        assert counted.wait("a", SENDING) == 0, "a new day begins"
    assert len(keys) == 3


def test_the_key_is_thrown_away_though_nobody_comes(counted: Limits, clock: Clock) -> None:
    counted.count("a", SENDING)
    first = key_of(counted)
    clock.now += KEPT_FOR - 1
    counted.tidy()
    assert key_of(counted) == first
    clock.now += 1
    counted.tidy()
    assert key_of(counted) != first
    assert len(counted) == 0


def test_no_address_is_found_in_what_is_kept(counted: Limits) -> None:
    counted.count("198.51.100.0/24", SENDING)
    kept = repr(vars(counted))
    assert "198.51" not in kept
    assert Limits(Clock())._key_of("198.51.100.0/24", "x") != counted._key_of("198.51.100.0/24", "x")


def test_wrong_codes_wait_longer_and_longer_up_to_a_limit(counted: Limits, clock: Clock) -> None:
    waits = []
    for _ in range(12):
        counted.count("a", WRONG_CODES)
        waits.append(counted.slowed("a"))
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    counted.count("b", WRONG_CODES)
    assert counted.slowed("b") == FIRST_WAIT, "another network is not slowed"
    clock.now += HOUR
    counted.count("a", WRONG_CODES)
    assert counted.slowed("a") == FIRST_WAIT, "and an hour later it is forgotten"


TRUSTED = (ip_network("10.0.0.0/24"), ip_network("2001:db8:ffff::1/128"))


@pytest.mark.parametrize(
    ("peer", "headers", "network"),
    [
        ("198.51.100.7", [], "198.51.100.0/24"),
        ("198.51.100.200", [], "198.51.100.0/24"),
        ("::ffff:198.51.100.7", [], "198.51.100.0/24"),
        ("2001:db8:1:2ff:3::4", [], "2001:db8:1:200::/56"),
        ("fe80::1%eth0", [], "fe80::/56"),
        # Anybody can write the header: it counts from a proxy that was named, and what the next hop wrote before it.
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.0/24"),
        ("10.0.1.1", ["203.0.113.9"], "10.0.1.0/24"),
        ("10.0.0.5", ["203.0.113.9"], "203.0.113.0/24"),
        ("10.0.0.5", ["192.0.2.1, 203.0.113.9"], "203.0.113.0/24"),
        ("10.0.0.5", ["192.0.2.1", "203.0.113.9"], "203.0.113.0/24"),
        ("10.0.0.5", ["203.0.113.9, 10.0.0.9"], "203.0.113.0/24"),
        ("2001:db8:ffff::1", ["2001:db8:1:2ff:3::4"], "2001:db8:1:200::/56"),
        ("10.0.0.5", ["203.0.113.9:51544"], "203.0.113.0/24"),
        ("10.0.0.5", ["[2001:db8:1:2ff:3::4]:51544"], "2001:db8:1:200::/56"),
        ("10.0.0.5", ["203.0.113.9, <script>"], "10.0.0.0/24"),
        ("10.0.0.5", [""], "10.0.0.0/24"),
        ("10.0.0.5", ["unknown"], "10.0.0.0/24"),
        ("10.0.0.5", ["10.0.0.6, 10.0.0.7"], "10.0.0.0/24"),
        ("10.0.0.5", ["1" * 8000], "10.0.0.0/24"),
        ("", ["203.0.113.9"], ""),
        ("/run/bot.sock", ["203.0.113.9"], ""),
    ],
)
def test_a_network_is_as_much_of_an_address_as_is_looked_at(peer: str, headers: list[str], network: str) -> None:
    assert Door(TRUSTED).source(request(peer, headers)) == network


def test_without_a_proxy_that_is_named_the_header_counts_for_nothing() -> None:
    door = Door()
    for number in range(SENDING.at_once):
        assert door.wait(request("198.51.100.7", [f"203.0.{number}.9"]), SENDING) == 0
    assert door.wait(request("198.51.100.9", ["192.0.2.1"]), SENDING) > 0
    assert door.wait(request("198.51.101.9", ["203.0.0.9"]), SENDING) == 0


@pytest.fixture
async def pages(stores: Stores, clock: Clock) -> AsyncIterator[tuple[TestClient[Any, Any], Door]]:
    """The login-free pages behind a proxy on this machine, and who they let in."""
    app = web.Application()
    door = Door((ip_network("127.0.0.0/8"),), Limits(clock))
    inputs.setup(app, stores.inputs, DemoClock(NOW), "osu2020", stores.database, door)
    async with TestClient(TestServer(app)) as client:
        yield client, door


FLOODING, OTHER = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "203.0.113.9"}
WRITTEN = {"topic": "risk", "text": "For <få> folk", "form": "f1"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "rate"), [("/innspill", SENDING), ("/innspill/sjekk", CHECKING)])
async def test_who_is_kept_out_is_told_what_to_do_and_keeps_what_was_written(
    pages: tuple[TestClient[Any, Any], Door], stores: Stores, language: Language, path: str, rate: Rate
) -> None:
    client, door = pages
    for _ in range(rate.at_once):
        door.limits.count("198.51.100.0/24", rate)
    refused = await client.post(f"{path}?lang={language}", data=WRITTEN, headers=FLOODING)
    html = await refused.text()
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) == math.ceil(rate.apart)
    assert say(language, "web.limited.text") in html
    assert "For &lt;få&gt; folk" in html
    assert '<option value="risk" selected>' in html
    assert refused.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in refused.headers["Content-Security-Policy"]
    with stores.inputs.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM sent_form").scalar() == 0
    assert (await client.post(f"{path}?lang={language}", data=WRITTEN, headers=OTHER)).status == 200


@pytest.mark.parametrize("said", [{"choice": "notification"}, {"way": "hand_over", "heard": "x"}])
async def test_who_is_kept_out_keeps_the_unit_and_that_it_is_a_notification(
    pages: tuple[TestClient[Any, Any], Door], said: dict[str, str]
) -> None:
    client, door = pages
    for _ in range(SENDING.at_once):
        door.limits.count("198.51.100.0/24", SENDING)
    refused = await client.post("/innspill", data={**WRITTEN, "unit": "Havn & <kai>", **said}, headers=FLOODING)
    html = await refused.text()
    assert refused.status == 429
    assert '<option value="Havn &amp; &lt;kai&gt;" selected>' in html
    assert '<option value="notification" selected>' in html


async def test_whoever_tries_codes_is_stopped_and_another_network_reads_its_answer(
    pages: tuple[TestClient[Any, Any], Door], stores: Stores
) -> None:
    client, door = pages
    code = anonymous_input.submit(stores.inputs, About("osu2020", "goals", NOW.date()), "Hei")
    for _ in range(WRONG_CODES.at_once):
        door.limits.count("198.51.100.0/24", WRONG_CODES)
    refused = await client.post("/innspill/svar", data={"code": "1234567890123456"}, headers=FLOODING)
    assert refused.status == 429
    assert say("nb", "web.limited.text") in await refused.text()
    read = await client.post("/innspill/svar", data={"code": code}, headers=OTHER)
    assert read.status == 200
    assert "Hei" in await read.text()
    for _ in range(3):
        assert (await client.post("/innspill/svar", data={"code": code}, headers=OTHER)).status == 200


async def test_bodies_that_come_slowly_take_no_more_room_than_so_much(
    pages: tuple[TestClient[Any, Any], Door], stores: Stores
) -> None:
    client, door = pages
    going_on = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"topic=risk&text="
        await going_on.wait()
        yield b"Hei"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    slow = [
        asyncio.create_task(client.post("/innspill/sjekk", data=slowly(), headers=FLOODING | form))
        for _ in range(READ_AT_ONCE)
    ]
    while sum(door.limits._being_read.values()) < READ_AT_ONCE:
        await asyncio.sleep(0.01)
    assert (await client.post("/innspill/sjekk", data=WRITTEN, headers=FLOODING)).status == 429
    assert (await client.post("/innspill/sjekk", data=WRITTEN, headers=OTHER)).status == 200
    going_on.set()
    assert {answer.status for answer in await asyncio.gather(*slow)} == {200}
    assert (await client.post("/innspill/sjekk", data=WRITTEN, headers=FLOODING)).status == 200
    assert not door.limits._being_read


async def test_a_page_that_is_opened_too_often_is_refused_too(pages: tuple[TestClient[Any, Any], Door]) -> None:
    client, door = pages
    for _ in range(LOOKING.at_once):
        door.limits.count("198.51.100.0/24", LOOKING)
    for path in ("/innspill", "/innspill/svar"):
        assert (await client.get(path, headers=FLOODING)).status == 429
        assert (await client.get(path, headers=OTHER)).status == 200


def request(peer: str, forwarded: list[str]) -> Any:
    headers = CIMultiDict([("X-Forwarded-For", one) for one in forwarded])
    made = make_mocked_request("GET", "/innspill", headers=headers)
    return made.clone(remote=peer)


def key_of(counted: Limits) -> bytes:
    """The name under which one network is counted now: another key gives another."""
    return counted._key_of("a", "x")
