"""A fake mail server: it checks who signs in, takes mail, and reports nothing, as mail servers do."""

import base64
import email
import email.policy
import threading
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from heliograph.domain.model import Channel
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message
from local.sandbox.smtp_server import Mail, SmtpServer

USER: Final = "demo"
PASSWORD: Final = "10ca110ca110ca1"  # noqa: S105 -- the same on every machine, so no secret
LOGIN: Final = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()

REFUSALS: Final = {
    400: "550 5.1.1 the recipient chose to be refused",
    429: "450 4.2.1 the recipient chose to be throttled",
}


class Smtp:
    """No HTTP: `Post` takes the mail."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"host": "mail.heliograph.example", "user": USER, "password": PASSWORD}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """None."""
        return ()


class Post:
    """The server: listens from the start, answers between `start` and `stop`."""

    def __init__(self, host: str, desk: Desk) -> None:
        self._desk = desk
        self._server = SmtpServer(host, 0, self)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """`host:port`."""
        return self._server.address

    def start(self) -> None:
        self._thread = self._server.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, verb: str, line: str) -> str | None:
        """Refuse a wrong login; the rest is as usual."""
        if verb == "AUTH" and line != f"AUTH PLAIN {LOGIN}":
            return "535 5.7.8 wrong user or password"
        return None

    def take(self, mail: Mail) -> str:
        """Take a mail, or do what its first recipient chose."""
        try:
            verdict = self._desk.take(self._message(mail), lambda _: None, success=250)
        except ConnectionAbortedError:
            return ""
        if verdict.status:
            return REFUSALS.get(verdict.status, f"451 4.3.0 the sandbox answers {verdict.status}")
        return "250 2.0.0 taken"

    def _message(self, mail: Mail) -> Message:
        content = email.message_from_bytes(mail.content, policy=email.policy.default)
        text, html = content.get_body(("plain",)), content.get_body(("html",))
        copies = [one.addr_spec for one in getattr(content["Cc"], "addresses", ())]
        first, *others = mail.recipients
        return Message(
            at=self._desk.clock(),
            provider="smtp",
            channel=Channel.EMAIL,
            sender=str(content["From"] or mail.sender),
            to=(first,),
            cc=tuple(one for one in others if one in copies),
            bcc=tuple(one for one in others if one not in copies),
            subject=str(content["Subject"] or ""),
            text=text.get_content() if text else "",
            html=html.get_content() if html else "",
            headers={name: str(value) for name, value in content.items()},
            provider_message_id=str(content["Message-ID"] or "").strip("<>"),
        )
