"""One process of a function as its pool sees it: starting, ready, working or ended."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from local.invocation import Invocation
from local.process import FunctionProcess


class State(Enum):
    """Where a process stands."""

    STARTING = auto()
    READY = auto()
    FAILED = auto()
    """It reported that it cannot start, and will exit."""
    ENDED = auto()


@dataclass(slots=True, eq=False)
class Worker:
    """A process and what it does. Its pool's lock guards it."""

    id: str
    process: FunctionProcess | None = None
    state: State = State.STARTING
    current: Invocation | None = None
    _timer: threading.Timer | None = None

    def limit(self, seconds: float, over: Callable[[], None]) -> None:
        """Call *over* after this time, unless `release` or `ready` or another limit comes first."""
        self._unlimit()
        self._timer = threading.Timer(seconds, over)
        self._timer.daemon = True
        self._timer.start()

    def ready(self) -> None:
        """It asks for work."""
        self._unlimit()
        self.state = State.READY

    def take(self, invocation: Invocation, seconds: float, over: Callable[[], None]) -> float:
        """Begin an invocation; gives its deadline in epoch seconds."""
        self.current = invocation
        self.limit(seconds, over)
        return time.time() + seconds

    def release(self) -> Invocation:
        """End the current invocation and give it back."""
        self._unlimit()
        invocation, self.current = self.current, None
        if invocation is None:
            raise RuntimeError(f"{self.id} works on nothing")
        return invocation

    def kill(self) -> None:
        """End the process at once."""
        self._unlimit()
        if self.process:
            self.process.kill()

    def wait(self) -> None:
        """Wait until a killed process is gone."""
        if self.process:
            self.process.wait(timeout=5)

    def _unlimit(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
