"""Wakes messages: what is due in the minute of a one-time schedule, and every minute what was forgotten."""

from typing import Any

from heliograph.api.batch import Remaining, remaining
from heliograph.bootstrap.erasing import erase
from heliograph.bootstrap.waking import drain, heal, quota, release, sweep
from heliograph.domain.model import JSON
from heliograph.names import OPEN_CIRCUITS, PUT_BACK
from heliograph.observability import guarded, logger, told
from heliograph.schedules import minute_of, rest_of


@guarded
def handler(event: JSON, context: Any) -> JSON:
    left = remaining(context)
    if minute := event.get("minute"):
        work = release(left, context.invoked_function_arn)
        count = work(minute_of(minute), rest_of(event.get("rest", {})))
        logger.info("released", extra={"minute": minute, "messages": count})
        return {"released": count}
    count = sweep(left).run()
    drained = drain(left).run()
    quota().run()
    if drained.circuits:
        told(OPEN_CIRCUITS, drained.circuits)
    erased = erase().run(left)
    _heal(left)
    held = {"released": drained.released, "circuits": drained.circuits}
    logger.info("swept", extra={"messages": count, "erasures": erased} | held)
    return {"swept": count}


def _heal(left: Remaining) -> None:
    healed = heal(left).run()
    if healed.put_back:
        told(PUT_BACK, healed.put_back)
        logger.warning("dead letters were put back", extra={"letters": dict(healed.counts)})
