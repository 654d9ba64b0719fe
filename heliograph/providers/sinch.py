"""Sinch: text messages as batches of one, a report for each recipient.

Reports:    https://developers.sinch.com/docs/sms/api-reference/sms/tag/Delivery-reports/
Codes:      https://developers.sinch.com/docs/sms/smpp/error-codes/
Signatures: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/
"""

from functools import partial
from typing import ClassVar, Final, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, model_validator

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
from heliograph.wire import doors, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

KEY: Final = "key"
"""Where our secret stands in the query of the URL that reports go to."""
SIGNATURE: Final = "x-sinch-webhook-signature"
REPORT: Final = "recipient_delivery_report_sms"

REFUSALS: Final = tables.spread(
    {
        "unknown_campaign unknown_group": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # not this sender's
        "402": Refusal(errors.AccountTrouble, Reason.QUOTA),
    }
)
"""Code of a refused send -> what it means for the attempt, where the HTTP status does not say it."""

STATUSES: Final = {
    "Queued": Meaning(EventKind.QUEUED),
    "Dispatched": Meaning(EventKind.SENT),
    # The carrier says that it has no news, and none will come.
    "Unknown": Meaning(EventKind.SENT),
    "Delivered": Meaning(EventKind.DELIVERED),
    "Aborted": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, text="Sinch stopped it."),
    "Cancelled": Meaning(EventKind.DROPPED, Reason.CANCELED, text="It was canceled at Sinch."),
    "Rejected": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="The carrier refused it."),
    "Deleted": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="The carrier deleted it."),
    "Failed": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="It could not be delivered."),
    "Expired": Meaning(EventKind.FAILED, Reason.EXPIRED, text="It expired before it was delivered."),
}
"""status -> what it means; the failures are told apart by their code."""

SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "The handset or its network is out of reach.")

CODES: Final = tables.spread(
    {
        "9 10 12": Meaning(EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard", "The number is not valid."),
        "15 16 62": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "It was filtered."),
        "60 61 63 66 67": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The sender or the number is blocked."),
        "64": Meaning(EventKind.DROPPED, Reason.QUOTA, None, "A quota is used up."),
        "100 108 150 152": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard", "The number gets no texts."),
        "101 102 106 107 109 111 112 114": SOFT,
        "153 155 158 159 161 162 164 200 201 202 203": SOFT,
        "151": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The number is barred."),
        "402 408": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, None, "The carrier takes no such message."),
        "403": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "Sinch had a fault of its own."),
        "404": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft", "It could not be delivered for now."),
        "405 411": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, None, "The message is too long, or not complete."),
        "406": Meaning(EventKind.FAILED, Reason.EXPIRED, None, "It expired before it reached the carrier."),
        "407": Meaning(EventKind.DROPPED, Reason.CANCELED, None, "It was canceled at Sinch."),
        "410": Meaning(
            EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The account has no default sender for this number."
        ),
        "412": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The account may not write to this region."),
        "413": Meaning(EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The account is blocked, maybe out of credit."),
    }
)
"""Code of a failure -> what it means, and says in our words.

Those from 414 are of MMS. Source:
https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports/delivery-report-error-codes"""
FAILURES: Final = frozenset({EventKind.FAILED, EventKind.DROPPED})

ADDRESSES: Final = {"recipient", "client_reference"}


