"""Outcomes: wait a little for what becomes of notifications that were just accepted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from heliograph.domain.message import Message
from heliograph.domain.status import Rank
from heliograph.usecases.ports import Clock

PAUSE: Final = 0.25
"""Seconds between two looks."""


class HeadStore(Protocol):
    """See heliograph.store.batches."""

    def heads(self, project: str, notifications: Iterable[str]) -> list[Message]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Looks at heads until each has an outcome, or the time is over."""

    heads: HeadStore
    clock: Clock
    pause: Callable[[float], None]

    def __call__(self, project: str, notifications: Sequence[str], *, budget: int) -> dict[str, Message]:
        """The heads by id that stand at an outcome of a first hand-over within *budget* milliseconds."""
        until = self.clock() + budget
        found: dict[str, Message] = {}
        while left := [name for name in notifications if name not in found]:
            heads = self.heads.heads(project, left)
            found |= {one.id.notification: one for one in heads if one.progress.rank >= Rank.ENDED}
            if len(found) == len(notifications) or self.clock() + PAUSE * 1000 > until:
                break
            self.pause(PAUSE)
        return found
