"""A fake Telnyx: `POST /v2/messages`, and signed events to each message's own URL.

Sources: https://developers.telnyx.com/api-reference/messages/send-a-message,
https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import texts
from local.sandbox.accounts import is_loopback
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_KEY: Final = Ed25519PrivateKey.from_private_bytes(sha256(b"the local sandbox of Heliograph").digest())
"""The same on every machine, so no secret."""
_PUBLIC: Final = base64.b64encode(_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
_STATUSES: Final[Mapping[texts.Word, tuple[str, str]]] = {
    (EventKind.SENT, None): ("sent", ""),
    (EventKind.DELIVERED, None): ("delivered", ""),
    (EventKind.BOUNCED, "hard"): ("delivery_failed", "40001"),
    (EventKind.BOUNCED, "soft"): ("delivery_failed", "40006"),
    (EventKind.DROPPED, None): ("delivery_failed", "40015"),
    (EventKind.FAILED, None): ("sending_failed", "40009"),
}
"""What Telnyx can say of a recipient: status and code; the rest is not reported."""
_REFUSALS: Final = {400: "40305", 403: "10010", 429: "10011"}


class Telnyx:
    """The API and the events."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": "KEY-local-telnyx-0", "public_key": _PUBLIC}
    SENDER: ClassVar[str] = "+15005550006"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/api.telnyx.com/v2/messages", self.messages),
            ("GET", "/api.telnyx.com/v2/balance", self.balance),
        )

    def messages(self, request: Request) -> Response:
        """Take one message: 200, 401, 422 or what the recipient chose."""
        if not self._is_known(request):
            return _error(401, "10009", "Authentication failed")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _error(422, *wrong)
        url = body.get("webhook_url", "")
        message = Message(
            at=self._desk.clock(),
            provider="telnyx",
            channel=Channel.SMS,
            sender=body.get("from") or body["messaging_profile_id"],
            to=(body["to"],),
            text=body["text"],
            metadata=dict(parse_qsl(url.partition("?")[2])),
            provider_message_id=str(UUID(self._desk.ids())),
        )
        verdict = texts.take(self._desk, message, partial(self._event, url))
        if verdict.status:
            code = "40300" if verdict.outcome == "opted-out" else _REFUSALS.get(verdict.status, "10007")
            return _error(verdict.status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")
        return texts.as_json({"data": _payload(message, url, "queued")})

    def balance(self, request: Request) -> Response:
        """Say how much money there is: 200 or 401."""
        if not self._is_known(request):
            return _error(401, "10009", "Authentication failed")
        return texts.as_json({"data": {"record_type": "balance", "balance": "10.28", "currency": "USD"}})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.CREDENTIALS['api_key']}"

    def _event(self, url: str, event: Event) -> texts.Callback | None:
        if not url or texts.word(event) not in _STATUSES:
            return None
        status, code = _STATUSES[texts.word(event)]
        payload = _payload(event.message, url, status)
        if code:
            payload["errors"] = [{"code": code, "title": event.report.text, "detail": event.report.text}]
        data = {
            "event_type": "message.sent" if status == "sent" else "message.finalized",
            "id": str(UUID(sha256(event.key.encode()).hexdigest()[:32])),
            "occurred_at": event.happened.isoformat(timespec="milliseconds"),
            "payload": payload,
            "record_type": "event",
        }
        body = json.dumps({"data": data, "meta": {"attempt": 1, "delivered_to": url}}).encode()
        sent = str(int(self._desk.clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Telnyx-Timestamp": sent,
            "Telnyx-Signature-Ed25519": base64.b64encode(_KEY.sign(f"{sent}|".encode() + body)).decode(),
        }
        return texts.Callback(url=url, body=body, headers=headers)


def _payload(message: Message, url: str, status: str) -> JSON:
    return {
        "record_type": "message",
        "direction": "outbound",
        "id": message.provider_message_id,
        "type": "SMS",
        "from": {"phone_number": message.sender},
        "to": [{"phone_number": message.to[0], "status": status, "carrier": "", "line_type": ""}],
        "text": message.text,
        "webhook_url": url,
        "errors": [],
    }


def _wrong(body: Any) -> tuple[str, str] | None:
    if not isinstance(body, dict):
        return "10023", "the body must be a JSON object"
    if not texts.is_number(body.get("to")) or not body["to"].startswith("+"):
        return "40310", "Invalid 'to' address"
    if not body.get("text") or not (body.get("from") or body.get("messaging_profile_id")):
        return "10004", "text, and from or messaging_profile_id, are required"
    return None if is_loopback(body.get("webhook_url", "http://localhost")) else ("10003", "loopback only")


def _error(status: int, code: str, text: str) -> Response:
    return texts.as_json({"errors": [{"code": code, "title": text, "detail": text}]}, status)
