"""python -m bot rules: what a programme's rules of composition find in its file, one a line; needs no database."""

import sys
from pathlib import Path

from bot.broken_file import tell_problems
from bot.settings import PROGRAMMES
from dialogs import compositions
from dialogs.card import Language
from dialogs.words import say
from storage import programme_file
from storage.compositions import findings
from storage.programme_file import BrokenFile
from storage.programme_rows import composed_of, rules_of


def run(programme: str, language: Language) -> int:
    """Prints the findings of that programme, named by its key or its file; returns the exit code: 0 also where there
    are some, for a finding is possible and no mistake."""
    path = Path(programme) if programme.endswith((".yaml", ".yml")) else PROGRAMMES / f"{programme}.yaml"
    try:
        content = programme_file.read(path).content
    except FileNotFoundError:
        return _complain(say(language, "command.load.missing", file=path))
    except BrokenFile as broken:
        tell_problems(broken.problems, path, language)
        return _complain(say(language, "command.load.broken", file=path, count=len(broken.problems)))
    rules = list(rules_of(content))
    found = findings(rules, composed_of(content))
    for one in found:
        print(compositions.line(one, language))
    if not found:
        print(say(language, "command.rules.none" if rules else "command.rules.no_rules", file=path), file=sys.stderr)
    return 0


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1
