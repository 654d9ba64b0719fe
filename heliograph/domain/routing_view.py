"""How an event is routed, as callers see and write it. Pure."""

from heliograph.domain.definition import Body
from heliograph.domain.model import JSON


def routing_shown(body: Body) -> JSON:
    """`{routing, failover, conditions, topic, required, senders, overrides}`, times in seconds; null for none."""
    routing, failover = body.routing, body.routing.failover
    plain = not (failover.on_failure or failover.after)
    return {
        "routing": routing.mode.value,
        "failover": None if plain else {"on_failure": failover.on_failure, "after": failover.after // 1000 or None},
        "conditions": {
            channel.value: [one.as_json() for one in given] for channel, given in routing.conditions.items()
        },
        "topic": body.topic or None,
        "required": body.required,
        "senders": dict(body.senders),
        "overrides": dict(body.overrides),
    }
