"""Works on messages: one batch of wake-up calls, its messages side by side. Both lanes are this function."""

from typing import Any, Final

from heliograph import queue
from heliograph.api.batch import Batch, Record, remaining
from heliograph.bootstrap import wiring
from heliograph.bootstrap.dispatching import dispatch, lane_of, suspects, wake_later
from heliograph.domain.model import JSON
from heliograph.observability import logger

SIDE_BY_SIDE: Final = 10


def handler(event: JSON, context: Any) -> JSON:
    left = remaining(context)

    def work(record: Record) -> None:
        hint = queue.decode(record.body)
        done = suspects()(hint, left) if record.suspect else dispatch()(hint, left)
        logger.debug("worked", extra={"notification": hint.message.notification, "hop": hint.hop, "done": done})

    reserve = wiring().settings.reserve
    return Batch(work=work, again=_again, left=left, reserve=reserve, side_by_side=SIDE_BY_SIDE)(event)


def _again(record: Record) -> None:
    wake_later()(queue.decode(record.body), lane_of(record.queue))
