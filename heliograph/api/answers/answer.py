"""The base of every answer, and the types that many of them share."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from heliograph.domain.model import Channel
from heliograph.domain.status import Status

NOTIFICATION: Final = r"^[a-z2-7]{26}$"
_INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"


class Answer(BaseModel):
    """An answer has exactly these fields: those without a default always, the others where there is something to say.

    Read it from JSON (`model_validate_json`): nothing is converted.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Instant = Annotated[
    str,
    Field(pattern=_INSTANT),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": _INSTANT, "examples": ["2027-01-15T08:00:00.000Z"]}
    ),
]
"""ISO 8601 in UTC with milliseconds."""
NotificationId = Annotated[str, Field(pattern=NOTIFICATION, examples=["kofqzszqswbc7fh7f6y6h5emjq"])]
Count = Annotated[int, Field(ge=0)]
Version = Annotated[int, Field(ge=1)]
Channels = list[Channel]
Counts = Annotated[dict[Status, Count], Field(description="How many messages stand at each status.")]
Cursor = Annotated[str | None, Field(description="For the next page; null on the last one.")]
Object = dict[str, Any]


class ContactRef(Answer):
    """Whose it is."""

    id: str = Field(description="Empty for an address that belongs to no contact, such as a Slack channel.")
