"""A fake Resend: `POST /emails` with idempotency keys, `GET /domains`, and events that are signed as Svix does.

Sources: https://resend.com/docs/api-reference/emails/send-email, https://resend.com/docs/webhooks/event-types.
"""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import reports
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

API_KEY: Final = "re_10ca110ca110ca110ca110ca1"
SECRET: Final = "whsec_MTBjYTExMGNhMTEwY2ExMTBjYTExMGNh"  # noqa: S105 -- the same on every machine, so no secret

_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.SENT: "email.sent",
    EventKind.DEFERRED: "email.delivery_delayed",
    EventKind.BOUNCED: "email.bounced",
    EventKind.DELIVERED: "email.delivered",
    EventKind.FAILED: "email.failed",
    EventKind.DROPPED: "email.suppressed",
    EventKind.OPENED: "email.opened",
    EventKind.CLICKED: "email.clicked",
    EventKind.COMPLAINED: "email.complained",
}
"""What Resend can say; an unsubscription is not reported."""
_ERRORS: Final = {400: "validation_error", 429: "rate_limit_exceeded", 500: "application_error"}


def shape(event: Event) -> JSON:
    """One event as Resend posts it."""
    message, report = event.message, event.report
    data: JSON = {
        "email_id": message.provider_message_id,
        "created_at": message.at.isoformat(sep=" "),
        "from": message.sender,
        "to": list(message.to),
        "subject": message.subject,
        "tags": dict(message.metadata),
    }
    data |= {part: list(people) for part, people in (("cc", message.cc), ("bcc", message.bcc)) if people}
    if report.kind is EventKind.BOUNCED:
        hard = report.bounce == "hard"
        kind, subtype = ("Permanent", "General") if hard else ("Transient", "MailboxFull")
        data["bounce"] = {"type": kind, "subType": subtype, "message": report.text}
    if report.kind is EventKind.DROPPED:
        data["suppressed"] = {"type": "OnAccountSuppressionList", "message": report.text}
    if report.kind is EventKind.FAILED:
        data["failed"] = {"reason": report.text}
    return {
        "type": _NAMES[report.kind],
        "created_at": f"{event.happened:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "data": data,
    }


def sign(event_id: str, timestamp: str, body: bytes) -> str:
    """Version 1: HMAC-SHA256, base64, over id, timestamp and body with dots between."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


class Resend:
    """The API and the webhook of one team."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": API_KEY, "signing_secret": SECRET}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_key"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[JSON, str]] = {}

    def routes(self) -> Iterable[Route]:
        """Sending, and what the key is checked with."""
        yield "POST", "/api.resend.com/emails", self.emails
        yield "GET", "/api.resend.com/domains", self.domains

    def domains(self, request: Request) -> Response:
        """Answer `GET /domains` to a key that may only send: 401, or 403 for one that is unknown."""
        if self._webhook(request) is None:
            return _error(403, "invalid_api_key", "API key is invalid")
        return _error(401, "restricted_api_key", "This API key is restricted to only send emails")

    def emails(self, request: Request) -> Response:
        """Answer `POST /emails`: 200, 403, 409, 422 or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _error(403, "invalid_api_key", "API key is invalid")
        body: Any = request.get_json(force=True, silent=True)
        key = request.headers.get("Idempotency-Key", "")
        wrong = _problem(body)
        if wrong:
            return _error(422, "validation_error", wrong)
        if key in self._known:
            return self._again(key, body)
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, webhook, key, body))
        if verdict.status:
            text = f"the sandbox answers {verdict.status}: {verdict.outcome}"
            return _error(verdict.status, _ERRORS.get(verdict.status, "application_error"), text)
        return _answer(200, id=message.provider_message_id)

    def _again(self, key: str, body: JSON) -> Response:
        known, message_id = self._known[key]
        if known != body:
            return _error(409, "invalid_idempotent_request", "This idempotency key was used with another payload")
        return _answer(200, id=message_id)

    def _webhook(self, request: Request) -> str | None:
        login = request.authorization
        key = login.token if login and login.type == "bearer" else None
        return self._desk.accounts.webhook("resend", key or "")

    def _message(self, body: JSON) -> Message:
        return Message(
            at=self._desk.clock(),
            provider="resend",
            channel=Channel.EMAIL,
            sender=body["from"],
            to=tuple(body["to"]),
            cc=tuple(body.get("cc", ())),
            bcc=tuple(body.get("bcc", ())),
            subject=body["subject"],
            text=body.get("text", ""),
            html=body.get("html", ""),
            headers=body.get("headers", {}),
            metadata={tag["name"]: tag["value"] for tag in body.get("tags", ())},
            provider_message_id=str(UUID(self._desk.ids())),
        )

    def _report(self, webhook: str, key: str, body: JSON, message: Message) -> None:
        if key:
            self._known[key] = (body, message.provider_message_id)
        reports.one_by_one(self._desk, webhook, message, self._posting)

    def _posting(self, event: Event) -> reports.Posting | None:
        if event.report.kind not in _NAMES:
            return None
        event_id = "msg_" + sha256(event.key.encode()).hexdigest()[:27]
        timestamp, body = str(int(self._desk.clock().timestamp())), json.dumps(shape(event)).encode()
        proof = {"svix-id": event_id, "svix-timestamp": timestamp, "svix-signature": sign(event_id, timestamp, body)}
        return reports.Posting(body, {"Content-Type": "application/json", "User-Agent": "Svix-Webhooks/1.0", **proof})


def _problem(body: Any) -> str:
    if not isinstance(body, dict):
        return "The request body is no JSON object."
    for field in ("from", "to", "subject"):
        if not body.get(field):
            return f"Missing `{field}` field."
    if not body.get("html") and not body.get("text"):
        return "Missing `html` or `text` field."
    return "" if all("@" in person for person in body["to"]) else "Invalid `to` field."


def _answer(status: int, **body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _error(status: int, name: str, text: str) -> Response:
    return _answer(status, statusCode=status, name=name, message=text)