class Sinch:
    """Text messages by Sinch's SMS API."""

    class Credentials(ProviderCredentials):
        """A service plan and its token; and at least one secret that reports must prove."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("region", "service_plan_id")

        region: Literal["us", "eu", "au", "br", "ca"] = "us"
        service_plan_id: str = Field(pattern="^[0-9A-Za-z_-]{4,64}$")
        api_token: SecretStr = Field(min_length=8)
        webhook_secret: SecretStr | None = Field(default=None, min_length=8)
        """Sinch signs reports with it, once its support has set it; then no other proof is taken."""
        second_webhook_secret: SecretStr | None = Field(default=None, min_length=8)
        """Also proves reports, while that secret is changed."""
        webhook_token: SecretStr | None = Field(default=None, min_length=16)
        """Any text that nobody can guess; it travels to Sinch with each message, and reports bring it back."""
        second_webhook_token: SecretStr | None = Field(default=None, min_length=16)

        @model_validator(mode="after")
        def _can_prove(self) -> Self:
            if not (self.webhook_secret or self.webhook_token):
                raise ValueError("give webhook_secret if Sinch signs your reports, else a webhook_token of your own")
            return self

    name: ClassVar[str] = "sinch"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*STATUSES.values(), *CODES.values())),
        api="https://developers.sinch.com/docs/sms/api-reference/sms/tag/Batches/",
        events="https://developers.sinch.com/docs/sms/api-reference/sms/tag/Delivery-reports/",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over."""
        answer = tools.http.post(
            _batches(credentials), json=_request(message, credentials), headers=_login(credentials)
        )
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        found = reading.text(reading.answered(answer), "id")
        if not found:
            raise errors.UnknownOutcome("Sinch's answer names no batch", code=str(answer.status))
        return Accepted(provider_message_id=found)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """List one batch at most."""
        answer = tools.http.get(f"{_batches(credentials)}?page_size=1", headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify Sinch's signature, or our own secret in the URL where there is none; then read one report."""
        came = doors.by_webhook(request, "Sinch")
        _verify(came, credentials)
        told = reading.parsed(dict, came.body, "Sinch's report")
        kind, status = reading.text(told, "type"), reading.text(told, "status")
        if kind != REPORT or status not in STATUSES:
            name = (status if kind == REPORT else kind) or "no type"
            return Received(ignored=(name[: reading.LONGEST_NAME],))
        if not reading.text(told, "batch_id") or not reading.is_storable(told):
            raise errors.BadPayload("a Sinch report needs batch_id, and text that can be stored")
        return Received(events=(_event(told, status),))

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        status = reading.text(raw, "status")
        return _event(raw, status) if status in STATUSES else status


def _batches(credentials: Sinch.Credentials) -> str:
    return f"https://{credentials.region}.sms.api.sinch.com/xms/v1/{credentials.service_plan_id}/batches"


def _login(credentials: Sinch.Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.api_token.get_secret_value()}"}


def _request(message: Outgoing, credentials: Sinch.Credentials) -> JSON:
    request = {"from": message.sender.lstrip("+"), "to": [message.to.lstrip("+")], "body": message.text}
    if message.callback_url:
        token = credentials.webhook_token
        query = f"?{KEY}={quote(token.get_secret_value(), safe='')}" if token else ""
        request |= {"callback_url": f"{message.callback_url}{query}", "client_reference": message.echo}
        request["delivery_report"] = "per_recipient"
    return request


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    told = reading.answered(answer)
    text = masking.hide_number(reading.text(told, "text"), to)
    reason = Reason.INVALID_RECIPIENT if text.startswith(("to ", "to:", "to[", "'to'")) else None
    return refusals.refusal("Sinch", answer, text, code=reading.text(told, "code"), known=REFUSALS, reason=reason)


def _verify(came: WebhookRequest, credentials: Sinch.Credentials) -> None:
    if keys := proofs.keys(credentials.webhook_secret, credentials.second_webhook_secret):
        rest = [proofs.header(came, f"{SIGNATURE}-{part}") for part in ("nonce", "timestamp")]
        signed = b".".join((came.body, *rest))
        return proofs.prove_hmac("Sinch", proofs.header(came, SIGNATURE), texts=[signed], keys=keys)
    try:
        given = dict(reading.form(urlsplit(came.url).query)).get(KEY, "").encode()
    except ValueError as exc:
        raise errors.BadSignature("Sinch's reports come to a URL with our secret") from exc
    return proofs.prove_token("Sinch", given, proofs.keys(credentials.webhook_token, credentials.second_webhook_token))


def _event(told: JSON, status: str) -> ProviderEvent:
    number, to = reading.member(told, "code"), reading.text(told, "recipient")
    code = str(number) if isinstance(number, int) and number else ""
    meaning = STATUSES[status]
    if meaning.kind in FAILURES:
        meaning = CODES.get(code, meaning)
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(told, "batch_id"),
        echo=reading.text(told, "client_reference"),
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{reading.text(told, 'batch_id')}.{status}",
        occurred_at=times.iso(told.get("operator_status_at") or told.get("at")),
        reason=meaning.reason or "",
        code=code if meaning.reason else "",
        text=meaning.text,
        raw=masking.without(ADDRESSES, told, partial(masking.hide_number, number=to)),
    )
