"""Every fact of the seeds is in the programme files or left out for a reason, and none of their sentences is copied."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import coverage_of_seeds


def test_every_fact_of_the_seeds_is_accounted_for():
    shared = os.environ.get("SHARED")
    if not shared:
        if os.environ.get("REQUIRE_SHARED") == "1":
            pytest.fail("REQUIRE_SHARED is set, but SHARED does not name the folder of the seeds")
        pytest.skip("SHARED does not name the folder of the seeds")
    account = coverage_of_seeds.account(Path(shared))
    assert (account.missing, account.copied) == ([], [])
    assert sum(account.found.values()) > 1000
