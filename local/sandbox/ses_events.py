"""Events as SES publishes them to SNS, one JSON text a message.

Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from heliograph.domain.model import JSON, EventKind
from local.sandbox.desk import Event

ACCOUNT: Final = "123456789012"
PERSON: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PROXY: Final = "Mozilla/5.0"
"""All that Apple's mail proxy says of itself; it loads every image, read or not."""

_TYPES: Final[Mapping[EventKind, tuple[str, str]]] = {
    EventKind.SENT: ("Send", "send"),
    EventKind.DEFERRED: ("DeliveryDelay", "deliveryDelay"),
    EventKind.BOUNCED: ("Bounce", "bounce"),
    EventKind.DELIVERED: ("Delivery", "delivery"),
    EventKind.FAILED: ("Rendering Failure", "failure"),
    EventKind.DROPPED: ("Reject", "reject"),
    EventKind.OPENED: ("Open", "open"),
    EventKind.CLICKED: ("Click", "click"),
    EventKind.UNSUBSCRIBED: ("Subscription", "subscription"),
    EventKind.COMPLAINED: ("Complaint", "complaint"),
}
"""EventKind -> (eventType, the member with the detail)."""


def iso(moment: datetime) -> str:
    """UTC with milliseconds, as SES writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shape(event: Event, configuration_set: str) -> JSON:
    """One event with its mail, our tags among SES's own."""
    name, member = _TYPES[event.report.kind]
    return {"eventType": name, "mail": _mail(event, configuration_set), member: _detail(event)}


def _mail(event: Event, configuration_set: str) -> JSON:
    message = event.message
    domain = message.sender.rpartition("@")[2].rstrip(">")
    headers = {"From": message.sender, "To": ", ".join(message.to), "Subject": message.subject, **message.headers}
    return {
        "timestamp": iso(message.at),
        "source": message.sender,
        "sourceArn": f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/{domain}",
        "sendingAccountId": ACCOUNT,
        "messageId": message.provider_message_id,
        "destination": list(message.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {
            "from": [message.sender],
            "to": list(message.to),
            "messageId": message.provider_message_id,
            "subject": message.subject,
        },
        "tags": {
            "ses:configuration-set": [configuration_set],
            "ses:source-ip": ["192.0.2.1"],
            "ses:from-domain": [domain],
            "ses:caller-identity": ["heliograph"],
            **{name: [value] for name, value in message.metadata.items()},
        },
    }


def _detail(event: Event) -> JSON:
    at = iso(event.happened)
    feedback = f"0102{sha256(event.key.encode()).hexdigest()[:32]}-000000"
    person = {"timestamp": at, "ipAddress": "192.0.2.7", "userAgent": PROXY if event.report.machine else PERSON}
    details: dict[EventKind, JSON] = {
        EventKind.SENT: {},
        EventKind.DEFERRED: _delay(event, at),
        EventKind.BOUNCED: {"feedbackId": feedback, "timestamp": at, **_bounce(event)},
        EventKind.DELIVERED: _delivery(event, at),
        EventKind.FAILED: {"errorMessage": event.report.text, "templateName": "sandbox"},
        EventKind.DROPPED: {"reason": "Bad content"},
        EventKind.OPENED: person,
        EventKind.CLICKED: {**person, "link": "https://example.com/", "linkTags": None},
        EventKind.UNSUBSCRIBED: _subscription(at),
        EventKind.COMPLAINED: {
            "feedbackId": feedback,
            "timestamp": at,
            "arrivalDate": at,
            "complainedRecipients": [{"emailAddress": event.recipient}],
            "complaintFeedbackType": "abuse",
            "complaintSubType": None,
            "userAgent": "ExampleCorp Feedback Loop (V0.01)",
        },
    }
    return details[event.report.kind]


def _delivery(event: Event, at: str) -> JSON:
    return {
        "timestamp": at,
        "processingTimeMillis": int(event.report.happened * 1000),
        "recipients": [event.recipient],
        "smtpResponse": event.report.text,
        "remoteMtaIp": "192.0.2.25",
        "reportingMTA": "mta.sandbox.example",
    }


def _delay(event: Event, at: str) -> JSON:
    delayed = {"emailAddress": event.recipient, "status": event.report.code, "diagnosticCode": event.report.text}
    return {
        "timestamp": at,
        "delayType": "TransientCommunicationFailure",
        "expirationTime": at,
        "delayedRecipients": [delayed],
    }


def _bounce(event: Event) -> JSON:
    kind, detail = ("Permanent", "General") if event.report.bounce == "hard" else ("Transient", "MailboxFull")
    return {
        "bounceType": kind,
        "bounceSubType": detail,
        "bouncedRecipients": [
            {
                "emailAddress": event.recipient,
                "action": "failed",
                "status": event.report.code,
                "diagnosticCode": f"smtp; {event.report.text}",
            }
        ],
        "reportingMTA": "dsn; mta.sandbox.example",
    }


def _subscription(at: str) -> JSON:
    return {
        "contactList": "sandbox",
        "timestamp": at,
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
    }
