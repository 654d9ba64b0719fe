"""A fake Plivo: `POST /v1/Account/{auth_id}/Message/`, and status callbacks that are signed in both ways.

Sources: https://docs.plivo.com/docs/messaging/api/message/send-a-message,
https://docs.plivo.com/docs/messaging/concepts/message-status-callbacks.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import Channel, EventKind
from local.sandbox import texts
from local.sandbox.accounts import is_loopback
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_STATUSES: Final[Mapping[texts.Word, tuple[str, str]]] = {
    (EventKind.SENT, None): ("sent", "000"),
    (EventKind.DELIVERED, None): ("delivered", "000"),
    (EventKind.BOUNCED, "hard"): ("undelivered", "70"),
    (EventKind.BOUNCED, "soft"): ("undelivered", "80"),
    (EventKind.DROPPED, None): ("rejected", "30"),
    (EventKind.FAILED, None): ("failed", "300"),
}
"""What Plivo can say of a text: Status and ErrorCode; the rest is not reported."""
_REFUSALS: Final = {400: "the source number is not allowed", 429: "too many requests"}


class Plivo:
    """The API and the status callbacks."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"auth_id": "MA10CA110CA110CA110C", "auth_token": "local-plivo-token-0"}
    SENDER: ClassVar[str] = "+15005550006"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        account = "/api.plivo.com/v1/Account/<auth_id>/"
        return (("POST", f"{account}Message/", self.messages), ("GET", account, self.account))

    def messages(self, request: Request, auth_id: str) -> Response:
        """Take one message: 202, 400, 401 or what the recipient chose."""
        if not self._is_known(request, auth_id):
            return Response("Could not verify your access level for that URL.", 401)
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return self._error(400, wrong)
        number = f"+{body['dst'].lstrip('+')}"
        message = Message(
            at=self._desk.clock(),
            provider="plivo",
            channel=Channel.SMS,
            sender=body.get("src") or body["powerpack_uuid"],
            to=(number,),
            text=body["text"],
            metadata=dict(parse_qsl(body.get("url", "").partition("?")[2])),
            provider_message_id=str(UUID(self._desk.ids())),
        )
        verdict = texts.take(self._desk, message, partial(self._status, body.get("url", "")), success=202)
        if verdict.status:
            return self._error(verdict.status, _REFUSALS.get(verdict.status, f"the sandbox: {verdict.outcome}"))
        told = {"api_id": str(UUID(self._desk.ids())), "message": "message(s) queued"}
        return texts.as_json({**told, "message_uuid": [message.provider_message_id]}, 202)

    def account(self, request: Request, auth_id: str) -> Response:
        """Show the account: 200 or 401."""
        if not self._is_known(request, auth_id):
            return Response("Could not verify your access level for that URL.", 401)
        return texts.as_json({"auth_id": auth_id, "account_type": "standard", "cash_credits": "10.28"})

    def _is_known(self, request: Request, auth_id: str) -> bool:
        login, ours = request.authorization, (self.CREDENTIALS["auth_id"], self.CREDENTIALS["auth_token"])
        return login is not None and (login.username, login.password) == ours and auth_id == ours[0]

    def _error(self, status: int, text: str) -> Response:
        return texts.as_json({"api_id": str(UUID(self._desk.ids())), "error": text}, status)

    def _status(self, url: str, event: Event) -> texts.Callback | None:
        if not url or texts.word(event) not in _STATUSES:
            return None
        status, code = _STATUSES[texts.word(event)]
        uuid = event.message.provider_message_id
        form = {
            "ErrorCode": code,
            "From": event.message.sender.lstrip("+"),
            "MessageUUID": uuid,
            "ParentMessageUUID": uuid,
            "PartInfo": "1 of 1",
            "Status": status,
            "To": event.recipient.lstrip("+"),
            "Units": "1",
        }
        nonce = str(int(self._desk.ids(), 16))[:20]
        bare, _, query = url.partition("?")
        asked = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(query, keep_blank_values=True)))
        fields = "".join(name + form[name] for name in sorted(form))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Plivo-Signature-V2": self._sign(bare + nonce),
            "X-Plivo-Signature-V2-Nonce": nonce,
            "X-Plivo-Signature-V3": self._sign(f"{bare}?{asked}{'.' if asked else ''}{fields}.{nonce}"),
            "X-Plivo-Signature-V3-Nonce": nonce,
        }
        return texts.Callback(url=url, body=urlencode(form).encode(), headers=headers)

    def _sign(self, text: str) -> str:
        digest = hmac.digest(self.CREDENTIALS["auth_token"].encode(), text.encode(), "sha256")
        return base64.b64encode(digest).decode()


def _wrong(body: Any) -> str:
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    if not texts.is_number(body.get("dst")):
        return '"dst" is invalid'
    if not body.get("text") or not (body.get("src") or body.get("powerpack_uuid")):
        return "text, and src or powerpack_uuid, are required"
    return "" if is_loopback(body.get("url", "http://localhost")) else "the sandbox posts to loopback only"
