"""A small threaded HTTP server on loopback, for everything that the host serves itself."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final

from local.ports import LOOPBACK

ANY_BODY: Final = 1 << 30
DISCARDED: Final = 1 << 26
BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: the target is the raw path with its query, headers keep their order and case."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    source: str

    def header(self, name: str) -> str:
        """The first header of this name (any case), or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. Length and date are added."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


type Handle = Callable[[Request], Answer | None]
"""None closes the connection without an answer."""

MALFORMED: Final = Answer(400, [("content-type", "application/json")], b'{"message":"Bad Request"}')
TOO_LARGE: Final = Answer(413, [("content-type", "application/json")], b'{"message":"Request Entity Too Large"}')


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body leave in one write: two would each wait for the other side's delayed acknowledgement (40 ms).
    wbufsize = -1
    server: "HttpServer"

    def answer(self) -> None:
        try:
            body = self.read_body()
        except ValueError:
            self.refuse(MALFORMED)
            return
        if body is None:
            self.refuse(TOO_LARGE)
            return
        request = Request(self.command, self.path, list(self.headers.items()), body, self.client_address[0])
        answer = self.server.handle(request)
        if answer is None:
            self.close_connection = True
            return
        self.reply(answer)

    def refuse(self, answer: Answer) -> None:
        # What follows on this connection may be the rest of the body.
        self.close_connection = True
        self.reply(answer)

    def handle_expect_100(self) -> bool:
        """Let the client go on, now: the base class leaves the line in the buffer, and clients wait a second for it."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815  # the names that http.server calls

    def read_body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            raise ValueError("the length of the body is no number")
        if int(length) > self.server.body_limit:
            self.discard(int(length))
            return None
        return self.rfile.read(int(length))

    def discard(self, length: int) -> None:
        """Take a body that is not too absurd off the wire: a client that still writes would not see the answer."""
        for _ in range(min(length, DISCARDED) // BLOCK):
            self.rfile.read(BLOCK)
        self.rfile.read(min(length, DISCARDED) % BLOCK)

    def read_chunks(self) -> bytes | None:
        body = bytearray()
        while size := self.chunk_size():
            if len(body) + size > self.server.body_limit:
                return None
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def chunk_size(self) -> int:
        size = int(self.rfile.readline(20).split(b";")[0], 16)
        if size < 0:
            raise ValueError("a chunk of negative length")
        return size

    def reply(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing: the functions log what matters."""


class HttpServer(ThreadingHTTPServer):
    """Serves from the moment of `start` until `stop`; a thread for each connection."""

    daemon_threads = True
    # A connection may wait for ever for its next invocation; closing the server must not wait for it.
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, handle: Handle, body_limit: int = ANY_BODY) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.handle = handle
        self.body_limit = body_limit
        self.url = f"http://{LOOPBACK}:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and free the port."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong; a client that goes away is no event."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
