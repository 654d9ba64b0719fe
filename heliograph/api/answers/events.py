"""Events, their versions, and previews."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from heliograph.api.answers.answer import Answer, Channels, Count, Cursor, Instant, Version
from heliograph.api.answers.routing import RoutingAnswer
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel


class VariantAnswer(Answer):
    """One form of a template; other members are its parts."""

    __pydantic_extra__: dict[str, str]
    model_config = ConfigDict(extra="allow")

    name: str
    weight: Count


class TemplateAnswer(Answer):
    """A template's parts by name, and its variants."""

    __pydantic_extra__: dict[str, str]
    model_config = ConfigDict(extra="allow")

    variants: list[VariantAnswer] = Field(default=[])


class TrackingAnswer(Answer):
    """What is counted."""

    opens: bool
    clicks: bool


class DeadlinesAnswer(Answer):
    """How long messages are tried, in seconds; null: as usual."""

    message: Count | None
    channel: Count | None
    provider: Count | None


class BodyAnswer(RoutingAnswer):
    """What a draft or a version holds."""

    channels: Channels
    priority: Lane
    window: str | None = Field(description="Opening hours.")
    expires_in: Count | None = Field(description="Seconds.")
    deadlines: DeadlinesAnswer | None = Field(description="Where some are not as usual.")
    retries: Count | None = Field(description="New attempts after a passing failure that is reported; null: as usual.")
    tracking: TrackingAnswer
    templates: dict[str, TemplateAnswer] = Field(description="`email` or `email.sv` to its parts.")


class EventLine(Answer):
    """An event as lists show it."""

    name: str
    title: str
    version: Version | None = Field(description="The published one.")
    channels: Channels = Field(description="Of the published version.")
    created_at: Instant
    updated_at: Instant


class EventAnswer(EventLine):
    """An event with its draft."""

    draft: BodyAnswer | None


class EventsAnswer(Answer):
    """A page of them, newest first."""

    events: list[EventLine]
    next_cursor: Cursor


class VersionLine(Answer):
    """A published version."""

    version: Version
    published_at: Instant
    current: bool = Field(description="Whether it is the one that is sent.")


class VersionsAnswer(Answer):
    """The newest first."""

    versions: list[VersionLine]


class VersionAnswer(BodyAnswer):
    """One version with its templates."""

    name: str
    version: Version
    current: bool


class TemplateChange(Answer):
    """A part of a template that differs."""

    template: str
    part: str
    change: Literal["added", "removed", "changed"]
    diff: str = Field(description="Unified.")


class FieldChange(Answer):
    """A field that differs."""

    field: str
    old: Annotated[Any, Field(alias="from")]
    new: Annotated[Any, Field(alias="to")]


class DiffAnswer(Answer):
    """What differs between two versions, or a version and the draft."""

    old: Version | Literal["draft"] = Field(alias="from")
    new: Version | Literal["draft"] = Field(alias="to")
    templates: list[TemplateChange]
    fields: list[FieldChange]


class SmsAnswer(Answer):
    """What a text message costs in air."""

    encoding: str
    characters: Count
    parts: Count
    too_long: bool


class PreviewAnswer(Answer):
    """An event rendered with a sample."""

    event: str
    version: Version | Literal["draft"]
    channel: Channel
    template: str
    variant: str | None
    parts: dict[str, Any]
    sms: SmsAnswer | None = None


class NamedDeletion(Answer):
    """It is gone."""

    name: str
    deleted: Literal[True]
