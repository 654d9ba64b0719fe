"""MessageBird (now Bird), its SMS API at rest.messagebird.com: texts as JSON, each status as a signed GET.

Signatures: https://developers.messagebird.com/api/#verifying-http-requests
Words:      https://developers.messagebird.com/api/sms-messaging/#sms-statuses
"""

from functools import partial
from typing import ClassVar, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, jwt, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://rest.messagebird.com/messages"
BALANCE: Final = "https://rest.messagebird.com/balance"
SIGNATURE: Final = "messagebird-signature-jwt"
ISSUER: Final = "MessageBird"
LEEWAY: Final = 1
"""Seconds, as MessageBird's own libraries have it."""

REFUSALS: Final = {
    "2": Refusal(errors.AccountTrouble),  # the access key is wrong, or may not
    "25": Refusal(errors.AccountTrouble, Reason.QUOTA),  # the balance is too low
    "99": Refusal(errors.Transient),  # a fault of theirs
    "402": Refusal(errors.AccountTrouble, Reason.QUOTA),
}
"""Code of a refused send -> what it means for the attempt."""

STATUSES: Final = tables.spread(
    {
        "scheduled": Meaning(EventKind.QUEUED),
        "sent buffered": Meaning(EventKind.SENT),
        "delivered": Meaning(EventKind.DELIVERED),
        "expired": Meaning(EventKind.FAILED, Reason.EXPIRED, text="It expired before it was delivered."),
        "delivery_failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="It could not be delivered."),
    }
)
"""status -> what it means; the failures are told apart by their reason."""

REASONS: Final = {
    "unknown subscriber": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
    "incorrect number": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard"),
    "unavailable subscriber": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
    "received network error": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
    "capacity limit reached": Meaning(EventKind.BOUNCED, Reason.THROTTLED, "soft"),
    "opted out": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED),
    "carrier rejected": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "insufficient balance": Meaning(EventKind.FAILED, Reason.QUOTA),
    # The carrier has it, and no receipt will come: nothing says that it failed.
    "dlr not received": Meaning(EventKind.SENT),
}
"""statusReason of a failure, in small letters -> what it means."""

ADDRESSES: Final = {"recipient", "reference"}


class MessageBird:
    """Text messages by MessageBird's SMS API."""

    class Credentials(ProviderCredentials):
        """An access key, and the signing key that proves reports."""

        access_key: SecretStr = Field(min_length=8)
        signing_key: SecretStr = Field(min_length=8)
        second_signing_key: SecretStr | None = Field(default=None, min_length=8)
        """Also proves reports, while the key is changed."""

    name: ClassVar[str] = "messagebird"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *REASONS.values())),
        api="https://developers.messagebird.com/api/sms-messaging/#send-outbound-sms",
        events="https://developers.messagebird.com/api/sms-messaging/#handle-a-status-report",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over."""
        answer = tools.http.post(SEND, json=_request(message), headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        found = reading.text(reading.answered(answer), "id")
        if not found:
            raise errors.UnknownOutcome("MessageBird's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=found)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the balance."""
        answer = tools.http.get(BALANCE, headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the token, which names the URL, then read one status from its query."""
        came = doors.by_webhook(request, "MessageBird")
        _verify(came, proofs.keys(credentials.signing_key, credentials.second_signing_key))
        try:
            told = dict(reading.form(urlsplit(came.url).query))
        except ValueError as exc:
            raise errors.BadPayload("a MessageBird report has a query of some fields") from exc
        status = told.get("status") or "no status"
        if status not in STATUSES:
            return Received(ignored=(status[: reading.LONGEST_NAME],))
        if not told.get("id"):
            raise errors.BadPayload("a MessageBird report needs id")
        return Received(events=(_event(told, status),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        status = reading.text(raw, "status")
        return _event(raw, status) if status in STATUSES else status


def _login(credentials: MessageBird.Credentials) -> dict[str, str]:
    return {"Authorization": f"AccessKey {credentials.access_key.get_secret_value()}"}


def _request(message: Outgoing) -> JSON:
    request = {
        "originator": message.sender.lstrip("+"),
        "recipients": [message.to.lstrip("+")],
        "body": message.text,
        "datacoding": "auto",
    }
    # Without a reference MessageBird reports nothing.
    return request | ({"reference": message.echo, "reportUrl": message.callback_url} if message.callback_url else {})


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    first = reading.member(reading.answered(answer), "errors", 0)
    code, text = reading.member(first, "code"), masking.hide_number(reading.text(first, "description"), to)
    reason = Reason.INVALID_RECIPIENT if reading.text(first, "parameter") in {"recipient", "recipients"} else None
    known = str(code) if isinstance(code, int) else ""
    return refusals.refusal("MessageBird", answer, text, code=known, known=REFUSALS, reason=reason)


def _verify(came: WebhookRequest, keys: list[bytes]) -> None:
    claims = jwt.claims("MessageBird", proofs.header(came, SIGNATURE), keys)
    if claims.get("iss") != ISSUER:
        raise errors.BadSignature("the token is not MessageBird's")
    jwt.prove_time("MessageBird", claims, came.at, leeway=LEEWAY)
    jwt.prove_hash("MessageBird", claims, "url_hash", came.url.encode(errors="surrogatepass"))
    if came.body or "payload_hash" in claims:
        jwt.prove_hash("MessageBird", claims, "payload_hash", came.body)


def _event(told: dict[str, str], status: str) -> ProviderEvent:
    to, words = told.get("recipient", ""), told.get("statusReason", "")
    meaning = STATUSES[status]
    if meaning.kind is EventKind.FAILED:
        meaning = REASONS.get(words.replace("_", " ").lower(), meaning)
    hide = partial(masking.hide_number, number=to)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=told["id"],
        echo=told.get("reference", ""),
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{told['id']}.{status}",
        # A plus that nobody has escaped is a space in a query.
        occurred_at=times.iso(told.get("statusDatetime", "").replace(" ", "+")),
        reason=meaning.reason or "",
        code=told.get("statusErrorCode", "") if meaning.reason else "",
        text=hide(words or meaning.text)[: masking.LONGEST_TEXT] if meaning.reason else "",
        raw=masking.without(ADDRESSES, told, hide),
    )
