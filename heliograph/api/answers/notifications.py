"""Notifications: what became of them."""

from typing import Literal

from pydantic import Field

from heliograph.api.answers.answer import Answer, ContactRef, Count, Counts, Cursor, Instant, NotificationId
from heliograph.api.answers.state import State
from heliograph.domain.model import Channel, EventKind
from heliograph.domain.reasons import Reason
from heliograph.domain.stacking import StackMode
from heliograph.domain.status import Status

Bounce = Literal["hard", "soft"]


class ErrorAnswer(Answer):
    """In the provider's words, or ours before any provider was called."""

    code: str
    message: str


class EngagementAnswer(Answer):
    """How often people, and machines, did something."""

    count: Count = Field(description="By people.")
    machine: Count = Field(description="By proxies and scanners, which never move the status.")
    first_at: Instant = ""
    last_at: Instant = ""


class EngagementsAnswer(Answer):
    """What was seen."""

    opened: EngagementAnswer | None = None
    clicked: EngagementAnswer | None = None
    unsubscribed: EngagementAnswer | None = None
    complained: EngagementAnswer | None = None


class TimelineEntry(Answer):
    """One thing that happened."""

    at: Instant
    status: Status | EventKind | Literal["retrying"] = Field(
        description="`retrying`: an attempt that was not taken, with its reason, or one that was reported as failed."
    )
    attempt: Count = 0
    provider: str = ""
    bounce: Bounce = "hard"
    reason: str = ""
    code: str = Field(default="", description="The provider's.")
    text: str = Field(default="", description="The provider's words; of a message's first line, why it was begun.")
    machine: Literal[True] = Field(default=True, description="By a proxy or scanner.")
    inferred: Literal[True] = Field(default=True, description="Only follows from other evidence.")
    own_recipient: Literal[False] = Field(default=False, description="A report about somebody in copy.")


class AttachmentAnswer(Answer):
    """A file that goes with a mail; never what is in it."""

    name: str
    type: str = Field(description="Its media type.")
    size: Count = Field(description="Bytes.")


class MessageAnswer(Answer):
    """What goes over one channel."""

    id: str = Field(pattern=r"^[a-z2-7]{26}(-[0-9]+)?$")
    channel: Channel
    status: Status = Field(description="Engagement over delivery.")
    delivery: Status = Field(description="The delivery status alone.")
    bounce: Bounce | None
    reason: Reason | None
    advice: str | None = Field(description="One sentence on what to do.")
    error: ErrorAnswer | None
    suppressed_by: str | None = Field(description="The notification whose event suppressed the address, or `api`.")
    provider: str | None
    provider_message_id: str | None
    attachments: list[AttachmentAnswer]
    attempts: Count = Field(description="Hand-overs that were begun.")
    variant: str | None = Field(description="Of the template.")
    scheduled_at: Instant | None
    expires_at: Instant | None
    queued_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None
    engagement: EngagementsAnswer
    timeline: list[TimelineEntry]


class WindowAnswer(Answer):
    """The window of a digest or an increment."""

    mode: StackMode
    opened_at: Instant
    closes_at: Instant


class NotificationLine(Answer):
    """A notification as lists show it."""

    id: NotificationId
    event: str
    version: Count | None = Field(description="Of the event; 0 when none was published.")
    mode: Literal["live", "test"]
    contact: ContactRef
    channel: Channel
    state: State
    status: Status = Field(description="The headline: engagement over delivery.")
    created_at: Instant
    metadata: dict[str, str]
    tags: list[str]
    count: Count = Field(default=0, description="Of a digest or an increment: the requests in it.")
    stack: WindowAnswer | None = Field(default=None, description="Of a digest or an increment.")
    merged_into: NotificationId = Field(default="", description="Of a merged request: the notification that goes out.")


class NotificationAnswer(NotificationLine):
    """A notification with its messages."""

    reason: Reason | None
    counts: Counts
    messages: list[MessageAnswer] = Field(description="In the order in which they began.")


class NotificationsAnswer(Answer):
    """A page of them, newest first."""

    notifications: list[NotificationLine]
    next_cursor: Cursor
