"""Messages that kill who renders them: they end, and their neighbours are delivered."""

import pytest

from heliograph.domain.status import Status
from tests.faults.invariants import breaches, duplicates
from tests.faults.lethal import POISON, Lethal
from tests.faults.world import Sent, Setting


def ran(messages: int, *poison: int, seed: int = 0) -> Lethal:
    world = Lethal(Setting(messages=messages, every=0, names=dict.fromkeys(poison, POISON), seed=seed))
    world.run()
    return world


def wrong(world: Lethal, *poison: int) -> list[str]:
    """Breaches of those that are no poison."""
    guilty = tuple(f"key-{number} " for number in poison)
    return [breach for breach in breaches(world) if not breach.startswith(guilty)]


def ending(world: Lethal, sent: Sent) -> tuple[str, str]:
    item = world.item(sent.accepted)
    assert item is not None
    last = item["t0"]["M"]
    return last["st"]["S"], last["r"]["S"]


@pytest.mark.parametrize("poison", [(0,), (9,), (3, 4), (0, 5, 11, 12), tuple(range(10))])
def test_the_guilty_end_and_all_their_neighbours_are_delivered(poison: tuple[int, ...]) -> None:
    world = ran(25, *poison)

    assert wrong(world, *poison) == []
    assert {ending(world, world.sent[str(number)]) for number in poison} == {(Status.FAILED, "internal")}
    assert duplicates(world) == 0
    assert world.left() == []
