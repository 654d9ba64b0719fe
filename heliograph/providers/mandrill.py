"""Mandrill (Mailchimp Transactional): mail as JSON with the key in it, events as signed forms that hold a batch.

Signatures: https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/
"""

from base64 import b64encode
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
from heliograph.wire import batches, doors, machines, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

API: Final = "https://mandrillapp.com/api/1.0"
METADATA: Final = "heliograph"
SIGNATURE: Final = "x-mandrill-signature"
EVENTS_FIELD: Final = "mandrill_events"
PROBE_KEY: Final = b"test-webhook"
"""Known to everybody: proves only the empty batch with which Mandrill asks whether a URL is there."""
NO_EVENTS: Final = "[]"

REFUSALS: Final = tables.spread(
    {
        "Invalid_Key PaymentRequired PoorReputation Unknown_Subaccount": Refusal(errors.AccountTrouble),
        "ValidationError": Refusal(errors.Rejected),
        "GeneralError ServiceUnavailable": Refusal(errors.Transient),
    }
)
"""Name of an error -> what it means; Mandrill answers most of them with status 500.

Source: https://mailchimp.com/developer/transactional/docs/error-glossary/"""

BAD_ADDRESS: Final = Refusal(errors.Rejected, Reason.INVALID_RECIPIENT)

REJECTIONS: Final = tables.spread(
    {
        "hard-bounce": Refusal(errors.Rejected, Reason.HARD_BOUNCE),
        "spam": Refusal(errors.Rejected, Reason.COMPLAINT),
        "unsub": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),
        "soft-bounce custom rule": Refusal(errors.Rejected, Reason.PROVIDER_ERROR),
        "invalid": BAD_ADDRESS,
        "invalid-sender unsigned": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the sender, not the account
        "test-mode-limit": Refusal(errors.AccountTrouble, Reason.QUOTA),
    }
)
"""Why Mandrill did not try, both in its answer and in its event.

Source: https://mailchimp.com/developer/transactional/docs/reputation-rejections/"""
OTHER_REJECTION: Final = Refusal(errors.Rejected, Reason.PROVIDER_ERROR)

HARD: Final = Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
EVENTS: Final = {
    "send": Meaning(EventKind.SENT),
    "deferral": Meaning(EventKind.DEFERRED),
    "delivered": Meaning(EventKind.DELIVERED),
    "hard_bounce": HARD,
    "soft_bounce": SOFT,
    # As Mandrill's page on webhooks writes the two.
    "hard-bounce": HARD,
    "soft-bounce": SOFT,
    "reject": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "open": Meaning(EventKind.OPENED),
    "click": Meaning(EventKind.CLICKED),
    "spam": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
    "unsub": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
}
PRIVATE: Final = {"email", "sender", "subject"}


