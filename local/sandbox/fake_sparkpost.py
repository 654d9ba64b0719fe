"""A fake SparkPost: `POST /api/v1/transmissions` in both regions, and batches of events behind the webhook's password.

Sources: https://developers.sparkpost.com/api/transmissions/ and https://developers.sparkpost.com/api/webhooks/.
"""

import json
from base64 import b64encode
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
from local.sandbox.faults import Verdict
from local.sandbox.inbox import Message

_LOGIN: Final = ("heliograph", "local-sparkpost-password")
_NAMES: Final[Mapping[EventKind, tuple[str, str]]] = {
    EventKind.SENT: ("message_event", "injection"),
    EventKind.DEFERRED: ("message_event", "delay"),
    EventKind.BOUNCED: ("message_event", "bounce"),
    EventKind.DELIVERED: ("message_event", "delivery"),
    EventKind.DROPPED: ("gen_event", "generation_rejection"),
    EventKind.FAILED: ("gen_event", "generation_failure"),
    EventKind.OPENED: ("track_event", "open"),
    EventKind.CLICKED: ("track_event", "click"),
    EventKind.UNSUBSCRIBED: ("unsubscribe_event", "list_unsubscribe"),
    EventKind.COMPLAINED: ("message_event", "spam_complaint"),
}
_CLASSES: Final = {"hard": "10", "soft": "22"}
_CODES: Final = {400: "1200", 429: "", 500: "1500"}
_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def shape(event: Event) -> JSON:
    """One event as SparkPost posts it."""
    message, report = event.message, event.report
    kind, name = _NAMES[report.kind]
    detail: JSON = {"reason": report.text} if report.text else {}
    if report.bounce:
        detail |= {"bounce_class": _CLASSES[report.bounce], "error_code": report.text[:3]}
    if report.kind is EventKind.COMPLAINED:
        detail["fbtype"] = "abuse"
    if kind == "track_event":
        prefetched = {"is_proxy": False, "is_prefetched": report.machine}
        detail |= {"ip_address": "192.0.2.7", "user_agent": _BROWSER, "user_agent_parsed": prefetched}
    whole = {
        "type": name,
        "event_id": str(int(sha256(event.key.encode()).hexdigest()[:14], 16)),
        "timestamp": str(int(event.happened.timestamp())),
        "transmission_id": message.provider_message_id,
        "message_id": sha256(f"{message.id}/{event.recipient}".encode()).hexdigest()[:20],
        "rcpt_to": event.recipient.lower(),
        "raw_rcpt_to": event.recipient,
        "rcpt_meta": dict(message.metadata),
        "subject": message.subject,
    }
    return {"msys": {kind: whole | detail}}


class SparkPost:
    """The API and the webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": "sparkpost-local-demo", "webhook_password": _LOGIN[1]}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_key"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, _post)

    def routes(self) -> Iterable[Route]:
        """Transmissions in both regions."""
        for host in ("api.sparkpost.com", "api.eu.sparkpost.com"):
            yield "POST", f"/{host}/api/v1/transmissions", self.transmit

    def transmit(self, request: Request) -> Response:
        """200 with the transmission's id, 401, 422 with what is missing, or what the recipient chose."""
        webhook = self._desk.accounts.webhook("sparkpost", request.headers.get("Authorization", ""))
        if webhook is None:
            return _error(401, "Unauthorized.")
        body: Any = request.get_json(force=True, silent=True)
        missing = _missing(body if isinstance(body, dict) else {})
        if missing:
            return _error(422, "required field is missing", "1400", missing)
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._batches.report, webhook))
        return _refusal(verdict) if verdict.status else _accepted(message)

    def _message(self, body: JSON) -> Message:
        content, sender = body["content"], body["content"]["from"]
        to, *copies = [recipient["address"]["email"] for recipient in body["recipients"]]
        shown = content.get("headers", {}).get("CC", "")
        reply = {"Reply-To": content["reply_to"]} if content.get("reply_to") else {}
        return Message(
            at=self._desk.clock(),
            provider="sparkpost",
            channel=Channel.EMAIL,
            sender=f"{sender['name']} <{sender['email']}>" if sender.get("name") else sender["email"],
            to=(to,),
            cc=tuple(one for one in copies if one in shown),
            bcc=tuple(one for one in copies if one not in shown),
            subject=_filled_in(content["subject"]),
            text=_filled_in(content.get("text", "")),
            html=_filled_in(content.get("html", "")),
            headers={**content.get("headers", {}), **reply},
            metadata=body.get("metadata", {}),
            provider_message_id=str(int(self._desk.ids()[:14], 16)),
        )


def _filled_in(text: str) -> str:
    return text.replace("{{opening_double_curly()}}", "{{").replace("{{closing_double_curly()}}", "}}")


def _post(webhook: str, events: Sequence[Event]) -> int:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "SparkPost",
        "Authorization": "Basic " + b64encode(":".join(_LOGIN).encode()).decode(),
    }
    return post(webhook, json.dumps([shape(event) for event in events]).encode(), headers)


def _missing(body: JSON) -> str:
    people, content = body.get("recipients"), body.get("content")
    if not isinstance(people, list) or not people:
        return "recipients or list_id required"
    if not all("@" in str(one.get("address", {}).get("email")) for one in people):
        return "address.email is required"
    if not isinstance(content, dict) or not (content.get("text") or content.get("html")):
        return "content.text or content.html required"
    if not content.get("subject") or not isinstance(content.get("from"), dict):
        return "content.subject and content.from required"
    return ""


def _refusal(verdict: Verdict) -> Response:
    if verdict.outcome == "opted-out":
        suppressed = "recipient address suppressed due to customer policy"
        return _error(400, "Message generation rejected", "1902", suppressed)
    text = f"the sandbox answers {verdict.status}: {verdict.outcome}"
    return _error(verdict.status, text, _CODES.get(verdict.status, ""))


def _accepted(message: Message) -> Response:
    results = {"total_rejected_recipients": 0, "total_accepted_recipients": len(message.recipients)}
    body = {"results": {**results, "id": message.provider_message_id}}
    return Response(json.dumps(body), 200, content_type="application/json")


def _error(status: int, message: str, code: str = "", description: str = "") -> Response:
    error = {"message": message, "code": code, "description": description}
    body = {"errors": [{name: text for name, text in error.items() if text}]}
    return Response(json.dumps(body), status, content_type="application/json")
