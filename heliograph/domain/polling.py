"""Providers that tell what became of a message only when they are asked: the question, and who answers it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self, runtime_checkable

from heliograph.domain.model import JSON, ProviderEvent
from heliograph.domain.tools import Tools

PAUSE: Final = 900
"""Seconds between two questions: the longest delay that the queue knows."""
MOST: Final = 12
"""Questions about one message: three hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, on the events queue."""

    provider: str
    id: str
    """The provider's own id of the message."""
    echo: str
    """Our token, which the events that answer it carry."""
    asked: int = 0
    """How often before."""

    def as_json(self) -> JSON:
        """For the queue."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: JSON) -> Self:
        """Back from the queue."""
        return cls(**body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider knows by now; with *more*, it will know more later."""

    events: Sequence[ProviderEvent] = ()
    more: bool = False


@runtime_checkable
class Asked(Protocol):
    """A provider that can be asked."""

    def poll(self, question: Question, credentials: Any, tools: Tools) -> Answer:
        """What became of one message.

        Raises:
            ProviderError: it cannot be told now.
        """
        ...
