"""When a message may go: what the caller asked for, in moments. All moments are epoch milliseconds."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from heliograph.domain import attempts, persistence
from heliograph.domain.attempts import Move, Progress
from heliograph.domain.errors import BadInput
from heliograph.domain.model import Channel
from heliograph.domain.persistence import Persistence
from heliograph.domain.retry import CHANNEL_DEADLINE, MESSAGE_DEADLINE, PROVIDER_DEADLINE
from heliograph.domain.windows import ALWAYS, next_opening
from heliograph.domain.zones import DEFAULT_ZONE, find_zone, moment

CONTACTS_ZONE: Final = "contact"
"""Instead of a zone's name: the one of the contact."""
MAX_AHEAD: Final = 366 * 86_400_000
LATE: Final = 300_000
"""How far a time may lie in the past, for clocks that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a send asks for beside the moment at which it is due."""

    local: datetime | None = None
    """Due when the clock on the wall shows this, in `zone`; takes the place of the moment."""
    zone: str = ""
    """`contact`, or a zone's name."""
    window: str = ""
    expires_at: int = 0
    expires_in: int = 0
    """Milliseconds from when it is due."""
    persistence: Persistence = field(default_factory=Persistence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a message keeps of it for later: for its retries, and for when it is moved to another time."""

    window: str = ""
    """Empty: always open."""
    zone: str = ""
    """Where the window's clock hangs."""
    lifetime: int = 0
    """Milliseconds after it was asked to go at which it expires; 0: it has no such limit of its own."""
    fixed: bool = False
    """It expires at a moment that the caller named."""
    persistence: Persistence = field(default_factory=Persistence)

    @property
    def message_deadline(self) -> int:
        """Milliseconds after it is due at which it expires, where nobody asked for an expiry."""
        return self.persistence.message or MESSAGE_DEADLINE

    @property
    def channel_deadline(self) -> int:
        """Milliseconds from the first attempt after which the next channel begins, where one follows."""
        return self.persistence.channel or CHANNEL_DEADLINE

    @property
    def provider_deadline(self) -> int:
        """Milliseconds from the first attempt over an integration after which another one is tried."""
        return self.persistence.provider or PROVIDER_DEADLINE

    def attempts(self, channel: Channel, *, once: bool) -> int:
        """How many attempts over a channel may be reported as failed; see heliograph.domain.persistence."""
        return persistence.attempts(self.persistence.retries, channel, once=once)

    def opening(self, at: int) -> int:
        """The first moment, not before *at*, at which it may go."""
        return next_opening(self.window, at, _zone(self.zone)) if self.window else at


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a message is due, when it expires, and what it keeps."""

    due: int
    expires: int
    terms: Terms


def planned(wish: Wish, due: int, *, event: Wish, contact_zone: str, now: int) -> Timing:
    """What a send's *wish* comes to; what it leaves open, the *event* says. *due* counts without a local time.

    Raises:
        BadInput: a time that has passed or is too far ahead, or a window that stays closed.
    """
    local = wish.local
    named = within_reach(due, now) if local is None else local_time(local, wish.zone, contact_zone, now=now)
    asked = max(now, named)
    window = wish.window or event.window
    own_zone = "" if wish.zone == CONTACTS_ZONE else wish.zone
    zone = contact_zone if find_zone(contact_zone) else own_zone or DEFAULT_ZONE
    lifetime = 0 if wish.expires_at else wish.expires_in or event.expires_in
    if window in ("", ALWAYS):
        terms = Terms(lifetime=lifetime, fixed=bool(wish.expires_at))
    else:
        terms = Terms(window=window, zone=zone, lifetime=lifetime, fixed=bool(wish.expires_at))
    terms = replace(terms, persistence=wish.persistence.over(event.persistence))
    return _timing(terms, asked, wish.expires_at)


def local_time(local: datetime, zone: str, contact_zone: str, *, now: int) -> int:
    """The moment at which the clock shows *local*: in *zone*, or where the contact is.

    A time that the clocks skip is the first moment after the gap; of one that they show twice it is the first.

    Raises:
        BadInput: it has passed, or is more than a year ahead.
    """
    name = contact_zone if zone == CONTACTS_ZONE else zone
    near = datetime.fromtimestamp(now / 1000, UTC).replace(tzinfo=None)
    if abs(local - near) > timedelta(days=370):
        return within_reach(now - MAX_AHEAD if local < near else now + 2 * MAX_AHEAD, now)
    return within_reach(moment(local, _zone(name)), now)


def within_reach(at: int, now: int) -> int:
    """The moment itself.

    Raises:
        BadInput: it has passed, or is more than a year ahead.
    """
    if at < now - LATE:
        raise BadInput("`send_at` is in the past: give a time to come, or leave it out to send now", field="send_at")
    if at > now + MAX_AHEAD:
        raise BadInput("`send_at` is more than a year ahead: give an earlier time", field="send_at")
    return at


def waits(state: Progress, terms: Terms, now: int) -> Move | None:
    """Put a due message off until its window opens; None when it is open.

    Its deadline stands still while it waits; an expiry that somebody asked for does not.
    """
    opening = terms.opening(now)
    if opening <= now:
        return None
    asked_for = terms.fixed or terms.lifetime
    expires = state.expires if asked_for else state.expires + opening - now
    return attempts.put_off(state, due=min(opening, expires), expires=expires)


def moved(state: Progress, terms: Terms, asked: int) -> Move:
    """Let a message go at another time. Its expiry moves along, unless the caller named its moment.

    Raises:
        BadInput: it expires before that.
    """
    timing = _timing(terms, asked, state.expires if terms.fixed else 0)
    return attempts.put_off(state, due=timing.due, expires=timing.expires)


def channel_over(state: Progress, terms: Terms, now: int) -> bool:
    """Whether the message has been tried for so long that the next channel begins, where there is one."""
    if not state.fails_over or not state.attempt:
        return False
    return state.since(state.log[1], now) >= terms.channel_deadline


def further(state: Progress, terms: Terms, now: int) -> tuple[int, int]:
    """(due, expires) of a message that begins after one that stands at *state*.

    An expiry that somebody asked for holds for the whole notification; else each message has its own deadline.
    """
    opening = terms.opening(now)
    expires = state.expires if terms.fixed or terms.lifetime else opening + terms.message_deadline
    return min(opening, expires), expires


def _timing(terms: Terms, asked: int, expires_at: int) -> Timing:
    opening = terms.opening(asked)
    if terms.fixed:
        expires = expires_at
        if not asked < expires <= asked + MAX_AHEAD:
            detail = "`expires_at` must lie after the time at which it is due, and at most a year after it"
            raise BadInput(detail, field="expires_at")
    else:
        expires = asked + terms.lifetime if terms.lifetime else opening + terms.message_deadline
    # One that expires before its window opens waits for its end.
    return Timing(due=min(opening, expires), expires=expires, terms=terms)


def _zone(name: str) -> ZoneInfo:
    return find_zone(name) or ZoneInfo(DEFAULT_ZONE)
