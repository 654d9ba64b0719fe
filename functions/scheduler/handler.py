"""Wakes messages: what is due in the minute of a one-time schedule, and every minute what was forgotten."""

from typing import Any

from heliograph.api.batch import remaining
from heliograph.bootstrap.erasing import erase
from heliograph.bootstrap.waking import drain, sweep
from heliograph.domain.model import JSON
from heliograph.names import OPEN_CIRCUITS
from heliograph.observability import logger, told
from heliograph.schedules import minute_of


def handler(event: JSON, context: Any) -> JSON:
    work = sweep(remaining(context))
    if minute := event.get("minute"):
        count = work.release(minute_of(minute))
        logger.info("released", extra={"minute": minute, "messages": count})
        return {"released": count}
    count = work.run()
    drained = drain(remaining(context)).run()
    if drained.circuits:
        told(OPEN_CIRCUITS, drained.circuits)
    erased = erase().run(remaining(context))
    held = {"released": drained.released, "circuits": drained.circuits}
    logger.info("swept", extra={"messages": count, "erasures": erased} | held)
    return {"swept": count}
