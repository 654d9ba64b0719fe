"""One run, and what was wrong with it."""

from typing import Final

from tests.faults.invariants import breaches
from tests.faults.provider import SECOND
from tests.faults.setting import ADDRESSES, Setting
from tests.faults.sites import Plan
from tests.faults.world import World

CHANNELS: Final = sorted(ADDRESSES)
PROMPT: Final = 5 * SECOND
LATE: Final = 2 * 3_600 * SECOND
"""Reports that come after the wait for a receipt is over."""


def ran(setting: Setting, plan: Plan) -> World:
    """A world at rest."""
    world = World(setting, plan)
    world.run()
    return world


def wrong(setting: Setting, plan: Plan) -> list[str]:
    """What is wrong after a run, with the plan that shows it."""
    return [f"{breach} ({dict(plan)})" for breach in breaches(ran(setting, plan))]
