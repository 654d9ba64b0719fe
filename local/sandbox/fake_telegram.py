"""A fake Telegram: `sendMessage` and `getMe` of one bot. Source: https://core.telegram.org/bots/api#sendmessage."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_LONGEST: Final = 4096
_MODES: Final = (None, "HTML", "MarkdownV2", "Markdown")


class Telegram:
    """The Bot API."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "bot_token": "1000001:10ca1-local-demo-10ca1-local-demo-0",
        "webhook_secret": "local-telegram-webhook-secret",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/api.telegram.org/<bot>/sendMessage", self.send),
            ("GET", "/api.telegram.org/<bot>/getMe", self.me),
        )

    def send(self, request: Request, bot: str) -> Response:
        """Take one message: 200, 400, 401, 429 or what the recipient chose."""
        if bot != f"bot{self.CREDENTIALS['bot_token']}":
            return _refused(401, "Unauthorized")
        body: Any = request.get_json(force=True, silent=True)
        if wrong := _wrong(body):
            return _refused(400, f"Bad Request: {wrong}")
        number = int(self._desk.ids()[:7], 16)
        chat = str(body["chat_id"])
        message = Message(
            at=self._desk.clock(),
            provider="telegram",
            channel=Channel.TELEGRAM,
            sender=self.SENDER,
            to=(chat,),
            text=body["text"],
            provider_message_id=f"{chat}.{number}",
        )
        verdict = texts.take(self._desk, message, lambda _event: None)
        if verdict.status:
            wait = {"retry_after": 1} if verdict.status == 429 else {}  # noqa: PLR2004 -- too many requests
            return _refused(verdict.status, f"the sandbox answers {verdict.status}: {verdict.outcome}", wait)
        result = {"message_id": number, "chat": {"id": chat}, "text": body["text"]}
        return texts.as_json({"ok": True, "result": result})

    def me(self, request: Request, bot: str) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """Say who the bot is."""
        if bot != f"bot{self.CREDENTIALS['bot_token']}":
            return _refused(401, "Unauthorized")
        return texts.as_json({"ok": True, "result": {"id": 1000001, "is_bot": True, "first_name": "Local"}})


def _wrong(body: Any) -> str:
    if not isinstance(body, dict) or not body.get("chat_id"):
        return "chat_id is empty"
    if not body.get("text"):
        return "message text is empty"
    if body.get("parse_mode") not in _MODES:
        return "unsupported parse_mode"
    return "message is too long" if len(body["text"]) > _LONGEST else ""


def _refused(status: int, description: str, parameters: JSON | None = None) -> Response:
    told: JSON = {"ok": False, "error_code": status, "description": description}
    return texts.as_json(told | ({"parameters": parameters} if parameters else {}), status)
