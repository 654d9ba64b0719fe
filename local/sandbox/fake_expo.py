"""A fake Expo push service: tickets, and receipts that are fetched.

Source: https://docs.expo.dev/push-notifications/sending-notifications/.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.push_tokens import service
from local.sandbox import pushes
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route

_KEPT: Final = 1000
_CODES: Final = {429: "TOO_MANY_REQUESTS", 500: "INTERNAL_SERVER_ERROR"}


class Expo:
    """The API. A device that is gone gets a ticket, and its receipt says so."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"access_token": "local-expo-token"}
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._receipts: dict[str, Mapping[str, Any]] = {}

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        push = "/exp.host/--/api/v2/push/"
        return (("POST", f"{push}send", self.send), ("POST", f"{push}getReceipts", self.receipts))

    def send(self, request: Request) -> Response:
        """Take one push: 200 with a ticket, 400, 401 or what the token chose."""
        if not self._is_known(request):
            return _error(401, "UNAUTHORIZED")
        body: Any = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or service(str(body.get("to"))) != "expo" or not body.get("title"):
            return _error(400, "VALIDATION_ERROR")
        ticket = str(UUID(self._desk.ids()))
        push = pushes.Push("expo", body["to"], body["title"], body.get("body", ""), ticket, body.get("data", {}))
        if status := pushes.take(self._desk, push):
            return _error(status, _CODES.get(status, "VALIDATION_ERROR"))
        gone = pushes.is_gone(body["to"])
        told = {"status": "error", "message": "gone", "details": {"error": "DeviceNotRegistered"}}
        self._receipts[ticket] = told if gone else {"status": "ok"}
        if len(self._receipts) > _KEPT:
            del self._receipts[next(iter(self._receipts))]
        return pushes.as_json({"data": {"status": "ok", "id": ticket}})

    def receipts(self, request: Request) -> Response:
        """Give the receipts that there are: 200, 400 or 401."""
        if not self._is_known(request):
            return _error(401, "UNAUTHORIZED")
        body: Any = request.get_json(force=True, silent=True)
        ids = body.get("ids") if isinstance(body, dict) else None
        if not isinstance(ids, list) or not ids:
            return _error(400, "VALIDATION_ERROR")
        return pushes.as_json({"data": {one: self._receipts[one] for one in ids if one in self._receipts}})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.CREDENTIALS['access_token']}"


def _error(status: int, code: str) -> Response:
    return pushes.as_json({"errors": [{"code": code, "message": "the sandbox refuses it"}]}, status)
