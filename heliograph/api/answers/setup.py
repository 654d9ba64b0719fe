"""Integrations and layouts."""

from pydantic import Field

from heliograph.api.answers.answer import Answer, Channels, Instant
from heliograph.api.answers.holding import CircuitAnswer
from heliograph.domain.layout import LayoutKind
from heliograph.domain.model import Channel


class IntegrationAnswer(Answer):
    """A provider that is set up; never its credentials."""

    id: str
    provider: str
    name: str
    channels: Channels
    sender: str
    webhook_url: str | None = Field(description="Where the provider posts its reports; treat it as a secret.")
    created_at: Instant
    rate: float | None = Field(description="Messages a second; null for no limit of ours.")
    circuit: CircuitAnswer


class IntegrationsAnswer(Answer):
    """All of them, and the order of each channel."""

    project: str = Field(description="The project that the key belongs to.")
    integrations: list[IntegrationAnswer]
    order: dict[Channel, list[str]]
    weights: dict[Channel, dict[str, int]] = Field(description="Shares of a channel's messages, where they are set.")


class IntegrationCheck(Answer):
    """Whether the provider takes the credentials."""

    id: str
    provider: str
    ok: bool
    error: str | None = Field(description="What the provider said, where it does not.")


class IntegrationDeletion(Answer):
    """It is gone."""

    id: str
    deleted: bool


class LayoutLine(Answer):
    """A layout or partial without its source."""

    name: str
    kind: LayoutKind
    created_at: Instant
    updated_at: Instant


class LayoutAnswer(LayoutLine):
    """A layout or partial."""

    source: str


class LayoutsAnswer(Answer):
    """All of the project, by name."""

    layouts: list[LayoutLine]
