"""The whole service, started once for all end-to-end tests: Linux or macOS, no AWS account, no Docker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.host import Host
from tests.e2e.service import Service
from tests.local import waiting


# Not for the session: other folders' tests reset moto's state, which this process has only once.
@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """The running service: `host.access` has URLs and keys."""
    with Host(waiting.free_port()) as host:
        yield host


@pytest.fixture(scope="package")
def service(host: Host) -> Service:
    """A caller with the live key."""
    return Service(host, host.access.live_key)


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """`eventually(check, within=seconds)` polls until *check* gives something true, and gives that."""
    return waiting.eventually
