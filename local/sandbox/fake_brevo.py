"""A fake Brevo: `POST /v3/smtp/email` with idempotency keys, `GET /v3/account`, and events that sign in.

Sources: https://developers.brevo.com/reference/sendtransacemail,
https://developers.brevo.com/docs/transactional-webhooks.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Bounce, Channel, EventKind
from local.sandbox import reports
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

API_KEY: Final = "xkeysib-10ca110ca110ca110ca110ca1"
ECHO: Final = "X-Mailin-custom"
ZONE: Final = 3600
"""Seconds by which the account's zone is ahead of UTC: `ts` is in that zone."""

_NAMES: Final[Mapping[tuple[EventKind, Bounce | None], str]] = {
    (EventKind.SENT, None): "request",
    (EventKind.DEFERRED, None): "deferred",
    (EventKind.BOUNCED, "hard"): "hard_bounce",
    (EventKind.BOUNCED, "soft"): "soft_bounce",
    (EventKind.DELIVERED, None): "delivered",
    (EventKind.FAILED, None): "error",
    (EventKind.DROPPED, None): "blocked",
    (EventKind.OPENED, None): "unique_opened",
    (EventKind.CLICKED, None): "click",
    (EventKind.UNSUBSCRIBED, None): "unsubscribed",
    (EventKind.COMPLAINED, None): "spam",
}
_CODES: Final = {400: "invalid_parameter", 429: "too_many_requests"}


def shape(event: Event) -> JSON:
    """One event as Brevo posts it."""
    message, report, happened = event.message, event.report, int(event.happened.timestamp())
    return {
        "event": "unique_proxy_open" if report.machine else _NAMES[report.kind, report.bounce],
        "email": event.recipient,
        "id": 26224,
        "ts": happened + ZONE,
        "ts_event": happened,
        "ts_epoch": int(message.at.timestamp() * 1000),
        "message-id": message.provider_message_id,
        "subject": message.subject,
        ECHO: message.metadata.get(ECHO, ""),
        "reason": report.text,
    }


class Brevo:
    """The API and the webhook of one account."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": API_KEY, **reports.WEBHOOK_LOGIN}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_key"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys: set[str] = set()

    def routes(self) -> Iterable[Route]:
        """Sending, and what the key is checked with."""
        yield "POST", "/api.brevo.com/v3/smtp/email", self.email
        yield "GET", "/api.brevo.com/v3/account", self.account

    def account(self, request: Request) -> Response:
        """Answer `GET /v3/account`: 200 or 401."""
        known = self._webhook(request) is not None
        return _answer(200, email="demo@heliograph.example") if known else _error(401, "unauthorized", "Key not found")

    def email(self, request: Request) -> Response:
        """Answer `POST /v3/smtp/email`: 201, 400, 401 or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _error(401, "unauthorized", "Key not found")
        body: Any = request.get_json(force=True, silent=True)
        code, wrong = _problem(body)
        if wrong:
            return _error(400, code, wrong)
        key = body.get("headers", {}).get("idempotencyKey", "")
        if key in self._keys:
            return _error(400, "duplicate_request", "A request with this idempotencyKey was processed already")
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, webhook, key), success=201)
        if verdict.status:
            text = f"the sandbox answers {verdict.status}: {verdict.outcome}"
            return _error(verdict.status, _CODES.get(verdict.status, "internal_error"), text)
        return _answer(201, messageId=message.provider_message_id)

    def _webhook(self, request: Request) -> str | None:
        return self._desk.accounts.webhook("brevo", request.headers.get("api-key", ""))

    def _message(self, body: JSON) -> Message:
        def people(part: str) -> tuple[str, ...]:
            return tuple(one["email"] for one in body.get(part, ()))

        headers = body.get("headers", {})
        return Message(
            at=self._desk.clock(),
            provider="brevo",
            channel=Channel.EMAIL,
            sender=body["sender"]["email"],
            to=people("to"),
            cc=people("cc"),
            bcc=people("bcc"),
            subject=body["subject"],
            text=body.get("textContent", ""),
            html=body.get("htmlContent", ""),
            headers={name: value for name, value in headers.items() if name != ECHO},
            metadata={ECHO: headers.get(ECHO, "")},
            provider_message_id=f"<{self._desk.ids()}@smtp-relay.mailin.fr>",
        )

    def _report(self, webhook: str, key: str, message: Message) -> None:
        if key:
            self._keys.add(key)
        reports.one_by_one(self._desk, webhook, message, lambda event: reports.signed_in(shape(event)))


def _problem(body: Any) -> tuple[str, str]:
    """Code and sentence; both empty when Brevo would take it."""
    if not isinstance(body, dict):
        return "bad_request", "The request body is no JSON object"
    for field in ("sender", "to", "subject"):
        if not body.get(field):
            return "missing_parameter", f"{field} is missing"
    if not body.get("textContent") and not body.get("htmlContent"):
        return "missing_parameter", "Either of htmlContent or textContent is missing"
    if not all("@" in person.get("email", "") for person in body["to"]):
        return "invalid_parameter", "email is not valid in to"
    try:
        UUID(body.get("headers", {}).get("idempotencyKey", str(UUID(int=0))))
    except ValueError:
        return "invalid_parameter", "idempotencyKey is no UUID"
    return "", ""


def _answer(status: int, **body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _error(status: int, code: str, text: str) -> Response:
    return _answer(status, code=code, message=text)
