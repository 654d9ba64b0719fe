"""Twilio: text messages as forms, one signed status callback for each step.

API:        https://www.twilio.com/docs/messaging/api/message-resource
Events:     https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
Signatures: https://www.twilio.com/docs/usage/security
Codes:      https://www.twilio.com/docs/api/errors
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar, Final
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Bounce,
    BusEvent,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.provider import FIRST_FAILURE, Capabilities, Response, Tools
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason

API: Final = "https://api.twilio.com/2010-04-01/Accounts"
SIGNATURE: Final = "x-twilio-signature"
ECHO: Final = "echo"
PORTS: Final = {"https": 443, "http": 80}
MOST_FIELDS: Final = 200
LONGEST_NAME: Final = 50
SHORTEST_NUMBER: Final = 7
"""Digits; fewer could be part of anything."""

STATUSES: Final[dict[int, type[errors.ProviderError]]] = {
    401: errors.AccountTrouble,
    403: errors.AccountTrouble,
    408: errors.Transient,
    429: errors.Throttled,
}
"""HTTP status -> what it means for the attempt; other 4xx refuse the message, 3xx and 5xx pass."""

REFUSALS: Final[dict[str, tuple[type[errors.ProviderError], Reason | None]]] = {
    "20003": (errors.AccountTrouble, None),  # wrong credentials
    "20005": (errors.AccountTrouble, None),  # the account is not active
    "30002": (errors.AccountTrouble, None),  # the account is suspended
    "20429": (errors.Throttled, None),
    "21611": (errors.Throttled, None),  # the sender's queue is full
    "63038": (errors.Throttled, None),  # the account's messages of the day are used up
    "21211": (errors.Rejected, Reason.INVALID_RECIPIENT),
    "21614": (errors.Rejected, Reason.INVALID_RECIPIENT),  # cannot get text messages
    "21635": (errors.Rejected, Reason.INVALID_RECIPIENT),  # a landline
    "21610": (errors.Rejected, Reason.UNSUBSCRIBED),  # answered STOP
    "21408": (errors.Rejected, Reason.NOT_ALLOWED),  # the country is switched off in the account
    "21606": (errors.Rejected, Reason.NOT_ALLOWED),  # the sender cannot send text messages
    "21608": (errors.Rejected, Reason.NOT_ALLOWED),  # a trial account and a number that was not verified
    "21612": (errors.Rejected, Reason.NOT_ALLOWED),  # this sender cannot reach this number
    "21659": (errors.Rejected, Reason.NOT_ALLOWED),  # the sender is no number of Twilio's
    "21660": (errors.Rejected, Reason.NOT_ALLOWED),  # the sender belongs to another account
}
"""Code of a refused send -> what it means for the attempt; it goes before the HTTP status."""

KINDS: Final = {
    "accepted": EventKind.QUEUED,
    "scheduled": EventKind.QUEUED,
    "queued": EventKind.QUEUED,
    "sending": EventKind.SENT,
    "sent": EventKind.SENT,
    "delivered": EventKind.DELIVERED,
    "read": EventKind.OPENED,
    "undelivered": EventKind.FAILED,
    "failed": EventKind.FAILED,
    "canceled": EventKind.DROPPED,
}
"""MessageStatus -> kind; the failures are told apart by their code."""

FAILED: Final = (EventKind.FAILED, None, Reason.PROVIDER_ERROR, "Twilio could not deliver it.")
CODES: Final[dict[str, tuple[EventKind, Bounce | None, Reason, str]]] = {
    "21211": (EventKind.BOUNCED, "hard", Reason.INVALID_RECIPIENT, "The number is not valid."),
    "21610": (EventKind.DROPPED, None, Reason.UNSUBSCRIBED, "The recipient answered STOP to this sender."),
    "21614": (EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE, "The number cannot get text messages."),
    "21635": (EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE, "The number is a landline."),
    "30001": (EventKind.BOUNCED, "soft", Reason.THROTTLED, "Twilio's queue for this sender ran over."),
    "30002": (EventKind.FAILED, None, Reason.NOT_ALLOWED, "The account was suspended before the message left."),
    "30003": (EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR, "The handset is off or out of reach."),
    "30004": (EventKind.DROPPED, None, Reason.PROVIDER_ERROR, "The message was blocked."),
    "30005": (EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE, "The number is unknown or no longer in service."),
    "30006": (EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE, "A landline, or a carrier that cannot be reached."),
    "30007": (EventKind.DROPPED, None, Reason.PROVIDER_ERROR, "The carrier or Twilio filtered the message."),
    "30008": (EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR, "The carrier gave no reason."),
    "30024": (EventKind.DROPPED, None, Reason.NOT_ALLOWED, "The sender is not registered with the carrier."),
    "30034": (EventKind.DROPPED, None, Reason.NOT_ALLOWED, "The sender is not registered for business messages."),
    "30036": (EventKind.FAILED, None, Reason.EXPIRED, "It waited at Twilio longer than its validity."),
    "30410": (EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR, "The carrier did not answer Twilio in time."),
    "30500": (EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR, "Twilio had a fault of its own."),
}
"""ErrorCode of `undelivered` and `failed` -> kind, bounce, reason, and what it says in our words."""

ADDRESSES: Final = {"To", "ToCountry", "ToState", "ToCity", "ToZip", "ChannelToAddress", "Body", ECHO}
"""Fields that say who got it, or what."""


class Twilio:
    """Text messages by Twilio's Messages resource."""

    class Credentials(ProviderCredentials):
        """The account, and its auth token: it sends, and it signs the callbacks."""

        account_sid: str = Field(pattern="^AC[0-9A-Za-z]+$")
        auth_token: SecretStr = Field(min_length=8)
        second_auth_token: SecretStr | None = Field(default=None, min_length=8)
        """Also proves callbacks, while the token is changed."""

    name: ClassVar[str] = "twilio"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(KINDS.values()) | frozenset(kind for kind, *_ in CODES.values()),
        api="https://www.twilio.com/docs/messaging/api/message-resource",
        events="https://www.twilio.com/docs/messaging/guides/track-outbound-message-status",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over. Nothing of ours comes back but the callback's URL, so that carries the echo."""
        form = {"To": message.to, "Body": message.text}
        form["MessagingServiceSid" if message.sender.startswith("MG") else "From"] = message.sender
        if message.callback_url:
            form["StatusCallback"] = f"{message.callback_url}?{ECHO}={message.echo}"
        answer = tools.http.post(
            f"{API}/{quote(credentials.account_sid)}/Messages.json",
            form=form,
            auth=(credentials.account_sid, credentials.auth_token.get_secret_value()),
        )
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        sid = _members(answer).get("sid")
        if not isinstance(sid, str):
            raise errors.UnknownOutcome("Twilio's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=sid)

    def receive(self, request: WebhookRequest | BusEvent, credentials: Credentials) -> Received:
        """Verify one callback over its URL and fields, then read it."""
        if isinstance(request, BusEvent):
            raise errors.BadSignature("Twilio's callbacks come over HTTPS only")
        query, form = _verify(request, [credentials.auth_token, credentials.second_auth_token])
        fields = {**query, **form}
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or "no message status"
        if status not in KINDS:
            return Received(ignored=(status[:LONGEST_NAME],))
        if not fields.get("MessageSid"):
            raise errors.BadPayload("a Twilio status callback needs MessageSid")
        return Received(events=(_event(fields, status, query.get(ECHO, "")),))


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    members = _members(answer)
    text = _hide(str(members.get("message") or f"Twilio answered with status {answer.status}"), to)
    code = str(members.get("code") or answer.status)
    fallback = errors.Rejected if answer.status in range(400, 500) else errors.Transient
    kind, reason = REFUSALS.get(code, (STATUSES.get(answer.status, fallback), None))
    if kind is errors.Throttled:
        wait = answer.headers.get("retry-after", "")
        return errors.Throttled(text, code=code, retry_after=float(wait) if wait.isdecimal() else None)
    return kind(text, code=code, reason=reason)


def _members(answer: Response) -> JSON:
    try:
        members = answer.json()
    except errors.Transient:  # a refusal without JSON: its status says enough
        return {}
    return members if isinstance(members, dict) else {}


def _verify(request: WebhookRequest, tokens: Iterable[SecretStr | None]) -> tuple[dict[str, str], dict[str, str]]:
    """HMAC-SHA1 over the URL and the sorted fields; with JSON over the URL, which then holds the body's SHA-256."""
    signature = request.headers.get(SIGNATURE, "").encode(errors="replace")
    try:
        query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        digest = dict(query).get("bodySHA256")
        body = "" if digest else request.body.decode()
        form = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        fields = "".join(name + value for name, value in sorted(set(form)))
        signed = [(url + fields).encode() for url in _spellings(request.url)]
    except ValueError as exc:
        raise errors.BadSignature("Twilio's callback is no form, so nothing can prove it") from exc
    keys = [token.get_secret_value().encode() for token in tokens if token]
    proofs = [b64encode(hmac.digest(key, text, "sha1")) for key in keys for text in signed]
    if not any(hmac.compare_digest(proof, signature) for proof in proofs):
        raise errors.BadSignature("Twilio's signature is missing or wrong")
    if digest and not hmac.compare_digest(sha256(request.body).hexdigest().encode(), digest.lower().encode()):
        raise errors.BadSignature("Twilio's body is not the one that was signed")
    return dict(query), dict(form)


def _spellings(url: str) -> set[str]:
    """The URL with and without its port: Twilio signs either, as its own libraries know."""
    parts = urlsplit(url)
    bare = parts.netloc.removesuffix(f":{parts.port}")
    rest = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    port = PORTS.get(parts.scheme, 443)
    return {url, f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{bare}:{port}{rest}"}


def _event(fields: dict[str, str], status: str, echo: str) -> ProviderEvent:
    code, to = fields.get("ErrorCode", ""), fields.get("To", "")
    kind, bounce, reason, text = KINDS[status], None, "", ""
    if kind is EventKind.FAILED:
        kind, bounce, reason, text = CODES.get(code, FAILED)
    elif kind is EventKind.DROPPED:
        reason = Reason.CANCELED
    return ProviderEvent(
        kind=kind,
        bounce=bounce,
        provider_message_id=fields["MessageSid"],
        echo=echo,
        recipient=to,
        event_id=f"{fields['MessageSid']}.{status}",
        occurred_at=None,  # RawDlrDoneDate is in the carrier's time zone, which nobody names
        reason=reason,
        code=code,
        text=text,
        raw={name: _hide(value, to) for name, value in fields.items() if name not in ADDRESSES},
    )


def _hide(text: str, number: str) -> str:
    digits = number.lstrip("+")
    return text.replace(digits, "(number)") if len(digits) >= SHORTEST_NUMBER else text
