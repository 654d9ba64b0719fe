"""A provider that is out: a few calls learn it, the messages lie still at no cost, and all go out when it is back."""

from collections import Counter

import pytest

from heliograph.domain.circuit import OPENS_AT, PROBE_EVERY
from tests.faults import plans
from tests.faults.invariants import breaches, duplicates
from tests.faults.runs import ran
from tests.faults.setting import Setting
from tests.faults.sites import Plan
from tests.faults.world import World

OUT = 2 * 3_600_000
"""Milliseconds for which the provider is out."""


def outage(messages: int, *, plan: Plan | None = None, seed: int = 0) -> World:
    """A run in which the provider is out from the start, for two hours."""
    setting = Setting(messages=messages, every=100, outages=((0, OUT, "provider"),), seed=seed)
    return ran(setting, plan or {})


def test_an_outage_of_hours_loses_nothing_and_asks_the_provider_little() -> None:
    world = outage(200)

    assert breaches(world) == []
    assert duplicates(world) == 0
    refused = world.refused
    # The run that opens it, those that were on their way, and the probes.
    assert world.table.circuit()["cl"]
    assert refused < 3 * OPENS_AT + OUT // PROBE_EVERY // 8


def test_what_lies_still_is_neither_woken_nor_swept() -> None:
    world = outage(200)

    calls: Counter[str] = world.seam.passed
    # Four wake-ups: the first, one of a retry, and the one after the hold; the rest of two hours is silence.
    assert calls["sqs.send_message_batch"] < 4 * 200


def test_it_is_over_soon_after_the_provider_is_back() -> None:
    world = outage(50)

    first = min(min(times) for times in world.provider.times.values())
    last = max(max(times) for times in world.provider.times.values())
    assert first - world.began < OUT + 6 * 60_000
    assert last - first < 10 * 60_000


@pytest.mark.parametrize("seed", range(40))
def test_faults_during_an_outage_lose_nothing(seed: int) -> None:
    world = outage(25, plan=plans.drawn(seed, 900), seed=seed)

    assert breaches(world) == []
