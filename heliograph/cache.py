"""A bounded cache whose entries grow old."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class Cache[K: Hashable, V]:
    """Keeps at most *size* values, each for *fresh* milliseconds. The clock is passed in."""

    def __init__(self, clock: Callable[[], int], *, fresh: int, size: int = 1000) -> None:
        self._clock = clock
        self._fresh = fresh
        self._size = size
        self._entries: OrderedDict[K, tuple[int, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of *key*, made anew when there is none or it is too old."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None and self._clock() < found[0]:
                return found[1]
        value = make()
        with self._lock:
            self._entries[key] = (self._clock() + self._fresh, value)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
        return value
