"""SQS batches: every record on its own, side by side, inside the time that is left."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

from heliograph.domain.errors import Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.poison import SUSPECT
from heliograph.observability import logger, trouble

type Remaining = Callable[[], float]
"""Seconds until the function is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One message of a batch."""

    id: str
    body: str
    queue: str = ""
    """The name of the queue that it came from."""
    group: str = ""
    """Its fair-queue group."""
    received: int = 1
    """How often a worker got it, this time included."""

    @classmethod
    def read(cls, record: JSON) -> Self:
        """As Lambda shows it.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
        """
        attributes = record.get("attributes", {})
        return cls(
            id=record["messageId"],
            body=record["body"],
            queue=record.get("eventSourceARN", "").rpartition(":")[2],
            group=attributes.get("MessageGroupId", ""),
            received=int(attributes.get("ApproximateReceiveCount", 1)),
        )

    @property
    def suspect(self) -> bool:
        """It came back so often that it may be what ends the workers."""
        return self.received >= SUSPECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How a function works on batches."""

    work: Callable[[Record], None]
    again: Callable[[Record], None]
    """Puts a record back on its queue for which the store did not answer."""
    left: Remaining
    reserve: float
    """Seconds: no record is begun with less left."""
    side_by_side: int

    def __call__(self, event: JSON) -> JSON:
        """Work on each record; only those that failed, or were not begun in time, come back.

        One record's failure never fails its neighbours. Suspects go one after the other when all else is done.
        """
        records = [Record.read(record) for record in event.get("Records", [])]
        with ThreadPoolExecutor(max_workers=self.side_by_side) as pool:
            done = list(pool.map(self._one, (record for record in records if not record.suspect)))
        done += map(self._one, _turned([record for record in records if record.suspect]))
        failed = {identifier for identifier in done if identifier is not None}
        return {"batchItemFailures": [{"itemIdentifier": one.id} for one in records if one.id in failed]}

    def _one(self, record: Record) -> str | None:
        """The record's id if it has to come again."""
        try:
            if self.left() >= self.reserve:
                self._worked(record)
                return None
        except Exception:  # noqa: BLE001  # one record's failure must not fail its neighbours
            logger.exception("a record failed", extra={"record": record.id})
        return record.id

    def _worked(self, record: Record) -> None:
        try:
            self.work(record)
        except Unavailable as exc:
            trouble("a record is put back on its queue", exc)
            self.again(record)


def remaining(context: Any) -> Remaining:
    """The time that Lambda still gives."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000


def _turned(records: list[Record]) -> Iterable[Record]:
    """Another one first each time: what stands behind the guilty one has its turn before it."""
    at = max((record.received for record in records), default=0) % max(1, len(records))
    return records[at:] + records[:at]
