"""Slack: messages by a bot's token, or by an incoming webhook into its one channel.

Sending:  https://api.slack.com/methods/chat.postMessage
Webhooks: https://api.slack.com/messaging/webhooks
Events:   https://api.slack.com/apis/connections/events-api, signed as https://api.slack.com/authentication/verifying-requests-from-slack
"""

import re
from typing import Any, ClassVar, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from heliograph.domain import errors
from heliograph.domain.chat_addresses import DEFAULT
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received, Reply, WebhookRequest
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, proofs, reading, refusals, tables
from heliograph.wire.refusals import Refusal

API: Final = "https://slack.com/api"
HOOKS: Final = "https://hooks.slack.com/"
SIGNATURE: Final = "x-slack-signature"
TIMESTAMP: Final = "x-slack-request-timestamp"
TOLERANCE: Final = 300
"""Seconds, as Slack's page on verifying says."""
DIGITS: Final = re.compile(rb"[0-9]{1,12}")
METADATA: Final = "heliograph"
MOST_BLOCKS: Final = 50
LONGEST_TEXT: Final = 40_000
"""Characters; what is longer Slack cuts off."""
FORM: Final = "application/x-www-form-urlencoded"

REFUSALS: Final = tables.spread(
    {
        # The token, the app or the workspace.
        "invalid_auth not_authed account_inactive token_revoked token_expired": Refusal(errors.AccountTrouble),
        "missing_scope no_permission not_allowed_token_type access_denied accesslimited": Refusal(
            errors.AccountTrouble
        ),
        "ekm_access_denied enterprise_is_restricted team_access_not_granted": Refusal(errors.AccountTrouble),
        "org_login_required team_disabled no_team invalid_token no_active_hooks": Refusal(errors.AccountTrouble),
        "no_service no_service_id two_factor_setup_required": Refusal(errors.AccountTrouble),
        "channel_not_found user_not_found users_not_found user_disabled is_archived channel_is_archived": Refusal(
            errors.Rejected, Reason.INVALID_RECIPIENT
        ),
        # The bot was not invited, or may not write there.
        "not_in_channel restricted_action restricted_action_read_only_channel action_prohibited": Refusal(
            errors.Rejected, Reason.NOT_ALLOWED
        ),
        "restricted_action_thread_only_channel restricted_action_non_threadable_channel": Refusal(
            errors.Rejected, Reason.NOT_ALLOWED
        ),
        "posting_to_general_channel_denied messages_tab_disabled cannot_dm_bot": Refusal(
            errors.Rejected, Reason.NOT_ALLOWED
        ),
        "ratelimited rate_limited": Refusal(errors.Throttled),
        "message_limit_exceeded": Refusal(errors.AccountTrouble, Reason.QUOTA),
        "service_unavailable request_timeout team_added_to_org rollup_error": Refusal(errors.Transient),
        # Slack says of both that some of it may have been done.
        "internal_error fatal_error": Refusal(errors.UnknownOutcome),
    }
)
"""`error` of a refused send -> what it means; every other word refuses this message."""


