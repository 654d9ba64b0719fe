"""Heal: dead letters go back by themselves, gently and not for ever. It never ends a message."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from heliograph.domain.attempts import Phase
from heliograph.domain.dead_letter import LAP, LAPS, OF_NO_PROJECT, SINCE, DeadLetter
from heliograph.domain.message import Hint
from heliograph.usecases.ports import Clock, Later, MessageStore, Wakeups

HEALED_A_RUN: Final = 200
"""A brake: what one run leaves, the next minute's takes."""
REPORTS_A_RUN: Final = 12
PACE: Final = 5
"""Seconds between two reports, so that each is alone with its worker: what ends it ends no other."""
MARGIN: Final = 5
"""Seconds: what is left for the next minute."""
WAKE_UP, REPORT, DONE_WITH, STAYS = "wake-ups", "reports", "done with", "stay"


class Letters(Protocol):
    """The queue of dead letters; see heliograph.queue."""

    def take(self) -> list[DeadLetter]: ...
    def drop(self, letter: DeadLetter) -> None: ...
    def release(self, letter: DeadLetter) -> None: ...


@dataclass(slots=True)
class Healed:
    """What one run did."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def put_back(self) -> int:
        """Letters that are on their queues again."""
        return self.counts[WAKE_UP] + self.counts[REPORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heal:
    """Looks through the dead letters."""

    letters: Letters
    messages: MessageStore
    wakeups: Wakeups
    later: Later
    clock: Clock
    remaining: Callable[[], float]
    """Seconds that are left."""

    def run(self) -> Healed:
        """Put back what may go back, drop what is done with, leave the rest for people.

        Raises:
            Busy, Unavailable: the store or a queue did not answer; what was not looked at is there again in minutes.
        """
        healed, staying = Healed(), list[DeadLetter]()
        try:
            while healed.counts.total() < HEALED_A_RUN and self.remaining() > MARGIN and (some := self.letters.take()):
                for letter in some:
                    what = self._healed(letter, healed)
                    healed.counts[what] += 1
                    if what == STAYS:
                        staying.append(letter)
                    else:
                        self.letters.drop(letter)
        finally:
            # Not before: they would be received again and again in this run.
            for letter in staying:
                self.letters.release(letter)
        return healed

    def _healed(self, letter: DeadLetter, healed: Healed) -> str:
        """Do with one what is to be done; whatever is put somewhere is put there before it is dropped here."""
        if letter.hint is not None:
            return self._woken(letter.hint)
        if letter.clock:
            # The sweep finds what was due then.
            return DONE_WITH
        if letter.report and letter.lap < LAPS and healed.counts[REPORT] < REPORTS_A_RUN:
            self._reported(letter, healed.counts[REPORT])
            return REPORT
        return STAYS

    def _woken(self, hint: Hint) -> str:
        message = self.messages.load(hint.message, now=self.clock())
        if message is None or (message.progress.phase is Phase.DONE and not message.progress.followed):
            return DONE_WITH
        if hint.lap >= LAPS:
            # The sweep goes on with it; people must learn of it.
            return STAYS
        again = Hint(message=hint.message, lap=hint.lap + 1)
        self.wakeups.wake(again, message.lane, at=self.clock())
        return WAKE_UP

    def _reported(self, letter: DeadLetter, before: int) -> None:
        known = letter.body or {}
        body = {name: value for name, value in known.items() if name != SINCE} | {LAP: letter.lap + 1}
        self.later.put(letter.group or str(known.get("project", OF_NO_PROJECT)), [body], delay=PACE * before)
