"""What a vendor's refusal means for the attempt: its own code first, then the HTTP status."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled, Transient
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Response

STATUSES: Final[Mapping[int, type[ProviderError]]] = {
    401: AccountTrouble,
    403: AccountTrouble,
    408: Transient,
    429: Throttled,
}
"""HTTP status -> class, where the hundreds are not enough."""
WAIT_DIGITS: Final = 6


class Refusal(NamedTuple):
    """What one code of a vendor means; the class's own reason serves where none is given."""

    kind: type[ProviderError]
    reason: Reason | None = None

    def error(self, text: str, code: str, retry_after: float | None = None) -> ProviderError:
        """The error to raise; *text* is without addresses, *retry_after* in seconds."""
        if self.kind is Throttled:
            return Throttled(text, code=code, retry_after=retry_after)
        return self.kind(text, code=code, reason=self.reason)


def by_status(status: int) -> type[ProviderError]:
    """What an HTTP status means: other 4xx refuse the message, 3xx and 5xx pass."""
    return STATUSES.get(status, Rejected if status in range(400, 500) else Transient)


def refusal(
    vendor: str,
    answer: Response,
    text: str,
    *,
    code: str = "",
    known: Mapping[str, Refusal] = MappingProxyType({}),
    reason: Reason | None = None,
) -> ProviderError:
    """The error for an *answer* that is no success.

    Args:
        vendor: its name for people.
        answer: its answer.
        text: the vendor's words without addresses; empty when it has none.
        code: the vendor's own code; the HTTP status stands in for it.
        known: the vendor's code -> what it means, before its HTTP status is asked.
        reason: why, if the status says that this message is refused and the code says no more.
    """
    kind = by_status(answer.status)
    code = code or str(answer.status)
    told = known.get(code) or Refusal(kind, reason if kind is Rejected else None)
    return told.error(text or f"{vendor} answered with status {answer.status}", code, _wait(answer))


def seconds(value: Any) -> float | None:
    """A wait as an answer's JSON says it, a number of seconds; None when it is none."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < 10**WAIT_DIGITS else None


def _wait(answer: Response) -> float | None:
    # RFC 9110 allows a date too, which would need our clock; then our own pause serves.
    wait = answer.headers.get("retry-after", "")
    return float(wait) if wait.isdecimal() and len(wait) <= WAIT_DIGITS else None
