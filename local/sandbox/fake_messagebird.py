"""A fake MessageBird: `POST /messages`, and each status as a signed GET of the message's report URL.

Sources: https://developers.messagebird.com/api/sms-messaging/, https://developers.messagebird.com/api/#verifying-http-requests.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import Channel, EventKind
from local.sandbox import jwt, texts
from local.sandbox.accounts import is_loopback
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_STATUSES: Final[Mapping[texts.Word, tuple[str, str, str]]] = {
    (EventKind.SENT, None): ("sent", "pending DLR", ""),
    (EventKind.DELIVERED, None): ("delivered", "successfully delivered", ""),
    (EventKind.BOUNCED, "hard"): ("delivery_failed", "unknown subscriber", "1"),
    (EventKind.BOUNCED, "soft"): ("delivery_failed", "unavailable subscriber", "27"),
    (EventKind.DROPPED, None): ("delivery_failed", "carrier rejected", "104"),
    (EventKind.FAILED, None): ("expired", "expired", ""),
}
"""What MessageBird can say of a text: status, reason and code; the rest is not reported."""


class MessageBird:
    """The API and the reports."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "access_key": "local-messagebird-key",
        "signing_key": "local-messagebird-signing-key",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/rest.messagebird.com/messages", self.messages),
            ("GET", "/rest.messagebird.com/balance", self.balance),
        )

    def messages(self, request: Request) -> Response:
        """Take one message: 201, 401, 422 or what the recipient chose."""
        if not self._is_known(request):
            return _error(401, 2, "Request not allowed (incorrect access_key)", "access_key")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _error(422, *wrong)
        message = Message(
            at=self._desk.clock(),
            provider="messagebird",
            channel=Channel.SMS,
            sender=body["originator"],
            to=(f"+{body['recipients'][0]}",),
            text=body["body"],
            metadata={"reference": body.get("reference", "")},
            provider_message_id=self._desk.ids(),
        )
        # Only what has a reference is reported.
        url = body.get("reportUrl", "") if body.get("reference") else ""
        verdict = texts.take(self._desk, message, partial(self._report, url), success=201)
        if verdict.status:
            code = 99 if verdict.status >= 500 else 9  # noqa: PLR2004 -- HTTP draws this line
            return _error(verdict.status, code, f"the sandbox answers: {verdict.outcome}", None)
        item = {"recipient": int(body["recipients"][0]), "status": "sent"}
        told = {"id": message.provider_message_id, "direction": "mt", "type": "sms", "reference": body.get("reference")}
        return texts.as_json({**told, "recipients": {"totalCount": 1, "items": [item]}}, 201)

    def balance(self, request: Request) -> Response:
        """Say how much money there is: 200 or 401."""
        if not self._is_known(request):
            return _error(401, 2, "Request not allowed (incorrect access_key)", "access_key")
        return texts.as_json({"payment": "prepaid", "type": "euros", "amount": 10.28})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"AccessKey {self.CREDENTIALS['access_key']}"

    def _report(self, url: str, event: Event) -> texts.Callback | None:
        if not url or texts.word(event) not in _STATUSES:
            return None
        status, reason, code = _STATUSES[texts.word(event)]
        told = {
            "id": event.message.provider_message_id,
            "reference": event.message.metadata["reference"],
            "recipient": event.recipient.lstrip("+"),
            "status": status,
            "statusReason": reason,
            "statusDatetime": event.happened.isoformat(timespec="seconds"),
        }
        whole = f"{url}?{urlencode(told | ({'statusErrorCode': code} if code else {}))}"
        now = int(self._desk.clock().timestamp())
        claims = {
            "iss": "MessageBird",
            "nbf": now,
            "exp": now + 60,
            "jti": str(UUID(self._desk.ids())),
            "url_hash": sha256(whole.encode()).hexdigest(),
        }
        headers = {"MessageBird-Signature-JWT": jwt.sign(self.CREDENTIALS["signing_key"], claims)}
        return texts.Callback(url=whole, headers=headers, method="GET")


def _wrong(body: Any) -> tuple[int, str, str] | None:
    if not isinstance(body, dict):
        return 21, "Bad request", "body"
    people = body.get("recipients")
    if not isinstance(people, list) or len(people) != 1 or not texts.is_number(people[0]):
        return 9, "no (correct) recipients found", "recipients"
    if not body.get("originator") or not body.get("body"):
        return 9, "originator and body are required", "originator"
    loopback = is_loopback(body.get("reportUrl", "http://localhost"))
    return None if loopback else (10, "the sandbox posts to loopback only", "reportUrl")


def _error(status: int, code: int, text: str, parameter: str | None) -> Response:
    return texts.as_json({"errors": [{"code": code, "description": text, "parameter": parameter}]}, status)
