"""Failures that a provider reports after it took a message: which of them pass."""

from typing import Final

from heliograph.domain.model import ProviderEvent
from heliograph.domain.reasons import Reason
from heliograph.domain.status import TRY_AGAIN, Rank, rank_of

PASSING: Final = frozenset({Reason.PROVIDER_UNAVAILABLE, Reason.THROTTLED})
"""Reasons for which a reported `failed` is worth a new attempt."""
_SOFT: Final = PASSING | {Reason.PROVIDER_ERROR, ""}
"""The same of a soft bounce, which says itself that it passes."""


def is_lasting(event: ProviderEvent) -> bool:
    """Whether a reported failure would only repeat itself; never of anything that cannot be tried again anyhow."""
    rank = rank_of(event.kind, event.bounce)
    if rank not in TRY_AGAIN:
        return False
    return event.reason not in (_SOFT if rank is Rank.SOFT_BOUNCE else PASSING)
