import threading

from heliograph.cache import Cache


class Clock:
    now = 0

    def __call__(self) -> int:
        return self.now


def test_a_value_is_made_once_while_it_is_fresh() -> None:
    clock = Clock()
    made: list[int] = []
    cache: Cache[str, int] = Cache(clock, fresh=100)

    def make() -> int:
        made.append(clock.now)
        return len(made)

    first = [cache.get("a", make) for clock.now in (0, 99)]
    clock.now = 100
    later = cache.get("a", make)

    assert (first, later, made) == ([1, 1], 2, [0, 100])


def test_nothing_is_a_value_too() -> None:
    cache: Cache[str, int | None] = Cache(Clock(), fresh=100)
    cache.get("a", lambda: None)

    assert cache.get("a", lambda: 1) is None


def test_what_could_not_be_made_is_asked_for_again() -> None:
    cache: Cache[str, float] = Cache(Clock(), fresh=100)

    try:
        cache.get("a", lambda: 1 / 0)
    except ZeroDivisionError:
        found = cache.get("a", lambda: 2.0)

    assert found == 2.0


def test_it_keeps_no_more_than_its_size_and_the_newest_of_them() -> None:
    cache: Cache[int, int] = Cache(Clock(), fresh=100, size=3)
    for key in range(5):
        cache.get(key, lambda: 0)

    assert [cache.get(key, lambda: 1) for key in (4, 3, 2, 1)] == [0, 0, 0, 1]


def test_a_slow_value_holds_nobody_else_up() -> None:
    cache: Cache[str, int] = Cache(Clock(), fresh=100)
    begun, free = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert free.wait(5)
        return 1

    worker = threading.Thread(target=cache.get, args=("slow", slow))
    worker.start()
    assert begun.wait(5)

    found = cache.get("fast", lambda: 2)
    free.set()
    worker.join(5)

    assert found == 2
