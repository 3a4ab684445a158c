"""The committed model is what its phrases make."""

import json

import pytest

from dialogs.understanding.intents import MODEL
from dialogs.understanding.learn import learned


@pytest.fixture(scope="module")
def stored() -> dict[str, object]:
    return dict(json.loads(MODEL.read_text("utf-8")))


def test_the_model_matches_its_phrases(stored: dict[str, object]) -> None:
    made = json.loads(json.dumps(learned()))
    assert made["labels"] == stored["labels"]
    assert made["cooling"] == pytest.approx(stored["cooling"], abs=0.1)
    weights = stored["weights"]
    assert isinstance(weights, dict)
    cells = {(name, at): weight for name, row in weights.items() for at, weight in row.items()}
    again = {(name, at): weight for name, row in made["weights"].items() for at, weight in row.items()}
    # Another processor may round the last digit of a sum otherwise; another phrase moves whole weights.
    off = {cell for cell in cells.keys() | again.keys() if abs(cells.get(cell, 0) - again.get(cell, 0)) > 4}
    assert not off, "run make learn"
