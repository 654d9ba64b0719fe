"""How long and how often something is tried, as a map: m message, c channel, p provider (ms), r retries and 1."""

from collections.abc import Mapping
from typing import Any

from heliograph.domain.persistence import Persistence


def encode(given: Persistence) -> dict[str, int]:
    """What is not as usual."""
    retries = 0 if given.retries is None else given.retries + 1
    named = {"m": given.message, "c": given.channel, "p": given.provider, "r": retries}
    return {name: value for name, value in named.items() if value}


def decode(item: Mapping[str, Any]) -> Persistence:
    """Back from a map, which may hold more."""
    return Persistence(
        message=item.get("m", 0),
        channel=item.get("c", 0),
        provider=item.get("p", 0),
        retries=item["r"] - 1 if "r" in item else None,
    )
