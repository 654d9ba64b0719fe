"""WhatsApp by Meta's Cloud API: templates at any time, texts within a day of the person's own last message.

Sending: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
Events:  https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
Codes:   https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

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
    Reply,
    WebhookRequest,
)
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import batches, doors, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

API: Final = "https://graph.facebook.com/v23.0"
SIGNATURE: Final = "x-hub-signature-256"
LONGEST_TEXT: Final = 4096
TEMPLATE: Final = re.compile(r"([a-z0-9_]{1,512})(?:\s+([a-z]{2,3}(?:_[A-Za-z]{2,4})?))?")
"""A template's name and, behind a space, its language as Meta writes it."""
ENGLISH: Final = "en"

_PERMISSIONS: Final = " ".join(map(str, range(200, 300)))
REFUSALS: Final = tables.spread(
    {
        # The token, a permission, the business or its number.
        f"0 3 10 33 190 368 131005 131031 131045 133010 {_PERMISSIONS}": Refusal(errors.AccountTrouble),
        "131042": Refusal(errors.AccountTrouble, Reason.QUOTA),  # no means of payment
        "4 80007 130429 131048 131056": Refusal(errors.Throttled),
        "1 2 131000 131016 131057 133004": Refusal(errors.Transient),
        "131021 131026": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),  # the sender's own number; none there
        "131030 130497": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # not a tester's number; not in this country
        "131050": Refusal(errors.Rejected, Reason.UNSUBSCRIBED),
        "131051 131052 131053": Refusal(errors.Rejected),  # kinds and files that it does not take
    }
)
"""Code of a refused send -> what it means; the others (131047, 132000 ...) refuse this message."""

STATUSES: Final = {
    "sent": Meaning(EventKind.SENT),
    "delivered": Meaning(EventKind.DELIVERED),
    "read": Meaning(EventKind.OPENED),
    "failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="WhatsApp could not deliver it."),
}
"""status -> what it means; failures are told apart by their code."""

CODES: Final = tables.spread(
    {
        "131026": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number cannot get WhatsApp messages."),
        "131021": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard", "The number is the sender's own."),
        "131050": Meaning(EventKind.DROPPED, Reason.UNSUBSCRIBED, None, "The person wants no marketing."),
        "131049 130472": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "Meta held it back."),
        "131030 130497": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "This number may not be written to."),
        "368 131031 133010": Meaning(EventKind.FAILED, Reason.NOT_ALLOWED, None, "The account is restricted."),
        "131042": Meaning(EventKind.FAILED, Reason.QUOTA, None, "The account has no means of payment."),
        "4 80007 130429 131048 131056": Meaning(EventKind.FAILED, Reason.THROTTLED, None, "Too many messages."),
        "1 2 131000 131016 131057": Meaning(EventKind.FAILED, Reason.PROVIDER_UNAVAILABLE, None, "A fault of Meta's."),
        "131047": Meaning(
            EventKind.FAILED, Reason.PROVIDER_ERROR, None, "A day has passed since the person wrote: send a template."
        ),
    }
)
"""errors[].code of `failed` -> what it means, and says in our words."""

ADDRESSES: Final = {"recipient_id", "recipient_user_id", "recipient_participant_id", "biz_opaque_callback_data"}


