"""Content: in the head while it is small, else in an item of its own, named by its request."""

from dataclasses import replace

from heliograph.domain.message import Content
from heliograph.names import PARTITION, SORT
from heliograph.store import keys
from heliograph.store.message_items import encode_content
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message
from tests.support.moves import reread

LARGE = Content(payload={"story": "é" * 5000, "plan": "pro"}, contact={"email": "ada@example.com"})


def sort_keys(table: Table) -> list[str]:
    partition = keys.notification("demo", message().id.notification)
    return [str(item[SORT]) for item in table.query(partition)]


def of_size(size: int) -> Content:
    """Content whose JSON has exactly *size* bytes."""
    empty = len(encode_content(Content(payload={"x": ""})).encode())
    return Content(payload={"x": "a" * (size - empty)})


def test_content_of_three_hundred_bytes_rides_in_the_head(messages: Messages, table: Table) -> None:
    wanted = message(content=of_size(300))

    messages.accept(wanted, now=NOW)

    assert sort_keys(table) == ["A"]
    assert messages.content(reread(messages, wanted)) == wanted.content


def test_one_byte_more_lies_in_an_item_of_its_own(messages: Messages, table: Table) -> None:
    wanted = message(content=of_size(301))

    messages.accept(wanted, now=NOW)

    assert [key[0] for key in sort_keys(table)] == ["A", "D"]
    found = reread(messages, wanted)
    assert found.content is None
    assert messages.content(found) == wanted.content


def test_bytes_are_counted_and_not_characters(messages: Messages, table: Table) -> None:
    wanted = message(content=Content(payload={"x": "é" * 150}))

    messages.accept(wanted, now=NOW)

    assert len(sort_keys(table)) == 2


def test_large_content_survives_and_is_given_back_by_the_accept_itself(messages: Messages) -> None:
    wanted = message(content=LARGE)

    outcome = messages.accept(wanted, now=NOW)

    assert outcome.message.content == LARGE
    assert messages.content(reread(messages, wanted)) == LARGE


def test_two_bodies_under_one_key_never_share_content(messages: Messages) -> None:
    first = message(content=LARGE)
    other = message(content=replace(LARGE, payload={"story": "x" * 5000}), body_hash=b"\x02" * 32)

    messages.accept(first, now=NOW)
    refused = messages.accept(other, now=NOW)

    assert not refused.new
    assert messages.content(reread(messages, first)) == LARGE


def test_a_repeat_of_the_same_request_does_not_change_the_frozen_content(messages: Messages) -> None:
    first = message(content=LARGE)
    repeat = message(content=replace(LARGE, contact={"email": "ada@example.com", "first_name": "Ada"}))
    messages.accept(first, now=NOW)

    messages.accept(repeat, now=NOW + 1000)

    assert messages.content(reread(messages, first)) == LARGE


def test_content_that_outlived_its_message_is_replaced(messages: Messages) -> None:
    old = message(content=LARGE)
    messages.accept(old, now=NOW)
    later = (old.expires_from_table + 1) * 1000
    fresh = message(created=later, content=replace(LARGE, contact={"email": "a@example.com"}))

    messages.accept(fresh, now=later)

    assert messages.content(reread(messages, fresh)) == fresh.content


def test_content_lives_as_long_as_its_message(messages: Messages, table: Table) -> None:
    wanted = message(content=LARGE)

    messages.accept(wanted, now=NOW)

    items = list(table.query(keys.notification("demo", wanted.id.notification)))
    assert {item["ttl"] for item in items} == {wanted.expires_from_table}
    assert all(item[PARTITION].startswith("demo#N#") for item in items)
