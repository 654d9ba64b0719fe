"""A fake Slack: `chat.postMessage`, `auth.test`, and an incoming webhook.

Sources: https://api.slack.com/methods/chat.postMessage, https://api.slack.com/messaging/webhooks.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from local.sandbox import texts
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

_HOOK: Final = "/services/T10CA1/B10CA1/localdemo"
_WORDS: Final = {400: "channel_not_found", 500: "service_unavailable"}
_PLAIN: Final = "text/plain"


class Slack:
    """The Web API and one webhook."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "bot_token": "xoxb-10ca1-local-demo",
        "webhook_url": f"https://hooks.slack.com{_HOOK}",
        "signing_secret": "10ca110ca110ca110ca110ca110ca110",
    }
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (
            ("POST", "/slack.com/api/chat.postMessage", self.post),
            ("POST", "/slack.com/api/auth.test", self.test),
            ("POST", f"/hooks.slack.com{_HOOK}", self.hook),
        )

    def post(self, request: Request) -> Response:
        """Take one message. A refusal is a 200 with `ok: false`, but for those who come too fast."""
        body: Any = request.get_json(force=True, silent=True)
        if wrong := self._login(request) or _wrong(body):
            return texts.as_json({"ok": False, "error": wrong})
        message = self._message(body["channel"], body)
        verdict = texts.take(self._desk, message, lambda _event: None)
        if not verdict.status:
            channel, _, stamp = message.provider_message_id.partition(".")
            return texts.as_json({"ok": True, "channel": channel, "ts": stamp, "message": {"text": body["text"]}})
        if verdict.status == 429:  # noqa: PLR2004 -- too many requests
            answer = texts.as_json({"ok": False, "error": "ratelimited"}, 429)
            answer.headers["Retry-After"] = "1"
            return answer
        return texts.as_json({"ok": False, "error": _WORDS.get(verdict.status, "internal_error")})

    def test(self, request: Request) -> Response:
        """Say whose the token is."""
        wrong = self._login(request)
        return texts.as_json({"ok": False, "error": wrong} if wrong else {"ok": True, "team": "Local", "user": "demo"})

    def hook(self, request: Request) -> Response:
        """Take one message into the webhook's own channel; answers in plain text."""
        body: Any = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            return Response("invalid_payload", 400, content_type=_PLAIN)
        if not body.get("text") and not body.get("blocks"):
            return Response("no_text", 400, content_type=_PLAIN)
        verdict = texts.take(self._desk, self._message("#general", body), lambda _event: None)
        word = _WORDS.get(verdict.status, "rollup_error") if verdict.status else "ok"
        return Response(word, verdict.status or 200, content_type=_PLAIN)

    def _login(self, request: Request) -> str:
        given = request.headers.get("Authorization", "")
        if not given:
            return "not_authed"
        return "" if given == f"Bearer {self.CREDENTIALS['bot_token']}" else "invalid_auth"

    def _message(self, channel: str, body: Mapping[str, Any]) -> Message:
        now = self._desk.clock()
        return Message(
            at=now,
            provider="slack",
            channel=Channel.SLACK,
            sender=self.SENDER,
            to=(channel,),
            text=body.get("text", ""),
            metadata=(body.get("metadata") or {}).get("event_payload", {}),
            provider_message_id=f"C{self._desk.ids()[:8].upper()}.{now.timestamp():.6f}",
        )


def _wrong(body: Any) -> str:
    if not isinstance(body, dict):
        return "invalid_json"
    if not body.get("channel"):
        return "channel_not_found"
    if not body.get("text") and not body.get("blocks"):
        return "no_text"
    if not isinstance(body.get("blocks", []), list):
        return "invalid_blocks"
    payload = body.get("metadata", {})
    return "" if isinstance(payload, dict) else "invalid_metadata_format"
