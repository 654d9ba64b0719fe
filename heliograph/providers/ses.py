"""Amazon SES: mail through the v2 API, events by a configuration set over SNS to our own queue."""

from collections.abc import Iterator
from dataclasses import replace
from email.utils import formataddr, parseaddr
from typing import ClassVar, Final, NamedTuple

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Tools
from heliograph.wire import aws, doors, masking, reading, tables, times
from heliograph.wire.refusals import Refusal

TAG: Final = "heliograph"
LEAVES_ALL: Final = ("newTopicPreferences", "unsubscribeAll")

REFUSALS: Final = tables.spread(
    {
        "AccountSuspendedException SendingPausedException": Refusal(errors.AccountTrouble),
        "MailFromDomainNotVerifiedException": Refusal(errors.AccountTrouble),
        "NotFoundException": Refusal(errors.AccountTrouble),  # the configuration set, not the message
        "LimitExceededException TooManyRequestsException": Refusal(errors.Throttled),
    }
)
"""Code -> what it means for the attempt, besides those of all AWS services."""


class Event(NamedTuple):
    """Where an event keeps its detail, what it means, and which members tell who, why and how."""

    member: str
    kind: EventKind
    reason: Reason | None = None
    recipients: str = ""
    code: str = ""
    text: str = ""


