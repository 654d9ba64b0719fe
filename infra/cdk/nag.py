"""The rules of cdk-nag that we do not follow, each with its reason."""

from collections.abc import Iterator

from aws_cdk import Acknowledgment, CfnElement, Validations

from heliograph.names import FILES, INTEGRATIONS, SECRETS, UPLOADS, URLS, parameters_root
from infra.cdk.options import Options
from infra.cdk.stack import HeliographStack

_ARN = "arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:"


def accept(stack: HeliographStack, options: Options) -> None:
    """Acknowledge every exception; anything else that cdk-nag finds fails the synthesis."""
    found = {**dict(_wildcards(options, _name(stack))), **_RULES, **(_EDGE if options.edge_certificate else {})}
    for rule, reason in found.items():
        Validations.of(stack).acknowledge(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason))


_RULES = {
    "L1": "The wheels, their bytecode and the tests belong to Python 3.13; moving on is a change of the lock.",
    "S1": "An access log would hold who was sent what, and the functions log what is needed.",
    "APIG4": "The functions check our own API keys, which AWS's authorizers do not know; 401 is tested.",
}

_EDGE = {
    "CFR1": "Receipts and clicks come from every country.",
    "CFR2": "A firewall costs 5 dollars a month and more; a team adds its own, docs/deploying.md says how.",
    "CFR3": "An access log would hold the recipients' addresses and signed links; the functions log what is needed.",
}


def _wildcards(options: Options, bucket: str) -> Iterator[tuple[str, str]]:
    for folder, reason in (
        (SECRETS, "Secrets of this stage and no other; the names grow with keys that are rotated."),
        (URLS, "The stage's own three public addresses."),
        (INTEGRATIONS, "One parameter an integration, made at run time; the path ends at this stage."),
    ):
        yield _any("ssm", f"parameter{parameters_root(options.stage)}/{folder}/*"), reason
    group = f"schedule/heliograph-{options.stage}/*"
    yield _any("scheduler", group), "A schedule's name is its minute, so it is not known before; the group is ours."
    for folder, reason in (
        (UPLOADS, "An upload's name is random, made when a caller asks for its place."),
        (FILES, "A file is named by its project, notification and content; all of them lie in this stage's bucket."),
    ):
        yield f"IAM5[Resource::<{bucket}.Arn>/{folder}/*]", reason
    for kind in ("phone-number", "pool", "sender-id"):
        yield _any("sms-voice", f"{kind}/*"), "Teams get senders while the service runs; it may send by them only."
    yield (
        "IAM5[Resource::*]",
        "Three calls that read the account's settings for sending; IAM knows no resource for them.",
    )
    yield _any("ses", "identity/*"), "Teams verify senders while the service runs; the configuration set is ours."


def _name(stack: HeliographStack) -> str:
    """The bucket's name in the template."""
    bucket = stack.files.node.default_child
    if not isinstance(bucket, CfnElement):
        raise TypeError("a bucket is made of one resource")
    return str(stack.resolve(bucket.logical_id))


def _any(service: str, resource: str) -> str:
    return f"IAM5[Resource::{_ARN.format(service=service)}{resource}]"
