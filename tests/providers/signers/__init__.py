"""How each vendor proves its webhooks: written from the vendors' descriptions and not from the code under test.

A module here is named after its provider and holds `SIGNER`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from heliograph.domain.model import JSON, WebhookRequest

type Mutant = Callable[[WebhookRequest], WebhookRequest]
"""Changes a signed request; what comes out must be refused."""

HOOK: Final = "https://hooks.heliograph.example/webhooks/provider/int-7f3a"
"""Where requests go whose cases name no URL."""


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> JSON:
    """*base* with *changes*; null leaves a member out."""
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One vendor's way."""

    request: Callable[[JSON, JSON], WebhookRequest]
    """(cases file, case) -> the request as the vendor would send it, proven."""
    forged: Callable[[WebhookRequest], WebhookRequest]
    """The same request, proven with somebody else's secret."""
    proofs: tuple[str, ...] = ()
    """The headers, in lower case, that hold the proof; each must be there and whole. Empty when it is in the body."""
    credentials: Mapping[str, str] = field(default_factory=dict)
    """Credentials that belong to the tests' own keys, over those of the cases file."""
    mutants: Mapping[str, Mutant] = field(default_factory=dict)
    """Further changes that this vendor's scheme must refuse, by name: a time that is too old, another URL ..."""
