"""The synthesised template as moto can take it: what it skips is replaced by local values, and played by the host."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from heliograph.domain.model import JSON
from local import expressions
from local.errors import UnknownResource
from local.ports import LOOPBACK, Ports

HELD: Final = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Events::Rule",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
    }
)
"""Resource types that moto's CloudFormation creates from the template as it stands."""

PLAYED: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApiGatewayV2::Stage",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Url",
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SMSVOICE::ConfigurationSet",
        "AWS::SNS::Subscription",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
    }
)
"""Resource types that moto skips, or would run in Docker, and that the local host plays."""

WITHOUT: Final = frozenset(
    {
        "AWS::CDK::Metadata",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Lambda::LayerVersion",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }
)
"""Resource types that a laptop does without: no alarms, code from the working tree, no IAM."""

CODE: Final = {"S3Bucket": "heliograph-local", "S3Key": "code.zip"}
"""An object that exists in moto's S3: it wants one, though the code runs from the working tree."""


@dataclass(frozen=True, slots=True)
class Template:
    """A CloudFormation template."""

    body: JSON

    @classmethod
    def read(cls, path: Path) -> "Template":
        """Read it from a file of JSON."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def of_type(self, kind: str) -> dict[str, JSON]:
        """Logical id -> properties of every resource of this type."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.body["Resources"].items()
            if resource["Type"] == kind
        }

    def service(self, logical_id: str) -> str:
        """The name of a function in logs and on the command line."""
        properties = self.body["Resources"][logical_id].get("Properties", {})
        name = properties.get("Environment", {}).get("Variables", {}).get("POWERTOOLS_SERVICE_NAME")
        return name if isinstance(name, str) else logical_id

    def function_urls(self) -> list[str]:
        """Logical ids of the function URLs, in the order of their functions' names: intake before links."""
        urls = self.of_type("AWS::Lambda::Url")
        return sorted(urls, key=lambda logical_id: self.service(referred(urls[logical_id]["TargetFunctionArn"])))


def referred(expression: Any) -> str:
    """The logical id that a `Ref` or `Fn::GetAtt` names."""
    argument = next(iter(expression.values()))
    return str(argument[0] if isinstance(argument, list) else argument.partition(".")[0])


def for_moto(template: Template, ports: Ports) -> tuple[JSON, dict[str, str]]:
    """The template that moto can create, and the name of the output that answers each expression of the played part.

    Raises:
        UnknownResource: a type is in none of the three lists.
    """
    _check(template)
    lookup = _lookup(template, ports)
    resources = {
        logical_id: _for_moto(expressions.replace(resource, lookup))
        for logical_id, resource in template.body["Resources"].items()
        if resource["Type"] in HELD
    }
    asked: dict[str, Any] = {}
    expressions.collect(played(template, ports), asked)
    outputs = {f"Local{number}": {"Value": expression} for number, expression in enumerate(asked.values())}
    parameters = {k: v for k, v in template.body.get("Parameters", {}).items() if k != "BootstrapVersion"}
    kept = {key: template.body[key] for key in ("Conditions", "Mappings") if key in template.body}
    body = kept | {"Parameters": parameters, "Resources": resources, "Outputs": outputs}
    return body, dict(zip(asked, outputs, strict=True))


def played(template: Template, ports: Ports) -> JSON:
    """Logical id -> resource, of everything that the host plays; what refers to it is replaced already."""
    lookup = _lookup(template, ports)
    resources = template.body["Resources"].items()
    return {
        logical_id: expressions.replace(resource, lookup)
        for logical_id, resource in resources
        if resource["Type"] in PLAYED
    }


def _check(template: Template) -> None:
    for logical_id, resource in template.body["Resources"].items():
        if resource["Type"] not in HELD | PLAYED | WITHOUT:
            raise UnknownResource(
                f"the local host does not know {resource['Type']} ({logical_id}): "
                "add the type to one of the three lists in local/template.py"
            )


def _for_moto(resource: JSON) -> JSON:
    """One resource without what moto cannot do or what would stop the only thread that serves it."""
    properties = dict(resource.get("Properties", {}))
    if resource["Type"] == "AWS::Lambda::Function":
        properties = {k: v for k, v in properties.items() if k != "Layers"} | {"Code": CODE}
    if resource["Type"] == "AWS::SQS::Queue":
        properties.pop("ReceiveMessageWaitTimeSeconds", None)
    kept = {key: resource[key] for key in ("Type", "Condition") if key in resource}
    return kept | {"Properties": properties}


def _lookup(template: Template, ports: Ports) -> expressions.Lookup:
    values = {
        logical_id: _local_values(logical_id, resource, template, ports)
        for logical_id, resource in template.body["Resources"].items()
        if resource["Type"] in PLAYED | WITHOUT
    }
    return lambda logical_id, attribute: values.get(logical_id, {}).get(attribute)


def _local_values(logical_id: str, resource: JSON, template: Template, ports: Ports) -> Mapping[str, str]:
    """What `Ref` and `Fn::GetAtt` give for a resource that moto does not hold."""
    make = SPECIAL.get(resource["Type"])
    if make:
        return make(logical_id, resource, template, ports)
    name = resource.get("Properties", {}).get("Name")
    ref = name if isinstance(name, str) else logical_id
    return {"Ref": ref, "Id": ref, "Arn": f"arn:aws:local:us-east-1:123456789012:{ref}"}


def _api(_id: str, _resource: JSON, _template: Template, ports: Ports) -> Mapping[str, str]:
    return {"Ref": "local", "ApiId": "local", "ApiEndpoint": f"http://{LOOPBACK}:{ports.api}"}


def _function_url(logical_id: str, _resource: JSON, template: Template, ports: Ports) -> Mapping[str, str]:
    place = template.function_urls().index(logical_id)
    return {"Ref": logical_id, "FunctionUrl": f"http://{LOOPBACK}:{ports.function_url(place)}/"}


def _schedule_group(logical_id: str, resource: JSON, _template: Template, _ports: Ports) -> Mapping[str, str]:
    name = resource.get("Properties", {}).get("Name", logical_id)
    return {"Ref": name, "Arn": f"arn:aws:scheduler:us-east-1:123456789012:schedule-group/{name}"}


SPECIAL: Final[Mapping[str, Callable[[str, JSON, Template, Ports], Mapping[str, str]]]] = {
    "AWS::ApiGatewayV2::Api": _api,
    "AWS::Lambda::Url": _function_url,
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
}
