import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heliograph.names import INDEXES, MANAGE_ROUTE, SEND_ROUTES, TTL, VENDOR_ROUTES
from heliograph.settings import Settings
from tests.infra.conftest import OfType, Template, properties_of

DAY = 86_400
LETTERS = "HELIOGRAPH_DEAD_LETTERS_URL"


def only(found: dict[str, Any]) -> Any:
    (value,) = found.values()
    return value


def test_the_table_is_on_demand_with_recovery_a_stream_and_ttl(of_type: OfType) -> None:
    table = only(of_type("AWS::DynamoDB::Table"))

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["TimeToLiveSpecification"] == {"AttributeName": TTL, "Enabled": True}


def test_the_indexes_are_those_of_the_code_and_carry_keys_only(of_type: OfType) -> None:
    indexes = only(of_type("AWS::DynamoDB::Table"))["GlobalSecondaryIndexes"]

    found = {index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"]) for index in indexes}
    assert found == INDEXES
    assert {index["Projection"]["ProjectionType"] for index in indexes} == {"KEYS_ONLY"}


def test_only_dev_may_lose_its_data(template: Template, prod: Template) -> None:
    tables = [
        next(found for found in stage["Resources"].values() if found["Type"] == "AWS::DynamoDB::Table")
        for stage in (template, prod)
    ]

    assert [table["DeletionPolicy"] for table in tables] == ["Delete", "Retain"]
    assert [table["Properties"]["DeletionProtectionEnabled"] for table in tables] == [False, True]


def test_a_warm_table_has_indexes_as_warm(prod: Template) -> None:
    table = only(properties_of(prod, "AWS::DynamoDB::Table"))

    warm = [table, *table["GlobalSecondaryIndexes"]]
    wanted = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 8000}
    assert [part["WarmThroughput"] for part in warm] == [wanted] * len(warm)


def test_every_queue_but_the_dead_letters_gives_up_into_them(of_type: OfType) -> None:
    queues = of_type("AWS::SQS::Queue")

    dead = [name for name, queue in queues.items() if "RedrivePolicy" not in queue]
    targets = [queue["RedrivePolicy"] for queue in queues.values() if "RedrivePolicy" in queue]
    assert len(queues) == 4
    assert len(dead) == 1
    assert targets == [{"deadLetterTargetArn": {"Fn::GetAtt": [dead[0], "Arn"]}, "maxReceiveCount": 5}] * 3


def test_the_scheduler_alone_is_told_where_the_dead_letters_lie(of_type: OfType) -> None:
    dead = next(name for name, queue in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue)
    variables = [function["Environment"]["Variables"] for function in of_type("AWS::Lambda::Function").values()]

    told = {one["POWERTOOLS_SERVICE_NAME"]: one["HELIOGRAPH_DEAD_LETTERS_URL"] for one in variables if LETTERS in one}

    assert told == {"scheduler": {"Ref": dead}}


def test_no_worker_of_the_dead_letters_is_paid_for_while_there_are_none(of_type: OfType) -> None:
    dead = next(name for name, queue in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue)

    polled = [
        mapping["EventSourceArn"]["Fn::GetAtt"][0] for mapping in of_type("AWS::Lambda::EventSourceMapping").values()
    ]

    assert dead not in polled


def test_dead_letters_outlive_what_they_come_from(of_type: OfType) -> None:
    queues = of_type("AWS::SQS::Queue").values()

    kept = {"RedrivePolicy" in queue: queue["MessageRetentionPeriod"] for queue in queues}

    assert kept == {True: 4 * DAY, False: 14 * DAY}


def test_a_message_stays_hidden_six_times_as_long_as_a_worker_may_take(of_type: OfType) -> None:
    functions = of_type("AWS::Lambda::Function")
    queues = of_type("AWS::SQS::Queue")

    mappings = of_type("AWS::Lambda::EventSourceMapping").values()

    assert len(mappings) == 3
    for mapping in mappings:
        timeout = functions[mapping["FunctionName"]["Ref"]]["Timeout"]
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] == 6 * timeout


def test_every_worker_reports_single_failures_and_has_a_limit(of_type: OfType) -> None:
    for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["BatchSize"] == 10
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 50}


