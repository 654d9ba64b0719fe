"""How an event stacks what is sent, in request bodies."""

from typing import Annotated

from pydantic import Field

from heliograph.api.shape import Shape
from heliograph.domain.stacking import MAX_LIMIT, MAX_WINDOW, SECOND, Keep, Stack, StackMode


class StackBody(Shape):
    """`stack` of an event."""

    mode: StackMode = Field(
        description="`digest`: all wait for the window's end and go as one. `increment`: the first goes at once, the"
        " others of its `increment_id` only count."
    )
    window: Annotated[int, Field(strict=True, ge=1, le=MAX_WINDOW)] = Field(
        description="Seconds from the first item on, at most 30 days."
    )
    keep: Keep | None = Field(
        default=None,
        description="Which items the templates get: `all` (of a digest the default; a full window is followed by the"
        " next one), the `first`, or the `last` (of an increment the default).",
    )
    limit: Annotated[int, Field(strict=True, ge=1, le=MAX_LIMIT)] = Field(
        default=MAX_LIMIT, description="How many they get."
    )

    def stack(self) -> Stack:
        """The same in the domain's words."""
        usual = Keep.ALL if self.mode is StackMode.DIGEST else Keep.LAST
        return Stack(mode=self.mode, window=self.window * SECOND, keep=self.keep or usual, limit=self.limit)
