"""The icons that are committed are those that their sources draw."""

import pytest
from playwright.sync_api import Browser

from bot.teams import png
from bot.teams.app_package import ICONS
from bot.teams.package_checks import SIDES
from tests.draw_icons import drawn

#: How far a sample may be from the committed one: versions of the browser smooth edges differently.
NEAR = 40


@pytest.mark.parametrize("name", SIDES)
def test_the_committed_icon_is_the_one_its_source_draws(chromium: Browser, name: str) -> None:
    committed = png.read((ICONS / f"{name}.png").read_bytes())
    anew = png.read(drawn(chromium, ICONS / f"{name}.svg", SIDES[name]))
    assert (anew.width, anew.height) == (committed.width, committed.height)
    furthest = max(
        abs(one - other)
        for pixel, drawn_pixel in zip(committed.pixels, anew.pixels, strict=True)
        for one, other in zip(pixel, drawn_pixel, strict=True)
    )
    assert furthest <= NEAR, "run make icons"
