"""Woken by a schedule for a minute, or every minute to look for what was forgotten."""

import json

import pytest

from functions.scheduler.handler import handler
from heliograph.store.quotas import Quotas
from tests.functions.conftest import Call
from tests.functions.stage import GROUP, NOW, Context, Stage

MINUTE = 60_000


def test_a_schedule_s_own_input_releases_its_minute(acme: Stage, send: Call) -> None:
    later = [send({"to": "ada@example.com", "send_at": f"2027-01-15T09:30:{second}Z"}) for second in ("05", "40")]
    other = send({"to": "ada@example.com", "send_at": "2027-01-15T09:31:00Z"})
    [minute] = {"20270115T0930", "20270115T0931"} - {"20270115T0931"}
    schedule = acme.client("scheduler").get_schedule(Name=minute, GroupName=GROUP)
    acme.clock.now = NOW + 90 * MINUTE

    answer = handler(json.loads(schedule["Target"]["Input"]), Context())

    assert answer == {"released": 2}
    attributes = acme.client("sqs").get_queue_attributes(
        QueueUrl=acme.urls["normal"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "2"}
    assert {answer.status for answer in (*later, other)} == {202}


def test_the_sweep_wakes_what_was_forgotten_and_only_that(acme: Stage, send: Call) -> None:
    forgotten = send({"to": "ada@example.com"}).json()["id"]
    acme.queued("normal")
    early = handler({}, Context())
    acme.clock.now = NOW + 5 * MINUTE + 1

    swept = handler({"source": "aws.events", "detail-type": "Scheduled Event"}, Context())
    again = handler({}, Context())

    assert (early, swept, again) == ({"swept": 0}, {"swept": 1}, {"swept": 0})
    assert [body["n"] for body in acme.queued("normal")] == [forgotten]


@pytest.mark.parametrize("seconds", [0.0, 4.9])
def test_it_begins_nothing_that_it_cannot_finish(acme: Stage, send: Call, seconds: float) -> None:
    send({"to": "ada@example.com"})
    acme.queued("normal")
    acme.clock.now = NOW + 10 * MINUTE

    assert handler({}, Context(seconds=seconds)) == {"swept": 0}


def test_what_ses_takes_becomes_the_rate_of_those_who_set_none(acme: Stage) -> None:
    handler({}, Context())

    assert Quotas(acme.parts.table).rate("ses") == 14
    assert [line["rate"] for line in acme.lines() if line["message"] == "quota"] == [14]


def test_a_quota_that_is_the_same_is_told_once(acme: Stage) -> None:
    for minute in range(11):
        acme.clock.now = NOW + minute * MINUTE
        handler({}, Context())

    assert len([line for line in acme.lines() if line["message"] == "quota"]) == 1
