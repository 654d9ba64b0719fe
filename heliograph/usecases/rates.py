"""Rates: when it is a message's turn at the account over which it goes."""

from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from heliograph.domain.message import Lane, Message
from heliograph.domain.project import Integration, Mode, Project
from heliograph.usecases.quiet import Quiet
from heliograph.usecases.slots import Slot, Slots

AHEAD: Final = 1_000
"""Milliseconds: a slot that is this near is now, since SQS delays by whole seconds."""
BULK_SHARE: Final = 0.1
"""The share of a rate that bulk messages get at most."""


class QuotaStore(Protocol):
    """See heliograph.store.quotas."""

    def rate(self, provider: str) -> float: ...


class Turn(NamedTuple):
    """When a message may go (epoch milliseconds), and what it remembers of its slot until then."""

    at: int
    slot: str


class Remembered(NamedTuple):
    """What a message that waits remembers of its slot."""

    name: str
    """The integration; with `/bulk` the share of its rate that bulk messages get."""
    tag: int

    @classmethod
    def read(cls, text: str) -> "Remembered":
        """From what is stored with it; a slot without a tag comes when its time does."""
        name, _, tag = text.partition("@")
        return cls(name, int(tag or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Projects whose integrations use one account take turns at it."""

    slots: Slots
    quotas: QuotaStore
    quiet: Quiet

    def turn(self, project: Project, message: Message, chosen: Integration) -> Turn | None:
        """When it may go over the chosen integration; None: whenever it wants. One that has a slot takes no other.

        Raises:
            Busy, Unavailable: the store did not answer.
        """
        rate = 0.0 if message.mode is Mode.TEST else chosen.rate or self.quotas.rate(chosen.provider)
        if not rate:
            return None
        line = chosen.account or f"{project.id}/{chosen.id}"
        asks = bool(chosen.rate or message.progress.slot) or message.lane is Lane.BULK
        if not asks and self.quiet.passes(line, rate):
            return None
        turn = self._asked(project, message, chosen, rate)
        self.quiet.crowded(line, turn.at)
        return turn

    def _asked(self, project: Project, message: Message, chosen: Integration, rate: float) -> Turn:
        has, own, share = Remembered.read(message.progress.slot), f"{project.id}/{chosen.id}", f"{chosen.id}/bulk"
        if message.lane is Lane.BULK and has.name != chosen.id:
            turn = self._turn(f"{own}/bulk", project, share, rate * BULK_SHARE, has)
            if turn.at > self.slots.clock() + AHEAD:
                return turn
        return self._turn(chosen.account or own, project, chosen.id, rate, has)

    def _turn(self, line: str, project: Project, name: str, rate: float, has: Remembered) -> Turn:
        """By the slot that it has of that name: others may have come meanwhile. Else by a new one."""
        if has.name == name:
            slot = Slot(self.slots.turn(line, has.tag), has.tag)
        else:
            slot = self.slots.take(line, project.id, rate)
        return Turn(slot.at, f"{name}@{slot.tag}")
