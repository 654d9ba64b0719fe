"""A receiver of our own webhooks, which checks the signature by Standard Webhooks; the path chooses what it answers.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from heliograph.names import SANDBOX_DOMAIN
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_PREFIX: Final = "whsec_"
_TOLERANCE: Final = 300


class Webhook:
    """`https://hooks.sandbox.heliograph.dev/OUTCOME`."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"secret": "whsec_" + b64encode(b"the local demo's own key").decode()}
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (("POST", f"/hooks.{SANDBOX_DOMAIN}/<outcome>", self.take),)

    def take(self, request: Request, outcome: str) -> Response:
        """Take one webhook: 204, 401, or what the path chose; an address that refuses is gone for good."""
        if not self._is_signed(request):
            return Response(status=401)
        body: Any = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or "type" not in body or "data" not in body:
            return Response(status=400)
        message = Message(
            at=self._desk.clock(),
            provider="webhook",
            channel=Channel.WEBHOOK,
            sender=self.SENDER,
            to=(f"{outcome}@{SANDBOX_DOMAIN}",),
            subject=str(body.get("event", "")),
            text=request.get_data(as_text=True),
            provider_message_id=request.headers.get("webhook-id", ""),
        )
        verdict = texts.take(self._desk, message, lambda _event: None, success=204)
        return Response(status=410 if verdict.status == 400 else verdict.status or 204)  # noqa: PLR2004 -- refused

    def _is_signed(self, request: Request) -> bool:
        name, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not stamp.isdecimal() or abs(self._desk.clock().timestamp() - int(stamp)) > _TOLERANCE:
            return False
        key = b64decode(self.CREDENTIALS["secret"].removeprefix(_PREFIX))
        made = hmac.digest(key, f"{name}.{stamp}.".encode() + request.get_data(), "sha256")
        given = request.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(f"v1,{b64encode(made).decode()}", one) for one in given)
