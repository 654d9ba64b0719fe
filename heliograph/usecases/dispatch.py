"""Dispatch: bring one message one step further: end it, put it off, or claim it and call its provider."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from heliograph.domain import attempts, doubt, holding
from heliograph.domain.attachment import size_of
from heliograph.domain.attempts import Move, Phase
from heliograph.domain.errors import Lost
from heliograph.domain.message import Hint, Message
from heliograph.domain.model import Channel
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import MAX_ATTEMPTS, MAX_HOPS, MAX_TRIES
from heliograph.domain.status import Rank, Status
from heliograph.domain.timing import channel_over, waits
from heliograph.domain.tries import Try
from heliograph.usecases.further import Further
from heliograph.usecases.gate import Closed, Gate, Hold, Pass, Passage, Wait
from heliograph.usecases.hand_over import HandOver
from heliograph.usecases.ports import Clock, MessageStore, Wakeups
from heliograph.usecases.prepare import Prepare, Ready, Stop
from heliograph.usecases.room import NoRoom, Room

CROWDED: Final = 5_000
"""Milliseconds after which a message comes again for whose files there was no room."""

KEPT: Final = 60_000
"""The same for one whose repeat is held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Works on messages, one at a time; several may run side by side. Times are milliseconds."""

    messages: MessageStore
    prepare: Prepare
    gate: Gate
    further: Further
    hand_over: HandOver
    wakeups: Wakeups
    clock: Clock
    token: Callable[[], str]
    """A new fencing token."""
    lease: int
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
        try:
            with self.room.held(_carried(message), remaining):
                return self._worked(message, hint, remaining)
        except NoRoom:
            return self._put_off(message, hint, self.clock() + CROWDED)
        except Lost:
            # Somebody else moved it meanwhile; whatever it needs now, its own wake-up will bring.
            return "moved on" if message.stacked is None else self._gathered_more(hint)

    def give_up(self, message: Message, text: str) -> str:
        """End a waiting message that no worker comes through with; Lost when somebody else moved it meanwhile."""
        return self._stopped(message, Stop(Status.FAILED, Reason.INTERNAL, text))

    def _worked(self, message: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        match message.progress.phase:
            case Phase.DONE:
                return self._follow(message, hint)
            case Phase.CALL:
                return self._doubtful(message, hint, remaining)
            case Phase.OPEN:
                return self._open(message, hint, remaining)

    def _open(self, message: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        state, now = message.progress, self.clock()
        if (over := self._over(message, now)) is not None:
            return over
        if state.due > now:
            return self._put_off(message, hint, state.due)
        if not state.held and (closed := waits(state, message.terms, now)) is not None:
            return self._wait(message, closed)
        passage = self.gate(message, now)
        if state.held:
            if isinstance(passage, Hold):
                return "held"
            message = self.messages.move(message, holding.release(state, message.terms, now))
        if not isinstance(passage, Pass):
            return self._kept(message, passage)
        return self._go(message, passage, hint, remaining)

    def _go(self, message: Message, passage: Pass, hint: Hint, remaining: Callable[[], float]) -> str:
        """Make it ready, claim it and call its provider."""
        now = self.clock()
        if (closed := waits(message.progress, message.terms, now)) is not None:
            return self._wait(message, closed)
        if (begun := self.further.begun(message)) is None:
            return "canceled"
        message, state = begun, begun.progress
        try:
            ready = self.prepare(message, now=now, over=passage.integration)
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

    def _kept(self, message: Message, passage: Passage) -> str:
        """It may not go now: it is held, waits for its slot, or leaves its channel."""
        state, now = message.progress, self.clock()
        match passage:
            case Hold(place):
                self.messages.move(message, holding.hold(state, message.terms, place, now))
                return "held"
            case Wait(at, slot):
                return self._wait(message, holding.wait_for_slot(state, message.terms, at, slot, now), "its slot")
            case Closed(reason, text):
                return self._stopped(message, Stop(Status.FAILED, reason, text))
            case Pass():
                raise ValueError("nothing keeps it")

    def _follow(self, message: Message, hint: Hint) -> str:
        """It is done; another channel may have to begin."""
        done = self.further.follow(message) if message.progress.followed else "done"
        return done if isinstance(done, str) else self._put_off(message, hint, done)

    def _gathered_more(self, hint: Hint) -> str:
        """Have a stack rendered again whose items changed before it was claimed: an item brings no wake-up."""
        found = self.messages.load(hint.message, now=self.clock())
        if found is None or found.progress.phase is not Phase.OPEN or found.progress.attempt:
            return "moved on"
        return self._put_off(found, hint, found.progress.due)

    def _over(self, message: Message, now: int) -> str | None:
        """End a waiting message that must not be tried again."""
        state = message.progress
        if state.delivered or state.tries >= MAX_TRIES or state.attempt >= MAX_ATTEMPTS:
            return self._ended(message, attempts.finish_waiting(state, now=now))
        if state.stop:
            return self._stopped(message, Stop(Status.CANCELED, Reason.CANCELED))
        if attempts.expired(state, now):
            return self._stopped(message, Stop(Status.EXPIRED, Reason.EXPIRED, state.log[-1].text))
        if channel_over(state, message.terms, now):
            last = state.log[-1]
            reason = Reason(last.reason or Reason.PROVIDER_UNAVAILABLE)
            return self._stopped(message, Stop(Status.FAILED, reason, last.text))
        return None

    def _doubtful(self, message: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        """A claim stands: its worker is at it, or is gone and the provider may have been called."""
        state, now = message.progress, self.clock()
        if state.lease <= now and state.rank >= Rank.SENT:
            return self._ended(message, attempts.settle(state, now=now))
        if (at := self._not_repeated_before(message, now)) > now:
            return self._put_off(message, hint, at)
        try:
            ready = self.prepare(message, now=now, repeat=True)
        except Stop as stop:
            return self._stopped(message, Stop(Status.UNKNOWN, Reason.UNKNOWN_OUTCOME, stop.text))
        given_up = doubt.given_up(state, hold=self.hand_over.wait_for_receipt(message))
        if attempts.expired(state, now) or given_up or ready.project.doubt == "at_most_once":
            return self._stopped(message, Stop(Status.UNKNOWN, Reason.UNKNOWN_OUTCOME))
        move = attempts.reclaim(state, token=self.token(), lease=now + self.lease)
        return self._call(self._claimed(message, move), ready, hint, remaining, repeat=True)

    def _not_repeated_before(self, message: Message, now: int) -> int:
        """When an attempt in doubt may be made once more, or ended: *now*, or later."""
        state, hold = message.progress, self.hand_over.wait_for_receipt(message)
        if not attempts.doubtful(state, now, hold):
            return state.lease + hold
        if attempts.expired(state, now):
            return now
        if doubt.begins_anew(state, now, hold=hold, lease=self.lease):
            self.messages.move(message, doubt.begin_anew(state, now=now))
            return now + hold
        return now if self.gate.may_repeat(message, now) else now + KEPT

    def _claimed(self, message: Message, move: Move) -> Message:
        """Write a claim. One whose answer got lost counts as ours if our token stands there."""
        try:
            return self.messages.move(message, move)
        except Lost:
            found = self.messages.load(message.id, now=self.clock())
            if found is None or found.progress.token != move.after.token:
                raise
            return found

    def _call(
        self, message: Message, ready: Ready, hint: Hint, remaining: Callable[[], float], *, repeat: bool = False
    ) -> str:
        handed = self.hand_over(message, ready, remaining, repeat=repeat)
        if handed is None:
            return self._put_off(message, hint, message.progress.lease + self.hand_over.wait_for_receipt(message))
        if handed.message is not None:
            self._awaited(handed.message)
        return handed.verdict.value

    def _wait(self, message: Message, closed: Move, what: str = "its window") -> str:
        """Its window is closed, or its slot is to come: it goes then, and no try is burnt."""
        waiting = self.messages.move(message, closed)
        self.wakeups.wake(Hint(message=waiting.id), waiting.lane, at=waiting.progress.due)
        return f"waits for {what}"

    def _put_off(self, message: Message, hint: Hint, at: int) -> str:
        if hint.hop >= MAX_HOPS:
            return "left to the sweep"
        self.wakeups.wake(replace(hint, hop=hint.hop + 1), message.lane, at=at)
        return "put off"

    def _awaited(self, message: Message) -> None:
        """Wake it for its next try, or for the channel that follows it."""
        state = message.progress
        at = state.due if state.phase is Phase.OPEN else state.check
        if at is not None:
            self.wakeups.wake(Hint(message=message.id), message.lane, at=at)

    def _ended(self, message: Message, move: Move) -> str:
        self._awaited(self.messages.move(message, move))
        return "ended"

    def _stopped(self, message: Message, stop: Stop) -> str:
        why = Try(reason=stop.reason.value, text=stop.text[:300], cause=stop.cause)
        end = attempts.end(message.progress, now=self.clock(), ending=stop.ending, why=why)
        self._awaited(self.messages.move(message, end))
        self.note("ended", message, status=stop.ending.value, reason=stop.reason.value)
        return stop.ending.value


def _carried(message: Message) -> int:
    """Bytes of files that working on it may load."""
    loads = message.channel is Channel.EMAIL and message.progress.phase is not Phase.DONE
    return size_of(message.files) if loads else 0
