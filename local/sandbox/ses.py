"""A fake SES: `SendEmail` and `GetAccount` of the v2 API; what follows is published to the configuration set's topic.

Sources: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html.
"""

import base64
import email
import email.policy
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Attached, Message
from local.sandbox.ses_events import shape

_REFUSALS: Final[Mapping[int, str]] = {
    400: "MessageRejected",
    403: "AccessDeniedException",
    404: "NotFoundException",
    429: "TooManyRequestsException",
}


class Ses:
    """The API and the configuration sets' events."""

    def __init__(self, desk: Desk, publish: Callable[[str, str], None], topics: Mapping[str, str]) -> None:
        self._desk = desk
        self._publish = publish
        self._topics = topics

    def send_email(self, request: Request) -> Response:
        """Answer `POST /v2/email/outbound-emails`: 200, 400, 404 or what the recipient chose."""
        body: Any = request.get_json(force=True, silent=True)
        wrong = _problem(body)
        if wrong:
            return _error(400, "BadRequestException", wrong)
        configuration_set = body.get("ConfigurationSetName", "")
        if configuration_set and configuration_set not in self._topics:
            return _error(404, "NotFoundException", f"Configuration set <{configuration_set}> does not exist.")
        message = self._message(body)
        verdict = self._desk.take(message, partial(self._report, configuration_set))
        if verdict.status:
            name = _REFUSALS.get(verdict.status, "InternalServiceErrorException")
            return _error(verdict.status, name, f"the sandbox answers {verdict.status}: {verdict.outcome}")
        return _json({"MessageId": message.provider_message_id})

    def account(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """Answer `GET /v2/email/account` as an account outside SES's own sandbox does."""
        return _json(
            {
                "DedicatedIpAutoWarmupEnabled": False,
                "EnforcementStatus": "HEALTHY",
                "ProductionAccessEnabled": True,
                "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 500.0, "SentLast24Hours": 0.0},
                "SendingEnabled": True,
            }
        )

    def _message(self, body: JSON) -> Message:
        to = body["Destination"]
        names = self._desk.ids()
        return Message(
            at=self._desk.clock(),
            provider="ses",
            channel=Channel.EMAIL,
            sender=body["FromEmailAddress"],
            to=tuple(to["ToAddresses"]),
            cc=tuple(to.get("CcAddresses", ())),
            bcc=tuple(to.get("BccAddresses", ())),
            metadata={tag["Name"]: tag["Value"] for tag in body.get("EmailTags", ())},
            provider_message_id=f"0102{names[:12]}-{UUID(names)}-000000",
            **_content(body),
        )

    def _report(self, configuration_set: str, message: Message) -> None:
        if configuration_set:
            for delay, event in self._desk.events(message):
                self._desk.callbacks.after(delay, partial(self._tell, configuration_set, event))

    def _tell(self, configuration_set: str, event: Event) -> bool:
        self._publish(self._topics[configuration_set], json.dumps(shape(event, configuration_set)))
        return self._desk.note(event, 200)


def _problem(body: Any) -> str:
    if not isinstance(body, dict):
        return "The request body is no JSON object."
    if not body.get("FromEmailAddress"):
        return "FromEmailAddress is missing."
    if not (body.get("Destination") or {}).get("ToAddresses"):
        return "Destination.ToAddresses is missing."
    content = body.get("Content") or {}
    if not content.get("Raw") and not (content.get("Simple") or {}).get("Body"):
        return "Content must hold Simple with a Body, or Raw."
    files = (content.get("Simple") or {}).get("Attachments", ())
    if not all(one.get("FileName") and one.get("RawContent") for one in files):
        return "Attachments need FileName and RawContent."
    return ""


def _content(body: JSON) -> dict[str, Any]:
    raw = body["Content"].get("Raw")
    if raw:
        return _raw(base64.b64decode(raw["Data"]))
    simple = body["Content"]["Simple"]
    parts = simple["Body"]
    reply_to = body.get("ReplyToAddresses")
    return {
        "subject": simple["Subject"]["Data"],
        "text": parts.get("Text", {}).get("Data", ""),
        "html": parts.get("Html", {}).get("Data", ""),
        "attachments": tuple(_attached(one) for one in simple.get("Attachments", ())),
        "headers": {header["Name"]: header["Value"] for header in simple.get("Headers", ())}
        | ({"Reply-To": ", ".join(reply_to)} if reply_to else {}),
    }


def _attached(one: JSON) -> Attached:
    return Attached(
        name=one["FileName"],
        type=one.get("ContentType", "application/octet-stream"),
        content=base64.b64decode(one["RawContent"], validate=True),
        content_id=one.get("ContentId", ""),
    )


def _raw(data: bytes) -> dict[str, Any]:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "subject": str(mail["Subject"] or ""),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "headers": {name: str(value) for name, value in mail.items()},
    }


def _json(body: JSON, status: int = 200, **headers: str) -> Response:
    return Response(json.dumps(body), status, headers=headers, content_type="application/json")


def _error(status: int, name: str, text: str) -> Response:
    return _json({"message": text}, status, **{"x-amzn-ErrorType": name})
