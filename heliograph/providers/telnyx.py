"""Telnyx: text messages as JSON, events signed with the account's key.

Signatures: https://developers.telnyx.com/docs/development/api-fundamentals/webhooks
Codes:      https://developers.telnyx.com/docs/messaging/messages/error-codes/index
"""

import re
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

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
from heliograph.wire import batches, doors, masking, proofs, public_keys, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.telnyx.com/v2/messages"
BALANCE: Final = "https://api.telnyx.com/v2/balance"
SIGNATURE: Final = "telnyx-signature-ed25519"
TIMESTAMP: Final = "telnyx-timestamp"
OLDEST: Final = 300
"""Seconds for which a signature holds, as Telnyx's own libraries have it."""
ECHO: Final = "echo"
PROFILE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""A messaging profile, which picks a number from its pool."""
EPOCH: Final = re.compile(rb"[0-9]{1,12}")

REFUSALS: Final = tables.spread(
    {
        "10007": Refusal(errors.Transient),  # a fault of theirs
        "10009 10010 40312 40314": Refusal(errors.AccountTrouble),  # bad key; profile or messaging switched off
        "20012 20013 20014 20015 20016 20017": Refusal(errors.AccountTrouble),  # inactive, not verified enough
        "20100 40333": Refusal(errors.AccountTrouble, Reason.QUOTA),  # no funds; the profile's spending limit
        "10011 40011 40318": Refusal(errors.Throttled),  # too fast; the queue is full
        "40001 40012 40310": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # a landline; no number; a bad "to"
        "40300": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),  # answered STOP
        # The sender: not valid, not the account's, not registered, not for this country, of bad repute.
        "40010 40013 40100 40305 40306 40309 40315 40320 40321 40329": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    }
)
"""Code of a refused send -> what it means for the attempt."""

STATUSES: Final = tables.spread(
    {
        "queued": Meaning(EventKind.QUEUED),
        # No receipt will come for the last two: the carrier has it, and says no more.
        "sending sent delivery_unconfirmed dlr_timeout": Meaning(EventKind.SENT),
        "delivered": Meaning(EventKind.DELIVERED),
        "sending_failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="Telnyx could not send it."),
        "delivery_failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="The carrier could not deliver it."),
        "gw_timeout": Meaning(EventKind.FAILED, Reason.PROVIDER_UNAVAILABLE, text="The carrier did not answer."),
        "expired": Meaning(EventKind.FAILED, Reason.EXPIRED, text="It expired before it was delivered."),
    }
)
"""A recipient's status -> what it means; the failures are told apart by their code."""

EVENTS: Final = frozenset({"message.sent", "message.finalized"})

CODES: Final = tables.spread(
    {
        "40001": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
        "40012 40310": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard"),
        "40002 40003 40015 40322": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),  # taken for spam
        "40004 40006 40008": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),  # refused without a reason
        "40005 40014": Meaning(EventKind.FAILED, Reason.EXPIRED),
        "40011 40318": Meaning(EventKind.BOUNCED, Reason.THROTTLED, "soft"),
        "40300": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED),
        "40010 40013 40100 40305 40306 40309 40315 40320 40321 40329": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED),
        "40333": Meaning(EventKind.FAILED, Reason.QUOTA),
    }
)
"""Code of a failure -> what it means."""

ADDRESSES: Final = {"to", "cc", "text", "media", "webhook_url", "webhook_failover_url"}


