"""Bodies of requests about what waits: move it, cancel it."""

from pydantic import Field

from heliograph.api.shapes import Recipient, Shape
from heliograph.api.times import When, ZoneOrContact


class CancelBody(Shape):
    """`POST /v1/notifications/{id}/cancel`: nothing to say."""


class RescheduleBody(Shape):
    """`POST /v1/notifications/{id}/reschedule`."""

    send_at: When = Field(description="The new time; without an offset it is local to `timezone`.")
    timezone: ZoneOrContact | None = None


class CancelEventBody(Shape):
    """`POST /v1/cancel/{event}`."""

    to: Recipient = Field(description="Whose: a mail address, a phone number, a contact's id, or a contact object.")
    cursor: str = Field(default="", max_length=1_000, description="`next_cursor` of the answer before.")
