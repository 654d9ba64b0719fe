"""The payload's hidden keys: those that begin with `_` can be used in templates and are shown to nobody. Pure."""

from typing import Any

from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.model import JSON
from heliograph.domain.onward import may_follow


def split(payload: JSON) -> tuple[JSON, JSON]:
    """(what may be seen, what may not); a key whose value holds a hidden key anywhere is hidden as a whole."""
    hidden = {name: value for name, value in payload.items() if name.startswith("_") or _holds(value)}
    return {name: value for name, value in payload.items() if name not in hidden}, hidden


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.startswith("_") or _holds(one) for name, one in value.items())
    return isinstance(value, list) and any(map(_holds, value))


def over(state: Progress) -> bool:
    """Whether it is never rendered again: no retry, and no other channel that takes its content, is left to come.

    Each message of a notification has hidden keys of its own, so only what may follow it counts.
    """
    last = state.stop or state.taken >= state.again
    return state.phase is Phase.DONE and last and not may_follow(state)
