"""The universal status, as one table: the reducer, the tests, the docs page and the vendors' views are made from it.

Two things are kept apart. *Delivery* is one standing for each attempt, the highest rank of evidence seen. *Engagement*
is a set. Both are joins: any order of events and any number of repeats ends in the same state. Clocks decide nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from heliograph.domain.model import Bounce, EventKind
from heliograph.domain.reasons import Reason


class Rank(IntEnum):
    """How strong the evidence for a standing is. An attempt's rank never falls."""

    SCHEDULED = 0
    QUEUED = 10
    SENDING = 15
    ENDED = 18
    SENT = 20
    DEFERRED = 25
    SOFT_BOUNCE = 30
    DELIVERED = 40
    FAILED = 50
    DROPPED = 55
    HARD_BOUNCE = 60


class Status(StrEnum):
    """What people see."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    SPAM = "spam"


class CourierView(NamedTuple):
    """Courier's status and reason."""

    status: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.status}, {self.reason}" if self.reason else self.status


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a standing, what proves it, and the vendors' words for it."""

    rank: Rank
    status: Status
    notifuse: str
    sendivent: str
    courier: CourierView
    evidence: str
    event: EventKind | None = None
    """The provider event that is this evidence; None for what we know ourselves."""
    bounce: Bounce | None = None
    """Tells the two kinds of `bounced` apart."""


_LOST = CourierView("UNDELIVERABLE")
_BOUNCED = CourierView("UNDELIVERABLE", "BOUNCED")
_REFUSED = CourierView("UNDELIVERABLE", "PROVIDER_ERROR")
_OPTED_OUT = CourierView("UNDELIVERABLE", "UNSUBSCRIBED")
_R, _S, _E, _C = Rank, Status, EventKind, CourierView

# fmt: off
TABLE: Final = (
    #   rank            status         Notifuse     Sendivent     Courier                  evidence, provider event
    Row(_R.SCHEDULED,   _S.SCHEDULED,  "scheduled", "queued",     _C("DELAYED"),  "accepted, due later"),
    Row(_R.QUEUED,      _S.QUEUED,     "queued",    "queued",     _C("ENQUEUED"),
        "accepted, waiting for a worker or for its next try", _E.QUEUED),
    Row(_R.SENDING,     _S.QUEUED,     "queued",    "queued",     _C("ENQUEUED"),
        "claimed; the provider may have been called"),
    Row(_R.ENDED,       _S.FAILED,     "failed",    "failed",     _LOST,      "ours: it could not be handed over"),
    Row(_R.ENDED,       _S.SUPPRESSED, "failed",    "suppressed", _OPTED_OUT, "ours: the address is suppressed"),
    Row(_R.ENDED,       _S.CANCELED,   "failed",    "failed",     _C("CANCELED"), "ours: canceled in time"),
    Row(_R.ENDED,       _S.EXPIRED,    "failed",    "failed",     _LOST,      "ours: not sent before its expiry"),
    Row(_R.ENDED,       _S.UNKNOWN,    "failed",    "failed",     _LOST,
        "ours: it may have been sent, and no receipt came"),
    Row(_R.SENT,        _S.SENT,       "sent",      "sent",       _C("SENT"), "the provider accepted it", _E.SENT),
    Row(_R.DEFERRED,    _S.SENT,       "bounce",    "sent",       _C("SENT"),
        "the next hop said not now; the provider goes on", _E.DEFERRED),
    Row(_R.SOFT_BOUNCE, _S.BOUNCED,    "bounce",    "failed",     _BOUNCED,
        "refused for a passing reason", _E.BOUNCED, "soft"),
    Row(_R.DELIVERED,   _S.DELIVERED,  "delivered", "delivered",  _C("DELIVERED"),
        "the receiving server, handset or service took it", _E.DELIVERED),
    Row(_R.FAILED,      _S.FAILED,     "failed",    "failed",     _LOST,
        "the provider reports that it could not deliver", _E.FAILED),
    Row(_R.DROPPED,     _S.DROPPED,    "dropped",   "failed",     _REFUSED,
        "the provider did not try: its suppression list, policy, bad address", _E.DROPPED),
    Row(_R.HARD_BOUNCE, _S.BOUNCED,    "dropped",   "failed",     _BOUNCED,
        "refused for good; real also after `delivered`", _E.BOUNCED, "hard"),
)
"""Every standing that an attempt can have, by rank."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of engagement: it covers the delivery status that people see."""

    event: EventKind
    status: Status
    notifuse: str
    sendivent: str
    courier: CourierView
    evidence: str


ENGAGEMENT: Final = (
    Mark(_E.OPENED,       _S.OPENED,       "opened",       "delivered", _C("OPENED"),
         "a person is believed to have seen it"),
    Mark(_E.CLICKED,      _S.CLICKED,      "clicked",      "delivered", _C("CLICKED"), "a person followed a link"),
    Mark(_E.UNSUBSCRIBED, _S.UNSUBSCRIBED, "unsubscribed", "delivered", _C("DELIVERED", "UNSUBSCRIBED"),
         "the recipient asked to get no more"),
    Mark(_E.COMPLAINED,   _S.SPAM,         "spam",         "delivered", _C("DELIVERED", "COMPLAINT"),
         "the recipient marked it as spam"),
)
"""Weakest first: the headline is the last of these that was seen, else the delivery status."""
# fmt: on

