"""A fake Workflows webhook of Microsoft Teams, which takes an Adaptive Card.

Source: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_HOST: Final = "prod-00.westeurope.logic.azure.com"
_PATH: Final = "/workflows/10ca1/triggers/manual/paths/invoke"
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_LARGEST: Final = 28 * 1024


class Teams:
    """One workflow."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"webhook_url": f"https://{_HOST}{_PATH}?sig=local-demo"}
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (("POST", f"/{_HOST}{_PATH}", self.post), ("GET", f"/{_HOST}{_PATH}", self.look))

    def post(self, request: Request) -> Response:
        """Take one card: 202, 400, 401, 413 or a fault on demand."""
        if request.args.get("sig") != "local-demo":
            return _error(401, "DirectApiAuthorizationRequired", "The signature is not valid.")
        if len(request.get_data()) > _LARGEST:
            return _error(413, "RequestEntityTooLarge", "The message is too large.")
        body: Any = request.get_json(force=True, silent=True)
        if not _is_card(body):
            return _error(400, "InvalidRequestContent", "The body must be a message with an Adaptive Card.")
        run = f"08585{self._desk.ids()[:27].upper()}"
        blocks = body["attachments"][0]["content"].get("body", ())
        message = Message(
            at=self._desk.clock(),
            provider="teams",
            channel=Channel.TEAMS,
            sender=self.SENDER,
            to=("default",),
            text="\n".join(str(one.get("text", "")) for one in blocks if isinstance(one, dict)),
            provider_message_id=run,
        )
        verdict = texts.take(self._desk, message, lambda _event: None, success=202)
        if verdict.status:
            return _error(verdict.status, "Refused", f"the sandbox answers {verdict.status}: {verdict.outcome}")
        return Response(status=202, headers={"x-ms-workflow-run-id": run})

    def look(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """A workflow takes a POST alone."""
        return Response(status=405)


def _is_card(body: Any) -> bool:
    if not isinstance(body, dict) or body.get("type") != "message" or not isinstance(body.get("attachments"), list):
        return False
    first = body["attachments"][0] if body["attachments"] else {}
    return first.get("contentType") == _CARD and first.get("content", {}).get("type") == "AdaptiveCard"


def _error(status: int, code: str, message: str) -> Response:
    return texts.as_json({"error": {"code": code, "message": message}}, status)
