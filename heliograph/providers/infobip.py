"""Infobip: text messages by the account's own host, reports in batches that our own secret in the URL proves.

Words: https://www.infobip.com/docs/developer-resources/api-fundamentals/message-status-codes
"""

from functools import partial
from typing import Any, ClassVar, Final
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
from heliograph.wire import batches, doors, masking, proofs, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

KEY: Final = "key"
"""Where our secret stands in the query of the URL that reports go to."""
REJECTED: Final = "REJECTED"

REFUSALS: Final = tables.spread(
    {
        "REJECTED_FLOODING_FILTER": Refusal(errors.Throttled),
        "REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED": Refusal(errors.AccountTrouble, Reason.QUOTA),
        "REJECTED_SYSTEM_ERROR": Refusal(errors.Transient),
        "MISSING_TO REJECTED_INVALID_DESTINATION REJECTED_PREFIX_MISSING": Refusal(
            errors.Rejected, Reason.INVALID_RECIPIENT
        ),
        # The recipient's network, the sender, or the number is not one that this account may use or write to.
        "REJECTED_DESTINATION REJECTED_DESTINATION_NOT_REGISTERED REJECTED_DND REJECTED_NETWORK": Refusal(
            errors.Rejected, Reason.NOT_ALLOWED
        ),
        "REJECTED_ROUTE_NOT_AVAILABLE REJECTED_SENDER REJECTED_SOURCE": Refusal(errors.Rejected, Reason.NOT_ALLOWED),
    }
)
"""Status with which an accepted request rejects its message -> what it means for the attempt."""

GROUPS: Final = {
    "PENDING": Meaning(EventKind.QUEUED),
    "UNDELIVERABLE": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR, text="The carrier could not deliver it."),
    "DELIVERED": Meaning(EventKind.DELIVERED),
    "EXPIRED": Meaning(EventKind.FAILED, Reason.EXPIRED, text="It expired before it was delivered."),
    REJECTED: Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR, text="Infobip refused it."),
}
"""A status's group -> what it means, where its name says no more."""

STATUSES: Final = tables.spread(
    {
        # On its way to the handset; and the last that will be heard of a message without a receipt.
        "PENDING_ENROUTE DELIVERED_TO_OPERATOR EXPIRED_DLR_UNKNOWN": Meaning(EventKind.SENT),
        "REJECTED_INVALID_DESTINATION REJECTED_PREFIX_MISSING": Meaning(
            EventKind.BOUNCED, Reason.INVALID_RECIPIENT, "hard", "The number is not valid."
        ),
        "REJECTED_DESTINATION REJECTED_DESTINATION_NOT_REGISTERED REJECTED_DND REJECTED_NETWORK": Meaning(
            EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The account may not write to this number."
        ),
        "REJECTED_ROUTE_NOT_AVAILABLE REJECTED_SENDER REJECTED_SOURCE": Meaning(
            EventKind.DROPPED, Reason.NOT_ALLOWED, None, "The sender may not write to this number."
        ),
        "REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED": Meaning(
            EventKind.DROPPED, Reason.QUOTA, None, "The account is out of credit."
        ),
    }
)
"""A status's name -> what it means."""

HARD: Final = Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard")
SOFT: Final = Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft")
HANDSET: Final = "HANDSET_ERRORS"

ADDRESSES: Final = {"to", "callbackData"}


