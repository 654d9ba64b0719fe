from collections.abc import Iterator
from typing import Any

import pytest

from heliograph.names import Function
from infra.cdk.permissions import ACCESS
from tests.infra.conftest import OfType, Properties

type Statement = dict[str, Any]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(role: str, of_type: OfType) -> list[Statement]:
    return [
        statement
        for policy in of_type("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def all_statements(of_type: OfType) -> Iterator[Statement]:
    for policy in of_type("AWS::IAM::Policy").values():
        yield from policy["PolicyDocument"]["Statement"]


@pytest.fixture(scope="session")
def roles(of_type: OfType) -> dict[Function, str]:
    found = of_type("AWS::Lambda::Function").values()
    return {Function(service(function)): function["Role"]["Fn::GetAtt"][0] for function in found}


def service(function: Properties) -> str:
    name: str = function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    return name


def actions(statements: list[Statement], prefix: str) -> set[str]:
    return {
        action for statement in statements for action in as_list(statement["Action"]) if action.startswith(f"{prefix}:")
    }


def test_every_function_has_a_role_of_its_own(roles: dict[Function, str]) -> None:
    assert len(set(roles.values())) == len(Function)


def test_no_role_has_a_policy_that_aws_may_widen(of_type: OfType) -> None:
    assert not [role for role in of_type("AWS::IAM::Role").values() if "ManagedPolicyArns" in role]


def test_no_action_is_a_wildcard(of_type: OfType) -> None:
    wild = [action for statement in all_statements(of_type) for action in as_list(statement["Action"]) if "*" in action]

    assert not wild


def test_only_what_reads_the_accounts_settings_is_about_every_resource(
    roles: dict[Function, str], of_type: OfType
) -> None:
    every = [statement for statement in all_statements(of_type) if "*" in as_list(statement.get("Resource", ""))]

    quota, asked = sorted(every, key=lambda one: len(as_list(one["Action"])))
    assert set(asked["Action"]) == {"ses:GetAccount", "sns:GetSMSAttributes", "sms-voice:DescribeAccountAttributes"}
    assert asked in statements_of(roles[Function.MANAGE], of_type)
    assert as_list(quota["Action"]) == ["ses:GetAccount"]
    assert quota in statements_of(roles[Function.SCHEDULER], of_type)


def test_only_text_messages_are_allowed_by_what_they_are_not(of_type: OfType) -> None:
    inverted = [statement for statement in all_statements(of_type) if "NotResource" in statement]

    assert [statement["Action"] for statement in inverted] == ["sns:Publish"] * 2
    assert str(inverted[0]["NotResource"]).endswith("':sns:*:*:*']]}")


@pytest.mark.parametrize("name", Function)
def test_a_role_may_do_to_the_table_what_its_row_says(
    name: Function, roles: dict[Function, str], of_type: OfType
) -> None:
    found = actions(statements_of(roles[name], of_type), "dynamodb")

    indexed = {"dynamodb:Query"} if ACCESS[name].indexes else set()
    assert found == {f"dynamodb:{action}" for action in ACCESS[name].table} | indexed


@pytest.mark.parametrize("name", Function)
def test_a_role_may_write_to_the_queues_of_its_row(name: Function, roles: dict[Function, str], of_type: OfType) -> None:
    targets = {
        target["Fn::GetAtt"][0]
        for statement in statements_of(roles[name], of_type)
        if "sqs:SendMessage" in as_list(statement["Action"])
        for target in as_list(statement["Resource"])
    }

    titles = {queue.title() for queue in ACCESS[name].queues}
    assert {target.removeprefix("Queues")[:-8] for target in targets} == titles


def test_only_the_scheduler_may_look_through_the_dead_letters(roles: dict[Function, str], of_type: OfType) -> None:
    dead = next(name for name, queue in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue)
    found = {
        name: actions([one for one in statements_of(role, of_type) if dead in str(one.get("Resource"))], "sqs")
        for name, role in roles.items()
    }

    assert found.pop(Function.SCHEDULER) == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
    }
    assert not any(found.values())


def test_the_webhook_intake_has_no_table(roles: dict[Function, str], of_type: OfType) -> None:
    assert not actions(statements_of(roles[Function.INTAKE], of_type), "dynamodb")


def test_only_the_workers_of_the_lanes_can_send_mail_and_text_messages(
    roles: dict[Function, str], of_type: OfType
) -> None:
    providing = {
        name
        for name, role in roles.items()
        if {"ses:SendEmail", "sns:Publish"}
        & {*actions(statements_of(role, of_type), "ses"), *actions(statements_of(role, of_type), "sns")}
    }

    assert providing == {Function.DISPATCH_CRITICAL, Function.DISPATCH_NORMAL}


def test_only_manage_can_write_parameters_and_only_below_the_integrations(
    roles: dict[Function, str], of_type: OfType
) -> None:
    writing = {
        name: [
            statement
            for statement in statements_of(role, of_type)
            if {"ssm:PutParameter", "ssm:DeleteParameter"} & set(as_list(statement["Action"]))
        ]
        for name, role in roles.items()
    }

    (found,) = writing.pop(Function.MANAGE)
    assert str(found["Resource"]).count("parameter/heliograph/dev/integrations/*") == 1
    assert not any(writing.values())


def test_the_schedules_role_is_for_this_groups_schedules_only(of_type: OfType) -> None:
    roles = of_type("AWS::IAM::Role").values()

    trusts = [
        statement
        for role in roles
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    ]

    (trust,) = trusts
    assert set(trust["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}


def test_roles_are_passed_to_the_scheduler_only(of_type: OfType) -> None:
    passing = [statement for statement in all_statements(of_type) if "iam:PassRole" in as_list(statement["Action"])]

    allowed = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    assert [statement["Condition"] for statement in passing] == [allowed] * len(passing)
    assert len(passing) == sum(access.schedules for access in ACCESS.values())
