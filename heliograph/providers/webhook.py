"""Our own webhooks: a signed POST to an address of the contact's, by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, refusals, standard_webhooks

TYPE: Final = "notification"
LARGEST: Final = 256 * 1024
"""Bytes of a body."""
FIRST_REDIRECT: Final = 300
FIRST_REFUSAL: Final = 400
GONE: Final = 410


class Webhook:
    """Signed webhooks to the caller's own systems."""

    class Credentials(ProviderCredentials):
        """What the receiving side checks the signature with."""

        secret: SecretStr
        """`whsec_` and base64 of 24 to 64 bytes."""
        second_secret: SecretStr | None = None
        """While it is changed: every request bears a signature by each."""
        url: str = Field(default="", max_length=2048)
        """Only for `check`: an address of yours that may be asked whether it is there."""

        @field_validator("secret", "second_secret")
        @classmethod
        def _is_key(cls, given: SecretStr | None) -> SecretStr | None:
            if given:
                standard_webhooks.key(given.get_secret_value())
            return given

    name: ClassVar[str] = "webhook"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.WEBHOOK})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset({EventKind.DELIVERED}),
        posts=False,
        proof="none: they are made here",
        api="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        events="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Post one message; a success is its delivery."""
        now = tools.now()
        content = json.dumps(_body(message, now), ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) > LARGEST:
            raise errors.Rejected(f"the body has {len(content)} bytes and at most {LARGEST} are sent; shorten it")
        answer = tools.outside.post(message.to, content=content, headers=_headers(message, content, credentials, now))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        delivered = ProviderEvent(
            kind=EventKind.DELIVERED,
            provider_message_id=message.send_key,
            echo=message.echo,
            event_id=f"{message.send_key}.delivered",
            occurred_at=datetime.fromtimestamp(now, UTC),
            code=str(answer.status),
            raw={"status": answer.status},
        )
        return Accepted(provider_message_id=message.send_key, later=((0, delivered),))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask the address whether it is there; without one there is nobody to ask."""
        if credentials.url and tools.outside.get(credentials.url).status == GONE:
            raise errors.AccountTrouble("the address answers that it is gone", code=str(GONE))

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """There is nothing to read: what becomes of a webhook is known when it is answered.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("webhooks of our own report nothing, so nothing that claims to be a report is one")


def _body(message: Outgoing, now: int) -> JSON:
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = {**({"text": message.text} if message.text else {}), **message.data.get("json", {})}
    return {
        "type": TYPE,
        "id": message.notification,
        "event": message.event,
        "timestamp": moment,
        "data": data,
    }


def _headers(message: Outgoing, content: bytes, credentials: Webhook.Credentials, now: int) -> dict[str, str]:
    signed = b".".join((message.send_key.encode(), str(now).encode(), content))
    secrets = [one for one in (credentials.secret, credentials.second_secret) if one]
    made = [hmac.digest(standard_webhooks.key(one.get_secret_value()), signed, "sha256") for one in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Heliograph-Webhooks/1",
        "webhook-id": message.send_key,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(f"v1,{b64encode(one).decode()}" for one in made),
    }


def _refusal(answer: Response) -> errors.ProviderError:
    code = str(answer.status)
    if answer.status == GONE:
        return errors.Rejected("the address answered that it is gone", code=code, reason=Reason.INVALID_RECIPIENT)
    if answer.status in range(FIRST_REDIRECT, FIRST_REFUSAL):
        detail = "the address redirects, which is not followed: enter where it leads"
        return errors.Rejected(detail, code=code, reason=Reason.INVALID_RECIPIENT)
    if answer.status in {401, 403}:
        # It refuses this message's signature or address; the other contacts' addresses may be in order.
        return errors.Rejected(f"the address answered with status {code}", code=code)
    return refusals.refusal("the address", answer, "")
