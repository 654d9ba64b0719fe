"""The roles of a synthesised template, with every reference resolved to what a test calls the resource."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from heliograph.domain.model import JSON
from heliograph.names import Function
from tests.support.aws_rights import ACCOUNT
from tests.support.policies import Policy, Statement

type Physical = Callable[[str, str], str]
"""(logical id, type) -> the resource's name."""

ARNS: Final = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
}


def policies(template: JSON, physical: Physical, region: str) -> dict[Function, Policy]:
    """What each function's role allows."""
    resources: Mapping[str, JSON] = template["Resources"]
    found: dict[Function, Policy] = {}
    for function in (one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Function"):
        name = Function(function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"])
        role = function["Role"]["Fn::GetAtt"][0]
        found[name] = Policy([_resolved(one, resources, physical, region) for one in _statements(resources, role)])
    return found


def _statements(resources: Mapping[str, JSON], role: str) -> list[Statement]:
    return [
        statement
        for one in resources.values()
        if one["Type"] == "AWS::IAM::Policy" and {"Ref": role} in one["Properties"]["Roles"]
        for statement in one["Properties"]["PolicyDocument"]["Statement"]
    ]


def _resolved(node: Any, resources: Mapping[str, JSON], physical: Physical, region: str) -> Any:
    def resolve(node: Any) -> Any:
        match node:
            case {"Ref": str(name)}:
                return pseudo[name]
            case {"Fn::GetAtt": [str(name), "Arn"]}:
                kind = resources[name]["Type"]
                return ARNS[kind].format(region=region, account=ACCOUNT, name=physical(name, kind))
            case {"Fn::Join": [str(glue), list(parts)]}:
                return glue.join(map(resolve, parts))
            case dict():
                return {key: resolve(value) for key, value in node.items()}
            case list():
                return [resolve(value) for value in node]
        return node

    pseudo = {"AWS::Partition": "aws", "AWS::Region": region, "AWS::AccountId": ACCOUNT}
    return resolve(node)
