"""A running sandbox, a webhook that writes down what it gets, and a wait with a deadline."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from local.sandbox import Sandbox

TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """A webhook on loopback; `answers` are its next statuses, then 200."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@dataclass
class Client:
    """The running sandbox, as its callers see it."""

    url: str
    published: list[tuple[str, str]]

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        return requests.post(self.url + path, timeout=10, **kwargs)

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=10, **kwargs)

    def delete(self, path: str) -> requests.Response:
        return requests.delete(self.url + path, timeout=10)

    def calls(self, **narrow: str) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.get("/_sandbox/journal", params=narrow).json()["calls"]
        return calls

    def messages(self, **narrow: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get("/messages", params=narrow).json()["messages"]
        return messages


@pytest.fixture
def sandbox() -> Iterator[Client]:
    published: list[tuple[str, str]] = []
    running = Sandbox(0, publish=lambda topic, text: published.append((topic, text)), topics={"heliograph-dev": TOPIC})
    running.start()
    yield Client(running.url, published)
    running.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = found.answers.pop(0) if found.answers else 200
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.got.append(Got(self.path, headers, body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool], seconds: float = 12) -> None:
        ticks = threading.Event()
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            ticks.wait(0.02)

    return wait
