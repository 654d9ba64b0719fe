"""Postmark: mail as JSON, events one by one; a user and a password of ours are their only proof."""

from base64 import b64encode
from itertools import batched
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import basic_auth, batches, doors, mailboxes, masking, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.postmarkapp.com/email"
SERVER: Final = "https://api.postmarkapp.com/server"
FIELDS: Final = ("heliograph", "heliograph-2")
VALUE: Final = 80
"""Characters that Postmark takes in one field of Metadata; an echo may need two."""
PERSONAL: Final = {"Recipient", "Email", "From", "Subject", "Content"}

EVENTS: Final = {
    "Delivery": Meaning(EventKind.DELIVERED),
    "Open": Meaning(EventKind.OPENED),
    "Click": Meaning(EventKind.CLICKED),
    "SpamComplaint": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
}

REFUSED: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
"""This mail was refused, not the address."""

BOUNCES: Final = tables.spread(
    {
        "HardBounce": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
        "SoftBounce SpamNotification VirusNotification Blocked DMARCPolicy Unknown": REFUSED,
        "Transient DnsError": Meaning(EventKind.DEFERRED),
        "BadEmailAddress": Meaning(EventKind.DROPPED, Reason.INVALID_RECIPIENT),
        "ManuallyDeactivated Unconfirmed": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
        "Unsubscribe": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
        "SpamComplaint": EVENTS["SpamComplaint"],
        "SMTPApiError": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
        "TemplateRenderingFailed": Meaning(EventKind.FAILED, Reason.TEMPLATE_ERROR),
    }
)
"""Type of a Bounce -> meaning: https://postmarkapp.com/developer/api/bounce-api#bounce-types. Answers of people and
machines (AutoResponder, AddressChange, ChallengeVerification, Subscribe, OpenRelayTest, InboundError) mean nothing."""

SUPPRESSIONS: Final = {
    "HardBounce": BOUNCES["HardBounce"],
    "SpamComplaint": BOUNCES["SpamComplaint"],
    "ManualSuppression": BOUNCES["Unsubscribe"],
}
"""SuppressionReason of a SubscriptionChange -> meaning."""

REFUSALS: Final = tables.spread(
    {
        "10 405 412 413 1235 1236": Refusal(errors.AccountTrouble),  # token, credits, approval, message stream
        "100": Refusal(errors.Transient),  # maintenance
        "400 401": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the sender is not confirmed
        "406": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # bounced or complained before
        "429": Refusal(errors.Throttled),
    }
)
"""ErrorCode -> meaning: https://postmarkapp.com/developer/api/overview#error-codes"""


class Postmark:
    """Mail by one of Postmark's servers."""

    class Credentials(basic_auth.Credentials):
        """The server's token, its message stream, and what Postmark signs in with."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("server_token",)

        server_token: SecretStr = Field(min_length=8)
        message_stream: str = Field(default="outbound", min_length=1)

    name: ClassVar[str] = "postmark"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*EVENTS.values(), *BOUNCES.values())),
        api="https://postmarkapp.com/developer/api/email-api",
        events="https://postmarkapp.com/developer/webhooks/webhooks-overview",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. Postmark has no idempotency key."""
        request = _request(message) | {"MessageStream": credentials.message_stream}
        answer = tools.http.post(SEND, json=request, headers=_token(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=reading.text(reading.answered(answer), "MessageID"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the server that the token belongs to."""
        answer = tools.http.get(SERVER, headers=_token(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Check who signs in, then read the event."""
        came = doors.by_webhook(request, "Postmark")
        basic_auth.prove("Postmark", came, credentials)
        return batches.received([reading.parsed(dict, came.body, "Postmark's event")], _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw)


def _token(credentials: Postmark.Credentials) -> dict[str, str]:
    return {"X-Postmark-Server-Token": credentials.server_token.get_secret_value()}


def _request(message: Outgoing) -> JSON:
    echo = ("".join(part) for part in batched(message.echo, VALUE, strict=False))
    optional = {
        "Cc": ", ".join(message.cc),
        "Bcc": ", ".join(message.bcc),
        "ReplyTo": ", ".join(message.reply_to),
        "TextBody": message.text,
        "HtmlBody": message.html,
        "Tag": "".join(message.tags[:1]),
        "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
        "Attachments": [_attachment(one) for one in message.attachments],
    }
    return {
        "From": mailboxes.quoted(message.sender),
        "To": message.to,
        "Subject": message.subject,
        "Metadata": dict(zip(FIELDS, echo, strict=False)),
        **{name: value for name, value in optional.items() if value},
    }


def _attachment(one: Attachment) -> JSON:
    inline = {"ContentID": f"cid:{one.content_id}"} if one.content_id else {}
    return {"Name": one.name, "ContentType": one.type, "Content": b64encode(one.content).decode()} | inline


def _refusal(answer: Response) -> errors.ProviderError:
    told = reading.answered(answer)
    text, code = reading.text(told, "Message"), reading.member(told, "ErrorCode")
    # One code stands for every part that is malformed; only the words say that it is the recipient.
    reason = Reason.INVALID_RECIPIENT if "'To'" in text else None
    if not isinstance(code, int):
        # Its codes look like HTTP statuses and mean something else.
        return refusals.refusal("Postmark", answer, masking.hide_mail(text))
    return refusals.refusal("Postmark", answer, masking.hide_mail(text), code=str(code), known=REFUSALS, reason=reason)


def _read(entry: Any) -> ProviderEvent | str:
    """The event, or the name under which it is ignored."""
    name, meaning = _meaning(entry)
    if meaning is None:
        return name
    code = reading.member(entry, "ID")
    words = (reading.text(entry, part) for part in ("Details", "Description"))
    moments = (reading.text(entry, part) for part in ("DeliveredAt", "BouncedAt", "ChangedAt", "ReceivedAt"))
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(entry, "MessageID"),
        echo="".join(reading.text(entry, "Metadata", field) for field in FIELDS),
        recipient=(reading.text(entry, "Recipient") or reading.text(entry, "Email")).strip(),
        event_id=str(code) if isinstance(code, int) else "",
        occurred_at=times.iso(next(filter(None, moments), None)),
        reason=meaning.reason or "",
        code=reading.text(entry, "Type") or reading.text(entry, "SuppressionReason"),
        text=masking.hide_mail(next(filter(None, words), ""))[: masking.LONGEST_TEXT],
        raw=masking.without(PERSONAL, entry, masking.hide_mail),
    )


def _meaning(entry: JSON) -> tuple[str, Meaning | None]:
    name = reading.text(entry, "RecordType")
    if name == "Bounce":
        kind = reading.text(entry, "Type")
        return f"Bounce/{kind}", BOUNCES.get(kind)
    if name == "SubscriptionChange":
        why = reading.text(entry, "SuppressionReason")
        return f"{name}/{why}", SUPPRESSIONS.get(why) if entry.get("SuppressSending") is True else None
    return name, EVENTS.get(name)
