"""A fake AWS End User Messaging: `SendTextMessage`; what follows is published to the configuration set's topic.

Sources: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html,
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import texts
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Message

_EVENTS: Final[Mapping[texts.Word, tuple[str, bool]]] = {
    (EventKind.SENT, None): ("SUCCESSFUL", False),
    (EventKind.DELIVERED, None): ("DELIVERED", True),
    (EventKind.BOUNCED, "hard"): ("INVALID", True),
    (EventKind.BOUNCED, "soft"): ("UNREACHABLE", True),
    (EventKind.DROPPED, None): ("CARRIER_BLOCKED", True),
    (EventKind.FAILED, None): ("TTL_EXPIRED", True),
}
"""What AWS can say of a text: messageStatus, and whether it is the last word; the rest is not reported."""
_REFUSALS: Final = {429: "ThrottlingException", 403: "AccessDeniedException", 400: "ValidationException"}


class AwsSms:
    """The API, by JSON 1.0, and the configuration sets' events."""

    def __init__(self, desk: Desk, publish: Callable[[str, str], None], topics: Mapping[str, str]) -> None:
        self._desk = desk
        self._publish = publish
        self._topics = topics

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        match request.headers.get("X-Amz-Target", "").rpartition(".")[2]:
            case "SendTextMessage":
                return self.send(request.get_json(force=True, silent=True))
            case "DescribeAccountAttributes":
                return texts.as_json({"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]})
            case _:
                return _error(400, "UnknownOperationException", "the sandbox knows SendTextMessage")

    def send(self, body: Any) -> Response:
        """Answer `SendTextMessage`: 200, 400 or what the recipient chose."""
        if not isinstance(body, dict) or not texts.is_number(body.get("DestinationPhoneNumber")):
            return _error(400, "ValidationException", "DestinationPhoneNumber is not valid", "CANNOT_PARSE")
        if not body.get("MessageBody") or not body.get("OriginationIdentity"):
            return _error(400, "ValidationException", "MessageBody is required", "MISSING_PARAMETER")
        configuration_set = body.get("ConfigurationSetName", "")
        if configuration_set and configuration_set not in self._topics:
            return _error(400, "ResourceNotFoundException", f"{configuration_set} does not exist")
        message = Message(
            at=self._desk.clock(),
            provider="aws_sms",
            channel=Channel.SMS,
            sender=body["OriginationIdentity"],
            to=(body["DestinationPhoneNumber"],),
            text=body["MessageBody"],
            metadata=body.get("Context", {}),
            provider_message_id=str(UUID(self._desk.ids())),
        )
        tell = partial(self._tell, configuration_set)
        verdict = self._desk.take(message, lambda kept: texts.follow(self._desk, kept, tell))
        if verdict.outcome == "opted-out":
            return _error(400, "ConflictException", "opted out", "DESTINATION_PHONE_NUMBER_OPTED_OUT")
        if verdict.status:
            name = _REFUSALS.get(verdict.status, "InternalServerException")
            return _error(verdict.status, name, f"the sandbox answers {verdict.status}: {verdict.outcome}")
        return texts.as_json({"MessageId": message.provider_message_id})

    def _tell(self, configuration_set: str, event: Event) -> bool:
        if not configuration_set or texts.word(event) not in _EVENTS:
            return True
        self._publish(self._topics[configuration_set], json.dumps(_shape(event)))
        return self._desk.note(event, 200)


def _shape(event: Event) -> JSON:
    """One event as AWS publishes it."""
    status, final = _EVENTS[texts.word(event)]
    return {
        "eventType": f"TEXT_{status}",
        "eventVersion": "1.0",
        "eventTimestamp": int(event.happened.timestamp() * 1000),
        "isFinal": final,
        "originationPhoneNumber": event.message.sender,
        "destinationPhoneNumber": event.recipient,
        "messageId": event.message.provider_message_id,
        "messageRequestTimestamp": int(event.message.at.timestamp() * 1000),
        "messageType": "TRANSACTIONAL",
        "messageStatus": status,
        "messageStatusDescription": event.report.text,
        "context": dict(event.message.metadata),
        "totalMessageParts": 1,
    }


def _error(status: int, name: str, text: str, reason: str = "") -> Response:
    return texts.as_json({"__type": name, "Message": text} | ({"Reason": reason} if reason else {}), status)
