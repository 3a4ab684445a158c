"""Where leaders find the page and the notice of what they sent."""

import pytest

from bot.web.render import render
from dialogs.card import Text, Written
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen til kickoff."}


def send(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send()


def test_a_leader_finds_them_on_the_report_and_the_address_stays(turns: CheckedTurns, leader: Talk) -> None:
    turns.public_url = "https://bot.kommunen.example"
    send(leader)
    found = [leader.press("announcement.notice"), leader.act("announcement.notice", announcement=1)]
    links = [[line[0].address for block in card.blocks if isinstance(block, Written) for line in block.lines]
             for card in found]  # fmt: skip
    assert links[0] == links[1]
    page, notice = links[0]
    assert page.startswith("https://bot.kommunen.example/melding/")
    assert notice == f"{page}/oppslag?lang=nb"


def test_without_a_public_address_the_path_is_told(leader: Talk) -> None:
    send(leader)
    card = leader.press("announcement.notice")
    said = card.as_text()
    assert ": /melding/" in said
    paths = [block.path for block in card.blocks if isinstance(block, Text) and block.path]
    assert [path.rpartition("/")[2].partition("?")[0] == "oppslag" for path in paths] == [False, True]
    assert all(f'<a href="{path}"' in render(card) for path in paths)
    assert "https://" not in said


def test_nobody_else_is_shown_them(leader: Talk, employee: Talk) -> None:
    send(leader)
    assert employee.act("announcement.notice", announcement=1).outcome == "refused"
    assert "/melding/" not in employee.shown[0].as_text()


@pytest.mark.parametrize("key", [1, 2, 0, -1, "1", None, True])
def test_a_draft_or_what_never_was_has_none(leader: Talk, key: object) -> None:
    leader.act("announcement.preview", **WRITTEN)
    assert leader.act("announcement.notice", announcement=key).outcome == "refused"
