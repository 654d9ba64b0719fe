"""The deadline of a channel: a message that is tried for too long leaves it, where another channel may follow."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.errors import Transient
from heliograph.domain.persistence import Persistence
from heliograph.domain.retry import CHANNEL_DEADLINE
from heliograph.domain.status import Status
from heliograph.domain.timing import Terms
from tests.usecases.world import World


def tried(world: World, **changes: Any) -> None:
    """One message that could not be handed over yet."""
    world.first.answers.append(Transient("down", code="503"))
    world.waiting(**changes)
    assert world.work() == "retry"


def test_a_message_stuck_in_retries_leaves_its_channel_after_half_an_hour(world: World) -> None:
    tried(world, fails_over=True)
    world.clock.pass_(CHANNEL_DEADLINE)

    assert world.work() == "failed"
    last = world.state.log[-1]
    assert (last.ending, last.reason, last.text) == (Status.FAILED, "provider_unavailable", "down")


def test_without_another_channel_it_goes_on_until_its_own_deadline(world: World) -> None:
    tried(world)
    world.clock.pass_(CHANNEL_DEADLINE)

    assert world.work() == "sent"


@pytest.mark.parametrize(("waited", "done"), [(0, "failed"), (1, "sent")])
def test_what_we_let_it_wait_does_not_count(world: World, waited: int, done: str) -> None:
    tried(world, fails_over=True)
    world.messages.add(replace(world.message, progress=replace(world.state, waited=waited)))
    world.clock.now = world.state.log[1].at + CHANNEL_DEADLINE

    assert world.work() == done


def test_a_channels_deadline_can_be_another(world: World) -> None:
    tried(world, fails_over=True, terms=Terms(persistence=Persistence(channel=20_000)))
    world.clock.pass_(20_000)

    assert world.work() == "failed"


@pytest.mark.parametrize(("provider", "over"), [(2_000, "second"), (0, "first"), (9_000, "first")])
def test_a_providers_deadline_can_be_another(world: World, provider: int, over: str) -> None:
    tried(world, terms=Terms(persistence=Persistence(provider=provider)))
    world.clock.pass_(5_000)

    assert world.work() == "sent"
    assert world.state.log[-1].integration == over


def test_a_providers_deadline_stands_still_while_we_let_it_wait(world: World) -> None:
    tried(world, terms=Terms(persistence=Persistence(provider=6_000)))
    world.messages.add(replace(world.message, progress=replace(world.state, waited=4_000)))
    world.clock.pass_(9_000)

    world.work()

    assert world.state.log[-1].integration == "first"
