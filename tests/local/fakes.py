"""Functions that need no process, and the HTTP API in front of them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.http_api import HttpApi
from local.invocation import Invocation, Outcome


class Answering:
    """A function that answers at once with what *answer* gives for its event."""

    def __init__(self, answer: Callable[[Any], Outcome], maximum: int = 3) -> None:
        self.answer = answer
        self.maximum = maximum
        self.events: list[Any] = []

    def submit(self, invocation: Invocation) -> Invocation:
        invocation.finish(self.invoke(invocation.payload))
        return invocation

    def invoke(self, payload: bytes) -> Outcome:
        event = json.loads(payload)
        self.events.append(event)
        return self.answer(event)


def says(value: Any) -> Callable[[Any], Outcome]:
    return lambda _event: Outcome(json.dumps(value).encode())


@contextmanager
def serving(port: int, routes: dict[str, Any], seconds: float = 5) -> Iterator[str]:
    api = HttpApi(port, routes, seconds)
    api.start()
    try:
        yield api.url
    finally:
        api.stop()
