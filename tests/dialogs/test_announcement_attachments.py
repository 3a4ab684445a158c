"""A leader adds a picture and a link, which everyone gets, told in words."""

import pytest

from bot.email.render import letter
from bot.teams.render import adaptive_card
from bot.turns import Turns
from bot.web.render import render
from dialogs.card import Card, Picture
from tests.dialogs import test_approvals, test_planned
from tests.dialogs.test_announcement_versions import ENGLISH, FIRST, cards, write
from tests.dialogs.test_approvals import asked
from tests.dialogs.test_planned import sent
from tests.talk import Talk

turns = test_planned.turns
other = test_approvals.other

PICTURE = {"picture_address": "https://example.org/kart.png", "picture_alt": "Kart over de nye lokalene"}
LINK = {"link_address": "https://example.org/avtale", "link_title": "Les avtalen"}


def attach(leader: Talk, **form: str) -> Card:
    leader.press("announcement.parts")
    leader.press("announcement.attach")
    return leader.press("announcement.attached", **form)


def test_everyone_gets_the_picture_in_words_too_and_the_link_by_its_name(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    attach(leader, **PICTURE, **LINK)
    leader.send()
    card = cards(turns)["nb"]
    (drawn,) = [one for one in adaptive_card(card)["body"] if one["type"] == "Image"]
    assert (drawn["url"], drawn["altText"]) == (PICTURE["picture_address"], PICTURE["picture_alt"])
    html, mail = render(card), letter(card, "https://example.org/av", "https://example.org/tema")
    for told in (*PICTURE.values(), *LINK.values()):
        assert told in html
        assert told in mail.html
        assert told in mail.plain


def test_each_language_has_its_own_words_for_the_picture_and_the_link(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    attach(leader, **PICTURE, **LINK)
    write(leader, "en", **ENGLISH, picture_alt="Map of the new offices", link_title="")
    leader.send()
    text = cards(turns)["en"].as_text()
    assert "Map of the new offices" in text
    assert "Les avtalen" in text
    assert "Kart over de nye lokalene" in cards(turns)["nn"].as_text()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"picture_alt": ""}, "picture_alt", "Skriv hva bildet viser"),
        ({"picture_address": "http://example.org/kart.png"}, "picture_address", "https://"),
        ({"picture_address": "https://example.org/kart.pdf"}, "picture_address", "ikke adressen til et bilde"),
        ({"picture_address": ""}, "picture_address", "ikke hvor det er"),
        ({"link_title": ""}, "link_title", "hva lenken heter"),
        ({"link_address": "ftp://example.org"}, "link_address", "https://"),
        ({"link_address": ""}, "link_address", "ikke hvor den går"),
        ({"film": "uncaptioned"}, "film", "må tekstes"),
        ({"link_address": "https://youtu.be/abc"}, "film", "Si fra om den er tekstet"),
    ],
)
def test_a_form_that_breaks_a_rule_comes_back_as_filled_in(
    leader: Talk, turns: Turns, wrong: dict[str, str], field: str, said: str
) -> None:
    leader.act("announcement.preview", **FIRST)
    form = {**PICTURE, **LINK, "film": "none", **wrong}
    card = attach(leader, **form)
    assert card.outcome == "refused"
    assert {question.name: question.error for question in card.questions if question.error}.keys() == {field}
    assert said in next(question.error for question in card.questions if question.error)
    assert {question.name: question.value for question in card.questions} == form


def test_a_film_without_captions_stops_the_announcement_until_it_has_them(leader: Talk, turns: Turns) -> None:
    film = {"title": "Filmen", "text": "Se [filmen](https://vimeo.com/1) om flyttingen."}
    leader.act("announcement.preview", **film)
    card = leader.send()
    assert card.outcome == "refused"
    assert "om filmen er tekstet" in card.title
    assert sent(turns) == 0
    leader.act("announcement.open", announcement=1)
    attach(leader, film="captioned")
    leader.send()
    assert sent(turns) == 1


def test_a_picture_that_was_added_needs_approval_anew(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    leader.send()
    approving = next(b for b in asked(turns, other).buttons if b.action == "announcement.approve")
    leader.act("announcement.attached", announcement=1, **PICTURE)
    assert other.press(approving).outcome == "refused"
    leader.send()
    request = asked(turns, other)
    assert [block.alt for block in request.blocks if isinstance(block, Picture)] == [PICTURE["picture_alt"]]


def test_an_employee_attaches_nothing(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    for action in ("announcement.parts", "announcement.attach", "announcement.attached"):
        assert employee.act(action, announcement=1, **PICTURE).did == "refuse_not_leader"


def test_the_longest_of_everything_is_shown_whole_on_teams(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", title="ø" * 120, text="ø " * 1999 + "å")
    longest = {"picture_address": f"https://example.org/{'k' * 476}.png", "picture_alt": "ø" * 300}
    attach(leader, **longest, link_address=f"https://example.org/{'k' * 480}", link_title="ø" * 100)
    leader.send()
    drawn = str(adaptive_card(cards(turns)["nb"]))
    for whole in ("k" * 476, "ø" * 300, "k" * 480, "å"):
        assert whole in drawn
    assert "bare begynnelsen" not in drawn
