"""Prints how long the local host takes to start, and its first mails: `.venv/bin/python bench/start_times.py`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import requests

ROOT: Final = Path(__file__).parents[1]
MAILS: Final = 3
PATIENCE: Final = 20
"""Seconds for one mail."""


def delivered(api: str, key: str, to: str) -> float:
    """Seconds from the request until the notification shows `delivered`."""
    headers = {"Authorization": f"Bearer {key}"}
    began = time.monotonic()
    sent = requests.post(f"{api}/v1/send/welcome", json={"to": to}, headers=headers, timeout=PATIENCE).json()
    while time.monotonic() - began < PATIENCE:
        shown = requests.get(f"{api}/v1/notifications/{sent['id']}", headers=headers, timeout=PATIENCE).json()
        if shown["status"] == "delivered":
            return time.monotonic() - began
        # Between two looks; asking without a pause would slow what is measured.
        time.sleep(0.02)
    raise SystemExit(f"not delivered after {PATIENCE} s: {shown}")


def progress(began: float) -> Callable[[str], None]:
    """What prints the steps with the seconds since *began* (monotonic)."""
    return lambda step: print(f"{time.monotonic() - began:6.2f} s  {step}", flush=True)


def main() -> None:
    """The steps of the start, then the first mails."""
    sys.path.insert(0, str(ROOT))
    began = time.monotonic()
    from local.host import Host  # noqa: PLC0415  # its imports are a part of the start
    from tests.local.waiting import free_port  # noqa: PLC0415  # the same

    say = progress(began)
    with Host(free_port(), say=say) as host:
        say("Ready")
        for number in range(MAILS):
            seconds = delivered(host.access.api, host.access.live_key, f"bench+{number}@example.com")
            print(f"{seconds:6.2f} s  mail {number + 1} delivered, half a second of it the sandbox's wait")


if __name__ == "__main__":
    main()
