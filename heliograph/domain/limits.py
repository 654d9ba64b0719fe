"""What a project may send, and the counters that hold it to that."""

from dataclasses import dataclass
from typing import Final

from heliograph.domain.errors import LimitReached

MICROS: Final = 1_000_000
HOUR: Final = 3_600_000
DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A project's limits; 0 or empty stands for none. Counters are per mode, so a test never uses up what is live."""

    rate: int = 0
    """Messages a second that are accepted; a second's worth may come at once."""
    daily: int = 0
    """Messages a day (UTC)."""
    sms_countries: tuple[str, ...] = ()
    """Regions of ISO 3166 that text messages may go to."""
    sms_hourly: int = 0
    """Text messages an hour to one number."""
    sms_prefix_hourly: int = 0
    """Text messages an hour to the numbers that differ in their last four digits only."""
    sms_price: int = 0
    """Of one text message, in millionths of the project's currency; 0: not known."""
    sms_daily_spend: int = 0
    """In millionths a day; needs the price."""

    @property
    def counted(self) -> bool:
        """Whether any message must be counted."""
        return bool(self.daily or self.sms_hourly or self.sms_prefix_hourly or self.sms_daily_spend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One thing that is counted over a span of time, and its limit."""

    name: str
    """Its place in the project: what is counted and which span."""
    amount: int
    limit: int
    ends: int
    """Epoch milliseconds: when it begins anew."""
    code: str
    what: str
    """For the error: "text messages to this number this hour"."""
    unit: int = 1
    """What the figures are divided by before they are shown."""

    def reached(self, current: int, *, now: int) -> LimitReached:
        """The error for one that is used up."""
        shown, limit = current / self.unit, self.limit / self.unit
        return LimitReached(
            f"the project's limit of {limit:g} for {self.what} is reached: raise it, or send again when it renews",
            code=self.code,
            retry_after=max(1, -(-(self.ends - now) // 1000)),
            current=shown if self.unit > 1 else current,
            limit=limit if self.unit > 1 else self.limit,
        )


def message_counters(limits: Limits, *, now: int) -> list[Counter]:
    """What every message counts towards."""
    if not limits.daily:
        return []
    day = now // DAY
    return [
        Counter(
            name=f"day#{day}",
            amount=1,
            limit=limits.daily,
            ends=(day + 1) * DAY,
            code="QUOTA_EXCEEDED",
            what="messages a day",
        )
    ]


def sms_counters(limits: Limits, *, number: str, prefix: str, now: int) -> list[Counter]:
    """What a text message counts towards; *number* and *prefix* are hashes, since counters must not tell numbers."""
    hour, day = now // HOUR, now // DAY
    ends = (hour + 1) * HOUR
    spend = Counter(
        name=f"spend#{day}",
        amount=limits.sms_price,
        limit=limits.sms_daily_spend if limits.sms_price else 0,
        ends=(day + 1) * DAY,
        code="SMS_SPEND_EXCEEDED",
        what="the price of text messages a day",
        unit=MICROS,
    )
    found = [
        Counter(
            name=f"to#{number}#{hour}",
            amount=1,
            limit=limits.sms_hourly,
            ends=ends,
            code="SMS_RECIPIENT_LIMIT",
            what="text messages an hour to one number",
        ),
        Counter(
            name=f"prefix#{prefix}#{hour}",
            amount=1,
            limit=limits.sms_prefix_hourly,
            ends=ends,
            code="SMS_PREFIX_LIMIT",
            what="text messages an hour to one block of numbers",
        ),
        spend,
    ]
    return [counter for counter in found if counter.limit]
