"""What a vendor's words mean, as tables."""

from collections.abc import Mapping
from typing import NamedTuple

from heliograph.domain.model import Bounce, EventKind
from heliograph.domain.reasons import Reason


class Meaning(NamedTuple):
    """What one word of a vendor says of a message."""

    kind: EventKind
    reason: Reason | None = None
    bounce: Bounce | None = None
    """Only for `bounced`."""
    text: str = ""
    """The same in our words, where the vendor gives a bare code."""


def spread[T](rows: Mapping[str, T]) -> dict[str, T]:
    """One entry for each word of the keys: `{"20003 20005": x}` gives `{"20003": x, "20005": x}`."""
    return {word: value for words, value in rows.items() for word in words.split()}
