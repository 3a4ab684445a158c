"""What is committed of words and model is what words and phrases make."""

import json
import os

import pytest

from dialogs.understanding.learn import known_words, learned, seal, taught_by
from dialogs.understanding.stored import KNOWN, MODEL, model, scores_of, weights_of


@pytest.fixture(scope="module")
def stored() -> dict[str, object]:
    return dict(json.loads(MODEL.read_text("utf-8")))


def test_the_known_words_are_those_of_words_and_phrases() -> None:
    assert known_words() == json.loads(KNOWN.read_text("utf-8")), "run make learn"


def test_the_model_is_learnt_from_what_the_phrases_are_now(stored: dict[str, object]) -> None:
    assert stored["taught_by"] == taught_by(), "run make learn"
    assert stored["seal"] == seal(stored), "run make learn: the weights are not those that were learnt"


@pytest.mark.skipif(not os.environ.get("RELEARN"), reason="takes a minute: RELEARN=1 learns it anew")
def test_the_model_matches_its_phrases(stored: dict[str, object]) -> None:
    made = json.loads(json.dumps(learned()))
    assert made["labels"] == stored["labels"]
    assert made["cooling"] == pytest.approx(stored["cooling"], abs=0.1)
    cells, again = _cells(stored["weights"]), _cells(made["weights"])
    # Another processor may round the last digit of a sum otherwise; another phrase moves whole weights.
    off = {cell for cell in cells.keys() | again.keys() if abs(cells.get(cell, 0) - again.get(cell, 0)) > 4}
    assert not off, "run make learn"


def test_the_scores_of_features_are_the_sums_of_their_weights() -> None:
    features = [line.partition("\t")[0] for line in model().weights[::500]]
    expected = [0] * (len(model().labels) + 1)
    for at, weight in (one for feature in features for one in weights_of(feature)):
        expected[at] += weight

    assert min(expected) < 0 < max(expected), "some speak against and some for a label"
    assert scores_of([*features, "no such feature"]) == expected
    assert scores_of([]) == [0] * len(expected)


def _cells(weights: object) -> dict[tuple[str, int], int]:
    assert isinstance(weights, str)
    lines = [line.partition("\t") for line in weights.split("\n")]
    rows = {name: list(map(int, row.split())) for name, _, row in lines}
    return {(name, at): weight for name, row in rows.items() for at, weight in zip(row[::2], row[1::2], strict=True)}
