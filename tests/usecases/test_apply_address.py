"""What an event does to the address, and who has opened and clicked."""

from typing import Any

import pytest

from heliograph.domain.errors import Unavailable
from heliograph.domain.model import EventKind
from tests.usecases.world import World, headline, listed


@pytest.mark.parametrize(
    ("kind", "told", "reason"),
    [
        (EventKind.BOUNCED, {"bounce": "hard"}, "hard_bounce"),
        (EventKind.BOUNCED, {"bounce": "soft"}, ""),
        (EventKind.COMPLAINED, {}, "complaint"),
        (EventKind.UNSUBSCRIBED, {}, "unsubscribed"),
        (EventKind.UNSUBSCRIBED, {"machine": True}, ""),
        (EventKind.DROPPED, {"reason": "hard_bounce"}, "hard_bounce"),
        (EventKind.DROPPED, {"reason": "unsubscribed"}, "unsubscribed"),
        (EventKind.DROPPED, {"reason": "provider_error"}, ""),
        (EventKind.FAILED, {}, ""),
        (EventKind.DELIVERED, {}, ""),
    ],
)
def test_what_an_event_does_to_the_address(world: World, kind: EventKind, told: dict[str, Any], reason: str) -> None:
    world.sent()

    world.report(kind, **told)

    assert listed(world) == reason


def test_the_address_is_suppressed_before_anything_is_acknowledged(world: World) -> None:
    """If that fails, the event comes again; nothing says yet that it was seen."""
    before = world.sent()
    world.contacts.trouble.waiting.append(Unavailable("busy"))

    with pytest.raises(Unavailable):
        world.report(EventKind.COMPLAINED)

    assert (world.message, world.messages.reports) == (before, {})


def test_an_address_is_suppressed_even_when_the_status_does_not_move(world: World) -> None:
    world.sent()
    world.report(EventKind.DROPPED, reason="provider_error")

    world.report(EventKind.COMPLAINED)

    assert listed(world) == "complaint"


@pytest.mark.parametrize("kind", [EventKind.OPENED, EventKind.CLICKED])
def test_machines_never_move_the_headline(world: World, kind: EventKind) -> None:
    world.sent()
    world.report(EventKind.DELIVERED)

    world.report(kind, machine=True)
    by_machine = (world.message.engaged, headline(world))
    world.report(kind, event_id="a person's")

    assert by_machine == (frozenset(), "delivered")
    assert (world.message.engaged, headline(world)) == (frozenset({kind}), kind.value)


def hits(world: World, kind: EventKind, count: int, *, machine: bool = False) -> list[str]:
    return [world.report(kind, event_id=f"hit-{machine}-{number}", machine=machine) for number in range(count)]


def test_beyond_fifty_hits_there_is_only_a_count(world: World) -> None:
    world.sent()

    done = hits(world, EventKind.OPENED, 60)

    assert done == ["opened"] * 50 + ["counted"] * 10
    assert (len(world.messages.reports), world.message.hits, world.message.uncounted) == (50, 50, 10)


def test_a_person_s_first_click_counts_behind_a_storm_of_machines(world: World) -> None:
    world.sent()
    hits(world, EventKind.OPENED, 60, machine=True)

    world.report(EventKind.CLICKED, event_id="a person's")

    assert world.message.engaged == {EventKind.CLICKED}
    assert headline(world) == "clicked"


def test_a_repeated_hit_is_counted_once(world: World) -> None:
    world.sent()

    world.report(EventKind.OPENED)
    world.report(EventKind.OPENED)

    assert world.message.hits == 1
