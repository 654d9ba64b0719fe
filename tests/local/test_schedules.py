import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.aws import Aws
from local.rates import NotPlayed, due
from local.schedules import Schedules
from tests.local.waiting import eventually

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TARGET = {"Arn": "arn:aws:lambda:us-east-1:123456789012:function:scheduler", "RoleArn": "arn:aws:iam::1:role/r"}


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def aws(port: int) -> Iterator[Aws]:
    aws = Aws(port)
    aws.start()
    aws.client("scheduler").create_schedule_group(Name="heliograph-dev")
    yield aws
    aws.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fired() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def schedules(aws: Aws, clock: Clock, fired: list[tuple[str, str]], said: list[str]) -> Schedules:
    return Schedules(aws, lambda target, payload: fired.append((target, payload)), said.append, clock)


def create(aws: Aws, expression: str, *, given: str = '{"minute": 1}', **more: Any) -> None:
    settings = {"Name": "one", "GroupName": "heliograph-dev", "FlexibleTimeWindow": {"Mode": "OFF"}} | more
    aws.client("scheduler").create_schedule(ScheduleExpression=expression, Target=TARGET | {"Input": given}, **settings)


def names(aws: Aws) -> list[str]:
    return [each["Name"] for each in aws.client("scheduler").list_schedules()["Schedules"]]


def test_a_one_time_schedule_fires_when_it_is_due_and_is_gone(
    aws: Aws, schedules: Schedules, clock: Clock, fired: list[tuple[str, str]]
) -> None:
    create(aws, "at(2026-05-01T12:01:00)", ActionAfterCompletion="DELETE")

    schedules.tick()
    before = list(fired)
    clock.now += timedelta(minutes=1)
    schedules.tick()
    schedules.tick()

    assert before == []
    assert fired == [(TARGET["Arn"], '{"minute": 1}')]
    assert names(aws) == []


def test_a_one_time_schedule_that_is_kept_fires_once(
    aws: Aws, schedules: Schedules, fired: list[tuple[str, str]]
) -> None:
    create(aws, "at(2026-05-01T11:00:00)")

    schedules.tick()
    schedules.tick()

    assert len(fired) == 1
    assert names(aws) == ["one"]


def test_a_schedule_that_is_made_again_under_its_name_fires_again(
    aws: Aws, schedules: Schedules, fired: list[tuple[str, str]]
) -> None:
    for _ in range(2):
        create(aws, "at(2026-05-01T12:00:00)", ActionAfterCompletion="DELETE")
        schedules.tick()

    assert len(fired) == 2


def test_a_rate_fires_after_every_interval(
    aws: Aws, schedules: Schedules, clock: Clock, fired: list[tuple[str, str]]
) -> None:
    create(aws, "rate(5 minutes)")

    counts = []
    for _ in range(11):
        schedules.tick()
        counts.append(len(fired))
        clock.now += timedelta(minutes=1)

    assert counts == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]


def test_a_disabled_schedule_does_not_fire(aws: Aws, schedules: Schedules, fired: list[tuple[str, str]]) -> None:
    create(aws, "at(2026-05-01T11:00:00)", State="DISABLED")

    schedules.tick()

    assert fired == []


def test_context_attributes_are_filled_in(aws: Aws, schedules: Schedules, fired: list[tuple[str, str]]) -> None:
    create(aws, "at(2026-05-01T11:59:00)", given='{"due": "<aws.scheduler.scheduled-time>"}')

    schedules.tick()

    assert json.loads(fired[0][1]) == {"due": "2026-05-01T11:59:00Z"}


def test_a_rule_fires_its_targets_with_their_input(
    aws: Aws, schedules: Schedules, clock: Clock, fired: list[tuple[str, str]]
) -> None:
    events = aws.client("events")
    events.put_rule(Name="sweep", ScheduleExpression="rate(1 minute)")
    targets = [{"Id": "1", "Arn": TARGET["Arn"], "Input": '{"sweep":true}'}, {"Id": "2", "Arn": "arn:aws:sqs:::q"}]
    events.put_targets(Rule="sweep", Targets=targets)

    schedules.tick()
    clock.now += timedelta(minutes=1)
    schedules.tick()

    assert fired[0] == (TARGET["Arn"], '{"sweep":true}')
    assert json.loads(fired[1][1])["detail-type"] == "Scheduled Event"
    assert len(fired) == 2


def test_an_expression_that_is_not_played_is_said_once(aws: Aws, schedules: Schedules, said: list[str]) -> None:
    create(aws, "cron(0 9 * * ? *)")

    schedules.tick()
    schedules.tick()

    assert len(said) == 1
    assert "cron(0 9 * * ? *)" in said[0]


def test_a_schedule_that_cannot_be_fired_is_said_once_and_stops_no_other(
    aws: Aws, clock: Clock, said: list[str]
) -> None:
    fired: list[str] = []

    def deliver(_target: str, payload: str) -> None:
        if payload == "bad":
            raise LookupError("no such queue")
        fired.append(payload)

    schedules = Schedules(aws, deliver, said.append, clock)
    create(aws, "at(2026-05-01T11:00:00)", given="bad")
    create(aws, "at(2026-05-01T11:00:00)", given="good", Name="two")
    create(aws, "at(2026-05-01T11:00:00)", Name="three", ScheduleExpressionTimezone="Nowhere/City")

    schedules.tick()
    schedules.tick()

    assert fired == ["good"]
    assert len(said) == 2


def test_what_is_due_fires_by_itself_within_a_second(aws: Aws) -> None:
    fired: list[str] = []
    schedules = Schedules(aws, lambda target, _payload: fired.append(target), fired.append)
    schedules.start()
    moment = datetime.now(UTC) + timedelta(seconds=1)

    create(aws, f"at({moment:%Y-%m-%dT%H:%M:%S})", ActionAfterCompletion="DELETE")

    eventually(lambda: fired == [TARGET["Arn"]], within=3)
    schedules.stop()


@pytest.mark.parametrize(
    ("expression", "timezone", "expected"),
    [
        ("at(2026-05-01T12:30:00)", "UTC", NOON + timedelta(minutes=30)),
        ("at(2026-05-01T14:30:00)", "Europe/Berlin", NOON + timedelta(minutes=30)),
        ("rate(1 minute)", "UTC", NOON + timedelta(minutes=1)),
        ("rate(2 hours)", "Europe/Berlin", NOON + timedelta(hours=2)),
        ("rate(3 days)", "UTC", NOON + timedelta(days=3)),
    ],
)
def test_when_an_expression_is_due(expression: str, timezone: str, expected: datetime) -> None:
    moment = due(expression, timezone, NOON)

    assert moment == expected


@pytest.mark.parametrize("expression", ["cron(0 9 * * ? *)", "rate(minutes)", "at(tomorrow)", ""])
def test_what_is_no_rate_and_no_moment_is_refused(expression: str) -> None:
    asking: Callable[[], datetime] = lambda: due(expression, "UTC", NOON)  # noqa: E731  # raised below

    with pytest.raises(NotPlayed):
        asking()
