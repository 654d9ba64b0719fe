"""Waiting for conditions, with a deadline; and finding ports."""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from local.errors import PortTaken
from local.ports import Ports


def eventually[T](check: Callable[[], T], within: float = 10.0, every: float = 0.05) -> T:
    """Call *check* until it gives something true, and give that.

    Raises:
        AssertionError: it did not within this many seconds; carries what it gave last, or its own assertion.
    """
    end = time.monotonic() + within
    while True:
        try:
            found = check()
            problem: object = found
        except AssertionError as exc:
            found, problem = None, exc
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {problem!r}")
        pause(every)


def pause(seconds: float) -> None:
    """Let others work: between two looks at a condition that has a deadline, or two kills of a run."""
    time.sleep(seconds)


def free_port() -> int:
    """A port from which on a whole local host fits."""
    while True:
        port = random.randrange(20000, 30000, 10)  # noqa: S311  # a port is no secret
        try:
            Ports(port).check(2)
        except PortTaken:
            continue
        return port


def alive(pid: int) -> bool:
    """Whether this process runs; one that has ended and only waits to be asked about does not."""
    status = Path(f"/proc/{pid}/stat")
    if status.exists():
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


def children(pid: int) -> list[int]:
    """The processes that *pid* started."""
    return [child for child, parent in _parents() if parent == pid]


def _parents() -> Iterator[tuple[int, int]]:
    # Linux without the program `ps` is common in containers, macOS without /proc everywhere.
    if Path("/proc/self").exists():
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                yield int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])
        return
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True, timeout=5)  # noqa: S607  # from the PATH
    for line in listed.stdout.splitlines():
        child, parent = line.split()
        yield int(child), int(parent)
