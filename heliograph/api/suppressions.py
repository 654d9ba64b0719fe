"""Requests about suppressions."""

from typing import Final, Literal

from pydantic import Field

from heliograph.api.shapes import Shape
from heliograph.domain.errors import BadInput
from heliograph.domain.model import KINDS, Channel, Kind
from heliograph.domain.recipient import email, phone

MAX_ADDRESS: Final = 4096
"""A push token is the longest address."""


class SuppressionBody(Shape):
    """`POST /v1/suppressions`."""

    channel: Channel
    address: str = Field(min_length=1, max_length=MAX_ADDRESS, description="Kept as a keyed hash and in masked form.")
    reason: Literal["manual", "unsubscribed", "complaint", "hard_bounce"] = "manual"


def channel_named(text: str) -> Channel:
    """A channel by its name.

    Raises:
        BadInput: there is none of this name.
    """
    if text not in set(Channel):
        known = ", ".join(channel.value for channel in Channel)
        raise BadInput(f"{text[:40]!r} is no channel: use one of {known}", field="channel", code="UNKNOWN_CHANNEL")
    return Channel(text)


def address_of(channel: Channel, text: str) -> str:
    """The address in the form that its channel uses.

    Raises:
        BadInput: it is none of this channel.
    """
    match Kind.SMS if channel is Channel.WHATSAPP else KINDS[channel]:
        case Kind.EMAIL:
            return email(text, "address")
        case Kind.SMS:
            return phone(text, "address")
        case _ if not text.strip() or len(text) > MAX_ADDRESS:
            raise BadInput(f"`address` must have 1 to {MAX_ADDRESS} characters", field="address")
        case _:
            return text
