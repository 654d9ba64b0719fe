"""Fair queueing: projects share an account's rate in equal turns, the rate is kept, and nobody loses a place."""

from collections import defaultdict
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.fair_queue import Line, fresh

WORK = 20_000
"""Microseconds: fifty a second."""
START = 1_000_000_000

type Arrivals = list[tuple[int, str, int]]
"""(microseconds after the start, project, messages)."""

ARRIVALS = st.lists(
    st.tuples(st.integers(0, 20_000_000), st.sampled_from("abcd"), st.integers(1, 200)), min_size=1, max_size=12
)


@dataclass
class Served:
    """What became of the messages of some arrivals."""

    times: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    wakeups: int = 0
    asked: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def all(self) -> list[int]:
        return sorted(at for times in self.times.values() for at in times)


def taken(line: Line, project: str, count: int, now: int) -> tuple[int, Line]:
    """The first of so many tags, as the store takes them."""
    if not line.waits(project, now):
        after = line.joined(project, count * WORK, now)
        return after.virtual, after
    tag = line.ends[project]
    return tag, Line(virtual=line.virtual, at=line.at, ends={**line.ends, project: tag + count * WORK})


def served(arrivals: Arrivals) -> Served:
    """Every message sleeps until its turn, looks again, and goes or sleeps on."""
    found, line = Served(), fresh(START)
    waking: list[tuple[int, int, str, int]] = []
    coming = sorted((START + at, project, count) for at, project, count in arrivals)
    while coming or waking:
        if coming and (not waking or coming[0][0] <= waking[0][0]):
            now, project, count = coming.pop(0)
            tag, line = taken(line, project, count, now)
            for number in range(count):
                found.asked[project].append(now)
                heappush(waking, (line.comes(tag + number * WORK), len(waking), project, tag + number * WORK))
            continue
        now, _, project, tag = heappop(waking)
        found.wakeups += 1
        if (turn := line.comes(tag)) > now:
            heappush(waking, (turn, len(waking), project, tag))
        else:
            found.times[project].append(now)
    return found


@given(ARRIVALS)
def test_the_rate_is_never_exceeded(arrivals: Arrivals) -> None:
    times = served(arrivals).all

    # Each of the projects may begin a turn at the same moment.
    slack = len({project for _, project, _ in arrivals}) + 1
    for first in range(0, len(times), 7):
        for last in range(first, len(times), 7):
            assert last - first <= (times[last] - times[first]) / WORK + slack


@given(ARRIVALS)
def test_nothing_is_left_idle_while_somebody_waits(arrivals: Arrivals) -> None:
    found = served(arrivals)

    begun, projects = START, len(found.times)
    free = START
    for at, _, count in sorted(arrivals):
        begun = max(free, START + at)
        free = begun + count * WORK
    # Four projects and a rounding of a microsecond for each stage.
    assert found.all[-1] <= free + projects * WORK


@given(ARRIVALS)
def test_no_project_waits_longer_than_if_all_had_always_asked(arrivals: Arrivals) -> None:
    found = served(arrivals)

    projects = len(found.times)
    for name, times in found.times.items():
        free = START
        for asked, went in zip(sorted(found.asked[name]), sorted(times), strict=True):
            # A line of its own, with its share of the rate.
            free = max(free, asked)
            assert went <= free + projects * WORK
            free += projects * WORK


@given(ARRIVALS)
def test_a_project_keeps_its_order_and_takes_no_turn_twice(arrivals: Arrivals) -> None:
    line, tags = fresh(START), defaultdict[str, list[int]](list)
    for at, project, count in sorted(arrivals):
        tag, line = taken(line, project, count, START + at)
        tags[project] += [tag + number * WORK for number in range(count)]

    for mine in tags.values():
        assert all(after - before >= WORK for before, after in pairwise(mine))


@given(ARRIVALS, st.integers(0, 30_000_000), st.integers(0, 30_000_000))
def test_virtual_time_runs_on_and_never_ahead_of_the_clock(arrivals: Arrivals, one: int, other: int) -> None:
    line = fresh(START)
    for at, project, count in sorted(arrivals):
        _, line = taken(line, project, count, START + at)

    early, late = line.at + min(one, other), line.at + max(one, other)
    assert line.virtual_at(early) <= line.virtual_at(late) <= late


def test_a_hundred_thousand_of_one_project_do_not_make_ten_of_another_wait() -> None:
    found = served([(0, "large", 100_000), (60_000_000, "small", 10)])

    begun = START + 60_000_000
    assert max(found.times["small"]) - begun <= 2 * 10 * WORK
    assert max(found.times["large"]) - START <= 100_010 * WORK
    # Those of the large one that had slept until then look once more.
    assert found.wakeups <= 2 * 100_010


def test_one_project_alone_has_the_whole_rate_and_wakes_up_once() -> None:
    found = served([(0, "only", 1000)])

    assert found.all == [START + number * WORK for number in range(1000)]
    assert found.wakeups == 1000
