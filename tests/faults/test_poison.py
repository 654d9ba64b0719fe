"""Messages that kill who renders them: they end, and their neighbours are delivered."""

import json

import pytest

from heliograph.domain.dead_letter import LAPS
from heliograph.domain.status import Status
from heliograph.names import PUT_BACK
from tests.faults.invariants import breaches, duplicates
from tests.faults.lethal import POISON, Lethal
from tests.faults.setting import Setting
from tests.faults.world import RECEIVES, Sent


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
    # Whatever was a dead letter went back, or was dropped because its message had gone on.
    assert world.told[PUT_BACK] <= len(world.dead)


def test_one_poison_costs_its_lane_minutes_and_no_dead_letter() -> None:
    world = ran(25, 3)

    # Some of the first two receives meet it before anything is marked; then it has three visits, of which two render.
    assert world.killed <= 6
    assert world.dead == []


def test_what_cannot_be_read_stays_with_the_dead_letters_unchanged_and_harms_nobody() -> None:
    world = Lethal(Setting(messages=5, every=0))
    garbage = ["{", '{"v":2}']
    for queue, body in zip(("normal", "events"), garbage, strict=True):
        world.agenda.put(world.now, queue, body)

    world.run()

    assert breaches(world) == ["2 dead letters are left"]
    assert sorted(world.left()) == sorted(garbage)


def test_a_report_that_kills_who_takes_it_in_stays_and_all_others_are_taken_in() -> None:
    world = Lethal(Setting(messages=12, every=0))
    report = {"v": 1, "project": "demo", "integration": "i", "events": [], POISON: True}
    for seconds in range(6):
        world.agenda.put(world.now + seconds * 1000, "events", json.dumps(report))

    world.run()

    assert breaches(world) == ["6 dead letters are left"]
    assert [json.loads(body) for body in world.left()] == [report | {"lap": LAPS}] * 6
    assert world.killed <= 6 * RECEIVES * (LAPS + 1)
