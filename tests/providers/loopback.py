"""A real HTTP server on this machine that answers as it is told, and remembers what it was asked."""

import json
import socket
import ssl
import struct
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def multipart(self) -> list[dict[str, str]]:
        """Its parts in order: `name`, `filename` and `type` where given, and `text` (base64 where it is a file)."""
        message = message_from_bytes(
            b"Content-Type: " + self.headers["content-type"].encode() + b"\r\n\r\n" + self.body
        )
        return [_part(part) for part in message.get_payload()]


def _part(part: Any) -> dict[str, str]:
    name = part.get_param("name", header="content-disposition")
    content: bytes = part.get_payload(decode=True)
    if (filename := part.get_filename()) is None:
        return {"name": name, "text": content.decode()}
    return {"name": name, "filename": filename, "type": part.get_content_type(), "text": b64encode(content).decode()}


class Quiet(ThreadingHTTPServer):
    """Clients that go away in the middle are what these tests are about; no traceback is printed for them."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


type Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Loopback:
    """`url` is its address; `answer` may be changed between requests; `released` ends the answers that hang."""

    answer: Answer
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    server: ThreadingHTTPServer | None = None

    def protect(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        assert self.server
        # The handshake belongs to the connection's own thread; the accepting one would hang on a silent client.
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = self.url.replace("http:", "https:")

    @classmethod
    @contextmanager
    def serving(cls, answer: Answer) -> Iterator[Self]:
        loopback = cls(answer)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                loopback.asked.append(Asked(self.path, headers, body, self.command))
                loopback.answer(self)

            do_GET = do_POST  # noqa: N815 - the base class names it so

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
                pass

        with Quiet(("127.0.0.1", 0), Handler) as server:
            loopback.server = server
            loopback.url = f"http://127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield loopback
            finally:
                loopback.released.set()
                server.shutdown()
                thread.join()


def reply(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def json_reply(status: int, value: Any, headers: dict[str, str] | None = None) -> Answer:
    return reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer, then the connection is torn down."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
