"""Stacks as attributes, in short names.

sw of an event (m mode, w window, k keep, l limit); of a head (m mode, w window's name, c closes, k keep, l limit)
ct items of a head   cl those that were only counted   mg of a merged request (i into, k item)
"""

from typing import Any

from heliograph.domain.message import Message
from heliograph.domain.stacking import Keep, Merged, Stack, Stacked, StackMode
from heliograph.store.values import Item


def encode_stack(stack: Stack | None) -> Item | None:
    """What an event says about it."""
    if stack is None:
        return None
    return {"m": stack.mode.value, "w": stack.window, "k": stack.keep.value, "l": stack.limit}


def decode_stack(given: Item | None) -> Stack | None:
    """Back from an attribute."""
    if given is None:
        return None
    return Stack(mode=StackMode(given["m"]), window=given["w"], keep=Keep(given["k"]), limit=given["l"])


def attributes(message: Message) -> Item:
    """A message's part in a stack; nothing for a plain one."""
    found: Item = {}
    if (one := message.stacked) is not None:
        found |= {"sw": window(one), "ct": one.count, "cl": one.late or None}
    if (went := message.merged) is not None:
        found |= {"mg": went_to(went)}
    return found


def window(one: Stacked) -> Item:
    """A head's window: it never changes."""
    return {"m": one.mode.value, "w": one.opened, "c": one.closes, "k": one.keep.value, "l": one.limit}


def went_to(went: Merged) -> Item:
    """Where a request was merged into."""
    return {"i": went.into} | ({"k": went.item} if went.item else {})


def stacked(item: Item) -> Stacked | None:
    """Back from a head's attributes."""
    given: Any = item.get("sw")
    if given is None:
        return None
    return Stacked(
        mode=StackMode(given["m"]),
        opened=given["w"],
        closes=given["c"],
        keep=Keep(given["k"]),
        limit=given["l"],
        count=item.get("ct", 0),
        late=item.get("cl", 0),
    )


def merged(item: Item) -> Merged | None:
    """Back from a request's attributes."""
    given: Any = item.get("mg")
    return None if given is None else Merged(into=given["i"], item=given.get("k", ""))