EVENTS: Final = {
    "Send": Event("send", EventKind.SENT),
    "Reject": Event("reject", EventKind.DROPPED, Reason.PROVIDER_ERROR, text="reason"),
    "Rendering Failure": Event("failure", EventKind.FAILED, Reason.TEMPLATE_ERROR, text="errorMessage"),
    "Bounce": Event("bounce", EventKind.BOUNCED, None, "bouncedRecipients", "bounceSubType", "diagnosticCode"),
    "Complaint": Event(
        "complaint", EventKind.COMPLAINED, Reason.COMPLAINT, "complainedRecipients", "complaintFeedbackType"
    ),
    "Delivery": Event("delivery", EventKind.DELIVERED, None, "recipients", text="smtpResponse"),
    "DeliveryDelay": Event(
        "deliveryDelay", EventKind.DEFERRED, None, "delayedRecipients", "delayType", "diagnosticCode"
    ),
    "Open": Event("open", EventKind.OPENED),
    "Click": Event("click", EventKind.CLICKED),
    "Subscription": Event("subscription", EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
}

NOT_TRIED: Final = {
    "Suppressed": Reason.HARD_BOUNCE,
    "OnAccountSuppressionList": Reason.HARD_BOUNCE,
    "OnTenantSuppressionList": Reason.HARD_BOUNCE,
    "EmailValidationSuppressed": Reason.INVALID_RECIPIENT,  # a guess about an address that nobody tried
    "UnsubscribedRecipient": Reason.UNSUBSCRIBED,
}
"""Subtypes of permanent bounces with which SES says that it never tried."""

PROXIES: Final = {"Mozilla/5.0"}
"""Whole user agents of machines that load every image: Apple's mail proxy sends no more than this."""

HARD: Final = tables.Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
SOFT: Final = tables.Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")

FOR_ALL: Final = {EventKind.SENT, EventKind.DROPPED, EventKind.FAILED}
"""Events without recipients of their own that are true for all whom the mail went to; whose an open is nobody knows."""

ADDRESSES: Final = {"destination", "headers", "commonHeaders", "emailAddress", "recipients"}
"""Members that hold recipients, or the mail's headers with them."""


class Ses:
    """Mail through the account's own SES, in the stack's region, where the events come back."""

    class Credentials(ProviderCredentials):
        """The function's role is the key, so there is no secret."""

        account_fields: ClassVar[tuple[str, ...] | None] = ()

        configuration_set: str = ""
        """Filled in with the stack's; without one SES reports nothing."""

    name: ClassVar[str] = "ses"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(event.kind for event in EVENTS.values()),
        bus=True,
        api="https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html",
        events="https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over with SendEmail."""
        reports = {"ConfigurationSetName": credentials.configuration_set} if credentials.configuration_set else {}
        with aws.refusals("SES", REFUSALS, masking.hide_mail):
            answer = tools.aws("sesv2").send_email(**_request(message), **reports)
        return Accepted(provider_message_id=answer["MessageId"])

    def check(self, credentials: Credentials, tools: Tools) -> None:  # noqa: ARG002 # IAM is the key
        """Read the account's sending state."""
        with aws.refusals("SES", REFUSALS, masking.hide_mail):
            account = tools.aws("sesv2").get_account()
        if not account.get("SendingEnabled"):
            raise errors.AccountTrouble("SES has paused this account's sending: see the SES console")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # IAM is the proof
        """Read one event of the configuration set; it comes by SNS, so there is no webhook to forge."""
        return _read(doors.by_bus(request, "SES").body)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        events = _read(raw).events
        if not events:
            return reading.text(raw, "eventType")
        # What was said of each recipient alone cannot be told apart once the addresses are gone.
        return events[0] if len(events) == 1 else replace(events[0], text="")


def _read(body: JSON) -> Received:
    """What one event says."""
    name = reading.text(body, "eventType") or reading.text(body, "notificationType")
    event = EVENTS.get(name)
    if event is None:
        return Received(ignored=(name or "set-up message",))
    if not (isinstance(body.get(event.member), dict) and isinstance(body.get("mail"), dict)):
        raise errors.BadPayload(f"an SES event {name!r} needs the objects {event.member!r} and 'mail'")
    if not reading.is_storable(body):
        raise errors.BadPayload(f"an SES event {name!r} is nested too deep or holds what JSON forbids")
    events = tuple(_events(event, body))
    return Received(events=events, ignored=() if events else (name,))


def _request(message: Outgoing) -> JSON:
    bodies = {part: body for part, body in (("Html", message.html), ("Text", message.text)) if body} or {"Text": ""}
    simple: JSON = {
        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
        "Body": {part: {"Data": body, "Charset": "UTF-8"} for part, body in bodies.items()},
        "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
    }
    if message.attachments:
        simple["Attachments"] = [_attachment(one) for one in message.attachments]
    return {
        "FromEmailAddress": formataddr(parseaddr(message.sender)),  # a name outside ASCII as RFC 2047 wants it
        "Destination": {"ToAddresses": [message.to], "CcAddresses": [*message.cc], "BccAddresses": [*message.bcc]},
        "ReplyToAddresses": [*message.reply_to],
        "Content": {"Simple": simple},
        "EmailTags": [{"Name": TAG, "Value": message.echo}],
    }


def _attachment(one: Attachment) -> JSON:
    """One file; the SDK writes it in base64."""
    about: JSON = {"FileName": one.name, "ContentType": one.type, "RawContent": one.content}
    if one.content_id:
        return about | {"ContentDisposition": "INLINE", "ContentId": one.content_id}
    return about | {"ContentDisposition": "ATTACHMENT"}


def _events(event: Event, body: JSON) -> Iterator[ProviderEvent]:
    mail, detail = body["mail"], body[event.member]
    if (meaning := _meaning(event, detail)) is None:
        return
    raw = masking.without(ADDRESSES, body, masking.hide_mail)
    for recipient, entry in _recipients(event, detail, mail):
        words = reading.text(entry, event.text) or reading.text(detail, event.text)
        yield ProviderEvent(
            kind=meaning.kind,
            bounce=meaning.bounce,
            provider_message_id=reading.text(mail, "messageId"),
            echo=reading.text(mail, "tags", TAG, 0),
            recipient=recipient,
            event_id=reading.text(detail, "feedbackId"),
            occurred_at=times.iso((mail if meaning.kind is EventKind.SENT else detail).get("timestamp")),
            reason=meaning.reason or "",
            code=reading.text(detail, event.code),
            text=masking.hide_mail(words)[: masking.LONGEST_TEXT],
            machine=reading.text(detail, "userAgent").strip() in PROXIES,
            raw=raw,
        )


def _meaning(event: Event, detail: JSON) -> tables.Meaning | None:
    """What happened; None for a report that the mail is no spam and for a change that keeps some topics."""
    subtype = reading.text(detail, "bounceSubType") or reading.text(detail, "complaintSubType")
    if event.kind in {EventKind.BOUNCED, EventKind.COMPLAINED} and subtype in NOT_TRIED:
        return tables.Meaning(EventKind.DROPPED, event.reason or NOT_TRIED[subtype])
    if event.kind is EventKind.BOUNCED:
        return HARD if detail.get("bounceType") == "Permanent" else SOFT
    if event.kind is EventKind.COMPLAINED and detail.get("complaintFeedbackType") == "not-spam":
        return None
    if event.kind is EventKind.UNSUBSCRIBED and reading.member(detail, *LEAVES_ALL) is not True:
        return None
    return tables.Meaning(event.kind, event.reason)


def _recipients(event: Event, detail: JSON, mail: JSON) -> list[tuple[str, JSON]]:
    """Whom the event is about, each with what is said of them alone; an empty address when SES does not say."""
    listed = reading.typed(list, detail.get(event.recipients))
    everybody = reading.typed(list, mail.get("destination"))
    if not listed and (len(everybody) == 1 or event.kind in FOR_ALL):
        listed = everybody
    entries = [entry if isinstance(entry, dict) else {"emailAddress": entry} for entry in listed or [""]]
    return [(reading.text(entry, "emailAddress"), entry) for entry in entries]
