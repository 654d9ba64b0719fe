"""Access tokens of providers, kept by this process until shortly before they end."""

import threading
from collections.abc import Callable
from typing import Final

MARGIN: Final = 60
"""Seconds before its end from which on a token is not used any more: the request still has to get there."""
SIZE: Final = 500
"""Tokens that are kept; beyond them the oldest goes."""


class TokenCache:
    """Implements `heliograph.domain.provider.Tokens`. *now* gives seconds since 1970."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, int]] = {}

    def get(self, key: str, make: Callable[[int], tuple[str, int]]) -> str:
        """The token under *key*, made when there is none; two threads at once may both make one, which is harmless."""
        now = self._now()
        with self._lock:
            token, end = self._kept.get(key, ("", 0))
        if token and now < end - MARGIN:
            return token
        token, end = make(now)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (token, end)
            if len(self._kept) > SIZE:
                del self._kept[next(iter(self._kept))]
        return token

    def forget(self, key: str) -> None:
        """Make it anew next time."""
        with self._lock:
            self._kept.pop(key, None)
