"""Asks every question and prints how many were understood: ``make questions``.

Of every third question only the figures are shown, never the wording that failed: they tell whether what was mended
for the others carries over. ``--show`` prints the failures of the rest, ``--set`` chooses files.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import open_stores
from bot.clock import DemoClock
from bot.settings import PROGRAMMES, for_demo
from bot.teams.render import adaptive_card
from bot.turns import Turns
from storage import loading, programme_file
from tests.questions.scoring import Score, score
from tests.talk import Talk

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("SHARED", "../shared")) / "questions" / "dev.jsonl"
_SEEN = frozenset({"text", "title", "value", "label", "placeholder", "altText", "fallbackText"})
_HIDDEN = frozenset({"data", "id", "type"})


def questions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def is_for_validation(question: dict[str, Any]) -> bool:
    """Every third, by the number in its id: measured, never looked at."""
    return int(str(question["id"]).rsplit("-", 1)[1]) % 3 == 0


def opened(folder: Path, programme: str) -> Turns:
    """A bot with all three programmes in its database and one of them as everybody's."""
    stores = open_stores(for_demo(folder))
    with stores.database.writing() as session:
        for path in sorted(PROGRAMMES.glob("*.yaml")):
            loading.load(session, programme_file.read(path))
    return Turns(stores.database, stores.inputs, DemoClock(datetime.fromisoformat("2020-01-01T09:00+01:00")), programme)


def ask(turns: Turns, question: dict[str, Any]) -> Score:
    """Asks in a conversation of its own, by somebody who never asked before."""
    account = f"{question.get('user_role', 'employee')}-{question['id']}"
    talk = Talk(turns, account, datetime.fromisoformat(question["now"]))
    for text in [*question.get("previous", []), question["text"]]:
        talk.say(text)
    cards = [adaptive_card(card) for card in talk.shown]
    return score(question, "\n".join(_visible(cards)), talk.answered.understanding or {})


def _visible(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _visible(part)
    elif isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str) and name in _SEEN:
                yield value
            elif not isinstance(value, str) and name not in _HIDDEN:
                yield from _visible(value)


def run(asked: list[dict[str, Any]]) -> list[Score]:
    found = []
    for programme in sorted({question["programme"] for question in asked}):
        with tempfile.TemporaryDirectory() as folder:
            turns = opened(Path(folder), programme)
            found += [ask(turns, question) for question in asked if question["programme"] == programme]
            turns.close()
            turns.database.close()
    return found


def line(name: str, scores: list[Score]) -> str:
    """A line of figures over those scores."""

    def share(of: Callable[[Score], bool | None]) -> str:
        told = [bool(value) for value in map(of, scores) if value is not None]
        return f"{sum(told):3d}/{len(told):<3d} {sum(told) / len(told):6.1%}" if told else " " * 14

    columns = (lambda s: s.understood, lambda s: s.answered, lambda s: s.acted, lambda s: s.held_back)
    too_long = sum(one.too_long for one in scores)
    return f"{name:28s}" + "  ".join(map(share, columns)) + f"  {too_long or ''}"


def table(scores: list[Score]) -> str:
    """By intent, language and tag, then all, then every third."""
    by: dict[str, list[Score]] = {}
    for one in scores:
        tags = [f"tag {tag}" for tag in one.question.get("tags", [])]
        for name in (one.question["intent"], f"lang {one.question['lang']}", *tags):
            by.setdefault(name, []).append(one)
    lines = [f"{'':28s}intent          answered        acted           held back       too long"]
    lines += [line(name, by[name]) for name in sorted(by, key=lambda name: (name.split()[0] in ("lang", "tag"), name))]
    lines.append(line("ALL", scores))
    lines.append(line("every third (validation)", [one for one in scores if is_for_validation(one.question)]))
    return "\n".join(lines)


def failures(scores: list[Score]) -> Iterator[str]:
    for one in scores:
        if not one.is_right and not is_for_validation(one.question):
            asked, trace = one.question, one.trace
            yield (
                f"\n{asked['id']} [{asked['lang']} {asked['programme']} {asked['now']}] {asked.get('previous', '')} "
                f"{asked['text']!r}\n   intent {asked['intent']} got {trace.get('intent')} {trace.get('action')} "
                f"{trace.get('outcome')} {trace.get('values')}\n   missing {one.missing} said {one.said} "
                f"acted {one.acted} {'TOO LONG' if one.too_long else ''} expected "
                f"{ {key: value for key, value in asked['expect'].items() if key not in ('answer_any', 'source')} }\n"
                f"   > {one.reply[:300]!r}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs="*", type=Path, help="files of questions; all of them when left out")
    parser.add_argument("--show", action="store_true", help="print what failed, but for every third")
    parser.add_argument("--brief", action="store_true", help="only the last two lines of each table")
    wanted = parser.parse_args()
    paths = wanted.set or [*sorted(HERE.glob("*.jsonl")), *([SHARED] if SHARED.exists() else [])]
    own: list[Score] = []
    for path in paths:
        scores = run(questions(path))
        own += scores if path.parent == HERE else []
        shown = table(scores).splitlines()
        print(f"\n{path.name}: {len(scores)} questions", *(shown[-2:] if wanted.brief else shown), sep="\n")
        if wanted.show:
            print(*failures(scores), sep="\n")
    if len(paths) > 1 and own:
        print(f"\nall own questions: {len(own)}", table(own), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
