"""A fake Mailtrap: `POST /api/send` on both streams, and signed batches of events.

Sources: https://docs.mailtrap.io/developers/email-sending/transactional and
https://docs.mailtrap.io/email-api-smtp/advanced/webhooks.
"""

import hmac
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_SIGNING: Final = "10ca110ca110ca110ca110ca110ca110"
_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.DEFERRED: "soft bounce",
    EventKind.BOUNCED: "bounce",
    EventKind.DELIVERED: "delivery",
    EventKind.DROPPED: "reject",
    EventKind.FAILED: "reject",
    EventKind.OPENED: "open",
    EventKind.CLICKED: "click",
    EventKind.UNSUBSCRIBED: "unsubscribe",
    EventKind.COMPLAINED: "spam",
}
_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def shape(event: Event) -> JSON:
    """One event as Mailtrap posts it."""
    message, report = event.message, event.report
    name = _NAMES[report.kind]
    detail: JSON = {}
    if name in {"bounce", "soft bounce"}:
        # Whatever Mailtrap gives up is a bounce; what the mail was refused for tells whether the address is to blame.
        category = "badmailbox" if report.bounce == "hard" else "spam" if name == "bounce" else "greylisting"
        detail = {"response": report.text, "response_code": int(report.text[:3]), "bounce_category": category}
    elif name == "reject":
        detail = {"reason": report.text}
    elif name in {"open", "click", "unsubscribe"}:
        detail = {"ip": "192.0.2.7", "user_agent": "Mozilla/5.0" if report.machine else _BROWSER}
    return {
        "event": name,
        "timestamp": int(event.happened.timestamp()),
        "sending_stream": "transactional",
        "custom_variables": dict(message.metadata),
        "message_id": message.provider_message_id,
        "email": event.recipient,
        "event_id": str(uuid.UUID(sha256(event.key.encode()).hexdigest()[:32])),
        "sending_domain_name": "heliograph.example",
        **detail,
    }


def sign(body: bytes) -> str:
    """The header Mailtrap-Signature: HMAC-SHA256 of the body, hexadecimal."""
    return hmac.digest(_SIGNING.encode(), body, "sha256").hex()


class Mailtrap:
    """The API and the webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_token": "mailtrap-local-demo", "signing_secret": _SIGNING}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_token"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, _post)

    def routes(self) -> Iterable[Route]:
        """Both streams."""
        for host in ("send.api.mailtrap.io", "bulk.api.mailtrap.io"):
            yield "POST", f"/{host}/api/send", self.send

    def send(self, request: Request) -> Response:
        """200 with an id for each recipient, 401, 400 with what is missing, or what the recipient chose."""
        login = request.authorization
        token = login.token if login and login.type == "bearer" else None
        webhook = self._desk.accounts.webhook("mailtrap", token or "")
        if webhook is None:
            return _told(401, errors=["Unauthorized"])
        body: Any = request.get_json(force=True, silent=True)
        wrong = _problems(body if isinstance(body, dict) else {})
        if wrong:
            return _told(400, errors=wrong)
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, webhook))
        if verdict.status:
            return _told(verdict.status, errors=[f"the sandbox answers {verdict.status}: {verdict.outcome}"])
        return _told(200, message_ids=[message.provider_message_id] * len(message.recipients))

    def _report(self, webhook: str, message: Message) -> None:
        self._batches.report(webhook, message, _NAMES)

    def _message(self, body: JSON) -> Message:
        sender, reply = body["from"], body.get("reply_to")
        return Message(
            at=self._desk.clock(),
            provider="mailtrap",
            channel=Channel.EMAIL,
            sender=f"{sender['name']} <{sender['email']}>" if sender.get("name") else sender["email"],
            to=_addresses(body, "to"),
            cc=_addresses(body, "cc"),
            bcc=_addresses(body, "bcc"),
            subject=body["subject"],
            text=body.get("text", ""),
            html=body.get("html", ""),
            headers={**body.get("headers", {}), **({"Reply-To": reply["email"]} if reply else {})},
            metadata=body.get("custom_variables", {}),
            provider_message_id=str(uuid.UUID(self._desk.ids())),
        )


def _addresses(body: JSON, field: str) -> tuple[str, ...]:
    return tuple(person["email"] for person in body.get(field, ()))


def _post(webhook: str, events: Sequence[Event]) -> int:
    body = json.dumps({"events": [shape(event) for event in events]}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Mailtrap", "Mailtrap-Signature": sign(body)}
    return post(webhook, body, headers)


def _problems(body: JSON) -> list[str]:
    sender, people = body.get("from"), body.get("to")
    right = {
        "'from' is required": isinstance(sender, dict) and bool(sender.get("email")),
        "'to', 'cc' or 'bcc' address is required": isinstance(people, list) and bool(people),
        "'subject' is required": bool(body.get("subject")),
        "must specify either text or html body": bool(body.get("text") or body.get("html")),
    }
    listed = people if isinstance(people, list) else []
    right["'to' address is invalid"] = all(
        isinstance(person, dict) and str(person.get("email")).count("@") == 1 for person in listed
    )
    return [words for words, fine in right.items() if not fine]


def _told(status: int, **body: Any) -> Response:
    whole = {"success": status < 400, **body}  # noqa: PLR2004  # the first status of a refusal
    return Response(json.dumps(whole), status, content_type="application/json")
