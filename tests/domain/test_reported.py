"""Failures that are reported later: which of them pass, and that no order of reports decides what follows."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain import attempts, hidden
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.model import Bounce, Channel, EventKind, ProviderEvent
from heliograph.domain.persistence import Persistence
from heliograph.domain.persistence import attempts as allowed
from heliograph.domain.reasons import Reason
from heliograph.domain.reported import is_lasting
from heliograph.domain.retry import REPORTED, after_report
from heliograph.domain.status import TRY_AGAIN, Rank
from heliograph.domain.tries import Try

NOW = 1_800_000_000_000
FACTS = [
    (rank, lasting)
    for rank in (Rank.DEFERRED, Rank.SOFT_BOUNCE, Rank.DELIVERED, Rank.FAILED, Rank.DROPPED, Rank.HARD_BOUNCE)
    for lasting in ((False, True) if rank in TRY_AGAIN else (False,))
]


def sent(again: int = 2, **changes: Any) -> Progress:
    """A message whose first attempt a provider took."""
    state = Progress(due=NOW, check=NOW, expires=NOW + 72 * 3_600_000, again=again)
    claimed = attempts.claim(state, now=NOW, token="t", lease=NOW + 1, integration="i", provider="p").after
    return replace(attempts.sent(claimed, now=NOW, provider_message_id="m").after, **changes)


def told(state: Progress, *facts: tuple[int, bool], attempt: int = 1) -> Progress:
    for rank, lasting in facts:
        move = attempts.fact(state, attempt=attempt, rank=rank, now=NOW, lasting=lasting)
        state = move.after if move else state
    return state


@pytest.mark.parametrize(
    ("kind", "bounce", "reason", "lasting"),
    [
        (EventKind.BOUNCED, "soft", "", False),
        (EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR, False),
        (EventKind.BOUNCED, "soft", Reason.THROTTLED, False),
        (EventKind.BOUNCED, "soft", Reason.INVALID_RECIPIENT, True),
        (EventKind.BOUNCED, "soft", Reason.UNSUBSCRIBED, True),
        (EventKind.FAILED, None, Reason.PROVIDER_UNAVAILABLE, False),
        (EventKind.FAILED, None, Reason.THROTTLED, False),
        (EventKind.FAILED, None, Reason.PROVIDER_ERROR, True),
        (EventKind.FAILED, None, Reason.INVALID_RECIPIENT, True),
        (EventKind.FAILED, None, Reason.EXPIRED, True),
        (EventKind.FAILED, None, "", True),
    ],
)
def test_what_passes_is_said_by_kind_and_reason(kind: EventKind, bounce: Bounce, reason: str, *, lasting: bool) -> None:
    assert is_lasting(ProviderEvent(kind=kind, bounce=bounce, reason=reason)) is lasting


def test_a_passing_failure_waits_for_its_turn_and_then_makes_one_new_attempt() -> None:
    waits = told(sent(), (Rank.SOFT_BOUNCE, False))

    second = attempts.claim(waits, now=waits.due, token="u", lease=NOW, integration="j", provider="q").after
    taken = attempts.sent(second, now=waits.due, provider_message_id="n").after
    done = told(taken, (Rank.SOFT_BOUNCE, False), attempt=2)

    assert (waits.phase, waits.due, waits.check) == (Phase.OPEN, NOW + REPORTED[0], NOW + REPORTED[0])
    assert (done.phase, done.attempt, done.check, done.bad) == (Phase.DONE, 2, None, NOW)


@pytest.mark.parametrize("rank", [Rank.DROPPED, Rank.HARD_BOUNCE])
def test_what_is_for_good_is_never_tried_again(rank: Rank) -> None:
    assert told(sent(5), (rank, False)).phase is Phase.DONE
    assert told(sent(5), (Rank.SOFT_BOUNCE, False), (rank, False)).phase is Phase.DONE


@pytest.mark.parametrize("rank", sorted(TRY_AGAIN))
def test_a_report_that_it_lasts_ends_the_waiting(rank: Rank) -> None:
    assert told(sent(), (rank, False)).phase is Phase.OPEN
    assert told(sent(), (rank, False), (rank, True)).phase is Phase.DONE
    assert told(sent(), (rank, True), (rank, False)).phase is Phase.DONE


@given(facts=st.lists(st.sampled_from(FACTS), max_size=5), again=st.integers(0, 3))
def test_no_order_of_reports_decides(facts: list[tuple[int, bool]], again: int) -> None:
    results = {
        (one.phase, one.rank, one.attempt, one.delivered, one.due if one.phase is Phase.OPEN else 0)
        for one in (told(sent(again), *order, *order) for order in permutations(facts))
    }

    assert len(results) == 1


@given(refusals=st.integers(0, 4))
def test_attempts_that_were_refused_cost_none(refusals: int) -> None:
    state = Progress(due=NOW, check=NOW, again=2)
    for _ in range(refusals):
        claimed = attempts.claim(state, now=NOW, token="t", lease=NOW, integration="i", provider="p").after
        state = attempts.retry(claimed, now=NOW, due=NOW, free=False, why=Try(reason="provider_unavailable")).after
    claimed = attempts.claim(state, now=NOW, token="t", lease=NOW, integration="i", provider="p").after
    state = attempts.sent(claimed, now=NOW, provider_message_id="m").after

    waits = told(state, (Rank.SOFT_BOUNCE, False), attempt=refusals + 1)

    assert (waits.phase, waits.taken) == (Phase.OPEN, 1)


def test_one_whose_time_would_be_over_is_not_tried_again() -> None:
    late = sent(expires=NOW + REPORTED[0])

    assert told(late, (Rank.SOFT_BOUNCE, False)).phase is Phase.DONE


def test_a_stronger_report_leaves_a_held_try_where_it_is() -> None:
    waits = replace(told(sent(), (Rank.SOFT_BOUNCE, False)), held="event/welcome", held_at=NOW, check=None)

    after = told(waits, (Rank.FAILED, False))

    assert (after.phase, after.held, after.check, after.rank) == (Phase.OPEN, "event/welcome", None, Rank.FAILED)


def test_a_cancel_ends_the_waiting_and_forbids_another() -> None:
    move, won = attempts.cancel(told(sent(), (Rank.SOFT_BOUNCE, False)), now=NOW)

    assert won
    assert (move.after.phase, move.after.rank) == (Phase.DONE, Rank.SOFT_BOUNCE)
    assert told(attempts.cancel(sent(), now=NOW)[0].after, (Rank.SOFT_BOUNCE, False)).phase is Phase.DONE


def test_hidden_keys_stay_while_another_attempt_may_come() -> None:
    assert not hidden.over(sent(2))
    assert hidden.over(sent(0))
    assert hidden.over(sent(1))


def test_the_pauses_grow_and_the_last_one_repeats() -> None:
    assert [after_report(failed) for failed in (1, 2, 3, 4, 9)] == [*REPORTED, REPORTED[-1], REPORTED[-1]]


@pytest.mark.parametrize(
    ("retries", "channel", "once", "expected"),
    [
        (None, Channel.SMS, False, 2),
        (None, Channel.SMS, True, 0),
        (None, Channel.EMAIL, False, 0),
        (0, Channel.SMS, False, 0),
        (3, Channel.EMAIL, True, 4),
    ],
)
def test_how_many_attempts_there_are(retries: int | None, channel: Channel, expected: int, *, once: bool) -> None:
    assert allowed(retries, channel, once=once) == expected


def test_a_sends_own_persistence_goes_before_the_events_member_by_member() -> None:
    event = Persistence(message=1, channel=2, retries=3)

    assert Persistence(channel=5, retries=0).over(event) == Persistence(message=1, channel=5, retries=0)
    assert Persistence().over(event) == event
