"""Faults together, and services that are gone for a while."""

from typing import Final

import pytest

from heliograph.domain.model import Channel
from tests.faults import plans
from tests.faults.invariants import breaches, duplicates
from tests.faults.provider import Manner
from tests.faults.runs import CHANNELS, LATE, PROMPT, ran, wrong
from tests.faults.setting import Setting

SEEDS: Final = 300
SITES: Final = 90
"""A little more than three messages pass, so that plans reach the retries too."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_ten_faults_anywhere_lose_nothing(channel: Channel) -> None:
    found = []
    for seed in range(SEEDS):
        manner = Manner(honours_key=seed % 2 == 1, slowest=LATE if seed % 3 == 0 else PROMPT, copies=1 + seed % 3)
        setting = Setting(channel=channel, messages=3, manner=manner, lag=seed % 7, seed=seed, doubled=0.2)
        found += wrong(setting, plans.drawn(seed, SITES))

    assert found == []


@pytest.mark.parametrize("begins", [0, 500, 1_500, 3_000])
def test_a_minute_of_throttled_dynamodb_sends_nothing_twice_and_loses_nothing(begins: int) -> None:
    setting = Setting(messages=30, every=200, outages=((begins, begins + 60_000, "dynamodb"),))

    world = ran(setting, {})

    assert breaches(world) == []
    assert duplicates(world) == 0
    assert all(one.accepted for one in world.sent.values())


def test_queues_that_are_gone_for_minutes_only_make_it_late() -> None:
    setting = Setting(messages=10, outages=((0, 300_000, "sqs"),))

    world = ran(setting, {})

    assert breaches(world) == []
    assert duplicates(world) == 0
    assert all(one.accepted for one in world.sent.values())


def test_a_schedule_that_cannot_be_made_is_made_up_for_by_the_sweep() -> None:
    setting = Setting(messages=3, ahead=3_600_000, outages=((0, 60_000, "scheduler"),))

    world = ran(setting, {})

    assert breaches(world) == []
    assert len(world.provider.taken) == 3
