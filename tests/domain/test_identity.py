"""How things get their names: the same for ever, different for everything that must not meet."""

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.identity import keyed_hash, notification_id, work_shard
from heliograph.names import WORK_SHARDS


def test_the_id_of_a_notification_never_changes() -> None:
    found = notification_id(project="demo", mode="live", salt="salt", key="order-1001")

    assert found == "uksgryp3w7jupakb4s5jstfkwi"
    assert re.fullmatch("[a-z2-7]{26}", found)


@given(st.tuples(*[st.text(max_size=4)] * 4), st.tuples(*[st.text(max_size=4)] * 4))
def test_ids_are_the_same_exactly_when_every_part_is(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    first, second = (
        notification_id(project=parts[0], mode=parts[1], salt=parts[2], key=parts[3]) for parts in (one, other)
    )

    assert (first == second) == (one == other)


def test_a_part_cannot_run_into_the_next() -> None:
    one = notification_id(project="ab", mode="c", salt="", key="k")
    other = notification_id(project="a", mode="bc", salt="", key="k")

    assert one != other


def test_notifications_spread_over_all_shards_of_work() -> None:
    names = [notification_id(project="demo", mode="live", salt="s", key=str(number)) for number in range(3200)]

    found = Counter(map(work_shard, names))

    assert set(found) == set(range(WORK_SHARDS))
    assert max(found.values()) < 2 * min(found.values())


def test_a_keyed_hash_needs_its_key_and_tells_parts_apart() -> None:
    found = keyed_hash("pepper", "alias", "demo", "ada@example.com")

    assert re.fullmatch("[0-9a-f]{32}", found)
    assert found == keyed_hash("pepper", "alias", "demo", "ada@example.com")
    assert found != keyed_hash("other", "alias", "demo", "ada@example.com")
    assert found != keyed_hash("pepper", "alias", "demoada", "@example.com")
