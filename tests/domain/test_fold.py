"""A message over its attempts, a notification over its messages, the headline; and that no rank ever falls."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.domain import attempts
from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.model import EventKind
from heliograph.domain.status import TABLE, Rank, Row, Status, fold, headline, roll_up, row_of
from heliograph.domain.tries import Try

E = EventKind
FACTS = [row.rank for row in TABLE if row.event]


def standings(*ranks: Rank) -> list[tuple[Rank, Row]]:
    """Attempt 0 and what follows."""
    return [(rank, row_of(rank)) for rank in (Rank.SCHEDULED, *ranks)]


def ended(ending: Status) -> tuple[Rank, Row]:
    return Rank.ENDED, row_of(Rank.ENDED, ending)


@pytest.mark.parametrize(
    ("ranks", "waiting", "attempt", "rank"),
    [
        ((Rank.SENT,), False, 1, Rank.SENT),
        ((Rank.DELIVERED,), False, 1, Rank.DELIVERED),
        ((Rank.DELIVERED, Rank.HARD_BOUNCE), False, 1, Rank.DELIVERED),
        ((Rank.HARD_BOUNCE, Rank.DELIVERED), False, 2, Rank.DELIVERED),
        ((Rank.DELIVERED, Rank.SENDING), True, 1, Rank.DELIVERED),
        ((Rank.SOFT_BOUNCE,), True, 0, Rank.QUEUED),
        ((Rank.SOFT_BOUNCE, Rank.SENDING), True, 0, Rank.QUEUED),
        ((Rank.SOFT_BOUNCE, Rank.SENT), False, 2, Rank.SENT),
        ((Rank.HARD_BOUNCE, Rank.SENDING, Rank.ENDED), False, 1, Rank.HARD_BOUNCE),
        ((Rank.SENDING, Rank.SENDING, Rank.ENDED), False, 3, Rank.ENDED),
        ((Rank.SENT, Rank.FAILED, Rank.SENDING), False, 2, Rank.FAILED),
    ],
)
def test_a_message_stands_where_its_attempts_say(
    ranks: tuple[Rank, ...],
    waiting: bool,  # noqa: FBT001  # pytest passes parameters by name
    attempt: int,
    rank: Rank,
) -> None:
    assert fold(standings(*ranks), waiting=waiting, due_later=False) == (attempt, row_of(rank))


@pytest.mark.parametrize("ending", [Status.SUPPRESSED, Status.CANCELED, Status.EXPIRED, Status.FAILED])
def test_a_message_that_we_ended_before_any_call_stands_at_that_ending(ending: Status) -> None:
    number, row = fold([ended(ending)], waiting=False, due_later=False)

    assert (number, row.status) == (0, ending)


def test_what_was_never_tried_and_is_due_later_is_scheduled() -> None:
    assert fold(standings(), waiting=True, due_later=True)[1].status is Status.SCHEDULED
    assert fold(standings(), waiting=True, due_later=False)[1].status is Status.QUEUED
    assert fold(standings(Rank.SOFT_BOUNCE), waiting=True, due_later=True)[1].status is Status.QUEUED


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], Status.DELIVERED),
        ([E.OPENED], Status.OPENED),
        ([E.CLICKED, E.OPENED], Status.CLICKED),
        ([E.UNSUBSCRIBED, E.CLICKED, E.OPENED], Status.UNSUBSCRIBED),
        ([E.OPENED, E.COMPLAINED, E.UNSUBSCRIBED], Status.SPAM),
    ],
)
def test_the_headline_is_the_strongest_engagement_else_the_delivery(marks: list[EventKind], expected: Status) -> None:
    assert headline(Status.DELIVERED, marks) is expected
    assert headline(Status.DELIVERED, reversed(marks)) is expected


def messages(*told: tuple[Rank, bool]) -> list[tuple[Row, bool]]:
    return [(row_of(rank), is_open) for rank, is_open in told]


@pytest.mark.parametrize(
    ("told", "single", "every"),
    [
        ([(Rank.SENT, False)], 0, 0),
        ([(Rank.HARD_BOUNCE, False), (Rank.SENT, False)], 1, 0),
        ([(Rank.DELIVERED, False), (Rank.SENT, True)], 0, 1),
        ([(Rank.HARD_BOUNCE, False), (Rank.DELIVERED, False), (Rank.SENT, False)], 1, 1),
        ([(Rank.QUEUED, True), (Rank.DELIVERED, False)], 1, 0),
        ([(Rank.SENT, False), (Rank.FAILED, False), (Rank.DROPPED, False)], 2, 1),
        ([(Rank.SENT, False), (Rank.DEFERRED, False)], 1, 1),
    ],
)
def test_a_notification_is_spoken_for_by_one_of_its_messages(
    told: list[tuple[Rank, bool]], single: int, every: int
) -> None:
    assert roll_up(messages(*told), every=False) == single
    assert roll_up(messages(*told), every=True) == every


WHY = Try(reason="provider_unavailable")
WAITING: dict[str, Callable[[Progress], Move]] = {
    "claim": lambda s: attempts.claim(s, now=1, token="t", lease=2, integration="i", provider="p"),
    "suppress": lambda s: attempts.end(s, now=1, ending=Status.SUPPRESSED, why=WHY),
    "finish waiting": lambda s: attempts.finish_waiting(s, now=1),
}
IN_CALL: dict[str, Callable[[Progress], Move]] = {
    "sent": lambda s: attempts.sent(s, now=1, provider_message_id="m"),
    "retry": lambda s: attempts.retry(s, now=1, due=2, free=False, why=WHY),
    "throttled": lambda s: attempts.retry(s, now=1, due=2, free=True, why=WHY),
    "fail": lambda s: attempts.end(s, now=1, ending=Status.FAILED, why=WHY),
    "unknown": lambda s: attempts.end(s, now=1, ending=Status.UNKNOWN, why=WHY),
    "reclaim": lambda s: attempts.reclaim(s, token="u", lease=3),
    "settle": lambda s: attempts.settle(s, now=1),
}
ALWAYS: dict[str, Callable[[Progress], Move]] = {
    "cancel": lambda s: attempts.cancel(s, now=1)[0],
    "push": lambda s: attempts.push(s, check=5),
}


def step(state: Progress, choice: tuple[str, int, Rank]) -> Progress:
    """One move, where the state allows it."""
    name, attempt, rank = choice
    if name == "fact":
        told = attempts.fact(state, attempt=attempt, rank=rank, now=1)
        return told.after if told else state
    if name == "settle" and state.rank < Rank.SENT:
        return state
    if (name == "claim" and (state.stop or state.delivered)) or (name == "push" and state.check is None):
        return state
    allowed = ALWAYS | {Phase.OPEN: WAITING, Phase.CALL: IN_CALL, Phase.DONE: {}}[state.phase]
    return allowed[name](state).after if name in allowed else state


NAMES = ["fact", *WAITING, *IN_CALL, *ALWAYS]
choices = st.tuples(st.sampled_from(NAMES), st.integers(0, 4), st.sampled_from(FACTS))


@given(moves=st.lists(choices, max_size=25), again=st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_no_rank_and_no_attempt_number_ever_falls(moves: list[tuple[str, int, Rank]], again: int) -> None:
    states = [Progress(again=again, check=0)]
    for choice in moves:
        states.append(step(states[-1], choice))

    for before, after in pairwise(states):
        assert before.attempt <= after.attempt
        assert all(old <= new for old, new in zip(before.ranks, after.ranks, strict=False))
    for state in states:
        assert len(state.ranks) == len(state.log) == state.attempt + 1
        assert state.delivered == state.ranks.count(Rank.DELIVERED)
        assert (state.check is None) == (state.phase is Phase.DONE)
        assert bool(state.token) == (state.phase is Phase.CALL)
