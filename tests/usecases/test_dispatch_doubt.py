"""When nobody knows whether the provider took it: wait for a receipt, then repeat the very same attempt."""

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.doubt import REPEATS
from heliograph.domain.errors import AccountTrouble, Rejected, Throttled, Transient, UnknownOutcome
from heliograph.domain.message import Message
from heliograph.domain.model import Accepted, EventKind, Outgoing
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.status import Rank, Status
from tests.usecases.fakes import KeyedProvider
from tests.usecases.world import AT, HOLD, HOUR, LEASE, World

LOST = UnknownOutcome("no answer came", code="timeout")


@pytest.fixture
def doubtful(world: World) -> World:
    """Its provider was called and nobody knows the outcome."""
    world.first.answers = [LOST]
    world.waiting()
    world.work()
    return world


def test_an_unknown_outcome_keeps_the_claim_and_waits_lease_and_hold(doubtful: World) -> None:
    assert (doubtful.state.phase, doubtful.state.rank) == (Phase.CALL, Rank.SENDING)
    assert doubtful.wakeups.times == [doubtful.clock() + LEASE + HOLD]


def test_nobody_repeats_it_before_that(doubtful: World) -> None:
    doubtful.clock.pass_(LEASE + HOLD - 1)

    assert doubtful.work() == "put off"
    assert doubtful.wakeups.times[-1] == doubtful.clock() + 1
    assert len(doubtful.first.sent) == 1


def test_then_the_same_attempt_is_repeated_with_the_same_key_and_the_same_bytes(doubtful: World) -> None:
    doubtful.project(order={next(iter(doubtful.projects.known["acme"].order)): ("second", "first")})
    doubtful.clock.pass_(LEASE + HOLD)

    assert doubtful.work() == "sent"
    first, again = doubtful.first.sent
    assert first == again
    assert doubtful.second.sent == []
    assert (doubtful.state.attempt, doubtful.state.tries, doubtful.state.phase) == (1, 2, Phase.DONE)


def test_the_repeat_is_a_claim_of_its_own(doubtful: World) -> None:
    before = doubtful.state.token
    doubtful.first.answers = [LOST]
    doubtful.clock.pass_(LEASE + HOLD)

    doubtful.work()

    assert doubtful.state.token not in ("", before)
    assert doubtful.state.lease == doubtful.clock() + LEASE


def test_who_comes_much_later_waits_once_more_for_what_could_not_be_stored_meanwhile(doubtful: World) -> None:
    doubtful.clock.pass_(HOUR)

    assert doubtful.work() == "put off"
    assert doubtful.wakeups.times[-1] == doubtful.clock() + HOLD
    assert len(doubtful.first.sent) == 1


def test_but_only_once(doubtful: World) -> None:
    doubtful.clock.pass_(HOUR)
    doubtful.work()
    doubtful.clock.pass_(HOUR)

    assert doubtful.work() == "sent"
    assert len(doubtful.first.sent) == 2


def test_a_result_that_comes_in_that_time_is_still_its_own(doubtful: World) -> None:
    token = doubtful.state.token
    doubtful.clock.pass_(HOUR)
    doubtful.work()

    doubtful.apply.result(AT, Outcome(token=token, verdict=Verdict.SENT, provider_message_id="m-1"))

    assert (doubtful.state.phase, doubtful.state.rank) == (Phase.DONE, Rank.SENT)
    assert len(doubtful.first.sent) == 1


def test_a_receipt_meanwhile_settles_it_without_a_second_call(doubtful: World) -> None:
    doubtful.report(EventKind.DELIVERED)
    doubtful.clock.pass_(LEASE)

    assert doubtful.work() == "ended"
    assert (doubtful.state.phase, doubtful.state.rank) == (Phase.DONE, Rank.DELIVERED)
    assert len(doubtful.first.sent) == 1


def test_a_receipt_never_touches_a_live_claim(doubtful: World) -> None:
    doubtful.report(EventKind.DELIVERED)

    assert (doubtful.state.phase, doubtful.state.rank) == (Phase.CALL, Rank.DELIVERED)
    assert doubtful.work() == "put off"


def test_at_most_once_ends_as_unknown(doubtful: World) -> None:
    doubtful.project(doubt="at_most_once")
    doubtful.clock.pass_(LEASE + HOLD)

    assert doubtful.work() == "unknown"
    assert (doubtful.state.log[1].ending, doubtful.state.log[1].reason) == (Status.UNKNOWN, "unknown_outcome")
    assert len(doubtful.first.sent) == 1


def test_after_three_repeats_it_ends_as_unknown_so_that_nobody_gets_it_without_end(doubtful: World) -> None:
    doubtful.first.answers = [LOST] * 10
    for _ in range(10):
        doubtful.clock.pass_(LEASE + HOLD)
        doubtful.work()

    assert len(doubtful.first.sent) == 1 + REPEATS
    assert doubtful.state.log[-1].ending is Status.UNKNOWN
    assert doubtful.state.phase is Phase.DONE


