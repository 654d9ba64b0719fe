"""Twilio SendGrid: mail as JSON, events in signed batches.

API:        https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
Events:     https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
Signatures: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import json
from base64 import b64decode
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any, ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Bounce,
    BusEvent,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.provider import FIRST_FAILURE, Capabilities, Response, Tools
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason

SEND: Final = "https://api.sendgrid.com/v3/mail/send"
ARGUMENT: Final = "heliograph"
SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"
LONGEST: Final = 500
"""Characters of the provider's words that are kept."""
LONGEST_NAME: Final = 50

STATUSES: Final[dict[int, type[errors.ProviderError]]] = {
    401: errors.AccountTrouble,
    403: errors.AccountTrouble,  # an unverified sender, a key without the scope, or a block after many bad requests
    408: errors.Transient,
    429: errors.Throttled,
}
"""HTTP status -> what it means for the attempt; other 4xx refuse the mail, 3xx and 5xx pass."""

EVENTS: Final[dict[str, tuple[EventKind, Bounce | None, str]]] = {
    "processed": (EventKind.QUEUED, None, ""),
    "deferred": (EventKind.DEFERRED, None, ""),
    "delivered": (EventKind.DELIVERED, None, ""),
    "bounce": (EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE),
    "dropped": (EventKind.DROPPED, None, Reason.PROVIDER_ERROR),
    "open": (EventKind.OPENED, None, ""),
    "click": (EventKind.CLICKED, None, ""),
    "spamreport": (EventKind.COMPLAINED, None, Reason.COMPLAINT),
    "unsubscribe": (EventKind.UNSUBSCRIBED, None, Reason.UNSUBSCRIBED),
    "group_unsubscribe": (EventKind.UNSUBSCRIBED, None, Reason.UNSUBSCRIBED),
}
"""Event name -> kind, bounce, reason."""

DROPS: Final = {
    "bounced address": Reason.HARD_BOUNCE,
    "invalid": Reason.INVALID_RECIPIENT,
    "spam reporting address": Reason.COMPLAINT,
    "unsubscribed address": Reason.UNSUBSCRIBED,
}
"""Why SendGrid did not try, in its words; other words mean that it disliked the mail itself."""


class SendGrid:
    """Mail by SendGrid's v3 API."""

    class Credentials(ProviderCredentials):
        """One API key to send with, and the key that proves events."""

        api_key: SecretStr = Field(min_length=8)
        """Needs the scope "Mail Send" and nothing else."""
        verification_key: str = ""
        """The webhook's public key as SendGrid shows it, base64 of DER; two with a comma between while it is changed.
        Empty until the webhook is set up: its events are refused until then."""

        @field_validator("verification_key")
        @classmethod
        def _is_p256(cls, text: str) -> str:
            _keys(text)
            return text

    name: ClassVar[str] = "sendgrid"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(kind for kind, _, _ in EVENTS.values()),
        api="https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send",
        events="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. SendGrid has no idempotency key."""
        authorization = f"Bearer {credentials.api_key.get_secret_value()}"
        answer = tools.http.post(SEND, json=_request(message), headers={"Authorization": authorization})
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=answer.headers.get("x-message-id", ""))

    def receive(self, request: WebhookRequest | BusEvent, credentials: Credentials) -> Received:
        """Verify the batch over its raw bytes, then read each event on its own."""
        if isinstance(request, BusEvent):
            raise errors.BadSignature("SendGrid's events come over HTTPS only")
        _verify(request, credentials.verification_key)
        try:
            batch = json.loads(request.body)
        except (ValueError, RecursionError) as exc:
            raise errors.BadPayload("SendGrid's events must be a JSON array") from exc
        if not isinstance(batch, list):
            raise errors.BadPayload("SendGrid's events must be a JSON array")
        read = [_read(entry) for entry in batch]
        return Received(
            events=tuple(event for event in read if isinstance(event, ProviderEvent)),
            ignored=tuple(name for name in read if isinstance(name, str)),
        )


def _request(message: Outgoing) -> JSON:
    to = {"to": (message.to,), "cc": message.cc, "bcc": message.bcc}
    name, address = parseaddr(message.sender)
    bodies = {"text/plain": message.text, "text/html": message.html}
    request: JSON = {
        "personalizations": [{part: _addresses(addresses) for part, addresses in to.items() if addresses}],
        "from": {"email": address, "name": name} if name else {"email": address},
        "subject": message.subject,
        "content": [{"type": kind, "value": body} for kind, body in bodies.items() if body],
        "custom_args": {ARGUMENT: message.echo},
    }
    if message.reply_to:
        request["reply_to_list"] = _addresses(message.reply_to)
    if message.headers:
        request["headers"] = dict(message.headers)
    return request