class WhatsApp:
    """Messages by one number of a WhatsApp Business account."""

    class Credentials(ProviderCredentials):
        """The number, a token of a system user, and what the app's webhook is proven with."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("phone_number_id",)

        phone_number_id: str = Field(pattern="^[0-9]{5,20}$")
        access_token: SecretStr = Field(min_length=20)
        app_secret: SecretStr = Field(min_length=16)
        second_app_secret: SecretStr | None = Field(default=None, min_length=16)
        """Also proves events, while the secret is changed."""
        verify_token: SecretStr = Field(min_length=16)
        """Ours: entered at Meta beside the webhook's URL."""

    name: ClassVar[str] = "whatsapp"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.WHATSAPP})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        api="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages",
        events="https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one message over."""
        url = f"{API}/{credentials.phone_number_id}/messages"
        answer = tools.http.post(url, json=_request(message), headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        name = reading.text(reading.answered(answer), "messages", 0, "id")
        if not name:
            raise errors.UnknownOutcome("WhatsApp's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=name)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Fetch the number."""
        answer = tools.http.get(f"{API}/{credentials.phone_number_id}?fields=id", headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            error = _refusal(answer, "")
            raise errors.AccountTrouble(error.text, code=error.code) if answer.status in range(400, 429) else error

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Answer the handshake; or verify the body, and read its statuses."""
        came = doors.by_webhook(request, "WhatsApp")
        if came.method == "GET":
            return _challenge(came, credentials)
        keys = proofs.keys(credentials.app_secret, credentials.second_app_secret)
        given = proofs.header(came, SIGNATURE)
        proofs.prove_hmac("WhatsApp", given, texts=[came.body], keys=keys, written=lambda made: f"sha256={made.hex()}")
        told = reading.parsed(dict, came.body, "WhatsApp's event")
        if not isinstance(told.get("entry"), list):
            raise errors.BadPayload("WhatsApp's event has no list `entry`")
        return batches.received(_entries(told["entry"]), _event)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _event(raw)


def _login(credentials: WhatsApp.Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.access_token.get_secret_value()}"}


def _request(message: Outgoing) -> JSON:
    request: JSON = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.to.lstrip("+"),
        "biz_opaque_callback_data": message.echo,
    }
    if template := message.data.get("template"):
        return request | {"type": "template", "template": _template(template, message.data.get("params", []))}
    if len(message.text) > LONGEST_TEXT:
        raise errors.Rejected(f"WhatsApp takes texts of at most {LONGEST_TEXT} characters; shorten it")
    return request | {"type": "text", "text": {"body": message.text, "preview_url": False}}


def _template(written: str, params: list[Any]) -> JSON:
    found = TEMPLATE.fullmatch(written.strip())
    if found is None:
        raise errors.Rejected("`template` must be a template's name and, behind a space, its language: `order_sent sv`")
    chosen: JSON = {"name": found[1], "language": {"code": found[2] or ENGLISH}}
    if any(isinstance(one, dict) for one in params):
        return chosen | {"components": params}
    body = [{"type": "text", "text": one if isinstance(one, str) else str(one)} for one in params]
    return chosen | ({"components": [{"type": "body", "parameters": body}]} if body else {})


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    told = reading.answered(answer)
    number = reading.member(told, "error", "code")
    words = reading.text(told, "error", "error_data", "details") or reading.text(told, "error", "message")
    text = masking.hide_number(words, to)[: masking.LONGEST_TEXT]
    code = str(number) if isinstance(number, int) else ""
    return refusals.refusal("WhatsApp", answer, text, code=code, known=REFUSALS)


def _challenge(came: WebhookRequest, credentials: WhatsApp.Credentials) -> Received:
    try:
        query = dict(reading.form(urlsplit(came.url).query))
    except ValueError as exc:
        raise errors.BadSignature("WhatsApp's handshake has no query that can be read") from exc
    given = query.get("hub.verify_token", "").encode(errors="surrogatepass")
    proofs.prove_token("WhatsApp", given, proofs.keys(credentials.verify_token))
    return Received(reply=Reply(body=query.get("hub.challenge", "")))


def _entries(entries: list[Any]) -> Iterator[Any]:
    """Every status; what else comes, as the name under which it is ignored."""
    for entry in entries:
        for change in reading.typed(list, reading.member(entry, "changes")):
            value, field = reading.member(change, "value"), reading.text(change, "field")
            if field != "messages":
                yield field
                continue
            yield from reading.typed(list, reading.member(value, "statuses"))
            yield from ("message" for _ in reading.typed(list, reading.member(value, "messages")))
            yield from ("error" for _ in reading.typed(list, reading.member(value, "errors")))


def _event(told: Any) -> ProviderEvent | str:
    if isinstance(told, str):
        return told
    status, name = reading.text(told, "status"), reading.text(told, "id")
    if status not in STATUSES or not name:
        return status if name else ""
    meaning, number = STATUSES[status], reading.member(told, "errors", 0, "code")
    code = str(number) if isinstance(number, int) else ""
    if meaning.kind is EventKind.FAILED:
        meaning = CODES.get(code, meaning)
    to = reading.text(told, "recipient_id")
    hide = partial(masking.hide_number, number=to)
    words = reading.text(told, "errors", 0, "error_data", "details") or reading.text(told, "errors", 0, "title")
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=name,
        echo=reading.text(told, "biz_opaque_callback_data"),
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{name}.{status}",
        occurred_at=times.epoch(told.get("timestamp")),
        reason=meaning.reason or "",
        code=code,
        text=hide(meaning.text or words)[: masking.LONGEST_TEXT],
        raw=masking.without(ADDRESSES, told, hide),
    )
