"""How long and how often something is tried, in request bodies."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from heliograph.api.shape import Shape
from heliograph.domain.persistence import MAX_RETRIES, Persistence
from heliograph.domain.retry import MESSAGE_DEADLINE

SECOND: Final = 1_000
LONGEST: Final = MESSAGE_DEADLINE // SECOND
"""Seconds; what shall wait for longer has an expiry of its own."""

Deadline = Annotated[int, Field(strict=True, ge=1, le=LONGEST)]
Retries = Annotated[int, Field(strict=True, ge=0, le=MAX_RETRIES)]
RETRIES: Final = "New attempts after a passing failure that is reported later, such as a soft bounce; 0: none."


class DeadlinesBody(Shape):
    """`deadlines` of an event or a send, in seconds; what is left out is as usual."""

    message: Deadline | None = Field(default=None, description="After it was due: what is not handed over expires.")
    channel: Deadline | None = Field(
        default=None, description="From the first attempt on: then the next channel begins, where `failover` has one."
    )
    provider: Deadline | None = Field(
        default=None, description="From its first attempt on: then another integration of the channel is tried."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.message is None and self.channel is None and self.provider is None:
            raise ValueError("says nothing; give `message`, `channel` or `provider`, or leave `deadlines` out")
        return self


def persistence(deadlines: DeadlinesBody | None, retries: int | None) -> Persistence:
    """The same in the domain's words."""
    if deadlines is None:
        return Persistence(retries=retries)
    return Persistence(
        message=(deadlines.message or 0) * SECOND,
        channel=(deadlines.channel or 0) * SECOND,
        provider=(deadlines.provider or 0) * SECOND,
        retries=retries,
    )
