"""Firebase Cloud Messaging: pushes by its HTTP v1 API. The answer to the send is all that it tells.

Codes:  https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
Tokens: https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
"""

import json
from typing import Any, ClassVar, Final
from urllib.parse import quote

from pydantic import SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, reading, refusals, signed_jwt
from heliograph.wire.refusals import Refusal

API: Final = "https://fcm.googleapis.com/v1/projects"
TOKENS: Final = "https://oauth2.googleapis.com/token"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
HOUR: Final = 3600
DETAIL: Final = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
GONE: Final = "UNREGISTERED"
NEEDED: Final = ("project_id", "client_email", "private_key", "private_key_id")

REFUSALS: Final = {
    "SENDER_ID_MISMATCH": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # a token of another Firebase project
    "QUOTA_EXCEEDED": Refusal(errors.Throttled),
    "RESOURCE_EXHAUSTED": Refusal(errors.Throttled),
    "UNAVAILABLE": Refusal(errors.Transient),
    "INTERNAL": Refusal(errors.Transient),
    "THIRD_PARTY_AUTH_ERROR": Refusal(errors.AccountTrouble),  # the APNs key or the web push key in Firebase is bad
    "UNAUTHENTICATED": Refusal(errors.AccountTrouble),
    "PERMISSION_DENIED": Refusal(errors.AccountTrouble),
    "NOT_FOUND": Refusal(errors.AccountTrouble),  # there is no such Firebase project
}
"""FCM's error code, else the status of Google's APIs -> what it means."""


class Fcm:
    """Pushes by Firebase."""

    class Credentials(ProviderCredentials):
        """The key file of a service account that may send."""

        service_account: SecretStr
        """The whole JSON text of the file."""

        @field_validator("service_account")
        @classmethod
        def _is_whole(cls, given: SecretStr) -> SecretStr:
            found = _account(given)
            missing = [name for name in NEEDED if not isinstance(found.get(name), str) or not found[name]]
            if missing:
                raise ValueError(f"it is no key file of a service account: {', '.join(missing)} is missing")
            signed_jwt.rsa_key(found["private_key"])
            return given

    name: ClassVar[str] = "fcm"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.PUSH})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        api="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one push over. FCM has no idempotency key."""
        answer = _post({"message": _message(message, tools.now())}, credentials, tools)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        name = reading.text(reading.answered(answer), "name")
        if not name:
            raise errors.UnknownOutcome("FCM's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=name.rpartition("/")[2])

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Have a message to a topic validated, which is not sent."""
        message = {"topic": "heliograph-check", "notification": {"title": "Check"}}
        answer = _post({"validate_only": True, "message": message}, credentials, tools)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("FCM reports nothing, so nothing that claims to be a report is one")


def _account(secret: SecretStr) -> JSON:
    try:
        found = json.loads(secret.get_secret_value())
    except (ValueError, RecursionError):
        found = None
    return reading.typed(dict, found)


def _post(body: JSON, credentials: Fcm.Credentials, tools: Tools) -> Response:
    account = _account(credentials.service_account)
    key = signed_jwt.kept_under("fcm", credentials.service_account.get_secret_value())
    token = tools.tokens.get(key, lambda now: _token(account, now, tools))
    url = f"{API}/{quote(account['project_id'], safe='')}/messages:send"
    answer = tools.http.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
    if answer.status == 401:  # noqa: PLR2004 # it was revoked before its time
        tools.tokens.forget(key)
    return answer


def _token(account: JSON, now: int, tools: Tools) -> tuple[str, int]:
    """An access token for the account, and when it ends."""
    claims = {"iss": account["client_email"], "scope": SCOPE, "aud": TOKENS, "iat": now, "exp": now + HOUR}
    signed = signed_jwt.rs256(signed_jwt.rsa_key(account["private_key"]), claims, {"kid": account["private_key_id"]})
    try:
        answer = tools.http.post(TOKENS, form={"grant_type": GRANT, "assertion": signed})
        told = reading.answered(answer)
    except errors.UnknownOutcome as exc:
        # No message has left: this was only the way to a token.
        raise errors.Transient(exc.text, code=exc.code) from exc
    if answer.status >= FIRST_FAILURE:
        code, text = reading.text(told, "error"), reading.text(told, "error_description")
        known = {"invalid_grant": Refusal(errors.AccountTrouble), "invalid_client": Refusal(errors.AccountTrouble)}
        raise refusals.refusal("Google", answer, masking.hide_mail(text), code=code, known=known)
    token, lives = reading.text(told, "access_token"), reading.member(told, "expires_in")
    if not token or not isinstance(lives, int):
        raise errors.Transient("Google's answer has no access token", code=str(answer.status))
    return token, now + lives


def _message(message: Outgoing, now: int) -> JSON:
    data = message.data
    notification = {"title": message.subject, "body": message.text, "image": data.get("image")}
    android: JSON = {"sound": data.get("sound"), "notification_count": data.get("badge")}
    aps: JSON = {"sound": data.get("sound"), "badge": data.get("badge")}
    ours = {"url": data["url"]} if "url" in data else {}
    found: JSON = {
        "token": message.to,
        "notification": _without_none(notification),
        "data": {**data.get("data", {}), **ours},
        "android": {"collapse_key": data.get("collapse"), "notification": _without_none(android)},
        "apns": {"payload": {"aps": aps}} if (aps := _without_none(aps)) else {},
        "webpush": {"fcm_options": {"link": data["url"]}} if data.get("url", "").startswith("https://") else {},
    }
    if message.expires:
        # How long Google keeps it for a device that is off; at most four weeks.
        found["android"]["ttl"] = f"{min(max(0, message.expires - now), 28 * 24 * HOUR)}s"
        found["apns"]["headers"] = {"apns-expiration": str(message.expires)}
    if "collapse" in data:
        found["apns"].setdefault("headers", {})["apns-collapse-id"] = data["collapse"]
    found["android"] = _without_none(found["android"])
    return {name: value for name, value in found.items() if value}


def _without_none(members: JSON) -> JSON:
    return {name: value for name, value in members.items() if value not in (None, "", {})}


def _refusal(answer: Response, token: str) -> errors.ProviderError:
    told = reading.member(reading.answered(answer), "error")
    text = reading.text(told, "message")
    details = reading.typed(list, reading.member(told, "details"))
    code = next((_code(one) for one in details if reading.text(one, "@type") == DETAIL), "")
    code = code or reading.text(told, "status")
    said = (text.replace(token, "(token)") if token else text)[: masking.LONGEST_TEXT]
    if code == GONE:
        return errors.Rejected(said or "the token is not registered any more", code=code, dead=True)
    reason = Reason.INVALID_RECIPIENT if "registration token" in text else None
    return refusals.refusal("FCM", answer, said, code=code, known=REFUSALS, reason=reason)


def _code(detail: Any) -> str:
    return reading.text(detail, "errorCode")
