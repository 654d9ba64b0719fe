"""What SES publishes about a mail, with everything that its events carry."""

import json
from collections.abc import Mapping
from typing import Any, Final

from heliograph.domain.model import BusEvent, Outgoing, ProviderEvent
from heliograph.providers.ses import Ses

SES_ID: Final = "0102018fa1b2c3d4-5e6f7a8b-9c0d-4e1f-a2b3-c4d5e6f7a8b9-000000"
"""As long as SES's own message ids are."""

DELIVERY: Final = {
    "timestamp": "2027-01-15T08:00:02.113Z",
    "processingTimeMillis": 1601,
    "recipients": ["ada.lovelace@example.com"],
    "smtpResponse": "250 2.0.0 OK  1800000002 5b1f17b1804b1-4390a1b2c3dsi12345678wmb.123 - gsmtp",
    "remoteMtaIp": "203.0.113.25",
    "reportingMTA": "a8-123.smtp-out.eu-west-1.amazonses.com",
}


def ses_event(name: str, mail: Outgoing, detail: Mapping[str, Any]) -> ProviderEvent:
    """What SES publishes about a mail with all its headers and tags, read by the real adapter."""
    headers = {
        "From": mail.sender,
        "To": mail.to,
        "Subject": mail.subject,
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="----=_Part_1234567_890123456.1741600000000"',
    }
    body = {
        "eventType": name,
        "mail": {
            "timestamp": "2027-01-15T08:00:00.512Z",
            "source": mail.sender,
            "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
            "sendingAccountId": "123456789012",
            "messageId": SES_ID,
            "destination": [mail.to],
            "headersTruncated": False,
            "headers": [{"name": part, "value": text} for part, text in (headers | dict(mail.headers)).items()],
            "commonHeaders": {"from": [mail.sender], "to": [mail.to], "messageId": SES_ID, "subject": mail.subject},
            "tags": {
                "ses:operation": ["SendEmail"],
                "ses:configuration-set": ["heliograph-prod"],
                "ses:source-ip": ["192.0.2.10"],
                "ses:from-domain": ["example.com"],
                "ses:caller-identity": ["heliograph-prod-DispatchNormal"],
                "ses:outgoing-ip": ["198.51.100.24"],
                "heliograph": [mail.echo],
            },
        },
        name.lower(): dict(detail),
    }
    bus = BusEvent(id="8f14e45f-ceea-467f-a0e6-5b1f6b7d8e9a", topic="t", body=json.loads(json.dumps(body)))
    [event] = Ses().receive(bus, Ses.Credentials()).events
    return event
