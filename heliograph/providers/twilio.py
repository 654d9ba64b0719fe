"""Twilio: text messages as forms, one signed status callback for each step.

Signatures: https://www.twilio.com/docs/usage/security
Codes:      https://www.twilio.com/docs/api/errors
"""

from functools import partial
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, proofs, reading, refusals, tables, urls
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

API: Final = "https://api.twilio.com/2010-04-01/Accounts"
SIGNATURE: Final = "x-twilio-signature"
ECHO: Final = "echo"

REFUSALS: Final = tables.spread(
    {
        "10001 20003 20005 30002": Refusal(errors.AccountTrouble),  # inactive; wrong credentials; inactive; suspended
        "20429 21611 63038": Refusal(errors.Throttled),  # too fast; the sender's queue, the account's day is full
        "21211 21614 21635": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # no number; no mobile; a landline
        "21610": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),  # answered STOP
        "21408 21608": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # country switched off; a trial account
        "21606 21612 21659 21660": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # this sender cannot, or not to them
    }
)
"""Code of a refused send -> what it means for the attempt."""

STATUSES: Final = tables.spread(
    {
        "accepted scheduled queued": Meaning(EventKind.QUEUED),
        "sending sent": Meaning(EventKind.SENT),
        "delivered": Meaning(EventKind.DELIVERED),
        "read": Meaning(EventKind.OPENED),
        "undelivered failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="Twilio could not deliver it."),
        "canceled": Meaning(EventKind.DROPPED, Reason.CANCELED),
    }
)
"""MessageStatus -> what it means; the failures are told apart by their code."""

CODES: Final = {
    "21211": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard", "The number is not valid."),
    "21610": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED, None, "The recipient answered STOP to this sender."),
    "21614": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number cannot get text messages."),
    "21635": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number is a landline."),
    "30001": Meaning(EventKind.BOUNCED, Reason.THROTTLED, "soft", "Twilio's queue for this sender ran over."),
    "30002": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED, None, "The account was suspended before the message left."),
    "30003": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The handset is off or out of reach."),
    "30004": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The message was blocked."),
    "30005": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number is unknown or no longer in service."),
    "30006": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "A landline, or a carrier that cannot be reached."),
    "30007": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The carrier or Twilio filtered the message."),
    "30008": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The carrier gave no reason."),
    "30024": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The sender is not registered with the carrier."),
    "30034": Meaning(
        EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The sender is not registered for business messages."
    ),
    "30036": Meaning(EventKind.FAILED, Reason.EXPIRED, None, "It waited at Twilio longer than its validity."),
    "30410": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The carrier did not answer Twilio in time."),
    "30500": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "Twilio had a fault of its own."),
}
"""ErrorCode of `undelivered` and `failed` -> what it means, and says in our words."""

ADDRESSES: Final = {"To", "ToCountry", "ToState", "ToCity", "ToZip", "ChannelToAddress", "Body", ECHO}
"""Fields that say who got it, or what."""


class Twilio:
    """Text messages by Twilio's Messages resource."""

    class Credentials(ProviderCredentials):
        """The account, and its auth token: it sends, and it signs the callbacks."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("account_sid",)

        account_sid: str = Field(pattern="^AC[0-9A-Za-z]+$")
        auth_token: SecretStr = Field(min_length=8)
        second_auth_token: SecretStr | None = Field(default=None, min_length=8)
        """Also proves callbacks, while the token is changed."""

    name: ClassVar[str] = "twilio"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        sender_ids=r"MG[0-9a-zA-Z]{32}",
        api="https://www.twilio.com/docs/messaging/api/message-resource",
        events="https://www.twilio.com/docs/messaging/guides/track-outbound-message-status",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over. Nothing of ours comes back but the callback's URL, so that carries the echo."""
        form = {"To": message.to, "Body": message.text}
        form["MessagingServiceSid" if message.sender.startswith("MG") else "From"] = message.sender
        if message.callback_url:
            form["StatusCallback"] = f"{message.callback_url}?{ECHO}={message.echo}"
        answer = tools.http.post(
            f"{API}/{quote(credentials.account_sid)}/Messages.json",
            form=form,
            auth=(credentials.account_sid, credentials.auth_token.get_secret_value()),
        )
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        sid = reading.text(reading.answered(answer), "sid")
        if not sid:
            raise errors.UnknownOutcome("Twilio's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=sid)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Fetch the account."""
        login = (credentials.account_sid, credentials.auth_token.get_secret_value())
        answer = tools.http.get(f"{API}/{quote(credentials.account_sid)}.json", auth=login)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")
        status = reading.text(reading.answered(answer), "status")
        if status != "active":
            raise errors.AccountTrouble(f"the Twilio account is {status or 'not readable'}, not active")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify one callback over its URL and fields, then read it."""
        came = doors.by_webhook(request, "Twilio")
        query, form = _verify(came, proofs.keys(credentials.auth_token, credentials.second_auth_token))
        fields = {**query, **form}
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or "no message status"
        if status not in STATUSES:
            return Received(ignored=(status[: reading.LONGEST_NAME],))
        if not fields.get("MessageSid"):
            raise errors.BadPayload("a Twilio status callback needs MessageSid")
        return Received(events=(_event(fields, status, query.get(ECHO, "")),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        status = reading.text(raw, "MessageStatus") or reading.text(raw, "SmsStatus")
        return _event(raw, status, "") if status in STATUSES else status


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    told = reading.answered(answer)
    code = str(reading.member(told, "code") or "")
    text = masking.hide_number(reading.text(told, "message"), to)
    return refusals.refusal("Twilio", answer, text, code=code, known=REFUSALS)


def _verify(request: WebhookRequest, keys: list[bytes]) -> tuple[dict[str, str], dict[str, str]]:
    """HMAC-SHA1 over the URL and the sorted fields; with JSON over the URL, which then holds the body's SHA-256."""
    try:
        query = dict(reading.form(urlsplit(request.url).query))
        digest = query.get("bodySHA256")
        form = reading.form("" if digest else request.body.decode())
        fields = "".join(name + value for name, value in sorted(set(form)))
        texts = [(url + fields).encode() for url in urls.with_and_without_port(request.url)]
    except ValueError as exc:
        raise errors.BadSignature("Twilio's callback is no form, so nothing can prove it") from exc
    proofs.prove_hmac("Twilio", proofs.header(request, SIGNATURE), texts=texts, keys=keys, algorithm="sha1")
    if digest:
        proofs.prove_sha256("Twilio", request.body, digest)
    return query, dict(form)


def _event(fields: dict[str, str], status: str, echo: str) -> ProviderEvent:
    code, to = fields.get("ErrorCode", ""), fields.get("To", "")
    meaning = STATUSES[status]
    if meaning.kind is EventKind.FAILED:
        meaning = CODES.get(code, meaning)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=fields["MessageSid"],
        echo=echo,
        recipient=to,
        event_id=f"{fields['MessageSid']}.{status}",
        occurred_at=None,  # RawDlrDoneDate is in the carrier's time zone, which nobody names
        reason=meaning.reason or "",
        code=code,
        text=meaning.text,
        raw=masking.without(ADDRESSES, fields, partial(masking.hide_number, number=to)),
    )
