"""Counters and the rate bucket: one conditional update each, right also for many at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from heliograph.domain.limits import Counter
from heliograph.domain.project import Mode
from heliograph.store.counters import Counters
from heliograph.store.table import Table
from tests.support.one_by_one import OneByOne
from tests.support.table import NAME

NOW = 1_800_000_000_000


def counter(limit: int, amount: int = 1, name: str = "day#1") -> Counter:
    return Counter(name=name, amount=amount, limit=limit, ends=NOW + 1000, code="QUOTA_EXCEEDED", what="messages")


@pytest.fixture
def counters(client: Any) -> Counters:
    return Counters(Table(OneByOne(client), NAME))


def test_it_counts_up_to_the_limit_and_then_tells_what_stands_there(counters: Counters) -> None:
    found = [counters.take("p", Mode.LIVE, counter(5, amount=2)) for _ in range(3)]

    assert found == [None, None, 4]


def test_what_is_larger_than_the_limit_is_never_counted(counters: Counters) -> None:
    assert counters.take("p", Mode.LIVE, counter(1, amount=2)) == 0


def test_what_is_given_back_can_be_taken_again(counters: Counters) -> None:
    counters.take("p", Mode.LIVE, counter(1))
    counters.give_back("p", Mode.LIVE, counter(1))

    assert counters.take("p", Mode.LIVE, counter(1)) is None


def test_projects_modes_and_names_are_counted_apart(counters: Counters) -> None:
    counters.take("p", Mode.LIVE, counter(1))

    assert counters.take("q", Mode.LIVE, counter(1)) is None
    assert counters.take("p", Mode.TEST, counter(1)) is None
    assert counters.take("p", Mode.LIVE, counter(1, name="day#2")) is None


def test_many_at_once_never_pass_the_limit(counters: Counters) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: counters.take("p", Mode.LIVE, counter(10)), range(30)))

    assert found.count(None) == 10


def slots(counters: Counters, count: int = 1, *, rate: int = 10, after: int = 0) -> float:
    return counters.slots("p", Mode.LIVE, count, rate=rate, now=NOW + after)


def test_a_second_s_worth_may_come_at_once(counters: Counters) -> None:
    assert [slots(counters) for _ in range(10)] == [0] * 10
    assert slots(counters) == pytest.approx(0.1)


def test_slots_come_back_with_time(counters: Counters) -> None:
    for _ in range(10):
        slots(counters)

    assert slots(counters, after=99) > 0
    assert slots(counters, after=100) == 0
    assert slots(counters, after=100) > 0


def test_more_than_a_second_s_worth_waits_for_an_empty_bucket(counters: Counters) -> None:
    assert slots(counters, 100) == 0
    assert slots(counters, 100) == pytest.approx(10)
    assert slots(counters, 1) == pytest.approx(9.1)
    assert slots(counters, 100, after=10_000) == 0


def test_a_full_bucket_is_not_filled_further_by_who_is_refused(counters: Counters) -> None:
    for _ in range(10):
        slots(counters)
    for _ in range(20):
        slots(counters)

    assert slots(counters) == pytest.approx(0.1)


def test_many_at_once_get_no_more_slots_than_there_are(counters: Counters) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: slots(counters), range(40)))

    assert found.count(0) == 10
