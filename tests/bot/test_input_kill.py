"""The process is killed right after a receipt, and while it releases: no input is lost, none is there twice."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import ClientSession
from cryptography.fernet import Fernet
from sqlmodel import select

from storage import anonymous_input, input_release
from storage.anonymous_input import Input, InputStore, WaitingInput
from storage.database import Database
from tests.bot.platform import BotProcess, Platform
from tests.conftest import inputs_database
from tests.releasing import OSU, SET

#: Sends inputs and tells each receipt as soon as it has it, while another thread releases what there is all the time.
SENDS = """
import sys, threading
from datetime import date, timedelta
from storage import anonymous_input, input_release
from storage.anonymous_input import About, InputStore
from storage.database import Database
from tests.releasing import OSU, SET
address, key, name, week = sys.argv[1:]
# A day passes at each look: nothing is to be old enough to be forgotten.
OSU.inputs_kept_weeks = 5200
store = InputStore(Database(address), key)
def release():
    now = SET + timedelta(weeks=int(week))
    while True:
        now += timedelta(days=1)
        input_release.look(store, OSU, now)
        input_release.erase(store)
threading.Thread(target=release, daemon=True).start()
number = 0
while True:
    number += 1
    about = About("osu2020", "risk", date(2020, 11, 24), form=f"{name}-{number}")
    print(anonymous_input.submit(store, about, f"{name}-{number}"), flush=True)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kill_9_right_after_a_receipt_loses_no_input(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    address, key = inputs_database(request, kind, tmp_path), Fernet.generate_key().decode()
    store = InputStore(Database(address), key)
    input_release.look(store, OSU, SET)
    receipts: dict[str, str] = {}
    for life in range(3):
        command = (sys.executable, "-c", SENDS, address, key, f"life-{life}", str(100 * life))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
            assert process.stdout is not None
            shown = [process.stdout.readline() for _ in range(7 + life)]
            process.kill()
            # What it told before it died counts as shown, too.
            shown += process.stdout.read().splitlines()
        receipts |= {f"life-{life}-{number}": code.strip() for number, code in enumerate(shown, start=1)}
    for text, code in receipts.items():
        found = anonymous_input.find(store, code)
        assert found is not None, text
        assert found.text == text
    with store.database.reading() as session:
        released = [store.opened(row.sealed_text) for row in session.exec(select(Input))]
        waiting = [store.opened(row.sealed_text) for row in session.exec(select(WaitingInput))]
    assert released, "some were released while others came"
    assert max(Counter(released + waiting).values()) == 1
    # At most one a life was stored whose receipt nobody saw.
    assert len(receipts) <= len(released) + len(waiting) <= len(receipts) + 3
    store.database.close()


async def test_the_bot_itself_loses_no_input_by_kill_9_right_after_the_receipt(tmp_path: Path) -> None:
    platform = Platform(marked="", delay=0.0)
    runner = await platform.open()
    async with ClientSession() as client:
        bot = BotProcess(client, platform, tmp_path)
        try:
            await bot.start()
            page = await bot.send_form("/innspill", topic="risk", text="Det går for fort", form="a" * 16)
            bot.kill()
            code = re.search(r'class="code">([\d ]+)<', page)
            assert code is not None
            await bot.start()
            assert "Det går for fort" in await bot.send_form("/innspill/svar", code=code[1])
        finally:
            bot.kill()
            await runner.cleanup()
