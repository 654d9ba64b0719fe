from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO

import pytest

from local.fleet import Fleet
from local.functions import Function
from local.invocation import Outcome
from local.logs import Logs
from tests.local.waiting import free_port

type Run = Callable[..., Outcome]


def a_function(name: str = "echo", *, module: str = "echo", timeout: float = 20, **environment: str) -> Function:
    return Function(
        name=name,
        deployed_name=f"heliograph-{name}-ABC",
        arn=f"arn:aws:lambda:us-east-1:123456789012:function:heliograph-{name}-ABC",
        handler=f"tests.local.handlers.{module}.handler",
        timeout=timeout,
        memory=512,
        role="arn:aws:iam::123456789012:role/r",
        environment=environment,
        log_format="JSON",
        log_level="INFO",
    )


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def log() -> StringIO:
    return StringIO()


@pytest.fixture
def make_fleet(port: int, log: StringIO) -> Iterator[Callable[..., Fleet]]:
    with ExitStack() as stack:

        def make(*functions: Function, **services: str) -> Fleet:
            fleet = Fleet(port + 5, {each.name: each for each in functions}, services, Logs(log))
            stack.callback(fleet.stop)
            fleet.start()
            return fleet

        yield make


@pytest.fixture
def function() -> Callable[..., Function]:
    return a_function
