"""Suppressed addresses: hashes only, per channel, per project, test apart from live; the first reason stays."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.contact import Suppression
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from heliograph.store.contacts import Contacts
from tests.support.builders import NOW
from tests.support.table import scan

WHY = Suppression(reason="hard_bounce", source="n-1", at=NOW)
ADDRESS = "Ada.Lovelace@Example.com"


def test_a_suppressed_address_is_found_however_it_is_written(contacts: Contacts) -> None:
    contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, ADDRESS, WHY)
    contacts.suppress("demo", Mode.LIVE, Channel.SMS, "+46 70-123 45 67", WHY)

    assert contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, ADDRESS.lower()) == WHY
    assert contacts.suppressed("demo", Mode.LIVE, Channel.SMS, "+46701234567") == WHY
    assert contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, "grace@example.com") is None


def test_the_first_reason_stays(contacts: Contacts) -> None:
    contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, ADDRESS, WHY)

    contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, ADDRESS, replace(WHY, reason="complaint", at=NOW + 1))

    assert contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, ADDRESS) == WHY


@pytest.mark.parametrize(
    ("project", "mode", "channel"),
    [
        ("other", Mode.LIVE, Channel.EMAIL),
        ("demo", Mode.TEST, Channel.EMAIL),
        ("demo", Mode.LIVE, Channel.SLACK),
    ],
)
def test_it_holds_for_one_project_mode_and_channel(
    contacts: Contacts, project: str, mode: Mode, channel: Channel
) -> None:
    contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, ADDRESS, WHY)

    assert contacts.suppressed(project, mode, channel, ADDRESS) is None


def test_no_item_tells_the_address(contacts: Contacts, client: Any) -> None:
    contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, ADDRESS, WHY)
    contacts.suppress("demo", Mode.LIVE, Channel.SMS, "+46701234567", WHY)

    stored = repr(scan(client)).lower()

    assert len(scan(client)) == 2
    assert "a***@example.com" in stored
    assert not any(part in stored for part in ("ada", "lovelace", "467012", "70123"))
