"""Mailgun: mail as a form, events one by one with their signature in the body.

Signatures: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks. They cover a
timestamp and a token and nothing of the event, so nothing but our own echo moves a message.
"""

from typing import Any, ClassVar, Final, Literal

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, File, Response, Tools
from heliograph.wire import batches, doors, mailboxes, masking, proofs, reading, refusals, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

HOSTS: Final = {"us": "api.mailgun.net", "eu": "api.eu.mailgun.net"}
VARIABLE: Final = "heliograph"
PERSONAL: Final = {"recipient", "to", "from", "subject", "targets", "sender", "recipients", "envelope"}

EVENTS: Final = {
    "accepted": Meaning(EventKind.QUEUED),
    "rejected": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "delivered": Meaning(EventKind.DELIVERED),
    "opened": Meaning(EventKind.OPENED),
    "clicked": Meaning(EventKind.CLICKED),
    "unsubscribed": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
    "complained": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
}

LATER: Final = Meaning(EventKind.DEFERRED)
"""`failed` with the severity *temporary*: Mailgun goes on trying."""
SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
"""`failed` for good, of this mail: too many tries, content, reputation."""
FAILED: Final = {
    "bounce": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
    "suppress-bounce": Meaning(EventKind.DROPPED, Reason.HARD_BOUNCE),
    "suppress-complaint": Meaning(EventKind.DROPPED, Reason.COMPLAINT),
    "suppress-unsubscribe": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED),
}
"""`failed` with the severity *permanent*: its reason -> what it means. The suppressions were not tried."""

REFUSALS: Final = {
    "402": Refusal(errors.AccountTrouble),
    "404": Refusal(errors.AccountTrouble),  # the domain, not the message
}
"""HTTP status -> meaning: https://documentation.mailgun.com/docs/mailgun/api-reference/mg-responses"""


