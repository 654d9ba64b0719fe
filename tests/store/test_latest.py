"""Lists: newest first over months and shards without loss or repeat, and what is overdue."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heliograph.domain.identity import work_shard
from heliograph.domain.message import Lane, Message
from heliograph.domain.project import Mode
from heliograph.names import TIME_SHARDS, WORK_SHARDS
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message, message_id
from tests.support.moves import accepted, claimed, sent


def at(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]  # parts of a date


MOMENTS = (
    at(2026, 11, 30, 23, 59, 59),
    at(2026, 12, 1),
    at(2026, 12, 31, 23, 59, 59),
    at(2027, 1, 1),
    at(2027, 1, 1),
    at(2027, 1, 15),
    at(2027, 3, 1),
)
"""The ends and beginnings of months, of a year, twice the same moment, and a month with nothing before the last."""
SINCE = at(2026, 11, 1)


@cache
def name_in_shard(shard: int, number: int) -> str:
    """The *number*-th name that lies in this shard of the index by time."""
    names = (f"n{place:025d}" for place in range(10_000))
    return [name for name in names if work_shard(name) % TIME_SHARDS == shard][number]


def pages(store: Messages, limit: int, mode: Mode = Mode.LIVE, project: str = "demo") -> Iterator[list[Message]]:
    """Page after page, as a caller walks the list."""
    before = (MOMENTS[-1] + 1, "")
    while page := store.latest(project, mode, since=SINCE, before=before, limit=limit):
        yield page
        before = (page[-1].created, page[-1].id.notification)


PROJECTS = count()
"""One for each example, since they share a table."""


@given(
    placed=st.lists(st.tuples(st.sampled_from(MOMENTS), st.sampled_from(range(TIME_SHARDS))), max_size=12),
    limit=st.integers(1, 5),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_show_every_notification_once_newest_first(
    messages: Messages, placed: list[tuple[int, int]], limit: int
) -> None:
    project = f"p{next(PROJECTS)}"
    made = [
        message(id=message_id(name_in_shard(shard, number), project=project), created=created)
        for number, (created, shard) in enumerate(placed)
    ]
    for one in made:
        messages.accept(one, now=one.created)

    shown = [one for page in pages(messages, limit, project=project) for one in page]

    expected = sorted(made, key=lambda one: (one.created, one.id.notification), reverse=True)
    assert [one.id for one in shown] == [one.id for one in expected]


def test_a_page_is_never_longer_than_its_limit(messages: Messages) -> None:
    for number in range(7):
        messages.accept(message(id=message_id(name_in_shard(number % 2, number))), now=NOW)

    assert [len(page) for page in pages(messages, 3)] == [3, 3, 1]


def test_what_test_keys_sent_is_in_a_list_of_its_own(messages: Messages) -> None:
    live, test = message(), message(id=message_id(name_in_shard(1, 0)), mode=Mode.TEST)
    messages.accept(live, now=NOW)
    messages.accept(test, now=NOW)

    assert [list(pages(messages, 5, mode)) for mode in (Mode.LIVE, Mode.TEST)] == [[[live]], [[test]]]


def test_a_list_of_another_project_is_empty(messages: Messages) -> None:
    messages.accept(message(), now=NOW)

    assert messages.latest("other", Mode.LIVE, since=SINCE, before=(NOW + 1, ""), limit=5) == []


def test_an_entry_whose_message_is_gone_hides_no_other(messages: Messages, table: Table) -> None:
    made = [message(id=message_id(name_in_shard(0, number)), created=NOW - number) for number in range(4)]
    for one in made:
        messages.accept(one, now=one.created)
    gone = made[1].id

    forgetful = Messages(_WithoutItem(table, f"demo#N#{gone.notification}"))
    shown = [one for page in pages(forgetful, 2) for one in page]

    assert [one.id for one in shown] == [made[0].id, made[2].id, made[3].id]


class _WithoutItem(Table):
    """The table when its index still shows a message that is no longer there: indexes lag behind."""

    def __init__(self, table: Table, gone: str) -> None:
        super().__init__(table._client, table.name)
        self._gone = gone

    def get_many(self, keys: Any, *, strong: bool = False) -> Any:
        found = super().get_many(keys, strong=strong)
        return {key: item for key, item in found.items() if key[0] != self._gone}


def test_overdue_finds_what_is_past_its_check_time_in_every_partition(messages: Messages) -> None:
    made = [message(id=message_id(name_in_shard(number % 2, number)), created=NOW + number) for number in range(30)]
    for one in made:
        messages.accept(one, now=one.created)

    found = list(messages.overdue(before=NOW + 20, limit=100))

    assert {entry.message for entry in found} == {one.id for one in made[:20]}
    assert len({work_shard(one.id.notification) for one in made}) > WORK_SHARDS / 2


def test_overdue_reaches_a_minute_past_any_number_of_older_entries(messages: Messages) -> None:
    shard = work_shard(message_id(name_in_shard(0, 0)).notification)
    names = [name_in_shard(0, number) for number in range(200)]
    made = [message_id(name) for name in names if work_shard(name) == shard][:4]
    *old, wanted = made
    for number, at in enumerate(old):
        messages.accept(message(id=at, created=NOW + number), now=NOW)
    messages.accept(message(id=wanted, created=NOW + 60_000), now=NOW)

    found = list(messages.overdue(since=NOW + 60_000, before=NOW + 120_000, limit=1))

    assert [entry.message for entry in found] == [wanted]


def test_overdue_names_the_message_its_lane_and_its_check_time(messages: Messages) -> None:
    messages.accept(message(lane=Lane.CRITICAL), now=NOW)

    [entry] = messages.overdue(before=NOW + 1, limit=1)

    assert (entry.message, entry.lane, entry.check) == (message_id(), Lane.CRITICAL, NOW)


def test_overdue_shows_calls_that_hang_and_nothing_that_is_done(messages: Messages) -> None:
    hanging = claimed(messages, accepted(messages, message()))
    before = [entry.message for entry in messages.overdue(before=NOW + 1, limit=10)]

    sent(messages, hanging)

    assert before == [hanging.id]
    assert list(messages.overdue(before=NOW + 10**10, limit=10)) == []


def test_overdue_takes_the_oldest_of_a_partition_first_up_to_its_limit(messages: Messages) -> None:
    names = [name for number in range(400) if work_shard(name := f"x{number:025d}") == 3][:5]
    for number, name in enumerate(names):
        messages.accept(message(id=message_id(name), created=NOW - number), now=NOW - number)

    found = list(messages.overdue(before=NOW + 1, limit=3))

    assert [entry.check for entry in found] == [NOW - 4, NOW - 3, NOW - 2]
