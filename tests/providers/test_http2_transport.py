"""HTTP/2 over real TLS on this machine: what is sent arrives, and what goes wrong has its class."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from heliograph.domain import errors
from heliograph.http2_transport import Http2Transport
from tests.providers.loopback import closed_port
from tests.providers.test_transport_tls import self_signed

type Answer = Callable[[h2.connection.H2Connection, int], None]


@dataclass
class Server:
    """Answers every request as *answer* says."""

    answer: Answer
    url: str = ""
    trusts: ssl.SSLContext | None = None
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    def serve(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            # A client that trusts nobody here goes away in the handshake.
            with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as peer:
                self._talk(peer)

    def _talk(self, peer: ssl.SSLSocket) -> None:
        there = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        there.initiate_connection()
        peer.sendall(there.data_to_send())
        while data := _received(peer):
            for event in there.receive_data(data):
                match event:
                    case h2.events.RequestReceived():
                        self.headers.append({str(name): str(value) for name, value in event.headers or ()})
                        self.bodies.append(b"")
                    case h2.events.DataReceived():
                        self.bodies[-1] += event.data or b""
                    case h2.events.StreamEnded():
                        self.answer(there, event.stream_id or 0)
            peer.sendall(there.data_to_send())


def _received(peer: ssl.SSLSocket) -> bytes:
    try:
        return peer.recv(65536)
    except OSError:
        return b""


@contextmanager
def serving(answer: Answer, folder: Path) -> Iterator[Server]:
    context = self_signed(folder)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(answer, f"https://127.0.0.1:{listener.getsockname()[1]}")
        server.trusts = ssl.create_default_context(cafile=str(folder / "both.pem"))
        thread = threading.Thread(target=server.serve, args=(listener, context), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def told(status: int, body: bytes = b"") -> Answer:
    def answer(there: h2.connection.H2Connection, stream: int) -> None:
        there.send_headers(stream, [(":status", str(status)), ("apns-id", "1")])
        there.send_data(stream, body, end_stream=True)

    return answer


def test_a_request_goes_by_http_2_and_several_share_a_connection(tmp_path: Path) -> None:
    with serving(told(410, b'{"reason":"Unregistered"}'), tmp_path) as there:
        ask: Any = {"json": {"a": 1}, "headers": {"apns-topic": "t"}}
        with closing(Http2Transport(verify=there.trusts)) as transport:
            answers = [transport.post(f"{there.url}/3/device/x", **ask) for _ in "12"]

        assert [(one.status, one.json(), one.headers["apns-id"]) for one in answers] == [
            (410, {"reason": "Unregistered"}, "1")
        ] * 2
        assert (there.bodies, there.connections) == ([b'{"a":1}'] * 2, 1)
        assert {name: there.headers[0][name] for name in (":method", ":path", "apns-topic")} == {
            ":method": "POST",
            ":path": "/3/device/x",
            "apns-topic": "t",
        }


def test_a_lost_answer_leaves_the_outcome_unknown(tmp_path: Path) -> None:
    def reset(there: h2.connection.H2Connection, stream: int) -> None:
        there.reset_stream(stream)

    with (
        serving(reset, tmp_path) as there,
        closing(Http2Transport(verify=there.trusts)) as transport,
        pytest.raises(errors.UnknownOutcome),
    ):
        transport.post(f"{there.url}/", content=b"x")


def test_what_never_left_is_passing_trouble(tmp_path: Path) -> None:
    with closing(Http2Transport()) as stranger, serving(told(200), tmp_path) as there:
        with pytest.raises(errors.Transient):
            stranger.post(f"https://127.0.0.1:{closed_port()}/", content=b"x")
        with pytest.raises(errors.Transient):
            stranger.get(f"{there.url}/")


@pytest.mark.parametrize(
    "request_",
    [
        {"url": "http://127.0.0.1/"},
        {"url": "https://127.0.0.1/", "headers": {"a": "b\r\nc: d"}},
        {"url": "https://127.0.0.1/", "headers": {"a": "\ud800"}},
        {"url": "https://127.0.0.1/", "form": {"a": "b"}},
        {"url": "https://127.0.0.1/", "auth": ("a", "b")},
    ],
)
def test_what_cannot_be_written_as_a_request_is_refused(request_: Any) -> None:
    with closing(Http2Transport()) as transport, pytest.raises(errors.Rejected):
        transport.post(**{"content": b"x", **request_})
