"""Clocks that are off: order comes from evidence and only deadlines from times, so nothing is lost or comes twice."""

from typing import Final

import pytest

from tests.faults import plans
from tests.faults.invariants import breaches
from tests.faults.provider import Manner
from tests.faults.runs import LATE, PROMPT, ran
from tests.faults.setting import Setting

SLACK: Final = 2_000
MINUTES: Final = 120_000
SOON: Final = 90_000
"""By the queue's own delay."""
LATER: Final = 20 * 60_000
"""By a schedule."""


@pytest.mark.parametrize("slowest", [PROMPT, LATE])
@pytest.mark.parametrize("skew", [SLACK, MINUTES])
@pytest.mark.parametrize("ahead", [0, SOON, LATER])
def test_whatever_the_clocks_of_the_functions_say_nothing_is_lost(ahead: int, skew: int, slowest: int) -> None:
    manner = Manner(slowest=slowest)

    found = [
        (seed, breach)
        for seed in range(40)
        for breach in breaches(
            ran(Setting(messages=3, ahead=ahead, skew=skew, seed=seed, manner=manner), plans.drawn(seed, 150))
        )
    ]

    assert found == []


@pytest.mark.parametrize("seed", range(10))
def test_a_line_drains_whatever_the_clocks_of_those_who_stand_in_it(seed: int) -> None:
    world = ran(Setting(messages=60, every=0, rate=5, skew=MINUTES, seed=seed), plans.drawn(seed, 1_500))

    assert breaches(world) == []
    assert world.dead == []
