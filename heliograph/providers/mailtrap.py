"""Mailtrap: mail as JSON by one of two streams, signed batches of events as JSON or as lines of it.

Signatures: https://docs.mailtrap.io/email-api-smtp/advanced/webhooks#webhook-signature-verification
"""

import json
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
from heliograph.wire import batches, doors, machines, masking, proofs, reading, refusals, times
from heliograph.wire.tables import Meaning

STREAMS: Final = {False: "https://send.api.mailtrap.io/api/send", True: "https://bulk.api.mailtrap.io/api/send"}
VARIABLE: Final = "heliograph"
SIGNATURE: Final = "mailtrap-signature"
LINES: Final = "jsonl"
INCOMPLETE: Final = 400

EVENTS: Final = {
    "delivery": Meaning(EventKind.DELIVERED),
    "soft bounce": Meaning(EventKind.DEFERRED),  # Mailtrap tries again
    "suspension": Meaning(EventKind.DEFERRED),  # Mailtrap keeps it until its account is in order
    "bounce": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),
    "reject": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
    "open": Meaning(EventKind.OPENED),
    "click": Meaning(EventKind.CLICKED),
    "unsubscribe": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
    "spam": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
}
BLOCKED: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
"""A bounce with which this mail was refused, not the address."""
POLICY: Final = re.compile(r"\b5\.7\.\d+\b")
"""The enhanced status of a refusal by security or policy (RFC 3463, 3.8)."""
SUPPRESSIONS: Final = {
    "unsubscription": Reason.UNSUBSCRIBED,
    "hard bounce": Reason.HARD_BOUNCE,
    "spam complaint": Reason.COMPLAINT,
}
"""What a rejection says of Mailtrap's suppression list; other words are about the mail or the account."""
PRIVATE: Final = {"email"}


class Mailtrap:
    """Mail by Mailtrap's sending API."""

    class Credentials(ProviderCredentials):
        """A token of the sending domain, and the secret of its webhook."""

        api_token: SecretStr = Field(min_length=8)
        signing_secret: SecretStr | None = Field(default=None, min_length=8)
        """Empty until the webhook is set up: its events are refused until then."""
        second_signing_secret: SecretStr | None = Field(default=None, min_length=8)
        """Also proves events: of a second webhook, or while the secret is reset."""
        bulk: bool = False
        """True for the bulk stream, which has its own reputation and its own webhook."""

    name: ClassVar[str] = "mailtrap"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        api="https://docs.mailtrap.io/developers/email-sending/transactional",
        events="https://docs.mailtrap.io/email-api-smtp/advanced/webhooks",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. Mailtrap has no idempotency key; of its ids the first is the recipient's."""
        answer = _post(_request(message), credentials, tools)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        identifier = reading.text(reading.answered(answer), "message_ids", 0)
        if not identifier:
            raise errors.UnknownOutcome("Mailtrap's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=identifier)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Send nothing to nobody: who may send is told what is missing."""
        answer = _post({}, credentials, tools)
        if answer.status >= FIRST_FAILURE and answer.status != INCOMPLETE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify the batch over its raw bytes, then read each event on its own."""
        came = doors.by_webhook(request, "Mailtrap")
        keys = proofs.keys(credentials.signing_secret, credentials.second_signing_secret)
        given = proofs.header(came, SIGNATURE)
        proofs.prove_hmac("Mailtrap", given, texts=[came.body], keys=keys, written=bytes.hex)
        return batches.received(_entries(came), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read({**raw, "email": batches.NOBODY})


def _post(mail: JSON, credentials: Mailtrap.Credentials, tools: Tools) -> Response:
    authorization = f"Bearer {credentials.api_token.get_secret_value()}"
    return tools.http.post(STREAMS[credentials.bulk], json=mail, headers={"Authorization": authorization})


def _request(message: Outgoing) -> JSON:
    if len(message.reply_to) > 1:
        raise errors.Rejected("Mailtrap takes one reply-to address: leave out the others")
    name, address = parseaddr(message.sender)
    optional: JSON = {
        "cc": _people(message.cc),
        "bcc": _people(message.bcc),
        "text": message.text,
        "html": message.html,
        "headers": dict(message.headers),
        "attachments": [_file(one) for one in message.attachments],
        "category": next(iter(message.tags), ""),
    }
    if message.reply_to:
        optional["reply_to"] = {"email": message.reply_to[0]}
    return {
        "from": {"email": address, "name": name} if name else {"email": address},
        "to": _people((message.to,)),
        "subject": message.subject,
        "custom_variables": {VARIABLE: message.echo},
    } | {field: value for field, value in optional.items() if value}


def _people(addresses: Iterable[str]) -> list[JSON]:
    return [{"email": address} for address in addresses]


def _file(attachment: Attachment) -> JSON:
    shown = {"disposition": "inline", "content_id": attachment.content_id}
    file = {"filename": attachment.name, "type": attachment.type, "content": b64encode(attachment.content).decode()}
    return file | (shown if attachment.content_id else {"disposition": "attachment"})


def _refusal(answer: Response) -> errors.ProviderError:
    words = reading.text(reading.answered(answer), "errors", 0)
    reason = Reason.INVALID_RECIPIENT if words.startswith("'to") else None
    return refusals.refusal("Mailtrap", answer, masking.hide_mail(words), reason=reason)


def _entries(request: WebhookRequest) -> list[Any]:
    """The events of a batch, in whichever of the two formats the webhook was given.

    Raises:
        BadPayload: it is in neither.
    """
    if LINES in request.headers.get("content-type", ""):
        return [_line(line) for line in request.body.splitlines() if line.strip()]
    entries = reading.parsed(dict, request.body, "Mailtrap's batch").get("events")
    if not isinstance(entries, list):
        raise errors.BadPayload("Mailtrap's batch needs the list `events`")
    return entries


def _line(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored."""
    name = reading.text(entry, "event")
    if name not in EVENTS:
        return name
    recipient = reading.text(entry, "email").strip()
    if not recipient:
        return batches.MALFORMED
    words = reading.text(entry, "response") or reading.text(entry, "reason")
    meaning, status = _meaning(name, entry, words), entry.get("response_code")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(entry, "message_id"),
        echo=reading.text(entry, "custom_variables", VARIABLE),
        recipient=recipient,
        event_id=reading.text(entry, "event_id"),
        occurred_at=times.epoch(entry.get("timestamp")),
        reason=meaning.reason or "",
        code=str(status) if isinstance(status, int) else reading.text(entry, "bounce_category"),
        text=masking.hide_mail(words)[: masking.LONGEST_TEXT],
        machine=machines.is_proxy(reading.text(entry, "user_agent")),
        raw=masking.without(PRIVATE, entry, masking.hide_mail),
    )


def _meaning(name: str, entry: JSON, words: str) -> Meaning:
    meaning = EVENTS[name]
    if meaning.kind is EventKind.BOUNCED and (entry.get("bounce_category") == "spam" or POLICY.search(words)):
        return BLOCKED
    if meaning.kind is EventKind.DROPPED:
        told = words.lower()
        why = next((reason for phrase, reason in SUPPRESSIONS.items() if phrase in told), meaning.reason)
        return meaning._replace(reason=why)
    return meaning
