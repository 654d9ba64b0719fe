"""Twilio SendGrid: mail as JSON, events in signed batches.

Signatures: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import base64
from email.utils import parseaddr
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import batches, doors, masking, proofs, public_keys, reading, refusals, times
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.sendgrid.com/v3/mail/send"
SCOPES: Final = "https://api.sendgrid.com/v3/scopes"
ARGUMENT: Final = "heliograph"
SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"

EVENTS: Final = {
    "processed": Meaning(EventKind.QUEUED),
    "deferred": Meaning(EventKind.DEFERRED),
    "delivered": Meaning(EventKind.DELIVERED),
    "bounce": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
    "dropped": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "open": Meaning(EventKind.OPENED),
    "click": Meaning(EventKind.CLICKED),
    "spamreport": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
    "unsubscribe": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
    "group_unsubscribe": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
}

BLOCKED: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
"""A bounce with which this mail was refused, not the address."""

DROPS: Final = {
    "bounced address": Reason.HARD_BOUNCE,
    "invalid": Reason.INVALID_RECIPIENT,
    "recipient list over package quota": Reason.QUOTA,
    "spam reporting address": Reason.COMPLAINT,
    "unsubscribed address": Reason.UNSUBSCRIBED,
}
"""Why SendGrid did not try, in its words; other words mean that it disliked the mail itself."""


class SendGrid:
    """Mail by SendGrid's v3 API."""

    class Credentials(ProviderCredentials):
        """One API key to send with, and the key that proves events."""

        api_key: SecretStr = Field(min_length=8)
        """Needs the scope "Mail Send" and nothing else."""
        verification_key: str = ""
        """The webhook's public key as SendGrid shows it, base64 of DER; two with a comma between while it is changed.
        Empty until the webhook is set up: its events are refused until then."""

        @field_validator("verification_key")
        @classmethod
        def _is_p256(cls, text: str) -> str:
            public_keys.p256_keys(text, "SendGrid")
            return text

    name: ClassVar[str] = "sendgrid"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        api="https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send",
        events="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. SendGrid has no idempotency key."""
        authorization = f"Bearer {credentials.api_key.get_secret_value()}"
        answer = tools.http.post(SEND, json=_request(message), headers={"Authorization": authorization})
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=answer.headers.get("x-message-id", ""))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the key's scopes, which every key may."""
        authorization = f"Bearer {credentials.api_key.get_secret_value()}"
        answer = tools.http.get(SCOPES, headers={"Authorization": authorization})
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        if "mail.send" not in reading.typed(list, reading.member(reading.answered(answer), "scopes")):
            raise errors.AccountTrouble('the API key lacks the scope "Mail Send": give it in SendGrid\'s settings')

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the batch over its raw bytes, then read each event on its own."""
        came = doors.by_webhook(request, "SendGrid")
        signed = proofs.header(came, TIMESTAMP) + came.body
        public_keys.prove_ecdsa("SendGrid", proofs.header(came, SIGNATURE), signed, credentials.verification_key)
        return batches.received(reading.parsed(list, came.body, "SendGrid's events"), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read({**raw, "email": batches.NOBODY})


def _request(message: Outgoing) -> JSON:
    to = {"to": (message.to,), "cc": message.cc, "bcc": message.bcc}
    name, address = parseaddr(message.sender)
    bodies = {"text/plain": message.text, "text/html": message.html}
    request: JSON = {
        "personalizations": [{part: _addresses(addresses) for part, addresses in to.items() if addresses}],
        "from": {"email": address, "name": name} if name else {"email": address},
        "subject": message.subject,
        "content": [{"type": kind, "value": body} for kind, body in bodies.items() if body],
        "custom_args": {ARGUMENT: message.echo},
    }
    if message.reply_to:
        request["reply_to_list"] = _addresses(message.reply_to)
    if message.headers:
        request["headers"] = dict(message.headers)
    if message.attachments:
        request["attachments"] = [_attachment(one) for one in message.attachments]
    return request


def _attachment(one: Attachment) -> JSON:
    """One file. SendGrid refuses a semicolon in a type and in a name, so a type goes without its parameters."""
    about: JSON = {
        "content": base64.b64encode(one.content).decode(),
        "type": one.type.partition(";")[0],
        "filename": one.name.replace(";", "_"),
    }
    if one.content_id:
        return about | {"disposition": "inline", "content_id": one.content_id}
    return about | {"disposition": "attachment"}


def _addresses(addresses: tuple[str, ...]) -> list[JSON]:
    return [{"email": address} for address in addresses]


def _refusal(answer: Response) -> errors.ProviderError:
    first = reading.member(reading.answered(answer), "errors", 0)
    field = reading.text(first, "field")
    reason = Reason.INVALID_RECIPIENT if field.startswith("personalizations") and ".to" in field else None
    return refusals.refusal("SendGrid", answer, masking.hide_mail(reading.text(first, "message")), reason=reason)


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored."""
    name = reading.text(entry, "event")
    if name not in EVENTS:
        return name
    if not isinstance(entry.get("email"), str):
        return batches.MALFORMED
    meaning = _meaning(name, entry)
    words = reading.text(entry, "reason") or reading.text(entry, "response")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(entry, "sg_message_id").partition(".")[0],
        echo=reading.text(entry, ARGUMENT),
        recipient=entry["email"].strip(),
        event_id=reading.text(entry, "sg_event_id"),
        occurred_at=times.epoch(entry.get("timestamp")),
        reason=meaning.reason or "",
        code=reading.text(entry, "status") or reading.text(entry, "bounce_classification"),
        text=masking.hide_mail(words)[: masking.LONGEST_TEXT],
        machine=entry.get("sg_machine_open") is True,
        raw=masking.without({"email"}, entry, masking.hide_mail),
    )


def _meaning(name: str, entry: JSON) -> Meaning:
    if name == "bounce" and (entry.get("type") == "blocked" or reading.text(entry, "status").startswith("4")):
        return BLOCKED
    meaning = EVENTS[name]
    if meaning.kind is EventKind.DROPPED:
        return meaning._replace(reason=DROPS.get(reading.text(entry, "reason").strip().lower(), meaning.reason))
    return meaning
