"""The payload's hidden keys: those that begin with `_` can be used in templates and are shown to nobody. Pure."""

from typing import Any

from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.message import Message
from heliograph.domain.model import JSON


def split(payload: JSON) -> tuple[JSON, JSON]:
    """(what may be seen, what may not); a key whose value holds a hidden key anywhere is hidden as a whole."""
    hidden = {name: value for name, value in payload.items() if name.startswith("_") or _holds(value)}
    return {name: value for name, value in payload.items() if name not in hidden}, hidden


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.startswith("_") or _holds(one) for name, one in value.items())
    return isinstance(value, list) and any(map(_holds, value))


def over(message: Message, state: Progress) -> bool:
    """Whether the message can never be rendered again: no retry, and no other channel, is left to come."""
    last = state.stop or state.attempt >= state.again
    return state.phase is Phase.DONE and last and len(message.plan) <= 1
