"""Plivo: text messages as JSON, one signed form for each status of each part.

Signatures: https://docs.plivo.com/docs/messaging/concepts/signature-validation (V2)
            and https://docs.plivo.com/docs/voice/xml/request/validation (V3)
Codes:      https://plivo.com/docs/messaging/troubleshooting/error-codes
"""

import re
from functools import partial
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, proofs, reading, refusals
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

API: Final = "https://api.plivo.com/v1/Account"
ECHO: Final = "echo"
POWERPACK: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""A pool of senders goes by a UUID."""
BAD_NUMBER: Final = re.compile(r"\b(dst|destination number)\b.*\b(invalid|not valid|incorrect)\b", re.IGNORECASE)
"""How Plivo words a number that is none; its refusals have no codes."""

REFUSALS: Final = {"402": Refusal(errors.AccountTrouble, Reason.QUOTA)}
"""HTTP status of a refused send -> what it means for the attempt, where it is not the usual."""

STATUSES: Final = {
    "queued": Meaning(EventKind.QUEUED),
    "sent": Meaning(EventKind.SENT),
    "delivered": Meaning(EventKind.DELIVERED),
    "read": Meaning(EventKind.OPENED),
    "undelivered": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="The carrier could not deliver it."),
    "failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="Plivo could not hand it to a carrier."),
    "rejected": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, text="Plivo or the carrier refused it."),
}
"""Status -> what it means; the failures are told apart by their code."""
FAILURES: Final = frozenset({EventKind.FAILED, EventKind.DROPPED})

CODES: Final = {
    "10": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "The carrier calls the message invalid."),
    "20": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The carrier's network failed."),
    "30": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The carrier took it for spam."),
    "40": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The sender is not valid, or not the account's."),
    "50": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard", "The number is not valid."),
    "60": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "The carrier saw a loop."),
    "70": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number is permanently out of reach."),
    "80": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The handset is off or out of reach."),
    "90": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "Plivo has no way to this number."),
    "100": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The carrier prohibits it."),
    "110": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "The message is too long."),
    "200": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED, None, "The recipient answered STOP to this sender."),
    "300": Meaning(EventKind.FAILED, Reason.PROVIDER_UNAVAILABLE, None, "Plivo could not hand it to a carrier."),
    "420": Meaning(EventKind.FAILED, Reason.EXPIRED, None, "It waited at Plivo longer than its validity."),
    "450": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The account's geo permissions bar this country."),
    "900": Meaning(EventKind.FAILED, Reason.QUOTA, None, "The account is out of credit."),
    "910": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED, None, "The account is disabled."),
}
"""ErrorCode of a failure -> what it means, and says in our words.

Source: https://plivo.com/docs/messaging/troubleshooting/error-codes, and for 450 https://docs.plivo.com/docs/faq/messaging/sms."""

ADDRESSES: Final = {"To", ECHO}


