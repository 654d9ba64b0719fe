"""Dispatch: bring one message one step further: end it, put it off, or claim it and call its provider."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from heliograph.domain import attempts
from heliograph.domain.attachment import size_of
from heliograph.domain.attempts import Move, Phase
from heliograph.domain.errors import (
    AccountTrouble,
    Lost,
    ProviderError,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from heliograph.domain.event_json import event_to_json
from heliograph.domain.message import Hint, Message
from heliograph.domain.model import Accepted
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.project import Integration
from heliograph.domain.provider import Provider, Tools
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import MAX_ATTEMPTS, MAX_HOPS, MAX_TRIES
from heliograph.domain.status import Rank, Status
from heliograph.domain.timing import waits
from heliograph.domain.tries import Try
from heliograph.domain.verdict import judge
from heliograph.usecases.ports import Clock, Later, Load, MessageStore, Random, Vault, Wakeups
from heliograph.usecases.prepare import Prepare, Ready, Stop
from heliograph.usecases.room import NoRoom, Room

SPILL_MARGIN: Final = 5.0
"""Seconds before the function ends at which a result that cannot be stored goes to the events queue."""


CROWDED: Final = 5_000
"""Milliseconds after which a message comes again for whose files there was no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Works on messages, one at a time; several may run side by side. Times are milliseconds."""

    messages: MessageStore
    prepare: Prepare
    wakeups: Wakeups
    later: Later
    vault: Vault
    load: Load
    tools: Tools
    clock: Clock
    random: Random
    token: Callable[[], str]
    """A new fencing token."""
    lease: int
    hold: int
    pause: Callable[[float], None]
    """Waits that many seconds between tries to store a result."""
    note: Callable[..., None]
    """Logs one line: note(what, message id, fields)."""
    room: Room = field(default_factory=Room)
    """For the files of the messages that are worked on side by side."""

    def __call__(self, hint: Hint, remaining: Callable[[], float]) -> str:
        """Work on the message that *hint* names; *remaining* gives the seconds that are left.

        Returns:
            One word for the log: what was done.

        Raises:
            Busy, Unavailable: the store did not answer; the same hint may come again.
        """
        message = self.messages.load(hint.message, now=self.clock())
        if message is None:
            return "gone"
        if message.progress.phase is Phase.DONE:
            return "done"
        work = self._open if message.progress.phase is Phase.OPEN else self._doubtful
        try:
            with self.room.held(size_of(message.files), remaining):
                return work(message, hint, remaining)
        except NoRoom:
            return self._put_off(message, hint, self.clock() + CROWDED)
        except Lost:
            # Somebody else moved it meanwhile; whatever it needs now, its own wake-up will bring.
            return "moved on"

    def _open(self, message: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        state, now = message.progress, self.clock()
        if (over := self._over(message, now)) is not None:
            return over
        if state.due > now:
            return self._put_off(message, hint, state.due)
        if (closed := waits(state, message.terms, now)) is not None:
            return self._wait(message, closed)
        try:
            ready = self.prepare(message, now=now)
        except Stop as stop:
            return self._stopped(message, stop)
        move = attempts.claim(
            state,
            now=now,
            token=self.token(),
            lease=now + self.lease,
            integration=ready.integration.id,
            provider=ready.integration.provider,
            variant=ready.variant,
        )
        return self._call(self._claimed(message, move), ready, hint, remaining)

    def _over(self, message: Message, now: int) -> str | None:
        """End a waiting message that must not be tried again."""
        state = message.progress
        if state.delivered or state.tries >= MAX_TRIES or state.attempt >= MAX_ATTEMPTS:
            return self._ended(message, attempts.finish_waiting(state, now=now))
        if state.stop:
            return self._stopped(message, Stop(Status.CANCELED, Reason.CANCELED))
        if attempts.expired(state, now):
            return self._stopped(message, Stop(Status.EXPIRED, Reason.EXPIRED, state.log[-1].text))
        return None

    def _doubtful(self, message: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        """A claim stands: its worker is at it, or is gone and the provider may have been called."""
        state, now = message.progress, self.clock()
        if state.lease <= now and state.rank >= Rank.SENT:
            return self._ended(message, attempts.settle(state, now=now))
        hold = self._hold(message, now)
        if not attempts.doubtful(state, now, hold):
            return self._put_off(message, hint, state.lease + hold)
        try:
            ready = self.prepare(message, now=now, repeat=True)
        except Stop as stop:
            return self._stopped(message, Stop(Status.UNKNOWN, Reason.UNKNOWN_OUTCOME, stop.text))
        if attempts.expired(state, now) or ready.project.doubt == "at_most_once":
            return self._stopped(message, Stop(Status.UNKNOWN, Reason.UNKNOWN_OUTCOME))
        move = attempts.reclaim(state, token=self.token(), lease=now + self.lease)
        return self._call(self._claimed(message, move), ready, hint, remaining)

    def _claimed(self, message: Message, move: Move) -> Message:
        """Write a claim. One whose answer got lost counts as ours if our token stands there."""
        try:
            return self.messages.move(message, move)
        except Lost:
            found = self.messages.load(message.id, now=self.clock())
            if found is None or found.progress.token != move.after.token:
                raise
            return found

    def _call(self, message: Message, ready: Ready, hint: Hint, remaining: Callable[[], float]) -> str:
        integration = ready.integration
        provider = self.load(integration.provider)
        later: Accepted | None = None
        try:
            credentials = self._credentials(integration, provider, message)
            later = provider.send(self.prepare.outgoing(ready, message), credentials, self.tools)
            outcome = Outcome(
                token=message.progress.token,
                verdict=Verdict.SENT,
                provider_message_id=later.provider_message_id,
            )
        except UnknownOutcome as exc:
            self.note("outcome unknown", message, provider=integration.provider, code=exc.code, text=exc.text)
            return self._put_off(message, hint, message.progress.lease + self._hold(message, self.clock()))
        except ProviderError as exc:
            self.note("not taken", message, provider=integration.provider, code=exc.code, text=exc.text)
            if isinstance(exc, AccountTrouble):
                self.vault.forget(ready.project.id, integration.id)
            outcome = judge(exc, message.progress, ready.choices, now=self.clock(), random=self.random)
        else:
            self.note("sent", message, provider=integration.provider)
        written = self._record(message, outcome, remaining)
        if later is not None:
            self._announce(message, integration, later)
        if written is not None and written.progress.phase is Phase.OPEN:
            self.wakeups.wake(Hint(message=written.id), written.lane, at=written.progress.due)
        return outcome.verdict.value

    def _credentials(self, integration: Integration, provider: Provider, message: Message) -> Any:
        try:
            return self.vault.credentials(message.id.project, integration.id, provider)
        except Unavailable as exc:
            # Nobody has been called: a new attempt later, not an outcome that nobody knows.
            raise Transient(str(exc)) from exc

    def _hold(self, message: Message, now: int) -> int:
        """How long after the lease a doubtful attempt waits for a receipt: not at all while its send key is good."""
        last = message.progress.log[-1]
        good = self.load(last.provider).capabilities.send_key_seconds * 1000
        return 0 if now - last.at < good else self.hold

    def _record(self, message: Message, outcome: Outcome, remaining: Callable[[], float]) -> Message | None:
        """Write the result, or spill it to the events queue when the store cannot take it in time."""
        while True:
            try:
                move = outcome.move(message.progress, self.clock())
                return self.messages.move(message, move) if move else None
            except Lost:
                found = self.messages.load(message.id, now=self.clock())
                if found is None:
                    return None
                message = found
            except Unavailable:
                if remaining() <= SPILL_MARGIN:
                    at = message.id
                    body = {"project": at.project, "notification": at.notification, "number": at.number}
                    self.later.put(at.project, [{"v": 1, "result": outcome.as_json(), "message": body}])
                    return None
                self.pause(0.2)

    def _announce(self, message: Message, integration: Integration, accepted: Accepted) -> None:
        """Put what the provider will never post itself on the events queue."""
        for delay, event in accepted.later:
            body = {"v": 1, "project": message.id.project, "integration": integration.id}
            self.later.put(message.id.project, [body | {"events": [event_to_json(event)]}], delay=delay)

    def _wait(self, message: Message, closed: Move) -> str:
        """Its window is closed: it goes when it opens, and no try is burnt."""
        waiting = self.messages.move(message, closed)
        self.wakeups.wake(Hint(message=waiting.id), waiting.lane, at=waiting.progress.due)
        return "waits for its window"

    def _put_off(self, message: Message, hint: Hint, at: int) -> str:
        if hint.hop >= MAX_HOPS:
            return "left to the sweep"
        self.wakeups.wake(replace(hint, hop=hint.hop + 1), message.lane, at=at)
        return "put off"

    def _ended(self, message: Message, move: Move) -> str:
        self.messages.move(message, move)
        return "ended"

    def _stopped(self, message: Message, stop: Stop) -> str:
        why = Try(reason=stop.reason.value, text=stop.text[:300], cause=stop.cause)
        self.messages.move(message, attempts.end(message.progress, now=self.clock(), ending=stop.ending, why=why))
        self.note("ended", message, status=stop.ending.value, reason=stop.reason.value)
        return stop.ending.value
