"""What is held back."""

from typing import Literal

from pydantic import Field

from heliograph.api.answers.answer import Answer, Instant


class PauseAnswer(Answer):
    """A pause, in the mode of the key."""

    kind: Literal["project", "event", "channel", "integration"]
    name: str
    since: Instant


class ResumedAnswer(PauseAnswer):
    """A pause that has just ended."""

    resumed_at: Instant


class PausesAnswer(Answer):
    """All that hold now."""

    pauses: list[PauseAnswer]


class CircuitAnswer(Answer):
    """Whether an integration is used."""

    state: Literal["closed", "open"] = Field(description="`open`: nothing goes over it but a probe now and then.")
    since: Instant | None
    why: str | None = Field(description="What its provider answered.")
    next_probe_at: Instant | None
