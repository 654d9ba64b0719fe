"""How the next call is answered: faults on demand first, then what the recipient chose."""

import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from heliograph.domain.magic import Answer, Outcome

STATUS: Final = {Answer.THROTTLE: 429, Answer.FAIL: 500, Answer.REFUSE: 400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls to a provider, whoever the recipient is."""

    provider: str
    times: int = 1
    status: int = 0
    """The HTTP status of the answer; 0 lets the call through."""
    delay: float = 0
    """Seconds before the answer leaves; a call that is let through has been taken before they begin."""
    lost: bool = False
    """The connection closes without an answer; a call that is let through has been taken all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one call is answered."""

    status: int = 0
    """0: it is accepted."""
    outcome: str = ""
    """Name of the recipient's outcome, `fault` for one on demand."""
    delay: float = 0
    lost: bool = False


class Judge:
    """Counts what must be counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._refused: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._had: set[str] = set()

    def add(self, fault: Fault) -> None:
        """Queue a fault behind those that wait already."""
        with self._lock:
            self._faults.append(fault)

    def waiting(self) -> tuple[Fault, ...]:
        """The faults still to come."""
        with self._lock:
            return tuple(self._faults)

    def clear(self) -> None:
        """Forget the faults and the counts."""
        with self._lock:
            self._faults.clear()
            self._refused.clear()
            self._had.clear()

    def judge(self, provider: str, to: str, outcome: Outcome) -> Verdict:
        """Decide about a call of *provider* to the first recipient *to*, and count it.

        The counts of `throttled` and `failing-N` are kept for each provider and whole recipient (with what follows its
        +), and begin anew once a call was accepted.
        """
        with self._lock:
            fault = self._next(provider)
            if fault and fault.status:
                return Verdict(status=fault.status, outcome="fault", delay=fault.delay, lost=fault.lost)
            verdict = Verdict(status=self._count(provider, to, outcome), outcome=outcome.name)
            return replace(verdict, delay=fault.delay, lost=fault.lost) if fault else verdict

    def again(self, to: str, outcome: Outcome) -> bool:
        """Whether a call to *to* is the one after that which got the *outcome*, whatever the provider."""
        if not outcome.once:
            return False
        with self._lock:
            self._had ^= {to}
            return to not in self._had

    def _next(self, provider: str) -> Fault | None:
        for place, fault in enumerate(self._faults):
            if fault.provider == provider:
                rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self._faults[place : place + 1] = rest
                return fault
        return None

    def _count(self, provider: str, to: str, outcome: Outcome) -> int:
        if outcome.answer is Answer.ACCEPT:
            return 0
        key = (provider, to)
        if outcome.times is not None and self._refused[key] >= outcome.times:
            del self._refused[key]
            return 0
        self._refused[key] += 1
        return STATUS[outcome.answer]
