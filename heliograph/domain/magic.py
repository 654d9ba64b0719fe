"""Recipients that choose their outcome in the sandbox; everybody else is simply delivered.

One table drives the sandbox provider, the local fakes of the real providers, their tests and `docs/sandbox.md`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from heliograph.domain.model import Bounce, EventKind
from heliograph.domain.reasons import Reason
from heliograph.names import SANDBOX_DOMAIN

FIRST_NUMBER: Final = 19075550100
"""+1 907 555 0100 to 0199 are kept for fiction by the North American Numbering Plan: nobody's phone rings."""

ROOM: Final = "#sandbox-"
"""Before an outcome's name: the Slack channel that chooses it."""


class Answer(StrEnum):
    """How the provider's API answers the call itself."""

    ACCEPT = "accept"
    THROTTLE = "throttle"
    FAIL = "fail"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event that follows; times are seconds after the provider took the message, at most 900."""

    kind: EventKind
    arrives: tuple[float, ...] = (0.5,)
    """When it is reported: once for each copy, all of them the same event."""
    happened: float = 0.4
    """When it is said to have happened."""
    bounce: Bounce | None = None
    machine: bool = False
    reason: Reason | None = None
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a recipient chose: how the call is answered, and what is reported when it was accepted."""

    name: str
    """The mail address before its @ (and before a +)."""
    says: str
    """For people: one phrase."""
    number: str = ""
    """The phone number that chooses the same, in E.164; empty where SMS knows no such outcome."""
    answer: Answer = Answer.ACCEPT
    times: int | None = None
    """How many calls are answered so before one is accepted; None is for ever."""
    reason: Reason | None = None
    """What a refusal implies."""
    reports: tuple[Report, ...] = ()
    once: bool = False
    """Only of the first call that is accepted; the next one is delivered."""


_DELIVERED: Final = Report(kind=EventKind.DELIVERED, code="250", text="250 OK")
_OPENED: Final = Report(kind=EventKind.OPENED, arrives=(2,), happened=1.9)
_CLICKED: Final = Report(kind=EventKind.CLICKED, arrives=(3,), happened=2.9)
_HARD: Final = Report(
    kind=EventKind.BOUNCED, bounce="hard", reason=Reason.HARD_BOUNCE, code="5.1.1", text="550 5.1.1 no such recipient"
)
_SOFT: Final = Report(kind=EventKind.BOUNCED, bounce="soft", code="4.2.2", text="452 4.2.2 mailbox full")
_DROPPED: Final = Report(kind=EventKind.DROPPED, code="suppressed", text="on the provider's own suppression list")
_FAILED: Final = Report(
    kind=EventKind.FAILED, reason=Reason.PROVIDER_ERROR, code="unknown", text="could not be delivered"
)
_SPAM: Final = Report(kind=EventKind.COMPLAINED, arrives=(2,), happened=1.9, reason=Reason.COMPLAINT, code="abuse")
_UNSUBSCRIBED: Final = Report(kind=EventKind.UNSUBSCRIBED, arrives=(2,), happened=1.9, reason=Reason.UNSUBSCRIBED)
_DEFERRED: Final = Report(
    kind=EventKind.DEFERRED, arrives=(0.5,), happened=0.2, code="4.7.0", text="421 4.7.0 try again later"
)


def _number(last: int) -> str:
    return f"+{FIRST_NUMBER + last}"


