"""What happens later: one thread keeps the time, a few do the posting, and what nobody takes is tried again."""

import heapq
import itertools
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import requests

RETRIES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the tries of one callback."""
TIMEOUT: Final = (2.0, 15.0)
"""Seconds to connect, and to wait for the answer: a function's cold start must fit."""
POSTERS: Final = 4
OK: Final = range(200, 300)

type Job = Callable[[], bool]
"""One try; says whether it was taken."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST") -> int:
    """POST (or GET) and return the answer's status, 0 when none came. No proxies, no redirects."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, url, data=body, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False
            )
            return answer.status_code
    except requests.RequestException:
        return 0


class Callbacks:
    """Runs jobs when they are due, until it is stopped; what waits then is forgotten."""

    def __init__(self, *, retries: tuple[float, ...] = RETRIES) -> None:
        self._retries = retries
        self._due: list[tuple[float, int, Job, int]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._pool = ThreadPoolExecutor(POSTERS, thread_name_prefix="sandbox-callback")
        self._thread = threading.Thread(target=self._keep_time, name="sandbox-callbacks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait for the posts under way, and drop the rest."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def after(self, delay: float, job: Job) -> None:
        """Run *job* in *delay* seconds, and again a few times if it is not taken."""
        self._schedule(delay, job, 0)

    def retry(self, job: Job) -> None:
        """Run again, in a while, what was not taken the first time."""
        if self._retries:
            self._schedule(self._retries[0], job, 1)

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond `stop`."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, seconds)

    def _schedule(self, delay: float, job: Job, tries: int) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), job, tries))
            self._changed.notify_all()

    def _keep_time(self) -> None:
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    _, _, job, tries = heapq.heappop(self._due)
                    self._pool.submit(self._run, job, tries)
                else:
                    self._changed.wait(wait)

    def _run(self, job: Job, tries: int) -> None:
        try:
            taken = job()
        except Exception as exc:  # noqa: BLE001 -- whatever went wrong, a provider would try again
            print(f"sandbox: a callback failed: {exc!r}", file=sys.stderr)
            taken = False
        if taken:
            return
        if tries < len(self._retries):
            self._schedule(self._retries[tries], job, tries + 1)
        else:
            print("sandbox: gave up a callback that was refused on every try", file=sys.stderr)
