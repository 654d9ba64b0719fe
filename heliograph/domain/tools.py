"""What a provider may use while it sends: the ways out of this process, and what comes back by them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from heliograph.domain.errors import Transient, UnknownOutcome
from heliograph.domain.inbox import Item

FIRST_FAILURE: Final = 300
"""The first HTTP status that is not a success; redirects are never followed."""


@dataclass(frozen=True, slots=True)
class Response:
    """A provider's answer: status, headers with lower-case names, the body's bytes (capped)."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            UnknownOutcome: a success that cannot be read; the provider may have taken the message.
            Transient: a failure that cannot be read.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as exc:
            kind = UnknownOutcome if self.status < FIRST_FAILURE else Transient
            raise kind(f"the answer with status {self.status} is no JSON", code=str(self.status)) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a multipart form."""

    field: str
    name: str
    type: str
    content: bytes


type Form = Mapping[str, str] | Sequence[tuple[str, str]]
"""A form's fields; pairs where a name may come more than once."""


class Http(Protocol):
    """The one way to a provider's HTTP API: time limits, no redirects, capped answers."""

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Form | None = None,
        files: Sequence[File] = (),
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Response:
        """POST one of a JSON value, a form (multipart when *files* go with it) or raw bytes.

        Returns any answer that came, whatever its status.

        Raises:
            Rejected: it cannot be written as a request.
            Transient: the request never left (name, connect, TLS).
            UnknownOutcome: it left, and no whole answer came back.
        """
        ...

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Response:
        """GET and return any answer that came; raises what `post` raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server that takes mail for anybody (RFC 6409), and how to sign in there."""

    host: str
    port: int
    tls: bool
    """TLS from the first byte (RFC 8314); otherwise STARTTLS is demanded."""
    user: str = ""
    """Empty where nobody signs in."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One mail as it goes out."""

    sender: str
    """A bare address; to it the servers on the way report."""
    recipients: tuple[str, ...]
    """Bare addresses, at least one; all of them must be taken, or none is written to."""
    content: bytes = field(repr=False)
    """RFC 5322 without a `Date`, lines that end with CR LF, in ASCII."""


type SmtpStep = Literal["greeting", "starttls", "login", "sender", "recipient", "content", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpReply:
    """The last that a mail server said."""

    step: SmtpStep
    """What it answered; `done` when it took the mail, or would have let us in."""
    code: int
    """Its reply code; 0 where it does not offer what is needed."""
    text: str = ""
    recipient: str = ""
    """The one that was refused, with the step `recipient`."""


class Smtp(Protocol):
    """The one way to a mail server: time limits, TLS, and no way into private networks."""

    def talk(self, server: SmtpServer, envelope: Envelope | None = None) -> SmtpReply:
        """Sign in, and hand *envelope* over if there is one.

        Returns the reply with which it ended, whatever its code.

        Raises:
            AccountTrouble: the host leads where nothing may be sent.
            Rejected: it cannot be written as SMTP.
            Transient: no content has left (name, connect, TLS, a connection that closed).
            UnknownOutcome: the content left, and no reply came.
        """
        ...


class Inbox(Protocol):
    """Where messages of our own in-app channel are stored."""

    def put(self, item: Item) -> None:
        """Store an item; one that is there already stays as it is.

        Raises:
            Unavailable: it was not stored; storing it again is harmless.
        """
        ...


class Tokens(Protocol):
    """Access tokens that a provider makes or fetches, kept by this process until they end."""

    def get(self, key: str, make: Callable[[int], tuple[str, int]]) -> str:
        """The token under *key*; made by *make*, which gets the time and gives (token, its end), once there is none.

        Times are seconds since 1970. *key* must differ for other credentials, and is never shown.

        Raises:
            ProviderError: what *make* raises.
        """
        ...

    def forget(self, key: str) -> None:
        """Make it anew next time: it was refused."""
        ...


class Tools(Protocol):
    """What a provider may use while it sends."""

    @property
    def http(self) -> Http: ...

    @property
    def http2(self) -> Http:
        """The same over HTTP/2, for a vendor that speaks nothing else."""
        ...

    @property
    def outside(self) -> Http:
        """The same, to addresses that somebody else chose: https, public, and no other than was looked at."""
        ...

    @property
    def smtp(self) -> Smtp: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def tokens(self) -> Tokens: ...

    def now(self) -> int:
        """Seconds since 1970."""
        ...

    def random(self, size: int) -> bytes:
        """That many bytes that nobody can guess."""
        ...

    def aws(self, service: str) -> Any:
        """The boto3 client of an AWS service, made once."""
        ...
