"""Mailjet: mail by Send API v3.1, events in batches; a user and a password of ours are their only proof."""

from base64 import b64encode
from dataclasses import replace
from email.utils import parseaddr
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import basic_auth, batches, doors, masking, reading, refusals, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

SEND: Final = "https://api.mailjet.com/v3.1/send"
SENDERS: Final = "https://api.mailjet.com/v3/REST/sender?Limit=1"
PERSONAL: Final = {"email", "Payload"}

EVENTS: Final = {
    "sent": Meaning(EventKind.DELIVERED),  # the receiving server has taken it
    "open": Meaning(EventKind.OPENED),
    "click": Meaning(EventKind.CLICKED),
    "bounce": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
    "blocked": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "spam": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
    "unsub": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
}
HARD: Final = Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
LATER: Final = Meaning(EventKind.DEFERRED)

BLOCKS: Final = {
    "user unknown": Reason.HARD_BOUNCE,
    "mailbox inactive": Reason.HARD_BOUNCE,
    "preblocked": Reason.HARD_BOUNCE,
    "invalid domain": Reason.INVALID_RECIPIENT,
    "no mail host": Reason.INVALID_RECIPIENT,
    "spam reporter": Reason.COMPLAINT,
}
"""Why Mailjet did not try: https://dev.mailjet.com/email/guides/webhooks/#possible-values-for-errors.
Other words are about the mail, the sender or the other server."""

OURS: Final = frozenset({"spam", "system", "mailjet"})
"""error_related_to of what is about the mail, the sender or Mailjet: also where it lasts, not the address's fault."""
REFUSES_US: Final = "relay/access denied"
"""The one error that is related to the domain and says nothing of the address: its server does not talk to Mailjet."""

REFUSALS: Final = {
    "send-0008": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the sender is not validated
}
"""ErrorCode -> meaning, where the status code of the error is not enough."""


class Mailjet:
    """Mail by one of Mailjet's API keys."""

    class Credentials(basic_auth.Credentials):
        """The two halves of an API key, and what Mailjet signs in with."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("api_key",)

        api_key: SecretStr = Field(min_length=8)
        api_secret: SecretStr = Field(min_length=8)

    name: ClassVar[str] = "mailjet"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*EVENTS.values(), LATER)),
        api="https://dev.mailjet.com/email/guides/send-api-v31/",
        events="https://dev.mailjet.com/email/guides/webhooks/",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. Mailjet has no idempotency key."""
        answer = tools.http.post(SEND, json={"Messages": [_request(message)]}, auth=_login(credentials))
        told = reading.member(reading.answered(answer), "Messages", 0)
        if answer.status >= FIRST_FAILURE or reading.text(told, "Status") == "error":
            raise _refusal(answer)
        number = reading.member(told, "To", 0, "MessageID")
        return Accepted(provider_message_id=str(number) if isinstance(number, int | str) else "")

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask for one sender of the account."""
        answer = tools.http.get(SENDERS, auth=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Check who signs in, then read each event on its own: a list of them, or one alone."""
        came = doors.by_webhook(request, "Mailjet")
        basic_auth.prove("Mailjet", came, credentials)
        return batches.received(reading.one_or_many(came.body, "Mailjet's events"), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw)


def _login(credentials: Mailjet.Credentials) -> tuple[str, str]:
    return credentials.api_key.get_secret_value(), credentials.api_secret.get_secret_value()


def _request(message: Outgoing) -> JSON:
    if len(message.reply_to) > 1:
        raise errors.Rejected("Mailjet takes one address to reply to: give one")
    name, address = parseaddr(message.sender)
    inline = [_attachment(one) | {"ContentID": one.content_id} for one in message.attachments if one.content_id]
    optional = {
        "Cc": _people(message.cc),
        "Bcc": _people(message.bcc),
        "ReplyTo": {"Email": message.reply_to[0]} if message.reply_to else {},
        "TextPart": message.text,
        "HTMLPart": message.html,
        "Headers": dict(message.headers),
        "CustomCampaign": "".join(message.tags[:1]),
        "Attachments": [_attachment(one) for one in message.attachments if not one.content_id],
        "InlinedAttachments": inline,
    }
    return {
        "From": {"Email": address, "Name": name} if name else {"Email": address},
        "To": _people((message.to,)),
        "Subject": message.subject,
        "CustomID": message.echo,
        **{member: value for member, value in optional.items() if value},
    }


def _people(addresses: tuple[str, ...]) -> list[JSON]:
    return [{"Email": address} for address in addresses]


def _attachment(one: Attachment) -> JSON:
    return {"Filename": one.name, "ContentType": one.type, "Base64Content": b64encode(one.content).decode()}


def _refusal(answer: Response) -> errors.ProviderError:
    """The error of the mail, or of the whole call: both have the same members."""
    told = reading.answered(answer)
    error = reading.member(told, "Messages", 0, "Errors", 0) or told
    status = reading.member(error, "StatusCode")
    about = reading.text(error, "ErrorRelatedTo", 0)
    return refusals.refusal(
        "Mailjet",
        replace(answer, status=status) if isinstance(status, int) else answer,
        masking.hide_mail(reading.text(error, "ErrorMessage")),
        code=reading.text(error, "ErrorCode"),
        known=REFUSALS,
        reason=Reason.INVALID_RECIPIENT if about.startswith("To") else None,
    )


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored."""
    name = reading.text(entry, "event")
    if name not in EVENTS:
        return name
    meaning, number = _meaning(name, entry), entry.get("MessageID")
    words = (reading.text(entry, part) for part in ("comment", "smtp_reply", "error"))
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=str(number) if isinstance(number, int | str) else "",
        echo=reading.text(entry, "CustomID"),
        recipient=reading.text(entry, "email").strip(),
        occurred_at=times.epoch(entry.get("time")),
        reason=meaning.reason or "",
        code=reading.text(entry, "error") or reading.text(entry, "source"),
        text=masking.hide_mail(next(filter(None, words), ""))[: masking.LONGEST_TEXT],
        raw=masking.without(PERSONAL, entry, masking.hide_mail),
    )


def _meaning(name: str, entry: JSON) -> Meaning:
    error = reading.text(entry, "error")
    about_us = reading.text(entry, "error_related_to") in OURS or error == REFUSES_US
    if name == "bounce" and entry.get("hard_bounce") is True and not about_us:
        return HARD
    if name == "bounce" and error == "greylisted":
        return LATER
    meaning = EVENTS[name]
    return meaning._replace(reason=BLOCKS.get(error, meaning.reason)) if name == "blocked" else meaning
