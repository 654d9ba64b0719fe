"""Plans of faults: one at every site, all pairs, or drawn at random from a seed."""

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Final

from tests.faults.setting import Setting
from tests.faults.sites import Fault, Plan
from tests.faults.world import World

MOST: Final = 10
"""Faults of a random plan."""


def sites(setting: Setting) -> int:
    """How many sites a run without faults passes."""
    world = World(setting, {})
    world.run()
    return world.seam.site


def single(setting: Setting) -> Iterator[Plan]:
    """Every fault at every site, one at a time."""
    return ({site: fault} for site in range(sites(setting)) for fault in Fault)


def pairs(setting: Setting) -> Iterator[Plan]:
    """Every two faults at every two sites."""
    for one, other in combinations(range(sites(setting)), 2):
        yield from ({one: first, other: second} for first in Fault for second in Fault)


def drawn(seed: int, among: int) -> Plan:
    """Two to ten faults at sites below *among*, the same for the same seed."""
    random = Random(seed)  # noqa: S311 # a plan must be repeatable
    chosen = random.sample(range(among), min(among, random.randint(2, MOST)))
    return {site: random.choice(list(Fault)) for site in chosen}
