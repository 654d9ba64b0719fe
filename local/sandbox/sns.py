"""A fake SNS, as far as it sends SMS: `Publish` to a phone number by the query protocol; nothing is reported.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

from werkzeug import Request, Response

from heliograph.domain.model import Channel
from local.sandbox.desk import Desk
from local.sandbox.inbox import Message

SENDER: Final = "AWS.SNS.SMS.SenderID"
NAMESPACE: Final = "http://sns.amazonaws.com/doc/2010-03-31/"
_REFUSALS: Final[Mapping[int, str]] = {400: "InvalidParameter", 403: "AuthorizationError", 429: "Throttling"}


class SnsSms:
    """The API; there are no callbacks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> Response:
        """Answer one call of the query protocol."""
        match request.form.get("Action"):
            case "Publish":
                return self.publish(request.form)
            case "GetSMSAttributes":
                limit = "<attributes><entry><key>MonthlySpendLimit</key><value>1</value></entry></attributes>"
                result = f"<GetSMSAttributesResult>{limit}</GetSMSAttributesResult>"
                return self._xml(200, "GetSMSAttributesResponse", result + self._metadata())
            case _:
                return self._error(400, "InvalidAction", "the sandbox knows only Publish and GetSMSAttributes")

    def publish(self, form: Mapping[str, str]) -> Response:
        """Answer `Publish` with a PhoneNumber: 200, 400 or what the recipient chose."""
        if not form.get("PhoneNumber"):
            return self._error(400, "InvalidParameter", "Invalid parameter: PhoneNumber is missing")
        if not form.get("Message"):
            return self._error(400, "InvalidParameter", "Invalid parameter: Empty message")
        message = Message(
            at=self._desk.clock(),
            provider="sns_sms",
            channel=Channel.SMS,
            sender=_attributes(form).get(SENDER, "NOTICE"),
            to=(form["PhoneNumber"],),
            text=form["Message"],
            headers=_attributes(form),
            provider_message_id=str(UUID(self._desk.ids())),
        )
        verdict = self._desk.take(message, lambda _: None)
        if verdict.status:
            code = _REFUSALS.get(verdict.status, "InternalError")
            return self._error(verdict.status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")
        result = f"<PublishResult><MessageId>{message.provider_message_id}</MessageId></PublishResult>"
        return self._xml(200, "PublishResponse", result + self._metadata())

    def _metadata(self) -> str:
        return f"<ResponseMetadata>{self._request_id()}</ResponseMetadata>"

    def _request_id(self) -> str:
        return f"<RequestId>{UUID(self._desk.ids())}</RequestId>"

    def _error(self, status: int, code: str, text: str) -> Response:
        side = "Sender" if status < 500 else "Receiver"  # noqa: PLR2004 -- HTTP draws this line
        error = f"<Error><Type>{side}</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        return self._xml(status, "ErrorResponse", error + self._request_id())

    def _xml(self, status: int, root: str, inner: str) -> Response:
        return Response(f'<{root} xmlns="{NAMESPACE}">{inner}</{root}>', status, content_type="text/xml")


def _attributes(form: Mapping[str, str]) -> dict[str, str]:
    names = {key: value for key, value in form.items() if key.startswith("MessageAttributes.entry.")}
    return {
        value: names.get(key.removesuffix("Name") + "Value.StringValue", "")
        for key, value in names.items()
        if key.endswith(".Name")
    }
