"""MailerSend: mail as JSON, one signed event a request, in either of its two forms.

Signatures: https://developers.mailersend.com/api/v1/webhooks.html#security
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import (
    JSON,
    Accepted,
    Attachment,
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
from heliograph.wire import batches, doors, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

API: Final = "https://api.mailersend.com/v1"
TAG: Final = "heliograph-"
MOST_TAGS: Final = 5
SIGNATURE: Final = "signature"
PROBE: Final = "webhook.test"
PROBE_KEY: Final = b"test_Am3L1GuOIc4blLUuHqAPxxwkZaJyEk8G"
"""Known to everybody: proves only the request by which MailerSend asks whether a URL is there."""
UNSUBSCRIBE: Final = "list-unsubscribe"

REFUSALS: Final = {
    "421": Refusal(errors.Transient),  # maintenance
    "MS42207": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the sender's domain is not verified
}
"""Code at the end of a message, or HTTP status -> what it means.

Source: https://developers.mailersend.com/general.html#http-status-codes and #validation-errors"""
FIELDS: Final = {"to.": Reason.INVALID_RECIPIENT, "from.": Reason.NOT_ALLOWED}
"""How the refused field's name begins -> why."""
CODE: Final = re.compile(r"#(MS\d+)")

SUPPRESSED: Final = tables.spread(
    {
        "hard_bounced": Reason.HARD_BOUNCE,
        "spam_complaint spam_complaints": Reason.COMPLAINT,
        "unsubscribed": Reason.UNSUBSCRIBED,
    }
)
"""Why MailerSend leaves a recipient out, in its words; others are lists that were kept by hand."""

EVENTS: Final = tables.spread(
    {
        "activity.sent": Meaning(EventKind.SENT),
        "activity.deferred": Meaning(EventKind.DEFERRED),
        "activity.delivered": Meaning(EventKind.DELIVERED),
        "activity.soft_bounced": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
        "activity.hard_bounced": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
        "activity.opened activity.opened_unique": Meaning(EventKind.OPENED),
        "activity.clicked activity.clicked_unique": Meaning(EventKind.CLICKED),
        "activity.unsubscribed": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
        "activity.spam_complaint": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
    }
)
RECIPIENTS: Final = (("recipient",), ("email",), ("email", "recipient", "email"))
"""Where the recipient stands, in the present form and in the one of old."""
PRIVATE: Final = {"email", "recipient", "from", "subject", "text", "html"}


