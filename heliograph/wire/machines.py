"""Opens and clicks that no person made, where the vendor says only which program came."""

from typing import Final

PROXIES: Final = frozenset({"Mozilla/5.0"})
"""Whole user agents of machines that load every image: Apple's mail proxy sends no more than this."""


def is_proxy(agent: str) -> bool:
    """Whether *agent*, a whole User-Agent header, is one of `PROXIES`."""
    return agent.strip() in PROXIES
