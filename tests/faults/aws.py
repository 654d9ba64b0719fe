"""SQS and EventBridge Scheduler as the driver sees them: what is put there comes back when its time is there."""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

PROJECT: Final = "demo"
"""Whose everything is."""
A_RUN: Final = 30_000
"""Milliseconds: of the scheduler's runs the longest."""


@dataclass(order=True, slots=True)
class Due:
    """Something that happens at a time (epoch milliseconds)."""

    at: int
    number: int
    kind: str = field(compare=False)
    """A queue's name, `schedule`, or whatever the driver puts there itself."""
    body: str = field(compare=False)
    received: int = field(default=0, compare=False)
    """How often it was received before."""
    group: str = field(default=PROJECT, compare=False)
    """Its fair-queue group."""


class Agenda:
    """What is to come, in the order of its time."""

    def __init__(self) -> None:
        self._due: list[Due] = []
        self._numbers = itertools.count()

    def put(self, at: int, kind: str, body: str, received: int = 0, group: str = PROJECT) -> None:
        heapq.heappush(self._due, Due(at, next(self._numbers), kind, body, received, group))

    def pop(self) -> Due | None:
        return heapq.heappop(self._due) if self._due else None

    @property
    def next(self) -> int | None:
        """When the next is due."""
        return self._due[0].at if self._due else None

    def __len__(self) -> int:
        return len(self._due)


@dataclass
class Sqs:
    """Standard queues; a queue's URL is its name. `doubled` says whether this body comes twice."""

    agenda: Agenda
    clock: Callable[[], int]
    doubled: Callable[[], bool] = lambda: False
    puts: Counter[str] = field(default_factory=Counter)
    """Queue -> bodies that were put there."""
    groups: Counter[str] = field(default_factory=Counter)
    """The same by group."""
    dead: dict[str, Due] = field(default_factory=dict)
    """Handle -> what lies in the queue of dead letters."""
    left: set[str] = field(default_factory=set)
    """Handles of those that somebody has looked at and left there."""
    hidden: dict[str, int] = field(default_factory=dict)
    """Handle -> until when nobody else gets it."""
    dropped: int = 0
    """When the last of them was taken away."""

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803 # boto3's names
        for entry in Entries:
            at = self.clock() + entry["DelaySeconds"] * 1000
            self.puts[QueueUrl] += 1
            group = entry.get("MessageGroupId", "")
            self.groups[group] += 1
            for _ in range(2 if self.doubled() else 1):
                self.agenda.put(at, QueueUrl, entry["MessageBody"], group=group)
        return {"Failed": []}

    def give_up(self, due: Due) -> None:
        self.dead[str(due.number)] = due

    def receive_message(self, *, VisibilityTimeout: int, **_: Any) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """Of the dead letters, which are the only ones that a function receives itself."""
        now = self.clock()
        found = [handle for handle in self.dead if self.hidden.get(handle, 0) <= now][:10]
        self.hidden |= dict.fromkeys(found, now + VisibilityTimeout * 1000)
        return {"Messages": [_letter(handle, self.dead[handle]) for handle in found]}

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 # boto3's names
        self.dead.pop(ReceiptHandle, None)
        self.dropped = self.clock()

    def change_message_visibility(self, *, ReceiptHandle: str, VisibilityTimeout: int, **_: Any) -> None:  # noqa: N803 # boto3's names
        """It stays; when nothing else went just now, nobody has to look at it again for a run to come to its rest."""
        self.hidden[ReceiptHandle] = self.clock() + VisibilityTimeout * 1000
        if self.clock() - self.dropped > A_RUN:
            self.left.add(ReceiptHandle)


def _letter(handle: str, due: Due) -> dict[str, Any]:
    return {"ReceiptHandle": handle, "Body": due.body, "Attributes": {"MessageGroupId": due.group}}


@dataclass
class Scheduler:
    """One-time schedules that delete themselves."""

    agenda: Agenda
    clock: Callable[[], int]
    names: set[str] = field(default_factory=set)

    def create_schedule(self, *, Name: str, ScheduleExpression: str, Target: Mapping[str, Any], **_: Any) -> None:  # noqa: N803 # boto3's names
        if Name in self.names:
            raise ClientError({"Error": {"Code": "ConflictException", "Message": Name}}, "CreateSchedule")
        self.names.add(Name)
        when = datetime_of(ScheduleExpression)
        self.agenda.put(max(when, self.clock()), "schedule", Target["Input"])


def datetime_of(expression: str) -> int:
    """`at(2027-01-15T08:00:00)` as epoch milliseconds."""
    return int(datetime.fromisoformat(expression[3:-1]).replace(tzinfo=UTC).timestamp() * 1000)
