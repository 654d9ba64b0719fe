"""A passing failure that is reported later: a new attempt, and what people see of it."""

from typing import Any

import pytest

from heliograph.domain import view
from heliograph.domain.attempts import Phase
from heliograph.domain.model import Channel, EventKind
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import CHANNEL_DEADLINE, REPORTED
from heliograph.domain.routing import RoutingMode
from heliograph.usecases.apply import Source
from tests.usecases.several import Several
from tests.usecases.world import AT, World, headline, listed

SECOND = Source(project="acme", integration="second")


def bounced(world: World, *, attempt: int = 1, **told: Any) -> str:
    source = {"source": SECOND} if attempt == 2 else {}
    return world.report(EventKind.BOUNCED, attempt=attempt, **{"bounce": "soft"} | source | told)


def taken(world: World, **changes: Any) -> None:
    world.waiting(**{"again": 2} | changes)
    assert world.work() == "sent"


def timeline(world: World) -> list[tuple[str, int]]:
    whole = world.messages.whole("acme", AT.notification, now=world.clock())
    assert whole
    (one,) = view.notification(whole, now=world.clock())["messages"]
    return [(entry["status"], entry.get("attempt", 0)) for entry in one["timeline"]]


def test_the_new_attempt_goes_over_the_other_integration_with_a_key_of_its_own(world: World) -> None:
    taken(world)

    bounced(world)
    world.clock.pass_(REPORTED[0])
    done = world.work()

    first, second = world.first.sent[0].send_key, world.second.sent[0].send_key
    assert (done, first, second) == ("sent", f"{AT.notification}-0-1", f"{AT.notification}-0-2")


def test_it_goes_over_the_same_where_there_is_no_other(world: World) -> None:
    world.only("first", "fake")
    taken(world)

    bounced(world)
    world.clock.pass_(REPORTED[0])
    world.work()

    assert len({one.send_key for one in world.first.sent}) == 2


def test_until_then_nobody_is_called(world: World) -> None:
    taken(world)
    bounced(world)

    world.clock.pass_(REPORTED[0] - 1)

    assert world.work() == "put off"
    assert world.wakeups.times[-1] == world.state.due
    assert not world.second.sent


def test_people_see_queued_then_what_becomes_of_the_new_attempt(world: World) -> None:
    taken(world)
    bounced(world)
    waits = headline(world)
    world.clock.pass_(REPORTED[0])
    world.work()
    again = headline(world)

    world.report(EventKind.DELIVERED, attempt=2, source=SECOND)

    assert (waits, again, headline(world)) == ("queued", "sent", "delivered")
    told = [entry for entry in timeline(world) if entry[0] != "sent"]
    assert told == [("queued", 0), ("bounced", 1), ("retrying", 1), ("delivered", 2)]


def test_once_the_attempts_are_used_up_it_stands_at_what_was_reported(world: World) -> None:
    taken(world)
    bounced(world)
    world.clock.pass_(REPORTED[0])
    world.work()

    bounced(world, attempt=2)

    assert (world.state.phase, headline(world)) == (Phase.DONE, "bounced")
    assert [status for status, _ in timeline(world)].count("retrying") == 1


@pytest.mark.parametrize(
    "told",
    [
        {"kind": EventKind.BOUNCED, "bounce": "hard"},
        {"kind": EventKind.DROPPED, "reason": Reason.UNSUBSCRIBED},
        {"kind": EventKind.FAILED, "reason": Reason.INVALID_RECIPIENT},
        {"kind": EventKind.FAILED, "reason": Reason.PROVIDER_ERROR},
        {"kind": EventKind.COMPLAINED},
    ],
)
def test_what_is_for_good_brings_no_new_attempt(world: World, told: dict[str, Any]) -> None:
    taken(world)

    world.report(**told)

    assert world.state.phase is Phase.DONE


def test_a_hard_bounce_that_follows_ends_the_waiting_and_suppresses(world: World) -> None:
    taken(world)
    bounced(world)

    bounced(world, bounce="hard", event_id="hard")

    assert (world.state.phase, headline(world), listed(world)) == (Phase.DONE, "bounced", "hard_bounce")


def test_a_repeat_of_the_report_makes_no_third_attempt(world: World) -> None:
    taken(world)
    bounced(world)
    world.clock.pass_(REPORTED[0])
    world.work()

    assert bounced(world) == "no change"
    assert (world.state.attempt, len(world.first.sent), len(world.second.sent)) == (2, 1, 1)


def test_the_channels_deadline_ends_the_waiting(world: World) -> None:
    taken(world, fails_over=True)
    world.clock.pass_(CHANNEL_DEADLINE)
    bounced(world)
    world.clock.pass_(REPORTED[0])

    assert world.work() == "failed"
    assert (headline(world), world.second.sent) == ("bounced", [])


def test_the_next_channel_begins_only_when_the_attempts_are_used_up() -> None:
    world = Several(fails_over=True, again=2)
    world.visit()

    world.told(0, EventKind.BOUNCED, "soft")
    waits = len(world.notification)
    world.clock.pass_(REPORTED[0])
    world.visit()
    world.report(EventKind.BOUNCED, attempt=2, bounce="soft", recipient=world.message.to)
    world.visit()

    assert (waits, len(world.notification)) == (1, 2)


def test_once_the_next_channel_has_begun_the_one_before_is_not_tried_again() -> None:
    world = Several(patience=60_000, again=2)
    world.visit()
    world.clock.pass_(60_000)
    world.visit()

    world.told(0, EventKind.BOUNCED, "soft")

    assert len(world.notification) == 2
    assert world.state.phase is Phase.DONE


@pytest.mark.parametrize("canceled", [True, False])
def test_a_cancel_forbids_a_new_attempt_of_every_message_that_went_out(*, canceled: bool) -> None:
    world = Several(RoutingMode.ALL)
    for number in range(3):
        world.visit(number)

    if canceled:
        world.cancel()
    world.told(1, EventKind.BOUNCED, "soft")

    text = world.notification[1]
    assert (text.channel, text.progress.again) == (Channel.SMS, 2)
    assert text.progress.phase is (Phase.DONE if canceled else Phase.OPEN)
