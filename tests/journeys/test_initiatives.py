"""An initiative from the idea to what everyone was told of it, the same on every channel."""

from datetime import datetime

import pytest
from sqlmodel import select

from bot.app import Stores
from storage.outbox import Kind, Message
from storage.prioritising import READY_MADE
from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS, Shown, Speaker, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture

TITLE = "Felles turnusverktøy"
IDEA = {
    "title": TITLE,
    "need": "Tre enheter fører turnus i hvert sitt regneark.",
    "for_whom": "Ansatte i turnus",
    "value": "Færre feil",
    "effort": "sprint",
    "known": "yes",
    "risk": "Dobbelt arbeid",
    "competences": "HR og IT",
    "releases": "To fra HR",
}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_proposed_lifted_weighed_ranked_refused_by_the_limit_and_told(
    office: Office,  # noqa: F811
    stores: Stores,
    channel: str,
) -> None:
    employee = await office.come(channel, "employee", 7)
    leader, other = await office.come(channel, "leader", 1), await office.come(channel, "leader", 2)
    await every(employee)
    await employee.press("initiative.propose")
    wrong = await employee.press("initiative.proposed", **{**IDEA, "need": " "})
    assert "Skriv hvilket behov" in wrong.text
    stored = await employee.press("initiative.proposed", **IDEA)
    assert f"Ideen «{TITLE}» er sendt inn" in stored.text
    key = stored.of("initiative.open")["values"]["initiative"]

    await step(leader, key, "lifted", why="Behovet er det samme i flere enheter.")
    lifted = await arrived(employee, lambda shown: "er løftet til felles nivå" in shown.text)
    assert "Behovet er det samme i flere enheter." in lifted.text

    await arrived(other, lambda shown: f"Gi poeng for «{TITLE}»" in shown.text)
    await other.press("initiative.score")
    await other.press("initiative.scored", **{f"points_{key}": "5" for key in READY_MADE})
    await every(leader)
    await leader.press("initiative.ranking")
    await leader.press("initiative.score")
    given = await leader.press("initiative.scored", **{f"points_{key}": "4" for key in READY_MADE})
    assert "Alle har gitt poeng" in given.text
    ranked = await arrived(employee, lambda shown: "er nummer 1 av 1" in shown.text)
    assert "Nummer 1 av 1, med 4,5 av 5 poeng." in ranked.text
    assert "2 har gitt poeng, og de er enige." in (await employee.press("initiative.why")).text

    for named in ("osu-ini-kommunegard", "osu-ini-ledelse", "osu-ini-kompetanse"):
        await step(leader, named, "start", known="yes", why="")
    refused = await step(leader, key, "start", known="yes", released="yes", why="")
    assert "Høyst 3 kan være i gang samtidig" in refused.text
    assert "Ledelsesutvikling" in refused.text

    office.clock.go(datetime.fromisoformat("2020-12-07T09:00+01:00"))
    told = await arrived(employee, lambda shown: "Topp 1 initiativ" in shown.text)
    assert "Rekkefølgen følger poengene" in told.text
    await employee.say("hva er topp 5?")
    await employee.press("told.on")
    day = await employee.press("told.on", day="7. desember 2020")
    assert "09:00 topp 5" in day.text
    again = await employee.press("told.one", message=number_of_top_list(stores))
    assert "Slik ble det sendt mandag 7. desember 2020 kl. 09:00" in again.text
    assert TITLE in again.text


async def every(somebody: Speaker) -> Shown:
    """The list of all initiatives, from the top 5."""
    await somebody.say("hva er topp 5?")
    return await somebody.press("initiative.list")


async def step(leader: Speaker, key: str, to: str, **form: str) -> Shown:
    """Takes the first step that the initiative's card offers."""
    await every(leader)
    await leader.press("initiative.open")
    opened = await leader.press("initiative.open", initiative=key)
    buttons = opened.buttons
    for button in [one for one in buttons if one["action"] == "initiative.move" and one["values"]["to"] != to]:
        buttons.remove(button)
    await leader.press("initiative.move")
    return await leader.press("initiative.moved", **form)


def number_of_top_list(stores: Stores) -> str:
    """What the choice of the top 5 sends: a speaker reads the titles of choices only."""
    with stores.database.reading() as session:
        return str(session.exec(select(Message.id).where(Message.kind == Kind.TOP_LIST)).one())
