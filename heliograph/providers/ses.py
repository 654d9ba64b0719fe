"""Amazon SES: mail through the v2 API, events by a configuration set over SNS to our own queue.

API:    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
Events: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formataddr, parseaddr
from typing import Any, ClassVar, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ParamValidationError
from botocore.exceptions import ConnectionError as NotConnected

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
from heliograph.domain.provider import Capabilities, Tools
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason

TAG: Final = "heliograph"
LONGEST: Final = 500
"""Characters of the provider's words that are kept."""

ERRORS: Final[dict[str, type[errors.ProviderError]]] = {
    "AccountSuspendedException": errors.AccountTrouble,
    "SendingPausedException": errors.AccountTrouble,
    "MailFromDomainNotVerifiedException": errors.AccountTrouble,
    "NotFoundException": errors.AccountTrouble,  # the configuration set, not the message
    "ExpiredTokenException": errors.Transient,  # the role's next credentials are on their way
    "LimitExceededException": errors.Throttled,
    "TooManyRequestsException": errors.Throttled,
    "ThrottlingException": errors.Throttled,
}
"""AWS error code -> what it means for the attempt; the rest goes by its HTTP status."""


class Event(NamedTuple):
    """Where an event keeps its detail, what it means, and which members tell who, why and how."""

    member: str
    kind: EventKind
    reason: str = ""
    recipients: str = ""
    code: str = ""
    text: str = ""


