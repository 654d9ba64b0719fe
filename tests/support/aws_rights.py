"""What IAM wants to see for a call: its actions, its resources, and what conditions may look at.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import unquote

ACCOUNT: Final = "123456789012"
MISSED: Final = "Missed"
"""No operation: the answer was that there is no such object, which S3 tells those alone who may list the bucket."""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One action on one resource. `keys` are the kinds of partitions that it was about, `passed_to` a role's user."""

    action: str
    resource: str
    keys: tuple[str, ...] = ()
    passed_to: str = ""


def rights(service: str, operation: str, params: Mapping[str, Any], region: str) -> list[Right]:
    """Every right that a call needs; one that nobody has for a call that is not known here."""
    make = SERVICES.get(service)
    found = list(make(operation, params, region)) if make else []
    return found or [Right(f"{service}:{operation}", "nobody has said in tests/support/aws_rights.py what it needs")]


def kind(partition: str) -> str:
    """The kind of a partition, without whose it is: `p#N#*`, `W#*`."""
    parts = partition.split("#")
    if parts[0] in ("W", "K", "P"):
        return f"{parts[0]}#*"
    named = len(parts) > 1 and re.fullmatch(r"[A-Za-z]+", parts[1])
    return f"p#{parts[1]}#*" if named else "p#*"


def _dynamodb(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    for action, table, partitions in _touched(operation, params):
        resource = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{table}"
        yield Right(f"dynamodb:{action}", resource, tuple(sorted(set(map(kind, partitions)))))


def _touched(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(action, table or index, partitions)."""
    match operation:
        case "BatchGetItem":
            for table, wanted in params["RequestItems"].items():
                yield operation, table, [key["pk"]["S"] for key in wanted["Keys"]]
        case "TransactWriteItems":
            for write in params["TransactItems"]:
                ((name, one),) = write.items()
                yield f"{name}Item", one["TableName"], [_written(one)]
        case "Query":
            index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
            yield operation, params["TableName"] + index, [params["ExpressionAttributeValues"][":p"]["S"]]
        case "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem":
            yield operation, params["TableName"], [_written(params)]


def _written(request: Mapping[str, Any]) -> str:
    partition: str = (request.get("Item") or request["Key"])["pk"]["S"]
    return partition


def _sqs(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    if operation in ("SendMessage", "SendMessageBatch"):
        name = params["QueueUrl"].rpartition("/")[2]
        yield Right("sqs:SendMessage", f"arn:aws:sqs:{region}:{ACCOUNT}:{name}")
    if operation in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"):
        name = params["QueueUrl"].rpartition("/")[2]
        yield Right(f"sqs:{operation}", f"arn:aws:sqs:{region}:{ACCOUNT}:{name}")


def _ssm(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    if operation in ("GetParameter", "GetParameters", "PutParameter", "DeleteParameter", "DeleteParameters"):
        for name in params.get("Names") or [params["Name"]]:
            yield Right(f"ssm:{operation}", f"arn:aws:ssm:{region}:{ACCOUNT}:parameter{name}")


def _scheduler(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    if operation == "CreateSchedule":
        name = f"{params['GroupName']}/{params['Name']}"
        yield Right("scheduler:CreateSchedule", f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule/{name}")
        yield Right("iam:PassRole", params["Target"]["RoleArn"], passed_to="scheduler.amazonaws.com")


def _s3(operation: str, params: Mapping[str, Any], _region: str) -> Iterator[Right]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    key = f"{bucket}/{params.get('Key', '')}"
    if operation == "DeleteObjects":
        yield from (Right("s3:DeleteObject", f"{bucket}/{one['Key']}") for one in params["Delete"]["Objects"])
    if operation == MISSED:
        yield Right("s3:ListBucket", bucket)
    if operation == "CopyObject":
        # Botocore has made one text of bucket and key.
        source = unquote(params["CopySource"]).lstrip("/")
        for action in ["GetObject"] + ["GetObjectTagging"] * (params.get("TaggingDirective") != "REPLACE"):
            yield Right(f"s3:{action}", f"arn:aws:s3:::{source}")
    yield from (Right(f"s3:{action}", key) for action in OBJECTS.get(operation, ()))
    if operation in ("PutObject", "CopyObject") and params.get("Tagging"):
        yield Right("s3:PutObjectTagging", key)


OBJECTS: Final = {
    "CopyObject": ["PutObject"],
    "DeleteObject": ["DeleteObject"],
    "GetObject": ["GetObject"],
    "HeadObject": ["GetObject"],
    "PutObject": ["PutObject"],
}
"""Operations on one object, and what they need there."""


def _ses(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    if operation == "GetAccount":
        yield Right("ses:GetAccount", "*")
    if operation != "SendEmail":
        return
    domain = parseaddr(params["FromEmailAddress"])[1].rpartition("@")[2]
    resources = [f"identity/{domain}"]
    if "ConfigurationSetName" in params:
        resources.append(f"configuration-set/{params['ConfigurationSetName']}")
    # SES names the second action for mails in raw form; whether it makes one of a mail with files it does not say.
    raw = "Raw" in params["Content"] or params["Content"]["Simple"].get("Attachments")
    actions = ["SendEmail", "SendRawEmail"] if raw else ["SendEmail"]
    for action in actions:
        yield from (Right(f"ses:{action}", f"arn:aws:ses:{region}:{ACCOUNT}:{one}") for one in resources)


def _sms(operation: str, params: Mapping[str, Any], region: str) -> Iterator[Right]:
    if operation == "DescribeAccountAttributes":
        yield Right("sms-voice:DescribeAccountAttributes", "*")
    if operation != "SendTextMessage":
        return
    origin = params["OriginationIdentity"]
    # The wire takes a number, a pool's id or name, or a sender id; the role is judged by what it stands for.
    at = "phone-number" if origin.startswith(("+", "phone-")) else "pool" if origin.startswith("pool-") else "sender-id"
    yield Right("sms-voice:SendTextMessage", f"arn:aws:sms-voice:{region}:{ACCOUNT}:{at}/{origin}")
    if "ConfigurationSetName" in params:
        name = f"configuration-set/{params['ConfigurationSetName']}"
        yield Right("sms-voice:SendTextMessage", f"arn:aws:sms-voice:{region}:{ACCOUNT}:{name}")


def _sns(operation: str, params: Mapping[str, Any], _region: str) -> Iterator[Right]:
    if operation == "GetSMSAttributes":
        yield Right("sns:GetSMSAttributes", "*")
    if operation == "Publish":
        # A number is no ARN; which one it was is nobody's business.
        yield Right("sns:Publish", params.get("TopicArn") or params.get("TargetArn") or "a phone number")


SERVICES: Final[Mapping[str, Callable[[str, Mapping[str, Any], str], Iterator[Right]]]] = {
    "dynamodb": _dynamodb,
    "pinpoint-sms-voice-v2": _sms,
    "s3": _s3,
    "scheduler": _scheduler,
    "sesv2": _ses,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}
"""botocore's name of a service -> what its calls need."""
