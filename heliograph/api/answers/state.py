"""Whether anything is still to be done by us."""

from typing import Annotated, Literal

from pydantic import Field

State = Annotated[
    Literal["accepted", "completed"],
    Field(description="`accepted` while anything is still to be done by us; reports may move the status later."),
]
