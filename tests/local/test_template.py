import json
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.synth import synthesise
from local.errors import UnknownResource
from local.ports import Ports
from local.template import HELD, PLAYED, WITHOUT, Template, for_moto
from tests.local import small_template

PORTS = Ports(8400)


@pytest.fixture(scope="module")
def ours() -> Template:
    return Template.read(synthesise(fresh_code=False))


def test_what_becomes_of_each_type_in_our_template(ours: Template) -> None:
    kinds = {resource["Type"] for resource in ours.body["Resources"].values()}

    assert {kind: place(kind) for kind in kinds} == {
        "AWS::ApiGatewayV2::Api": "played",
        "AWS::ApiGatewayV2::Integration": "played",
        "AWS::ApiGatewayV2::Route": "played",
        "AWS::ApiGatewayV2::Stage": "played",
        "AWS::CloudWatch::Alarm": "without",
        "AWS::CloudWatch::Dashboard": "without",
        "AWS::DynamoDB::Table": "moto",
        "AWS::Events::Rule": "moto",
        "AWS::IAM::Policy": "moto",
        "AWS::IAM::Role": "moto",
        "AWS::Lambda::EventSourceMapping": "played",
        "AWS::Lambda::Function": "moto",
        "AWS::Lambda::LayerVersion": "without",
        "AWS::Lambda::Permission": "moto",
        "AWS::Lambda::Url": "played",
        "AWS::Logs::LogGroup": "moto",
        "AWS::S3::Bucket": "moto",
        "AWS::S3::BucketPolicy": "without",
        "AWS::SES::ConfigurationSet": "played",
        "AWS::SES::ConfigurationSetEventDestination": "played",
        "AWS::SMSVOICE::ConfigurationSet": "played",
        "AWS::SNS::Subscription": "played",
        "AWS::SNS::Topic": "moto",
        "AWS::SNS::TopicPolicy": "without",
        "AWS::SQS::Queue": "moto",
        "AWS::SQS::QueuePolicy": "without",
        "AWS::SSM::Parameter": "moto",
        "AWS::Scheduler::ScheduleGroup": "played",
    }


def test_no_reference_to_what_moto_skips_is_left(ours: Template) -> None:
    body, _ = for_moto(ours, PORTS)

    left = {name for name in ours.body["Resources"] if name not in body["Resources"]}
    assert not left & set(references([body["Resources"], body["Outputs"]]))


def test_every_type_is_in_one_list() -> None:
    assert len(HELD | PLAYED | WITHOUT) == len(HELD) + len(PLAYED) + len(WITHOUT)


def test_references_to_what_the_host_plays_become_local_values() -> None:
    body, _ = for_moto(Template(small_template.TEMPLATE), PORTS)

    variables = body["Resources"]["Send"]["Properties"]["Environment"]["Variables"]
    assert variables["API"] == {"Fn::Sub": "http://127.0.0.1:8400/v1"}
    assert variables["GROUP"] == "heliograph-dev"
    assert variables["TABLE"] == {"Ref": "Table"}
    parameter = body["Resources"]["UrlParameter"]["Properties"]["Value"]
    assert parameter == {"Fn::Select": [2, {"Fn::Split": ["/", "http://127.0.0.1:8403/"]}]}


def test_moto_gets_no_outputs_rules_or_bootstrap_parameter_of_the_template_and_code_that_exists() -> None:
    body, _ = for_moto(Template(small_template.TEMPLATE), PORTS)

    assert "Rules" not in body
    assert body["Parameters"] == {}
    assert "Alarm" not in body["Outputs"]
    assert body["Resources"]["Send"]["Properties"]["Code"] == {"S3Bucket": "heliograph-local", "S3Key": "code.zip"}
    assert "Layers" not in body["Resources"]["Send"]["Properties"]
    assert "ReceiveMessageWaitTimeSeconds" not in body["Resources"]["DeadLetters"]["Properties"]


def test_an_unknown_type_is_named_with_what_to_do() -> None:
    template = Template({"Resources": {"Bus": {"Type": "AWS::Pipes::Pipe"}}})

    with pytest.raises(UnknownResource, match=r"does not know AWS::Pipes::Pipe \(Bus\).*local/template.py"):
        for_moto(template, PORTS)


def test_a_template_is_read_from_its_file(tmp_path: Path) -> None:
    path = small_template.write(tmp_path)

    assert Template.read(path).body == json.loads(path.read_text())


def place(kind: str) -> str:
    return "moto" if kind in HELD else "played" if kind in PLAYED else "without"


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for each in node for name in references(each)]
    if not isinstance(node, dict):
        return []
    found = [node["Ref"]] if "Ref" in node else []
    found += [node["Fn::GetAtt"][0]] if "Fn::GetAtt" in node else []
    return found + [name for value in node.values() for name in references(value)]
