"""The deadline of a channel: a message that is tried for too long leaves it, where another channel may follow."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.errors import Transient
from heliograph.domain.retry import CHANNEL_DEADLINE
from heliograph.domain.status import Status
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
