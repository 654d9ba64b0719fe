"""What the sandbox's SES publishes, our SES reads as what was meant: people are people and machines machines."""

from datetime import UTC, datetime

import pytest

from heliograph.domain.magic import OUTCOMES, Report
from heliograph.domain.model import BusEvent, Channel
from heliograph.providers.ses import Ses
from local.sandbox.desk import Event
from local.sandbox.inbox import Message
from local.sandbox.ses_events import shape

MAIL = Message(
    at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    provider="ses",
    channel=Channel.EMAIL,
    sender="Shop <shop@sender.example>",
    to=("ada@example.com",),
    metadata={"heliograph": "v1-abcdef"},
    provider_message_id="0102-abc",
)
REPORTS = {f"{outcome.name}: {report.kind}": report for outcome in OUTCOMES for report in outcome.reports}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_an_event_of_the_sandbox_is_read_as_it_was_meant(report: Report) -> None:
    published = shape(Event(message=MAIL, recipient="ada@example.com", report=report, index=0), "heliograph-dev")

    received = Ses().receive(BusEvent(id="sns-1", topic="t", body=published), Ses.Credentials())

    (event,) = received.events
    assert (event.kind, event.bounce, event.machine) == (report.kind, report.bounce, report.machine)
    assert (event.recipient, event.echo, event.provider_message_id) == ("ada@example.com", "v1-abcdef", "0102-abc")


def test_the_sandbox_plays_a_machine_too() -> None:
    assert any(report.machine for report in REPORTS.values())
