"""A backlog behind a rate: it drains at that rate, with two wake-ups a message, and nothing becomes a dead letter.

    python -m tests.faults.test_rate 100000

prints the figures of a backlog of that size.
"""

import sys
from collections import Counter
from typing import Any

import pytest

from heliograph.domain.message import Lane
from tests.faults import plans
from tests.faults.invariants import breaches, duplicates
from tests.faults.runs import ran
from tests.faults.setting import Setting
from tests.faults.sites import Plan
from tests.faults.world import World
from tests.support.builders import NOW

RATE = 50
BACKLOG = 1_000


def backlog(messages: int, *, plan: Plan | None = None, **changes: object) -> World:
    """A run in which all messages come at once."""
    setting = Setting(**{"messages": messages, "every": 0, "rate": RATE, **changes})  # type: ignore[arg-type]  # its fields
    return ran(setting, plan or {})


def wakeups(world: World) -> float:
    """Wake-ups a message."""
    queues: Any = world.clients["sqs"]
    queued = queues.puts
    return float(queued["critical"] + queued["normal"]) / world.setting.messages


def busiest(world: World) -> int:
    """The most messages that the provider took in one second."""
    times = (at for found in world.provider.times.values() for at in found)
    return max(Counter(at // 1000 for at in times).values())


def took(world: World) -> float:
    """Seconds from the first message that went out to the last."""
    times = [at for found in world.provider.times.values() for at in found]
    return (max(times) - min(times)) / 1000


def last(world: World, project: str) -> float:
    """Seconds from the start until a project's last message went out."""
    of = {one.accepted for one in world.sent.values() if one.project == project}
    return max(max(at) - NOW for key, at in world.provider.times.items() if key.split("-")[0] in of) / 1000


def test_a_backlog_drains_at_the_rate_with_two_wakeups_a_message() -> None:
    world = backlog(BACKLOG)

    assert breaches(world) == []
    assert (duplicates(world), world.dead) == (0, [])
    assert wakeups(world) <= 2.2
    # A second's worth may go at once when the bucket is empty, and SQS counts whole seconds.
    assert busiest(world) <= 2 * RATE + 1
    assert BACKLOG / RATE * 0.95 < took(world) < BACKLOG / RATE * 1.1


def test_a_backlog_of_more_than_a_quarter_of_an_hour_goes_by_schedules() -> None:
    world = backlog(1_000, rate=1)

    assert breaches(world) == []
    assert wakeups(world) <= 2.2
    assert took(world) == pytest.approx(1_000, abs=10)


def test_bulk_has_a_small_share() -> None:
    world = backlog(300, priority=Lane.BULK)

    assert breaches(world) == []
    assert took(world) == pytest.approx(300 / (RATE * 0.1), rel=0.1)
    assert wakeups(world) <= 2.2


def test_projects_with_one_account_take_turns_at_its_rate() -> None:
    # One project has put nine hundred there before the other comes with its hundred.
    world = backlog(BACKLOG, others=dict.fromkeys(range(900, BACKLOG), "other"))

    assert breaches(world) == []
    assert (duplicates(world), world.dead) == (0, [])
    assert busiest(world) <= 2 * RATE + 1
    assert BACKLOG / RATE * 0.95 < took(world) < BACKLOG / RATE * 1.2
    # Alone it would take two seconds, with every second slot four, behind all others twenty.
    assert last(world, "other") < 6
    assert wakeups(world) <= 3


@pytest.mark.parametrize("seed", range(30))
def test_faults_while_it_drains_lose_nothing(seed: int) -> None:
    others = dict.fromkeys(range(0, 60, 3), "other") if seed % 2 else {}

    world = backlog(60, plan=plans.drawn(seed, 1_500), rate=5, seed=seed, doubled=0.1, others=others)

    assert breaches(world) == []


if __name__ == "__main__":
    size = int(sys.argv[1])
    found = backlog(size)
    figures: dict[str, object] = {"messages": size, "seconds": took(found), "busiest second": busiest(found)}
    figures |= {"wake-ups a message": wakeups(found), "dead letters": len(found.dead), "breaches": breaches(found)[:5]}
    print(figures)  # noqa: T201 # a command
