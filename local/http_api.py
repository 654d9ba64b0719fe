"""The HTTP API: routes of the template, in front of functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import unquote

from local.http_events import BadAnswer, Door, answer, event
from local.http_server import Answer, HttpServer, Request
from local.invocation import Invocation, Outcome

DEFAULT: Final = "$default"
"""The key of a route that takes what no other takes."""
LAST: Final = 9
BODY_LIMIT: Final = 10 * 1024 * 1024
"""Bytes that an HTTP API takes."""
INTEGRATION_SECONDS: Final = 30.0
"""How long an HTTP API waits for a function."""


class Invoke(Protocol):
    """What answers requests: a function's pool."""

    def submit(self, invocation: Invocation) -> Invocation: ...


def message(status: int, text: str) -> Answer:
    """An answer of AWS itself."""
    return Answer(status, [("content-type", "application/json")], json.dumps({"message": text}).encode())


@dataclass(frozen=True, slots=True)
class Route:
    """One route key, `POST /v1/send/{event}`, and the function behind it."""

    key: str
    target: Invoke

    @property
    def method(self) -> str:
        """A method or ANY."""
        return self.key.partition(" ")[0]

    @property
    def segments(self) -> list[str]:
        """The parts of its path."""
        return self.key.partition(" ")[2][1:].split("/")

    @property
    def weight(self) -> tuple[int, ...]:
        """Smaller goes first: plain parts, then one variable, then the rest of the path; a method before ANY."""
        if self.key == DEFAULT:
            return (LAST,)
        parts = [2 if part.endswith("+}") else int(part.startswith("{")) for part in self.segments]
        return (*parts, int(self.method == "ANY"))

    def match(self, method: str, parts: list[str]) -> dict[str, str] | None:
        """The path's parameters, decoded, or None."""
        if self.key == DEFAULT:
            return {}
        segments = self.segments
        greedy = segments[-1].endswith("+}")
        if self.method not in {"ANY", method} or len(parts) < len(segments):
            return None
        if len(parts) > len(segments) and not greedy:
            return None
        if greedy:
            parts = [*parts[: len(segments) - 1], "/".join(parts[len(segments) - 1 :])]
        if any(a != b for a, b in zip(segments, parts, strict=True) if not a.startswith("{")):
            return None
        if "" in parts:
            return None
        return {a.strip("{+}"): unquote(b) for a, b in zip(segments, parts, strict=True) if a.startswith("{")}


class HttpApi:
    """Serves the routes until stopped."""

    def __init__(self, port: int, routes: Mapping[str, Invoke], seconds: float = INTEGRATION_SECONDS) -> None:
        self._routes = sorted((Route(key, target) for key, target in routes.items()), key=lambda route: route.weight)
        self._seconds = seconds
        self._server = HttpServer(port, self.handle, BODY_LIMIT)
        self.start, self.stop, self.url = self._server.start, self._server.stop, self._server.url

    def handle(self, request: Request) -> Answer:
        """Find the route, invoke its function, answer."""
        path = request.target.partition("?")[0]
        for route in self._routes:
            parameters = route.match(request.method, path[1:].split("/"))
            if parameters is not None:
                door = Door("local", route.key, unquote(path), parameters)
                return self._invoke(route.target, request, door)
        return message(404, "Not Found")

    def _invoke(self, target: Invoke, request: Request, door: Door) -> Answer:
        invocation = target.submit(Invocation(json.dumps(event(request, door)).encode()))
        try:
            outcome = invocation.outcome.result(self._seconds)
        except TimeoutError:
            return message(503, "Service Unavailable")
        return to_answer(
            outcome, failed=message(500, "Internal Server Error"), late=message(503, "Service Unavailable")
        )


def to_answer(outcome: Outcome, *, failed: Answer, late: Answer) -> Answer:
    """What the client gets for a function's outcome."""
    if outcome.timed_out:
        return late
    if outcome.error:
        return failed
    try:
        return answer(outcome.value())
    except (BadAnswer, ValueError):
        return failed
