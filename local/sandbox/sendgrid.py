"""A fake SendGrid: `POST /v3/mail/send`, and signed batches of events to the account's webhook.

Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send and
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox.accounts import signing_key
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Attached, Message
from local.sandbox.sendgrid_request import addresses, problems

_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.SENT: "processed",
    EventKind.DEFERRED: "deferred",
    EventKind.BOUNCED: "bounce",
    EventKind.DELIVERED: "delivered",
    EventKind.FAILED: "dropped",
    EventKind.DROPPED: "dropped",
    EventKind.OPENED: "open",
    EventKind.CLICKED: "click",
    EventKind.UNSUBSCRIBED: "unsubscribe",
    EventKind.COMPLAINED: "spamreport",
}
_BROWSER: Final = {"ip": "192.0.2.7", "useragent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"}
_DETAIL: Final[Mapping[EventKind, JSON]] = {
    EventKind.DEFERRED: {"attempt": "1", "tls": 1},
    EventKind.FAILED: {"reason": "Spam Content"},
    EventKind.DROPPED: {"reason": "Bounced Address"},
    EventKind.OPENED: _BROWSER,
    EventKind.CLICKED: {**_BROWSER, "url": "https://example.com/", "url_offset": {"index": 0, "type": "html"}},
}


def shape(event: Event) -> JSON:
    """One event as SendGrid posts it, the custom arguments among its own members."""
    message, report = event.message, event.report
    detail = dict(_DETAIL.get(report.kind, {}))
    if report.kind in {EventKind.DEFERRED, EventKind.DELIVERED}:
        detail["response"] = report.text
    if report.kind is EventKind.BOUNCED:
        kind = "bounce" if report.bounce == "hard" else "blocked"
        detail.update(type=kind, status=report.code, reason=report.text)
    if report.kind is EventKind.OPENED:
        detail["sg_machine_open"] = report.machine
    return {
        **message.metadata,
        "email": event.recipient,
        "timestamp": int(event.happened.timestamp()),
        "smtp-id": f"<{message.provider_message_id}@geopod-ismtpd-local-0>",
        "event": _NAMES[report.kind],
        "category": [],
        "sg_event_id": base64.urlsafe_b64encode(sha256(event.key.encode()).digest()).decode().rstrip("="),
        "sg_message_id": f"{message.provider_message_id}.recvd-local-7c9f8-1-0.0",
        **detail,
    }


def sign(timestamp: str, body: bytes) -> str:
    """The signature header: ECDSA P-256 with SHA-256 over timestamp and body, DER, base64."""
    return base64.b64encode(signing_key().sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


class SendGrid:
    """The API and the event webhook."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, self._post)

    def mail_send(self, request: Request) -> Response:
        """Answer `POST /v3/mail/send`: 202, 400, 401 or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _errors(401, [("The provided authorization grant is invalid, expired, or revoked", None)])
        body: Any = request.get_json(force=True, silent=True)
        wrong = problems(body)
        if wrong:
            return _errors(400, wrong)
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._batches.report, webhook), success=202)
        if verdict.status:
            return _errors(verdict.status, [(f"the sandbox answers {verdict.status}: {verdict.outcome}", None)])
        return Response(status=202, headers={"X-Message-Id": message.provider_message_id})

    def scopes(self, request: Request) -> Response:
        """Answer `GET /v3/scopes`: 200 or 401."""
        if self._webhook(request) is None:
            return _errors(401, [("The provided authorization grant is invalid, expired, or revoked", None)])
        return Response(json.dumps({"scopes": ["mail.send"]}), 200, content_type="application/json")

    def _webhook(self, request: Request) -> str | None:
        key = request.authorization.token if request.authorization and request.authorization.type == "bearer" else None
        return self._desk.accounts.sendgrid_webhook(key or "")

    def _message(self, body: JSON) -> Message:
        people = body["personalizations"]
        parts = {part["type"]: part["value"] for part in body["content"]}
        sender = body["from"]
        return Message(
            at=self._desk.clock(),
            provider="sendgrid",
            channel=Channel.EMAIL,
            sender=f"{sender['name']} <{sender['email']}>" if sender.get("name") else sender["email"],
            to=addresses(people, "to"),
            cc=addresses(people, "cc"),
            bcc=addresses(people, "bcc"),
            subject=people[0].get("subject") or body["subject"],
            text=parts.get("text/plain", ""),
            html=parts.get("text/html", ""),
            attachments=tuple(_attached(one) for one in body.get("attachments", ())),
            headers={**body.get("headers", {}), **people[0].get("headers", {}), **_reply_to(body)},
            metadata={**body.get("custom_args", {}), **people[0].get("custom_args", {})},
            provider_message_id=self._desk.ids()[:22],
        )

    def _post(self, webhook: str, batch: Sequence[Event]) -> int:
        body = json.dumps([shape(event) for event in batch]).encode()
        timestamp = str(int(self._desk.clock().timestamp()))
        headers = {
            "Content-Type": "application/json;charset=utf-8",
            "User-Agent": "SendGrid Event API",
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            "X-Twilio-Email-Event-Webhook-Signature": sign(timestamp, body),
        }
        return post(webhook, body, headers)


def _attached(one: JSON) -> Attached:
    return Attached(
        name=one["filename"],
        type=one.get("type", "application/octet-stream"),
        content=base64.b64decode(one["content"], validate=True),
        content_id=one.get("content_id", ""),
    )


def _reply_to(body: JSON) -> dict[str, str]:
    people = body.get("reply_to_list") or ([body["reply_to"]] if "reply_to" in body else [])
    return {"Reply-To": ", ".join(person["email"] for person in people)} if people else {}


def _errors(status: int, wrong: list[tuple[str, str | None]]) -> Response:
    errors: list[dict[str, Any]] = [{"message": text, "field": field, "help": None} for text, field in wrong]
    return Response(json.dumps({"errors": errors}), status, content_type="application/json")
