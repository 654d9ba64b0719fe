"""Resend: mail as JSON, events one by one, signed as Svix does (Standard Webhooks).

Signatures: https://resend.com/docs/webhooks/verify-webhooks-requests
"""

import re
from base64 import b64encode
from itertools import count
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import batches, doors, mailboxes, masking, reading, refusals, standard_webhooks, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.resend.com/emails"
DOMAINS: Final = "https://api.resend.com/domains"
TAG: Final = "heliograph"
OUTSIDE: Final = re.compile(r"[^A-Za-z0-9_-]")
"""What may not stand in a tag."""
DAY: Final = 24 * 3600
PERSONAL: Final = {"to", "cc", "bcc", "from", "reply_to", "subject", "headers"}

HARD: Final = Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
SUPPRESSED: Final = Meaning(EventKind.DROPPED, Reason.HARD_BOUNCE)

EVENTS: Final = {
    "email.scheduled": Meaning(EventKind.QUEUED),
    "email.sent": Meaning(EventKind.SENT),
    "email.delivered": Meaning(EventKind.DELIVERED),
    "email.delivery_delayed": Meaning(EventKind.DEFERRED),
    "email.bounced": SOFT,
    "email.suppressed": SUPPRESSED,
    "email.failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
    "email.complained": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
    "email.opened": Meaning(EventKind.OPENED),
    "email.clicked": Meaning(EventKind.CLICKED),
}
"""https://resend.com/docs/webhooks/event-types"""

NOT_TRIED: Final = {"Suppressed", "OnAccountSuppressionList"}
"""Subtypes of bounces with which nothing was tried."""
DETAILS: Final = ("bounce", "suppressed", "failed")

REFUSALS: Final = tables.spread(
    {
        # The key was used before: the mail of then is under way or gone out.
        "invalid_idempotent_request concurrent_idempotent_requests": Refusal(errors.UnknownOutcome),
        "invalid_from_address": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
        "monthly_quota_exceeded": Refusal(errors.AccountTrouble, Reason.QUOTA),
        "missing_api_key restricted_api_key invalid_api_key invalid_access": Refusal(errors.AccountTrouble),
    }
)
"""Name of an error -> meaning: https://resend.com/docs/api-reference/errors"""


class Resend:
    """Mail by Resend's API."""

    class Credentials(ProviderCredentials):
        """One API key to send with, and the secret that proves events."""

        api_key: SecretStr = Field(min_length=8)
        """*Sending access* is enough."""
        signing_secret: SecretStr | None = None
        """The webhook's, `whsec_…`; every event is refused until it is there."""
        second_signing_secret: SecretStr | None = None
        """Holds as well while the first is changed."""

        @field_validator("signing_secret", "second_signing_secret")
        @classmethod
        def _is_one(cls, secret: SecretStr | None) -> SecretStr | None:
            if secret is not None:
                standard_webhooks.key(secret.get_secret_value())
            return secret

    name: ClassVar[str] = "resend"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        send_key_seconds=DAY,
        api="https://resend.com/docs/api-reference/emails/send-email",
        events="https://resend.com/docs/webhooks/event-types",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over; a repeat with the same key is answered as before, for a day."""
        headers = _authorization(credentials) | {"Idempotency-Key": message.send_key}
        answer = tools.http.post(SEND, json=_request(message), headers=headers)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=reading.text(reading.answered(answer), "id"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the domains: what a sending key may not, and it is told so by that very name."""
        answer = tools.http.get(DOMAINS, headers=_authorization(credentials))
        if answer.status >= FIRST_FAILURE and _name(answer) != "restricted_api_key":
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the raw bytes and their age, then read the event."""
        came = doors.by_webhook(request, "Resend")
        event_id = standard_webhooks.prove(
            "Resend", came, credentials.signing_secret, credentials.second_signing_secret
        )
        event = reading.parsed(dict, came.body, "Resend's event")
        return batches.received([event], lambda entry: _read(entry, event_id))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw, "")


def _authorization(credentials: Resend.Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.api_key.get_secret_value()}"}


def _request(message: Outgoing) -> JSON:
    tags = zip(count(1), message.tags, strict=False)
    optional = {
        "cc": message.cc,
        "bcc": message.bcc,
        "reply_to": message.reply_to,
        "text": message.text,
        "html": message.html,
        "headers": dict(message.headers),
        "attachments": [_attachment(one) for one in message.attachments],
    }
    return {
        "from": mailboxes.quoted(message.sender),
        "to": [message.to],
        "subject": message.subject,
        "tags": [
            {"name": TAG, "value": message.echo},
            *({"name": f"tag_{number}", "value": OUTSIDE.sub("_", tag)} for number, tag in tags),
        ],
        **{name: value for name, value in optional.items() if value},
    }


def _attachment(one: Attachment) -> JSON:
    inline = {"content_id": one.content_id} if one.content_id else {}
    return {"filename": one.name, "content_type": one.type, "content": b64encode(one.content).decode()} | inline


def _name(answer: Response) -> str:
    return reading.text(reading.answered(answer), "name")


def _refusal(answer: Response) -> errors.ProviderError:
    text = reading.text(reading.answered(answer), "message")
    reason = Reason.INVALID_RECIPIENT if "`to`" in text else None
    return refusals.refusal(
        "Resend", answer, masking.hide_mail(text), code=_name(answer), known=REFUSALS, reason=reason
    )


def _read(entry: Any, event_id: str) -> ProviderEvent | str:
    """The event, or the name under which it is ignored."""
    name, data = reading.text(entry, "type"), reading.member(entry, "data")
    if name not in EVENTS:
        return name
    meaning = _meaning(name, data)
    detail = next((found for part in DETAILS if isinstance(found := reading.member(data, part), dict)), {})
    words = reading.text(detail, "message") or reading.text(detail, "reason")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(data, "email_id"),
        echo=_echo(reading.member(data, "tags")),
        recipient=_recipient(data),
        event_id=event_id,
        occurred_at=times.iso(entry.get("created_at")),
        reason=meaning.reason or "",
        code=reading.text(detail, "subType") or reading.text(detail, "type"),
        text=masking.hide_mail(words)[: masking.LONGEST_TEXT],
        raw=masking.without(PERSONAL, entry, masking.hide_mail),
    )


def _meaning(name: str, data: Any) -> Meaning:
    bounce = reading.member(data, "bounce")
    if name != "email.bounced":
        return EVENTS[name]
    if reading.text(bounce, "subType") in NOT_TRIED:
        return SUPPRESSED
    return HARD if reading.text(bounce, "type") == "Permanent" else SOFT


def _echo(tags: Any) -> str:
    # Documented as an object; older events hold the list that was sent.
    if isinstance(tags, list):
        return next((reading.text(tag, "value") for tag in tags if reading.text(tag, "name") == TAG), "")
    return reading.text(tags, TAG)


def _recipient(data: Any) -> str:
    # Which of several is not said.
    people = [one for part in ("to", "cc", "bcc") for one in reading.typed(list, reading.member(data, part))]
    return reading.text(people, 0).strip() if len(people) == 1 else ""
