"""What is known of one attempt. All times are epoch milliseconds."""

from dataclasses import dataclass

from heliograph.domain.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What is known of one attempt beside its rank."""

    integration: str = ""
    provider: str = ""
    at: int = 0
    """When it was claimed."""
    ended_at: int = 0
    """When we ended the message at this attempt."""
    sent_at: int = 0
    provider_message_id: str = ""
    ending: Status | None = None
    """Which of our own endings, at rank 18."""
    reason: str = ""
    code: str = ""
    text: str = ""
    variant: str = ""
    """Of the template, where it has some."""
    cause: str = ""
    """The notification whose event suppressed the address."""
    lasting: bool = False
    """A provider reported that it failed, and that another attempt would too."""
    repeats: int = 0
    """How often it was made once more, because nobody knew its outcome."""
    waited: int = 0
    """How long we had let the message wait before: see Progress."""
