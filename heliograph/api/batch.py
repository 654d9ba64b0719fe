"""SQS batches: every record on its own, side by side, inside the time that is left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from heliograph.domain.errors import Unavailable
from heliograph.domain.model import JSON
from heliograph.observability import logger, trouble

type Remaining = Callable[[], float]
"""Seconds until the function is ended."""


def remaining(context: Any) -> Remaining:
    """The time that Lambda still gives."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000


def worked(event: JSON, work: Callable[[str], None], *, left: Remaining, reserve: float, side_by_side: int) -> JSON:
    """Work on each record's body; only those that failed, or were not begun in time, come back.

    No record is begun with less than *reserve* seconds left. One record's failure never fails its neighbours.
    """

    def one(record: JSON) -> str | None:
        try:
            if left() >= reserve:
                work(record["body"])
                return None
        except Unavailable as exc:
            trouble("a record goes back to the queue", exc)
        except Exception:  # noqa: BLE001  # one record's failure must not fail its neighbours
            logger.exception("a record failed", extra={"record": record["messageId"]})
        identifier: str = record["messageId"]
        return identifier

    records = event.get("Records", [])
    with ThreadPoolExecutor(max_workers=side_by_side) as pool:
        failed = [identifier for identifier in pool.map(one, records) if identifier is not None]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
