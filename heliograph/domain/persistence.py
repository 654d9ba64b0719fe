"""Persistence: how long a message is tried, and how often again once a provider has reported that it failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from heliograph.domain.model import Channel

MAX_RETRIES: Final = 5
USUAL_RETRIES: Final[Mapping[Channel, int]] = {Channel.SMS: 1, Channel.WHATSAPP: 1, Channel.PUSH: 1}
"""New attempts where nobody said how many; a mail that bounced softly was already tried for hours by its provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """What an event or a send says of it. Milliseconds; 0: as usual."""

    message: int = 0
    """What is not handed over this long after it was due expires."""
    channel: int = 0
    """After this long the next channel begins."""
    provider: int = 0
    """After this long another integration is tried."""
    retries: int | None = None
    """New attempts after failures that were reported later and pass; None: as usual on the channel."""

    def over(self, other: "Persistence") -> "Persistence":
        """What it says itself, else what the *other* does."""
        return Persistence(
            message=self.message or other.message,
            channel=self.channel or other.channel,
            provider=self.provider or other.provider,
            retries=other.retries if self.retries is None else self.retries,
        )


def attempts(retries: int | None, channel: Channel, *, once: bool = False) -> int:
    """How many attempts may be taken by a provider and reported as failed; 0 where the first is the last.

    *once*: only because somebody asked for it is it tried again.
    """
    if retries is None:
        retries = 0 if once else USUAL_RETRIES.get(channel, 0)
    return retries + 1 if retries else 0
