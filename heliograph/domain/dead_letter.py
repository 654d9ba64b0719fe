"""A dead letter: what its queue gave up, and what may be done with it without asking anybody."""

from dataclasses import dataclass
from typing import Final

from heliograph.domain.message import Hint
from heliograph.domain.model import JSON

LAPS: Final = 3
"""How often one is put back before it stays for people to look at."""
LAP: Final = "lap"
"""Key in a body: how often it was put back."""
SINCE: Final = "since"
"""Key in a body: the epoch milliseconds at which it was put back first because the store did not answer."""
OF_NO_PROJECT: Final = "bus"
"""The fair-queue group of what SNS put on the events queue without one."""
REPORTS: Final = frozenset({"TopicArn", "result", "poll", "correction", "events"})
"""Keys of which a body of the events queue has one."""
CLOCKS: Final = frozenset({"minute", "sweep"})
"""The same for what a schedule tells the scheduler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One of them."""

    handle: str
    """By which its queue knows this receive."""
    hint: Hint | None
    """Of a wake-up call."""
    body: JSON | None
    """None where it is no JSON object."""
    group: str = ""
    """Its fair-queue group."""

    @property
    def lap(self) -> int:
        """How often it was put back before."""
        found = (self.body or {}).get(LAP, 0)
        return found if isinstance(found, int) else LAPS

    @property
    def report(self) -> bool:
        """It is for the events queue."""
        return self.hint is None and bool(REPORTS & (self.body or {}).keys())

    @property
    def clock(self) -> bool:
        """It is a schedule's call."""
        return self.hint is None and not self.report and bool(CLOCKS & (self.body or {}).keys())
