"""What was seen of every provider's round trip, as a table: `python -m tests.e2e.round_trips_table --port 8400`.

The local host must be running there, and leaves its keys in `.local/PORT/env`.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from local.banner import Access
from tests.e2e import round_trips
from tests.e2e.round_trips import PROVIDERS
from tests.e2e.service import Service

COLUMNS: Final = ("provider", "sent", "delivered", "failed", "forged", "repeated, reordered")
ROOT: Final = Path(__file__).parents[2]


class Running:
    """A local host that somebody else started."""

    def __init__(self, port: int) -> None:
        lines = (ROOT / ".local" / str(port) / "env").read_text().splitlines()
        told = dict(line.removeprefix("export ").split("=", 1) for line in lines if "=" in line)
        self.access = Access(
            api=told["HELIOGRAPH_URL"],
            webhooks=told["HELIOGRAPH_WEBHOOKS_URL"],
            inbox=told["HELIOGRAPH_INBOX_URL"],
            aws=told["AWS_ENDPOINT_URL"],
            live_key=told["HELIOGRAPH_API_KEY"],
            test_key=told["HELIOGRAPH_TEST_KEY"],
        )


def main() -> int:
    """Print a line for each provider as it is done; 1 if one did not go around."""
    parser = argparse.ArgumentParser(description="Once around every provider of a running local host.")
    parser.add_argument("--port", type=int, default=8400, help="the port of its API")
    parser.add_argument("providers", nargs="*", default=PROVIDERS, help="all, if none is named")
    chosen = parser.parse_args()
    running: Any = Running(chosen.port)  # of a host, nothing but how it is reached is asked here
    service = Service(running, running.access.live_key)
    _line(COLUMNS)
    _line(["---"] * len(COLUMNS))
    good = True
    for provider in chosen.providers:
        seen = row(service, provider)
        good &= not any("NOT" in cell for cell in seen)
        _line([f"`{provider}`", *seen])
    return 0 if good else 1


def row(service: Service, provider: str) -> list[str]:
    """The cells behind the provider's name."""
    ways = (round_trips.delivered, round_trips.failed, round_trips.forged, round_trips.repeated)
    seen: list[str] = []
    for way in ways:
        found = _seen(way, service, provider)
        seen += found if isinstance(found, tuple) else [found] * (2 if way is round_trips.delivered else 1)
    return seen


def _seen(way: Callable[[Service, str], Any], service: Service, provider: str) -> Any:
    try:
        return way(service, provider)
    except AssertionError as exc:
        return f"NOT: {str(exc)[:200]}"


def _line(cells: Any) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
