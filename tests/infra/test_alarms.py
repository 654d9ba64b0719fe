from typing import Any

import pytest

from heliograph.names import Function
from tests.infra.conftest import OfType, Properties


def metrics(alarm: Properties) -> list[tuple[str, Any]]:
    """(metric, what it is about) of everything that an alarm reads."""
    if "MetricName" in alarm:
        return [(alarm["MetricName"], alarm["Dimensions"][0]["Value"])]
    parts = [part["MetricStat"]["Metric"] for part in alarm["Metrics"] if "MetricStat" in part]
    return [(part["MetricName"], part["Dimensions"][0]["Value"]) for part in parts]


@pytest.fixture(scope="session")
def alarms(of_type: OfType) -> list[Properties]:
    return list(of_type("AWS::CloudWatch::Alarm").values())


@pytest.fixture(scope="session")
def watched(alarms: list[Properties]) -> list[tuple[str, str]]:
    return [(name, str(about)) for alarm in alarms for name, about in metrics(alarm)]


def test_alarms_read_at_most_sixteen_metrics(watched: list[tuple[str, str]]) -> None:
    assert len(watched) <= 16


def test_every_queue_is_watched(watched: list[tuple[str, str]], of_type: OfType) -> None:
    about = " ".join(target for name, target in watched if name.startswith("Approximate"))

    assert not [queue for queue in of_type("AWS::SQS::Queue") if f"'{queue}'" not in about]


def test_dead_letters_ring_only_when_they_do_not_heal(alarms: list[Properties]) -> None:
    periods = {alarm.get("MetricName", ""): alarm["EvaluationPeriods"] for alarm in alarms}

    assert periods.pop("ApproximateNumberOfMessagesVisible") == 3
    assert {*periods.values()} == {1}


def test_every_function_is_watched_for_errors(watched: list[tuple[str, str]], of_type: OfType) -> None:
    about = " ".join(target for name, target in watched if name == "Errors")

    assert not [function for function in of_type("AWS::Lambda::Function") if f"'{function}'" not in about]


def test_the_functions_that_the_world_calls_are_watched_for_throttles(watched: list[tuple[str, str]]) -> None:
    about = {target[9:].split("'")[0][:-8] for name, target in watched if name == "Throttles"}

    assert about == {Function.SEND.value.title(), Function.INTAKE.value.title(), Function.LINKS.value.title()}


def test_every_alarm_tells_the_one_topic(alarms: list[Properties]) -> None:
    actions = [alarm["AlarmActions"] for alarm in alarms]

    assert all(action == actions[0] for action in actions)
    assert {alarm["TreatMissingData"] for alarm in alarms} == {"notBreaching"}


def test_a_function_that_was_not_called_does_not_hide_the_errors_of_another(alarms: list[Properties]) -> None:
    expressions = [part["Expression"] for alarm in alarms for part in alarm.get("Metrics", []) if "Expression" in part]

    assert expressions
    assert all(expression.startswith("SUM([FILL(m0, 0)") for expression in expressions)


def test_only_alarms_of_this_account_may_use_the_topic(alarms: list[Properties], of_type: OfType) -> None:
    topic = alarms[0]["AlarmActions"][0]

    allowed = [
        statement
        for policy in of_type("AWS::SNS::TopicPolicy").values()
        if topic in policy["Topics"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    assert [statement["Principal"] for statement in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert allowed[0]["Condition"] == {"StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}}
