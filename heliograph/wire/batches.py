"""Many events in one request: each is read on its own, so that a bad one does not lose the others."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from heliograph.domain.model import ProviderEvent, Received
from heliograph.wire.reading import LONGEST_NAME, is_storable

NOBODY: Final = "(address)"
"""Stands for the recipient in a stored event, which is kept without."""
MALFORMED: Final = "malformed"
"""The name under which an entry that cannot be read is counted."""


def received(entries: Iterable[Any], read: Callable[[Any], ProviderEvent | str]) -> Received:
    """What *read* makes of the entries: an event, or the name under which the entry is ignored (empty: malformed).

    *read* gets only what can be stored, and must not raise: whatever is missing, `reading` gives as empty.
    """
    found = [read(entry) if is_storable(entry) else MALFORMED for entry in entries]
    return Received(
        events=tuple(event for event in found if isinstance(event, ProviderEvent)),
        ignored=tuple(name[:LONGEST_NAME] or MALFORMED for name in found if isinstance(name, str)),
    )
