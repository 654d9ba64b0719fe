"""Weights between a channel's integrations, as dispatch draws by them."""

from dataclasses import replace

from heliograph.domain.errors import Rejected
from heliograph.domain.message import Hint
from heliograph.domain.model import Channel
from tests.usecases.world import AT, World

SHARES = {Channel.EMAIL: {"first": 20, "second": 80}}


def sent_over(world: World, name: str) -> str:
    """The integration that takes the message of this name."""
    at = replace(AT, notification=name)
    world.waiting(at=at)
    world.dispatch(Hint(message=at), lambda: world.left)
    return world.messages.items[at].progress.log[1].integration


def test_messages_go_first_to_what_is_drawn_by_weight(world: World) -> None:
    world.project(weights=SHARES)

    found = [sent_over(world, f"n{number}") for number in range(100)]

    assert 65 < found.count("second") < 95


def test_what_is_drawn_and_refuses_is_failed_over_from(world: World) -> None:
    world.project(weights={Channel.EMAIL: {"second": 1}})
    world.second.answers = [Rejected("no", code="400")]
    world.waiting()

    world.work()
    done = world.work()

    assert done == "sent"
    assert [entry.integration for entry in world.state.log[1:]] == ["second", "first"]
