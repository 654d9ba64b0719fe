"""Room: how many bytes of files the messages of one process may hold at the same time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from heliograph.domain.attachment import MAX_TOTAL

MARGIN: Final = 15.0
"""Seconds that stay for reading the files and for the call."""


class NoRoom(Exception):
    """The other messages' files took all of it for as long as there was time."""


class Room:
    """Enough for the largest message there may be, and for many small ones side by side.

    A mail's files are in memory about six times while they are encoded, so 20 MB take about 120 of a function's 512.

    Args:
        size: bytes.
        margin: seconds of the caller's time that are not waited away.
    """

    def __init__(self, size: int = MAX_TOTAL, *, margin: float = MARGIN) -> None:
        self._free = size
        self._margin = margin
        self._changed = threading.Condition()

    @contextmanager
    def held(self, size: int, remaining: Callable[[], float]) -> Iterator[None]:
        """Hold room for *size* bytes; *remaining* gives the seconds that the caller has left.

        Raises:
            NoRoom: there was none in time.
        """
        if not size:
            yield
            return
        with self._changed:
            while self._free < size:
                left = remaining() - self._margin
                if left <= 0 or not self._changed.wait(left):
                    raise NoRoom
            self._free -= size
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify_all()
