"""A stack like ours with throw-away functions, as CDK writes it."""

import json
from pathlib import Path
from typing import Any

HANDLERS = {"send": "echo", "manage": "echo", "intake": "echo", "apply": "worker", "scheduler": "worker"}


def function(name: str) -> dict[str, Any]:
    variables = {
        "POWERTOOLS_SERVICE_NAME": name,
        "RESULTS_QUEUE_URL": {"Ref": "Results"},
        "TABLE": {"Ref": "Table"},
        "GROUP": {"Ref": "Group"},
        "API": {"Fn::Sub": "${Api.ApiEndpoint}/v1"},
    }
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": f"tests.local.handlers.{HANDLERS[name]}.handler",
            "Code": {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "abc.zip"},
            "Runtime": "python3.13",
            "Timeout": 5,
            "MemorySize": 256,
            "Layers": [{"Ref": "Layer"}],
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
            "Environment": {"Variables": variables},
        },
    }


def integration(name: str) -> dict[str, Any]:
    properties = {"ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": arn(name)}
    return {"Type": "AWS::ApiGatewayV2::Integration", "Properties": properties}


def route(key: str, integration_id: str) -> dict[str, Any]:
    target = {"Fn::Join": ["", ["integrations/", {"Ref": integration_id}]]}
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"RouteKey": key, "Target": target}}


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}

RESOURCES: dict[str, Any] = {
    **{name.title(): function(name) for name in HANDLERS},
    "Role": ROLE,
    "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Bucket": "b", "S3Key": "k"}}},
    "Table": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    },
    "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {"ReceiveMessageWaitTimeSeconds": 20}},
    "Results": {"Type": "AWS::SQS::Queue"},
    "Events": {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "VisibilityTimeout": 1,
            "RedrivePolicy": {"deadLetterTargetArn": arn("DeadLetters"), "maxReceiveCount": 2},
        },
    },
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Subscription": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {"Protocol": "sqs", "TopicArn": {"Ref": "Topic"}, "Endpoint": arn("Events")},
    },
    "Mapping": {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": arn("Events"),
            "FunctionName": {"Ref": "Apply"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        },
    },
    "Set": {"Type": "AWS::SES::ConfigurationSet", "Properties": {"Name": "heliograph-dev"}},
    "SetEvents": {
        "Type": "AWS::SES::ConfigurationSetEventDestination",
        "Properties": {
            "ConfigurationSetName": {"Ref": "Set"},
            "EventDestination": {"SnsDestination": {"TopicARN": {"Ref": "Topic"}}},
        },
    },
    "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "heliograph-dev"}},
    "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "Http", "ProtocolType": "HTTP"}},
    "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"StageName": "$default"}},
    "ToSend": integration("Send"),
    "ToManage": integration("Manage"),
    "SendRoute": route("POST /v1/send/{event}", "ToSend"),
    "ManageRoute": route("ANY /v1/{proxy+}", "ToManage"),
    "Url": {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE", "TargetFunctionArn": arn("Intake")}},
    "UrlParameter": {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Name": "/heliograph/dev/urls/webhooks",
            "Type": "String",
            "Value": {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Url", "FunctionUrl"]}]}]},
        },
    },
    "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmActions": [{"Ref": "Topic"}]}},
}

TEMPLATE: dict[str, Any] = {
    "Resources": RESOURCES,
    "Outputs": {"Alarm": {"Value": {"Ref": "Alarm"}}},
    "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/v"}},
    "Rules": {"CheckBootstrapVersion": {"Assertions": []}},
}


def write(folder: Path) -> Path:
    path = folder / "heliograph-dev.template.json"
    path.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    return path