class Mandrill:
    """Mail by Mandrill's API 1.0."""

    class Credentials(ProviderCredentials):
        """The API key, and the key of the webhook, which Mandrill makes when its URL is entered."""

        api_key: SecretStr = Field(min_length=8)
        webhook_key: SecretStr | None = Field(default=None, min_length=8)
        """Empty until the webhook is set up: its events are refused until then."""
        second_webhook_key: SecretStr | None = Field(default=None, min_length=8)
        """Also proves events: of a second webhook, or while the key is reset."""

    name: ClassVar[str] = "mandrill"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        api="https://mailchimp.com/developer/transactional/api/messages/send-new-message/",
        events="https://mailchimp.com/developer/transactional/docs/webhooks/",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. Mandrill has no idempotency key; its answer tells what becomes of each recipient."""
        request = {"key": credentials.api_key.get_secret_value(), "message": _message(message), "async": False}
        answer = tools.http.post(f"{API}/messages/send", json=request)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message)
        told = reading.typed(list, reading.answered(answer))
        own = next((one for one in told if reading.text(one, "email").lower() == message.to.lower()), None)
        if reading.text(own, "status") in {"rejected", "invalid"}:
            raise _rejection(own)
        if not reading.text(own, "_id"):
            raise errors.UnknownOutcome("Mandrill's answer does not name the recipient", code=str(answer.status))
        return Accepted(provider_message_id=reading.text(own, "_id"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Ping with the key."""
        answer = tools.http.post(f"{API}/users/ping2", json={"key": credentials.api_key.get_secret_value()})
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the form over the URL and its fields, then read each event; a HEAD only asks whether we are there."""
        came = doors.by_webhook(request, "Mandrill")
        if came.method == "HEAD":
            return Received()
        keys = proofs.keys(credentials.webhook_key, credentials.second_webhook_key)
        return batches.received(reading.parsed(list, _verified(came, keys), "Mandrill's events"), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read({**raw, "msg": {**reading.typed(dict, raw.get("msg")), "email": batches.NOBODY}})


def _message(message: Outgoing) -> JSON:
    name, address = parseaddr(message.sender)
    people = {"to": (message.to,), "cc": message.cc, "bcc": message.bcc}
    request: JSON = {
        "from_email": address,
        "subject": message.subject,
        "to": [{"email": one, "type": kind} for kind, addresses in people.items() for one in addresses],
        "headers": dict(message.headers),
        "metadata": {METADATA: message.echo},
        "merge": False,  # nothing in the text is a merge tag: ours is rendered already
        "preserve_recipients": True,  # one mail with all in its headers, as it was asked for
    }
    if message.reply_to:
        request["headers"]["Reply-To"] = ", ".join(message.reply_to)
    optional: JSON = {"from_name": name, "text": message.text, "html": message.html, "tags": list(message.tags)}
    files = [one for one in message.attachments if not one.content_id]
    images = [one for one in message.attachments if one.content_id]
    optional |= {"attachments": [_file(one, one.name) for one in files]}
    optional |= {"images": [_file(_image(one), one.content_id) for one in images]}
    return request | {field: value for field, value in optional.items() if value}


def _image(attachment: Attachment) -> Attachment:
    if not attachment.type.startswith("image/"):
        raise errors.Rejected("Mandrill shows only images inline: leave out the content id of the other attachments")
    return attachment


def _file(attachment: Attachment, name: str) -> JSON:
    return {"type": attachment.type, "name": name, "content": b64encode(attachment.content).decode()}


def _refusal(answer: Response, message: Outgoing | None = None) -> errors.ProviderError:
    told = reading.answered(answer)
    words = reading.text(told, "message")
    # Mandrill names the list `to` and not the entry: only without copies is it surely the recipient.
    alone = message and not (message.cc or message.bcc)
    known = {**REFUSALS, "ValidationError": BAD_ADDRESS} if alone and '"to"' in words else REFUSALS
    return refusals.refusal("Mandrill", answer, masking.hide_mail(words), code=reading.text(told, "name"), known=known)


def _rejection(own: Any) -> errors.ProviderError:
    why = reading.text(own, "reject_reason") or reading.text(own, "status")
    return REJECTIONS.get(why, OTHER_REJECTION).error(f"Mandrill did not try: {masking.hide_mail(why)}", why)


def _verified(request: WebhookRequest, keys: list[bytes]) -> bytes:
    """The events, once HMAC-SHA1 over the URL and the sorted fields has proven them."""
    try:
        fields = reading.form(request.body.decode())
        events = dict(fields).get(EVENTS_FIELD, "").encode()
        signed = (request.url + "".join(name + value for name, value in sorted(fields))).encode()
    except ValueError as exc:
        raise errors.BadSignature("Mandrill's request is no form, so nothing can prove it") from exc
    if fields == [(EVENTS_FIELD, NO_EVENTS)]:
        keys = [*keys, PROBE_KEY]
    proofs.prove_hmac("Mandrill", proofs.header(request, SIGNATURE), texts=[signed], keys=keys, algorithm="sha1")
    return events


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored; changes of the account's lists have a type."""
    name = reading.text(entry, "event") or reading.text(entry, "type")
    if name not in EVENTS:
        return name
    recipient = reading.text(entry, "msg", "email").strip()
    if not recipient:
        return batches.MALFORMED
    msg, meaning = entry["msg"], EVENTS[name]
    code = reading.text(msg, "bounce_description")
    if meaning.kind is EventKind.DROPPED:
        code = reading.text(msg, "reject", "reason") or reading.text(msg, "reject")
        meaning = meaning._replace(reason=REJECTIONS.get(code, OTHER_REJECTION).reason)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(msg, "_id") or reading.text(entry, "_id"),
        echo=reading.text(msg, "metadata", METADATA),
        recipient=recipient,
        occurred_at=times.epoch(entry.get("ts")),
        reason=meaning.reason or "",
        code=code,
        text=masking.hide_mail(_words(msg))[: masking.LONGEST_TEXT],
        machine=machines.is_proxy(reading.text(entry, "user_agent")),
        raw=masking.without(PRIVATE, entry, masking.hide_mail),
    )


def _words(msg: JSON) -> str:
    """What the other side said: of a bounce by itself, else in the last try that is told."""
    tries = reading.typed(list, msg.get("smtp_events"))
    return reading.text(msg, "diag") or reading.text(tries[-1:], 0, "diag")
