"""A result is written, announced, or spilled; and facts that come during the call."""

from datetime import UTC, datetime

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled, Transient, Unavailable
from heliograph.domain.model import Accepted, EventKind, Outgoing, ProviderEvent
from heliograph.domain.outcome import Outcome
from heliograph.domain.reasons import Reason
from heliograph.domain.status import Rank, Status
from tests.usecases.world import AT, World

REFUSED = Rejected("no", code="400")


def test_a_fact_that_arrives_during_the_call_is_never_lost(world: World) -> None:
    def delivers(_: Outgoing) -> Accepted:
        world.report(EventKind.DELIVERED)
        return Accepted(provider_message_id="pm")

    world.first.answers = [delivers]
    world.waiting()

    assert world.work() == "sent"
    assert (world.state.phase, world.state.rank, world.state.delivered) == (Phase.DONE, Rank.DELIVERED, 1)
    assert world.state.log[1].provider_message_id == "pm"


@pytest.mark.parametrize("answer", [Transient("reset"), Throttled("slow"), AccountTrouble("401"), REFUSED])
def test_a_fact_that_arrives_during_a_failing_call_wins(world: World, answer: ProviderError) -> None:
    def delivers_and_fails(_: Outgoing) -> Accepted:
        world.report(EventKind.DELIVERED)
        raise answer

    world.first.answers = [delivers_and_fails]
    world.waiting()

    world.work()

    assert (world.state.phase, world.state.rank) == (Phase.DONE, Rank.DELIVERED)
    assert world.second.sent == []


def test_what_the_provider_will_never_post_is_announced_on_the_events_queue(world: World) -> None:
    event = ProviderEvent(kind=EventKind.DELIVERED, event_id="e", occurred_at=datetime(2027, 1, 31, tzinfo=UTC))
    world.first.answers = [Accepted(provider_message_id="pm", later=((2.0, event),))]
    world.waiting()

    world.work()

    [(project, [body], delay)] = world.later.puts
    assert (project, delay, body["integration"]) == ("acme", 2.0, "first")
    assert body["events"] == [
        {"kind": "delivered", "event_id": "e", "occurred_at": "2027-01-31T00:00:00+00:00"},
    ]


def test_a_result_that_the_table_cannot_take_is_tried_again(world: World) -> None:
    def then_busy(_: Outgoing) -> Accepted:
        world.messages.trouble.waiting = [Unavailable("busy"), Unavailable("busy")]
        return Accepted(provider_message_id="pm")

    world.first.answers = [then_busy]
    world.waiting()

    assert world.work() == "sent"
    assert len(world.pauses) == 2
    assert (world.state.phase, world.state.rank) == (Phase.DONE, Rank.SENT)
    assert world.later.puts == []


@pytest.mark.parametrize(
    ("answer", "phase", "rank"),
    [
        (Accepted(provider_message_id="pm"), Phase.DONE, Rank.SENT),
        (Transient("503"), Phase.OPEN, Rank.SENDING),
        (Rejected("no", reason=Reason.INVALID_RECIPIENT), Phase.DONE, Rank.ENDED),
    ],
)
def test_five_seconds_before_the_end_the_result_is_spilled_and_apply_completes_it(
    world: World, answer: Accepted | ProviderError, phase: Phase, rank: Rank
) -> None:
    def then_busy(_: Outgoing) -> Accepted:
        world.messages.trouble.waiting = [Unavailable("busy") for _ in range(200)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    world.first.answers = [then_busy]
    world.waiting()
    world.work()
    [body] = world.later.bodies
    assert 4.5 < world.left <= 5
    assert (world.state.phase, body["message"]["notification"]) == (Phase.CALL, AT.notification)

    world.messages.trouble.waiting.clear()
    done = world.apply.result(AT, Outcome.from_json(body["result"]))
    again = world.apply.result(AT, Outcome.from_json(body["result"]))

    assert (done, again) == ("moved", "no change")
    assert (world.state.phase, world.state.rank) == (phase, rank)
    assert world.wakeups.times == ([world.state.due] if phase is Phase.OPEN else [])


def test_a_cancel_during_a_failing_call_ends_it(world: World) -> None:
    def stopped(_: Outgoing) -> Accepted:
        world.waiting_is_stopped()
        raise Transient("503")

    world.first.answers = [stopped]
    world.waiting()

    world.work()

    assert (world.state.phase, world.state.log[1].ending) == (Phase.DONE, Status.CANCELED)
