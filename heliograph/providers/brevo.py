"""Brevo: mail as JSON, events one by one or in batches; a user and a password of ours are their only proof."""

from base64 import b64encode
from email.utils import parseaddr
from typing import Any, ClassVar, Final
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import basic_auth, batches, doors, masking, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.brevo.com/v3/smtp/email"
ACCOUNT: Final = "https://api.brevo.com/v3/account"
ECHO: Final = "X-Mailin-custom"
"""The header that Brevo gives back in its events."""
KEY_SECONDS: Final = 15 * 60
"""Brevo's pages say 15 minutes and 30."""
MILLISECONDS: Final = 1000
PERSONAL: Final = {"email", "subject", "sender_email", "contact_id"}

SEEN: Final = Meaning(EventKind.OPENED)
PROXIES: Final = {"proxy_open", "unique_proxy_open"}
"""Opens by a mail provider's proxy, not by a person."""

EVENTS: Final = tables.spread(
    {
        "request": Meaning(EventKind.QUEUED),
        "delivered": Meaning(EventKind.DELIVERED),
        "deferred": Meaning(EventKind.DEFERRED),
        "soft_bounce": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
        "hard_bounce": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
        "invalid_email": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard"),
        "blocked": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
        "error": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
        "spam complaint": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
        "unsubscribe unsubscribed": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
        "click": Meaning(EventKind.CLICKED),
        "opened unique_opened proxy_open unique_proxy_open": SEEN,
    }
)

REFUSALS: Final = {
    "not_enough_credits": Refusal(errors.AccountTrouble, Reason.QUOTA),
    "account_under_validation": Refusal(errors.AccountTrouble),
    "permission_denied": Refusal(errors.AccountTrouble),
    # The key was used before: the mail of then was taken.
    "duplicate_request": Refusal(errors.UnknownOutcome),
    "duplicate_parameter": Refusal(errors.UnknownOutcome),
}
"""Code -> meaning: https://developers.brevo.com/docs/how-it-works"""


class Brevo:
    """Mail by Brevo's v3 API."""

    class Credentials(basic_auth.Credentials):
        """One API key, and what Brevo signs in with."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("api_key",)

        api_key: SecretStr = Field(min_length=8)

    name: ClassVar[str] = "brevo"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        send_key_seconds=KEY_SECONDS,
        api="https://developers.brevo.com/reference/sendtransacemail",
        events="https://developers.brevo.com/docs/transactional-webhooks",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over; a repeat with the same key is not sent again for a while."""
        answer = tools.http.post(SEND, json=_request(message), headers=_key(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=reading.text(reading.answered(answer), "messageId"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the account."""
        answer = tools.http.get(ACCOUNT, headers=_key(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Check who signs in, then read each event on its own: a list of them, or one alone."""
        came = doors.by_webhook(request, "Brevo")
        basic_auth.prove("Brevo", came, credentials)
        return batches.received(reading.one_or_many(came.body, "Brevo's events"), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw)


def _key(credentials: Brevo.Credentials) -> dict[str, str]:
    return {"api-key": credentials.api_key.get_secret_value()}


def _request(message: Outgoing) -> JSON:
    if len(message.reply_to) > 1:
        raise errors.Rejected("Brevo takes one address to reply to: give one")
    if any(one.content_id for one in message.attachments):
        raise errors.Rejected("Brevo shows no attachment inside the HTML: give the image a public address instead")
    name, address = parseaddr(message.sender)
    optional = {
        "cc": _people(message.cc),
        "bcc": _people(message.bcc),
        "replyTo": {"email": message.reply_to[0]} if message.reply_to else {},
        "textContent": message.text,
        "htmlContent": message.html,
        "tags": message.tags,
        "attachment": [{"name": one.name, "content": b64encode(one.content).decode()} for one in message.attachments],
    }
    return {
        "sender": {"email": address, "name": name} if name else {"email": address},
        "to": _people((message.to,)),
        "subject": message.subject,
        "headers": {
            **message.headers,
            ECHO: message.echo,
            "idempotencyKey": str(uuid5(NAMESPACE_URL, f"heliograph:{message.send_key}")),
        },
        **{member: value for member, value in optional.items() if value},
    }


def _people(addresses: tuple[str, ...]) -> list[JSON]:
    return [{"email": address} for address in addresses]


def _refusal(answer: Response) -> errors.ProviderError:
    told = reading.answered(answer)
    text = reading.text(told, "message")
    reason = Reason.INVALID_RECIPIENT if text.endswith(" in to") else None
    code = reading.text(told, "code")
    return refusals.refusal("Brevo", answer, masking.hide_mail(text), code=code, known=REFUSALS, reason=reason)


def _read(entry: Any) -> ProviderEvent | str:
    """One event, or the name under which it is ignored."""
    name = reading.text(entry, "event")
    if name not in EVENTS:
        return name
    meaning = EVENTS[name]
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(entry, "message-id"),
        echo=reading.text(entry, ECHO),
        recipient=reading.text(entry, "email").strip(),
        occurred_at=times.epoch(entry.get("ts_event")) or times.epoch(_seconds(entry.get("ts_epoch"))),
        reason=meaning.reason or "",
        text=masking.hide_mail(reading.text(entry, "reason"))[: masking.LONGEST_TEXT],
        machine=name in PROXIES,
        raw=masking.without(PERSONAL, entry, masking.hide_mail),
    )


def _seconds(milliseconds: Any) -> float | None:
    try:
        return float(milliseconds) / MILLISECONDS
    except (ValueError, TypeError, OverflowError):
        return None
