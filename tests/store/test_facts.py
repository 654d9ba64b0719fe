"""What providers report: it raises the rank of its attempt, and never touches a live claim."""

import pytest

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Lost
from heliograph.domain.message import Message
from heliograph.domain.status import Rank, Status
from heliograph.names import WORK
from heliograph.store import keys
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message
from tests.support.moves import accepted, claimed, ended, fact, put_off, reread, sent
from tests.support.table import entries

BAD_ENDS = "demo#F#20270115"


def two_attempts(messages: Messages) -> Message:
    """Attempt 1 was put off, attempt 2 is in its call."""
    return claimed(messages, put_off(messages, claimed(messages, accepted(messages, message()))), "again")


def test_a_fact_about_an_older_attempt_leaves_the_live_claim_alone(messages: Messages) -> None:
    seen = two_attempts(messages)

    after = fact(messages, seen, Rank.SOFT_BOUNCE, attempt=1)

    state = after.progress
    assert state.ranks == (Rank.SCHEDULED, Rank.SOFT_BOUNCE, Rank.SENDING)
    assert (state.phase, state.token) == (Phase.CALL, "again")
    assert reread(messages, seen) == after


def test_the_worker_goes_on_after_a_fact_about_its_own_attempt(messages: Messages) -> None:
    seen = two_attempts(messages)

    told = fact(messages, seen, Rank.DEFERRED, attempt=2)
    after = sent(messages, told)

    assert (told.progress.phase, told.progress.token) == (Phase.CALL, "again")
    assert after.progress.ranks == (Rank.SCHEDULED, Rank.SENDING, Rank.DEFERRED)


def test_a_fact_about_a_waiting_message_changes_no_phase(messages: Messages) -> None:
    seen = put_off(messages, claimed(messages, accepted(messages, message())))

    after = fact(messages, seen, Rank.DELIVERED, attempt=1)

    assert (after.progress.phase, after.progress.delivered) == (Phase.OPEN, 1)
    assert reread(messages, seen) == after


def test_a_fact_about_a_finished_message_moves_it_in_the_lists(messages: Messages, table: Table) -> None:
    seen = sent(messages, claimed(messages, accepted(messages, message())))

    bounced = fact(messages, seen, Rank.SOFT_BOUNCE)
    listed = [entry["pk"] for entry in entries(table, WORK, BAD_ENDS)]
    healed = fact(messages, bounced, Rank.DELIVERED)

    assert listed == [keys.message(seen.id)[0]]
    assert healed.progress.bad is None
    assert entries(table, WORK, BAD_ENDS) == []


def test_a_late_success_takes_a_bad_end_of_ours_back(messages: Messages, table: Table) -> None:
    seen = ended(messages, claimed(messages, accepted(messages, message())), Status.UNKNOWN)

    after = fact(messages, seen, Rank.DELIVERED)

    assert (after.progress.rank, after.progress.delivered) == (Rank.DELIVERED, 1)
    assert reread(messages, seen) == after
    assert entries(table, WORK, BAD_ENDS) == []


@pytest.mark.parametrize("attempt", [0, 3])
def test_a_fact_about_an_attempt_that_was_never_made_is_no_move(messages: Messages, attempt: int) -> None:
    seen = two_attempts(messages)

    move = attempts.fact(seen.progress, attempt=attempt, rank=Rank.DELIVERED, now=NOW)

    assert move is None


@pytest.mark.parametrize("rank", [Rank.QUEUED, Rank.SENT, Rank.DEFERRED, Rank.DELIVERED])
def test_a_fact_that_is_not_higher_is_no_move(messages: Messages, rank: Rank) -> None:
    seen = fact(messages, sent(messages, claimed(messages, accepted(messages, message()))), Rank.DELIVERED)

    move = attempts.fact(seen.progress, attempt=1, rank=rank, now=NOW)

    assert move is None


def test_deliveries_are_counted_up_and_down(messages: Messages) -> None:
    seen = sent(messages, two_attempts(messages))

    one = fact(messages, seen, Rank.DELIVERED, attempt=1)
    both = fact(messages, one, Rank.DELIVERED, attempt=2)
    left = fact(messages, both, Rank.HARD_BOUNCE, attempt=1)
    none = fact(messages, left, Rank.HARD_BOUNCE, attempt=2)

    assert [now.progress.delivered for now in (one, both, left, none)] == [1, 2, 1, 0]
    assert reread(messages, seen) == none


def test_the_list_of_bad_ends_follows_the_last_delivery_that_leaves(messages: Messages, table: Table) -> None:
    seen = fact(messages, sent(messages, two_attempts(messages)), Rank.DELIVERED, attempt=1)
    bounced = fact(messages, seen, Rank.HARD_BOUNCE, attempt=2)
    before = entries(table, WORK, BAD_ENDS)

    fact(messages, bounced, Rank.HARD_BOUNCE, attempt=1)

    assert before == []
    assert len(entries(table, WORK, BAD_ENDS)) == 1


def test_of_two_facts_decided_on_the_same_state_the_second_is_refused(messages: Messages) -> None:
    seen = sent(messages, claimed(messages, accepted(messages, message())))
    first = fact(messages, seen, Rank.HARD_BOUNCE)

    with pytest.raises(Lost):
        fact(messages, seen, Rank.DELIVERED)

    assert reread(messages, seen) == first
    assert attempts.fact(first.progress, attempt=1, rank=Rank.DELIVERED, now=NOW) is None


def test_two_facts_about_two_attempts_do_not_lose_a_delivery(messages: Messages) -> None:
    seen = sent(messages, two_attempts(messages))
    fact(messages, seen, Rank.DELIVERED, attempt=1)

    with pytest.raises(Lost):
        fact(messages, seen, Rank.DELIVERED, attempt=2)
    after = fact(messages, reread(messages, seen), Rank.DELIVERED, attempt=2)

    assert after.progress.delivered == 2


def test_a_fact_is_refused_when_the_worker_finished_meanwhile(messages: Messages) -> None:
    seen = claimed(messages, accepted(messages, message()))
    finished = sent(messages, seen)

    with pytest.raises(Lost):
        fact(messages, seen, Rank.HARD_BOUNCE)

    assert reread(messages, seen) == finished


def test_a_fact_about_a_message_that_is_gone_is_refused(messages: Messages, table: Table) -> None:
    seen = sent(messages, claimed(messages, accepted(messages, message())))
    table.delete(keys.message(seen.id))

    with pytest.raises(Lost):
        fact(messages, seen, Rank.DELIVERED)

    assert messages.load(seen.id, now=NOW) is None