def test_every_queue_is_encrypted_and_refuses_plain_http(of_type: OfType) -> None:
    queues = of_type("AWS::SQS::Queue")

    policies = of_type("AWS::SQS::QueuePolicy").values()

    refusing = {
        queue["Ref"]
        for policy in policies
        for queue in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert refusing == set(queues)
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_the_routes_are_those_of_the_code(of_type: OfType) -> None:
    routes = of_type("AWS::ApiGatewayV2::Route").values()

    integrations = of_type("AWS::ApiGatewayV2::Integration").values()

    assert {route["RouteKey"] for route in routes} == {*SEND_ROUTES, *VENDOR_ROUTES, MANAGE_ROUTE}
    assert {integration["PayloadFormatVersion"] for integration in integrations} == {"2.0"}


def test_the_access_log_names_nobody(of_type: OfType) -> None:
    stage = only(of_type("AWS::ApiGatewayV2::Stage"))

    fields = json.loads(stage["AccessLogSettings"]["Format"]).values()

    personal = ("sourceIp", "userAgent", "path", "identity", "authorizer", "integrationErrorMessage")
    assert not [field for field in fields if any(word in field for word in personal)]
    assert "ThrottlingRateLimit" in stage["DefaultRouteSettings"]


def test_ses_reports_to_the_events_queue_but_not_what_we_know(of_type: OfType) -> None:
    destination = only(of_type("AWS::SES::ConfigurationSetEventDestination"))["EventDestination"]
    subscription = only(of_type("AWS::SNS::Subscription") | {})
    topic = destination["SnsDestination"]["TopicARN"]

    kinds = {kind.lower() for kind in destination["MatchingEventTypes"]}

    assert "send" not in kinds
    assert {"bounce", "complaint", "delivery", "deliverydelay", "open", "click"} <= kinds
    assert subscription["TopicArn"] == topic
    assert subscription["Protocol"] == "sqs"
    assert "RawMessageDelivery" not in subscription
    assert "deadLetterTargetArn" in subscription["RedrivePolicy"]


def test_texts_report_to_the_same_topic_but_not_what_we_know(of_type: OfType) -> None:
    mails = only(of_type("AWS::SES::ConfigurationSetEventDestination"))["EventDestination"]["SnsDestination"]
    (destination,) = only(of_type("AWS::SMSVOICE::ConfigurationSet"))["EventDestinations"]

    kinds = set(destination["MatchingEventTypes"])

    assert destination["Enabled"]
    assert destination["SnsDestination"]["TopicArn"] == mails["TopicARN"]
    assert not {"ALL", "TEXT_ALL", "TEXT_SENT", "TEXT_QUEUED", "TEXT_PENDING"} & kinds
    assert {"TEXT_DELIVERED", "TEXT_SUCCESSFUL", "TEXT_INVALID", "TEXT_UNKNOWN"} <= kinds


def test_only_ses_and_end_user_messaging_of_this_account_may_publish_receipts(of_type: OfType) -> None:
    topic = only(of_type("AWS::SES::ConfigurationSetEventDestination"))["EventDestination"]["SnsDestination"]

    allowed = [
        statement
        for policy in of_type("AWS::SNS::TopicPolicy").values()
        if topic["TopicARN"] in policy["Topics"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    services = [statement["Principal"]["Service"] for statement in allowed]
    assert sorted(services) == ["ses.amazonaws.com", "sms-voice.amazonaws.com"]
    for statement in allowed:
        tests = {name.lower(): value for test in statement["Condition"].values() for name, value in test.items()}
        assert tests["aws:sourceaccount"] == {"Ref": "AWS::AccountId"}
        assert "configuration-set/" in str(tests["aws:sourcearn"])


def test_the_sweep_runs_every_minute(of_type: OfType) -> None:
    rule = only(of_type("AWS::Events::Rule"))

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert json.loads(rule["Targets"][0]["Input"]) == {"sweep": True}


def test_the_base_urls_are_plain_parameters_without_a_trailing_slash(of_type: OfType, prod: Template) -> None:
    dev = {found["Name"]: found["Value"] for found in of_type("AWS::SSM::Parameter").values()}
    own = {found["Name"]: found["Value"] for found in properties_of(prod, "AWS::SSM::Parameter").values()}

    webhooks = dev["/heliograph/dev/urls/webhooks"]["Fn::Join"]

    assert set(dev) == {f"/heliograph/dev/urls/{name}" for name in ("api", "webhooks", "links")}
    assert webhooks[0] == ""
    assert webhooks[1][0] == "https://"
    assert webhooks[1][1]["Fn::Select"][0] == 2
    assert own == {
        "/heliograph/prod/urls/api": "https://api.example.com",
        "/heliograph/prod/urls/webhooks": "https://hooks.example.com",
        "/heliograph/prod/urls/links": "https://go.example.com",
    }


def test_the_outputs_tell_a_person_where_to_go(template: Template) -> None:
    urls = {"ApiUrl", "WebhooksUrl", "LinksUrl"}

    assert set(template["Outputs"]) == urls | {"TableName", "FilesBucketName", "AlarmTopicArn"}


def test_with_snap_start_the_api_calls_published_versions(prod: Template) -> None:
    aliases = properties_of(prod, "AWS::Lambda::Alias")

    integrations = properties_of(prod, "AWS::ApiGatewayV2::Integration").values()

    assert {integration["IntegrationUri"]["Ref"] for integration in integrations} == set(aliases)


@pytest.mark.parametrize("stage", ["template_path", "prod_path"])
def test_cfn_lint_finds_nothing(stage: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(stage)

    command = [str(Path(sys.executable).with_name("cfn-lint")), str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - ours

    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("stage", ["template_path", "prod_path"])
def test_cdk_nag_finds_nothing_that_was_not_accepted_with_a_reason(stage: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(stage)

    report = json.loads(path.with_name("validation-report.json").read_text())["pluginReports"]

    (nag,) = [plugin for plugin in report if plugin["pluginName"] == "AwsSolutions"]
    assert nag["conclusion"] == "success"
    assert not nag["violations"]


def test_a_longer_work_timeout_stretches_everything_that_depends_on_it() -> None:
    settings = Settings.model_construct(work_timeout=60)

    assert (settings.lease, settings.reserve, settings.visibility) == (65, 30, 360)