class Telnyx:
    """Text messages by Telnyx's Messages API."""

    class Credentials(ProviderCredentials):
        """An API key, and the account's public key that proves events."""

        api_key: SecretStr = Field(min_length=8)
        public_key: str = Field(min_length=1)
        """As Telnyx shows it, base64; two with a comma between while it is changed."""
        messaging_profile_id: str = ""
        """Needed for senders that are names."""

        @field_validator("public_key")
        @classmethod
        def _is_ed25519(cls, text: str) -> str:
            public_keys.ed25519_keys(text, "Telnyx")
            return text

    name: ClassVar[str] = "telnyx"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        sender_ids=PROFILE.pattern,
        api="https://developers.telnyx.com/api-reference/messages/send-a-message",
        events="https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over. Events repeat the callback's URL, signed, so that carries the echo."""
        answer = tools.http.post(
            SEND, json=_request(message, credentials.messaging_profile_id), headers=_login(credentials)
        )
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        found = reading.text(reading.answered(answer), "data", "id")
        if not found:
            raise errors.UnknownOutcome("Telnyx's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=found)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the balance."""
        answer = tools.http.get(BALANCE, headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify one event, then read it for each of its recipients."""
        came = doors.by_webhook(request, "Telnyx")
        _verify(came, credentials.public_key)
        told = reading.parsed(dict, came.body, "Telnyx's event")
        name = reading.text(told, "data", "event_type") or "no event type"
        if name not in EVENTS:
            return Received(ignored=(name[: reading.LONGEST_NAME],))
        people = reading.member(told, "data", "payload", "to")
        if not isinstance(people, list) or not reading.is_storable(told):
            raise errors.BadPayload(f"a Telnyx event {name!r} needs the list data.payload.to, and storable text")
        return batches.received(people, partial(_read, told["data"], _echo(told["data"], came.url)))


def _login(credentials: Telnyx.Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.api_key.get_secret_value()}"}


def _request(message: Outgoing, profile: str) -> JSON:
    request = {"to": message.to, "text": message.text}
    if PROFILE.fullmatch(message.sender):
        request["messaging_profile_id"] = message.sender
    else:
        request |= {"from": message.sender} | ({"messaging_profile_id": profile} if profile else {})
    return request | ({"webhook_url": f"{message.callback_url}?{ECHO}={message.echo}"} if message.callback_url else {})


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    first = reading.member(reading.answered(answer), "errors", 0)
    words = reading.text(first, "detail") or reading.text(first, "title")
    text = masking.hide_number(words, to)
    return refusals.refusal("Telnyx", answer, text, code=reading.text(first, "code"), known=REFUSALS)


def _verify(came: WebhookRequest, keys: str) -> None:
    sent = proofs.header(came, TIMESTAMP)
    public_keys.prove_ed25519("Telnyx", proofs.header(came, SIGNATURE), sent + b"|" + came.body, keys)
    if not EPOCH.fullmatch(sent):
        raise errors.BadSignature("Telnyx's signature has no time")
    proofs.prove_age("Telnyx", int(sent), came.at, seconds=OLDEST)


def _echo(data: JSON, url: str) -> str:
    """From the signed event; from the URL that was called where the event does not repeat it."""
    for one in (reading.text(data, "payload", "webhook_url"), url):
        try:
            found = dict(reading.form(urlsplit(one).query)).get(ECHO, "")
        except ValueError:
            continue
        if found:
            return found
    return ""


def _read(data: JSON, echo: str, entry: Any) -> ProviderEvent | str:
    """What the event says of one recipient, or the name under which it is ignored."""
    status, to = reading.text(entry, "status"), reading.text(entry, "phone_number")
    if status not in STATUSES:
        return status
    first = reading.member(data, "payload", "errors", 0)
    code, meaning = reading.text(first, "code"), STATUSES[status]
    if meaning.kind is EventKind.FAILED:
        meaning = CODES.get(code, meaning)
    hide = partial(masking.hide_number, number=to)
    words = reading.text(first, "detail") or reading.text(first, "title") or meaning.text
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(data, "payload", "id"),
        echo=echo,
        recipient=to,
        event_id=reading.text(data, "id"),
        occurred_at=times.iso(data.get("occurred_at")),
        reason=meaning.reason or "",
        code=code,
        text=hide(words)[: masking.LONGEST_TEXT],
        raw=masking.without(ADDRESSES, data, hide),
    )
