"""A small SMTP server (RFC 5321) on loopback: what a submission server says, and somebody else decides."""

import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, cast

MOST_BYTES: Final = 40 * 1024 * 1024
IDLE_SECONDS: Final = 60
EHLO: Final = "250-sandbox\r\n{}250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN"
REPLIES: Final = {
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "NOOP": "250 2.0.0 OK",
    "RSET": "250 2.0.0 OK",
    "QUIT": "221 2.0.0 Bye",
}
UNKNOWN: Final = "502 5.5.1 not here"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class Decides(Protocol):
    """Who answers in the server's stead."""

    def answer(self, verb: str, line: str) -> str | None:
        """The reply to a command; None for the usual one, empty to hang up without a word."""
        ...

    def take(self, mail: Mail) -> str:
        """The reply to a mail; empty to hang up without a word."""
        ...


class SmtpServer(socketserver.ThreadingTCPServer):
    """Listens from the start; `serve_forever` answers."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, host: str, port: int, decides: Decides, context: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self.decides = decides
        self.context = context
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self.server_address[0]!s}:{self.server_address[1]}"

    def start(self) -> threading.Thread:
        """Answer in a thread of its own."""
        thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="smtp", daemon=True)
        thread.start()
        return thread

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may go away in the middle; nobody is told."""


class _Handler(socketserver.StreamRequestHandler):
    timeout = IDLE_SECONDS

    def finish(self) -> None:
        """Close what was protected: the base closes what it accepted."""
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def handle(self) -> None:
        self._sender, self._recipients = "", list[str]()
        server = cast("SmtpServer", self.server)
        greeting = server.decides.answer("CONNECT", "")
        if not self._say("220 sandbox ESMTP" if greeting is None else greeting):
            return
        while line := self.rfile.readline(4096):
            text = line.decode(errors="replace").rstrip("\r\n")
            if not self._on(server, text.partition(" ")[0].upper(), text):
                return

    def _on(self, server: SmtpServer, verb: str, text: str) -> bool:
        """Answer one command; False to hang up."""
        told = server.decides.answer(verb, text)
        if told is not None:
            return self._say(told)
        if verb == "STARTTLS" and server.context:
            return self._protect(server.context())
        if verb == "DATA":
            return self._say("354 go on") and self._data(server)
        if verb == "MAIL":
            self._sender, self._recipients = _address(text), []
        if verb == "RCPT":
            self._recipients.append(_address(text))
        offered = server.context and not isinstance(self.request, ssl.SSLSocket)
        reply = EHLO.format("250-STARTTLS\r\n" if offered else "") if verb == "EHLO" else REPLIES.get(verb, UNKNOWN)
        return self._say(reply) and verb != "QUIT"

    def _data(self, server: SmtpServer) -> bool:
        content = bytearray()
        while (line := self.rfile.readline(65536)) and line != b".\r\n":
            content += line.removeprefix(b".")
            if len(content) > MOST_BYTES:
                return False
        return self._say(server.decides.take(Mail(self._sender, tuple(self._recipients), bytes(content))))

    def _protect(self, context: ssl.SSLContext) -> bool:
        self._say("220 2.0.0 go on")
        self.rfile.close()
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()
        return True

    def _say(self, reply: str) -> bool:
        if reply:
            self.wfile.write(reply.encode() + b"\r\n")
            self.wfile.flush()
        return bool(reply)


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
