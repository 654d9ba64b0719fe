"""A fake Discord: messages by one webhook and by a bot.

Sources: https://discord.com/developers/docs/resources/webhook, /resources/message.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_HOOK: Final = "/webhooks/100000000000010001/10ca1localdemo10ca1localdemo"
_LONGEST: Final = 2000


class Discord:
    """The HTTP API."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "bot_token": "MTAwMDAwMDAwMDAwMDEwMDAx.10ca1d.local-demo-10ca1-local-demo",
        "webhook_url": f"https://discord.com/api{_HOOK}",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", f"/discord.com/api/v10{_HOOK}", self.hook),
            ("POST", "/discord.com/api/v10/channels/<channel>/messages", self.post),
            ("GET", "/discord.com/api/v10/users/@me", self.me),
        )

    def hook(self, request: Request) -> Response:
        """Take one message: 200 with its id to those who wait, 204 to the others."""
        answer = self._taken(request, "default")
        waits = request.args.get("wait") == "true"
        return answer if waits or answer.status_code != 200 else Response(status=204)  # noqa: PLR2004 -- OK

    def post(self, request: Request, channel: str) -> Response:
        """Take one message of the bot."""
        return self._taken(request, channel) if self._is_known(request) else _error(401, 0, "401: Unauthorized")

    def me(self, request: Request) -> Response:
        """Say who the bot is."""
        if not self._is_known(request):
            return _error(401, 0, "401: Unauthorized")
        return texts.as_json({"id": "100000000000010001", "username": "local"})

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self.CREDENTIALS['bot_token']}"

    def _taken(self, request: Request, channel: str) -> Response:
        body: Any = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or not (body.get("content") or body.get("embeds")):
            return _error(400, 50006, "Cannot send an empty message")
        if len(body.get("content", "")) > _LONGEST:
            return _error(400, 50035, "Invalid Form Body")
        name = str(int(self._desk.ids()[:15], 16) + 10**17)
        message = Message(
            at=self._desk.clock(),
            provider="discord",
            channel=Channel.DISCORD,
            sender=self.SENDER,
            to=(channel,),
            text=body.get("content", ""),
            provider_message_id=name,
        )
        verdict = texts.take(self._desk, message, lambda _event: None)
        if not verdict.status:
            return texts.as_json({"id": name, "channel_id": channel, "content": message.text})
        if verdict.status == 429:  # noqa: PLR2004 -- too many requests
            return texts.as_json({"message": "You are being rate limited.", "retry_after": 1.0, "global": False}, 429)
        return _error(verdict.status, 0, f"the sandbox answers {verdict.status}: {verdict.outcome}")


def _error(status: int, code: int, message: str) -> Response:
    return texts.as_json({"message": message, "code": code}, status)