EVENTS: Final = {
    "Send": Event("send", EventKind.SENT),
    "Reject": Event("reject", EventKind.DROPPED, Reason.PROVIDER_ERROR, text="reason"),
    "Rendering Failure": Event("failure", EventKind.FAILED, Reason.TEMPLATE_ERROR, text="errorMessage"),
    "Bounce": Event("bounce", EventKind.BOUNCED, "", "bouncedRecipients", "bounceSubType", "diagnosticCode"),
    "Complaint": Event(
        "complaint", EventKind.COMPLAINED, Reason.COMPLAINT, "complainedRecipients", "complaintFeedbackType"
    ),
    "Delivery": Event("delivery", EventKind.DELIVERED, "", "recipients", text="smtpResponse"),
    "DeliveryDelay": Event("deliveryDelay", EventKind.DEFERRED, "", "delayedRecipients", "delayType", "diagnosticCode"),
    "Open": Event("open", EventKind.OPENED),
    "Click": Event("click", EventKind.CLICKED),
    "Subscription": Event("subscription", EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
}

NOT_TRIED: Final = {
    "Suppressed": Reason.HARD_BOUNCE,
    "OnAccountSuppressionList": Reason.HARD_BOUNCE,
    "UnsubscribedRecipient": Reason.UNSUBSCRIBED,
}
"""Subtypes of permanent bounces with which SES says that it never tried."""

PROXIES: Final = {"Mozilla/5.0"}
"""Whole user agents of machines that load every image: Apple's mail proxy sends no more than this."""

FOR_ALL: Final = {EventKind.SENT, EventKind.DROPPED, EventKind.FAILED}
"""Events without recipients of their own that are true for all whom the mail went to; whose an open is nobody knows."""

ADDRESSES: Final = {"destination", "headers", "commonHeaders", "emailAddress", "recipients"}
"""Members that hold recipients, or the mail's headers with them."""


class Ses:
    """Mail through the account's own SES, in the stack's region, where the events come back."""

    class Credentials(ProviderCredentials):
        """The function's role is the key, so there is no secret."""

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
        try:
            answer = tools.aws("sesv2").send_email(**_request(message), **reports)
        except ClientError as exc:
            raise _refusal(exc) from exc
        except NotConnected as exc:
            raise errors.Transient(f"SES cannot be reached: {type(exc).__name__}") from exc
        except (NoCredentialsError, NoRegionError) as exc:
            raise errors.AccountTrouble(f"SES cannot be called: {type(exc).__name__}") from exc
        except (ParamValidationError, UnicodeError) as exc:
            raise errors.Rejected("SES takes no such mail: addresses must be ASCII, all parts whole text") from exc
        except BotoCoreError as exc:
            raise errors.UnknownOutcome(f"no answer came from SES: {type(exc).__name__}") from exc
        return Accepted(provider_message_id=answer["MessageId"])

    def receive(self, request: WebhookRequest | BusEvent, credentials: Credentials) -> Received:  # noqa: ARG002 # IAM is the proof
        """Read one event of the configuration set; it comes by SNS, so there is no webhook to forge."""
        if isinstance(request, WebhookRequest):
            raise errors.BadSignature("SES has no webhook: its events come by SNS to the events queue")
        body = request.body
        name = _as(str, body.get("eventType") or body.get("notificationType"))
        event = EVENTS.get(name)
        if event is None:
            return Received(ignored=(name or "set-up message",))
        detail, mail = body.get(event.member), body.get("mail")
        if not (isinstance(detail, dict) and isinstance(mail, dict)):
            raise errors.BadPayload(f"an SES event {name!r} needs the objects {event.member!r} and 'mail'")
        try:
            # Half a surrogate pair or an infinite number would fail later, where it is stored.
            json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
            events = tuple(_events(request, event, detail, mail))
        except (ValueError, RecursionError) as exc:
            raise errors.BadPayload(f"an SES event {name!r} is nested too deep or holds what JSON forbids") from exc
        return Received(events=events, ignored=() if events else (name,))


def _request(message: Outgoing) -> JSON:
    bodies = {part: body for part, body in (("Html", message.html), ("Text", message.text)) if body} or {"Text": ""}
    return {
        "FromEmailAddress": formataddr(parseaddr(message.sender)),  # a name outside ASCII as RFC 2047 wants it
        "Destination": {"ToAddresses": [message.to], "CcAddresses": [*message.cc], "BccAddresses": [*message.bcc]},
        "ReplyToAddresses": [*message.reply_to],
        "Content": {
            "Simple": {
                "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                "Body": {part: {"Data": body, "Charset": "UTF-8"} for part, body in bodies.items()},
                "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
            }
        },
        "EmailTags": [{"Name": TAG, "Value": message.echo}],
    }


def _refusal(exc: ClientError) -> errors.ProviderError:
    status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    error = exc.response.get("Error", {})
    code = error.get("Code", "")
    by_status = {401: errors.AccountTrouble, 403: errors.AccountTrouble, 429: errors.Throttled}
    fallback = by_status.get(status, errors.Rejected if status in range(400, 500) else errors.Transient)
    return ERRORS.get(code, fallback)(_hide(error.get("Message", "")), code=code)


def _events(bus: BusEvent, event: Event, detail: JSON, mail: JSON) -> Iterator[ProviderEvent]:
    if (verdict := _verdict(event, detail)) is None:
        return
    kind, bounce, reason = verdict
    raw = _without_addresses(bus.body)
    for recipient, entry in _recipients(event, detail, mail):
        yield ProviderEvent(
            kind=kind,
            bounce=bounce,
            provider_message_id=_as(str, mail.get("messageId")),
            echo=_as(str, next(iter(_as(list, _as(dict, mail.get("tags")).get(TAG))), "")),
            recipient=recipient,
            event_id=_as(str, detail.get("feedbackId")),
            occurred_at=_time((mail if kind is EventKind.SENT else detail).get("timestamp")),
            reason=reason,
            code=_as(str, detail.get(event.code)),
            text=_hide(_as(str, entry.get(event.text) or detail.get(event.text)))[:LONGEST],
            machine=_as(str, detail.get("userAgent")).strip() in PROXIES,
            raw=raw,
        )


def _verdict(event: Event, detail: JSON) -> tuple[EventKind, Bounce | None, str] | None:
    """What happened; None for a report that the mail is no spam and for a change that keeps some topics."""
    match event.kind, _as(str, detail.get("bounceSubType") or detail.get("complaintSubType")):
        case EventKind.BOUNCED | EventKind.COMPLAINED, subtype if subtype in NOT_TRIED:
            return EventKind.DROPPED, None, event.reason or NOT_TRIED[subtype]
        case EventKind.BOUNCED, _ if detail.get("bounceType") == "Permanent":
            return EventKind.BOUNCED, "hard", Reason.HARD_BOUNCE
        case EventKind.BOUNCED, _:
            return EventKind.BOUNCED, "soft", Reason.PROVIDER_ERROR
        case EventKind.COMPLAINED, _ if detail.get("complaintFeedbackType") == "not-spam":
            return None
        case EventKind.UNSUBSCRIBED, _ if (
            _as(dict, detail.get("newTopicPreferences")).get("unsubscribeAll") is not True
        ):
            return None
    return event.kind, None, event.reason


def _recipients(event: Event, detail: JSON, mail: JSON) -> list[tuple[str, JSON]]:
    """Whom the event is about, each with what is said of them alone; an empty address when SES does not say."""
    listed = _as(list, detail.get(event.recipients))
    everybody = _as(list, mail.get("destination"))
    if not listed and (len(everybody) == 1 or event.kind in FOR_ALL):
        listed = everybody
    entries = [entry if isinstance(entry, dict) else {"emailAddress": entry} for entry in listed or [""]]
    return [(_as(str, entry.get("emailAddress")), entry) for entry in entries]


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_as(str, value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _as[T](kind: type[T], value: Any) -> T:
    """The value, or an empty one when it is of another kind."""
    return value if isinstance(value, kind) else kind()


def _hide(text: str) -> str:
    """One line; every word with an @ in it, plain or as in a URL, could be somebody's address."""
    return " ".join("(address)" if "@" in word or "%40" in word else word for word in text.split())


def _without_addresses(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_addresses(member) for name, member in value.items() if name not in ADDRESSES}
    if isinstance(value, list):
        return [_without_addresses(member) for member in value]
    return _hide(value) if isinstance(value, str) else value
