"""One call of a function, and how it ended."""

import json
import time
import uuid
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any, Final

TIMED_OUT: Final = "Sandbox.Timedout"
"""Lambda's error type for a function that outlives its timeout."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A function's answer: the payload that it returned, or Lambda's description of its error."""

    payload: bytes
    error: str = ""
    """Empty, or the error's type."""

    @property
    def timed_out(self) -> bool:
        """Whether Lambda ended it for time."""
        return self.error == TIMED_OUT

    def value(self) -> Any:
        """The payload as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.payload)


def failure(kind: str, message: str) -> Outcome:
    """An error that the host itself reports, in Lambda's shape."""
    return Outcome(json.dumps({"errorType": kind, "errorMessage": message}).encode(), kind)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A payload on its way through a function."""

    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: Future[Outcome] = field(default_factory=Future)

    def finish(self, outcome: Outcome) -> bool:
        """Tell whoever waits; only the first outcome counts, and only for it the answer is True."""
        try:
            self.outcome.set_result(outcome)
        except InvalidStateError:
            return False
        return True


def trace_id() -> str:
    """A new X-Ray trace header that asks for no recording."""
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"
