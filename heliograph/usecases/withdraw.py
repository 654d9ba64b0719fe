"""Withdraw: take a request out of the stack that it was merged into, as long as that has not begun to be sent."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from heliograph.domain import attempts, stacking, view
from heliograph.domain.attempts import Move, Phase
from heliograph.domain.errors import Lost, TooLate, Unavailable
from heliograph.domain.message import Message, MessageId
from heliograph.domain.model import JSON
from heliograph.domain.report import Notification
from heliograph.domain.status import Rank, Status
from heliograph.usecases.ports import Clock

ROUNDS: Final = 10
"""How often it is decided anew because somebody else was first."""


class MessageStore(Protocol):
    """See heliograph.store.messages."""

    def load(self, at: MessageId, *, now: int) -> Message | None: ...
    def move(self, message: Message, move: Move) -> Message: ...


class Stacks(Protocol):
    """See heliograph.store.gathering."""

    def withdraw(self, head: Message, record: Message, after: Message) -> None: ...
    def note(self, record: Message, after: Message) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Cancels merged requests."""

    messages: MessageStore
    store: Stacks
    clock: Clock

    def __call__(self, record: Message) -> JSON:
        """Take it out and show it; once it is out, or what it went into was canceled, this changes nothing.

        Raises:
            TooLate: what it went into is being sent, was sent, or came to another end.
            Unavailable: others change it all the time.
        """
        for _ in range(ROUNDS):
            now = self.clock()
            if record.merged is None or record.progress.log[0].reason == "canceled":
                return self._shown(record)
            head = self.messages.load(replace(record.id, notification=record.merged.into), now=now)
            if head is None or not _waits(head):
                if head is not None and _canceled(head):
                    return self._shown(record)
                raise self._too_late(record)
            try:
                return self._shown(self._taken_out(head, record, now))
            except Lost:
                record = self.messages.load(record.id, now=now) or record
        raise Unavailable("the stack changes all the time: send the same request again in a few seconds")

    def _taken_out(self, head: Message, record: Message, now: int) -> Message:
        into = record.merged.into if record.merged else ""
        progress = stacking.withdrawn(record.progress, now=now)
        after = replace(record, merged=stacking.Merged(into=into), progress=progress)
        if head.stacked is not None and head.stacked.count > 1:
            self.store.withdraw(head, record, after)
            return after
        # Nothing would be left to send. Should this die between the two, the request is canceled with what it is in.
        move, _ = attempts.cancel(head.progress, now=now)
        self.messages.move(head, move)
        self.store.note(record, after)
        return after

    def _shown(self, record: Message) -> JSON:
        return view.notification(Notification(messages=(record,), reports=()), now=self.clock())

    def _too_late(self, record: Message) -> TooLate:
        into = record.merged.into if record.merged else ""
        detail = f"it was merged into notification {into}, which is no longer waiting: look at it with GET"
        return TooLate(f"{detail} /v1/notifications/{into}", self._shown(record))


def _waits(head: Message) -> bool:
    state = head.progress
    return state.phase is Phase.OPEN and not state.attempt and not state.stop


def _canceled(head: Message) -> bool:
    ended = head.progress.log[-1].ending is Status.CANCELED
    return head.progress.phase is Phase.DONE and max(head.progress.ranks) <= Rank.ENDED and ended
