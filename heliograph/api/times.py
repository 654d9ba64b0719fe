"""Times in request bodies: moments, local times, time zones, delivery windows, expiry."""

from datetime import datetime
from typing import Annotated, Any, Final, Protocol

from pydantic import AfterValidator, BeforeValidator, Field

from heliograph.api.persisting import DeadlinesBody, persistence
from heliograph.api.shape import DocumentedAs
from heliograph.domain.errors import BadInput
from heliograph.domain.timing import CONTACTS_ZONE, Wish
from heliograph.domain.windows import MAX_TEXT, week
from heliograph.domain.zones import zone_name

LONGEST_LIFE: Final = 366 * 86_400


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be text in ISO 8601, such as 2027-01-31T09:00:00+01:00")  # noqa: TRY004  # pydantic's
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is no time; write ISO 8601, such as 2027-01-31T09:00:00+01:00") from None


def _hours(text: str) -> str:
    week(text)
    return text


def _zone(text: str) -> str:
    return text if text == CONTACTS_ZONE else zone_name(text, "timezone")


When = Annotated[datetime, BeforeValidator(_time), DocumentedAs(str)]
"""With an offset a moment; without one what the clock on a wall shows."""
ZoneOrContact = Annotated[str, AfterValidator(_zone)]
Hours = Annotated[str, AfterValidator(_hours), DocumentedAs(Annotated[str, Field(min_length=1, max_length=MAX_TEXT)])]
Lifetime = Annotated[int, Field(strict=True, ge=1, le=LONGEST_LIFE)]
"""Seconds."""


class Timed(Protocol):
    """A body that says when."""

    @property
    def send_at(self) -> datetime | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def window(self) -> str | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def expires_in(self) -> int | None: ...
    @property
    def deadlines(self) -> DeadlinesBody | None: ...
    @property
    def retries(self) -> int | None: ...


def due(send_at: datetime | None, timezone: str | None, now: int) -> int:
    """The moment that `send_at` names, epoch milliseconds; now when it names none, or a local time.

    Whether it is within reach is asked later: a repeat may come when its time has passed.

    Raises:
        BadInput: neither an offset nor a zone says where it is that time.
    """
    if send_at is None:
        return now
    if send_at.tzinfo is not None:
        return _milliseconds(send_at)
    if timezone is None:
        raise BadInput(
            "`send_at` has no offset: write it, such as 2027-01-31T09:00:00+01:00 or ...Z, or say whose clock it is by"
            " `timezone` (`contact`, or a zone such as `Europe/Stockholm`)",
            field="send_at",
        )
    return now


def wish(body: Timed) -> Wish:
    """What a send asks for beside the moment at which it is due.

    Raises:
        BadInput: it says twice when it expires.
    """
    if body.expires_at is not None and body.expires_in is not None:
        raise BadInput("`expires_at` and `expires_in` say the same in two ways: give one", field="expires_in")
    return Wish(
        local=local(body.send_at),
        zone=body.timezone or "",
        window=body.window or "",
        expires_at=_milliseconds(body.expires_at) if body.expires_at else 0,
        expires_in=(body.expires_in or 0) * 1000,
        persistence=persistence(body.deadlines, body.retries),
    )


def local(send_at: datetime | None) -> datetime | None:
    """The time that a clock on a wall shows, if that is what was given."""
    return send_at if send_at is not None and send_at.tzinfo is None else None


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
