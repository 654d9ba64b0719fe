"""AWS End User Messaging: text messages by SendTextMessage, events by a configuration set over SNS to our own queue.

Errors: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
Words:  https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
"""

from functools import partial
from typing import ClassVar, Final

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Tools
from heliograph.wire import aws, doors, masking, reading, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SERVICE: Final = "pinpoint-sms-voice-v2"
CONTEXT: Final = "heliograph"

NOT_ALLOWED: Final = Refusal(errors.Rejected, Reason.NOT_ALLOWED)
REFUSALS: Final = tables.spread(
    {
        # All its refusals have the status 400, those of the account too.
        "AccessDeniedException InvalidSignatureException UnrecognizedClientException": Refusal(errors.AccountTrouble),
        "ConflictException.DESTINATION_PHONE_NUMBER_OPTED_OUT": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),
        # The number: not verified while in the SMS sandbox, or blocked by the account's own protection.
        "ConflictException.DESTINATION_PHONE_NUMBER_NOT_VERIFIED": NOT_ALLOWED,
        "ConflictException.DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": NOT_ALLOWED,
        "ConflictException.DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": NOT_ALLOWED,
        "ValidationException.COUNTRY_NOT_ENABLED ValidationException.DESTINATION_COUNTRY_BLOCKED": NOT_ALLOWED,
        # The sender: not there, not active, not for such messages or such a country.
        "ConflictException ResourceNotFoundException": NOT_ALLOWED,
        "ValidationException.INTERNATIONAL_SENDING_NOT_SUPPORTED": NOT_ALLOWED,
        "ValidationException.INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": NOT_ALLOWED,
        "ValidationException.SENDER_ID_NOT_REGISTERED ValidationException.SENDER_ID_NOT_SUPPORTED": NOT_ALLOWED,
        "ValidationException.SENDER_ID_REQUIRES_REGISTRATION": NOT_ALLOWED,
        "ServiceQuotaExceededException": Refusal(errors.Throttled),
        "ServiceQuotaExceededException.MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": Refusal(
            errors.AccountTrouble, Reason.QUOTA
        ),
    }
)
"""Code, or code and reason -> what it means for the attempt, besides those of all AWS services."""

EVENTS: Final = tables.spread(
    {
        "TEXT_QUEUED TEXT_PENDING": Meaning(EventKind.QUEUED),
        "TEXT_SENT TEXT_SUCCESSFUL": Meaning(EventKind.SENT),
        "TEXT_DELIVERED": Meaning(EventKind.DELIVERED),
        "TEXT_INVALID": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
        "TEXT_UNREACHABLE TEXT_CARRIER_UNREACHABLE": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
        "TEXT_BLOCKED TEXT_CARRIER_BLOCKED TEXT_SPAM": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
        "TEXT_PROTECT_BLOCKED": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED),
        "TEXT_INVALID_MESSAGE TEXT_UNKNOWN": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
        "TEXT_TTL_EXPIRED": Meaning(EventKind.FAILED, Reason.EXPIRED),
    }
)
"""eventType -> what it means."""

SILENCE: Final = 71 * 3600 * 1000
"""Milliseconds; after 72 hours without a final event AWS says TEXT_UNKNOWN, since it does not know what happened.

Source: https://docs.aws.amazon.com/end-user-messaging/latest/userguide/nx-features-messaging-events.html"""

ADDRESSES: Final = {"destinationPhoneNumber", "context"}


class AwsSms:
    """Text messages by the account's own End User Messaging, in the stack's region, where the events come back."""

    class Credentials(ProviderCredentials):
        """The function's role is the key, so there is no secret."""

        account_fields: ClassVar[tuple[str, ...] | None] = ()

        configuration_set: str = ""
        """Filled in with the stack's; without one nothing is reported."""

    name: ClassVar[str] = "aws_sms"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        bus=True,
        sender_ids=r"(pool|sender-id|phone)-[0-9a-zA-Z-]+|arn:aws[a-z-]*:sms-voice:\S+",
        api="https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html",
        events="https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over with SendTextMessage, as a transactional one."""
        request: JSON = {
            "DestinationPhoneNumber": message.to,
            "OriginationIdentity": message.sender,
            "MessageBody": message.text,
            "MessageType": "TRANSACTIONAL",
            "Context": {CONTEXT: message.echo},
        }
        if credentials.configuration_set:
            request["ConfigurationSetName"] = credentials.configuration_set
        try:
            with aws.refusals("End User Messaging", REFUSALS, partial(masking.hide_number, number=message.to)):
                answer = tools.aws(SERVICE).send_text_message(**request)
        except errors.Rejected as exc:
            if exc.code.startswith("ValidationException") and "destinationphonenumber" in exc.text.lower():
                raise errors.Rejected(exc.text, code=exc.code, reason=Reason.INVALID_RECIPIENT) from exc
            raise
        return Accepted(provider_message_id=answer["MessageId"])

    def check(self, credentials: Credentials, tools: Tools) -> None:  # noqa: ARG002 # IAM is the key
        """Read whether the account may send to everybody."""
        with aws.refusals("End User Messaging", REFUSALS, str):
            tools.aws(SERVICE).describe_account_attributes()

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # IAM is the proof
        """Read one event of the configuration set; it comes by SNS, so there is no webhook to forge."""
        told = doors.by_bus(request, "End User Messaging").body
        name = reading.text(told, "eventType")
        if name not in EVENTS:
            return Received(ignored=((name or "set-up message")[: reading.LONGEST_NAME],))
        if not reading.text(told, "messageId") or not reading.is_storable(told):
            raise errors.BadPayload(f"an event {name!r} of End User Messaging needs messageId, and storable text")
        return Received(events=(_event(told, name),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        name = reading.text(raw, "eventType")
        return _event(raw, name) if name in EVENTS else name


def _is_silence(told: JSON) -> bool:
    """Whether AWS waited in vain for the carrier's last word; the same name also says that an error stopped it."""
    asked, at = reading.member(told, "messageRequestTimestamp"), reading.member(told, "eventTimestamp")
    known = isinstance(asked, int | float) and isinstance(at, int | float)
    return known and at - asked >= SILENCE


def _event(told: JSON, name: str) -> ProviderEvent:
    meaning, at = EVENTS[name], reading.member(told, "eventTimestamp")
    if name == "TEXT_SUCCESSFUL" and told.get("isFinal") is True:
        # Where carriers send no receipt this is the best that will be known, and AWS uses both words for one thing.
        meaning = EVENTS["TEXT_DELIVERED"]
    if name == "TEXT_UNKNOWN" and _is_silence(told):
        meaning = EVENTS["TEXT_SENT"]
    to = reading.text(told, "destinationPhoneNumber")
    hide = partial(masking.hide_number, number=to)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(told, "messageId"),
        echo=reading.text(told, "context", CONTEXT),
        recipient=to,
        event_id=f"{reading.text(told, 'messageId')}.{name}.{at}",
        occurred_at=times.epoch(at / 1000) if isinstance(at, int | float) else None,
        reason=meaning.reason or "",
        code=reading.text(told, "messageStatus"),
        text=hide(reading.text(told, "messageStatusDescription"))[: masking.LONGEST_TEXT],
        raw=masking.without(ADDRESSES, told, hide),
    )
