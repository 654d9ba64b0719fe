"""Any mail server, by SMTP: `sent` is the last that is known, since what comes back is mail to the sender."""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from hashlib import sha256
from itertools import count
from typing import Any, ClassVar, Final, Literal

from pydantic import Field, SecretStr, model_validator

from heliograph.domain import errors
from heliograph.domain.errors import ProviderError
from heliograph.domain.model import Accepted, Attachment, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Envelope, SmtpReply, SmtpServer, Tools
from heliograph.wire import doors, mailboxes, masking

PERMANENT: Final = 500
NEEDS_LOGIN: Final = 530
ENHANCED: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
LONGEST_LINE: Final = 998

NO_SUCH_RECIPIENT: Final = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
"""Enhanced codes of an address that does not exist, or no more: https://www.iana.org/assignments/smtp-enhanced-status-codes"""
NOT_FROM_US: Final = {"5.1.7", "5.1.8", "5.7.1", "5.7.60"}
"""Enhanced codes of a sender that may not be used."""


class _Policy(EmailPolicy):
    """As `email.policy.SMTP` in ASCII, but for long words: folded, a List-Unsubscribe could be read by nobody."""

    def fold(self, name: str, value: Any) -> str:
        line = f"{name}: {value}"
        whole = line.isascii() and len(line) <= LONGEST_LINE
        return f"{line}\r\n" if whole else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit")


class Smtp:
    """Mail by a server of your own or of anybody."""

    class Credentials(ProviderCredentials):
        """Where the server is, and how to sign in."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("host", "port", "user")

        host: str = Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")
        port: int = Field(default=587, ge=1, le=65535)
        security: Literal["starttls", "tls"] = "starttls"
        """`tls` from the first byte, as on port 465. There is no third: a password never goes out in the clear."""
        user: str = ""
        """Empty where nobody signs in."""
        password: SecretStr | None = None

        @model_validator(mode="after")
        def _both_or_none(self) -> "Smtp.Credentials":
            if bool(self.user) != bool(self.password):
                raise ValueError("give user and password, or neither of them")
            return self

    name: ClassVar[str] = "smtp"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False, reports=frozenset(), api="https://www.rfc-editor.org/rfc/rfc5321"
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. A repeat has the same Message-ID, by which many servers know it again."""
        sender = parseaddr(message.sender)[1]
        message_id = f"<{_digest(message)}@{mailboxes.domain(message.sender)}>"
        recipients = tuple(dict.fromkeys((message.to, *message.cc, *message.bcc)))
        if not all(address.isascii() for address in (sender, *recipients)):
            raise errors.Rejected("only addresses in ASCII can be sent to by SMTP: give the domain in its xn-- form")
        envelope = Envelope(sender=sender, recipients=recipients, content=_content(message, message_id))
        reply = tools.smtp.talk(_server(credentials), envelope)
        if reply.step != "done":
            raise _refusal(reply, message.to)
        return Accepted(provider_message_id=message_id.strip("<>"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Sign in and say no more."""
        reply = tools.smtp.talk(_server(credentials))
        if reply.step != "done":
            raise _refusal(reply, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """Refuse: a mail server posts nothing.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("a mail server has no webhook: sent is the last that it says")


def _server(credentials: Smtp.Credentials) -> SmtpServer:
    return SmtpServer(
        host=credentials.host,
        port=credentials.port,
        tls=credentials.security == "tls",
        user=credentials.user,
        password=credentials.password.get_secret_value() if credentials.password else "",
    )


def _digest(message: Outgoing) -> str:
    return sha256(f"{message.send_key}/{message.echo}".encode()).hexdigest()[:32]


def _content(message: Outgoing, message_id: str) -> bytes:
    mail = EmailMessage(policy=POLICY)
    people = {"To": (message.to,), "Cc": message.cc, "Reply-To": message.reply_to}
    try:
        name, address = parseaddr(message.sender)
        mail["From"] = Address(display_name=name, addr_spec=address)
        for header, addresses in people.items():
            if addresses:
                mail[header] = ", ".join(addresses)
        mail["Subject"] = message.subject
        mail["Message-ID"] = message_id
        _write_bodies(mail, message)
        for header, value in message.headers.items():
            mail[header] = value
        for one in message.attachments:
            if not one.content_id or not message.html:
                _attach(mail, one)
        _mark_boundaries(mail, _digest(message))
        return mail.as_bytes()
    except (ValueError, MessageError) as exc:
        raise errors.Rejected(f"this message cannot be written as a mail: {type(exc).__name__}") from exc


def _write_bodies(mail: EmailMessage, message: Outgoing) -> None:
    if message.text or not message.html:
        mail.set_content(message.text)
    if message.html and message.text:
        mail.add_alternative(message.html, subtype="html")
    elif message.html:
        mail.set_content(message.html, subtype="html")
    html = mail.get_body(("html",))
    for one in message.attachments:
        if one.content_id and html:
            _attach(html, one)


def _attach(part: MIMEPart, one: Attachment) -> None:
    main, _, sub = one.type.partition("/")
    if one.content_id:
        part.add_related(
            one.content, main, sub or "octet-stream", cid=f"<{one.content_id}>", filename=one.name, disposition="inline"
        )
    else:
        part.add_attachment(one.content, main, sub or "octet-stream", filename=one.name)


def _mark_boundaries(mail: EmailMessage, digest: str) -> None:
    """The same in every repeat; the library would draw them."""
    numbers: Iterator[int] = count(1)
    for part in mail.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{digest}_{next(numbers)}")


def _refusal(reply: SmtpReply, to: str) -> ProviderError:
    found = ENHANCED.search(reply.text)
    enhanced = found[0] if found else ""
    text = masking.hide_mail(reply.text)[: masking.LONGEST_TEXT] or f"the mail server refused the step {reply.step}"
    code = enhanced or str(reply.code or "")
    if not reply.code or reply.code == NEEDS_LOGIN:
        return errors.AccountTrouble(text, code=code)
    if reply.code < PERMANENT:
        return errors.Transient(text, code=code)
    if reply.step in {"greeting", "starttls", "login"}:
        return errors.AccountTrouble(text, code=code)
    return errors.Rejected(text, code=code, reason=_reason(reply, enhanced, to))


def _reason(reply: SmtpReply, enhanced: str, to: str) -> Reason | None:
    if reply.step == "recipient" and reply.recipient == to and enhanced in NO_SUCH_RECIPIENT:
        return Reason.INVALID_RECIPIENT
    return Reason.NOT_ALLOWED if reply.step == "sender" and enhanced in NOT_FROM_US else None
