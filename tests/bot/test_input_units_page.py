"""The page's choice of a unit: listed from a moment ago, and held to what may be named now."""

from datetime import UTC, date, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.web import inputs
from storage import employees
from storage.employees import Listed


def work(stores: Stores, unit: str) -> None:
    """The people file, of which these are all."""
    people = [Listed(f"{unit}-{number}", None, "", unit=unit) for number in range(8)]
    with stores.database.writing() as session:
        employees.save(session, "osu2020", people, date(2020, 11, 24))


async def test_the_list_may_be_a_minute_old_and_what_is_sent_is_held_to_the_units_of_now(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(stores, "Havna")
    app = make_app(stores, DemoClock(datetime(2020, 11, 24, 8, tzinfo=UTC)), "osu2020")
    fields = {"topic": "risk", "text": "Det går for fort", "form": "f1"}
    async with TestClient(TestServer(app)) as browser:

        async def listed() -> list[str]:
            html = await (await browser.get("/innspill")).text()
            return [unit for unit in ("Havna", "Kaia") if f'<option value="{unit}"' in html]

        assert await listed() == ["Havna"]
        work(stores, "Kaia")
        assert await listed() == ["Havna"]
        for unit, status in (("Havna", 422), ("Kaia", 200)):
            for path in ("/innspill/sjekk", "/innspill"):
                answer = await browser.post(path, data={**fields, "unit": unit})
                assert answer.status == status, (unit, path)
        monkeypatch.setattr(inputs, "LISTED_FOR", 0.0)
        assert await listed() == ["Kaia"]
