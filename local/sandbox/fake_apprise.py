"""A fake Apprise API server: URLs, and one configuration with the tag `ops`.

Source: https://github.com/caronc/apprise-api/blob/master/swagger.yaml.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from heliograph.names import SANDBOX_DOMAIN
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_HOST: Final = "apprise.example.com"
_KEY: Final = "10ca1demo"
_TAGS: Final = ("all", "ops")
_KINDS: Final = ("text", "markdown", "html")
_REFUSED: Final = 404


class Apprise:
    """The HTTP API. `ntfys://ntfy.sh/OUTCOME` ends as the outcome says."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "server_url": f"https://{_HOST}",
        "user": "local",
        "password": "local-demo",
        "config_key": _KEY,
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", f"/{_HOST}/notify", self.notify),
            ("POST", f"/{_HOST}/notify/<key>", self.notify_stored),
            ("GET", f"/{_HOST}/json/urls/<key>", self.urls),
        )

    def notify(self, request: Request) -> Response:
        """Send to the URLs of the request: 200, 204 where none can be read, 400, 401 or 424."""
        body: Any = request.get_json(force=True, silent=True)
        if fault := self._fault(request, body):
            return fault
        urls = body.get("urls")
        known = isinstance(urls, list) and all(isinstance(one, str) and "://" in one for one in urls) and urls
        return self._taken(body, urls[0].rstrip("/").rpartition("/")[2]) if known else Response(status=204)

    def notify_stored(self, request: Request, key: str) -> Response:
        """Send to the configuration's services with this tag; 204 where there is no such configuration."""
        body: Any = request.get_json(force=True, silent=True)
        if fault := self._fault(request, body):
            return fault
        if key != _KEY:
            return Response(status=204)
        if body.get("tag") not in _TAGS:
            return _failed()
        return self._taken(body, "delivered")

    def urls(self, request: Request, key: str) -> Response:
        """The configuration's URLs, with their secrets hidden."""
        if not self._is_known(request):
            return _error(401, "Authentication required")
        if key != _KEY:
            return Response(status=204)
        return texts.as_json({"tags": ["ops"], "urls": [{"url": "ntfys://ntfy.sh/t...s", "tags": ["ops"]}]})

    def _is_known(self, request: Request) -> bool:
        given = request.authorization
        login = (self.CREDENTIALS["user"], self.CREDENTIALS["password"])
        return given is not None and (given.username, given.password) == login

    def _fault(self, request: Request, body: Any) -> Response | None:
        if not self._is_known(request):
            return _error(401, "Authentication required")
        if not isinstance(body, dict) or not body.get("body") or body.get("format", "text") not in _KINDS:
            return _error(400, "Payload lacks minimum requirements")
        return None

    def _taken(self, body: Any, outcome: str) -> Response:
        message = Message(
            at=self._desk.clock(),
            provider="apprise",
            channel=Channel.APPRISE,
            sender=self.SENDER,
            to=(f"{outcome}@{SANDBOX_DOMAIN}",),
            subject=body.get("title", ""),
            text=body["body"],
            provider_message_id=self._desk.ids(),
        )
        verdict = texts.take(self._desk, message, lambda _event: None)
        if verdict.status:
            status = _REFUSED if verdict.status == 400 else verdict.status  # noqa: PLR2004 -- the service refuses
            return _failed(["WARNING", f"Failed to send ntfy notification to topic '{outcome}': , error={status}."])
        return texts.as_json(
            {"error": None, "details": [["INFO", "2026-03-01 09:00:00,000", "Sent ntfy notification."]]}
        )


def _failed(*details: list[str]) -> Response:
    return texts.as_json({"error": "One or more notifications could not be sent", "details": list(details)}, 424)


def _error(status: int, message: str) -> Response:
    return texts.as_json({"error": message}, status)
