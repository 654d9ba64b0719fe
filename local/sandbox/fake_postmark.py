"""A fake Postmark: `POST /email`, `GET /server`, and events that sign in.

Sources: https://postmarkapp.com/developer/api/email-api, https://postmarkapp.com/developer/webhooks/webhooks-overview.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final
from uuid import UUID
from zlib import crc32

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import reports
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

TOKEN: Final = "10ca110c-a110-4ca1-8110-ca110ca110ca"  # noqa: S105 -- the same on every machine, so no secret
INACTIVE: Final = 406
INVALID: Final = 300
LONGEST_METADATA: Final = 80
CODES: Final = {400: INVALID, 429: 429, 503: 100}

_BOUNCES: Final[Mapping[EventKind, str]] = {
    EventKind.DEFERRED: "Transient",
    EventKind.FAILED: "SMTPApiError",
    EventKind.DROPPED: "ManuallyDeactivated",
}
_OTHERS: Final[Mapping[EventKind, tuple[str, str]]] = {
    EventKind.DELIVERED: ("Delivery", "DeliveredAt"),
    EventKind.OPENED: ("Open", "ReceivedAt"),
    EventKind.CLICKED: ("Click", "ReceivedAt"),
    EventKind.UNSUBSCRIBED: ("SubscriptionChange", "ChangedAt"),
    EventKind.COMPLAINED: ("SpamComplaint", "BouncedAt"),
}
"""Kind -> record type, and the member with the time; what is in neither table Postmark does not report."""


def shape(event: Event) -> JSON | None:
    """One event as Postmark posts it."""
    report, happened = event.report, f"{event.happened:%Y-%m-%dT%H:%M:%S.%f}0Z"
    common: JSON = {"MessageID": event.message.provider_message_id, "MessageStream": "outbound", "Tag": ""}
    common |= {"Metadata": dict(event.message.metadata), "ServerID": 1}
    bounce = _BOUNCES.get(report.kind)
    if report.kind is EventKind.BOUNCED:
        bounce = "HardBounce" if report.bounce == "hard" else "SoftBounce"
    if bounce:
        own = {"RecordType": "Bounce", "Type": bounce, "ID": crc32(event.key.encode()), "Details": report.text}
        return common | own | {"Email": event.recipient, "BouncedAt": happened, "Inactive": bounce == "HardBounce"}
    if report.kind not in _OTHERS:
        return None
    record, moment = _OTHERS[report.kind]
    person = "Email" if record == "SpamComplaint" else "Recipient"
    change = {"SuppressSending": True, "SuppressionReason": "ManualSuppression"}
    extra = change if record == "SubscriptionChange" else {}
    return common | {"RecordType": record, person: event.recipient, moment: happened} | extra


class Postmark:
    """The API and the webhook of one server."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"server_token": TOKEN, **reports.WEBHOOK_LOGIN}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "server_token"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """Sending, and what the token is checked with."""
        yield "POST", "/api.postmarkapp.com/email", self.email
        yield "GET", "/api.postmarkapp.com/server", self.server

    def server(self, request: Request) -> Response:
        """Answer `GET /server`: 200 or 401."""
        return (
            _answer(200, ID=1, Name="Demo") if self._webhook(request) else _error(401, 10, "Bad or missing API token")
        )

    def email(self, request: Request) -> Response:
        """Answer `POST /email`: 200, 401, 422 or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _error(401, 10, "Bad or missing API token")
        body: Any = request.get_json(force=True, silent=True)
        wrong = _problem(body)
        if wrong:
            return _error(422, INVALID, wrong)
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, webhook))
        if verdict.status:
            code = INACTIVE if verdict.outcome == "opted-out" else CODES.get(verdict.status, 0)
            status = 422 if verdict.status == 400 else verdict.status  # noqa: PLR2004 -- Postmark refuses with 422
            return _error(status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")
        own = {"To": body["To"], "SubmittedAt": message.at.isoformat(), "MessageID": message.provider_message_id}
        return _answer(200, **own, ErrorCode=0, Message="OK")

    def _webhook(self, request: Request) -> str | None:
        return self._desk.accounts.webhook("postmark", request.headers.get("X-Postmark-Server-Token", ""))

    def _message(self, body: JSON) -> Message:
        def people(member: str) -> tuple[str, ...]:
            return tuple(one.strip() for one in body.get(member, "").split(",") if one.strip())

        return Message(
            at=self._desk.clock(),
            provider="postmark",
            channel=Channel.EMAIL,
            sender=body["From"],
            to=people("To"),
            cc=people("Cc"),
            bcc=people("Bcc"),
            subject=body.get("Subject", ""),
            text=body.get("TextBody", ""),
            html=body.get("HtmlBody", ""),
            headers={one["Name"]: one["Value"] for one in body.get("Headers", ())},
            metadata=body.get("Metadata", {}),
            provider_message_id=str(UUID(self._desk.ids())),
        )

    def _report(self, webhook: str, message: Message) -> None:
        reports.one_by_one(self._desk, webhook, message, _posting)


def _posting(event: Event) -> reports.Posting | None:
    made = shape(event)
    return reports.signed_in(made) if made else None


def _problem(body: Any) -> str:
    if not isinstance(body, dict):
        return "The request body is no JSON object."
    if not body.get("From") or "@" not in str(body.get("To", "")):
        return "Invalid 'From' or 'To' address."
    if not body.get("TextBody") and not body.get("HtmlBody"):
        return "Provide either email TextBody or HtmlBody or both."
    if any(len(value) > LONGEST_METADATA for value in body.get("Metadata", {}).values()):
        return f"A Metadata value has more than {LONGEST_METADATA} characters."
    return ""


def _answer(status: int, **body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _error(status: int, code: int, text: str) -> Response:
    return _answer(status, ErrorCode=code, Message=text)
