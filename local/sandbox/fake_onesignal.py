"""A fake OneSignal: messages to a subscription or a user, and their counts.

Sources: https://documentation.onesignal.com/reference/push-notification,
https://documentation.onesignal.com/reference/view-message.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.push_tokens import EXTERNAL
from local.sandbox import push_keys, pushes
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route

_KEPT: Final = 1000


class OneSignal:
    """The API. What is taken is confirmed by the device at once."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"app_id": push_keys.ONESIGNAL_APP, "api_key": "os_v2_app_local"}
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._taken: dict[str, str] = {}
        """Idempotency key -> message."""

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        path = "/api.onesignal.com/notifications"
        return (("POST", path, self.send), ("GET", path, self.listed), ("GET", f"{path}/<name>", self.show))

    def send(self, request: Request) -> Response:
        """Take one push: 200, 400, 403 or what the recipient chose."""
        if not self._is_known(request):
            return _error(403, "Access denied.")
        body: Any = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or body.get("app_id") != push_keys.ONESIGNAL_APP or not body.get("contents"):
            return _error(400, "app_id or contents are missing")
        to = _recipient(body)
        if pushes.is_gone(to):
            whom = to.removeprefix(EXTERNAL)
            wrong = {"invalid_aliases": {"external_id": [whom]}} if whom != to else {"invalid_player_ids": [to]}
            return pushes.as_json({"id": "", "errors": wrong})
        key = str(body.get("idempotency_key"))
        if key not in self._taken:
            name = str(UUID(self._desk.ids()))
            push = pushes.Push("onesignal", to, body["headings"]["en"], body["contents"]["en"], name)
            if status := pushes.take(self._desk, push):
                return _error(status, "the sandbox refuses it")
            self._taken[key] = name
            if len(self._taken) > _KEPT:
                del self._taken[next(iter(self._taken))]
        return pushes.as_json({"id": self._taken[key], "external_id": key})

    def listed(self, request: Request) -> Response:
        """List nothing: 200 or 403."""
        if not self._is_known(request):
            return _error(403, "Access denied.")
        return pushes.as_json({"total_count": 0, "notifications": []})

    def show(self, request: Request, name: str) -> Response:
        """Show the counts of a message: 200, 403 or 404."""
        if not self._is_known(request):
            return _error(403, "Access denied.")
        if name not in self._taken.values():
            return _error(404, "Notification not found")
        counts = {"successful": 1, "failed": 0, "errored": 0, "remaining": 0, "received": 1}
        return pushes.as_json({"id": name, **counts})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Key {self.CREDENTIALS['api_key']}"


def _recipient(body: Mapping[str, Any]) -> str:
    if ids := body.get("include_subscription_ids"):
        return str(ids[0])
    return EXTERNAL + str(body["include_aliases"]["external_id"][0])


def _error(status: int, text: str) -> Response:
    return pushes.as_json({"errors": [text]}, status)
