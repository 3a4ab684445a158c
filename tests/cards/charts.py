"""Draws every programme's pictures in every look, for looking at: python -m tests.cards.charts [PART OF A NAME].

Leaves build/charts/<programme>-<picture>-<language>-<theme>-<width>.png.
"""

import shutil
import sys
from datetime import date
from itertools import product
from pathlib import Path

from bot.drawing.every import draw
from bot.drawing.paper import THEMES, WIDTHS, Paper, png
from bot.settings import PROGRAMMES
from dialogs.card import LANGUAGES
from dialogs.charts import CHARTS, is_empty
from storage import loading, migrating, programme_file, programmes
from storage.database import Database

PICTURES = Path(__file__).parents[2] / "build" / "charts"
#: A day within each programme.
DAYS = {"osu2020": date(2020, 11, 24), "os2019": date(2019, 2, 1), "ou2021": date(2021, 5, 20)}


def main(part: str) -> int:
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    database = Database("sqlite://")
    migrating.migrate(database, "main")
    with database.writing() as session:
        for key, day in DAYS.items():
            loading.load(session, programme_file.read(PROGRAMMES / f"{key}.yaml"))
            name = programmes.get(session, key).name
            for which, language, theme, width in product(CHARTS, LANGUAGES, THEMES, WIDTHS):
                called = f"{key}-{which}-{language}-{theme}-{width}"
                chart = CHARTS[which](session, key, name, language, day)
                if part in called and not is_empty(chart):
                    paper = Paper(THEMES[theme], WIDTHS[width])
                    (PICTURES / f"{called}.png").write_bytes(png(draw(chart, paper)))
    print(f"{len(list(PICTURES.iterdir()))} pictures: {PICTURES}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