def test_past_its_expiry_it_ends_as_unknown(doubtful: World) -> None:
    doubtful.clock.pass_(73 * HOUR)

    assert doubtful.work() == "unknown"
    assert len(doubtful.first.sent) == 1


def test_when_its_integration_is_gone_it_ends_as_unknown(doubtful: World) -> None:
    doubtful.only("second", "other")
    doubtful.clock.pass_(LEASE + HOLD)

    assert doubtful.work() == "unknown"
    assert doubtful.second.sent == []


def test_a_late_receipt_still_overrides_unknown(doubtful: World) -> None:
    doubtful.project(doubt="at_most_once")
    doubtful.clock.pass_(LEASE + HOLD)
    doubtful.work()

    assert doubtful.report(EventKind.DELIVERED) == "moved"
    assert doubtful.state.rank == Rank.DELIVERED


@pytest.mark.parametrize("answer", [Transient("503"), AccountTrouble("401")])
def test_a_repeat_that_fails_for_sure_goes_on_as_usual(doubtful: World, answer: Exception) -> None:
    doubtful.first.answers = [answer]
    doubtful.clock.pass_(LEASE + HOLD)

    assert doubtful.work() == "retry"
    assert doubtful.open_


def test_a_provider_with_a_send_key_is_repeated_as_soon_as_the_lease_is_over(world: World) -> None:
    world.only("keyed", "keyed")
    world.keyed.answers = [LOST]
    world.waiting()
    world.work()
    assert world.wakeups.times == [world.clock() + LEASE]

    world.clock.pass_(LEASE)

    assert world.work() == "sent"
    first, again = world.keyed.sent
    assert first.send_key == again.send_key


def test_a_worker_that_died_in_its_call_is_followed_by_the_same_attempt(world: World) -> None:
    world.first.answers = [RuntimeError("killed")]
    world.waiting()
    with pytest.raises(RuntimeError):
        world.work()
    world.clock.pass_(LEASE + HOLD)

    assert world.work() == "sent"
    assert len({sent.send_key for sent in world.first.sent}) == 1


def test_two_workers_that_both_find_the_lease_over_make_one_call(doubtful: World) -> None:
    doubtful.clock.pass_(LEASE + HOLD)
    doubtful.messages.before_move.append(doubtful.work)

    assert doubtful.work() == "moved on"
    assert len(doubtful.first.sent) == 2


def test_a_worker_that_outlived_its_lease_cannot_write_over_its_successor(world: World) -> None:
    finished: list[Message] = []

    def slow(_: Outgoing) -> Accepted:
        world.clock.pass_(LEASE + HOLD)
        world.work()
        finished.append(world.message)
        raise Transient("503")

    world.first.answers = [slow]
    world.waiting()

    world.work()

    assert [world.message] == finished
    assert (world.state.phase, world.state.rank) == (Phase.DONE, Rank.SENT)


@pytest.mark.parametrize("answer", [Transient("503"), Throttled("429"), AccountTrouble("401")])
def test_a_repeat_that_is_not_taken_stays_the_same_attempt_while_its_send_key_is_good(
    world: World, answer: Exception
) -> None:
    world.only("keyed", "keyed")
    world.keyed.answers = [LOST, answer]
    world.waiting()
    world.work()
    world.clock.pass_(LEASE)

    assert world.work() == "put off"
    assert (world.state.phase, world.state.attempt, world.state.rank) == (Phase.CALL, 1, Rank.SENDING)
    assert world.wakeups.times[-1] == world.clock() + LEASE

    world.clock.pass_(LEASE)
    assert world.work() == "sent"
    assert len({sent.send_key for sent in world.keyed.sent}) == 1


def test_a_repeat_that_is_refused_for_good_is_a_refusal_also_under_a_good_send_key(world: World) -> None:
    world.only("keyed", "keyed")
    world.keyed.answers = [LOST, Rejected("no such domain")]
    world.waiting()
    world.work()
    world.clock.pass_(LEASE)

    assert world.work() == "end"
    assert (world.state.phase, world.state.log[1].ending) == (Phase.DONE, Status.FAILED)


def test_once_its_send_key_is_no_longer_good_a_repeat_that_is_not_taken_is_a_new_attempt_later(world: World) -> None:
    world.only("keyed", "keyed")
    world.keyed.answers = [LOST, Transient("503")]
    world.waiting()
    world.work()
    world.clock.pass_(KeyedProvider.capabilities.send_key_seconds * 1000)
    assert world.work() == "put off"
    world.clock.pass_(HOLD)

    assert world.work() == "retry"
    assert world.open_
