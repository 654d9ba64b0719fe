"""The whole service with short leases, so that what a crash leaves behind is taken up in seconds and not in minutes."""

from collections.abc import Iterator
from typing import Final

import pytest

from local.host import Host
from tests.e2e.service import Service
from tests.local.waiting import free_port

WORK_TIMEOUT: Final = 4
"""Seconds. A lease is 5 longer, a queue hides a message of a dead process six times as long."""
HOLD: Final = 3
"""Seconds."""


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    chosen = {"work_timeout": str(WORK_TIMEOUT), "hold": str(HOLD)}
    with Host(free_port(), context=chosen, program="tests.crashes.mortal_child") as host:
        yield host


@pytest.fixture(scope="package")
def service(host: Host) -> Service:
    """A caller with the live key."""
    return Service(host, host.access.live_key)
