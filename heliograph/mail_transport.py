"""The one way out to mail servers: time limits, TLS that is checked, no private networks, and one mail a connection."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Final

from heliograph.domain.errors import AccountTrouble, Rejected, Transient, UnknownOutcome
from heliograph.domain.tools import Envelope, SmtpReply, SmtpServer, SmtpStep
from heliograph.wire.addresses import is_allowed
from heliograph.wire.resolving import Resolve, resolve

CONNECT_SECONDS: Final = 3.0
TOTAL_SECONDS: Final = 18.0
"""Of the whole conversation: shorter than a worker lives."""
READY: Final = 220
OK: Final = 250
SUCCESSES: Final = range(200, 300)
GO_ON: Final = 354
DOT: Final = re.compile(rb"^\.", re.MULTILINE)


def _now() -> datetime:
    return datetime.now(UTC)


class MailTransport:
    """Implements `heliograph.domain.provider.Smtp`.

    `sandbox`: `host:port` of the local sandbox, which then takes every mail, without TLS and instead of any other host.
    `permits`: whether a server may stand at an address.
    """

    def __init__(
        self,
        *,
        sandbox: str = "",
        permits: Callable[[str], bool] = is_allowed,
        resolve: Resolve = resolve,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        connect: float = CONNECT_SECONDS,
        total: float = TOTAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._sandbox = sandbox
        self._permits = permits
        self._resolve = resolve
        self._context = context
        self._limits = (connect, total)
        self._clock = clock
        self._now = now

    def talk(self, server: SmtpServer, envelope: Envelope | None = None) -> SmtpReply:
        """Sign in, and hand *envelope* over if there is one; the reply with which it ended.

        Raises:
            AccountTrouble: the host leads where nothing may be sent.
            Rejected: it cannot be written as SMTP.
            Transient: no content has left (name, connect, TLS, a connection that closed).
            UnknownOutcome: the content left, and no reply came.
        """
        # Servers want to be greeted with a domain; the sender's own is one that can be looked up.
        _, at, domain = (envelope.sender if envelope else server.user).rpartition("@")
        context = self._context if not self._sandbox else None
        talk = _Conversation(
            server, context, clock=self._clock, seconds=self._limits[1], name=domain if at else "localhost"
        )
        try:
            talk.open(self._connected(server))
            return talk.hold(envelope, format_datetime(self._now()))
        except (smtplib.SMTPException, OSError) as exc:
            kind = UnknownOutcome if talk.left else Transient
            raise kind(f"the conversation with {server.host} broke off: {type(exc).__name__}") from exc
        except ValueError as exc:
            raise Rejected(f"this message cannot be written as SMTP: {type(exc).__name__}") from exc
        finally:
            talk.close()

    def _connected(self, server: SmtpServer) -> socket.socket:
        if self._sandbox:
            host, _, port = self._sandbox.rpartition(":")
            return socket.create_connection((host, int(port)), self._limits[0])
        found = list(self._resolve(server.host, server.port))
        # Every one: a name with one public address could lead inside by another.
        if not all(map(self._permits, found)):
            raise AccountTrouble(
                f"{server.host} leads into a private network: use a public mail server, or allow its network in the"
                " setting private_networks"
            )
        for place, address in enumerate(found, 1):
            try:
                return socket.create_connection((address, server.port), self._limits[0])
            except OSError:
                if place == len(found):
                    raise
        raise OSError(f"{server.host} has no address")


class _Conversation:
    """One connection. `left` says whether content went out, after which a lost reply may mean anything."""

    def __init__(
        self,
        server: SmtpServer,
        context: Callable[[], ssl.SSLContext] | None,
        *,
        clock: Callable[[], float],
        seconds: float,
        name: str,
    ) -> None:
        self.left = False
        self._server = server
        self._context = context
        self._deadline = clock() + seconds
        self._clock = clock
        # A name is given, so that none is asked for; a constructor without a host does not connect.
        self._smtp = smtplib.SMTP(local_hostname=name)

    def open(self, connection: socket.socket) -> None:
        """Begin on a socket that is connected."""
        self._smtp.sock = connection
        self._in_time()
        if self._server.tls and self._context:
            self._protect()

    def close(self) -> None:
        """Say goodbye, and wait for no answer."""
        with suppress(smtplib.SMTPException, OSError, ValueError):
            self._smtp.putcmd("quit")
        self._smtp.close()

    def hold(self, envelope: Envelope | None, date: str) -> SmtpReply:
        """The conversation, up to the first reply that is no success."""
        return (
            self._greet()
            or self._sign_in()
            or (self._hand_over(envelope, date) if envelope else self._reply("done", OK))
        )

    def _greet(self) -> SmtpReply | None:
        refused = self._unless({READY}, "greeting", self._smtp.getreply) or self._unless(
            {OK}, "greeting", self._smtp.ehlo
        )
        if refused or self._server.tls or not self._context:
            return refused
        if not self._smtp.has_extn("starttls"):
            return self._reply("starttls", 0, "the server offers no STARTTLS")
        refused = self._unless({READY}, "starttls", partial(self._smtp.docmd, "STARTTLS"))
        if refused:
            return refused
        self._protect()
        # What was said before counts no more (RFC 3207), nor does what came with it and was not read.
        self._smtp.file = None
        self._smtp.ehlo_resp = None
        self._smtp.esmtp_features = {}
        return self._unless({OK}, "greeting", self._smtp.ehlo)

    def _sign_in(self) -> SmtpReply | None:
        if not self._server.user:
            return None
        self._in_time()
        try:
            self._smtp.login(self._server.user, self._server.password)
        except smtplib.SMTPAuthenticationError as exc:
            return self._reply("login", exc.smtp_code, exc.smtp_error)
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, ValueError):
            return self._reply("login", 0, "the server offers no way to sign in that fits these credentials")
        return None

    def _hand_over(self, envelope: Envelope, date: str) -> SmtpReply:
        refused = self._unless(SUCCESSES, "sender", partial(self._smtp.mail, envelope.sender))
        for recipient in envelope.recipients:
            refused = refused or self._unless(SUCCESSES, "recipient", partial(self._smtp.rcpt, recipient), recipient)
        refused = refused or self._unless({GO_ON}, "content", partial(self._smtp.docmd, "DATA"))
        if refused:
            return refused
        content = DOT.sub(b"..", f"Date: {date}\r\n".encode() + envelope.content)
        self._in_time()
        self.left = True
        self._smtp.send(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
        return self._unless(SUCCESSES, "content", self._smtp.getreply) or self._reply("done", OK)

    def _unless(
        self, wanted: Iterable[int], step: SmtpStep, ask: Callable[[], tuple[int, bytes]], recipient: str = ""
    ) -> SmtpReply | None:
        self._in_time()
        code, text = ask()
        if code < 0:
            raise smtplib.SMTPServerDisconnected("the server said something else")
        return None if code in wanted else self._reply(step, code, text, recipient)

    def _reply(self, step: SmtpStep, code: int, text: Any = "", recipient: str = "") -> SmtpReply:
        words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        return SmtpReply(step=step, code=code, text=words, recipient=recipient)

    def _protect(self) -> None:
        if self._context:
            self._smtp.sock = self._context().wrap_socket(_socket(self._smtp), server_hostname=self._server.host)

    def _in_time(self) -> None:
        rest = self._deadline - self._clock()
        if rest <= 0:
            raise TimeoutError
        _socket(self._smtp).settimeout(rest)


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return smtp.sock
