"""One process of a function: started, watched, killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, Final

PROGRAM: Final = "local.child"
"""The module that a function's process runs."""


class FunctionProcess:
    """A child in a process group of its own, whose output goes line by line to *log*.

    *ended* is called once, from a thread of its own, with the exit code (negative: the signal that killed it).
    """

    def __init__(  # noqa: PLR0917  # each is what a process has
        self,
        program: str,
        handler: str,
        environment: Mapping[str, str],
        root: str,
        log: Callable[[str], None],
        ended: Callable[[int], None],
    ) -> None:
        self._log, self._ended = log, ended
        self._process = subprocess.Popen(  # noqa: S603  # our own program, or a test's
            [sys.executable, "-m", program, handler],
            env=dict(environment),
            cwd=root,
            # The child reads this pipe; its end tells it that the host is gone, even when that was killed.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._process.pid
        threading.Thread(target=self._watch, daemon=True).start()

    def kill(self) -> None:
        """End it and everything that it started, at once, as Lambda does."""
        with contextlib.suppress(ProcessLookupError):  # it was faster
            os.killpg(self.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> None:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        self._process.wait(timeout)

    def _watch(self) -> None:
        pipe: IO[bytes] | None = self._process.stdout
        assert pipe is not None  # noqa: S101  # asked for above
        for line in pipe:
            self._log(line.decode(errors="replace"))
        code = self._process.wait()
        pipe.close()
        if self._process.stdin:
            self._process.stdin.close()
        self._ended(code)
