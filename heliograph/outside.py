"""The way to addresses that somebody else chose: resolved once, judged, and connected to exactly there.

A name is resolved by us, and the connection goes to an address that was judged, so that no second answer of a name
server can lead elsewhere (DNS rebinding). TLS is still checked against the name.
"""

import socket
from collections.abc import Callable
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from heliograph.domain.errors import Rejected
from heliograph.domain.reasons import Reason
from heliograph.wire.addresses import is_allowed
from heliograph.wire.resolving import Resolve, resolve

DEFAULT_SECONDS: Final = 3.0


class Guarded(HTTPAdapter):
    """An adapter of `requests` for https that connects to permitted addresses only.

    `permits`: whether a server may stand at an address. `resolve`: (host, port) -> its addresses.
    """

    def __init__(self, *, permits: Callable[[str], bool] = is_allowed, resolve: Resolve = resolve) -> None:
        self._pool = _pool(permits, resolve)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        # Of plain HTTP there is none: whoever asks for it gets a KeyError, which no caller can.
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool}


def _pool(permits: Callable[[str], bool], resolve: Resolve) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self.host, self.port, self.timeout, permits, resolve)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def connected(host: str, port: int, timeout: Any, permits: Callable[[str], bool], resolve: Resolve) -> socket.socket:
    """A connection to one of the addresses of *host*.

    Raises:
        Rejected: it leads where nothing may be sent.
        OSError: it has no address, or nobody answers.
    """
    found = list(resolve(host, port))
    # Every one: a name with one public address could lead inside by another.
    if not all(map(permits, found)):
        detail = "the address leads into a private network: use a public one"
        raise Rejected(detail, reason=Reason.INVALID_RECIPIENT)
    seconds = timeout if isinstance(timeout, int | float) else DEFAULT_SECONDS
    for place, address in enumerate(found, 1):
        try:
            return socket.create_connection((address, port), seconds)
        except OSError:
            if place == len(found):
                raise
    raise OSError("the name has no address")
