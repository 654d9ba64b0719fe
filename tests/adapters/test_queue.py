"""SQS as we use it: ten at a time, ids alone, a group for every project."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Lane, MessageId
from heliograph.queue import Lanes, Queue, decode, encode

HINT = Hint(message=MessageId(project="acme", notification="n" * 26, number=2), hop=3)


class Recorder:
    """A client that keeps what it is asked, and fails on request."""

    def __init__(self, answer: Any = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self._answer = answer

    def send_message_batch(self, **call: Any) -> Any:
        self.calls.append(call)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer or {"Successful": []}


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_bodies_arrive_as_they_were_put(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="q")["QueueUrl"]

    Queue(sqs, url).put("acme", [{"a": "ä €"}, {"b": 2}])

    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert sorted(one["Body"] for one in found) == ['{"a":"\\u00e4 \\u20ac"}', '{"b":2}']


def test_ten_go_in_one_call_and_every_one_has_its_project_as_group() -> None:
    client = Recorder()

    Queue(client, "u").put("acme", [{"n": number} for number in range(23)], delay=2.4)

    assert [len(call["Entries"]) for call in client.calls] == [10, 10, 3]
    entries = [entry for call in client.calls for entry in call["Entries"]]
    assert {(entry["MessageGroupId"], entry["DelaySeconds"]) for entry in entries} == {("acme", 2)}
    assert [json.loads(entry["MessageBody"])["n"] for entry in entries] == list(range(23))


def test_large_bodies_share_no_call_that_would_be_too_large() -> None:
    client = Recorder()

    Queue(client, "u").put("acme", [{"x": "y" * 400_000} for _ in range(5)])

    sizes = [sum(len(entry["MessageBody"]) for entry in call["Entries"]) for call in client.calls]
    assert len(sizes) == 3
    assert max(sizes) < 1_048_576


@pytest.mark.parametrize(("delay", "seconds"), [(-5, 0), (0, 0), (900, 900), (5000, 900)])
def test_a_delay_stays_within_what_sqs_knows(delay: float, seconds: int) -> None:
    client = Recorder()

    Queue(client, "u").put("acme", [{}], delay=delay)

    assert client.calls[0]["Entries"][0]["DelaySeconds"] == seconds


@pytest.mark.parametrize(
    "answer",
    [
        {"Failed": [{"Id": "0"}]},
        ClientError({"Error": {"Code": "Throttling"}}, "SendMessageBatch"),
        EndpointConnectionError(endpoint_url="https://sqs"),
    ],
)
def test_what_is_not_whole_on_the_queue_is_unavailable(answer: Any) -> None:
    with pytest.raises(Unavailable):
        Queue(Recorder(answer), "u").put("acme", [{}])


def test_a_hint_comes_back_as_it_was() -> None:
    assert decode(json.dumps(encode(HINT))) == HINT
    assert encode(HINT) == {"v": 1, "p": "acme", "n": "n" * 26, "k": 2, "hop": 3}


@pytest.mark.parametrize("body", ["", "x", "[]", "null", "{}", '{"v":2}', '{"v":1,"p":"a"}'])
def test_what_is_no_hint_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(body)


def test_each_lane_has_its_queue() -> None:
    critical, normal = Recorder(), Recorder()
    lanes = Lanes({Lane.CRITICAL: Queue(critical, "c"), Lane.NORMAL: Queue(normal, "n")})

    lanes.put(HINT, Lane.CRITICAL, delay=1)

    assert (len(critical.calls), len(normal.calls)) == (1, 0)
