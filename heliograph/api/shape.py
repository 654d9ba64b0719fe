"""The base of every request body."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A request body; fields that it does not have are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=100_000)
