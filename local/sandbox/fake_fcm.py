"""A fake FCM, with Google's way to an access token before it.

Sources: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send,
https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.wire import reading
from local.sandbox import push_keys, pushes
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route

_TOKEN: Final = "ya29.local-sandbox"  # noqa: S105 # of the sandbox alone
_TYPE: Final = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ERRORS: Final = {
    400: ("INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    404: ("NOT_FOUND", "UNREGISTERED"),
    429: ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
    500: ("INTERNAL", "INTERNAL"),
}
_AN_HOUR: Final = 3600


class Fcm:
    """The API."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = push_keys.credentials("fcm")
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        send = f"/fcm.googleapis.com/v1/projects/{push_keys.PROJECT}/messages:send"
        return (("POST", "/oauth2.googleapis.com/token", self.token), ("POST", send, self.send))

    def token(self, request: Request) -> Response:
        """Give an access token for a signed assertion: 200 or 400."""
        told = pushes.claims(request.form.get("assertion", ""), push_keys.rsa_key().public_key())
        now = int(self._desk.clock().timestamp())
        good = told.get("iss") == push_keys.ACCOUNT and told.get("exp", 0) - told.get("iat", 0) <= _AN_HOUR
        if not good or told["exp"] < now or request.form.get("grant_type") != _GRANT:
            return pushes.as_json({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        return pushes.as_json({"access_token": _TOKEN, "expires_in": _AN_HOUR - 1, "token_type": "Bearer"})

    def send(self, request: Request) -> Response:
        """Take one push: 200, 400, 401, 404 or what the token chose."""
        if request.headers.get("Authorization") != f"Bearer {_TOKEN}":
            return pushes.as_json({"error": {"code": 401, "message": "no token", "status": "UNAUTHENTICATED"}}, 401)
        body: Any = request.get_json(force=True, silent=True)
        message = reading.typed(dict, reading.member(body, "message"))
        if not reading.text(message, "notification", "title"):
            return _error(400)
        if body.get("validate_only"):
            return pushes.as_json({"name": f"projects/{push_keys.PROJECT}/messages/fake_message_id"})
        return self._taken(message)

    def _taken(self, message: Mapping[str, Any]) -> Response:
        token = message.get("token")
        if not isinstance(token, str) or not all(isinstance(one, str) for one in message.get("data", {}).values()):
            return _error(400)
        if pushes.is_gone(token):
            return _error(404)
        name, shown = self._desk.ids(), message["notification"]
        push = pushes.Push("fcm", token, shown["title"], shown.get("body", ""), name, message.get("data", {}))
        if status := pushes.take(self._desk, push):
            return _error(status)
        return pushes.as_json({"name": f"projects/{push_keys.PROJECT}/messages/{name}"})


def _error(status: int) -> Response:
    name, code = _ERRORS.get(status, ("UNAVAILABLE", "UNAVAILABLE"))
    details = [{"@type": _TYPE, "errorCode": code}]
    error = {"code": status, "message": "the sandbox refuses it", "status": name, "details": details}
    return pushes.as_json({"error": error}, status)
