"""Messages that failed too often: how many there are, what they were and where they belong. Bodies are never shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from cli.deployment import Deployment
from heliograph.domain.dead_letter import LAP, LAPS
from heliograph.domain.model import JSON

BATCH: Final = 10
HELD: Final = 30
"""Seconds that what was received stays hidden from others."""
DEFAULT_LANE: Final = "normal"
EVENTS: Final = "events"


class Kind(StrEnum):
    """What a dead letter was."""

    WAKE_UP = "wake-up"
    """Only ids: the sweep finds its message anyway."""
    REPORT = "report"
    """What a provider reported; it exists nowhere else."""
    ALARM_CLOCK = "alarm clock"
    """What a schedule would have told the scheduler; the sweep finds what was due."""
    UNREADABLE = "unreadable"
    """No JSON object: nobody knows what to do with it."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them."""

    kind: Kind
    queue: str
    """The queue that it came from and belongs to; empty for an alarm clock."""
    sent: datetime
    about: str
    """Ids, for people: a project and its notification."""
    received: JSON
    """As SQS gave it."""
    lap: int = 0
    """How often it went back by itself."""

    @property
    def heals(self) -> bool:
        """The scheduler puts it back, or drops it, within minutes."""
        return self.kind is Kind.ALARM_CLOCK or (self.kind is not Kind.UNREADABLE and self.lap < LAPS)

    @property
    def project(self) -> str:
        """Whose wake-up it is; empty for what a provider or a schedule told."""
        return str(_json(self.received["Body"]).get("p", ""))


class DeadLetters:
    """The queue of dead letters of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._sqs = deployment.client("sqs")
        self._deployment = deployment
        self._arns = {deployment.attributes(url)["QueueArn"]: name for name, url in deployment.queues.items()}
        self.arn = self._target()
        self.url: str = self._sqs.get_queue_url(QueueName=self.arn.rpartition(":")[2])["QueueUrl"]

    def count(self) -> int:
        """How many lie there."""
        found = self._deployment.attributes(self.url)
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(found.get(name, 0)) for name in names)

    def take(self) -> list[DeadLetter]:
        """Up to ten, hidden from others for 30 seconds."""
        got = self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HELD,
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return [self._read(message) for message in got.get("Messages", [])]

    def release(self, letters: list[DeadLetter]) -> None:
        """Let others see them at once."""
        for each in letters:
            handle = each.received["ReceiptHandle"]
            self._sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=0)

    def move(self, letter: DeadLetter) -> None:
        """Put one back where it came from, then delete it here: at worst it is there twice, which is harmless."""
        if letter.queue:
            group = letter.received.get("Attributes", {}).get("MessageGroupId") or letter.project
            self._sqs.send_message(
                QueueUrl=self._deployment.queues[letter.queue],
                MessageBody=letter.received["Body"],
                **({"MessageGroupId": group} if group else {}),
            )
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter.received["ReceiptHandle"])

    def _target(self) -> str:
        policies = [self._deployment.attributes(url).get("RedrivePolicy") for url in self._deployment.queues.values()]
        return str(next(json.loads(policy)["deadLetterTargetArn"] for policy in policies if policy))

    def _read(self, message: JSON) -> DeadLetter:
        attributes: Mapping[str, str] = message.get("Attributes", {})
        kind, about = _kind(message["Body"])
        known = self._arns.get(attributes.get("DeadLetterQueueSourceArn", ""), "")
        guessed = {Kind.WAKE_UP: DEFAULT_LANE, Kind.ALARM_CLOCK: ""}.get(kind, EVENTS)
        sent = datetime.fromtimestamp(int(attributes.get("SentTimestamp", 0)) / 1000, UTC)
        return DeadLetter(kind, known or guessed, sent, about, message, _lap(message["Body"]))


def _kind(body: str) -> tuple[Kind, str]:
    read = _json(body)
    if not read:
        return Kind.UNREADABLE, "a body that nobody can read"
    if {"p", "n", "k"} <= read.keys():
        return Kind.WAKE_UP, f"the wake-up of notification {read['n']} of project {read['p']}"
    if read.keys() & {"minute", "sweep"}:
        return Kind.ALARM_CLOCK, "the call of a schedule"
    return Kind.REPORT, "what a provider reported"


def _lap(body: str) -> int:
    found = _json(body).get(LAP, 0)
    return found if isinstance(found, int) else LAPS


def _json(body: str) -> JSON:
    try:
        read: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
