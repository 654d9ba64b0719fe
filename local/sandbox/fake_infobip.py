"""A fake Infobip: `POST /sms/3/messages`, and delivery reports in batches to each message's own URL.

Sources: https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages,
https://www.infobip.com/docs/developer-resources/api-fundamentals/message-status-codes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import texts
from local.sandbox.accounts import is_loopback
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

HOST: Final = "local0.api.infobip.com"
_FINE: Final = {"groupName": "OK", "id": 0, "name": "NO_ERROR", "description": "No Error", "permanent": False}
_STATUSES: Final[Mapping[texts.Word, tuple[str, str, JSON]]] = {
    (EventKind.SENT, None): ("PENDING", "PENDING_ENROUTE", _FINE),
    (EventKind.DELIVERED, None): ("DELIVERED", "DELIVERED_TO_HANDSET", _FINE),
    (EventKind.BOUNCED, "hard"): (
        "UNDELIVERABLE",
        "UNDELIVERABLE_NOT_DELIVERED",
        {"groupName": "HANDSET_ERRORS", "id": 1, "name": "EC_UNKNOWN_SUBSCRIBER", "permanent": True},
    ),
    (EventKind.BOUNCED, "soft"): (
        "UNDELIVERABLE",
        "UNDELIVERABLE_NOT_DELIVERED",
        {"groupName": "HANDSET_ERRORS", "id": 27, "name": "EC_ABSENT_SUBSCRIBER", "permanent": False},
    ),
    (EventKind.DROPPED, None): ("REJECTED", "REJECTED_NETWORK", _FINE),
    (EventKind.FAILED, None): ("EXPIRED", "EXPIRED_EXPIRED", _FINE),
}
"""What Infobip can say of a text: group, name and error; the rest is not reported."""


class Infobip:
    """The API and the reports."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "host": HOST,
        "api_key": "local-infobip-key",
        "webhook_token": "local-infobip-secret-of-ours",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, _post)

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (("POST", f"/{HOST}/sms/3/messages", self.messages), ("POST", f"/{HOST}/sms/1/preview", self.preview))

    def messages(self, request: Request) -> Response:
        """Take one message: 200 (also for a rejected one), 400, 401 or what the recipient chose."""
        if not self._is_known(request):
            return _error(401, "E401", "Invalid credentials")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _error(400, "E400", wrong)
        one = body["messages"][0]
        hooks = one.get("webhooks", {})
        message = Message(
            at=self._desk.clock(),
            provider="infobip",
            channel=Channel.SMS,
            sender=one["sender"],
            to=(f"+{one['destinations'][0]['to']}",),
            text=one["content"]["text"],
            metadata={"callbackData": hooks.get("callbackData", "")},
            provider_message_id=self._desk.ids(),
        )
        tell = partial(self._gather, hooks.get("delivery", {}).get("url", ""))
        verdict = self._desk.take(message, lambda kept: texts.follow(self._desk, kept, tell))
        if verdict.outcome == "opted-out":
            return _answer(message, "REJECTED", "REJECTED_DND")
        if verdict.status:
            return _error(verdict.status, f"E{verdict.status}", f"the sandbox answers: {verdict.outcome}")
        return _answer(message, "PENDING", "PENDING_ACCEPTED")

    def preview(self, request: Request) -> Response:
        """Count the parts of a text: 200 or 401."""
        if not self._is_known(request):
            return _error(401, "E401", "Invalid credentials")
        return texts.as_json({"previews": [{"messageCount": 1}]})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"App {self.CREDENTIALS['api_key']}"

    def _gather(self, url: str, event: Event) -> bool:
        if not url or texts.word(event) not in _STATUSES:
            return True
        return self._batches.gather(url, event)


def _post(url: str, events: Sequence[Event]) -> int:
    body = json.dumps({"results": [_report(event) for event in events]}).encode()
    return post(url, body, {"Content-Type": "application/json"})


def _report(event: Event) -> JSON:
    group, name, error = _STATUSES[texts.word(event)]
    written = "%Y-%m-%dT%H:%M:%S.000+0000"
    return {
        "bulkId": event.message.provider_message_id[:20],
        "messageId": event.message.provider_message_id,
        "to": event.recipient.lstrip("+"),
        "sentAt": event.message.at.strftime(written),
        "doneAt": event.happened.strftime(written),
        "messageCount": 1,
        "callbackData": event.message.metadata["callbackData"],
        "status": {"groupName": group, "name": name, "description": name.replace("_", " ").lower()},
        "error": {"description": event.report.text, **error},
    }


def _answer(message: Message, group: str, name: str) -> Response:
    status = {"groupName": group, "name": name, "description": name.replace("_", " ").lower()}
    one = {"messageId": message.provider_message_id, "status": status, "destination": message.to[0].lstrip("+")}
    return texts.as_json({"bulkId": message.provider_message_id[:20], "messages": [one]})


def _wrong(body: Any) -> str:
    try:
        one = body["messages"][0]
        to, text, sender = one["destinations"][0]["to"], one["content"]["text"], one["sender"]
        url = one.get("webhooks", {}).get("delivery", {}).get("url", "http://localhost")
    except (LookupError, TypeError, AttributeError):
        return "messages need sender, destinations and content"
    if not texts.is_number(to) or not text or not sender:
        return "sender, destinations.to and content.text are required"
    return "" if is_loopback(url) else "the sandbox posts to loopback only"


def _error(status: int, code: str, text: str) -> Response:
    return texts.as_json({"errorCode": code, "description": text, "violations": []}, status)
