"""Erasing a person: the ledger's line, and when it is looked at again."""

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60_000
REPEATS: Final = (5 * MINUTE, 24 * 60 * MINUTE)
"""After the first time: what was on its way meanwhile is erased too. Milliseconds after the request."""
KEPT_DAYS: Final = 65
"""A closed line outlives the table's backups (35 days) by a month, so that a restored table can be erased anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One line of the ledger. Times are epoch milliseconds."""

    project: str
    contact: str
    at: int
    """When it was asked for: what was accepted until then is erased."""
    check: int
    """When the sweep takes it up; 0 for a closed line."""
    passes: int = 0
    """How often everything was gone through."""
    place: str = ""
    """How far the current time has come, empty at its beginning."""

    @property
    def last(self) -> bool:
        """Whether the current time is the one after which the line is closed."""
        return self.passes == len(REPEATS)
