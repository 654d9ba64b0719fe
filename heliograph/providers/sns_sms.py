"""Amazon SNS: text messages to a number. The answer to the send is all that is ever known of a message."""

import re
from functools import partial
from typing import ClassVar, Final

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Tools
from heliograph.wire import aws, doors, masking

SENDER_ID: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
"""Letters and digits with at least one letter; countries that know no sender ids show a number instead."""


class SnsSms:
    """Text messages by SNS's Publish, as transactional ones."""

    class Credentials(ProviderCredentials):
        """The function's role is the key, so there is nothing to enter."""

        account_fields: ClassVar[tuple[str, ...] | None] = ()

    name: ClassVar[str] = "sns_sms"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        api="https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:  # noqa: ARG002 # IAM is the key
        """Hand one text over with Publish."""
        request = {"PhoneNumber": message.to, "Message": message.text, "MessageAttributes": _attributes(message.sender)}
        try:
            with aws.refusals("SNS", {}, partial(masking.hide_number, number=message.to)):
                answer = tools.aws("sns").publish(**request)
        except errors.Rejected as exc:
            if exc.code == "InvalidParameter" and "phonenumber" in exc.text.replace(" ", "").lower():
                raise errors.Rejected(exc.text, code=exc.code, reason=Reason.INVALID_RECIPIENT) from exc
            raise
        return Accepted(provider_message_id=answer["MessageId"])

    def check(self, credentials: Credentials, tools: Tools) -> None:  # noqa: ARG002 # IAM is the key
        """Read the region's settings for text messages."""
        with aws.refusals("SNS", {}, str):
            tools.aws("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature(
            "SNS reports nothing about text messages, so nothing that claims to be a report is one"
        )


def _attributes(sender: str) -> JSON:
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
    if SENDER_ID.fullmatch(sender):
        attributes["AWS.SNS.SMS.SenderID"] = sender
    elif sender.startswith("+"):
        attributes["AWS.MM.SMS.OriginationNumber"] = sender
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
