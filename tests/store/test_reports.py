"""Provider events as items: timeline, archive and de-duplication in one."""

import json
import zlib
from typing import Any

import pytest

from heliograph.domain.model import EventKind
from heliograph.store.messages import Messages
from heliograph.store.report_items import digest
from tests.support.builders import NOW, message, message_id, moment, report
from tests.support.moves import accepted
from tests.support.table import scan

TTL = (NOW // 1000) + 1_000_000


def test_a_report_comes_back_as_it_was_kept(messages: Messages) -> None:
    at = accepted(messages, message()).id
    told = report(
        EventKind.BOUNCED,
        "hard",
        event_id="e-1",
        reason="hard_bounce",
        code="5.1.1",
        text="550 no such user",
        machine=True,
        raw={"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}},
        own=False,
    )

    new = messages.record(at, told, ttl=TTL)

    whole = messages.whole("demo", at.notification, now=NOW)
    assert new
    assert whole is not None
    [kept] = whole.reports
    assert (kept.event, kept.attempt, kept.integration, kept.received, kept.own) == (
        told.event,
        told.attempt,
        told.integration,
        told.received,
        False,
    )
    assert kept.key == digest(told)


def test_a_repeat_is_not_kept_again_whenever_it_comes(messages: Messages, client: Any) -> None:
    at = accepted(messages, message()).id
    messages.record(at, report(EventKind.DELIVERED, received=NOW), ttl=TTL)

    new = messages.record(at, report(EventKind.DELIVERED, received=NOW + 3_600_000), ttl=TTL)

    assert not new
    assert len(scan(client)) == 2


@pytest.mark.parametrize(
    "other",
    [
        report(EventKind.DELIVERED, event_id="e-2"),
        report(EventKind.OPENED, event_id="e-1"),
        report(EventKind.DELIVERED, event_id="e-1", attempt=2),
        report(EventKind.DELIVERED, event_id="e-1", recipient="grace@example.com"),
        report(EventKind.DELIVERED, event_id="e-1", provider_message_id="m-2"),
        report(EventKind.DELIVERED, event_id="e-1", integration="int-other"),
    ],
    ids=["event id", "kind", "attempt", "recipient", "provider's message", "integration"],
)
def test_events_that_differ_in_one_part_of_their_identity_are_both_kept(messages: Messages, other: Any) -> None:
    at = accepted(messages, message()).id
    messages.record(at, report(EventKind.DELIVERED, event_id="e-1"), ttl=TTL)

    assert messages.record(at, other, ttl=TTL)


def test_without_an_id_the_providers_own_time_tells_events_apart(messages: Messages) -> None:
    at = accepted(messages, message()).id
    messages.record(at, report(EventKind.OPENED, occurred_at=moment(NOW)), ttl=TTL)

    assert messages.record(at, report(EventKind.OPENED, occurred_at=moment(NOW + 1)), ttl=TTL)
    assert not messages.record(at, report(EventKind.OPENED, occurred_at=moment(NOW)), ttl=TTL)


def test_the_same_event_about_two_messages_of_a_notification_is_kept_for_each(messages: Messages) -> None:
    at = accepted(messages, message()).id
    messages.record(at, report(EventKind.DELIVERED), ttl=TTL)

    assert messages.record(message_id(number=1), report(EventKind.DELIVERED, message=1), ttl=TTL)
    whole = messages.whole("demo", at.notification, now=NOW)
    assert whole is not None
    assert sorted(kept.message for kept in whole.reports) == [0, 1]


def test_the_archive_holds_the_raw_event_compressed_and_nobodys_address(messages: Messages, client: Any) -> None:
    at = accepted(messages, message()).id
    raw = {"eventType": "Delivery", "delivery": {"smtpResponse": "250 OK"}}

    messages.record(at, report(EventKind.DELIVERED, recipient="grace@example.com", raw=raw), ttl=TTL)

    [item] = [item for item in scan(client) if item["sk"]["S"].startswith("E#")]
    assert json.loads(zlib.decompress(item["raw"]["B"])) == raw
    assert "grace" not in repr(item)


def test_a_report_that_outlived_its_message_does_not_hide_a_new_one(messages: Messages) -> None:
    old = message()
    unsubscribed = report(EventKind.UNSUBSCRIBED, event_id="link", provider_message_id="", received=NOW)
    messages.record(old.id, unsubscribed, ttl=old.expires_from_table)
    later = (old.expires_from_table + 1) * 1000

    again = report(EventKind.UNSUBSCRIBED, event_id="link", provider_message_id="", received=later)

    assert messages.record(old.id, again, ttl=later // 1000 + 1_000_000)


def test_hits_are_counted_as_stored_or_beyond_what_is_stored(messages: Messages) -> None:
    at = accepted(messages, message()).id

    for stored in (True, True, False):
        messages.count_hit(at, stored=stored)
    messages.mark(at, EventKind.OPENED)
    messages.mark(at, EventKind.CLICKED)
    messages.mark(at, EventKind.OPENED)

    found = messages.load(at, now=NOW)
    assert found is not None
    assert (found.hits, found.uncounted) == (2, 1)
    assert found.engaged == {EventKind.OPENED, EventKind.CLICKED}


def test_hints_about_a_message_that_is_gone_make_no_item(messages: Messages, client: Any) -> None:
    messages.count_hit(message_id(), stored=True)
    messages.mark(message_id(), EventKind.OPENED)

    assert scan(client) == []
