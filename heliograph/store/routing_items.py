"""How an event is routed, and what it gives all its sends, as attributes.

rt routing (JSON)   tp topic   rq required   ov overrides (JSON)   sd senders (JSON)
"""

import json
from typing import Any

from heliograph.domain.conditions import Condition, Op
from heliograph.domain.definition import Body
from heliograph.domain.model import JSON, Channel
from heliograph.domain.routing import Failover, Routing, RoutingMode
from heliograph.store.table import Item


def attributes(body: Body) -> Item:
    """Those of a draft or version; what is not set is absent."""
    return {
        "rt": encode(body.routing),
        "tp": body.topic or None,
        "rq": body.required or None,
        "ov": _dumps(body.overrides) if body.overrides else None,
        "sd": _dumps(dict(body.senders)) if body.senders else None,
    }


def fields(item: Item) -> JSON:
    """Back, by the names of Body's fields."""
    return {
        "routing": decode(item.get("rt", "")),
        "topic": item.get("tp", ""),
        "required": item.get("rq", False),
        "overrides": json.loads(item.get("ov", "{}")),
        "senders": json.loads(item.get("sd", "{}")),
    }


def encode(routing: Routing) -> str | None:
    """JSON; None for the plain one, the first usable channel and no other."""
    if routing == Routing():
        return None
    conditions = {channel.value: [one.as_json() for one in given] for channel, given in routing.conditions.items()}
    failover = routing.failover
    return _dumps({"m": routing.mode.value, "f": failover.on_failure, "a": failover.after, "c": conditions})


def decode(text: str) -> Routing:
    """Back from JSON; the plain one where there is none."""
    if not text:
        return Routing()
    read = json.loads(text)
    conditions = {
        Channel(channel): tuple(Condition(field=one["field"], op=Op(one["op"]), value=one["value"]) for one in given)
        for channel, given in read["c"].items()
    }
    failover = Failover(on_failure=read["f"], after=read["a"])
    return Routing(mode=RoutingMode(read["m"]), failover=failover, conditions=conditions)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
