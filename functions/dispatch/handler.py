"""Works on messages: one batch of wake-up calls, its messages side by side. Both lanes are this function."""

from typing import Any, Final

from heliograph import queue
from heliograph.api.batch import remaining, worked
from heliograph.bootstrap import wiring
from heliograph.bootstrap.dispatching import dispatch
from heliograph.domain.model import JSON
from heliograph.observability import logger

SIDE_BY_SIDE: Final = 10


def handler(event: JSON, context: Any) -> JSON:
    left = remaining(context)

    def work(body: str) -> None:
        hint = queue.decode(body)
        done = dispatch()(hint, left)
        logger.debug("worked", extra={"notification": hint.message.notification, "hop": hint.hop, "done": done})

    return worked(event, work, left=left, reserve=wiring().settings.reserve, side_by_side=SIDE_BY_SIDE)
