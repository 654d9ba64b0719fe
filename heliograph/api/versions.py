"""Requests about an event's versions."""

from pydantic import Field

from heliograph.api.shapes import Shape


class RollbackBody(Shape):
    """`POST /v1/events/{name}/rollback`."""

    version: int = Field(ge=1, le=999_999, strict=True, description="The version to publish again, as a new one.")