class MailerSend:
    """Mail by MailerSend's v1 API."""

    class Credentials(ProviderCredentials):
        """A token of the sending domain, and the secret of its webhook."""

        api_token: SecretStr = Field(min_length=8)
        signing_secret: SecretStr | None = Field(default=None, min_length=8)
        """Empty until the webhook is set up: its events are refused until then."""
        second_signing_secret: SecretStr | None = Field(default=None, min_length=8)
        """Also proves events: of a second webhook, or while the first is made anew."""
        headers: bool = True
        """False for plans below Professional, which refuse mail with headers: then they are left out."""

    name: ClassVar[str] = "mailersend"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        api="https://developers.mailersend.com/api/v1/email.html",
        events="https://developers.mailersend.com/api/v1/webhooks.html",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. MailerSend has no idempotency key; of our data it gives back the tags alone."""
        request = _request(message) | (_headers(message) if credentials.headers else {})
        answer = tools.http.post(f"{API}/email", json=request, headers=_authorization(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        _refuse_suppressed(answer, message.to)
        if not answer.headers.get("x-message-id"):
            raise errors.UnknownOutcome("MailerSend's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=answer.headers["x-message-id"])

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ask how many calls are left today."""
        answer = tools.http.get(f"{API}/api-quota", headers=_authorization(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the event over its raw bytes, then read it."""
        came = doors.by_webhook(request, "MailerSend")
        probing = _verify(came, proofs.keys(credentials.signing_secret, credentials.second_signing_secret))
        body = reading.parsed(dict, came.body, "MailerSend's event")
        if probing and body.get("type") != PROBE:
            raise errors.BadSignature("MailerSend's signature is everybody's, which proves no event")
        return batches.received([body], _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read({**raw, "data": {**reading.typed(dict, raw.get("data")), "recipient": batches.NOBODY}})


def _authorization(credentials: MailerSend.Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.api_token.get_secret_value()}"}


def _request(message: Outgoing) -> JSON:
    if len(message.reply_to) > 1:
        raise errors.Rejected("MailerSend takes one reply-to address: leave out the others")
    name, address = parseaddr(message.sender)
    optional: JSON = {
        "cc": _people(message.cc),
        "bcc": _people(message.bcc),
        "text": message.text,
        "html": message.html,
        "attachments": [_file(one) for one in message.attachments],
    }
    if message.reply_to:
        optional["reply_to"] = {"email": message.reply_to[0]}
    return {
        "from": {"email": address, "name": name} if name else {"email": address},
        "to": _people((message.to,)),
        "subject": message.subject,
        "tags": [f"{TAG}{message.echo}", *message.tags][:MOST_TAGS],
    } | {field: value for field, value in optional.items() if value}


def _people(addresses: Iterable[str]) -> list[JSON]:
    return [{"email": address} for address in addresses]


def _file(attachment: Attachment) -> JSON:
    shown = {"disposition": "inline", "id": attachment.content_id}
    file = {"filename": attachment.name, "content": b64encode(attachment.content).decode()}
    return file | (shown if attachment.content_id else {"disposition": "attachment"})


def _headers(message: Outgoing) -> JSON:
    """What is said in headers. Unsubscribing has a field of its own, of which MailerSend makes both its headers."""
    given = {name.lower(): value for name, value in message.headers.items()}
    own = [
        {"name": name, "value": value}
        for name, value in message.headers.items()
        if name.lower() not in {UNSUBSCRIBE, f"{UNSUBSCRIBE}-post"}
    ]
    first = re.search(r"<([^<>]+)>", given.get(UNSUBSCRIBE, ""))
    return ({"headers": own} if own else {}) | ({"list_unsubscribe": first[1]} if first else {})


def _refusal(answer: Response) -> errors.ProviderError:
    told = reading.answered(answer)
    wrong = reading.typed(dict, reading.member(told, "errors"))
    field = next(iter(wrong), "")
    words = reading.text(wrong, field, 0) or reading.text(told, "message")
    code = CODE.search(words)
    reason = next((why for start, why in FIELDS.items() if field.startswith(start)), None)
    return refusals.refusal(
        "MailerSend", answer, masking.hide_mail(words), code=code[1] if code else "", known=REFUSALS, reason=reason
    )


def _refuse_suppressed(answer: Response, to: str) -> None:
    """A success may say that it is none for some recipients; its body is empty where all is well."""
    told = reading.answered(answer) if answer.body.strip() else None
    for warning in reading.typed(list, reading.member(told, "warnings")):
        for one in reading.typed(list, reading.member(warning, "recipients")):
            if reading.text(one, "email").lower() == to.lower():
                why = reading.text(one, "reasons", 0)
                words = f"MailerSend did not try: {masking.hide_mail(why) or 'suppressed'}"
                raise errors.Rejected(words, code=why, reason=SUPPRESSED.get(why, Reason.PROVIDER_ERROR))


def _verify(request: WebhookRequest, keys: list[bytes]) -> bool:
    """Whether it is proven only by the key that everybody knows.

    Raises:
        BadSignature: it is not proven at all.
    """
    given = proofs.header(request, SIGNATURE)
    try:
        proofs.prove_hmac("MailerSend", given, texts=[request.body], keys=keys, written=bytes.hex)
    except errors.BadSignature:
        proofs.prove_hmac("MailerSend", given, texts=[request.body], keys=[PROBE_KEY], written=bytes.hex)
        return True
    return False


def _read(body: Any) -> ProviderEvent | str:
    """The event, or the name under which it is ignored. Before 2025 the mail was an object within it."""
    name, data = reading.text(body, "type"), reading.member(body, "data")
    if name not in EVENTS:
        return name
    recipient = next(filter(None, (reading.text(data, *path) for path in RECIPIENTS)), "").strip()
    if not recipient:
        return batches.MALFORMED
    meaning, detail = EVENTS[name], reading.member(data, "meta")
    tags = reading.typed(list, data.get("tags")) or reading.typed(list, reading.member(data, "email", "tags"))
    words = reading.text(detail, "bounce_reason") or reading.text(data, "morph", "reason")
    code = reading.member(detail, "bounce_code")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(data, "message_id") or reading.text(data, "email", "message", "id"),
        echo=next((tag.removeprefix(TAG) for tag in tags if isinstance(tag, str) and tag.startswith(TAG)), ""),
        recipient=recipient,
        event_id=reading.text(data, "id"),
        occurred_at=times.iso(data.get("created_at") or body.get("created_at")),
        reason=meaning.reason or "",
        code=str(code) if isinstance(code, int | str) else "",
        text=masking.hide_mail(words)[: masking.LONGEST_TEXT],
        raw=masking.without(PRIVATE, body, masking.hide_mail),
    )
