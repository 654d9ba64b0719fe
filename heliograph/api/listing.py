"""`GET /v1/notifications`: which of them."""

from typing import Annotated, Final

from pydantic import Field

from heliograph.api.labels import MAX_TAG
from heliograph.api.shape import Shape
from heliograph.domain.model import Channel
from heliograph.domain.status import Status

FILTERS: Final = ("tag", "event", "status", "channel")
"""Query parameters; a notification must fit all that are given."""


class Filters(Shape):
    """By the head of each notification, as the list shows it."""

    tag: Annotated[str, Field(max_length=MAX_TAG)] | None = None
    event: Annotated[str, Field(max_length=64)] | None = None
    status: Status | None = None
    channel: Channel | None = None

    def given(self) -> dict[str, str]:
        """Those that are set."""
        return self.model_dump(mode="json", exclude_none=True)
