"""SQS: wake-up calls and provider events, as ASCII JSON; every message carries its project as fair-queue group."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.dead_letter import DeadLetter
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Lane, MessageId
from heliograph.domain.model import JSON

BATCH: Final = 10
MAX_DELAY: Final = 900
"""Seconds: the longest delay that SQS knows."""
HIDDEN: Final = 120
"""Seconds that a dead letter is hidden while somebody looks at it: longer than a run of the scheduler."""


class Queue:
    """One queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, project: str, bodies: Sequence[JSON], *, delay: float = 0) -> None:
        """Put bodies on the queue, visible *delay* seconds from now (at most 900).

        Raises:
            Unavailable: not all of them are on the queue; put all of them again.
        """
        seconds = min(MAX_DELAY, max(0, round(delay)))
        for batch in _batches(bodies):
            entries = [
                {"Id": str(number), "MessageBody": text, "MessageGroupId": project, "DelaySeconds": seconds}
                for number, text in enumerate(batch)
            ]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as exc:
                raise Unavailable("the queue did not answer: send the same request again in a few seconds") from exc
            if answer.get("Failed"):
                raise Unavailable("the queue took only a part: send the same request again in a few seconds")


class Lanes:
    """The two lanes of wake-up calls."""

    def __init__(self, queues: Mapping[Lane, Queue]) -> None:
        self._queues = queues

    def put(self, project: str, hints: Sequence[Hint], lane: Lane, *, delay: float) -> None:
        """Put wake-up calls of one project, ten in a call of SQS.

        Raises:
            Unavailable: not all of them are on the queue.
        """
        self._queues[lane].put(project, [encode(hint) for hint in hints], delay=delay)


class DeadLetters:
    """The queue of what was given up, as who looks after it sees it."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def take(self) -> list[DeadLetter]:
        """Up to ten, hidden from others for two minutes. It never waits for any.

        Raises:
            Unavailable: the queue did not answer.
        """
        with _asked():
            got = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=HIDDEN,
                WaitTimeSeconds=0,
                MessageSystemAttributeNames=["MessageGroupId"],
            )
        return [_letter(message) for message in got.get("Messages", [])]

    def drop(self, letter: DeadLetter) -> None:
        """It is done with."""
        with _asked():
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.handle)

    def release(self, letter: DeadLetter) -> None:
        """It stays: it is there for people and for the alarm at once."""
        with _asked():
            self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=letter.handle, VisibilityTimeout=0)


def _letter(message: JSON) -> DeadLetter:
    text, hint, body = message["Body"], None, None
    with suppress(ValueError, RecursionError):
        read = json.loads(text)
        body = read if isinstance(read, dict) else None
        hint = decode(text)
    group = message.get("Attributes", {}).get("MessageGroupId", "")
    return DeadLetter(handle=message["ReceiptHandle"], hint=hint, body=body, group=group)


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as exc:
        raise Unavailable("the queue of dead letters did not answer") from exc


def encode(hint: Hint) -> JSON:
    """A wake-up call as a queue body: ids and a hop count, nothing else."""
    at = hint.message
    body: JSON = {"v": 1, "p": at.project, "n": at.notification, "k": at.number, "hop": hint.hop}
    return body | ({"lap": hint.lap} if hint.lap else {})


def decode(body: str) -> Hint:
    """Back from a queue body.

    Raises:
        ValueError: not a wake-up call of a version that this code knows.
    """
    read = json.loads(body)
    if not isinstance(read, dict) or read.get("v") != 1:
        raise ValueError("a wake-up call of an unknown version")
    try:
        at = MessageId(project=read["p"], notification=read["n"], number=read["k"])
        return Hint(message=at, hop=read["hop"], lap=read.get("lap", 0))
    except KeyError as exc:
        raise ValueError(f"a wake-up call without {exc}") from exc


def _batches(bodies: Sequence[JSON]) -> Iterator[list[str]]:
    """Texts in groups that one call takes: at most ten, and at most 900 KB together (SQS takes 1 MiB)."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        text = json.dumps(body, separators=(",", ":"))
        if batch and (len(batch) == BATCH or size + len(text) > 900_000):  # noqa: PLR2004  # see the docstring
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
