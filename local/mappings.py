"""SQS event source mappings: batches from a queue to a function, as Lambda's pollers take them.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html and .../services-sqs-errorhandling.html
"""

import json
import threading
import time
import traceback
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

from heliograph.domain.model import JSON
from local.aws import Aws
from local.functions import REGION
from local.invocation import Outcome

IDLE_SECONDS: Final = 0.05
"""Between two looks at a queue. A look costs microseconds: it reads moto's own list."""
RECEIVE_LIMIT: Final = 10
"""Messages that one call of SQS gives or deletes."""


class Invoke(Protocol):
    """What takes batches: a function's pool."""

    maximum: int

    def invoke(self, payload: bytes) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Source:
    """One mapping's settings. The window is in seconds."""

    queue: str
    """The queue's name."""
    arn: str
    batch_size: int = 10
    window: float = 0.0
    partial: bool = False
    """Whether the function names the messages that failed."""
    concurrency: int = 0
    """Batches at the same time; 0: as many as the function has processes."""

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> "Source":
        """From the properties of an `AWS::Lambda::EventSourceMapping`, resolved."""
        arn = properties["EventSourceArn"]
        return cls(
            queue=arn.rpartition(":")[2],
            arn=arn,
            batch_size=int(properties.get("BatchSize", 10)),
            window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
            partial="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            concurrency=int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 0)),
        )


class Poller:
    """Takes batches from one queue until stopped, several at once."""

    def __init__(self, source: Source, target: Invoke, aws: Aws) -> None:
        self._source, self._target, self._aws = source, target, aws
        self._stop = threading.Event()
        at_once = min(source.concurrency or target.maximum, target.maximum)
        self._free = threading.Semaphore(at_once)
        self._batches = ThreadPoolExecutor(at_once, thread_name_prefix=f"batch-{source.queue}")
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self.start = self._thread.start

    def stop(self) -> None:
        """Take no more batches."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._batches.shutdown(wait=True)

    def _poll(self) -> None:
        while not self._stop.is_set():
            if not self._visible():
                self._stop.wait(IDLE_SECONDS)
            elif self._free.acquire(timeout=IDLE_SECONDS):
                self._fill()
                # Received here and not in the batch's thread, so that the next look no longer sees these messages.
                self._batches.submit(self._batch, self._receive()).add_done_callback(report)

    def _visible(self) -> int:
        with self._aws.lock:
            queue = self._aws.backend("sqs").queues.get(self._source.queue)
            return len(queue.messages) if queue else 0

    def _fill(self) -> None:
        """Wait until a batch is full or its window is over."""
        end = time.monotonic() + self._source.window
        while time.monotonic() < end and self._visible() < self._source.batch_size:
            if self._stop.wait(IDLE_SECONDS):
                return

    def _batch(self, messages: list[JSON]) -> None:
        try:
            if messages:
                event = {"Records": [record(message, self._source.arn) for message in messages]}
                outcome = self._target.invoke(json.dumps(event).encode())
                self._delete(done(messages, outcome, partial=self._source.partial))
        finally:
            self._free.release()

    def _receive(self) -> list[JSON]:
        messages: list[JSON] = []
        while len(messages) < self._source.batch_size:
            got = self._aws.client("sqs").receive_message(
                QueueUrl=self._source.queue,
                MaxNumberOfMessages=min(RECEIVE_LIMIT, self._source.batch_size - len(messages)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not got.get("Messages"):
                break
            messages += got["Messages"]
        return messages

    def _delete(self, messages: list[JSON]) -> None:
        for start in range(0, len(messages), RECEIVE_LIMIT):
            part = messages[start : start + RECEIVE_LIMIT]
            entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(part)]
            self._aws.client("sqs").delete_message_batch(QueueUrl=self._source.queue, Entries=entries)


def report(batch: Future[None]) -> None:
    """Print what went wrong in the host itself; the messages come again after their visibility timeout."""
    problem = batch.exception()
    if problem:
        traceback.print_exception(problem)


def record(message: JSON, arn: str) -> JSON:
    """A message as Lambda shows it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                "dataType": value["DataType"],
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def done(messages: list[JSON], outcome: Outcome, *, partial: bool) -> list[JSON]:
    """The messages to delete: all after a success, none after an error, with *partial* those not named as failed.

    As on Lambda an answer that cannot be read, or names what was not in the batch, fails the whole batch.
    """
    if outcome.error:
        return []
    if not partial:
        return messages
    try:
        failed = {each["itemIdentifier"] for each in (outcome.value() or {}).get("batchItemFailures") or []}
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    if not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]
