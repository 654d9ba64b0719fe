"""The stack in moto: created from the template, with every reference of what the host plays resolved."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cli.init import create_secrets
from heliograph.domain.model import JSON
from heliograph.names import URLS, parameters_root
from local import expressions
from local.aws import Aws
from local.errors import StackFailed
from local.functions import Function
from local.mappings import Source
from local.ports import LOOPBACK, Ports
from local.secrets import fixed
from local.template import CODE, Template, for_moto, played

FUNCTION_ARN: Final = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d+:function:([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Stack:
    """What the template describes, as it now is. Keys of `functions` are names; the other mappings name functions."""

    functions: Mapping[str, Function]
    routes: Mapping[str, str]
    """Route key -> function."""
    function_urls: Mapping[str, int]
    """Function -> port."""
    mappings: tuple[tuple[Source, str], ...]
    topics: Mapping[str, str]
    """SES configuration set -> ARN of the SNS topic that its events go to."""

    def by_arn(self, arn: str) -> Function | None:
        """The function that an ARN names, be it its own or one that holds it."""
        match = FUNCTION_ARN.search(arn)
        deployed = match[1] if match else None
        return next((each for each in self.functions.values() if each.deployed_name == deployed), None)


def create(template: Template, ports: Ports, aws: Aws, name: str) -> Stack:
    """Create the stack under the name that it has on AWS, so that commands find it.

    Raises:
        UnknownResource: the template holds a type that the local host does not know.
        StackFailed: moto refused.
    """
    body, outputs = for_moto(template, ports)
    _put_code(aws)
    values = _create(aws, body, name)
    answers = {expression: values[output] for expression, output in outputs.items()}
    resources = expressions.resolve(played(template, ports), answers)
    functions = _functions(template, aws, name)
    _create_skipped(resources, aws)
    _complete_tables(template, aws, name)
    return _read(template, ports, resources, functions)


def put_parameters(aws: Aws, stage: str, urls: Mapping[str, str]) -> None:
    """Write the local URLs and the fixed local secrets where the functions look for them."""
    root = parameters_root(stage)
    for name, url in urls.items():
        aws.client("ssm").put_parameter(Name=f"{root}/{URLS}/{name}", Value=url, Type="String", Overwrite=True)
    list(create_secrets(aws.client("ssm"), stage, fixed()))


def _put_code(aws: Aws) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README", "The local host runs the code from the working tree.")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=CODE["S3Bucket"])
    s3.put_object(Bucket=CODE["S3Bucket"], Key=CODE["S3Key"], Body=buffer.getvalue())


def _create(aws: Aws, body: JSON, name: str) -> dict[str, str]:
    client = aws.client("cloudformation")
    try:
        client.create_stack(StackName=name, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_NAMED_IAM"])
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
    except client.exceptions.ClientError as exc:
        raise StackFailed(f"moto could not create the stack: {exc}") from exc
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise StackFailed(f"moto left the stack in {stack['StackStatus']}: {stack.get('StackStatusReason', '')}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _create_skipped(resources: JSON, aws: Aws) -> None:
    """Make by API call what moto has, but not in its CloudFormation."""
    for group in _of_type(resources, "AWS::Scheduler::ScheduleGroup").values():
        aws.client("scheduler").create_schedule_group(Name=group["Name"])
    for schedule in _of_type(resources, "AWS::Scheduler::Schedule").values():
        aws.client("scheduler").create_schedule(**schedule)
    for subscription in _of_type(resources, "AWS::SNS::Subscription").values():
        raw = str(subscription.get("RawMessageDelivery", False)).lower()
        aws.client("sns").subscribe(
            TopicArn=subscription["TopicArn"],
            Protocol=subscription["Protocol"],
            Endpoint=subscription["Endpoint"],
            Attributes={"RawMessageDelivery": raw},
        )


def _complete_tables(template: Template, aws: Aws, stack: str) -> None:
    """Set by API call what moto's CloudFormation leaves out of a table: TTL and point-in-time recovery."""
    client = aws.client("dynamodb")
    deployed = _deployed(aws, stack)
    for logical_id, properties in template.of_type("AWS::DynamoDB::Table").items():
        name = deployed[logical_id]
        for key, put in (
            ("TimeToLiveSpecification", client.update_time_to_live),
            ("PointInTimeRecoverySpecification", client.update_continuous_backups),
        ):
            if key in properties:
                put(TableName=name, **{key: properties[key]})


def _deployed(aws: Aws, stack: str) -> dict[str, str]:
    """Logical id -> physical id."""
    resources = aws.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in resources}


def _functions(template: Template, aws: Aws, stack: str) -> dict[str, Function]:
    deployed = _deployed(aws, stack)
    found = {}
    for logical_id, properties in template.of_type("AWS::Lambda::Function").items():
        configuration = aws.client("lambda").get_function_configuration(FunctionName=deployed[logical_id])
        name = template.service(logical_id)
        found[name] = Function.read(name, configuration, properties.get("LoggingConfig", {}))
    return found


def _read(template: Template, ports: Ports, resources: JSON, functions: Mapping[str, Function]) -> Stack:
    stack = Stack(functions, {}, {}, (), {})

    def name(reference: str) -> str:
        function = stack.by_arn(reference) or next(f for f in functions.values() if f.deployed_name == reference)
        return function.name

    integrations = _of_type(resources, "AWS::ApiGatewayV2::Integration")
    urls = _of_type(resources, "AWS::Lambda::Url")
    mappings = _of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    destinations = _of_type(resources, "AWS::SES::ConfigurationSetEventDestination").values()
    return Stack(
        functions=functions,
        routes={
            route["RouteKey"]: name(integrations[route["Target"].rpartition("/")[2]]["IntegrationUri"])
            for route in _of_type(resources, "AWS::ApiGatewayV2::Route").values()
        },
        function_urls={
            name(urls[logical_id]["TargetFunctionArn"]): ports.function_url(place)
            for place, logical_id in enumerate(template.function_urls())
        },
        mappings=tuple((Source.read(mapping), name(mapping["FunctionName"])) for mapping in mappings),
        topics={
            each["ConfigurationSetName"]: each["EventDestination"]["SnsDestination"]["TopicARN"]
            for each in destinations
            if "SnsDestination" in each["EventDestination"]
        },
    )


def _of_type(resources: JSON, kind: str) -> dict[str, Any]:
    return {key: each.get("Properties", {}) for key, each in resources.items() if each["Type"] == kind}


def url(port: int) -> str:
    """A base URL on loopback."""
    return f"http://{LOOPBACK}:{port}"
