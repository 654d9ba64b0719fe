"""A real mail server on this machine that answers as it is told, and remembers what it was told."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from local.sandbox.smtp_server import Mail, SmtpServer


@dataclass
class Script:
    """`replies`: command -> what is answered, `CONTENT` for a mail; an empty reply hangs up."""

    replies: Mapping[str, str]
    heard: list[str] = field(default_factory=list)
    content: bytes = b""

    def answer(self, verb: str, line: str) -> str | None:
        if verb not in {"CONNECT", "QUIT"}:
            self.heard.append(line)
        return self.replies.get(line, self.replies.get(verb))

    def take(self, mail: Mail) -> str:
        self.content = mail.content
        return self.replies.get("CONTENT", "250 2.0.0 taken")


class MailServer:
    """Runs while it is entered."""

    def __init__(self, script: Script, context: Callable[[], ssl.SSLContext] | None = None) -> None:
        self.script = script
        self._server = SmtpServer("127.0.0.1", 0, script, context)
        self.address = self._server.address
        self.port = int(self.address.rpartition(":")[2])

    def __enter__(self) -> Self:
        self._thread = self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