def _addresses(addresses: tuple[str, ...]) -> list[JSON]:
    return [{"email": address} for address in addresses]


def _refusal(answer: Response) -> errors.ProviderError:
    try:
        first = answer.json()["errors"][0]
        field, text = str(first.get("field")), _hide(str(first.get("message")))
    except (errors.ProviderError, LookupError, TypeError, AttributeError):
        field, text = "", f"SendGrid answered with status {answer.status}"
    code = str(answer.status)
    kind = STATUSES.get(answer.status)
    if kind is errors.Throttled:
        wait = answer.headers.get("retry-after", "")
        return errors.Throttled(text, code=code, retry_after=float(wait) if wait.isdecimal() else None)
    if kind:
        return kind(text, code=code)
    if answer.status not in range(400, 500):
        return errors.Transient(text, code=code)
    recipient = field.startswith("personalizations") and ".to" in field
    return errors.Rejected(text, code=code, reason=Reason.INVALID_RECIPIENT if recipient else None)


def _keys(text: str) -> list[ec.EllipticCurvePublicKey]:
    try:
        keys = [load_der_public_key(b64decode(part.strip(), validate=True)) for part in text.split(",") if part.strip()]
    except ValueError as exc:
        raise ValueError("paste the verification key as SendGrid shows it: base64 without header lines") from exc
    curves = [key for key in keys if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)]
    if len(curves) < len(keys):
        raise ValueError("SendGrid's verification keys are P-256 keys; this one is another kind")
    return curves


def _verify(request: WebhookRequest, verification_key: str) -> None:
    """ECDSA with SHA-256 over the timestamp's text and the body, as it came."""
    try:
        signature = b64decode(request.headers.get(SIGNATURE, ""), validate=True)
        signed = request.headers.get(TIMESTAMP, "").encode("ascii") + request.body
        keys = _keys(verification_key)
    except ValueError as exc:
        raise errors.BadSignature("SendGrid's signature or the verification key is malformed") from exc
    for key in keys:
        try:
            return key.verify(signature, signed, ec.ECDSA(SHA256()))
        except InvalidSignature:
            continue
    raise errors.BadSignature("SendGrid's signature is missing or wrong")


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored; a malformed one must not lose the others."""
    try:
        # Half a surrogate pair, NaN or infinity would fail later, where it is stored.
        json.dumps(entry, ensure_ascii=False, allow_nan=False).encode()
        name = _text(entry, "event")
        if name not in EVENTS:
            return name[:LONGEST_NAME] or "malformed"
        address = entry["email"].strip()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "malformed"
    kind, bounce, reason = _verdict(name, entry)
    return ProviderEvent(
        kind=kind,
        bounce=bounce,
        provider_message_id=_text(entry, "sg_message_id").partition(".")[0],
        echo=_text(entry, ARGUMENT),
        recipient=address,
        event_id=_text(entry, "sg_event_id"),
        occurred_at=_time(entry.get("timestamp")),
        reason=reason,
        code=_text(entry, "status") or _text(entry, "bounce_classification"),
        text=_hide(_text(entry, "reason") or _text(entry, "response"))[:LONGEST],
        machine=entry.get("sg_machine_open") is True,
        raw={key: _hide(value) if isinstance(value, str) else value for key, value in entry.items() if key != "email"},
    )


def _verdict(name: str, entry: JSON) -> tuple[EventKind, Bounce | None, str]:
    if name == "bounce" and (entry.get("type") == "blocked" or _text(entry, "status").startswith("4")):
        return EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR  # this mail was refused, not the address
    kind, bounce, reason = EVENTS[name]
    if kind is EventKind.DROPPED:
        reason = DROPS.get(_text(entry, "reason").strip().lower(), reason)
    return kind, bounce, reason


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _text(entry: JSON, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _hide(text: str) -> str:
    """One line; every word with an @ in it, plain or as in a URL, could be somebody's address."""
    return " ".join("(address)" if "@" in word or "%40" in word else word for word in text.split())
