"""Apple Push Notification service: pushes over HTTP/2, with a token for which Apple gives a key.

Requests: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
Reasons:  https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
Tokens:   https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
"""

import json
import uuid
from typing import ClassVar, Final, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, reading, refusals, signed_jwt, tables
from heliograph.wire.refusals import Refusal

HOSTS: Final = {"production": "api.push.apple.com", "sandbox": "api.sandbox.push.apple.com"}
NAMESPACE: Final = uuid.UUID("5b0f0d5e-3a4f-5d0c-9a51-6d8f7f1f2c11")
"""Of the ids that are made from send keys."""
NOBODY: Final = "0" * 64
"""A device token that no device has."""
STEP: Final = 30 * 60
"""Seconds: tokens begin at full half hours, the same in all functions, since Apple refuses one that changes often."""
LIFE: Final = 50 * 60
"""Seconds after its beginning until which a token is used; Apple takes it for an hour."""
GONE: Final = frozenset({"Unregistered", "ExpiredToken"})

REFUSALS: Final = tables.spread(
    {
        # A token of the other environment is answered so too: were it dropped, one wrong setting would drop them all.
        "BadDeviceToken DeviceTokenNotForTopic MissingDeviceToken": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
        "BadCollapseId BadExpirationDate BadMessageId BadPriority InvalidPushType": Refusal(errors.Rejected),
        "PayloadEmpty PayloadTooLarge": Refusal(errors.Rejected),
        "BadTopic MissingTopic TopicDisallowed Forbidden InvalidProviderToken MissingProviderToken": Refusal(
            errors.AccountTrouble
        ),
        "BadCertificate BadCertificateEnvironment UnrelatedKeyIdInToken BadEnvironmentKeyIdInToken": Refusal(
            errors.AccountTrouble
        ),
        "ExpiredProviderToken": Refusal(errors.Transient),  # ours: it is made anew for the next attempt
        "TooManyRequests TooManyProviderTokenUpdates": Refusal(errors.Throttled),
        "IdleTimeout InternalServerError ServiceUnavailable Shutdown": Refusal(errors.Transient),
    }
)
"""Apple's reason -> what it means."""


class Apns:
    """Pushes to Apple's devices."""

    class Credentials(ProviderCredentials):
        """A key of the developer account that may send pushes, and for which app."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("team_id", "topic")

        team_id: str = Field(pattern=r"^[A-Z0-9]{10}$")
        key_id: str = Field(pattern=r"^[A-Z0-9]{10}$")
        private_key: SecretStr
        """The text of the file `AuthKey_….p8`."""
        topic: str = Field(pattern=r"^[A-Za-z0-9.-]{1,155}$")
        """The app's bundle id."""
        environment: Literal["production", "sandbox"] = "production"
        """`sandbox` for apps that Xcode installed."""

        @field_validator("private_key")
        @classmethod
        def _is_p256(cls, given: SecretStr) -> SecretStr:
            signed_jwt.p256_key(given.get_secret_value())
            return given

    name: ClassVar[str] = "apns"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.PUSH})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        api="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one push over. The id is the attempt's own, but Apple does not look for repeats by it."""
        name = str(uuid.uuid5(NAMESPACE, message.send_key))
        headers = {"apns-push-type": "alert", "apns-priority": "10", "apns-id": name}
        if message.expires:
            headers["apns-expiration"] = str(message.expires)
        if "collapse" in message.data:
            headers["apns-collapse-id"] = message.data["collapse"]
        answer = _post(message.to, _payload(message), headers, credentials, tools)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=answer.headers.get("apns-id", name))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Push to a device that there is not: Apple looks at the key first, and then refuses the device."""
        headers = {"apns-push-type": "alert"}
        answer = _post(NOBODY, {"aps": {"alert": {"title": "Check"}}}, headers, credentials, tools)
        if answer.status >= FIRST_FAILURE and _reason(answer) != "BadDeviceToken":
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("APNs reports nothing, so nothing that claims to be a report is one")


def _post(device: str, payload: JSON, headers: dict[str, str], credentials: Apns.Credentials, tools: Tools) -> Response:
    secret = credentials.private_key.get_secret_value()
    place = signed_jwt.kept_under("apns", credentials.team_id, credentials.key_id, secret)

    def make(now: int) -> tuple[str, int]:
        begun = now - now % STEP
        key = signed_jwt.p256_key(secret)
        claims = {"iss": credentials.team_id, "iat": begun}
        return signed_jwt.es256(key, claims, {"kid": credentials.key_id}), begun + LIFE

    ours = {"authorization": f"bearer {tools.tokens.get(place, make)}", "apns-topic": credentials.topic}
    answer = tools.http2.post(
        f"https://{HOSTS[credentials.environment]}/3/device/{quote(device, safe='')}",
        content=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(),
        headers={**headers, **ours, "content-type": "application/json"},
    )
    if _reason(answer) in {"ExpiredProviderToken", "InvalidProviderToken"}:
        tools.tokens.forget(place)
    return answer


def _payload(message: Outgoing) -> JSON:
    data = message.data
    alert = {"title": message.subject, "body": message.text}
    aps: JSON = {"alert": {name: value for name, value in alert.items() if value}}
    aps |= {name: data[name] for name in ("badge", "sound") if name in data}
    if "image" in data:
        # The app's own extension fetches the image.
        aps["mutable-content"] = 1
    own = {name: value for name, value in data.get("data", {}).items() if name != "aps"}
    return own | {name: data[name] for name in ("url", "image") if name in data} | {"aps": aps}


def _reason(answer: Response) -> str:
    return reading.text(reading.answered(answer), "reason") if answer.status >= FIRST_FAILURE else ""


def _refusal(answer: Response) -> errors.ProviderError:
    code = _reason(answer)
    if code in GONE:
        return errors.Rejected(f"the device is gone: {code}", code=code, dead=True)
    return refusals.refusal("APNs", answer, code, code=code, known=REFUSALS)
