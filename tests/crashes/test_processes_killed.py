"""The short form of `make kills`."""

import random
from typing import Final

from local.host import Host
from tests.crashes.bursts import run
from tests.e2e.service import Service

KILLS: Final = 12
WITHIN: Final = 480
"""Seconds: a message whose every wake-up died is found by the sweep, five minutes after it was due."""


def test_a_burst_is_delivered_whole_although_processes_of_all_functions_are_killed(
    host: Host, service: Service
) -> None:
    chance = random.Random(7)  # noqa: S311  # the same choices in every run

    found = run(service, kills=KILLS, every=0.7, callers=4, pace=0.3, chance=chance, within=WITHIN)

    assert found.kills.total() == KILLS
    assert found.messages >= KILLS
    assert found.lost == ()
    assert found.twice <= KILLS
    assert host.dead_letters() == 0
