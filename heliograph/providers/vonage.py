"""Vonage: text messages by the Messages API, one signed JSON callback for each status.

Signatures: https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
Codes:      https://developer.vonage.com/en/api-errors/messages
"""

from functools import partial
from typing import ClassVar, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, jwt, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.nexmo.com/v1/messages"
BALANCE: Final = "https://rest.nexmo.com/account/get-balance"
ECHO: Final = "echo"
LONGEST_REFERENCE: Final = 100
"""Characters of `client_ref`."""
BEARER: Final = b"Bearer "

REFUSALS: Final = tables.spread(
    {
        "1000 throttled": Refusal(errors.Throttled),
        "1030 1100": Refusal(errors.Transient),  # a fault of theirs; not submitted
        "1040 1170 1240": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # no known prefix; missing; illegal
        "1050": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # a number that may not get messages
        "1060 1080 1140": Refusal(errors.AccountTrouble),  # barred; not for REST; a facility that is switched off
        "402 1070 low-balance": Refusal(errors.AccountTrouble, Reason.QUOTA),
        "1120": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # a sender that the country does not allow
        "1160": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # a trial account writes to listed numbers only
        "account-suspended invalid-api-key unprovisioned": Refusal(errors.AccountTrouble),
    }
)
"""Code of a refused send, the end of the problem's `type` -> what it means for the attempt."""

STATUSES: Final = {
    "submitted": Meaning(EventKind.SENT),
    "delivered": Meaning(EventKind.DELIVERED),
    "read": Meaning(EventKind.OPENED),
    "rejected": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="Vonage or the carrier refused it."),
    "undeliverable": Meaning(EventKind.FAILED, Reason.PROVIDER_UNAVAILABLE, text="Vonage could not reach the carrier."),
}
"""status -> what it means; the refusals are told apart by their code."""

SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
HARD: Final = Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
BLOCKED: Final = Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR)

CODES: Final = tables.spread(
    {
        "1000": Meaning(EventKind.FAILED, Reason.THROTTLED),
        "1040 1170 1240": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard"),
        "1050 1120 1140 1160 1250": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED),  # number, sender, facility, route
        "1060": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED),  # the account is barred
        "1070": Meaning(EventKind.FAILED, Reason.QUOTA),
        "1180 1220 1230": SOFT,  # absent for now; busy; the network failed
        "1190 1300 1310": HARD,  # no longer active; nobody in this network; a device that gets none
        "1210 1270": BLOCKED,  # taken for spam; not for the recipient's age
        "1260 1290": SOFT,  # no way there now; the recipient's prepaid credit is used up
        "1280": BLOCKED,  # the carrier blocks the number
        "1360": Meaning(EventKind.FAILED, Reason.EXPIRED),
    }
)
"""Code of `rejected` and `undeliverable` -> what it means."""

ADDRESSES: Final = {"to", "client_ref"}


class Vonage:
    """Text messages by Vonage's Messages API."""

    class Credentials(ProviderCredentials):
        """An API key, and the secret with which the account's callbacks are signed."""

        api_key: SecretStr = Field(min_length=4)
        api_secret: SecretStr = Field(min_length=8)
        signature_secret: SecretStr = Field(min_length=8)
        second_signature_secret: SecretStr | None = Field(default=None, min_length=8)
        """Also proves callbacks, while the secret is changed."""

    name: ClassVar[str] = "vonage"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        api="https://developer.vonage.com/en/api/messages",
        events="https://developer.vonage.com/en/messages/concepts/messages-status-callbacks",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over."""
        answer = tools.http.post(SEND, json=_request(message), auth=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        uuid = reading.text(reading.answered(answer), "message_uuid")
        if not uuid:
            raise errors.UnknownOutcome("Vonage's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=uuid)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for the account's balance."""
        answer = tools.http.get(BALANCE, auth=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the token and the body that it names, then read one status."""
        came = doors.by_webhook(request, "Vonage")
        given = proofs.header(came, "authorization")
        if not given.startswith(BEARER):
            raise errors.BadSignature("Vonage's token is missing: switch signed webhooks on")
        keys = proofs.keys(credentials.signature_secret, credentials.second_signature_secret)
        claims = jwt.claims("Vonage", given.removeprefix(BEARER), keys)
        jwt.prove_hash("Vonage", claims, "payload_hash", came.body)
        told = reading.parsed(dict, came.body, "Vonage's status")
        status = reading.text(told, "status") or "no status"
        if status not in STATUSES:
            return Received(ignored=(status[: reading.LONGEST_NAME],))
        if not reading.text(told, "message_uuid") or not reading.is_storable(told):
            raise errors.BadPayload("a Vonage status needs message_uuid, and text that can be stored")
        return Received(events=(_event(told, status, reading.text(told, "client_ref") or _in_query(came.url)),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        status = reading.text(raw, "status")
        return _event(raw, status, "") if status in STATUSES else status


def _login(credentials: Vonage.Credentials) -> tuple[str, str]:
    return credentials.api_key.get_secret_value(), credentials.api_secret.get_secret_value()


def _request(message: Outgoing) -> JSON:
    request: JSON = {
        "channel": "sms",
        "message_type": "text",
        "to": message.to.lstrip("+"),
        "from": message.sender.lstrip("+"),
        "text": message.text,
    }
    url = message.callback_url
    if len(message.echo) <= LONGEST_REFERENCE:
        request["client_ref"] = message.echo
    else:
        # The token proves the body and not the URL; but the echo is a token of ours, which nobody else can make.
        url = url and f"{url}?{ECHO}={message.echo}"
    return request | ({"webhook_url": url, "webhook_version": "v1"} if url else {})


def _in_query(url: str) -> str:
    try:
        return dict(reading.form(urlsplit(url).query)).get(ECHO, "")
    except ValueError:
        return ""


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    told = reading.answered(answer)
    code = reading.text(told, "type").rpartition("#")[2]
    text = masking.hide_number(reading.text(told, "detail") or reading.text(told, "title"), to)
    return refusals.refusal("Vonage", answer, text, code=code, known=REFUSALS)


def _event(told: JSON, status: str, echo: str) -> ProviderEvent:
    to, title = reading.text(told, "to"), reading.member(told, "error", "title")
    code = str(title) if isinstance(title, int | str) else ""
    meaning = STATUSES[status]
    if meaning.kind is EventKind.FAILED:
        meaning = CODES.get(code, meaning)
    hide = partial(masking.hide_number, number=to)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(told, "message_uuid"),
        echo=echo,
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{reading.text(told, 'message_uuid')}.{status}",
        occurred_at=times.iso(told.get("timestamp")),
        reason=meaning.reason or "",
        code=code,
        text=hide(reading.text(told, "error", "detail") or meaning.text)[: masking.LONGEST_TEXT],
        raw=masking.without(ADDRESSES, told, hide),
    )
