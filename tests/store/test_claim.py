"""Claim, re-claim and settle: a lease with a fencing token, taken by one and refused to everybody else.

Two workers are interleaved by hand: each has read the same message, and one of them writes first.
"""

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Lost
from heliograph.domain.status import Rank
from heliograph.names import WORK
from heliograph.store import keys
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message
from tests.support.moves import LEASE, accepted, canceled, claimed, fact, put_off, reclaimed, reread, sent, settled
from tests.support.table import entries


def test_a_claim_takes_the_next_attempt(messages: Messages) -> None:
    waiting = accepted(messages, message())

    after = claimed(messages, waiting)

    state = after.progress
    assert (state.attempt, state.phase, state.rank, state.tries) == (1, Phase.CALL, Rank.SENDING, 1)
    assert (state.token, state.lease) == ("first", NOW + LEASE)
    assert (state.log[1].integration, state.log[1].provider, state.log[1].at) == ("int-ses", "ses", NOW)
    assert reread(messages, waiting) == after


def test_a_claimed_message_stays_where_the_sweep_finds_it(messages: Messages, table: Table) -> None:
    waiting = accepted(messages, message())

    claimed(messages, waiting)

    partition, sort = keys.work(waiting.id, waiting.lane, NOW)
    assert [entry["g3s"] for entry in entries(table, WORK, partition)] == [sort]


def test_of_two_claims_the_second_is_refused(messages: Messages) -> None:
    seen = accepted(messages, message())
    first = claimed(messages, seen, "first")

    with pytest.raises(Lost):
        claimed(messages, seen, "second")

    assert reread(messages, seen) == first


def test_a_claim_is_refused_once_the_attempt_was_made_and_waits_again(messages: Messages) -> None:
    seen = accepted(messages, message())
    again = put_off(messages, claimed(messages, seen))

    with pytest.raises(Lost):
        claimed(messages, seen, "late")

    assert reread(messages, seen) == again


def test_a_claim_is_refused_after_a_cancel(messages: Messages) -> None:
    seen = accepted(messages, message())
    stopped, _ = canceled(messages, seen)

    with pytest.raises(Lost):
        claimed(messages, seen)

    assert reread(messages, seen) == stopped


def test_a_claim_is_refused_when_another_attempt_has_delivered_meanwhile(messages: Messages) -> None:
    seen = put_off(messages, claimed(messages, accepted(messages, message())))
    delivered = fact(messages, seen, Rank.DELIVERED)

    with pytest.raises(Lost):
        claimed(messages, seen)

    assert reread(messages, seen) == delivered


def test_a_claim_is_refused_when_it_was_put_off_meanwhile(messages: Messages) -> None:
    seen = put_off(messages, claimed(messages, accepted(messages, message())), due=NOW + 1000)
    later = put_off(messages, claimed(messages, seen, "other"), due=NOW + 9000)

    with pytest.raises(Lost):
        claimed(messages, seen, "late")

    assert reread(messages, seen) == later


def test_a_message_that_is_gone_cannot_be_claimed(messages: Messages, table: Table) -> None:
    seen = accepted(messages, message())
    table.delete(keys.message(seen.id))

    with pytest.raises(Lost):
        claimed(messages, seen)

    assert messages.load(seen.id, now=NOW) is None


def test_a_reclaim_repeats_the_same_attempt_over_the_same_integration(messages: Messages) -> None:
    held = claimed(messages, accepted(messages, message()))

    after = reclaimed(messages, held)

    state = after.progress
    assert (state.attempt, state.log[-1].integration, state.rank) == (
        1,
        held.progress.log[-1].integration,
        Rank.SENDING,
    )
    assert [one.repeats for one in state.log] == [0, 1]
    assert (state.token, state.lease, state.tries) == ("second", NOW + 2 * LEASE, 2)
    assert reread(messages, held) == after


def test_of_two_reclaims_the_second_is_refused(messages: Messages) -> None:
    held = claimed(messages, accepted(messages, message()))
    first = reclaimed(messages, held, "second")

    with pytest.raises(Lost):
        reclaimed(messages, held, "third")

    assert reread(messages, held) == first


def test_a_reclaim_is_refused_when_a_receipt_came_first(messages: Messages) -> None:
    held = claimed(messages, accepted(messages, message()))
    told = fact(messages, held, Rank.SENT)

    with pytest.raises(Lost):
        reclaimed(messages, held)

    assert reread(messages, held) == told


def test_a_reclaim_is_refused_when_the_worker_finished_after_all(messages: Messages) -> None:
    held = claimed(messages, accepted(messages, message()))
    finished = sent(messages, held)

    with pytest.raises(Lost):
        reclaimed(messages, held)

    assert reread(messages, held) == finished


def test_a_reclaim_is_refused_when_a_cancel_came_first(messages: Messages) -> None:
    held = claimed(messages, accepted(messages, message()))
    stopped, won = canceled(messages, held)

    with pytest.raises(Lost):
        reclaimed(messages, held)

    assert not won
    assert reread(messages, held) == stopped


def test_a_known_outcome_settles_the_claim_without_a_call(messages: Messages, table: Table) -> None:
    told = fact(messages, claimed(messages, accepted(messages, message())), Rank.DELIVERED)

    after = settled(messages, told)

    assert (after.progress.phase, after.progress.token, after.progress.rank) == (Phase.DONE, "", Rank.DELIVERED)
    assert reread(messages, told) == after
    assert entries(table, WORK, keys.work(told.id, told.lane, NOW)[0]) == []


def test_settling_is_refused_when_another_worker_has_the_lease_now(messages: Messages) -> None:
    told = fact(messages, claimed(messages, accepted(messages, message())), Rank.DEFERRED)
    taken = reclaimed(messages, told)

    with pytest.raises(Lost):
        settled(messages, told)

    assert reread(messages, told) == taken


def test_settling_is_refused_when_the_evidence_has_grown(messages: Messages) -> None:
    told = fact(messages, claimed(messages, accepted(messages, message())), Rank.DEFERRED)
    grown = fact(messages, told, Rank.HARD_BOUNCE)

    with pytest.raises(Lost):
        settled(messages, told)

    assert reread(messages, told) == grown
