"""Wake-up calls at a time: never early, one schedule a minute, and a lost one fails nothing."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Lane, MessageId
from heliograph.domain.retry import MINUTE, QUEUE_DELAY
from heliograph.queue import Lanes
from heliograph.schedules import Schedules, minute_of, rest_of
from heliograph.wakeups import Wakeups

NOW = 1_800_000_000_000
HINT = Hint(message=MessageId(project="acme", notification="n" * 26))
TARGET = "arn:aws:lambda:eu-west-1:123456789012:function:scheduler"
ROLE = "arn:aws:iam::123456789012:role/schedules"


class FakeLanes(Lanes):
    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__({})
        self.delays: list[float] = []
        self._trouble = trouble

    def put(self, project: str, hints: Sequence[Hint], lane: Lane, *, delay: float) -> None:
        assert (project, list(hints), lane) == ("acme", [HINT], Lane.NORMAL)
        if self._trouble:
            raise self._trouble
        self.delays.append(delay)


class Refusing:
    """A scheduler client that answers with one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    def create_schedule(self, **_: Any) -> None:
        self.calls += 1
        raise self.error


@pytest.fixture
def scheduler() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("scheduler", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_schedule_group(Name="group")
        yield client


def schedules(client: Any) -> Schedules:
    return Schedules(client, group="group", target=TARGET, role=ROLE)


def wakeups(lanes: Lanes, clocks: Schedules | None, told: list[str] | None = None) -> Wakeups:
    told = [] if told is None else told
    return Wakeups(lanes=lanes, schedules=clocks, clock=lambda: NOW, on_trouble=lambda what, _: told.append(what))


def test_a_schedule_is_named_after_its_minute_and_ends_with_it(scheduler: Any) -> None:
    schedules(scheduler).ensure(NOW + 42_000)

    found = scheduler.get_schedule(Name="20270115T0800", GroupName="group")
    assert found["ScheduleExpression"] == "at(2027-01-15T08:00:00)"
    assert found["ActionAfterCompletion"] == "DELETE"
    assert (found["Target"]["Arn"], found["Target"]["RoleArn"]) == (TARGET, ROLE)
    assert found["Target"]["Input"] == '{"minute": "2027-01-15T08:00"}'


def test_a_million_messages_for_one_minute_are_one_schedule(scheduler: Any) -> None:
    one, other = schedules(scheduler), schedules(scheduler)

    for second in range(60):
        one.ensure(NOW + second * 1000)
        other.ensure(NOW + second * 1000)

    assert len(scheduler.list_schedules(GroupName="group")["Schedules"]) == 1


def test_a_minute_that_is_not_done_goes_on_in_the_next(scheduler: Any) -> None:
    made = schedules(scheduler)

    for _ in range(2):
        made.again(NOW, {3: "1800000000000#acme#n#0#normal"}, now=NOW + 25_000)

    found = scheduler.get_schedule(Name="20270115T0800-20270115T0801", GroupName="group")
    told = json.loads(found["Target"]["Input"])
    assert found["ScheduleExpression"] == "at(2027-01-15T08:01:00)"
    assert (minute_of(told["minute"]), rest_of(told["rest"])) == (NOW, {3: "1800000000000#acme#n#0#normal"})


def test_an_instance_asks_once_for_a_minute_that_it_knows() -> None:
    exists = Refusing(ClientError({"Error": {"Code": "ConflictException"}}, "CreateSchedule"))
    made = schedules(exists)

    made.ensure(NOW)
    made.ensure(NOW + MINUTE - 1)

    assert exists.calls == 1


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "CreateSchedule"),
        EndpointConnectionError(endpoint_url="https://scheduler"),
    ],
)
def test_a_schedule_that_could_not_be_made_is_unavailable_and_asked_for_again(error: Exception) -> None:
    refusing = Refusing(error)
    made = schedules(refusing)

    for _ in range(2):
        with pytest.raises(Unavailable):
            made.ensure(NOW)

    assert refusing.calls == 2


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_the_minute_in_a_schedule_s_input_is_the_minute_that_was_asked_for(at: int) -> None:
    minute = at - at % MINUTE

    assert minute_of(f"{datetime.fromtimestamp(minute / 1000, UTC):%Y-%m-%dT%H:%M}") == minute


@given(st.integers(min_value=-1_000_000, max_value=QUEUE_DELAY))
def test_up_to_fifteen_minutes_ahead_the_queue_waits_and_never_too_short(wait: int) -> None:
    lanes = FakeLanes()

    wakeups(lanes, None).wake(HINT, Lane.NORMAL, at=NOW + wait)

    [delay] = lanes.delays
    assert delay == int(delay)
    assert max(0, wait) <= delay * 1000 < max(0, wait) + 1000


def test_later_it_is_a_schedule_and_no_queue(scheduler: Any) -> None:
    lanes = FakeLanes()

    wakeups(lanes, schedules(scheduler)).wake(HINT, Lane.NORMAL, at=NOW + QUEUE_DELAY + 1)

    assert lanes.delays == []
    assert [one["Name"] for one in scheduler.list_schedules(GroupName="group")["Schedules"]] == ["20270115T0815"]


def test_a_function_without_schedules_waits_as_long_as_the_queue_can() -> None:
    lanes = FakeLanes()

    wakeups(lanes, None).wake(HINT, Lane.NORMAL, at=NOW + 10 * QUEUE_DELAY)

    assert lanes.delays == [900]


def test_a_lost_wakeup_is_told_and_fails_nothing() -> None:
    told: list[str] = []

    wakeups(FakeLanes(Unavailable("no")), None, told).wake(HINT, Lane.NORMAL, at=NOW)

    assert told == ["a wake-up call was lost; the sweep will find the message"]


def test_wakeups_of_one_moment_share_a_call_and_others_do_not() -> None:
    calls: list[tuple[int, Lane, float]] = []

    class Counting(Lanes):
        def put(self, project: str, hints: Sequence[Hint], lane: Lane, *, delay: float) -> None:
            assert project == "acme"
            calls.append((len(hints), lane, delay))

    later = [(HINT, Lane.NORMAL, NOW + 5000)] * 2
    now = [(HINT, Lane.NORMAL, NOW)] * 3
    wakeups(Counting({}), None).wake_all([*now, *later, (HINT, Lane.CRITICAL, NOW)])

    assert calls == [(3, Lane.NORMAL, 0), (2, Lane.NORMAL, 5), (1, Lane.CRITICAL, 0)]
