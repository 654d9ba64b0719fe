"""Every port of one local host; all derive from the one that is asked for."""

import socket
from dataclasses import dataclass
from typing import Final

from local.errors import PortTaken

LOOPBACK: Final = "127.0.0.1"
"""Nothing listens anywhere else."""
LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports, counted from the API's."""

    api: int

    @property
    def sandbox(self) -> int:
        """Fake providers and the inbox page."""
        return self.api + 1

    @property
    def aws(self) -> int:
        """The AWS endpoint."""
        return self.api + 2

    @property
    def runtime(self) -> int:
        """The Runtime API that the functions' processes poll."""
        return self.api + 5

    def function_url(self, place: int) -> int:
        """Of the function URL at *place*; only two have a port between their neighbours', further ones come after."""
        return self.api + 3 + place if place < 2 else self.api + 4 + place  # noqa: PLR2004  # the runtime API lies between

    def check(self, function_urls: int) -> None:
        """Make sure that every port can be bound.

        Raises:
            PortTaken: one cannot.
        """
        uses = {self.api: "the API", self.sandbox: "the sandbox", self.aws: "the AWS endpoint"}
        uses |= {self.function_url(place): "a function URL" for place in range(function_urls)}
        for port, use in sorted((uses | {self.runtime: "the Runtime API"}).items()):
            try_to_bind(port, use)


def try_to_bind(port: int, use: str) -> None:
    """Bind *port* and let go of it.

    Raises:
        PortTaken: it cannot be bound.
    """
    if not 0 < port <= LAST_PORT:
        raise PortTaken(f"port {port} for {use} does not exist: choose a lower one with make local PORT=...")
    with socket.socket() as probe:
        # As the servers do: a port that only lingers after a stopped host is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as exc:
            raise PortTaken(
                f"port {port} for {use} is taken: stop what listens there, or choose another with make local PORT=..."
            ) from exc
