"""The table is out for hours: nothing is lost, nothing goes out twice, no dead letter is left, and queues stay calm."""

import pytest

from tests.faults import plans
from tests.faults.invariants import breaches, duplicates
from tests.faults.lethal import Outage
from tests.faults.provider import Manner
from tests.faults.setting import Setting

HOUR = 3_600_000
MESSAGES = 30


def outage(seed: int, *, hours: float = 2, **more: object) -> Outage:
    """A run whose table goes in the moment in which a provider has taken a message, so that its result is spilled."""
    lasts = int(hours * HOUR) + seed * 7_000
    manner = Manner(slowest=int(hours * 1.5 * HOUR))
    setting = Setting(messages=MESSAGES, every=500, seed=seed, manner=manner)
    world = Outage(setting, after=10 + seed % 7, lasts=lasts, **more)  # type: ignore[arg-type]  # its own
    world.run()
    return world


@pytest.mark.parametrize("seed", range(20))
def test_two_hours_without_the_table_lose_nothing_send_nothing_twice_and_leave_no_dead_letter(seed: int) -> None:
    world = outage(seed)

    assert breaches(world) == []
    assert duplicates(world) == 0
    assert world.dead == []


def test_two_days_without_it_do_neither() -> None:
    world = outage(1, hours=48)

    assert (breaches(world), duplicates(world), world.dead) == ([], 0, [])


def test_its_queues_are_calm_meanwhile() -> None:
    world = outage(2)

    # A quarter of an hour at the end between two tries of a report, and as long as a receipt is waited for of a result.
    assert world.clients["sqs"].puts["events"] < 2 * 3_600 / 100 + MESSAGES * 16
    assert world.clients["sqs"].puts["normal"] < MESSAGES * 16


@pytest.mark.parametrize("seed", range(20))
def test_faults_around_it_lose_nothing_and_leave_no_dead_letter(seed: int) -> None:
    world = outage(seed, plan=plans.drawn(seed, 400))

    assert breaches(world) == []
    assert world.left() == []