OUTCOMES: Final = (
    Outcome(name="delivered", number=_number(0), says="delivered", reports=(_DELIVERED,)),
    Outcome(name="bounced", number=_number(1), says="refused for good by the receiving side", reports=(_HARD,)),
    Outcome(name="soft-bounced", number=_number(2), says="refused for a passing reason", reports=(_SOFT,)),
    Outcome(
        name="soft-once",
        number=_number(14),
        says="refused for a passing reason; the next attempt is delivered",
        reports=(_SOFT,),
        once=True,
    ),
    Outcome(name="dropped", number=_number(3), says="accepted, and then not even tried", reports=(_DROPPED,)),
    Outcome(name="failed", number=_number(4), says="accepted, and then not deliverable", reports=(_FAILED,)),
    Outcome(
        name="deferred",
        says="put off by the receiving side, then delivered",
        reports=(_DEFERRED, replace(_DELIVERED, arrives=(3,), happened=2.9)),
    ),
    Outcome(name="spam", says="delivered, then marked as spam", reports=(_DELIVERED, _SPAM)),
    Outcome(name="opened", says="delivered and opened", reports=(_DELIVERED, _OPENED)),
    Outcome(
        name="machine-opened",
        says="delivered, then opened by a mail proxy and by nobody else",
        reports=(_DELIVERED, replace(_OPENED, machine=True)),
    ),
    Outcome(name="clicked", says="delivered, opened and clicked", reports=(_DELIVERED, _OPENED, _CLICKED)),
    Outcome(name="unsubscribed", says="delivered, then unsubscribed", reports=(_DELIVERED, _UNSUBSCRIBED)),
    Outcome(
        name="slow",
        number=_number(6),
        says="delivered after eight seconds",
        reports=(replace(_DELIVERED, arrives=(8,), happened=7.9),),
    ),
    Outcome(
        name="throttled",
        number=_number(7),
        says="the first two calls are answered with 429, the next is accepted and delivered",
        answer=Answer.THROTTLE,
        times=2,
        reports=(_DELIVERED,),
    ),
    Outcome(
        name="failing", number=_number(8), says="every call is answered with 500; `failing-N` heals", answer=Answer.FAIL
    ),
    Outcome(
        name="failing-2",
        number=_number(9),
        says="the first two calls are answered with 500, the next is accepted and delivered",
        answer=Answer.FAIL,
        times=2,
        reports=(_DELIVERED,),
    ),
    Outcome(
        name="duplicate",
        number=_number(10),
        says="delivered, and every event is reported twice",
        reports=(replace(_DELIVERED, arrives=(0.5, 2)),),
    ),
    Outcome(
        name="reordered",
        number=_number(11),
        says="delivered; what came before it is reported after it",
        reports=(
            _DELIVERED,
            replace(_DEFERRED, arrives=(2,)),
            Report(kind=EventKind.SENT, arrives=(3,), happened=0.1),
        ),
    ),
    Outcome(name="silent", number=_number(12), says="accepted, and nothing is ever reported"),
    Outcome(name="refused", number=_number(13), says="every call is refused with a definite 400", answer=Answer.REFUSE),
    Outcome(
        name="opted-out",
        number=_number(5),
        says="every call is refused with 400, since the recipient has opted out at the provider",
        answer=Answer.REFUSE,
        reason=Reason.UNSUBSCRIBED,
    ),
)
"""The table."""

DELIVERED: Final = OUTCOMES[0]

_IN_A_TOKEN: Final = re.compile(r"sandbox_([a-z0-9-]+)", re.ASCII)
"""A push token or a push address chooses by `sandbox_NAME` in it; one of APNs by its bytes, written in hexadecimal."""
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)

_BY_NAME: Final[Mapping[str, Outcome]] = {outcome.name: outcome for outcome in OUTCOMES}
_BY_NUMBER: Final[Mapping[str, Outcome]] = {outcome.number: outcome for outcome in OUTCOMES if outcome.number}
_COUNTED: Final = re.compile(r"(throttled|failing)-([1-9][0-9]?)", re.ASCII)


def outcome_of(to: str) -> Outcome:
    """Which outcome the recipient *to* (a mail address, a number, a Slack channel, anything else) chooses."""
    local, _, domain = to.rpartition("@")
    if chosen := _token(to):
        return _BY_NAME.get(chosen, DELIVERED)
    if to.startswith(ROOM):
        local, domain = to.removeprefix(ROOM), SANDBOX_DOMAIN
    if not local or domain.lower() != SANDBOX_DOMAIN:
        return _BY_NUMBER.get(to, DELIVERED)
    name = local.partition("+")[0].lower()
    counted = _COUNTED.fullmatch(name)
    if counted:
        return replace(_BY_NAME[counted[1]], name=name, times=int(counted[2]), reports=(_DELIVERED,))
    return _BY_NAME.get(name, DELIVERED)


def _token(to: str) -> str:
    """The outcome that a push token names, empty when it names none."""
    text = bytes.fromhex(to).decode("latin-1") if _HEXADECIMAL.fullmatch(to) else to
    found = _IN_A_TOKEN.search(text)
    return found[1] if found else ""
