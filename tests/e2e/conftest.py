"""The whole service, started once for all end-to-end tests: Linux or macOS, no AWS account, no Docker."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.host import Host
from tests.e2e.judged import granted
from tests.e2e.raw_logs import RawLogs
from tests.e2e.recorded_child import RECORD
from tests.e2e.service import Service
from tests.local import waiting
from tests.support.aws_calls import recorded
from tests.support.judgement import missing
from tests.support.leaks import leaks


# Not for the session: other folders' tests reset moto's state, which this process has only once.
@pytest.fixture(scope="package")
def host(record: Path, lines: RawLogs) -> Iterator[Host]:
    """The running service: `host.access` has URLs and keys. It logs all it can, and what it asks of AWS is recorded."""
    chosen = {RECORD: str(record), "POWERTOOLS_LOG_LEVEL": "DEBUG", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"}
    program = "tests.e2e.recorded_child"
    with Host(waiting.free_port(), logs=lines, program=program, environment=chosen) as host:
        roles = granted(host)
        yield host
    # Each function is a process of its own here, so each call is surely its own.
    assert missing(recorded(record), roles) == []
    assert leaks("\n".join(line for _, line in lines.raw)) == []


@pytest.fixture(scope="package")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the functions' processes write which rights they use."""
    return tmp_path_factory.mktemp("e2e") / "rights.jsonl"


@pytest.fixture(scope="package")
def lines() -> RawLogs:
    """Every line that a function has written so far."""
    return RawLogs()


@pytest.fixture(scope="package")
def service(host: Host) -> Service:
    """A caller with the live key."""
    return Service(host, host.access.live_key)


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """`eventually(check, within=seconds)` polls until *check* gives something true, and gives that."""
    return waiting.eventually
