"""Ends without a call: a waiting try that is not needed, a cancel, an expiry; and the push ahead by the sweep."""

from dataclasses import replace

import pytest

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Lost
from heliograph.domain.message import Message
from heliograph.domain.status import Rank, Status
from heliograph.domain.tries import Try
from heliograph.names import WORK
from heliograph.store import keys
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import DAY, NOW, message
from tests.support.moves import LEASE, accepted, canceled, claimed, fact, put_off, reclaimed, reread, sent
from tests.support.table import entries

LATER = NOW + 4 * DAY
"""Past the message's expiry."""


def waiting_again(messages: Messages) -> Message:
    return put_off(messages, claimed(messages, accepted(messages, message())))


def expire(messages: Messages, seen: Message, ending: Status) -> Message:
    move = attempts.end(seen.progress, now=LATER, ending=ending, why=Try(reason="expired"))
    return messages.move(seen, move)


def work_of(table: Table, at: Message) -> list[str]:
    return [entry["g3s"] for entry in entries(table, WORK, keys.work(at.id, at.lane, 0)[0])]


def test_a_waiting_try_ends_when_another_attempt_has_delivered(messages: Messages, table: Table) -> None:
    seen = fact(messages, waiting_again(messages), Rank.DELIVERED)

    after = messages.move(seen, attempts.finish_waiting(seen.progress, now=NOW))

    assert (after.progress.phase, after.progress.rank) == (Phase.DONE, Rank.DELIVERED)
    assert after.progress.bad is None
    assert reread(messages, seen) == after
    assert work_of(table, seen) == []


def test_ending_a_waiting_try_is_refused_when_the_delivery_was_taken_back(messages: Messages) -> None:
    seen = fact(messages, waiting_again(messages), Rank.DELIVERED)
    bounced = fact(messages, seen, Rank.HARD_BOUNCE)

    with pytest.raises(Lost):
        messages.move(seen, attempts.finish_waiting(seen.progress, now=NOW))

    assert reread(messages, seen) == bounced


def test_ending_a_waiting_try_is_refused_when_it_is_in_its_call(messages: Messages) -> None:
    seen = waiting_again(messages)
    theirs = claimed(messages, seen, "other")

    with pytest.raises(Lost):
        messages.move(seen, attempts.finish_waiting(seen.progress, now=NOW))

    assert reread(messages, seen) == theirs


def test_a_cancel_of_a_waiting_message_wins(messages: Messages, table: Table) -> None:
    seen = accepted(messages, message())

    after, won = canceled(messages, seen)

    assert won
    assert (after.progress.stop, after.progress.phase) == (True, Phase.DONE)
    assert after.progress.log[0].ending is Status.CANCELED
    assert reread(messages, seen) == after
    assert work_of(table, seen) == []


def test_a_cancel_during_a_call_only_says_stop(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))

    after, won = canceled(messages, seen)

    assert not won
    assert (after.progress.stop, after.progress.phase, after.progress.token) == (True, Phase.CALL, "first")
    assert reread(messages, seen) == after


def test_a_cancel_of_what_was_delivered_does_not_win(messages: Messages) -> None:
    seen = fact(messages, waiting_again(messages), Rank.DELIVERED)

    after, won = canceled(messages, seen)

    assert not won
    assert after.progress.delivered == 1


def test_a_cancel_is_refused_when_somebody_claimed_it_first(messages: Messages) -> None:
    seen = accepted(messages, message())
    theirs = claimed(messages, seen)

    with pytest.raises(Lost):
        canceled(messages, seen)

    assert reread(messages, seen) == theirs


def test_a_cancel_during_a_call_is_refused_when_the_message_waits_again(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))
    opened = put_off(messages, seen)

    with pytest.raises(Lost):
        canceled(messages, seen)
    after, won = canceled(messages, reread(messages, seen))

    assert won
    assert after.progress.attempt == opened.progress.attempt


def test_a_waiting_message_expires(messages: Messages, table: Table) -> None:
    seen = accepted(messages, message())

    after = expire(messages, seen, Status.EXPIRED)

    assert attempts.expired(seen.progress, LATER)
    assert (after.progress.phase, after.progress.log[0].ending) == (Phase.DONE, Status.EXPIRED)
    assert reread(messages, seen) == after
    assert len(entries(table, WORK, "demo#F#20270119")) == 1


def test_a_message_in_its_call_becomes_unknown(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))

    after = expire(messages, seen, Status.UNKNOWN)

    assert attempts.doubtful(seen.progress, NOW + LEASE + 120_000, 120_000)
    assert (after.progress.phase, after.progress.token) == (Phase.DONE, "")
    assert after.progress.log[1].ending is Status.UNKNOWN
    assert reread(messages, seen) == after


def test_expiry_of_a_waiting_message_is_refused_when_somebody_claimed_it(messages: Messages) -> None:
    seen = accepted(messages, message())
    theirs = claimed(messages, seen)

    with pytest.raises(Lost):
        expire(messages, seen, Status.EXPIRED)

    assert reread(messages, seen) == theirs


def test_expiry_of_a_call_is_refused_when_the_lease_has_moved_on(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))
    theirs = reclaimed(messages, seen)

    with pytest.raises(Lost):
        expire(messages, seen, Status.UNKNOWN)

    assert reread(messages, seen) == theirs


def test_expiry_of_a_call_is_refused_when_a_receipt_came(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))
    told = fact(messages, seen, Rank.DELIVERED)

    with pytest.raises(Lost):
        expire(messages, seen, Status.UNKNOWN)

    assert reread(messages, seen) == told


def test_a_push_moves_the_check_time_and_nothing_else(messages: Messages, table: Table) -> None:
    seen = accepted(messages, message())

    after = messages.move(seen, attempts.push(seen.progress, check=NOW + 300_000))

    assert after.progress == replace(seen.progress, check=NOW + 300_000, pushes=1)
    assert reread(messages, seen) == after
    assert work_of(table, seen) == [keys.work(seen.id, seen.lane, NOW + 300_000)[1]]


def test_a_push_is_refused_when_somebody_pushed_it_already(messages: Messages) -> None:
    seen = accepted(messages, message())
    first = messages.move(seen, attempts.push(seen.progress, check=NOW + 300_000))

    with pytest.raises(Lost):
        messages.move(seen, attempts.push(seen.progress, check=NOW + 300_001))

    assert reread(messages, seen) == first


def test_a_push_is_refused_when_the_message_is_done(messages: Messages) -> None:
    seen = accepted(messages, message())
    done = sent(messages, claimed(messages, seen))

    with pytest.raises(Lost):
        messages.move(seen, attempts.push(seen.progress, check=NOW + 300_000))

    assert reread(messages, seen) == done
