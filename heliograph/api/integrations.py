"""Requests about integrations that are set up."""

from typing import Any

from pydantic import Field, StrictBool

from heliograph.api.shape import Shape
from heliograph.domain.errors import BadInput


class IntegrationChange(Shape):
    """`PATCH /v1/integrations/{integration}`: what is left out stays."""

    sender: str | None = Field(default=None, max_length=320, description="As when it is added.")
    name: str | None = Field(default=None, max_length=100)
    credentials: dict[str, Any] | None = Field(
        default=None, description="The fields that change; the others stay. Null takes an optional one out."
    )
    check: StrictBool = Field(default=False, description="Ask the provider first; what it refuses changes nothing.")


def flag(text: str, name: str) -> bool:
    """A query parameter that is `true` or `false`; empty is false.

    Raises:
        BadInput: it is neither.
    """
    if text not in {"", "true", "false"}:
        raise BadInput(f"`{name}` must be true or false", field=name)
    return text == "true"
