"""A fake Vonage: `POST /v1/messages` of the Messages API, and signed status callbacks.

Sources: https://developer.vonage.com/en/api/messages,
https://developer.vonage.com/en/messages/concepts/messages-status-callbacks.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import jwt, texts
from local.sandbox.accounts import is_loopback
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_ERRORS: Final = "https://developer.vonage.com/api-errors"
_STATUSES: Final[Mapping[texts.Word, tuple[str, int]]] = {
    (EventKind.SENT, None): ("submitted", 0),
    (EventKind.DELIVERED, None): ("delivered", 0),
    (EventKind.BOUNCED, "hard"): ("rejected", 1190),
    (EventKind.BOUNCED, "soft"): ("rejected", 1180),
    (EventKind.DROPPED, None): ("rejected", 1210),
    (EventKind.FAILED, None): ("undeliverable", 1330),
}
"""What Vonage can say of a text: status and code; the rest is not reported."""
_REFUSALS: Final = {401: "unauthorized", 403: "forbidden", 429: "throttled"}


class Vonage:
    """The API and the status callbacks."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "api_key": "10ca110c",
        "api_secret": "local-vonage-secret",
        "signature_secret": "local-vonage-signature-secret-0",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/api.nexmo.com/v1/messages", self.messages),
            ("GET", "/rest.nexmo.com/account/get-balance", self.balance),
        )

    def messages(self, request: Request) -> Response:
        """Take one message: 202, 401, 422 or what the recipient chose."""
        if not self._is_known(request):
            return _problem(401, "unauthorized", "You did not provide correct credentials.")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _problem(422, "messages#1020", wrong)
        message = Message(
            at=self._desk.clock(),
            provider="vonage",
            channel=Channel.SMS,
            sender=body["from"],
            to=(f"+{body['to']}",),
            text=body["text"],
            metadata={"client_ref": body.get("client_ref", "")},
            provider_message_id=str(UUID(self._desk.ids())),
        )
        verdict = texts.take(self._desk, message, partial(self._status, body.get("webhook_url", "")), success=202)
        if not verdict.status:
            return texts.as_json({"message_uuid": message.provider_message_id}, 202)
        code = "messages#1050" if verdict.outcome == "opted-out" else _REFUSALS.get(verdict.status, "messages#1030")
        code = "messages#1120" if verdict.outcome == "refused" else code
        return _problem(verdict.status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")

    def balance(self, request: Request) -> Response:
        """Say how much money there is: 200 or 401."""
        if not self._is_known(request):
            return _problem(401, "unauthorized", "You did not provide correct credentials.")
        return texts.as_json({"value": 10.28, "autoReload": False})

    def _is_known(self, request: Request) -> bool:
        login, ours = request.authorization, (self.CREDENTIALS["api_key"], self.CREDENTIALS["api_secret"])
        return login is not None and (login.username, login.password) == ours

    def _status(self, url: str, event: Event) -> texts.Callback | None:
        if not url or texts.word(event) not in _STATUSES:
            return None
        status, code = _STATUSES[texts.word(event)]
        told: JSON = {
            "message_uuid": event.message.provider_message_id,
            "to": event.recipient.lstrip("+"),
            "from": event.message.sender,
            "timestamp": event.happened.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "status": status,
            "client_ref": event.message.metadata["client_ref"],
            "channel": "sms",
            "usage": {"currency": "EUR", "price": "0.0333"},
        }
        if code:
            told["error"] = {"type": f"{_ERRORS}/messages#{code}", "title": str(code), "detail": event.report.text}
        body = json.dumps(told).encode()
        claims = {
            "iat": int(self._desk.clock().timestamp()),
            "jti": str(UUID(self._desk.ids())),
            "iss": "Vonage",
            "payload_hash": sha256(body).hexdigest(),
            "api_key": self.CREDENTIALS["api_key"],
        }
        token = jwt.sign(self.CREDENTIALS["signature_secret"], claims)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return texts.Callback(url=url, body=body, headers=headers)


def _wrong(body: Any) -> str:
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    if (body.get("channel"), body.get("message_type")) != ("sms", "text"):
        return "channel and message_type must be sms and text"
    if not texts.is_number(body.get("to")) or body["to"].startswith("+"):
        return "to must be a number in E.164 without a leading +"
    if not body.get("from") or not body.get("text"):
        return "from and text are required"
    if len(body.get("client_ref", "")) > 100:  # noqa: PLR2004 -- as documented
        return "client_ref must have 100 characters at most"
    return "" if is_loopback(body.get("webhook_url", "http://localhost")) else "the sandbox posts to loopback only"


def _problem(status: int, code: str, detail: str) -> Response:
    return texts.as_json(
        {"type": f"{_ERRORS}{'/' if '#' in code else '#'}{code}", "title": "Error", "detail": detail}, status
    )
