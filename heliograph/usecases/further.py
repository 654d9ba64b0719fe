"""Further: begin a notification's further messages, so that no crash loses a step and no cancel is passed by.

The order of writes is the rule: the further message is put (if absent), then it begins by a move of the head that a
cancel forbids, then it is woken, and only then does the message before it leave the work index.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from heliograph.domain import attempts, steps
from heliograph.domain.errors import BadInput, LimitReached, Lost
from heliograph.domain.further import refused, successor, together
from heliograph.domain.message import Accepted, Hint, Message
from heliograph.domain.model import EventKind
from heliograph.domain.onward import next_channel, stands
from heliograph.domain.reasons import Reason
from heliograph.domain.status import BAD
from heliograph.usecases.guard import Guard
from heliograph.usecases.ports import Clock, Load, MessageStore, ProjectStore, Wakeups

_ROUNDS: Final = 5
"""How often a message is read again when somebody else was first; then the sweep brings it back."""


class FurtherStore(Protocol):
    """See heliograph.store.furthers."""

    def put(self, message: Message, head: Message, *, now: int) -> Accepted: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Begins the messages that follow a notification's first."""

    messages: MessageStore
    store: FurtherStore
    projects: ProjectStore
    wakeups: Wakeups
    load: Load
    guard: Guard
    clock: Clock
    note: Callable[..., None]
    """Logs one line: note(what, message id, fields)."""

    def follow(self, message: Message) -> str | int:
        """Begin what follows a message that is done and still in the work index.

        Returns:
            One word for the log, or the moment (epoch milliseconds) at which it is due.
        """
        due, now = next_channel(message.progress), self.clock()
        if due is not None and due > now:
            return due
        if due is None or not self._may_follow(message):
            self.messages.move(message, steps.waits_no_more(message.progress, now))
            return "nothing follows"
        begun = self._begin_beside(message) if message.progress.beside else self._begin(message, message.id.number + 1)
        self._hand_on(message)
        return "went on" if begun else "ended its plan"

    def begun(self, message: Message) -> Message | None:
        """A message that is about to be tried, once everything has begun that begins with it.

        None when it is a further message that lost to a cancel; it has ended then.
        """
        state = message.progress
        if message.id.number and not state.attempt and not self._stepped(self._head(message), message.id.number):
            move, _ = attempts.cancel(state, now=self.clock())
            self.messages.move(message, move)
            return None
        return self._beside(message) if state.beside else message

    def _beside(self, first: Message) -> Message:
        """Begin all other channels, or the contact's other devices; the first as it stands then."""
        self._begin_beside(first)
        # On what was read: if somebody claimed it meanwhile, this worker must not go on.
        return self.messages.move(first, steps.handed_on(first.progress, self.clock()))

    def _begin_beside(self, first: Message) -> bool:
        at = first.id.number
        begun = [self._begin(first, number) for number in range(at + 1, together(self._head(first), at))]
        return any(begun)

    def _begin(self, before: Message, number: int) -> bool:
        """Put a message and let it begin; doing it again changes nothing. False when nothing can begin any more."""
        head = self._head(before)
        if number >= len(head.plan) or not self._stepped(head, before.id.number):
            return False
        if head.progress.step < before.id.number:
            # One that ended before it began has begun just now.
            head = self._head(before)
        if head.progress.step < number:
            made = successor(before, head, self.messages.content(before), number=number, now=self.clock())
            if head.progress.stop or made is None:
                return False
            stored = self._stored(made, head)
            if not self._stepped(head, number):
                return False
            self.note("went on", stored, why=stored.why)
        # Also when it began before: whoever began it may have died before this.
        self.wakeups.wake(Hint(message=replace(head.id, number=number)), head.lane, at=self.clock())
        return True

    def _stepped(self, head: Message, number: int) -> bool:
        """Let a message that was put begin, unless it has; False when somebody stopped the notification before."""
        for _ in range(_ROUNDS):
            if head.progress.step >= number:
                return True
            if head.progress.stop or head.progress.step < number - 1:
                return False
            try:
                self.messages.move(head, steps.begin(head.progress, number))
            except Lost:
                head = self._head(head)
            else:
                return True
        raise Lost("the head changes all the time")

    def _stored(self, message: Message, head: Message) -> Message:
        """Put it; only one that is new counts towards the project's limits."""
        project, now = self.projects.get(message.id.project), self.clock()
        if project is None:
            return self.store.put(message, head, now=now).message
        try:
            taken = self.guard.admit(project, message.mode, message.channel, message.to)
        except LimitReached as limit:
            return self.store.put(refused(message, Reason.QUOTA, limit.detail, now=now), head, now=now).message
        except BadInput as wrong:
            return self.store.put(refused(message, Reason.NOT_ALLOWED, wrong.detail, now=now), head, now=now).message
        new = False
        try:
            accepted = self.store.put(message, head, now=now)
            new = accepted.new
        finally:
            if not new:
                self.guard.give_back(project, message.mode, taken)
        return accepted.message

    def _hand_on(self, message: Message) -> None:
        """Take the message before out of the work index: what followed it has begun, or nothing can."""
        for _ in range(_ROUNDS):
            try:
                self.messages.move(message, steps.handed_on(message.progress, self.clock()))
            except Lost:
                found = self.messages.load(message.id, now=self.clock())
                if found is None:
                    return
                message = found
            else:
                return
        raise Lost("the message changes all the time")

    def _may_follow(self, message: Message) -> bool:
        """Whether what stands is a reason: the silence of a provider that reports no receipts is none."""
        number, rank = stands(message.progress)
        if rank in BAD:
            return True
        return EventKind.DELIVERED in self.load(message.progress.log[number].provider).capabilities.reports

    def _head(self, message: Message) -> Message:
        found = self.messages.load(replace(message.id, number=0), now=self.clock())
        if found is None:
            raise Lost("the notification is gone")
        return found
