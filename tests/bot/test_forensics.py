"""The short form of `python -m tests.forensics`: the same code with fewer inputs. Nothing of who wrote them remains,
and each leak that is planted is found."""

import math
import os
import random
from pathlib import Path

import numpy as np
import pytest
from cryptography.fernet import Fernet

from storage.database import Database
from tests.forensics import leaks, linking
from tests.forensics.finding import Needles, carved, commits
from tests.forensics.running import Outcome, run
from tests.forensics.world import Scale

ENGINES = ("sqlite", "postgresql")
#: What is searched with nothing planted, and with every leak. Each takes a minute of a processor: PostgreSQL, and the
#: leaks, which are others on each, join where FORENSICS=1 asks for them, and in `make forensics`, with LEAK=each.
SEARCHED = ENGINES if os.environ.get("FORENSICS") else ("sqlite",)
LEAKY = ENGINES if os.environ.get("FORENSICS") else ()
SCALE = Scale(inputs=60, turns=200, people=45, weeks=1)
#: What each leak is found by on either kind of database, and on one of them.
FOUND_BY = {
    "second": ("a precise time: arrival.at", "order of inputs.arrival.at by when"),
    "log": ("a line of the log at that moment",),
    "metric": ("of a person: plain: answer to /metrics",),
    "size": ("size of inputs.input.sealed_text by characters",),
    "outbox": ("of an input: text, sha256",),
    "receipt": ("of an input: receipt, base64",),
    "error": ("of an input: text, plain: log of the process",),
}
ON = {
    "sqlite": {
        **FOUND_BY,
        "transaction": ("same transaction in main.db-wal",),
        "order": ("order of inputs.input._rowid by when",),
    },
    "postgresql": {
        **FOUND_BY,
        "transaction": ("order of main.stored_input._xmin by when",),
        "order": ("order of inputs.input._ctid by when",),
        "sending": ("stands after one of the inputs' database",),
    },
}


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, bool], Outcome]:
    """What was found by kind of database, and by whether leaks were planted: each is run once."""
    return {}


@pytest.fixture
def outcome(request: pytest.FixtureRequest, outcomes: dict[tuple[str, bool], Outcome], tmp_path: Path) -> Outcome:
    kind, is_leaky = request.param
    if kind == "postgresql":
        request.getfixturevalue("postgresql")
    if request.param not in outcomes:
        outcomes[request.param] = run(kind, tmp_path, SCALE, 1, leaks.LEAKS if is_leaky else ())
    return outcomes[request.param]


@pytest.mark.parametrize("outcome", [(kind, False) for kind in SEARCHED], indirect=True, ids=SEARCHED)
def test_nothing_that_is_left_behind_tells_who_wrote_an_input(outcome: Outcome) -> None:
    assert outcome.hits == []
    assert outcome.linked() == []
    for way in ("by chat", "by Slack", "by the page"):
        assert outcome.figures[f"inputs {way}"] >= 8
    for what in ("inputs begun in a channel", "inputs that name a unit", "handed over by their writer", "e-mails"):
        assert outcome.figures[what] > 0
    for what in ("answer", "message", "status", "theme", "notification", "replies"):
        assert outcome.figures[f"done: {what}"] > 0
    assert outcome.figures["sealed pieces opened"] > 0, "the key opens what is stored, so that it can be searched"
    assert outcome.figures["inputs in the median one"] > 2
    assert outcome.figures["attacks"] > 100


@pytest.mark.parametrize(
    ("outcome", "signs"),
    [pytest.param((kind, True), signs, id=f"{kind}-{leak}") for kind in LEAKY for leak, signs in ON[kind].items()],
    indirect=["outcome"],
)
def test_a_leak_that_is_planted_is_found(outcome: Outcome, signs: tuple[str, ...]) -> None:
    found = [*outcome.hits, *(attack.name for attack in outcome.linked())]
    assert [sign for sign in signs if not any(sign in one for one in found)] == []


def test_every_leak_is_looked_for() -> None:
    assert set(leaks.LEAKS) == {leak for signs in ON.values() for leak in signs}


def test_what_chance_matches_is_counted_exactly() -> None:
    sizes = [(3, 3), (2, 4)]
    orders = [[0, 1, 2], [0, 1, 2, 3]]
    chance, draws = random.Random(1), 40_000
    counted = np.zeros(6)
    for _ in range(draws):
        right = 0
        for (guessed, _size), order in zip(sizes, orders, strict=True):
            drawn = chance.sample(order, len(order))
            right += sum(drawn[place] == place for place in range(guessed))
        counted[: right + 1] += 1
    for right in range(6):
        expected = linking.at_least(right, sizes)
        assert counted[right] / draws == pytest.approx(expected, abs=5 * math.sqrt(0.25 / draws))
    assert linking.at_least(200, [(200, 200)]) == pytest.approx(1 / math.factorial(200))


def test_an_attack_on_chance_is_as_seldom_right_as_it_says() -> None:
    chance = np.random.default_rng(1)
    strata = [list(range(start, start + 8)) for start in range(0, 80, 8)]
    p = [
        attack.p
        for _ in range(4000)
        if (attack := linking.correlated("chance", chance.random(80).tolist(), chance.random(80).tolist(), strata))
    ]
    for limit in (0.1, 0.01, 0.001):
        assert np.mean(np.array(p) < limit) <= limit + 4 * math.sqrt(limit / len(p))


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_an_order_that_half_of_them_keep_is_found(share: float) -> None:
    chance = random.Random(1)
    when = [float(place) for place in range(200)]
    stored, strata = list(when), [list(range(start, start + 10)) for start in range(0, 200, 10)]
    for places in strata:
        moved = [place for place in places if chance.random() >= share]
        for place, value in zip(moved, chance.sample(moved, len(moved)), strict=True):
            stored[place] = float(value)
    attack = linking.correlated("order", stored, when, strata)
    assert attack is not None
    assert attack.p < linking.LIMIT / 1000


def test_each_transaction_in_sqlites_log_is_read(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE one (key TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.commit()
        for word in ("kvistlyng", "fossegrim"):
            connection.exec_driver_sql("INSERT INTO one VALUES (?)", (word,))
            connection.commit()
    log = (tmp_path / "one.db-wal").read_bytes()
    needles = Needles()
    for word in ("kvistlyng", "fossegrim"):
        needles.add(word.encode(), word)
    seen = [{hit.what for page in commit.pages for hit in needles.hits("", page)} for commit in commits(log)]
    assert seen[-2:] == [{"kvistlyng"}, {"kvistlyng", "fossegrim"}]
    database.close()


def test_a_piece_of_what_is_sealed_is_opened_and_dated() -> None:
    key = "A" * 43 + "="
    sealed = Fernet(key).encrypt_at_time(b"Vaktene tar for lang tid" * 40, 7)
    (found,) = carved("a page", b"\0" * 9 + sealed[:500], key)
    assert (found.offset, found.sealed_at) == (9, 7)
    assert found.begins.startswith(b"Vaktene tar for lang tidVaktene")