class Plivo:
    """Text messages by Plivo's Message API."""

    class Credentials(ProviderCredentials):
        """The account or subaccount, and its token: it sends, and it signs the callbacks."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("auth_id",)

        auth_id: str = Field(pattern="^[MS]A[0-9A-Z]+$")
        auth_token: SecretStr = Field(min_length=8)
        second_auth_token: SecretStr | None = Field(default=None, min_length=8)
        """Also proves callbacks, while the token is changed."""

    name: ClassVar[str] = "plivo"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        sender_ids=POWERPACK.pattern,
        api="https://docs.plivo.com/docs/messaging/api/message/send-a-message",
        events="https://docs.plivo.com/docs/messaging/concepts/message-status-callbacks",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over. Nothing of ours comes back but the callback's URL, so that carries the echo."""
        answer = tools.http.post(
            f"{API}/{quote(credentials.auth_id)}/Message/", json=_request(message), auth=_login(credentials)
        )
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        uuid = reading.text(reading.answered(answer), "message_uuid", 0)
        if not uuid:
            raise errors.UnknownOutcome("Plivo's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=uuid)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Fetch the account."""
        answer = tools.http.get(f"{API}/{quote(credentials.auth_id)}/", auth=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify one callback, then read it."""
        came = doors.by_webhook(request, "Plivo")
        query, form = _verify(came, proofs.keys(credentials.auth_token, credentials.second_auth_token))
        status = form.get("Status") or form.get("status") or "no status"
        if status not in STATUSES:
            return Received(ignored=(status[: reading.LONGEST_NAME],))
        if not form.get("MessageUUID"):
            raise errors.BadPayload("a Plivo status callback needs MessageUUID")
        return Received(events=(_event(form, status, query.get(ECHO, "")),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        status = reading.text(raw, "Status") or reading.text(raw, "status")
        return _event(raw, status, "") if status in STATUSES else status


def _login(credentials: Plivo.Credentials) -> tuple[str, str]:
    return credentials.auth_id, credentials.auth_token.get_secret_value()


def _request(message: Outgoing) -> JSON:
    sender = "powerpack_uuid" if POWERPACK.fullmatch(message.sender) else "src"
    request = {sender: message.sender, "dst": message.to, "text": message.text}
    if message.callback_url:
        request |= {"url": f"{message.callback_url}?{ECHO}={message.echo}", "method": "POST"}
    return request


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    text = masking.hide_number(reading.text(reading.answered(answer), "error"), to)
    reason = Reason.INVALID_RECIPIENT if BAD_NUMBER.search(text) else None
    return refusals.refusal("Plivo", answer, text, known=REFUSALS, reason=reason)


def _verify(came: WebhookRequest, keys: list[bytes]) -> tuple[dict[str, str], dict[str, str]]:
    """V3 covers URL, query and fields; V2, which Plivo documents for messages, the URL without its query."""
    try:
        parts = urlsplit(came.url)
        query, form = reading.form(parts.query), reading.form(came.body.decode())
        base = f"{parts.scheme}://{parts.netloc}{parts.path}".encode()
        covered = _covered(query, form).encode()
    except ValueError as exc:
        raise errors.BadSignature("Plivo's callback is no form, so nothing can prove it") from exc
    given = {name: proofs.header(came, f"x-plivo-signature-{name}") for name in ("v2", "v2-nonce", "v3", "v3-nonce")}
    try:
        _prove_any(given["v3"], base + covered + b"." + given["v3-nonce"], keys)
    except errors.BadSignature:
        # Whoever can make the weaker proof can leave the stronger one out, so asking for both would gain nothing.
        _prove_any(given["v2"], base + given["v2-nonce"], keys)
    return dict(query), dict(form)


def _prove_any(given: bytes, signed: bytes, keys: list[bytes]) -> None:
    """One of at most two signatures with a comma between: an account that changes its token has two."""
    first, _, second = given.partition(b",")
    if second and len(second) != len(first):
        raise errors.BadSignature("Plivo's signature is malformed")
    try:
        proofs.prove_hmac("Plivo", first, texts=[signed], keys=keys)
    except errors.BadSignature:
        proofs.prove_hmac("Plivo", second, texts=[signed], keys=keys)


def _covered(query: list[tuple[str, str]], form: list[tuple[str, str]]) -> str:
    asked = "&".join(f"{name}={value}" for name, value in sorted(query))
    fields = "".join(name + value for name, value in sorted(form))
    return f"?{asked}{'.' if asked and fields else ''}{fields}" if asked or fields else ""


def _event(form: dict[str, str], status: str, echo: str) -> ProviderEvent:
    code, to = form.get("ErrorCode", "").lstrip("0"), form.get("To", "")
    meaning = STATUSES[status]
    if meaning.kind in FAILURES:
        meaning = CODES.get(code, meaning)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        # A long text comes in parts, each with an id; the send was answered with that of the first, their parent.
        provider_message_id=form.get("ParentMessageUUID") or form["MessageUUID"],
        echo=echo,
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{form['MessageUUID']}.{status}",
        occurred_at=None,  # its times have no zone
        reason=meaning.reason or "",
        code=code,
        text=meaning.text,
        raw=masking.without(ADDRESSES, form, partial(masking.hide_number, number=to)),
    )
