"""In-app inboxes."""

from pydantic import Field

from heliograph.api.answers.answer import Answer, Cursor, Instant, Object


class InboxItemAnswer(Answer):
    """A message in a contact's inbox."""

    id: str
    notification: str
    event: str
    title: str
    text: str
    url: str
    image: str
    settings: Object = Field(description="What the send wanted the widget to do differently.")
    created_at: Instant
    seen_at: Instant | None
    read_at: Instant | None
    archived_at: Instant | None


class InboxAnswer(Answer):
    """A page of them, newest first."""

    items: list[InboxItemAnswer]
    next_cursor: Cursor
