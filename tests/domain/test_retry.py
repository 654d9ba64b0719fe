"""When a failed attempt is tried again."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.retry import FIRST_BACKOFF, LONGEST_BACKOFF, PUSHES, backoff, push


@given(tries=st.integers(0, 10**6), chance=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_negative_and_never_longer_than_the_longest(tries: int, chance: float) -> None:
    assert 0 <= backoff(tries, lambda: chance) <= LONGEST_BACKOFF


@pytest.mark.parametrize(("tries", "longest"), [(0, 5), (1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (100, 900)])
def test_the_longest_wait_doubles_with_every_try(tries: int, longest: int) -> None:
    almost_one = 1 - 1e-9

    assert backoff(tries, lambda: almost_one) == pytest.approx(longest * 1000, abs=1)


def test_the_jitter_is_full() -> None:
    chances = iter((0.0, 0.25, 0.5))

    assert [backoff(1, lambda: next(chances)) for _ in range(3)] == [0, FIRST_BACKOFF // 4, FIRST_BACKOFF // 2]


def test_the_sweep_pushes_ahead_further_each_time_up_to_an_hour() -> None:
    found = [push(count) // 60_000 for count in range(7)]

    assert found == [5, 10, 20, 40, 60, 60, 60]
    assert all(one < next_one for one, next_one in pairwise(PUSHES))
