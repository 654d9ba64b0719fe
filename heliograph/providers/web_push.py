"""Web Push: pushes to browsers, encrypted for one of them, by the push service that the browser chose.

RFC 8030 (the protocol), RFC 8291 (the encryption), RFC 8292 (VAPID, by which the service knows the sender).
"""

import json
from hashlib import sha256
from typing import ClassVar, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.push_tokens import subscription
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, push_encryption, refusals, signed_jwt
from heliograph.wire.refusals import Refusal

SERVICES: Final = (
    "fcm.googleapis.com",  # Chrome, Edge on Android, Opera, Brave, Samsung Internet
    "updates.push.services.mozilla.com",  # Firefox
    "push.services.mozilla.com",
    "notify.windows.com",  # Edge
    "push.apple.com",  # Safari
)
"""Hosts, and those below them, that a browser's endpoint may lead to: it comes from a page, so from anybody."""
DAY: Final = 24 * 3600
LONGEST: Final = 28 * DAY
"""Seconds that push services keep a message for a browser that is not there."""
TOPIC: Final = 32
"""Characters of a topic (RFC 8030, 5.4)."""
GONE: Final = frozenset({404, 410})

REFUSALS: Final = {
    # The subscription was made with another key than ours: a matter of this browser, not of the account.
    "401": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    "403": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
}
"""HTTP status -> what it means, where the usual is wrong."""


class WebPush:
    """Pushes to browsers."""

    class Credentials(ProviderCredentials):
        """The VAPID key that the page names when it subscribes, and whom a push service may ask about us."""

        private_key: SecretStr
        """P-256, in PEM, or its 32 bytes in base64url as most generators write it."""
        subject: str = Field(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$", max_length=200)

        @field_validator("private_key")
        @classmethod
        def _is_p256(cls, given: SecretStr) -> SecretStr:
            _key(given)
            return given

    name: ClassVar[str] = "web_push"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.PUSH})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        api="https://www.rfc-editor.org/rfc/rfc8030",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one push over. There is no idempotency key; a topic lets a newer one replace it."""
        endpoint, body = _encrypted(message, tools)
        headers = {
            "Authorization": _authorization(endpoint, credentials, tools),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_lifetime(message, tools.now())),
            "Urgency": "high",
        }
        if "collapse" in message.data:
            headers["Topic"] = _topic(message.data["collapse"])
        answer = tools.http.post(endpoint, content=body, headers=headers)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=answer.headers.get("location", "").rpartition("/")[2][:200])

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Nobody can be asked: the key is ours alone, and was looked at when it was entered."""

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("push services report nothing, so nothing that claims to be a report is one")


def _key(secret: SecretStr) -> EllipticCurvePrivateKey:
    text = secret.get_secret_value()
    if "-----BEGIN" in text:
        return signed_jwt.p256_key(text)
    return signed_jwt.p256_of(push_encryption.decoded(text))


def _encrypted(message: Outgoing, tools: Tools) -> tuple[str, bytes]:
    """The endpoint, and what goes there.

    Raises:
        Rejected: the subscription is none, leads to no push service, or the text is too long.
    """
    told = subscription(message.to)
    if told is None or not _is_service(told["endpoint"]):
        raise errors.Rejected(
            "the subscription leads to no known push service", code="endpoint", reason=Reason.INVALID_RECIPIENT
        )
    try:
        theirs, auth = push_encryption.browser_key(told["keys"]["p256dh"]), push_encryption.secret(told["keys"]["auth"])
    except ValueError as exc:
        text = f"the subscription's keys are wrong: {exc}"
        raise errors.Rejected(text, code="keys", reason=Reason.INVALID_RECIPIENT) from exc
    ours, salt = push_encryption.one_time_key(tools.random(48)), tools.random(push_encryption.SALT)
    try:
        body = push_encryption.encrypt(_shown(message), theirs=theirs, auth=auth, ours=ours, salt=salt)
    except ValueError as exc:
        raise errors.Rejected(f"the push is too long: {exc}", code="413") from exc
    return told["endpoint"], body


def _is_service(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    named = any(host == one or host.endswith(f".{one}") for one in SERVICES)
    return parts.scheme == "https" and named and port in (None, 443) and parts.username is None


def _shown(message: Outgoing) -> bytes:
    """What the page's service worker gets."""
    shown = {"title": message.subject, "body": message.text, **message.data}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _authorization(endpoint: str, credentials: WebPush.Credentials, tools: Tools) -> str:
    """VAPID: a token for the endpoint's origin, made twice a day, and the public half of its key."""
    key, parts = _key(credentials.private_key), urlsplit(endpoint)
    origin = f"https://{parts.netloc}"

    def make(now: int) -> tuple[str, int]:
        claims = {"aud": origin, "exp": now + DAY // 2, "sub": credentials.subject}
        return signed_jwt.es256(key, claims, {}), now + DAY // 2

    place = signed_jwt.kept_under("web_push", credentials.private_key.get_secret_value(), credentials.subject, origin)
    public = signed_jwt.encoded(push_encryption.point_of(key))
    return f"vapid t={tools.tokens.get(place, make)}, k={public}"


def _lifetime(message: Outgoing, now: int) -> int:
    return min(max(0, message.expires - now), LONGEST) if message.expires else LONGEST


def _topic(text: str) -> str:
    return signed_jwt.encoded(sha256(text.encode()).digest())[:TOPIC]


def _refusal(answer: Response) -> errors.ProviderError:
    if answer.status in GONE:
        return errors.Rejected("the browser's subscription is gone", code=str(answer.status), dead=True)
    # What a push service says is text of its own form, and repeats the endpoint.
    return refusals.refusal("the push service", answer, "", known=REFUSALS)
