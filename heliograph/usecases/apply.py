"""Apply: one path for every provider event, whoever delivered it, and for results that could not be stored in time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.contact import Suppression
from heliograph.domain.errors import Lost
from heliograph.domain.message import Hint, Message, MessageId
from heliograph.domain.model import KINDS, EventKind, ProviderEvent
from heliograph.domain.outcome import Outcome
from heliograph.domain.reasons import Reason
from heliograph.domain.recipient import key as normal_form
from heliograph.domain.report import Report
from heliograph.domain.reported import is_lasting
from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.status import rank_of
from heliograph.domain.tokens import Echo
from heliograph.usecases.devices import drop, is_gone
from heliograph.usecases.ports import Clock, ContactStore, MessageStore, Wakeups

FULL_HITS: Final = 50
"""Opens and clicks that are kept as events; beyond them there is only a count."""
_HITS: Final = frozenset({EventKind.OPENED, EventKind.CLICKED})
_SUPPRESSING: Final = {EventKind.COMPLAINED: Reason.COMPLAINT, EventKind.UNSUBSCRIBED: Reason.UNSUBSCRIBED}
_LISTED: Final = frozenset({Reason.HARD_BOUNCE, Reason.COMPLAINT, Reason.UNSUBSCRIBED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where events came from: the integration whose webhook proved them, empty for the bus."""

    project: str = ""
    integration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    """Takes in what providers report."""

    messages: MessageStore
    contacts: ContactStore
    wakeups: Wakeups
    signer: Signer
    clock: Clock
    note: Callable[..., None]
    """Logs one line: note(what, **fields)."""

    def event(self, event: ProviderEvent, source: Source) -> str:
        """Take in one event; doing it again changes nothing.

        Returns:
            One word for the log.

        Raises:
            Busy, Unavailable: not taken in; it must come again.
        """
        echo = self._echo(event, source)
        if echo is None:
            return "not ours"
        at = MessageId(project=echo.project, notification=echo.notification, number=echo.message)
        message = self.messages.load(at, now=self.clock())
        if message is None:
            return "gone"
        return self.report(message, event, integration=echo.integration, attempt=echo.attempt)

    def report(self, message: Message, event: ProviderEvent, *, integration: str, attempt: int) -> str:
        """Take in an event whose message is known: first the address, then the timeline, then the status."""
        if message.erased:
            # It moves the status of a message that is erased; what it tells of the person is not kept.
            event = replace(event, raw={}, text="")
        own = not event.recipient or message.erased or _same(message, event.recipient)
        self.suppress(message, event, own=own)
        report = Report(
            message=message.id.number,
            attempt=attempt,
            integration=integration,
            event=event,
            received=self.clock(),
            own=own,
        )
        # What would still move the headline is never only counted: a person may come after a storm of scanners.
        told = event.machine or not own or event.kind in message.engaged
        if event.kind in _HITS and message.hits >= FULL_HITS and told:
            self.messages.count_hit(message.id, stored=False)
            return "counted"
        new = self.messages.record(message.id, report, ttl=message.expires_from_table)
        if not own:
            return "somebody in copy"
        # A repeat goes on all the same: the first delivery may have died between the two writes.
        return self.follow(message, event, attempt, new=new)

    def suppress(self, message: Message, event: ProviderEvent, *, own: bool) -> None:
        """Write the address down as one that must not be written to, or drop a dead device's, if the event says so."""
        if own and not message.erased and is_gone(message, event):
            # The token is worth nothing to anybody; the same device may come back with it, and is welcome then.
            drop(self.contacts, message, now=self.clock())
            return
        reason = suppressing(event)
        address = (message.to if own else "") or event.recipient
        if reason and address and not event.machine:
            at = message.id
            why = Suppression(reason=reason, source=at.notification, at=self.clock())
            self.contacts.suppress(at.project, message.mode, message.channel, address, why)

    def follow(self, message: Message, event: ProviderEvent, attempt: int, *, new: bool) -> str:
        """Move the message's status by an event that is in its timeline; *new* ones count as hits."""
        if (rank := rank_of(event.kind, event.bounce)) is None:
            return self._engage(message, event, new=new)
        return self._raise_rank(message, attempt, rank, lasting=is_lasting(event))

    def result(self, at: MessageId, outcome: Outcome) -> str:
        """Write a result that the dispatcher could not store in time."""
        return self._move(at, lambda state: outcome.move(state, self.clock()))

    def _echo(self, event: ProviderEvent, source: Source) -> Echo | None:
        try:
            echo = Echo.decode(self.signer, event.echo)
        except BadToken:
            return None
        if source.integration and (echo.project, echo.integration) != (source.project, source.integration):
            # A signed event of one account that names another's message: it may not move it.
            self.note("event of a foreign message", integration=source.integration, project=source.project)
            return None
        return echo

    def _engage(self, message: Message, event: ProviderEvent, *, new: bool) -> str:
        if event.kind in _HITS and new:
            self.messages.count_hit(message.id, stored=True)
        # People only: proxies and scanners never move the headline.
        if not event.machine and event.kind not in message.engaged:
            self.messages.mark(message.id, event.kind)
        return event.kind.value

    def _raise_rank(self, message: Message, attempt: int, rank: int, *, lasting: bool) -> str:
        def decide(state: Progress) -> attempts.Move | None:
            return attempts.fact(state, attempt=attempt, rank=rank, now=self.clock(), lasting=lasting)

        return self._move(message.id, decide, message)

    def _move(
        self, at: MessageId, decide: Callable[[Progress], attempts.Move | None], message: Message | None = None
    ) -> str:
        while True:
            message = message or self.messages.load(at, now=self.clock())
            if message is None or (move := decide(message.progress)) is None:
                return "no change"
            try:
                after = self.messages.move(message, move)
            except Lost:
                message = None
                continue
            state = after.progress
            before = message.progress
            if state.phase is Phase.OPEN and before.phase is not Phase.OPEN:
                self.wakeups.wake(Hint(message=at), message.lane, at=state.due)
            elif state.followed and state.check != before.check:
                self.wakeups.wake(Hint(message=at), message.lane, at=state.check or self.clock())
            return "moved"


def suppressing(event: ProviderEvent) -> str:
    """Why this event means that the address must not be written to again; empty when it does not."""
    if event.kind is EventKind.BOUNCED and event.bounce == "hard":
        return Reason.HARD_BOUNCE
    if event.kind is EventKind.DROPPED:
        # The provider's own list stopped it: what it knows of the address holds for us too.
        return event.reason if event.reason in _LISTED else ""
    return _SUPPRESSING.get(event.kind, "")


def _same(message: Message, recipient: str) -> bool:
    kind = KINDS[message.channel]
    return normal_form(kind, recipient) == normal_form(kind, message.to)
