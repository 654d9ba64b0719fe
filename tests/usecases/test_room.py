"""The room for files: never more than its size is held, and nobody waits longer than they have time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from heliograph.usecases.room import NoRoom, Room


def test_what_fits_together_is_held_together() -> None:
    room = Room(10, margin=0)

    with room.held(4, lambda: 0), room.held(6, lambda: 0), room.held(0, lambda: 0):
        pass


def test_what_does_not_fit_in_time_is_told() -> None:
    room = Room(10, margin=1)

    with room.held(6, lambda: 0), pytest.raises(NoRoom), room.held(5, lambda: 1):
        pass


def test_room_that_was_given_back_is_taken_by_who_waits() -> None:
    room, held = Room(10, margin=0), threading.Event()

    def wait() -> bool:
        held.set()
        with room.held(10, lambda: 20):
            return True

    with ThreadPoolExecutor() as pool:
        with room.held(10, lambda: 0):
            waiting = pool.submit(wait)
            held.wait(5)
        assert waiting.result(timeout=10)


def test_many_workers_never_hold_more_than_there_is() -> None:
    room, lock, most, now = Room(10, margin=0), threading.Lock(), [], [0]

    def work(size: int) -> None:
        with room.held(size, lambda: 30):
            with lock:
                now[0] += size
                most.append(now[0])
            with lock:
                now[0] -= size

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(work, [1, 4, 10, 3, 7, 2, 9, 5] * 10))

    assert max(most) <= 10
