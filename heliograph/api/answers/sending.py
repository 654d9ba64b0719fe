"""Answers to sends."""

from typing import Literal

from pydantic import Field

from heliograph.api.answers.answer import Answer, ContactRef, Count, Counts, Cursor, Instant, NotificationId
from heliograph.api.answers.state import State


class Accepted(Answer):
    """It is stored, and will be sent or end with a reason."""

    id: NotificationId = Field(description="The notification's id.")
    event: str
    status: Literal["accepted"]


class Refused(Answer):
    """One of many that was not accepted."""

    error: str = Field(description="One sentence that says what to do.")
    code: str = Field(pattern="^[A-Z][A-Z_]*$")
    field: str = Field(default="", description="The path in the request.")


class SendAnswer(Accepted):
    """One send, or one for each recipient of a list."""

    id: NotificationId = Field(description="The notification's id; of a list, the first that was accepted.")
    notifications: list[Accepted | Refused] = Field(
        default=[], description="When `to` is a list: one result each, in order."
    )


class BatchAnswer(Answer):
    """Many different messages."""

    id: NotificationId = Field(description="The batch's id.")
    total: Count
    accepted: Count
    rejected: Count
    status: Literal["accepted"]
    notifications: list[Accepted | Refused] = Field(description="One result each, in order.")


class BatchStateAnswer(Answer):
    """How the notifications of one call stand."""

    id: NotificationId
    state: State
    total: Count
    rejected: Count
    counts: Counts
    notifications: list[NotificationId]
    created_at: Instant


class UploadAnswer(Answer):
    """Where to upload a file to, with exactly these headers and without an API key."""

    id: str = Field(pattern=r"^[a-z2-7]{26}$", description="What sends name.")
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: Instant = Field(description="Of the place; the file goes after a day.")


class EventCancelAnswer(Answer):
    """What waited of an event for a contact."""

    event: str
    contact: ContactRef
    canceled: Count
    too_late: Count
    next_cursor: Cursor
