"""A function URL: a port of its own in front of one function."""

import json
from typing import Final

from local.http_api import Invoke, to_answer
from local.http_events import Door, event
from local.http_server import Answer, HttpServer, Request
from local.invocation import Invocation

BODY_LIMIT: Final = 6 * 1024 * 1024
"""Bytes that a function URL takes."""
FAILED: Final = Answer(502, [("content-type", "text/plain")], b"Internal Server Error")
LATE: Final = Answer(504, [("content-type", "text/plain")], b"Gateway Timeout")


class FunctionUrl:
    """Serves one function until stopped. The path arrives as it was sent, not decoded as by the HTTP API."""

    def __init__(self, port: int, name: str, target: Invoke) -> None:
        self._name, self._target = name, target
        self._server = HttpServer(port, self.handle, BODY_LIMIT)
        self.start, self.stop, self.url = self._server.start, self._server.stop, self._server.url

    def handle(self, request: Request) -> Answer:
        """Invoke the function and answer; a function URL waits as long as the function may run."""
        door = Door(self._name, path=request.target.partition("?")[0])
        invocation = self._target.submit(Invocation(json.dumps(event(request, door)).encode()))
        return to_answer(invocation.outcome.result(), failed=FAILED, late=LATE)
