"""A fake APNs. Apple's speaks HTTP/2 over TLS; this one has the same requests over HTTP/1.1.

Source: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.push_tokens import service
from local.sandbox import push_keys, pushes
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route

_MINUTE: Final = 60
_HOUR: Final = 3600
_REASONS: Final = {429: "TooManyRequests", 500: "InternalServerError", 400: "BadMessageId"}
_LARGEST: Final = 4096


class Apns:
    """The API."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = push_keys.credentials("apns")
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (("POST", "/api.sandbox.push.apple.com/3/device/<device>", self.send),)

    def send(self, request: Request, device: str) -> Response:
        """Take one push: 200, 400, 403, 410, 413 or what the token chose."""
        if wrong := self._unknown(request):
            return _error(403, wrong)
        if pushes.is_gone(device):
            return pushes.as_json({"reason": "Unregistered", "timestamp": self._now() * 1000}, 410)
        body: Any = request.get_json(force=True, silent=True)
        alert = body.get("aps", {}).get("alert") if isinstance(body, dict) else None
        alert = alert if isinstance(alert, dict) else {}
        if wrong := _wrong(request, device, alert):
            return _error(413 if wrong == "PayloadTooLarge" else 400, wrong)
        name = request.headers.get("apns-id") or self._desk.ids()
        push = pushes.Push("apns", device, alert.get("title", ""), alert.get("body", ""), name)
        if status := pushes.take(self._desk, push):
            return _error(status, _REASONS.get(status, "ServiceUnavailable"))
        return Response("", 200, headers={"apns-id": name})

    def _unknown(self, request: Request) -> str:
        """Why the caller is not let in, empty when it is."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "bearer" or not token:
            return "MissingProviderToken"
        told = pushes.claims(token, push_keys.p256_key("apns").public_key())
        if (told.get("iss"), told.get("kid")) != (push_keys.TEAM, push_keys.KEY_ID):
            return "InvalidProviderToken"
        return "" if -_MINUTE <= self._now() - told.get("iat", 0) < _HOUR else "ExpiredProviderToken"

    def _now(self) -> int:
        return int(self._desk.clock().timestamp())


def _wrong(request: Request, device: str, alert: Mapping[str, str]) -> str:
    """What Apple would refuse it for, empty when it is good."""
    if request.headers.get("apns-topic") != push_keys.TOPIC:
        return "TopicDisallowed"
    if service(device) != "apns" or not device.strip("0"):
        return "BadDeviceToken"
    if not alert:
        return "PayloadEmpty"
    return "PayloadTooLarge" if len(request.get_data()) > _LARGEST else ""


def _error(status: int, reason: str) -> Response:
    return pushes.as_json({"reason": reason}, status)
