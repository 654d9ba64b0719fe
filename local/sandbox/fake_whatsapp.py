"""A fake Cloud API of WhatsApp: messages of one number, and signed statuses, several in one request.

Sources: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages,
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components.
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import texts
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_STATUSES: Final[Mapping[texts.Word, tuple[str, int]]] = {
    (EventKind.SENT, None): ("sent", 0),
    (EventKind.DELIVERED, None): ("delivered", 0),
    (EventKind.OPENED, None): ("read", 0),
    (EventKind.BOUNCED, "hard"): ("failed", 131026),
    (EventKind.BOUNCED, "soft"): ("failed", 131000),
    (EventKind.DROPPED, None): ("failed", 131049),
    (EventKind.FAILED, None): ("failed", 131047),
}
"""What WhatsApp can say of a message: status and code; the rest is not reported."""
_CODES: Final = {400: 131026, 429: 130429, 500: 131000}


class WhatsApp:
    """The API and the webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "phone_number_id": "106540352242922",
        "access_token": "EAALocalDemo10ca110ca1",
        "app_secret": "10ca110ca110ca110ca110ca110ca110",
        "verify_token": "local-verify-token-10ca1",
    }
    SENDER: ClassVar[str] = "+15005550006"
    ACCOUNT: ClassVar[str] = "phone_number_id"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, self._post)

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/graph.facebook.com/v23.0/<number>/messages", self.messages),
            ("GET", "/graph.facebook.com/v23.0/<number>", self.number),
        )

    def messages(self, request: Request, number: str) -> Response:
        """Take one message: 200, 400, 401 or what the recipient chose."""
        if not self._is_known(request, number):
            return _error(401, 190, "Invalid OAuth access token")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _error(400, 100, wrong)
        name = f"wamid.{self._desk.ids().upper()}"
        message = Message(
            at=self._desk.clock(),
            provider="whatsapp",
            channel=Channel.WHATSAPP,
            sender=self.SENDER,
            to=(f"+{body['to'].lstrip('+')}",),
            text=_shown(body),
            metadata={"biz_opaque_callback_data": body.get("biz_opaque_callback_data", "")},
            provider_message_id=name,
        )
        verdict = self._desk.take(message, self._report)
        if not verdict.status:
            contact = {"input": body["to"], "wa_id": body["to"].lstrip("+")}
            return texts.as_json({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": name}]})
        code = 131050 if verdict.outcome == "opted-out" else _CODES.get(verdict.status, 131000)
        return _error(verdict.status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")

    def number(self, request: Request, number: str) -> Response:
        """Show the number."""
        if not self._is_known(request, number):
            return _error(401, 190, "Invalid OAuth access token")
        return texts.as_json({"id": number})

    def _is_known(self, request: Request, number: str) -> bool:
        given = request.headers.get("Authorization")
        return (given, number) == (f"Bearer {self.CREDENTIALS['access_token']}", self.CREDENTIALS["phone_number_id"])

    def _report(self, message: Message) -> None:
        hook = self._desk.accounts.webhook("whatsapp", self.CREDENTIALS["phone_number_id"])
        if hook:
            texts.follow(self._desk, message, partial(self._batches.gather, hook))

    def _post(self, webhook: str, events: Sequence[Event]) -> int:
        statuses = [_status(event) for event in events if texts.word(event) in _STATUSES]
        if not statuses:
            return 200
        number = {"display_phone_number": "15005550006", "phone_number_id": self.CREDENTIALS["phone_number_id"]}
        value = {"messaging_product": "whatsapp", "metadata": number, "statuses": statuses}
        entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        made = hmac.digest(self.CREDENTIALS["app_secret"].encode(), body, "sha256").hex()
        return post(webhook, body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={made}"})


def _status(event: Event) -> JSON:
    status, code = _STATUSES[texts.word(event)]
    told: JSON = {
        "id": event.message.provider_message_id,
        "status": status,
        "timestamp": str(int(event.happened.timestamp())),
        "recipient_id": event.recipient.lstrip("+"),
        "biz_opaque_callback_data": event.message.metadata["biz_opaque_callback_data"],
    }
    error = {"code": code, "title": event.report.text, "error_data": {"details": event.report.text}}
    return told | ({"errors": [error]} if code else {})


def _shown(body: Mapping[str, Any]) -> str:
    if body["type"] == "text":
        return str(body["text"]["body"])
    template = body["template"]
    values = [one.get("text", "") for part in template.get("components", ()) for one in part.get("parameters", ())]
    return f"[{template['name']} {template['language']['code']}] {', '.join(values)}"


def _wrong(body: Any) -> str:
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        return "(#100) The parameter messaging_product is required."
    if not texts.is_number(body.get("to")):
        return "(#100) The parameter to is required."
    if body.get("type") == "text":
        return "" if isinstance(body.get("text"), dict) and body["text"].get("body") else "(#100) text.body is required"
    template = body.get("template")
    if body.get("type") != "template" or not isinstance(template, dict):
        return "(#100) type must be text or template"
    return "" if template.get("name") and template.get("language", {}).get("code") else "(#100) name and language"


def _error(status: int, code: int, message: str) -> Response:
    data = {"messaging_product": "whatsapp", "details": message}
    error = {"message": message, "type": "OAuthException", "code": code, "error_data": data, "fbtrace_id": "10ca1"}
    return texts.as_json({"error": error}, status)
