"""The short form of `make torture`: the same code, a hostile platform and killed workers, in half a minute each."""

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import empty_database
from tests.torture import storm, weeks
from tests.torture.expected import Span, local
from tests.torture.workers import Haste

#: Long enough for an answer to be heard on a busy machine: what times out there is repeated, and rightly.
HASTE = Haste(timeout=4.0, lease=6.0, ahead=1.5, first_wait=0.2, longest_wait=1.0, tick=0.2)
PLAN = storm.Plan(
    seed=5,
    kills=4,
    people=30,
    replicas=3,
    pace=50,
    every=0.6,
    weather=0.5,
    away=1.5,
    haste=HASTE,
    patience=180,
)
ALONE = storm.Plan(**{**vars(PLAN), "kills": 3, "replicas": 1})
#: Asleep from Wednesday to Saturday, and then over the hour that does not exist.
DAYS = Span(
    "29 March, in short",
    local(date(2026, 3, 25), 4),
    local(date(2026, 3, 30), 18),
    sleeps=((local(date(2026, 3, 25), 8, 30), local(date(2026, 3, 28), 11)),),
    nights=(date(2026, 3, 29),),
    milestones=(date(2026, 3, 26), date(2026, 3, 28), date(2026, 3, 30), date(2026, 3, 31)),
)


@pytest.mark.parametrize(("kind", "plan"), [("postgresql", PLAN), ("sqlite", ALONE)])
def test_nothing_is_lost_and_nothing_sent_twice_in_a_storm_with_kills(
    kind: str, plan: storm.Plan, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    figures, broken = storm.run(plan, empty_database(request, kind, tmp_path), tmp_path)
    assert broken == []
    assert figures["lost"] == 0
    assert figures["kills"] >= plan.kills
    assert figures["sent"] > 0


def test_three_replicas_do_what_is_due_once_over_a_change_of_the_clock_and_a_long_sleep(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    figures, broken = weeks.run(DAYS, 3, 3, empty_database(request, "postgresql", tmp_path), tmp_path)
    assert broken == []
    assert (figures["missing"], figures["twice"]) == (0, 0)
    assert figures["sent"] > 0
    assert figures["skipped"] > 0, "something was too late"