class Infobip:
    """Text messages by Infobip's SMS API."""

    class Credentials(ProviderCredentials):
        """The account's host, an API key, and a secret of our own that reports must bring back."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("host",)

        host: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*\.infobip\.com$")
        """The base URL without `https://`, such as `xyz123.api.infobip.com`."""
        api_key: SecretStr = Field(min_length=8)
        webhook_token: SecretStr = Field(min_length=16)
        """Any text that nobody can guess; it travels to Infobip with each message."""
        second_webhook_token: SecretStr | None = Field(default=None, min_length=16)
        """Also proves reports, while the secret is changed."""

    name: ClassVar[str] = "infobip"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.SMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in (*GROUPS.values(), *STATUSES.values(), HARD, SOFT)),
        api="https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages",
        events="https://www.infobip.com/docs/api/channels/sms/logs-and-status-reports/receive-outbound-sms-message-report",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one text over; a message can be rejected within an answer of success."""
        url = f"https://{credentials.host}/sms/3/messages"
        answer = tools.http.post(url, json=_request(message, credentials), headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, message.to)
        first = reading.member(reading.answered(answer), "messages", 0)
        if reading.text(first, "status", "groupName") == REJECTED:
            name = reading.text(first, "status", "name")
            text = masking.hide_number(reading.text(first, "status", "description"), message.to)
            raise REFUSALS.get(name, Refusal(errors.Rejected)).error(text or "Infobip rejected the message", name)
        if not reading.text(first, "messageId"):
            raise errors.UnknownOutcome("Infobip's answer names no message", code=str(answer.status))
        return Accepted(provider_message_id=reading.text(first, "messageId"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Have a text's parts counted, which needs the same right as sending it."""
        url = f"https://{credentials.host}/sms/1/preview"
        answer = tools.http.post(url, json={"text": "Heliograph"}, headers=_login(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, "")

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """Verify our own secret in the URL, then read each report on its own."""
        came = doors.by_webhook(request, "Infobip")
        _verify(came, proofs.keys(credentials.webhook_token, credentials.second_webhook_token))
        reports = reading.parsed(dict, came.body, "Infobip's reports").get("results")
        if not isinstance(reports, list):
            raise errors.BadPayload("Infobip's reports need the list 'results'")
        return batches.received(reports, _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read(raw)


def _login(credentials: Infobip.Credentials) -> dict[str, str]:
    return {"Authorization": f"App {credentials.api_key.get_secret_value()}", "Accept": "application/json"}


def _request(message: Outgoing, credentials: Infobip.Credentials) -> JSON:
    one: JSON = {
        "sender": message.sender.lstrip("+"),
        "destinations": [{"to": message.to.lstrip("+")}],
        "content": {"text": message.text},
    }
    if message.callback_url:
        url = f"{message.callback_url}?{KEY}={quote(credentials.webhook_token.get_secret_value(), safe='')}"
        one["webhooks"] = {
            "delivery": {"url": url},
            "contentType": "application/json",
            "callbackData": message.echo,
        }
    return {"messages": [one]}


def _refusal(answer: Response, to: str) -> errors.ProviderError:
    told = reading.answered(answer)
    older = reading.member(told, "requestError", "serviceException")
    code = reading.text(told, "errorCode") or reading.text(older, "messageId")
    words = (reading.text(told, "violations", 0, "violation"), reading.text(told, "description"))
    text = masking.hide_number(next(filter(None, (*words, reading.text(older, "text"))), ""), to)
    reason = Reason.INVALID_RECIPIENT if "destinations" in reading.text(told, "violations", 0, "property") else None
    return refusals.refusal("Infobip", answer, text, code=code, reason=reason)


def _verify(came: WebhookRequest, keys: list[bytes]) -> None:
    try:
        given = dict(reading.form(urlsplit(came.url).query)).get(KEY, "").encode()
    except ValueError as exc:
        raise errors.BadSignature("Infobip's reports come to a URL with our secret") from exc
    proofs.prove_token("Infobip", given, keys)


def _read(entry: Any) -> ProviderEvent | str:
    """One report, or the name under which it is ignored."""
    group, name = reading.text(entry, "status", "groupName"), reading.text(entry, "status", "name")
    found, to = reading.text(entry, "messageId"), reading.text(entry, "to")
    if group not in GROUPS:
        return group or name
    if not found:
        return batches.MALFORMED
    meaning = _meaning(group, name, entry)
    failure = reading.text(entry, "error", "name")
    hide = partial(masking.hide_number, number=to)
    words = reading.text(entry, "error", "description") if meaning.reason else ""
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=found,
        echo=reading.text(entry, "callbackData"),
        recipient=f"+{to}" if to.isdecimal() else to,
        event_id=f"{found}.{name or group}",
        occurred_at=times.iso(entry.get("doneAt")),
        reason=meaning.reason or "",
        code=failure if meaning.reason and failure not in {"", "NO_ERROR"} else name,
        text=hide(words or meaning.text)[: masking.LONGEST_TEXT],
        raw=masking.without(ADDRESSES, entry, hide),
    )


def _meaning(group: str, name: str, entry: JSON) -> Meaning:
    if group != "UNDELIVERABLE":
        return STATUSES.get(name, GROUPS[group])
    permanent = reading.member(entry, "error", "permanent")
    if permanent is True and reading.text(entry, "error", "groupName") == HANDSET:
        return HARD
    return SOFT if permanent is False else GROUPS[group]
