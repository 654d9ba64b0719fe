"""A fake Mandrill: `POST /api/1.0/messages/send`, and signed forms with batches of events.

Sources: https://mailchimp.com/developer/transactional/api/messages/send-new-message/ and
https://mailchimp.com/developer/transactional/docs/webhooks/.
"""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.faults import Verdict
from local.sandbox.inbox import Message

_WEBHOOK_KEY: Final = "local-mandrill-webhook"
_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.SENT: "send",
    EventKind.DEFERRED: "deferral",
    EventKind.DELIVERED: "delivered",
    EventKind.DROPPED: "reject",
    EventKind.FAILED: "reject",
    EventKind.OPENED: "open",
    EventKind.CLICKED: "click",
    EventKind.UNSUBSCRIBED: "unsub",
    EventKind.COMPLAINED: "spam",
}
_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_ERRORS: Final = {400: ("ValidationError", -2), 500: ("GeneralError", -99)}
"""How the sandbox's refusals are called; Mandrill itself answers them all with 500."""


def shape(event: Event) -> JSON:
    """One event as Mandrill posts it."""
    message, report = event.message, event.report
    name = _NAMES.get(report.kind) or f"{report.bounce}_bounce"
    moment = int(event.happened.timestamp())
    msg = {
        "_id": message.provider_message_id,
        "ts": int(message.at.timestamp()),
        "email": event.recipient,
        "sender": message.sender,
        "subject": message.subject,
        "metadata": dict(message.metadata),
        "tags": [],
        "smtp_events": [{"ts": moment, "diag": report.text}],
    }
    if report.kind is EventKind.BOUNCED:
        msg |= {"bounce_description": report.code, "diag": report.text}
    if name == "reject":
        msg["reject"] = {"reason": "custom"}
    agent = "Mozilla/5.0" if report.machine else _BROWSER
    seen = {"ip": "192.0.2.7", "user_agent": agent} if name in {"open", "click"} else {}
    return {"event": name, "_id": message.provider_message_id, "ts": moment, "msg": msg, **seen}


def sign(url: str, fields: Mapping[str, str]) -> str:
    """X-Mandrill-Signature: HMAC-SHA1, base64, over the URL and the form's sorted names and values."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(_WEBHOOK_KEY.encode(), text.encode(), "sha1")).decode()


class Mandrill:
    """The API and the webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": "md-local-demo", "webhook_key": _WEBHOOK_KEY}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_key"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, _post)

    def routes(self) -> Iterable[Route]:
        """Send and ping; the paths of old end in `.json`."""
        for end in ("", ".json"):
            yield "POST", f"/mandrillapp.com/api/1.0/messages/send{end}", self.send
            yield "POST", f"/mandrillapp.com/api/1.0/users/ping2{end}", self.ping

    def send(self, request: Request) -> Response:
        """200 with one entry for each recipient, 500 with the error's name, or what the recipient chose."""
        body: Any = request.get_json(force=True, silent=True)
        webhook = self._webhook(body)
        if webhook is None:
            return _error(401, "Invalid_Key", -1, "Invalid API key")
        wrong = _problem(body.get("message"))
        if wrong:
            return _error(500, "ValidationError", -2, f"Validation error: {json.dumps({'message': wrong})}")
        message = self._message(body["message"])
        verdict = self._desk.take(message, partial(self._batches.report, webhook))
        return _refusal(verdict, message) if verdict.status else _answer(message, "sent")

    def ping(self, request: Request) -> Response:
        """200 for a key that is known."""
        if self._webhook(request.get_json(force=True, silent=True)) is None:
            return _error(401, "Invalid_Key", -1, "Invalid API key")
        return Response(json.dumps({"PING": "PONG!"}), 200, content_type="application/json")

    def _webhook(self, body: Any) -> str | None:
        key = body.get("key") if isinstance(body, dict) else None
        return self._desk.accounts.webhook("mandrill", key) if isinstance(key, str) else None

    def _message(self, given: JSON) -> Message:
        name = given.get("from_name")
        return Message(
            at=self._desk.clock(),
            provider="mandrill",
            channel=Channel.EMAIL,
            sender=f"{name} <{given['from_email']}>" if name else given["from_email"],
            to=_addresses(given, "to"),
            cc=_addresses(given, "cc"),
            bcc=_addresses(given, "bcc"),
            subject=given.get("subject", ""),
            text=given.get("text", ""),
            html=given.get("html", ""),
            headers=given.get("headers", {}),
            metadata=given.get("metadata", {}),
            provider_message_id=self._desk.ids(),
        )


def _addresses(given: JSON, kind: str) -> tuple[str, ...]:
    return tuple(to["email"] for to in given["to"] if to.get("type", "to") == kind)


def _post(webhook: str, events: Sequence[Event]) -> int:
    fields = {"mandrill_events": json.dumps([shape(event) for event in events])}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Mandrill-Webhook/1.0",
        "X-Mandrill-Signature": sign(webhook, fields),
    }
    return post(webhook, urlencode(fields).encode(), headers)


def _problem(message: Any) -> JSON | None:
    if not isinstance(message, dict):
        return {"message": "Please enter an array"}
    to = message.get("to")
    if not isinstance(to, list) or not to or not all(isinstance(one, dict) for one in to):
        return {"to": "Please enter an array"}
    bad = [{"email": "An email address must contain a single @"} for one in to if str(one.get("email")).count("@") != 1]
    if bad:
        return {"to": bad}
    if not message.get("from_email"):
        return {"from_email": "Please enter a value"}
    return None


def _refusal(verdict: Verdict, message: Message) -> Response:
    if verdict.outcome == "opted-out":
        return _answer(message, "rejected", "unsub")
    name, code = _ERRORS.get(verdict.status, ("Unknown", verdict.status))
    status = 500 if verdict.status in _ERRORS else verdict.status
    return _error(status, name, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")


def _answer(message: Message, status: str, why: str | None = None) -> Response:
    each = [
        {"email": one, "status": status, "_id": message.provider_message_id, "reject_reason": why}
        for one in message.recipients
    ]
    return Response(json.dumps(each), 200, content_type="application/json")


def _error(status: int, name: str, code: int, text: str) -> Response:
    body = {"status": "error", "code": code, "name": name, "message": text}
    return Response(json.dumps(body), status, content_type="application/json")
