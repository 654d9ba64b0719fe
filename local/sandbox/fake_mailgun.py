"""A fake Mailgun: `POST /v3/{domain}/messages`, and events with their signature in the body.

Sources: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages,
https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads.
"""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import reports
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

API_KEY: Final = "key-local-10ca110ca110ca1"
SIGNING_KEY: Final = "10ca110ca110ca110ca110ca110ca1"
DOMAIN: Final = "mg.heliograph.example"

_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.SENT: "accepted",
    EventKind.DEFERRED: "failed",
    EventKind.BOUNCED: "failed",
    EventKind.DELIVERED: "delivered",
    EventKind.FAILED: "rejected",
    EventKind.DROPPED: "failed",
    EventKind.OPENED: "opened",
    EventKind.CLICKED: "clicked",
    EventKind.UNSUBSCRIBED: "unsubscribed",
    EventKind.COMPLAINED: "complained",
}


def sign(timestamp: str, token: str) -> str:
    """HMAC-SHA256 of both, one after the other, in hexadecimal."""
    return hmac.digest(SIGNING_KEY.encode(), f"{timestamp}{token}".encode(), "sha256").hex()


def shape(event: Event) -> JSON:
    """`event-data` as Mailgun posts it."""
    message, report = event.message, event.report
    data: JSON = {
        "event": _NAMES[report.kind],
        "id": base64.urlsafe_b64encode(sha256(event.key.encode()).digest()[:16]).decode().rstrip("="),
        "timestamp": event.happened.timestamp(),
        "recipient": event.recipient,
        "message": {"headers": {"to": event.recipient, "message-id": message.provider_message_id}},
        "user-variables": dict(message.metadata),
        "tags": [],
    }
    if data["event"] == "failed":
        soft = report.kind is EventKind.DEFERRED
        data["severity"] = "temporary" if soft else "permanent"
        hard = "bounce" if report.bounce == "hard" else "old"
        data["reason"] = "suppress-bounce" if report.kind is EventKind.DROPPED else "generic" if soft else hard
    if report.text:
        data["delivery-status"] = {"code": 250, "message": report.text, "enhanced-code": report.code}
    if report.kind in {EventKind.OPENED, EventKind.CLICKED}:
        data["client-info"] = {"client-type": "browser", "bot": "gmail" if report.machine else ""}
    if report.kind is EventKind.FAILED:
        data["reject"] = {"reason": "Rejected by the sandbox"}
    return data


class Mailgun:
    """The API and the webhook of one domain."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": API_KEY, "domain": DOMAIN, "signing_key": SIGNING_KEY}
    SENDER: ClassVar[str] = f"Heliograph <hello@{DOMAIN}>"
    ACCOUNT: ClassVar[str] = "domain"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """Of both regions."""
        for host in ("api.mailgun.net", "api.eu.mailgun.net"):
            yield "POST", f"/{host}/v3/<domain>/messages", self.messages

    def messages(self, request: Request, domain: str) -> Response:
        """Answer `POST /v3/{domain}/messages`: 200, 400, 401, 404 or what the recipient chose."""
        login, webhook = request.authorization, self._desk.accounts.webhook("mailgun", domain)
        if login is None or (login.username, login.password) != ("api", API_KEY):
            return Response("Forbidden", 401)
        if webhook is None:
            return _answer(404, message=f"Domain not found: {domain}")
        if wrong := _problem(request.form):
            return _answer(400, message=wrong)
        message = self._message(request, domain)
        verdict = self._desk.take(message, partial(self._report, webhook))
        if verdict.status:
            return _answer(verdict.status, message=f"the sandbox answers {verdict.status}: {verdict.outcome}")
        return _answer(200, id=f"<{message.provider_message_id}>", message="Queued. Thank you.")

    def _message(self, request: Request, domain: str) -> Message:
        form = request.form

        def people(field: str) -> tuple[str, ...]:
            return tuple(one.strip() for one in form.get(field, "").split(",") if one.strip())

        return Message(
            at=self._desk.clock(),
            provider="mailgun",
            channel=Channel.EMAIL,
            sender=form["from"],
            to=people("to"),
            cc=people("cc"),
            bcc=people("bcc"),
            subject=form["subject"],
            text=form.get("text", ""),
            html=form.get("html", ""),
            headers={name.removeprefix("h:"): value for name, value in form.items() if name.startswith("h:")},
            metadata={name.removeprefix("v:"): value for name, value in form.items() if name.startswith("v:")},
            provider_message_id=f"{self._desk.ids()}@{domain}",
        )

    def _report(self, webhook: str, message: Message) -> None:
        reports.one_by_one(self._desk, webhook, message, self._posting)

    def _posting(self, event: Event) -> reports.Posting:
        timestamp, token = str(int(self._desk.clock().timestamp())), (self._desk.ids() * 2)[:50]
        signature = {"timestamp": timestamp, "token": token, "signature": sign(timestamp, token)}
        body = json.dumps({"signature": signature, "event-data": shape(event)}).encode()
        return reports.Posting(body, {"Content-Type": "application/json", "User-Agent": "mailgun/treq"})


def _problem(form: Mapping[str, str]) -> str:
    for field in ("from", "to", "subject"):
        if not form.get(field):
            return f"{field} parameter is missing"
    if not form.get("text") and not form.get("html"):
        return "Need at least one of 'text' or 'html' parameters specified"
    return "" if "@" in form["to"] else "to parameter is not a valid address. please check documentation"


def _answer(status: int, **body: str) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
