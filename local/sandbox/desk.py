"""What all fakes share once a call was understood: decide, write down, report later, answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from heliograph.domain.magic import DELIVERED, Report, outcome_of
from local.sandbox.accounts import Accounts
from local.sandbox.callbacks import OK, Callbacks
from local.sandbox.faults import Judge, Verdict
from local.sandbox.inbox import Call, Inbox, Message, Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a message about one recipient."""

    message: Message
    recipient: str
    report: Report
    index: int
    """Its place among the outcome's reports: the same for every copy."""

    @property
    def happened(self) -> datetime:
        return self.message.at + timedelta(seconds=self.report.happened)

    @property
    def key(self) -> str:
        """The same for every copy of this event, and for no other."""
        return f"{self.message.provider_message_id}/{self.recipient}/{self.index}/{self.report.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The state of one sandbox."""

    clock: Callable[[], datetime]
    """The time, aware."""
    ids: Callable[[], str]
    """32 hexadecimal digits, new on every call."""
    accounts: Accounts = field(default_factory=Accounts)
    judge: Judge = field(default_factory=Judge)
    inbox: Inbox = field(default_factory=Inbox)
    callbacks: Callbacks = field(default_factory=Callbacks)

    def take(self, message: Message, report: Callable[[Message], None], *, success: int = 200) -> Verdict:
        """Decide about *message*; one that is accepted is kept, and *report* schedules what follows.

        Raises:
            ConnectionAbortedError: the answer gets lost, on demand.
        """
        outcome = outcome_of(message.to[0])
        verdict = self.judge.judge(message.provider, message.to[0], outcome)
        accepted = not verdict.status
        if accepted and self.judge.again(message.to[0], outcome):
            outcome = DELIVERED
        self._record(message, verdict, verdict.status or success)
        if accepted:
            report(self.inbox.keep(replace(message, outcome=outcome.name)))
        if verdict.delay:
            self.callbacks.wait(verdict.delay)
        if verdict.lost:
            raise ConnectionAbortedError("the answer is lost on demand")
        return verdict

    def events(self, message: Message) -> Iterator[tuple[float, Event]]:
        """Everything that follows for all recipients, as (delay, event)."""
        for recipient in message.recipients:
            chosen = outcome_of(recipient)
            if chosen.once and message.outcome == DELIVERED.name:
                chosen = DELIVERED
            for index, report in enumerate(chosen.reports):
                event = Event(message=message, recipient=recipient, report=report, index=index)
                yield from ((delay, event) for delay in report.arrives)

    def note(self, event: Event, status: int) -> bool:
        """Write down how a report was answered; says whether it was taken."""
        posted = Posted(
            kind=str(event.report.kind),
            at=self.clock(),
            happened=event.happened,
            recipient=event.recipient,
            status=status,
        )
        self.inbox.note(event.message.id, posted)
        return status in OK

    def _record(self, message: Message, verdict: Verdict, status: int) -> None:
        self.inbox.record(
            Call(
                at=message.at,
                provider=message.provider,
                channel=message.channel,
                to=message.to[0],
                outcome=verdict.outcome,
                status=status,
                accepted=not verdict.status,
                provider_message_id="" if verdict.status else message.provider_message_id,
                echo=message.echo,
            )
        )
