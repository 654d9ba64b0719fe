"""Stacks: what is sent of one event to one contact within a time goes out as one. Pure. Times are epoch milliseconds.

A *window* begins with its first item and is named by that moment, which stands in its head and in every item's record:
nobody derives it from a clock again. Whether an item gets in is decided by the head's state alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from heliograph.domain.attempts import Phase, Progress, expired
from heliograph.domain.identity import notification_id
from heliograph.domain.model import JSON
from heliograph.domain.status import Rank, Status
from heliograph.domain.strict_json import canonical
from heliograph.domain.tries import Try

MAX_LIMIT: Final = 100
"""Items that one rendering gets."""
MAX_ITEMS: Final = 1_000
"""Items that one window takes where not all of them are kept."""
MAX_ITEM: Final = 16_384
"""Bytes of one item's payload: a hundred of them are rendered together."""
SECOND: Final = 1_000
MAX_WINDOW: Final = 30 * 86_400
"""Seconds."""
GATHERING: Final = frozenset({"phase", "attempt", "stop"})
"""What of a head's progress an addition is decided on: it is open, never claimed, not stopped."""


class StackMode(StrEnum):
    """What becomes of several."""

    DIGEST = "digest"
    """They wait for the window's end and go out as one."""
    INCREMENT = "increment"
    """The first goes at once; those that follow in the window count up and are not sent."""


class Keep(StrEnum):
    """Which items the templates get."""

    ALL = "all"
    FIRST = "first"
    LAST = "last"


class Slot(StrEnum):
    """Where the next item belongs."""

    ADD = "add"
    """Into the head: it has not been claimed."""
    COUNT = "count"
    """Beside the head: it is on its way or sent, and only counts."""
    OPEN = "open"
    """Into a window of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What an event says about it."""

    mode: StackMode
    window: int
    """Milliseconds."""
    keep: Keep = Keep.ALL
    limit: int = MAX_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """What a head knows of its window."""

    mode: StackMode
    opened: int
    """When its first item was accepted: the window's name."""
    closes: int
    keep: Keep = Keep.ALL
    limit: int = MAX_LIMIT
    count: int = 0
    """Items that are rendered, kept or only counted."""
    late: int = 0
    """Those that came after it was claimed; only of an increment."""

    @property
    def most(self) -> int:
        """How many items it takes: where all are kept, as many as are shown."""
        return self.limit if self.keep is Keep.ALL else MAX_ITEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Where a request went."""

    into: str
    """The notification that goes out in its place."""
    item: str = ""
    """Its item there; empty when it was only counted, or taken out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request's part of a stack. *name* is the request's notification id."""

    name: str
    at: int
    payload: JSON

    @property
    def key(self) -> str:
        """Its place among the others: in the order of time."""
        return f"{self.at:013d}#{self.name}"


def group(*, project: str, mode: str, salt: str, parts: Sequence[str]) -> str:
    """The name of what is stacked together: nothing that differs in one of *parts* ever shares a notification."""
    # No key of a caller begins with NUL, so none is ever the same.
    return notification_id(project=project, mode=mode, salt=salt, key=f"\0stack\0{canonical(list(parts)).decode()}")


def digest_id(*, project: str, mode: str, salt: str, group_name: str, opened: int) -> str:
    """The id of a window's digest."""
    return notification_id(project=project, mode=mode, salt=salt, key=f"\0digest\0{group_name}\0{opened}")


def slot(stacked: Stacked, state: Progress, *, now: int, erased: int) -> Slot:
    """Where an item that comes *now* belongs; *erased* is when the contact was, 0 for never."""
    over = stacked.closes <= now or stacked.opened <= erased or state.stop
    if over or (state.phase is Phase.OPEN and expired(state, now)):
        return Slot.OPEN
    if state.phase is Phase.OPEN and not state.attempt and stacked.count < stacked.most:
        return Slot.ADD
    if stacked.mode is StackMode.DIGEST or state.rank == Rank.ENDED:
        return Slot.OPEN
    return Slot.COUNT


def opened(stack: Stack, *, now: int, before: int) -> Stacked:
    """A new window with its first item; *before* is the name of the last one of the group, 0 for none."""
    # Windows of one group never share a name, not even within a millisecond.
    name = max(now, before + 1)
    closes = name + stack.window
    return Stacked(mode=stack.mode, opened=name, closes=closes, keep=stack.keep, limit=stack.limit, count=1)


def record(state: Progress, *, now: int) -> Progress:
    """The progress of a request that went into another notification: over before it began."""
    merged = Try(reason="merged", ending=Status.CANCELED, ended_at=now)
    return replace(state, phase=Phase.DONE, ranks=(int(Rank.ENDED),), log=(merged,), due=now, check=None, again=0)


def withdrawn(state: Progress, *, now: int) -> Progress:
    """The same, once it was taken out again."""
    return replace(state, log=(replace(state.log[0], reason="canceled", ended_at=now),))


def sampled(items: Sequence[JSON], stack: Stack) -> JSON:
    """What templates would get of *items*."""
    window = replace(opened(stack, now=0, before=0), count=len(items))
    shown = items[-stack.limit :] if stack.keep is Keep.LAST else items[: stack.limit]
    return context(shown, window)


def context(items: Sequence[JSON], window: Stacked) -> JSON:
    """What templates get: `payload` of the last item (of the first, where the first are kept), `items`, `count`."""
    payload: JSON = {} if not items else items[0] if window.keep is Keep.FIRST else items[-1]
    return {"payload": payload, "items": list(items), "count": window.count}
