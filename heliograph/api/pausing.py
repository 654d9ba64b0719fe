"""Requests about what a project holds back, and about the rate of an integration."""

from typing import Final, Literal, get_args

from pydantic import Field

from heliograph.api.shape import Shape
from heliograph.domain.errors import BadInput

MAX_RATE: Final = 10_000
type Pausable = Literal["project", "event", "channel", "integration"]
KINDS: Final[tuple[str, ...]] = get_args(Pausable.__value__)


class PauseBody(Shape):
    """`POST /v1/pauses`."""

    kind: Pausable
    name: str = Field(
        default="", max_length=64, description="The event, channel or integration; left out for the project."
    )


class RateBody(Shape):
    """`PUT /v1/integrations/{id}/rate`."""

    rate: float | None = Field(
        ge=0.001, le=MAX_RATE, allow_inf_nan=False, description="Messages a second; null for no limit of ours."
    )


def kind_named(text: str) -> str:
    """What may be paused, by its name.

    Raises:
        BadInput: nothing of this name may.
    """
    if text not in KINDS:
        raise BadInput(f"{text[:40]!r} cannot be paused: use one of {', '.join(KINDS)}", field="kind")
    return text