class Mailgun:
    """Mail by Mailgun's v3 API."""

    class Credentials(ProviderCredentials):
        """One key to send with, and the one that proves events."""

        api_key: SecretStr = Field(min_length=8)
        """An account key, or a domain's sending key."""
        domain: str = Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
        """The sending domain."""
        region: Literal["us", "eu"] = "us"
        signing_key: SecretStr | None = Field(default=None, min_length=8)
        """The HTTP webhook signing key; every event is refused until it is there."""
        second_signing_key: SecretStr | None = Field(default=None, min_length=8)
        """Holds as well while the first is changed."""

    name: ClassVar[str] = "mailgun"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*EVENTS.values(), *FAILED.values(), LATER)),
        proof="signature, not over the body",
        api="https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages",
        events="https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. Mailgun has no idempotency key."""
        files = [_file(one) for one in message.attachments]
        answer = tools.http.post(_url(credentials), form=_form(message), files=files, auth=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        return Accepted(provider_message_id=reading.text(reading.answered(answer), "id").strip("<>"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Post a mail without a recipient: a sending key may ask for nothing else, and it cannot go to anybody."""
        answer = tools.http.post(_url(credentials), form={"o:testmode": "yes"}, auth=_login(credentials))
        refusal = _refusal(answer)
        if not isinstance(refusal, errors.Rejected):
            raise refusal

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify timestamp and token, or the main account's for a subaccount, then read the event."""
        came = doors.by_webhook(request, "Mailgun")
        try:
            body = reading.parsed(dict, came.body, "Mailgun's event")
        except errors.BadPayload as exc:
            raise errors.BadSignature("Mailgun's signature is in its JSON body, and this is none") from exc
        ours = reading.text(body, "signature", "signature")
        _prove(reading.member(body, "signature" if ours else "parent-signature"), credentials)
        event = body.get("event-data")
        if not isinstance(event, dict):
            raise errors.BadPayload("Mailgun's event-data must be a JSON object")
        return batches.received([event], _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw)


def _prove(signature: Any, credentials: Mailgun.Credentials) -> None:
    signed, token, given = (
        reading.text(signature, part).encode(errors="surrogatepass") for part in ("timestamp", "token", "signature")
    )
    keys = proofs.keys(credentials.signing_key, credentials.second_signing_key)
    if not signed or not token:
        raise errors.BadSignature("Mailgun's signature lacks its timestamp or its token")
    proofs.prove_hmac("Mailgun", given, texts=[signed + token], keys=keys, written=bytes.hex)


def _url(credentials: Mailgun.Credentials) -> str:
    return f"https://{HOSTS[credentials.region]}/v3/{credentials.domain}/messages"


def _login(credentials: Mailgun.Credentials) -> tuple[str, str]:
    return "api", credentials.api_key.get_secret_value()


def _form(message: Outgoing) -> list[tuple[str, str]]:
    people = {"to": (message.to,), "cc": message.cc, "bcc": message.bcc, "h:Reply-To": message.reply_to}
    bodies = {"text": message.text, "html": message.html}
    return [
        ("from", mailboxes.quoted(message.sender)),
        *((part, ", ".join(addresses)) for part, addresses in people.items() if addresses),
        ("subject", message.subject),
        *((part, body) for part, body in bodies.items() if body),
        *((f"h:{name}", value) for name, value in message.headers.items()),
        *(("o:tag", tag) for tag in message.tags),
        (f"v:{VARIABLE}", message.echo),
    ]


def _file(one: Attachment) -> File:
    # Mailgun takes an inline file's name for its content id.
    field, name = ("inline", one.content_id) if one.content_id else ("attachment", one.name)
    return File(field=field, name=name, type=one.type, content=one.content)


def _refusal(answer: Response) -> errors.ProviderError:
    text = reading.text(reading.answered(answer), "message")
    known = Reason.INVALID_RECIPIENT if text.lower().lstrip("'").startswith(("to parameter", "to' parameter")) else None
    return refusals.refusal("Mailgun", answer, masking.hide_mail(text), known=REFUSALS, reason=known)


def _read(entry: Any) -> ProviderEvent | str:
    """The event, or the name under which it is ignored."""
    name = reading.text(entry, "event")
    if name not in EVENTS and name != "failed":
        return name
    meaning = EVENTS.get(name) or _failure(entry)
    status = reading.member(entry, "delivery-status")
    words = reading.text(status, "message") or reading.text(status, "description")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(entry, "message", "headers", "message-id"),
        echo=reading.text(entry, "user-variables", VARIABLE),
        recipient=(reading.text(entry, "recipient") or reading.text(entry, "message", "headers", "to")).strip(),
        event_id=_event_id(entry),
        occurred_at=times.epoch(entry.get("timestamp")),
        reason=meaning.reason or "",
        code=_code(status),
        text=masking.hide_mail(words or reading.text(entry, "reject", "reason"))[: masking.LONGEST_TEXT],
        machine=bool(reading.text(entry, "client-info", "bot")),
        raw=masking.without(PERSONAL, entry, masking.hide_mail),
    )


def _failure(entry: JSON) -> Meaning:
    if reading.text(entry, "severity") == "temporary":
        return LATER
    status, meaning = reading.member(entry, "delivery-status"), FAILED.get(reading.text(entry, "reason"), SOFT)
    # A refusal of the content or of the sender is a bounce too, and says nothing against the address.
    refused = reading.text(status, "bounce-type") == "soft" or reading.text(status, "enhanced-code").startswith("5.7")
    return SOFT if meaning.bounce and refused else meaning


def _code(status: Any) -> str:
    code = reading.member(status, "code")
    return reading.text(status, "enhanced-code") or (str(code) if isinstance(code, int) else "")


def _event_id(entry: JSON) -> str:
    # An id alone is unique within a day only.
    own = reading.text(entry, "id")
    return f"{own}/{entry.get('timestamp')}" if own else ""
