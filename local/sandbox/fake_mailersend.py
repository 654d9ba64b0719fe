"""A fake MailerSend: `POST /v1/email`, and one signed request for each event.

Sources: https://developers.mailersend.com/api/v1/email.html and https://developers.mailersend.com/api/v1/webhooks.html.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.faults import Verdict
from local.sandbox.inbox import Message

_SECRET: Final = "local-mailersend-signing"  # noqa: S105  # the demo's own, the same on every machine
_MOST_TAGS: Final = 5
_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.SENT: "sent",
    EventKind.DEFERRED: "deferred",
    EventKind.DELIVERED: "delivered",
    EventKind.BOUNCED: "bounced",
    EventKind.OPENED: "opened",
    EventKind.CLICKED: "clicked",
    EventKind.UNSUBSCRIBED: "unsubscribed",
    EventKind.COMPLAINED: "spam_complaint",
}
"""What MailerSend calls it; what it did not try, or could not do, it does not report."""


def shape(event: Event) -> JSON:
    """One event as MailerSend posts it."""
    message, report = event.message, event.report
    name = f"{report.bounce}_bounced" if report.bounce else _NAMES[report.kind]
    bounced = {"bounce_reason": report.text, "bounce_code": report.code, "bounce_type": report.bounce}
    return {
        "type": f"activity.{name}",
        "created_at": f"{event.happened:%Y-%m-%dT%H:%M:%S.%f}Z",
        "data": {
            "id": sha256(event.key.encode()).hexdigest()[:24],
            "domain_id": "local",
            "message_id": message.provider_message_id,
            "email_id": sha256(f"{message.id}/{event.recipient}".encode()).hexdigest()[:24],
            "type": name,
            "subject": message.subject,
            "recipient": event.recipient,
            "tags": list(message.metadata.values()),
            "meta": bounced if name.endswith("bounced") else [],
        },
    }


def sign(body: bytes) -> str:
    """The header Signature: HMAC-SHA256 of the body, hexadecimal."""
    return hmac.digest(_SECRET.encode(), body, "sha256").hex()


class MailerSend:
    """The API and the webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_token": "mlsn.local-demo", "signing_secret": _SECRET}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_token"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """Send, and the day's quota."""
        yield "POST", "/api.mailersend.com/v1/email", self.send
        yield "GET", "/api.mailersend.com/v1/api-quota", self.quota

    def send(self, request: Request) -> Response:
        """202 with the message's id in a header, 401, 422 with the wrong field, or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _told(401, {"message": "Unauthenticated."})
        body: Any = request.get_json(force=True, silent=True)
        wrong = _problems(body if isinstance(body, dict) else {})
        if wrong:
            return _told(422, {"message": "The given data was invalid.", "errors": wrong})
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, webhook), success=202)
        if verdict.status:
            return _refusal(verdict, message)
        return Response(status=202, headers={"X-Message-Id": message.provider_message_id})

    def quota(self, request: Request) -> Response:
        """200 for a token that is known."""
        if self._webhook(request) is None:
            return _told(401, {"message": "Unauthenticated."})
        return _told(200, {"quota": 1000, "remaining": 1000, "reset": "2026-03-02T00:00:00Z"})

    def _webhook(self, request: Request) -> str | None:
        login = request.authorization
        token = login.token if login and login.type == "bearer" else None
        return self._desk.accounts.webhook("mailersend", token or "")

    def _message(self, body: JSON) -> Message:
        sender = body["from"]
        reply = body.get("reply_to")
        own = {one["name"]: one["value"] for one in body.get("headers", ())}
        leave = {"List-Unsubscribe": f"<{body['list_unsubscribe']}>"} if body.get("list_unsubscribe") else {}
        return Message(
            at=self._desk.clock(),
            provider="mailersend",
            channel=Channel.EMAIL,
            sender=f"{sender['name']} <{sender['email']}>" if sender.get("name") else sender["email"],
            to=_addresses(body, "to"),
            cc=_addresses(body, "cc"),
            bcc=_addresses(body, "bcc"),
            subject=body["subject"],
            text=body.get("text", ""),
            html=body.get("html", ""),
            headers={**own, **leave, **({"Reply-To": reply["email"]} if reply else {})},
            metadata={f"tag {number}": tag for number, tag in enumerate(body.get("tags", ()))},
            provider_message_id=self._desk.ids()[:24],
        )

    def _report(self, webhook: str, message: Message) -> None:
        for delay, event in self._desk.events(message):
            if event.report.kind in _NAMES:
                self._desk.callbacks.after(delay, partial(self._post, webhook, event))

    def _post(self, webhook: str, event: Event) -> bool:
        body = json.dumps(shape(event)).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "MailerSend", "Signature": sign(body)}
        return self._desk.note(event, post(webhook, body, headers))


def _addresses(body: JSON, field: str) -> tuple[str, ...]:
    return tuple(person["email"] for person in body.get(field, ()))


def _problems(body: JSON) -> dict[str, list[str]]:
    sender, people = body.get("from"), body.get("to")
    checks = {
        "from.email": isinstance(sender, dict) and "@" in str(sender.get("email")),
        "to": isinstance(people, list) and bool(people),
        "subject": bool(body.get("subject")),
        "text": bool(body.get("text") or body.get("html")),
        "tags": len(body.get("tags", ())) <= _MOST_TAGS,
    }
    wrong = {field: [f"The {field} field is required or not valid."] for field, right in checks.items() if not right}
    for number, person in enumerate(people if isinstance(people, list) else ()):
        if not isinstance(person, dict) or str(person.get("email")).count("@") != 1:
            field = f"to.{number}.email"
            wrong[field] = [f"The {field} must be a valid email address."]
    return wrong


def _refusal(verdict: Verdict, message: Message) -> Response:
    if verdict.outcome != "opted-out":
        return _told(verdict.status, {"message": f"the sandbox answers {verdict.status}: {verdict.outcome}"})
    left_out = [{"email": message.to[0], "name": "", "reasons": ["unsubscribed"]}]
    warning = {"type": "ALL_SUPPRESSED", "warning": "All of the recipients have been suppressed."}
    warnings = [warning | {"recipients": left_out}]
    return _told(202, {"message": "There are some warnings for your request.", "warnings": warnings})


def _told(status: int, body: JSON) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
