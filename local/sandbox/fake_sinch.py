"""A fake Sinch: `POST /xms/v1/{plan}/batches`, and a signed report for each recipient and status.

Sources: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Batches/,
https://developers.sinch.com/docs/sms/api-reference/sms/tag/Delivery-reports/.
"""

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel, EventKind
from local.sandbox import texts
from local.sandbox.accounts import is_loopback
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_STATUSES: Final[Mapping[texts.Word, tuple[str, int]]] = {
    (EventKind.SENT, None): ("Dispatched", 401),
    (EventKind.DELIVERED, None): ("Delivered", 0),
    (EventKind.BOUNCED, "hard"): ("Failed", 150),
    (EventKind.BOUNCED, "soft"): ("Failed", 153),
    (EventKind.DROPPED, None): ("Aborted", 408),
    (EventKind.FAILED, None): ("Expired", 0),
}
"""What Sinch can say of a text: status and code; the rest is not reported."""


class Sinch:
    """The API and the reports."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "region": "eu",
        "service_plan_id": "10ca110ca110ca110ca110ca110ca110",
        "api_token": "local-sinch-token",
        "webhook_secret": "local-sinch-webhook-secret",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        batches = "/eu.sms.api.sinch.com/xms/v1/<plan>/batches"
        return (("POST", batches, self.send), ("GET", batches, self.listed))

    def send(self, request: Request, plan: str) -> Response:
        """Take one batch: 201, 400, 401 or what the recipient chose."""
        if not self._is_known(request, plan):
            return _error(401, "unauthorized", "Unauthorized")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _error(400, "syntax_invalid_parameter_format", wrong)
        message = Message(
            at=self._desk.clock(),
            provider="sinch",
            channel=Channel.SMS,
            sender=body["from"],
            to=(f"+{body['to'][0].lstrip('+')}",),
            text=body["body"],
            metadata={"client_reference": body.get("client_reference", "")},
            provider_message_id=self._desk.ids()[:26].upper(),
        )
        url = body.get("callback_url", "") if body.get("delivery_report") == "per_recipient" else ""
        verdict = texts.take(self._desk, message, partial(self._report, url), success=201)
        if verdict.status:
            return _error(verdict.status, "syntax_constraint_violation", f"the sandbox answers: {verdict.outcome}")
        return texts.as_json({**body, "id": message.provider_message_id, "type": "mt_text", "canceled": False}, 201)

    def listed(self, request: Request, plan: str) -> Response:
        """List no batches: 200 or 401."""
        if not self._is_known(request, plan):
            return _error(401, "unauthorized", "Unauthorized")
        return texts.as_json({"count": 0, "page": 0, "page_size": 1, "batches": []})

    def _is_known(self, request: Request, plan: str) -> bool:
        bearer = f"Bearer {self.CREDENTIALS['api_token']}"
        return request.headers.get("Authorization") == bearer and plan == self.CREDENTIALS["service_plan_id"]

    def _report(self, url: str, event: Event) -> texts.Callback | None:
        if not url or texts.word(event) not in _STATUSES:
            return None
        status, code = _STATUSES[texts.word(event)]
        at = event.happened.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {
            "type": "recipient_delivery_report_sms",
            "batch_id": event.message.provider_message_id,
            "recipient": event.recipient.lstrip("+"),
            "code": code,
            "status": status,
            "at": at,
            "operator_status_at": at,
            "client_reference": event.message.metadata["client_reference"],
        }
        body, nonce = json.dumps(told).encode(), self._desk.ids()
        sent = str(int(self._desk.clock().timestamp()))
        signed = body + f".{nonce}.{sent}".encode()
        digest = hmac.digest(self.CREDENTIALS["webhook_secret"].encode(), signed, "sha256")
        headers = {
            "Content-Type": "application/json",
            "x-sinch-webhook-signature": base64.b64encode(digest).decode(),
            "x-sinch-webhook-signature-algorithm": "HmacSHA256",
            "x-sinch-webhook-signature-nonce": nonce,
            "x-sinch-webhook-signature-timestamp": sent,
        }
        return texts.Callback(url=url, body=body, headers=headers)


def _wrong(body: Any) -> str:
    if not isinstance(body, dict) or not isinstance(body.get("to"), list) or len(body["to"]) != 1:
        return "the sandbox takes batches of one"
    if not texts.is_number(body["to"][0]):
        return "to[0]: invalid MSISDN"
    if not body.get("body") or not body.get("from"):
        return "body and from are required"
    return "" if is_loopback(body.get("callback_url", "http://localhost")) else "the sandbox posts to loopback only"


def _error(status: int, code: str, text: str) -> Response:
    return texts.as_json({"code": code, "text": text}, status)