class Slack:
    """Messages to Slack's channels and people."""

    class Credentials(ProviderCredentials):
        """A bot's token, an incoming webhook, or both; and what the app signs its events with."""

        bot_token: SecretStr | None = Field(default=None, min_length=10)
        webhook_url: SecretStr | None = Field(default=None)
        default_channel: str = Field(default="", max_length=80)
        """Where `default` leads when there is no webhook."""
        signing_secret: SecretStr | None = Field(default=None, min_length=16)
        second_signing_secret: SecretStr | None = Field(default=None, min_length=16)
        """Also proves events, while the secret is changed."""

        @field_validator("webhook_url")
        @classmethod
        def _is_slacks(cls, given: SecretStr | None) -> SecretStr | None:
            if given and not given.get_secret_value().startswith(HOOKS):
                raise ValueError(f"paste the webhook's URL as Slack shows it: it begins with {HOOKS}")
            return given

        @model_validator(mode="after")
        def _has_a_way(self) -> Self:
            if not self.bot_token and not self.webhook_url:
                raise ValueError("give a bot_token, a webhook_url, or both")
            return self

    name: ClassVar[str] = "slack"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SLACK})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        posts=True,
        proof="signature",
        api="https://api.slack.com/methods/chat.postMessage",
        events="https://api.slack.com/apis/connections/events-api",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Post one message; what Slack took is in the channel, and nothing more is ever reported of it."""
        request = _request(message)
        hook, token = credentials.webhook_url, credentials.bot_token
        if message.to == DEFAULT and hook:
            answer = tools.http.post(hook.get_secret_value(), json=request)
            if answer.status >= FIRST_FAILURE:
                raise _refusal(answer, answer.body[:100].decode(errors="replace").strip())
            return Accepted(provider_message_id=message.send_key)
        channel = credentials.default_channel if message.to == DEFAULT else message.to
        if not token or not channel:
            missing = "a bot_token" if not token else "a default_channel or a webhook_url"
            raise errors.Rejected(
                f"this integration of Slack needs {missing} for this address", reason=Reason.NOT_ALLOWED
            )
        metadata = {"event_type": METADATA, "event_payload": {METADATA: message.echo}}
        asked = request | {"channel": channel, "unfurl_links": False, "metadata": metadata}
        told = _answered(tools.http.post(f"{API}/chat.postMessage", json=asked, headers=_login(token)))
        if not reading.text(told, "ts"):
            raise errors.UnknownOutcome("Slack's answer names no message")
        return Accepted(provider_message_id=f"{reading.text(told, 'channel')}.{reading.text(told, 'ts')}")

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask who the token is; without one post nothing to the webhook, which says only that there is no text."""
        if credentials.bot_token:
            _answered(tools.http.post(f"{API}/auth.test", json={}, headers=_login(credentials.bot_token)))
        elif credentials.webhook_url:
            answer = tools.http.post(credentials.webhook_url.get_secret_value(), json={})
            word = answer.body[:100].decode(errors="replace").strip()
            if answer.status >= FIRST_FAILURE and word not in {"no_text", "invalid_payload"}:
                raise _refusal(answer, word)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify one request of the Events API; the handshake is answered, nothing else says anything of a message."""
        came = doors.by_webhook(request, "Slack")
        _verify(came, proofs.keys(credentials.signing_secret, credentials.second_signing_secret))
        if came.headers.get("content-type", "").startswith(FORM):
            return Received(ignored=("interaction",))
        told = reading.parsed(dict, came.body, "Slack's event")
        kind = reading.text(told, "type")
        if kind == "url_verification":
            return Received(reply=Reply(body=reading.text(told, "challenge")))
        name = reading.text(told, "event", "type") or kind
        if not name:
            raise errors.BadPayload("Slack's event has no type")
        return Received(ignored=(name[: reading.LONGEST_NAME],))


def _request(message: Outgoing) -> JSON:
    blocks: Any = message.data.get("blocks")
    if len(message.text) > LONGEST_TEXT or (blocks and len(blocks) > MOST_BLOCKS):
        detail = f"Slack takes at most {LONGEST_TEXT} characters and {MOST_BLOCKS} blocks; shorten the message"
        raise errors.Rejected(detail, code="msg_too_long")
    return {"text": message.text} | ({"blocks": blocks} if blocks else {})


def _login(token: SecretStr) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.get_secret_value()}"}


def _answered(answer: Response) -> JSON:
    """The answer of a method that worked: `ok` says so, not the status."""
    told = reading.typed(dict, reading.answered(answer))
    if answer.status >= FIRST_FAILURE:
        raise _refusal(answer, reading.text(told, "error"))
    if told.get("ok") is False:
        raise _refusal(answer, reading.text(told, "error") or "no_error_named")
    if told.get("ok") is not True:
        raise errors.UnknownOutcome("Slack's answer cannot be read")
    return told


def _refusal(answer: Response, word: str) -> errors.ProviderError:
    code = word if word.replace("_", "").isalnum() and len(word) <= reading.LONGEST_NAME else ""
    text = f"Slack refused it: {code}" if code else ""
    if answer.status < FIRST_FAILURE and code not in REFUSALS:
        return errors.Rejected(text, code=code)
    return refusals.refusal("Slack", answer, text, code=code, known=REFUSALS)


def _verify(request: WebhookRequest, keys: list[bytes]) -> None:
    """v0: HMAC-SHA256 over `v0:timestamp:body`, not older than five minutes."""
    timestamp = proofs.header(request, TIMESTAMP)
    if not DIGITS.fullmatch(timestamp):
        raise errors.BadSignature("Slack's timestamp is missing or malformed")
    signed = b":".join((b"v0", timestamp, request.body))
    proofs.prove_hmac(
        "Slack",
        proofs.header(request, SIGNATURE),
        texts=[signed],
        keys=keys,
        written=lambda digest: f"v0={digest.hex()}",
    )
    proofs.prove_age("Slack", int(timestamp), request.at, seconds=TOLERANCE)
