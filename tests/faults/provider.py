"""A provider that journals what it takes and reports it later: prompt or late, doubled, in any order."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Final

from heliograph.domain import errors
from heliograph.domain.event_json import event_to_json
from heliograph.domain.model import Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities, Credentials
from heliograph.domain.tools import Tools
from tests.faults.sites import Fault, Seam

NAME: Final = "scripted"
INTEGRATION: Final = "int7f3a9c21d"
REPORTS: Final = frozenset({EventKind.SENT, EventKind.DEFERRED, EventKind.DELIVERED, EventKind.BOUNCED})
SECOND: Final = 1_000

UNANSWERED: Final = {Fault.CRASH_AFTER, Fault.LOST, Fault.GARBAGE, Fault.SLOW}
"""Faults after which nobody knows whether it took the message."""

type Outcome = Sequence[ProviderEvent]
"""What is reported of one message, in the order in which it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the provider behaves in a run."""

    honours_key: bool = False
    slowest: int = 5 * SECOND
    """Milliseconds after which its last report has come."""
    copies: int = 1
    """How often each report comes."""
    order: tuple[int, ...] = ()
    """The reports' places in the order in which they come; empty: at random."""


@dataclass
class Scripted:
    """Takes every channel. One instance is the provider's whole state; it never crashes."""

    seam: Seam
    manner: Manner
    random: Random
    clock: Callable[[], int]
    report: Callable[[int, str], None]
    """Puts a body on the events queue, at a time."""
    outcome: Callable[[Outgoing], Outcome]
    taken: Counter[str] = field(default_factory=Counter)
    """Send key -> how often it went out to the person."""
    times: dict[str, list[int]] = field(default_factory=dict)
    busy: int = 0
    """Between a taken message and the end of its invocation: what is struck here may be sent again."""
    at_risk: Counter[str] = field(default_factory=Counter)
    """Notification -> faults that struck while its result was not stored."""
    now_sending: str = ""

    name: ClassVar[str] = NAME
    channels: ClassVar[frozenset[Channel]] = frozenset(Channel)
    Credentials: ClassVar[type[Credentials]] = Credentials

    @property
    def capabilities(self) -> Capabilities:
        seconds = 24 * 3600 * 365 if self.manner.honours_key else 0
        return Capabilities(echo=True, reports=REPORTS, send_key_seconds=seconds, api="https://provider.example")

    def send(self, message: Outgoing, credentials: Any, tools: Tools) -> Accepted:  # noqa: ARG002 # Provider's
        """Take the message, unless the site's fault says otherwise."""
        self.now_sending = message.send_key.split("-")[0]
        fault = self.seam.plan.get(self.seam.site)
        try:
            self.seam.through("provider.send", lambda: self._take(message), self._refusal)
        except errors.ProviderError:
            raise
        except Exception as exc:
            raise errors.UnknownOutcome("no answer came") from exc
        if fault is Fault.SLOW:
            raise errors.UnknownOutcome("no answer came in time")
        return Accepted(provider_message_id=f"m-{message.send_key}")

    def check(self, credentials: Any, tools: Tools) -> None:
        """Nothing can be wrong."""

    def receive(self, request: Any, credentials: Any) -> Received:  # noqa: ARG002 # Provider's
        """It has no webhook: the driver puts its events on the queue.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("there is no webhook")

    def struck(self, name: str, fault: Fault) -> None:
        """A fault strikes: it counts against the message whose result is not stored yet."""
        boundary = name == "provider.send" and fault in UNANSWERED
        if self.now_sending and (boundary or self.busy):
            self.at_risk[self.now_sending] += 1

    def ended(self) -> None:
        """An invocation is over: its result is stored, or lost."""
        self.busy, self.now_sending = 0, ""

    def _refusal(self) -> Exception:
        if self.seam.dark("provider"):
            return errors.Transient("out of order", code="503")
        return errors.Throttled("too fast") if self.random.random() < 0.5 else errors.Transient("not now")  # half

    def _take(self, message: Outgoing) -> None:
        self.busy = 1
        if self.manner.honours_key and self.taken[message.send_key]:
            return
        self.taken[message.send_key] += 1
        self.times.setdefault(message.send_key, []).append(self.clock())
        copy = self.taken[message.send_key]
        for index, event in enumerate(self.outcome(message)):
            body = {"v": 1, "project": message.project, "integration": INTEGRATION, "events": [event_to_json(event)]}
            for again in range(self.manner.copies):
                text = json.dumps(body).replace("ID", f"{message.send_key}-{copy}-{index}")
                self.report(self.clock() + self._delay(index, again), text)

    def _delay(self, index: int, again: int) -> int:
        """Milliseconds until a report comes."""
        if not self.manner.order:
            return self.random.randint(100, self.manner.slowest)
        return SECOND * (1 + self.manner.order.index(index) + again * len(self.manner.order))
