import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from local.aws import Aws
from local.invocation import Outcome, failure
from local.mappings import Poller, Source, done
from tests.local.fakes import Answering, says
from tests.local.waiting import eventually

ARN = "arn:aws:sqs:us-east-1:123456789012:work"
type Poll = Callable[..., Poller]


@pytest.fixture
def aws(port: int) -> Iterator[Aws]:
    aws = Aws(port)
    aws.start()
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="dead")
    redrive = {"deadLetterTargetArn": ARN.replace("work", "dead"), "maxReceiveCount": 2}
    sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(redrive)})
    yield aws
    aws.stop()


@pytest.fixture
def poll(aws: Aws) -> Iterator[Poll]:
    with ExitStack() as stack:

        def start(target: Any, **settings: Any) -> Poller:
            poller = Poller(Source("work", ARN, **settings), target, aws)
            stack.callback(poller.stop)
            poller.start()
            return poller

        yield start


def send(aws: Aws, *bodies: str, **more: Any) -> None:
    for body in bodies:
        aws.client("sqs").send_message(QueueUrl="work", MessageBody=body, **more)


def depth(aws: Aws, queue: str = "work") -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    got = aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(each) for each in got.values())


def bodies(target: Answering) -> list[list[str]]:
    return [[record["body"] for record in event["Records"]] for event in target.events]


def fail(*wanted: str) -> Callable[[Any], Outcome]:
    def answer(event: Any) -> Outcome:
        failed = [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] in wanted]
        return Outcome(json.dumps({"batchItemFailures": failed}).encode())

    return answer


def test_a_message_reaches_the_function_as_on_lambda_and_is_deleted(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None))
    poll(target)

    attribute = {"hop": {"DataType": "String", "StringValue": "3"}}
    send(aws, '{"id": 1}', MessageGroupId="demo", MessageAttributes=attribute)

    [event] = eventually(lambda: target.events)
    [record] = event["Records"]
    assert record["body"] == '{"id": 1}'
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["MessageGroupId"] == "demo"
    assert record["messageAttributes"]["hop"]["stringValue"] == "3"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", ARN)
    eventually(lambda: depth(aws) == 0)


def test_a_new_message_is_taken_within_a_tenth_of_a_second(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None))
    poll(target)

    for count in range(1, 4):
        send(aws, "x")
        eventually(lambda count=count: len(target.events) == count, within=0.2, every=0.005)  # type: ignore[misc]  # a bound argument has no type


def test_what_waits_comes_in_batches_of_the_given_size(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None), maximum=1)
    send(aws, *map(str, range(25)))

    poll(target, batch_size=12)

    eventually(lambda: sum(map(len, bodies(target))) == 25)
    assert [len(batch) for batch in bodies(target)] == [12, 12, 1]


def test_a_window_gathers_messages(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None))
    poll(target, window=20.0, batch_size=3)

    send(aws, "a", "b", "c")

    eventually(lambda: target.events)
    assert [sorted(batch) for batch in bodies(target)] == [["a", "b", "c"]]


def test_only_the_named_failures_come_again_after_their_visibility_timeout(aws: Aws, poll: Poll) -> None:
    target = Answering(fail("bad"))
    send(aws, "good", "bad", "fine")

    poll(target, partial=True)

    eventually(lambda: len(target.events) == 2)
    first, second = target.events
    assert len(first["Records"]) == 3
    assert [record["body"] for record in second["Records"]] == ["bad"]
    assert second["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_failed_batch_comes_again_whole_and_then_goes_to_the_dead_letters(aws: Aws, poll: Poll) -> None:
    target = Answering(lambda _event: failure("ValueError", "no"))
    send(aws, "a", "b")

    poll(target)

    eventually(lambda: depth(aws, "dead") == 2)
    assert bodies(target) == [["a", "b"], ["a", "b"]]
    assert depth(aws) == 0


def test_batches_run_side_by_side_up_to_the_given_concurrency(aws: Aws, poll: Poll) -> None:
    running, most = 0, 0
    lock, gate = threading.Lock(), threading.Event()

    def answer(_event: Any) -> Outcome:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(10)
        with lock:
            running -= 1
        return Outcome(b"null")

    target = Answering(answer, maximum=3)
    send(aws, *map(str, range(6)))
    poll(target, batch_size=1, concurrency=2)
    eventually(lambda: most == 2)
    gate.set()

    eventually(lambda: len(target.events) == 6)
    assert most == 2


def test_a_delayed_message_waits_for_its_time(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None))
    poll(target)

    send(aws, "later", DelaySeconds=1)
    send(aws, "now")

    eventually(lambda: bodies(target) == [["now"], ["later"]])


def test_a_topic_puts_its_messages_on_the_queue_in_an_envelope(aws: Aws, poll: Poll) -> None:
    target = Answering(says(None))
    poll(target)
    topic = aws.client("sns").create_topic(Name="mail")["TopicArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN)

    aws.client("sns").publish(TopicArn=topic, Message='{"eventType":"Delivery"}')

    [[body]] = eventually(lambda: bodies(target))
    envelope = json.loads(body)
    assert envelope["Type"] == "Notification"
    assert envelope["TopicArn"] == topic
    assert envelope["Message"] == '{"eventType":"Delivery"}'


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (None, []),
        ({}, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": None}, []),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, ["1"]),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, ["1", "2"]),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, ["1", "2"]),
        ({"batchItemFailures": [{"identifier": "1"}]}, ["1", "2"]),
        ({"batchItemFailures": [{"itemIdentifier": "stranger"}]}, ["1", "2"]),
        ("text", ["1", "2"]),
    ],
)
def test_which_messages_a_partial_answer_leaves_in_the_queue(answer: Any, left: list[str]) -> None:
    messages = [{"MessageId": "1"}, {"MessageId": "2"}]

    deleted = done(messages, Outcome(json.dumps(answer).encode()), partial=True)

    assert [each["MessageId"] for each in messages if each not in deleted] == left


def test_settings_come_from_the_template() -> None:
    source = Source.read(
        {
            "EventSourceArn": ARN,
            "BatchSize": 20,
            "MaximumBatchingWindowInSeconds": 2,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 7},
        }
    )

    assert source == Source("work", ARN, batch_size=20, window=2.0, partial=True, concurrency=7)
