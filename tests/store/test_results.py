"""What a worker writes after its call: sent, retry later, a bad end. Each only under the token of its claim."""

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Lost
from heliograph.domain.message import Message
from heliograph.domain.status import Rank, Status
from heliograph.names import WORK
from heliograph.store import keys
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message
from tests.support.moves import accepted, canceled, claimed, ended, fact, put_off, reclaimed, reread, sent
from tests.support.table import entries

BAD_ENDS = "demo#F#20270115"


def work_of(table: Table, at: Message) -> list[str]:
    """Its places in the work index."""
    return [entry["g3s"] for entry in entries(table, WORK, keys.work(at.id, at.lane, 0)[0])]


def bad_ends(table: Table) -> list[str]:
    return [entry["pk"] for entry in entries(table, WORK, BAD_ENDS)]


def held(messages: Messages) -> Message:
    return claimed(messages, accepted(messages, message()))


def test_sent_ends_the_work(messages: Messages, table: Table) -> None:
    seen = held(messages)

    after = sent(messages, seen)

    state = after.progress
    assert (state.phase, state.rank, state.token, state.check) == (Phase.DONE, Rank.SENT, "", None)
    assert (state.log[1].sent_at, state.log[1].provider_message_id) == (NOW + 100, "m-1")
    assert reread(messages, seen) == after
    assert work_of(table, seen) == bad_ends(table) == []


def test_sent_after_a_receipt_keeps_the_higher_rank(messages: Messages) -> None:
    seen = fact(messages, held(messages), Rank.DELIVERED)

    after = sent(messages, seen)

    assert (after.progress.rank, after.progress.delivered, after.progress.phase) == (Rank.DELIVERED, 1, Phase.DONE)
    assert after.progress.log[1].sent_at
    assert reread(messages, seen) == after


def test_sent_after_a_hard_bounce_lands_in_the_list_of_bad_ends(messages: Messages, table: Table) -> None:
    seen = fact(messages, held(messages), Rank.HARD_BOUNCE)

    sent(messages, seen)

    assert work_of(table, seen) == []
    assert bad_ends(table) == [keys.message(seen.id)[0]]


def test_a_worker_whose_claim_was_taken_over_cannot_write_sent(messages: Messages) -> None:
    mine = held(messages)
    theirs = reclaimed(messages, mine)

    with pytest.raises(Lost):
        sent(messages, mine)

    assert reread(messages, mine) == theirs


def test_a_result_decided_before_a_receipt_is_refused_and_decided_again(messages: Messages) -> None:
    seen = held(messages)
    fact(messages, seen, Rank.DELIVERED)

    with pytest.raises(Lost):
        sent(messages, seen)
    after = sent(messages, reread(messages, seen))

    assert after.progress.rank == Rank.DELIVERED


def test_retry_opens_it_again_for_its_next_time(messages: Messages, table: Table) -> None:
    seen = held(messages)

    after = put_off(messages, seen, due=NOW + 5000)

    state = after.progress
    assert (state.phase, state.attempt, state.tries, state.token, state.due) == (Phase.OPEN, 1, 1, "", NOW + 5000)
    assert (state.log[1].reason, state.log[1].code) == ("provider_unavailable", "503")
    assert reread(messages, seen) == after
    assert work_of(table, seen) == [keys.work(seen.id, seen.lane, NOW + 5000)[1]]


def test_a_throttled_call_gives_its_try_back(messages: Messages) -> None:
    seen = held(messages)

    after = put_off(messages, seen, free=True)

    assert (after.progress.tries, after.progress.attempt) == (0, 1)
    assert reread(messages, seen) == after


@pytest.mark.parametrize("rank", [Rank.SENT, Rank.DELIVERED, Rank.HARD_BOUNCE])
def test_a_fact_that_came_first_finishes_what_would_be_tried_again(messages: Messages, rank: Rank) -> None:
    seen = fact(messages, held(messages), rank)

    after = put_off(messages, seen)

    assert (after.progress.phase, after.progress.rank) == (Phase.DONE, rank)
    assert reread(messages, seen) == after


def test_a_cancel_during_the_call_ends_what_would_be_tried_again(messages: Messages) -> None:
    seen, won = canceled(messages, held(messages))

    after = put_off(messages, seen)

    assert not won
    assert (after.progress.phase, after.progress.log[1].ending) == (Phase.DONE, Status.CANCELED)
    assert reread(messages, seen) == after


def test_retry_is_refused_when_a_fact_came_between(messages: Messages) -> None:
    seen = held(messages)
    told = fact(messages, seen, Rank.SENT)

    with pytest.raises(Lost):
        put_off(messages, seen)

    assert reread(messages, seen) == told


def test_retry_is_refused_to_a_worker_whose_claim_was_taken_over(messages: Messages) -> None:
    mine = held(messages)
    theirs = reclaimed(messages, mine)

    with pytest.raises(Lost):
        put_off(messages, mine)

    assert reread(messages, mine) == theirs


def test_retry_is_refused_when_a_cancel_came_between(messages: Messages) -> None:
    seen = held(messages)
    stopped, _ = canceled(messages, seen)

    with pytest.raises(Lost):
        put_off(messages, seen)

    assert reread(messages, seen) == stopped


def test_a_bad_end_is_done_and_in_the_list_of_its_day(messages: Messages, table: Table) -> None:
    seen = held(messages)

    after = ended(messages, seen)

    state = after.progress
    assert (state.phase, state.rank, state.bad) == (Phase.DONE, Rank.ENDED, NOW + 100)
    assert (state.log[1].ending, state.log[1].reason, state.log[1].code) == (Status.FAILED, "provider_error", "550")
    assert reread(messages, seen) == after
    assert work_of(table, seen) == []
    assert bad_ends(table) == [keys.message(seen.id)[0]]


def test_a_bad_end_before_any_call_needs_no_token(messages: Messages, table: Table) -> None:
    seen = accepted(messages, message())

    after = ended(messages, seen, Status.SUPPRESSED)

    assert (after.progress.rank, after.progress.log[0].ending) == (Rank.ENDED, Status.SUPPRESSED)
    assert reread(messages, seen) == after
    assert len(bad_ends(table)) == 1


def test_a_fact_that_came_first_wins_over_a_bad_end(messages: Messages, table: Table) -> None:
    seen = fact(messages, held(messages), Rank.DELIVERED)

    after = ended(messages, seen)

    assert (after.progress.phase, after.progress.rank) == (Phase.DONE, Rank.DELIVERED)
    assert after.progress.log[1].ending is None
    assert bad_ends(table) == []


def test_a_bad_end_is_refused_when_a_fact_came_between(messages: Messages) -> None:
    seen = held(messages)
    told = fact(messages, seen, Rank.DELIVERED)

    with pytest.raises(Lost):
        ended(messages, seen)

    assert reread(messages, seen) == told


def test_a_bad_end_before_any_call_is_refused_when_somebody_has_claimed_it(messages: Messages) -> None:
    seen = accepted(messages, message())
    theirs = claimed(messages, seen)

    with pytest.raises(Lost):
        ended(messages, seen, Status.SUPPRESSED)

    assert reread(messages, seen) == theirs


def test_a_bad_end_is_refused_to_a_worker_whose_claim_was_taken_over(messages: Messages) -> None:
    mine = held(messages)
    theirs = reclaimed(messages, mine)

    with pytest.raises(Lost):
        ended(messages, mine)

    assert reread(messages, mine) == theirs
