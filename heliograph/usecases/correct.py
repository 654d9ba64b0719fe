"""Correct: a stored event that means something else today is written anew, and what follows from it is done."""

from dataclasses import dataclass
from typing import Protocol

from heliograph.domain.correction import Correction
from heliograph.usecases.apply import Apply, suppressing


class Archive(Protocol):
    """See heliograph.store.archive."""

    def correct(self, correction: Correction) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Takes in corrections from the events queue."""

    archive: Archive
    apply: Apply

    def __call__(self, correction: Correction) -> str:
        """Take in one correction; doing it again changes nothing. A rank never falls by it.

        Returns:
            One word for the log.

        Raises:
            Busy, Unavailable: not taken in; it must come again.
        """
        apply, stored, event = self.apply, correction.stored, correction.event
        message = apply.messages.load(stored.message, now=apply.clock())
        if message is None:
            return "gone"
        if message.erased:
            return "erased"
        if not suppressing(stored.report.event):
            # What was suppressed when the event came may have been lifted since, for a reason.
            apply.suppress(message, event, own=stored.report.own)
        if not self.archive.correct(correction):
            return "gone"
        if not stored.report.own:
            return "somebody in copy"
        return apply.follow(message, event, stored.report.attempt, new=False)
