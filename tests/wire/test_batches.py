from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.model import EventKind, ProviderEvent, Received
from heliograph.wire import reading
from heliograph.wire.batches import received


def read(entry: Any) -> ProviderEvent | str:
    name = reading.text(entry, "event")
    return ProviderEvent(kind=EventKind.DELIVERED, code=name) if name == "delivered" else name


def test_events_and_the_names_of_the_ignored_keep_their_order() -> None:
    batch = [{"event": "delivered"}, {"event": "inbound"}, {"event": "delivered"}, {"event": "sync"}]

    found = received(batch, read)

    assert len(found.events) == 2
    assert found.ignored == ("inbound", "sync")


def test_a_malformed_entry_does_not_lose_the_others() -> None:
    batch = [7, {"event": "delivered", "x": float("nan")}, {"event": "\ud800"}, {}, {"event": "delivered"}]

    found = received(batch, read)

    assert len(found.events) == 1
    assert found.ignored == ("malformed",) * 4


def test_a_long_name_is_cut() -> None:
    assert received([{"event": "x" * 1000}], read) == Received(ignored=("x" * reading.LONGEST_NAME,))


@given(batch=st.lists(st.sampled_from([{"event": "delivered"}, {"event": "new"}, None, [], "delivered"]), max_size=9))
def test_every_entry_is_an_event_or_counted(batch: list[Any]) -> None:
    found = received(batch, read)

    assert len(found.events) + len(found.ignored) == len(batch)
