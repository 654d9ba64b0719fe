"""Telegram: messages of a bot.

Sending: https://core.telegram.org/bots/api#sendmessage
Updates: https://core.telegram.org/bots/api#update, proven by the secret token of setWebhook
"""

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, proofs, reading
from heliograph.wire.refusals import Refusal, by_status, seconds

API: Final = "https://api.telegram.org"
SECRET: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 -- a header's name
TOKEN: Final = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,60}", re.ASCII)
LONGEST_TEXT: Final = 4096

REFUSALS: Final[Mapping[str, Refusal]] = {
    "bot was blocked by the user": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),
    "bot was kicked": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),
    "user is deactivated": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
    "chat not found": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
    "upgraded to a supergroup": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
    "PEER_ID_INVALID": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
    "can't initiate conversation": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the person writes first
    "bot is not a member": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    "can't send messages to bots": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    "not enough rights": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    "have no rights to send": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    "CHAT_WRITE_FORBIDDEN": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
}
"""What stands in the description of a refusal -> what it means; Telegram has no finer codes than HTTP's."""
BOT: Final = {401: "the token was revoked", 404: "there is no such bot"}
"""error_code that tells of the bot and not of the chat."""
FORBIDDEN: Final = 403
THROTTLED: Final = 429


class Telegram:
    """Messages to Telegram's chats."""

    class Credentials(ProviderCredentials):
        """The bot's token, and what its updates are proven with."""

        bot_token: SecretStr
        webhook_secret: SecretStr | None = Field(default=None, min_length=16, max_length=256)
        """Ours: given to setWebhook as `secret_token`."""

        @field_validator("bot_token")
        @classmethod
        def _is_one(cls, given: SecretStr) -> SecretStr:
            if not TOKEN.fullmatch(given.get_secret_value()):
                raise ValueError("paste the token as BotFather shows it: digits, a colon, and 35 characters")
            return given

    name: ClassVar[str] = "telegram"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.TELEGRAM})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        posts=True,
        proof="a secret of ours in a header",
        api="https://core.telegram.org/bots/api#sendmessage",
        events="https://core.telegram.org/bots/api#setwebhook",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Post one message; nothing more is ever reported of it."""
        if not message.html and len(message.text) > LONGEST_TEXT:
            raise errors.Rejected(f"Telegram takes at most {LONGEST_TEXT} characters; shorten the text")
        request: JSON = {"chat_id": message.to, "text": message.html or message.text}
        if message.html:
            request["parse_mode"] = "HTML"
        told = _answered(tools.http.post(f"{_bot(credentials)}/sendMessage", json=request), message.to)
        number = reading.member(told, "result", "message_id")
        if not isinstance(number, int):
            raise errors.UnknownOutcome("Telegram's answer names no message")
        return Accepted(provider_message_id=f"{reading.member(told, 'result', 'chat', 'id')}.{number}")

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask who the bot is."""
        _answered(tools.http.get(f"{_bot(credentials)}/getMe"), "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify one update; none says anything of a message that we know."""
        came = doors.by_webhook(request, "Telegram")
        proofs.prove_token("Telegram", proofs.header(came, SECRET), proofs.keys(credentials.webhook_secret))
        told = reading.parsed(dict, came.body, "Telegram's update")
        if not isinstance(told.get("update_id"), int):
            raise errors.BadPayload("Telegram's update has no update_id")
        return Received(ignored=tuple(name[: reading.LONGEST_NAME] for name in told if name != "update_id")[:1])


def _bot(credentials: Telegram.Credentials) -> str:
    return f"{API}/bot{credentials.bot_token.get_secret_value()}"


def _answered(answer: Response, to: str) -> JSON:
    told = reading.typed(dict, reading.answered(answer))
    if answer.status < FIRST_FAILURE and told.get("ok") is True:
        return told
    if answer.status < FIRST_FAILURE and told.get("ok") is not False:
        raise errors.UnknownOutcome("Telegram's answer cannot be read")
    code = reading.member(told, "error_code")
    status = code if isinstance(code, int) else answer.status
    description = reading.text(told, "description")
    text = masking.hide_number(masking.hide_mail(description), to.lstrip("-"))[: masking.LONGEST_TEXT]
    text = text or f"Telegram answered with status {answer.status}"
    if status in BOT:
        raise errors.AccountTrouble(f"{text}: {BOT[status]}", code=str(status))
    if status == THROTTLED:
        wait = seconds(reading.member(told, "parameters", "retry_after"))
        raise errors.Throttled(text, code=str(status), retry_after=wait)
    found = next((what for words, what in REFUSALS.items() if words.lower() in description.lower()), None)
    kind = errors.Rejected if status == FORBIDDEN else by_status(status)
    raise (found or Refusal(kind)).error(text, str(status))
