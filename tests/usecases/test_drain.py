"""Every minute: what is held expires in time, one of it probes, and all of it goes out again at its provider's pace."""

from dataclasses import replace

import pytest

from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import SETTLED, Holding, HoldKind, Pause
from heliograph.domain.message import Hint, MessageId
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from tests.usecases.world import HOUR, World, integration

CIRCUIT = Holding(project="acme", mode=Mode.LIVE, kind=HoldKind.CIRCUIT, name="first")
PAUSED = Holding(project="acme", mode=Mode.LIVE, kind=HoldKind.EVENT, name="welcome")


def held(world: World, count: int) -> list[MessageId]:
    """So many messages that the open circuit of the only integration holds back."""
    world.only("first", "fake")
    now = world.clock()
    world.circuits.set("acme", Circuit(integration="first", opened=now, probe=now + 10_000))
    world.holds.holdings = [CIRCUIT]
    found = [MessageId(project="acme", notification=f"{number:026d}") for number in range(count)]
    for at in found:
        world.waiting(at=at)
        assert world.dispatch(Hint(message=at), lambda: world.left) == "held"
    return found


def close(world: World) -> None:
    world.circuits.set("acme", Circuit(integration="first", closed=world.clock()))


def test_what_was_held_goes_out_at_the_rate_of_its_integration(world: World) -> None:
    held(world, 5)
    world.project(integrations=(replace(integration("first", "fake"), rate=2.0),))
    close(world)

    done = world.drain.run()

    assert (done.released, done.circuits) == (5, 0)
    assert [at - world.clock() for at in world.wakeups.times] == [0, 500, 1000, 1500, 2000]
    assert {one.progress.held for one in world.messages.items.values()} == {""}


def test_it_stays_in_the_list_until_a_while_after_its_end(world: World) -> None:
    held(world, 1)
    close(world)

    world.drain.run()
    first = list(world.holds.settled)
    world.clock.pass_(SETTLED + 1)
    world.drain.run()

    assert (first, world.holds.settled) == ([], [CIRCUIT])


def test_one_that_runs_out_of_time_forgets_nothing(world: World) -> None:
    held(world, 3)
    close(world)
    world.clock.pass_(SETTLED + 1)
    world.left = 5

    assert world.drain.run().released == 0
    assert world.holds.settled == []


def test_while_it_is_open_one_message_is_woken_for_the_probe(world: World) -> None:
    held(world, 3)

    done = world.drain.run()

    assert (done.released, done.circuits) == (0, 1)
    assert world.wakeups.times == [world.clock() + 10_000]


def test_a_probe_that_is_far_away_wakes_nobody(world: World) -> None:
    held(world, 3)
    world.circuits.set("acme", Circuit(integration="first", opened=1, probe=world.clock() + HOUR))

    world.drain.run()

    assert world.wakeups.calls == []


def test_what_expires_while_it_is_held_is_woken_for_its_end(world: World) -> None:
    [at] = held(world, 1)
    world.circuits.set("acme", Circuit(integration="first", opened=1, probe=world.clock() + 999 * HOUR))
    world.clock.now = world.messages.items[at].progress.expires + 1

    world.drain.run()

    assert [hint.message for hint, _, _ in world.wakeups.calls] == [at]
    assert world.dispatch(Hint(message=at), lambda: world.left) == "expired"


def test_an_integration_that_comes_back_takes_what_waits_for_another(world: World) -> None:
    held(world, 2)
    world.project(
        integrations=(integration("first", "fake"), integration("second", "other")),
        order={Channel.EMAIL: ("first", "second")},
    )
    world.circuits.set("acme", Circuit(integration="second", closed=world.clock()))

    assert world.drain.run().released == 2
    world.clock.pass_(1_000)
    for hint, _, _ in list(world.wakeups.calls):
        world.dispatch(hint, lambda: world.left)
    assert len(world.second.sent) == 2


@pytest.mark.parametrize(
    ("kind", "name"), [(HoldKind.PROJECT, "acme"), (HoldKind.EVENT, "welcome"), (HoldKind.CHANNEL, "email")]
)
def test_a_pause_holds_and_its_end_drains(world: World, kind: HoldKind, name: str) -> None:
    pause = Pause(kind=kind, name=name, since=world.clock())
    world.project(pauses={Mode.LIVE: (pause,)})
    world.holds.holdings = [Holding(project="acme", mode=Mode.LIVE, kind=kind, name=name)]
    world.waiting()

    assert world.work() == "held"
    world.drain.run()
    assert world.wakeups.calls == []
    ended = Pause(kind=kind, name=name, since=pause.since, ended=world.clock())
    world.project(pauses={Mode.LIVE: (ended,)})
    assert world.drain.run().released == 1
    assert world.work() == "sent"


def test_a_pause_of_something_else_holds_nothing(world: World) -> None:
    others = (
        Pause(kind=HoldKind.EVENT, name="goodbye", since=1),
        Pause(kind=HoldKind.CHANNEL, name="sms", since=1),
        Pause(kind=HoldKind.EVENT, name="welcome", since=1, ended=2),
    )
    world.project(pauses={Mode.LIVE: others, Mode.TEST: (Pause(kind=HoldKind.PROJECT, name="acme", since=1),)})
    world.waiting()

    assert world.work() == "sent"


def test_messages_of_a_paused_integration_go_over_the_next_or_wait(world: World) -> None:
    pause = Pause(kind=HoldKind.INTEGRATION, name="first", since=1)
    world.project(pauses={Mode.LIVE: (pause,)})
    world.waiting()
    elsewhere = world.work()
    world.only("first", "fake")
    world.waiting()

    assert (elsewhere, world.work()) == ("sent", "held")
    assert world.state.held == "integration/first"
