"""What is due in a minute is woken at its second, however much it is and however often a run ends before the last."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.message import Hint, Lane, MessageId, Overdue
from heliograph.domain.retry import MINUTE
from heliograph.names import WORK_SHARDS
from heliograph.usecases import release as releasing
from heliograph.usecases.release import Release, Rest

AT = 1_800_000_000_000


@dataclass
class Index:
    """A work index, and the wake-up calls that were made of it."""

    entries: dict[int, list[Overdue]] = field(default_factory=dict)
    woken: list[tuple[MessageId, int]] = field(default_factory=list)
    again: list[tuple[int, Rest]] = field(default_factory=list)
    pages: int = 0
    most: int = 1_000_000
    """Pages for which the time of a run lasts."""

    def put(self, number: int, check: int) -> None:
        at = MessageId(project="acme", notification=f"{number:026d}")
        entry = Overdue(message=at, lane=Lane.NORMAL, check=check)
        self.entries.setdefault(number % WORK_SHARDS, []).append(entry)

    def due(self, shard: int, *, since: str, before: int, limit: int) -> Sequence[tuple[Overdue, str]]:
        self.pages += 1
        named = [(one, f"{one.check:013d}#{one.message.notification}") for one in self.entries.get(shard, [])]
        found = sorted(
            (pair for pair in named if pair[1] >= since and pair[0].check < before), key=lambda pair: pair[1]
        )
        return found[:limit]

    def wake_all(self, calls: Sequence[tuple[Hint, Lane, int]]) -> None:
        self.woken += [(hint.message, at) for hint, _, at in calls]

    def release(self) -> Release:
        self.pages = 0
        return Release(
            messages=self,
            wakeups=self,
            again=lambda minute, rest: self.again.append((minute, rest)),
            remaining=lambda: 30.0 if self.pages < self.most else 0.0,
            side_by_side=1,
        )


def test_what_is_due_in_the_minute_is_woken_each_at_its_own_second() -> None:
    index = Index()
    for number, check in enumerate((AT, AT + 17_000, AT + 59_999, AT + MINUTE, AT - 1)):
        index.put(number, check)

    count = index.release()(AT)

    assert count == 3
    assert sorted(at for _, at in index.woken) == [AT, AT + 17_000, AT + 59_999]
    assert index.again == []


@given(
    checks=st.lists(st.sampled_from([AT, AT + 1, AT + 30_000]), max_size=60),
    page=st.integers(2, 7),
    most=st.integers(1, 40),
)
def test_runs_that_end_early_go_on_until_all_are_woken(checks: list[int], page: int, most: int) -> None:
    index = Index(most=most)
    for number, check in enumerate(checks):
        index.put(number, check)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "PAGE", page)
        index.release()(AT)
        while index.again:
            index.release()(*index.again.pop())

    assert {(message.notification, at) for message, at in index.woken} == {
        (f"{number:026d}", check) for number, check in enumerate(checks)
    }
