"""An integration's circuit: it opens after a run of failures, probes now and then, and closes when one succeeds. Pure.

Times are epoch milliseconds.
"""

import re
from dataclasses import dataclass
from typing import Final

from heliograph.domain.errors import AccountTrouble, ProviderError, Transient, UnknownOutcome
from heliograph.domain.reasons import Reason

OPENS_AT: Final = 20
"""Failures in a row that open it."""
ACCOUNT_WEIGHT: Final = 7
"""An account that is refused counts as so many: three in a row open it."""
RUN: Final = 5 * 60_000
"""So long after the last failure a run is over."""
PROBE_EVERY: Final = 10_000
"""The time between two probes at least; it doubles with every probe that fails."""
PROBE_LONGEST: Final = 5 * 60_000
_PERSONAL: Final = re.compile(r"\S*@\S*|\+?[0-9]{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """The circuit of one integration."""

    integration: str
    failures: int = 0
    """In a row; account trouble weighs more."""
    failed: int = 0
    """When the last of them was."""
    opened: int = 0
    """0: it is closed."""
    closed: int = 0
    """When it last closed."""
    probe: int = 0
    """When the next message may try."""
    probes: int = 0
    """How many have failed since it opened."""
    reason: str = ""
    code: str = ""
    """The provider's."""
    text: str = ""

    @property
    def open(self) -> bool:
        """Nothing but a probe may go to the provider."""
        return self.opened > 0

    @property
    def account(self) -> bool:
        """It is open because the account is refused."""
        return self.reason == Reason.NOT_ALLOWED


def told(text: str) -> str:
    """What a provider says of an account, without addresses and numbers of people that may stand in it."""
    return _PERSONAL.sub("…", text)[:300]


def weight(exc: ProviderError) -> int:
    """What a refusal counts towards opening; 0: the provider is well, it only did not want this message."""
    if isinstance(exc, AccountTrouble):
        return ACCOUNT_WEIGHT
    return 1 if isinstance(exc, Transient | UnknownOutcome) else 0


def next_probe(probes: int, now: int) -> int:
    """When the next probe may go, after so many have failed."""
    doubled: int = PROBE_EVERY << min(probes, 10)
    return now + min(PROBE_LONGEST, doubled)
