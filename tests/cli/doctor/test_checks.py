"""Each check against a stage in moto: healthy, then with one thing broken."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.doctor.command import CHECKS
from heliograph.domain.dead_letter import LAPS
from heliograph.names import INDEXES
from tests.cli.doctor import holds
from tests.cli.doctor.conftest import REGION, STACK, Patient, limits, mail_account

NOW_MS = int(datetime.now(UTC).timestamp() * 1000)


def no_secret(patient: Patient) -> None:
    patient.aws("ssm").delete_parameter(Name="/heliograph/dev/secrets/tokens")


def no_address(patient: Patient) -> None:
    patient.aws("ssm").delete_parameter(Name="/heliograph/dev/urls/links")


def turned_back(patient: Patient) -> None:
    patient.answers("cloudformation", "describe_stacks", {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]})


def clock_off(patient: Patient) -> None:
    patient.deployment.clock = lambda: datetime.now(UTC) + timedelta(minutes=10)


def no_ttl(patient: Patient) -> None:
    off = {"Enabled": False, "AttributeName": "ttl"}
    patient.aws("dynamodb").update_time_to_live(TableName="there", TimeToLiveSpecification=off)


def no_backup(patient: Patient) -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    patient.aws("dynamodb").update_continuous_backups(TableName="there", PointInTimeRecoverySpecification=off)


def index_gone(patient: Patient) -> None:
    patient.answers("dynamodb", "describe_table", {"Table": {"TableStatus": "ACTIVE", "GlobalSecondaryIndexes": []}})


def old_message(patient: Patient) -> None:
    url = patient.urls["critical"]
    patient.aws("sqs").send_message(QueueUrl=url, MessageBody="{}")
    name = patient.deployment.attributes(url)["QueueArn"].rpartition(":")[2]
    patient.measured("AWS/SQS", "ApproximateAgeOfOldestMessage", 600, QueueName=name)


def dead_letter(patient: Patient) -> None:
    send_dead(patient, {"v": 1, "p": "acme", "n": "abc", "k": 0, "hop": 0, "lap": LAPS})


def send_dead(patient: Patient, body: Any) -> None:
    [name] = [one.name for one in patient.deployment.of("AWS::SQS::Queue") if one.logical == "DeadLetters"]
    patient.aws("sqs").send_message(QueueUrl=name, MessageBody=json.dumps(body))


def overdue(patient: Patient) -> None:
    first, second = INDEXES["work"]
    entry = {first: "W#3", second: f"{NOW_MS - 3_600_000:013d}#acme#abc#0#normal"}
    item = {name: {"S": value} for name, value in {"pk": "acme#N#abc", "sk": "A", **entry}.items()}
    patient.aws("dynamodb").put_item(TableName="there", Item=item)


def rule_off(patient: Patient) -> None:
    patient.aws("events").disable_rule(Name="minute")


def rule_idle(patient: Patient) -> None:
    patient.measured("AWS/Events", "Invocations", 1, minutes=12, RuleName="minute")
    patient.deployment.description["CreationTime"] = datetime.now(UTC) - timedelta(days=1)


def past_schedule(patient: Patient) -> None:
    patient.aws("scheduler").create_schedule(
        Name="20200101T0900",
        GroupName=STACK,
        ScheduleExpression="at(2020-01-01T09:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:{REGION}:1:function:x", "RoleArn": "arn:aws:iam::1:role/x"},
    )


def unsubscribed(patient: Patient) -> None:
    for one in patient.aws("sns").list_subscriptions()["Subscriptions"]:
        patient.aws("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def set_silent(patient: Patient) -> None:
    patient.answers("sesv2", "get_configuration_set_event_destinations", {"EventDestinations": []})


def function_failed(patient: Patient) -> None:
    patient.deployment.functions["apply"]["State"] = "Failed"


def worker_off(patient: Patient) -> None:
    mappings = patient.aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    next(one for one in mappings if one["UUID"] == "normal")["State"] = "Disabled"


def held_to_none(patient: Patient) -> None:
    patient.aws("lambda").put_function_concurrency(FunctionName="apply-of-dev", ReservedConcurrentExecutions=0)


def tight(patient: Patient) -> None:
    patient.answers("lambda", "get_account_settings", limits(10))


def throttled(patient: Patient) -> None:
    patient.measured("AWS/Lambda", "Throttles", 3, FunctionName="apply-of-dev")


def endless(patient: Patient) -> None:
    patient.aws("logs").delete_retention_policy(logGroupName="logs")


def sandboxed(patient: Patient) -> None:
    patient.answers("sesv2", "get_account", mail_account(ProductionAccessEnabled=False))


def paused(patient: Patient) -> None:
    patient.answers("sesv2", "get_account", mail_account(SendingEnabled=False))


def quota_used(patient: Patient) -> None:
    patient.answers("sesv2", "get_account", mail_account(sent=50_000.0))


def spent(patient: Patient) -> None:
    patient.measured("AWS/SNS", "SMSMonthToDateSpentUSD", 0.9)


def texts_sandboxed(patient: Patient) -> None:
    attributes = [{"Name": "ACCOUNT_TIER", "Value": "SANDBOX"}]
    patient.answers("pinpoint-sms-voice-v2", "describe_account_attributes", {"AccountAttributes": attributes})


def ringing(patient: Patient) -> None:
    client = patient.aws("cloudwatch")
    client.put_metric_alarm(
        AlarmName="rings",
        AlarmDescription="A sentence. What to do: docs/runbooks/Errors.md",
        MetricName="Errors",
        Namespace="AWS/Lambda",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
    )
    client.set_alarm_state(AlarmName="rings", StateValue="ALARM", StateReason="a test")


BROKEN: list[tuple[str, Callable[[Patient], None], str, str, str]] = [
    ("secrets", no_secret, "bad", "missing: tokens", "heliograph init --stage dev"),
    ("addresses", no_address, "bad", "links", "make deploy STAGE=dev"),
    ("stack", turned_back, "bad", "UPDATE_ROLLBACK_COMPLETE", "make deploy STAGE=dev"),
    ("clock", clock_off, "bad", "s off", "NTP"),
    ("table", index_gone, "bad", "the index work is missing", "DynamoDB console"),
    ("ttl", no_ttl, "bad", "nothing is ever deleted", "update-time-to-live --table-name there"),
    ("backups", no_backup, "bad", "is off", "update-continuous-backups --table-name there"),
    ("queues", old_message, "bad", "the oldest has waited 10 min", "docs/runbooks/CriticalAge.md"),
    ("dead letters", dead_letter, "bad", "notification abc of project acme", "heliograph redrive --stage dev"),
    ("work index", overdue, "bad", "1 messages are overdue, the oldest by 6", "sweep"),
    ("circuits", holds.opened, "bad", "sendgrid (first) of project acme answers 401 since", "circuits close first"),
    ("pauses", holds.paused, "warn", "2 messages are held", "heliograph resume event welcome"),
    ("held", holds.closed, "warn", "3 still lie under the circuit of first", "whether the scheduler runs"),
    ("sweep", rule_off, "bad", "switched off", "aws events enable-rule --name minute"),
    ("sweep", rule_idle, "bad", "ran last 12 min ago", "list-targets-by-rule"),
    ("schedules", past_schedule, "warn", "1 schedules are there whose minute is over", "delete-schedule"),
    ("reports", unsubscribed, "bad", "no topic", "make deploy STAGE=dev"),
    ("mail reports", set_silent, "bad", "tells no topic", "make deploy STAGE=dev"),
    ("functions", function_failed, "bad", "apply is Failed", "make deploy STAGE=dev"),
    ("workers", worker_off, "bad", "apply does not work off normal", "update-event-source-mapping --uuid normal"),
    ("reserved", held_to_none, "bad", "apply may not run", "delete-function-concurrency --function-name apply-of-dev"),
    ("concurrency", tight, "warn", "10 of the account's 1000", "Service Quotas"),
    ("trouble", throttled, "warn", "apply: 3 throttles", "docs/runbooks/Throttles.md"),
    ("logs", endless, "warn", "logs is kept for ever", "put-retention-policy"),
    ("mail account", sandboxed, "warn", "verified addresses", "production access"),
    ("mail account", paused, "bad", "paused", "SES console"),
    ("mail account", quota_used, "bad", "50000 of 50000", "larger one"),
    ("text spending", spent, "warn", "0.90 of 1.00 dollars", "raise the limit"),
    ("text account", texts_sandboxed, "warn", "verified numbers", "production access"),
]


def test_every_check_has_a_test_that_breaks_what_it_looks_at() -> None:
    assert {check.name for check in CHECKS} - {name for name, *_ in BROKEN} == {"alarms"}


@pytest.mark.parametrize("name", [check.name for check in CHECKS if check.name != "alarms"])
def test_a_healthy_stage_is_ok(patient: Patient, name: str) -> None:
    assert [finding for finding in patient.look(name) if finding.level != "ok"] == []


@pytest.mark.parametrize(
    ("name", "break_it", "level", "text", "advice"), BROKEN, ids=[one[1].__name__ for one in BROKEN]
)
def test_what_is_broken_is_told_with_what_to_do(  # noqa: PLR0917  # one row of the table above
    patient: Patient, name: str, break_it: Callable[[Patient], None], level: str, text: str, advice: str
) -> None:
    break_it(patient)

    [found] = [finding for finding in patient.look(name) if finding.level != "ok"]

    assert found.level == level
    assert text in found.text
    assert advice in found.advice


def test_an_alarm_that_rings_is_told_with_its_page_and_that_nobody_hears_it(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ringing(patient)
    found = type("Alarm", (), {"name": "rings", "kind": "AWS::CloudWatch::Alarm"})
    monkeypatch.setattr(patient.deployment, "of", lambda _kind: [found])

    rings, unheard = patient.look("alarms")

    assert (rings.level, rings.advice.rpartition(" ")[2]) == ("bad", "docs/runbooks/Errors.md")
    assert (unheard.level, "nobody is told" in unheard.text) == ("warn", True)


def test_what_goes_back_by_itself_is_only_worth_knowing(patient: Patient) -> None:
    send_dead(patient, {"v": 1, "p": "acme", "n": "abc", "k": 0, "hop": 0})
    send_dead(patient, {"minute": "2027-01-15T09:00"})

    [found] = patient.look("dead letters")

    assert found.level == "warn"
    assert "go back by themselves within minutes" in found.text


def test_a_body_that_nobody_can_read_is_bad(patient: Patient) -> None:
    send_dead(patient, [])

    [found] = patient.look("dead letters")

    assert (found.level, "a body that nobody can read" in found.text) == ("bad", True)


def test_a_report_s_body_is_never_shown(patient: Patient) -> None:
    send_dead(patient, {"to": "ada@example.com", "text": "hello"})

    [found] = patient.look("dead letters")

    assert "ada@" not in found.text
    assert "exists nowhere else" in found.text


def test_a_right_that_is_missing_is_told_and_is_no_fault_of_the_stage(patient: Patient) -> None:
    def refuse() -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetAccount")

    patient.stage.given["sesv2"]["get_account"] = Refusing(refuse)

    [found] = patient.look("mail account")

    assert (found.level, "GetAccount" in found.text) == ("warn", True)


class Refusing(dict[str, Any]):
    """An answer that is an error as soon as it is read."""

    def __init__(self, refuse: Callable[[], None]) -> None:
        super().__init__()
        self._refuse = refuse

    def get(self, *_: Any) -> Any:
        return self._refuse()
