"""Discord: messages into a channel, by a bot or by a webhook.

Webhooks: https://discord.com/developers/docs/resources/webhook#execute-webhook
Bots:     https://discord.com/developers/docs/resources/message#create-message
Codes:    https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

import re
from hashlib import sha256
from typing import Any, ClassVar, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from heliograph.domain import errors
from heliograph.domain.chat_addresses import DEFAULT, is_discord_hook
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, reading, refusals, tables
from heliograph.wire.refusals import Refusal

API: Final = "https://discord.com/api/v10"
LONGEST_TEXT: Final = 2000
MOST_EMBEDS: Final = 10
HOOK: Final = re.compile(r"/api(?:/v[0-9]+)?/webhooks/")
THROTTLED: Final = 429

REFUSALS: Final = tables.spread(
    {
        "10003 10004 10013": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # no such channel, server, user
        "50001 50013 50007 50008": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the bot may not; nobody may
        "40002 50014": Refusal(errors.AccountTrouble),  # the account must be verified; the token is not valid
        "10015 50027": Refusal(errors.AccountTrouble),  # the webhook is gone, or its token is another
        "20016 20022 20028 20029": Refusal(errors.Throttled),
        "130000": Refusal(errors.Transient),  # overloaded
        "200000 240000": Refusal(errors.Rejected),  # AutoMod; a harmful link
    }
)
"""`code` of a refused send -> what it means; 50006, 50035 and the others refuse this message."""
GONE: Final = frozenset({"10015", "50027"})
"""Of the contact's own webhook, these refuse the address and not the account."""


class Discord:
    """Messages into Discord's channels."""

    class Credentials(ProviderCredentials):
        """A bot's token, a webhook, or both."""

        bot_token: SecretStr | None = Field(default=None, min_length=50)
        webhook_url: SecretStr | None = None
        default_channel: str = Field(default="", pattern="^([0-9]{15,20})?$")
        """Where `default` leads when there is no webhook."""

        @field_validator("webhook_url")
        @classmethod
        def _is_discords(cls, given: SecretStr | None) -> SecretStr | None:
            if given and not is_discord_hook(given.get_secret_value()):
                raise ValueError("paste the webhook's URL as Discord shows it: https://discord.com/api/webhooks/…")
            return given

        @model_validator(mode="after")
        def _has_a_way(self) -> Self:
            if not self.bot_token and not self.webhook_url:
                raise ValueError("give a bot_token, a webhook_url, or both")
            return self

    name: ClassVar[str] = "discord"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.DISCORD})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False, reports=frozenset(), api="https://discord.com/developers/docs/resources/webhook#execute-webhook"
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Post one message; nothing more is ever reported of it."""
        request = _request(message)
        hook = message.to if is_discord_hook(message.to) else ""
        own = "" if message.to != DEFAULT or not credentials.webhook_url else credentials.webhook_url.get_secret_value()
        if hook or own:
            # Without `wait` Discord answers before it has stored the message, and without its id.
            answer = tools.http.post(f"{_versioned(hook or own)}?wait=true", json=request)
        else:
            channel = credentials.default_channel if message.to == DEFAULT else message.to
            if not credentials.bot_token or not channel:
                missing = "a bot_token" if not credentials.bot_token else "a default_channel or a webhook_url"
                detail = f"this integration of Discord needs {missing} for this address"
                raise errors.Rejected(detail, reason=Reason.NOT_ALLOWED)
            # For some minutes Discord gives back the message that it has under this nonce already.
            nonce = {"nonce": sha256(message.send_key.encode()).hexdigest()[:24], "enforce_nonce": True}
            login = _login(credentials.bot_token)
            answer = tools.http.post(f"{API}/channels/{channel}/messages", json=request | nonce, headers=login)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, theirs=bool(hook))
        name = reading.text(reading.answered(answer), "id")
        if not name:
            raise errors.UnknownOutcome("Discord's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=name)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask who the bot is; without one fetch the webhook."""
        if credentials.bot_token:
            answer = tools.http.get(f"{API}/users/@me", headers=_login(credentials.bot_token))
        elif credentials.webhook_url:
            answer = tools.http.get(_versioned(credentials.webhook_url.get_secret_value()))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, theirs=False)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """There is nothing to read.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature(
            "Discord reports nothing about messages, so nothing that claims to be a report is one"
        )


def _versioned(hook: str) -> str:
    """The webhook's URL in our version of the API."""
    # Discord shows it without one, which means version 6: there `retry_after` is in milliseconds.
    return HOOK.sub("/api/v10/webhooks/", hook, count=1)


def _login(token: SecretStr) -> dict[str, str]:
    return {"Authorization": f"Bot {token.get_secret_value()}"}


def _request(message: Outgoing) -> JSON:
    embeds: list[Any] = message.data.get("embeds", [])
    if len(message.text) > LONGEST_TEXT or len(embeds) > MOST_EMBEDS:
        detail = f"Discord takes at most {LONGEST_TEXT} characters and {MOST_EMBEDS} embeds; shorten the message"
        raise errors.Rejected(detail, code="50035")
    # No value that is put in may call @everyone.
    request: JSON = {"content": message.text, "allowed_mentions": {"parse": []}}
    return request | ({"embeds": embeds} if embeds else {})


def _refusal(answer: Response, *, theirs: bool) -> errors.ProviderError:
    told = reading.answered(answer)
    number = reading.member(told, "code")
    code = str(number) if isinstance(number, int) and number else ""
    text = reading.text(told, "message")[:200]
    if answer.status == THROTTLED:
        wait = refusals.seconds(reading.member(told, "retry_after"))
        return errors.Throttled(text or "Discord wants fewer messages", code=code or "429", retry_after=wait)
    if theirs and (code in GONE or answer.status in {401, 403, 404}):
        return errors.Rejected(text, code=code or str(answer.status), reason=Reason.INVALID_RECIPIENT)
    return refusals.refusal("Discord", answer, text, code=code, known=REFUSALS)
