"""Wakes messages: what is due in the minute of a one-time schedule, and every minute what was forgotten."""

from typing import Any

from heliograph.api.batch import remaining
from heliograph.bootstrap.erasing import erase
from heliograph.bootstrap.waking import sweep
from heliograph.domain.model import JSON
from heliograph.observability import guarded, logger
from heliograph.schedules import minute_of


@guarded
def handler(event: JSON, context: Any) -> JSON:
    work = sweep(remaining(context))
    if minute := event.get("minute"):
        count = work.release(minute_of(minute))
        logger.info("released", extra={"minute": minute, "messages": count})
        return {"released": count}
    count = work.run()
    erased = erase().run(remaining(context))
    logger.info("swept", extra={"messages": count, "erasures": erased})
    return {"swept": count}
