"""Numbered sites at every outside effect, and the faults that a plan puts there."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError


class Crash(BaseException):
    """The function is gone in this moment; nothing may catch it."""


class Fault(StrEnum):
    """What can go wrong at a site."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    LOST = "lost reply"
    """It happened, and the caller does not hear of it."""
    GARBAGE = "garbage"
    """It happened, and nobody can read what is answered."""
    THROTTLE = "throttle"
    SLOW = "slow"
    """Twenty seconds pass: a third call that is as slow outlives the function."""


SLOW_SECONDS: Final = 20
type Plan = Mapping[int, Fault]
"""Site -> what goes wrong there."""


@dataclass
class Seam:
    """Every outside effect passes through here; each passage is a site. `wait` lets seconds pass."""

    plan: Plan
    wait: Callable[[float], None]
    site: int = 0
    fired: list[tuple[int, str, Fault]] = field(default_factory=list)
    watching: Callable[[str, Fault], None] | None = None
    """Told of every fault in the moment in which it strikes."""
    passed: Counter[str] = field(default_factory=Counter)
    dark: Callable[[str], bool] = lambda _name: False
    """Whether what is called so throttles just now, whatever the plan says."""

    def through(self, name: str, call: Callable[[], Any], throttled: Callable[[], Exception]) -> Any:
        """Do *call* at the next site; *throttled* makes the error that means that nothing was done."""
        fault = self.plan.get(self.site)
        self.site += 1
        self.passed[name] += 1
        if fault is None and self.dark(name):
            if self.watching:
                self.watching(name, Fault.THROTTLE)
            raise throttled()
        if fault is None:
            return call()
        self.fired.append((self.site - 1, name, fault))
        if self.watching:
            self.watching(name, fault)
        return self._struck(fault, call, throttled)

    def _struck(self, fault: Fault, call: Callable[[], Any], throttled: Callable[[], Exception]) -> Any:
        match fault:
            case Fault.CRASH_BEFORE:
                raise Crash
            case Fault.THROTTLE:
                raise throttled()
            case Fault.SLOW:
                self.wait(SLOW_SECONDS)
                return call()
            case Fault.CRASH_AFTER:
                call()
                raise Crash
            case Fault.LOST:
                call()
                raise ReadTimeoutError(endpoint_url="https://aws.example/")
            case Fault.GARBAGE:
                call()
                raise ResponseParserError("Unable to parse response")


class Faulty:
    """A client of AWS whose every call is a site."""

    def __init__(self, client: Any, seam: Seam, service: str) -> None:
        self._client, self._seam, self._service = client, seam, service

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            effect = getattr(self._client, name)
            return self._seam.through(f"{self._service}.{name}", lambda: effect(**request), _throttling)

        return call


def _throttling() -> ClientError:
    told: Any = {"Error": {"Code": "ThrottlingException", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(told, "Call")
