"""Expo: pushes to apps that are made with it. Its receipts are fetched, about a quarter of an hour later.

Codes: https://docs.expo.dev/push-notifications/sending-notifications/#individual-errors
"""

from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.polling import Answer, Question
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, reading, refusals
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://exp.host/--/api/v2/push/send"
RECEIPTS: Final = "https://exp.host/--/api/v2/push/getReceipts"
NO_TICKET: Final = "00000000-0000-4000-8000-000000000000"
GONE: Final = "DeviceNotRegistered"
ASKS_IN: Final = 900
"""Seconds: Expo asks to wait a quarter of an hour, and keeps receipts for a day."""
MONTH: Final = 30 * 24 * 3600

REFUSALS: Final = {
    "MessageRateExceeded": Refusal(errors.Throttled),
    "TOO_MANY_REQUESTS": Refusal(errors.Throttled),
    "MessageTooBig": Refusal(errors.Rejected),
    "InvalidCredentials": Refusal(errors.AccountTrouble),  # the app's own keys of Apple or Google, as Expo holds them
    "MismatchSenderId": Refusal(errors.AccountTrouble),
    "UNAUTHORIZED": Refusal(errors.AccountTrouble),
    "VALIDATION_ERROR": Refusal(errors.Rejected),
    "ProviderError": Refusal(errors.Transient),
    "ExpoError": Refusal(errors.Transient),
}
"""`details.error` of a ticket, or the code of a refused request -> what it means."""

RECEIPT_ERRORS: Final = {
    GONE: Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
    "MessageRateExceeded": Meaning(EventKind.BOUNCED, Reason.THROTTLED, "soft"),
    "ProviderError": Meaning(EventKind.BOUNCED, Reason.PROVIDER_UNAVAILABLE, "soft"),
    "ExpoError": Meaning(EventKind.BOUNCED, Reason.PROVIDER_UNAVAILABLE, "soft"),
    "MessageTooBig": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
    "DeveloperError": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
    "InvalidCredentials": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED),
    "MismatchSenderId": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED),
}
"""`details.error` of a receipt -> what it means."""
UNKNOWN: Final = Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR)
TAKEN: Final = Meaning(EventKind.SENT)
"""A receipt without an error: Apple or Google took it, which says nothing of the device."""


class Expo:
    """Pushes by Expo's push service."""

    class Credentials(ProviderCredentials):
        """Nothing, or an access token where the project demands one."""

        access_token: SecretStr | None = Field(default=None, min_length=8)

    name: ClassVar[str] = "expo"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.PUSH})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        answers=frozenset(one.kind for one in (*RECEIPT_ERRORS.values(), TAKEN)),
        api="https://docs.expo.dev/push-notifications/sending-notifications/",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one push over, and ask for its receipt later. Expo has no idempotency key."""
        answer = tools.http.post(SEND, json=_request(message, tools.now()), headers=_headers(credentials))
        told = reading.answered(answer)
        ticket = reading.member(told, "data")
        if answer.status >= FIRST_FAILURE or reading.text(told, "errors", 0, "code"):
            raise _refusal(answer, told, message.to)
        if reading.text(ticket, "status") == "error":
            raise _refused_ticket(answer, ticket, message.to)
        if not (name := reading.text(ticket, "id")):
            raise errors.UnknownOutcome("Expo's answer has no ticket", code=str(answer.status))
        return Accepted(provider_message_id=name, asks_in=ASKS_IN)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for a receipt that there is not."""
        answer = tools.http.post(RECEIPTS, json={"ids": [NO_TICKET]}, headers=_headers(credentials))
        told = reading.answered(answer)
        if answer.status >= FIRST_FAILURE or reading.member(told, "errors"):
            raise _refusal(answer, told, "")

    def poll(self, question: Question, credentials: Credentials, tools: Tools) -> Answer:
        """Fetch the receipt; one that is not there yet may come."""
        answer = tools.http.post(RECEIPTS, json={"ids": [question.id]}, headers=_headers(credentials))
        told = reading.answered(answer)
        if answer.status >= FIRST_FAILURE or reading.member(told, "errors"):
            raise _refusal(answer, told, "")
        receipt = reading.member(told, "data", question.id)
        if not isinstance(receipt, dict):
            return Answer(more=True)
        return Answer(events=(_event(receipt, question),))

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("Expo posts no reports: receipts are fetched from it")


def _headers(credentials: Expo.Credentials) -> dict[str, str]:
    token = credentials.access_token
    return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}


def _request(message: Outgoing, now: int) -> JSON:
    data = message.data
    request: JSON = {"to": message.to, "title": message.subject, "body": message.text, "priority": "high"}
    request |= {name: data[name] for name in ("badge", "sound") if name in data}
    own = data.get("data", {}) | ({"url": data["url"]} if "url" in data else {})
    if own:
        request["data"] = own
    if "image" in data:
        request["richContent"] = {"image": data["image"]}
    if message.expires:
        request["ttl"] = min(max(0, message.expires - now), MONTH)
    return request


def _refusal(answer: Response, told: Any, token: str) -> errors.ProviderError:
    first = reading.member(told, "errors", 0)
    text = _text(first, token)
    return refusals.refusal("Expo", answer, text, code=reading.text(first, "code"), known=REFUSALS)


def _refused_ticket(answer: Response, ticket: Any, token: str) -> errors.ProviderError:
    code, text = reading.text(ticket, "details", "error"), _text(ticket, token)
    if code == GONE:
        return errors.Rejected(text or "the device is not registered any more", code=code, dead=True)
    known = REFUSALS.get(code, Refusal(errors.Rejected))
    return known.error(text or "Expo refused the message", code or str(answer.status))


def _text(told: Any, token: str) -> str:
    text = reading.text(told, "message")
    return (text.replace(token, "(token)") if token else text)[: masking.LONGEST_TEXT]


def _event(receipt: JSON, question: Question) -> ProviderEvent:
    code = reading.text(receipt, "details", "error")
    meaning = TAKEN if reading.text(receipt, "status") == "ok" else RECEIPT_ERRORS.get(code, UNKNOWN)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=question.id,
        echo=question.echo,
        event_id=f"receipt-{question.id}",
        reason=meaning.reason or "",
        code=code,
        raw={"status": reading.text(receipt, "status"), "error": code},
    )
