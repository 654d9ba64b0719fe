"""The fake SES and SNS, called with boto3 as the real ones are."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"

type Wait = Callable[[Callable[[], bool]], None]


def client(service: str, url: str) -> Any:
    once = Config(retries={"total_max_attempts": 1})
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y")
    return session.client(service, endpoint_url=url, config=once)  # type: ignore[call-overload]  # the service varies


def send(sandbox: Any, to: str, **changes: Any) -> str:
    answer = client("sesv2", sandbox.url + "/ses").send_email(
        **{
            "FromEmailAddress": "Us <us@example.com>",
            "Destination": {"ToAddresses": [to]},
            "Content": {"Simple": {"Subject": {"Data": "Welcome"}, "Body": {"Html": {"Data": "<b>Hi</b>"}}}},
            "EmailTags": [{"Name": "heliograph", "Value": "v1-abcdef"}],
            "ConfigurationSetName": "heliograph-dev",
        }
        | changes
    )
    return str(answer["MessageId"])


def test_a_mail_is_taken_and_its_delivery_published_with_our_tag(sandbox: Any, eventually: Wait) -> None:
    message_id = send(sandbox, "ada@example.com")
    eventually(lambda: bool(sandbox.published))
    [(topic, text)] = sandbox.published
    event = json.loads(text)

    assert topic == TOPIC
    assert event["eventType"] == "Delivery"
    assert event["delivery"]["recipients"] == ["ada@example.com"]
    assert event["mail"]["messageId"] == message_id
    assert event["mail"]["tags"]["heliograph"] == ["v1-abcdef"]
    assert event["mail"]["tags"]["ses:configuration-set"] == ["heliograph-dev"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bounced", ["Bounce"]),
        ("soft-bounced", ["Bounce"]),
        ("dropped", ["Reject"]),
        ("failed", ["Rendering Failure"]),
        ("deferred", ["DeliveryDelay", "Delivery"]),
        ("spam", ["Delivery", "Complaint"]),
        ("clicked", ["Delivery", "Open", "Click"]),
        ("unsubscribed", ["Delivery", "Subscription"]),
        ("duplicate", ["Delivery", "Delivery"]),
        ("reordered", ["Delivery", "DeliveryDelay", "Send"]),
    ],
)
def test_a_magic_recipient_gets_its_events_in_order(
    sandbox: Any, eventually: Wait, name: str, expected: list[str]
) -> None:
    send(sandbox, f"{name}@sandbox.heliograph.dev")
    eventually(lambda: len(sandbox.published) == len(expected))
    events = [json.loads(text) for _, text in sandbox.published]

    assert [event["eventType"] for event in events] == expected
    eventually(lambda: len(sandbox.messages()[0]["events"]) == len(expected))
    assert all(len(set(event) - {"eventType", "mail"}) == 1 for event in events)


def test_bounces_tell_their_class(sandbox: Any, eventually: Wait) -> None:
    send(sandbox, "bounced@sandbox.heliograph.dev")
    send(sandbox, "soft-bounced@sandbox.heliograph.dev")
    eventually(lambda: len(sandbox.published) == 2)
    bounces = [json.loads(text)["bounce"] for _, text in sandbox.published]

    assert {bounce["bouncedRecipients"][0]["emailAddress"]: bounce["bounceType"] for bounce in bounces} == {
        "bounced@sandbox.heliograph.dev": "Permanent",
        "soft-bounced@sandbox.heliograph.dev": "Transient",
    }


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("refused@sandbox.heliograph.dev", "MessageRejected"),
        ("throttled@sandbox.heliograph.dev", "TooManyRequestsException"),
        ("failing@sandbox.heliograph.dev", "InternalServiceErrorException"),
    ],
)
def test_ses_refuses_with_its_own_errors(sandbox: Any, to: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        send(sandbox, to)

    assert refused.value.response["Error"]["Code"] == code
    assert sandbox.calls()[0]["accepted"] is False


def test_an_unknown_configuration_set_is_not_found(sandbox: Any) -> None:
    with pytest.raises(ClientError) as refused:
        send(sandbox, "ada@example.com", ConfigurationSetName="other")

    assert refused.value.response["Error"]["Code"] == "NotFoundException"


def test_a_raw_mail_is_read(sandbox: Any) -> None:
    raw = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>"
    send(sandbox, "ada@example.com", Content={"Raw": {"Data": raw}})

    [message] = sandbox.messages(to="ada@example.com")
    assert (message["subject"], message["html"].strip()) == ("Grüße", "<p>Hi</p>")


def test_the_account_may_send(sandbox: Any) -> None:
    account = client("sesv2", sandbox.url + "/ses").get_account()

    assert account["SendingEnabled"]
    assert account["SendQuota"]["MaxSendRate"] == 500.0


def test_sns_takes_a_text_and_reports_nothing(sandbox: Any) -> None:
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Helio"}}
    sns = client("sns", sandbox.url + "/sns")

    answer = sns.publish(PhoneNumber="+4915112345678", Message="Hi", MessageAttributes=sender)

    [message] = sandbox.messages()
    assert message["provider_message_id"] == answer["MessageId"]
    assert (message["provider"], message["text"], message["from"]) == ("sns_sms", "Hi", "Helio")


@pytest.mark.parametrize(
    ("number", "code"),
    [("+19075550113", "InvalidParameter"), ("+19075550107", "Throttling"), ("+19075550108", "InternalError")],
)
def test_sns_refuses_with_its_own_errors(sandbox: Any, number: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        client("sns", sandbox.url + "/sns").publish(PhoneNumber=number, Message="Hi")

    assert refused.value.response["Error"]["Code"] == code
