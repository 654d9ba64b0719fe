"""No threads: a run is the same every time, and starts none for each of a million records."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self


class Alone:
    """In place of a ThreadPoolExecutor: works on one after the other, in the caller's own thread."""

    def __init__(self, max_workers: int | None = None) -> None:
        """Take what a pool is told."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map[T, R](self, work: Callable[[T], R], given: Iterable[T]) -> Iterator[R]:
        """The results, in order; all work is done before the first is given."""
        return iter([work(one) for one in given])


def without_threads(patch: Callable[[object, str, Any], None], *modules: object) -> None:
    """Have these modules work alone; *patch* is a monkeypatch's."""
    for module in modules:
        patch(module, "ThreadPoolExecutor", Alone)
