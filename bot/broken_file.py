"""What is wrong with a file, told on the command line: each problem with its line, and what to do about it."""

import sys
from collections.abc import Iterable
from pathlib import Path

from dialogs.card import Language
from dialogs.words import say
from storage.programme_file import Problem


def tell_problems(problems: Iterable[Problem], path: Path, language: Language) -> None:
    for problem in problems:
        said = say(language, problem.key, **problem.values)
        print(f"{path}:{problem.line}: {said} {say(language, problem.remedy, **problem.values)}", file=sys.stderr)
