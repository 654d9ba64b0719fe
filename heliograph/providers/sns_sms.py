"""Amazon SNS: text messages to a number. The answer to the send is all that is ever known of a message.

API: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
"""

import re
from typing import ClassVar, Final

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ParamValidationError
from botocore.exceptions import ConnectionError as NotConnected

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, BusEvent, Channel, Outgoing, Received, WebhookRequest
from heliograph.domain.provider import Capabilities, Tools
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason

ERRORS: Final[dict[str, type[errors.ProviderError]]] = {
    "ExpiredToken": errors.Transient,  # the role's next credentials are on their way
    "RequestTimeout": errors.Transient,
    "Throttled": errors.Throttled,
    "ThrottledException": errors.Throttled,
    "Throttling": errors.Throttled,
    "ThrottlingException": errors.Throttled,
}
"""AWS error code -> what it means for the attempt; the rest goes by its HTTP status."""

SENDER_ID: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
"""Letters and digits with at least one letter; countries that know no sender ids show a number instead."""


class SnsSms:
    """Text messages by SNS's Publish, as transactional ones."""

    class Credentials(ProviderCredentials):
        """The function's role is the key, so there is nothing to enter."""

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
            answer = tools.aws("sns").publish(**request)
        except ClientError as exc:
            raise _refusal(exc, message.to) from exc
        except NotConnected as exc:
            raise errors.Transient(f"SNS cannot be reached: {type(exc).__name__}") from exc
        except (NoCredentialsError, NoRegionError) as exc:
            raise errors.AccountTrouble(f"SNS cannot be called: {type(exc).__name__}") from exc
        except (ParamValidationError, UnicodeError) as exc:
            raise errors.Rejected("the text does not fit SNS's Publish: it must be whole characters") from exc
        except BotoCoreError as exc:
            raise errors.UnknownOutcome(f"no answer came from SNS: {type(exc).__name__}") from exc
        return Accepted(provider_message_id=answer["MessageId"])

    def receive(self, request: WebhookRequest | BusEvent, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
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


def _refusal(exc: ClientError, to: str) -> errors.ProviderError:
    status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    error = exc.response.get("Error", {})
    code, text = error.get("Code", ""), error.get("Message", "").replace(to, "(number)")
    if code == "InvalidParameter" and "phonenumber" in text.replace(" ", "").lower():
        return errors.Rejected(text, code=code, reason=Reason.INVALID_RECIPIENT)
    by_status = {401: errors.AccountTrouble, 403: errors.AccountTrouble, 429: errors.Throttled}
    fallback = by_status.get(status, errors.Rejected if status in range(400, 500) else errors.Transient)
    return ERRORS.get(code, fallback)(text, code=code)