_BY_EVENT: Final = {(row.event, row.bounce): row.rank for row in TABLE if row.event}
_OURS: Final[dict[Status, Row]] = {row.status: row for row in TABLE if row.rank is Rank.ENDED}
_ROWS: Final[dict[Rank, Row]] = {row.rank: row for row in TABLE if row.rank is not Rank.ENDED}

TRY_AGAIN: Final = frozenset({Rank.SOFT_BOUNCE, Rank.FAILED})
"""Reported failures that may be answered with another attempt."""
BAD: Final = frozenset({Rank.ENDED, Rank.SOFT_BOUNCE, Rank.FAILED, Rank.DROPPED, Rank.HARD_BOUNCE})
"""Standings that are listed as trouble."""


def rank_of(kind: EventKind, bounce: Bounce | None = None) -> Rank | None:
    """The rank that a provider event gives its attempt; None for engagement."""
    return _BY_EVENT.get((kind, bounce))


def row_of(rank: int, ending: Status | None = None) -> Row:
    """The table's line for an attempt; *ending* says which of our own endings, at rank 18."""
    return _OURS[ending or Status.FAILED] if rank == Rank.ENDED else _ROWS[Rank(rank)]


class Evidence(NamedTuple):
    """What decides an attempt's standing: the rank, and beside it who said so."""

    rank: int
    code: str = ""
    event_id: str = ""


def join(one: Evidence, other: Evidence) -> Evidence:
    """The higher rank; at equal rank the smallest (code, event id), so that order never decides."""
    if one.rank != other.rank:
        return max(one, other, key=lambda evidence: evidence.rank)
    return min(one, other)


def fold(standings: Iterable[tuple[Rank, Row]], *, waiting: bool, due_later: bool) -> tuple[int, Row]:
    """A message's standing over its attempts, first to last; the first entry is attempt 0, before any call.

    An attempt that stands at `delivered` wins; else, while a next try waits or is being made, `queued`; else the last
    attempt that a provider took; else the last.

    Returns:
        (number of the attempt that decides, its line of the table).
    """
    rows = list(standings)
    for number, (rank, row) in enumerate(rows):
        if rank == Rank.DELIVERED:
            return number, row
    if waiting:
        return 0, _ROWS[Rank.SCHEDULED if due_later and len(rows) == 1 else Rank.QUEUED]
    taken = [(number, row) for number, (rank, row) in enumerate(rows) if number and rank >= Rank.SENT]
    return taken[-1] if taken else (len(rows) - 1, rows[-1][1])


def headline(delivery: Status, marks: Iterable[EventKind]) -> Status:
    """Engagement over delivery: `spam` > `unsubscribed` > `clicked` > `opened` > the delivery status."""
    seen = set(marks)
    return next((mark.status for mark in reversed(ENGAGEMENT) if mark.event in seen), delivery)


def roll_up(messages: Sequence[tuple[Row, bool]], *, every: bool) -> int:
    """Which message speaks for its notification; each is (its line of the table, whether it is still open).

    Routing `single` or failover: `delivered` of any message, else the last one begun; but one that was canceled before
    it was handed over does not speak for another that a provider took. Routing `all` (*every*): open while any is open,
    else `delivered` if any, else the first failure in channel order.
    """
    delivered = [place for place, (row, _) in enumerate(messages) if row.rank == Rank.DELIVERED]
    if not every:
        return delivered[0] if delivered else _last_begun([row for row, _ in messages])
    still_open = [place for place, (_, is_open) in enumerate(messages) if is_open]
    failed = [place for place, (row, _) in enumerate(messages) if row.rank in BAD]
    return (still_open or delivered or failed or [len(messages) - 1])[0]


def _last_begun(rows: Sequence[Row]) -> int:
    if not any(row.rank >= Rank.SENT for row in rows):
        return len(rows) - 1
    return max(place for place, row in enumerate(rows) if row.status is not Status.CANCELED)


class Views(NamedTuple):
    """The same status in the words of the services whose clients may call us."""

    notifuse: str
    sendivent: str
    courier: CourierView


_UNROUTABLE: Final = frozenset({Reason.NO_CHANNEL, Reason.NO_PROVIDER})


def views(row: Row, marks: Iterable[EventKind] = (), reason: str = "") -> Views:
    """How Notifuse, Sendivent and Courier would name this standing."""
    seen = set(marks)
    for mark in reversed(ENGAGEMENT):
        if mark.event in seen:
            return Views(mark.notifuse, mark.sendivent, mark.courier)
    courier = row.courier
    if reason in _UNROUTABLE:
        courier = CourierView("UNROUTABLE", reason.upper() + "S")
    elif row.status is Status.SUPPRESSED and reason == Reason.FILTERED:
        courier = CourierView("FILTERED")
    return Views(row.notifuse, row.sendivent, courier)
