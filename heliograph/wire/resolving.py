"""Names of hosts into addresses."""

import socket
from collections.abc import Callable, Iterable

type Resolve = Callable[[str, int], Iterable[str]]
"""(host, port) -> its addresses; raises OSError."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
