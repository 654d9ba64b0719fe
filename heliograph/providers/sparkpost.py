"""SparkPost (Bird): mail as transmissions, in the United States or Europe; events in batches behind our password."""

import re
from base64 import b64encode
from email.utils import parseaddr
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Attachment, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import basic_auth, batches, doors, machines, masking, reading, refusals, tables, times
from heliograph.wire.refusals import Refusal
from heliograph.wire.tables import Meaning

HOSTS: Final = {False: "https://api.sparkpost.com", True: "https://api.eu.sparkpost.com"}
METADATA: Final = "heliograph"
UNSUBSCRIBE: Final = "list-unsubscribe"
INCOMPLETE: Final = {400, 422}
PROBE: Final = "probe"

CURLY: Final = {"{{": "{{opening_double_curly()}}", "}}": "{{closing_double_curly()}}"}
"""SparkPost fills in whatever stands between two curly brackets; this is how to write the brackets themselves.

Source: https://developers.sparkpost.com/api/template-language/"""

REFUSALS: Final = tables.spread(
    {
        "1502": Refusal(errors.Transient),  # resources unavailable, with status 400
        "2008 7000 7001": Refusal(errors.Rejected, Reason.NOT_ALLOWED),  # the sender, or its domain
        "2009 2010 2011 2012": Refusal(errors.AccountTrouble),  # the tracking domain
        "2101 2102 2104 2105": Refusal(errors.Throttled),  # the hour's, day's, month's share is sent
        "2103": Refusal(errors.AccountTrouble, Reason.QUOTA),  # the sandbox domain's five mails
        "420": Refusal(errors.Throttled),
        "5002": Refusal(errors.Rejected, Reason.INVALID_RECIPIENT),
    }
)
"""Extended code -> what it means, before its HTTP status.

Source: https://support.sparkpost.com/docs/tech-resources/extended-error-codes"""

EVENTS: Final = tables.spread(
    {
        "injection": Meaning(EventKind.QUEUED),
        "delay": Meaning(EventKind.DEFERRED),
        "delivery": Meaning(EventKind.DELIVERED),
        "bounce out_of_band": Meaning(EventKind.BOUNCED, Reason.PROVIDER_ERROR, "soft"),
        "policy_rejection generation_rejection": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),
        "generation_failure": Meaning(EventKind.FAILED, Reason.PROVIDER_ERROR),
        "spam_complaint": Meaning(EventKind.COMPLAINED, Reason.COMPLAINT),
        "open initial_open amp_open amp_initial_open": Meaning(EventKind.OPENED),
        "click amp_click": Meaning(EventKind.CLICKED),
        "list_unsubscribe link_unsubscribe": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
    }
)

CLASSES: Final = tables.spread(
    {
        "10 30": Meaning(EventKind.BOUNCED, Reason.HARD_BOUNCE, "hard"),  # invalid recipient, none at all
        "25 26": Meaning(EventKind.DROPPED, Reason.PROVIDER_ERROR),  # a policy of the account's own
        "90": Meaning(EventKind.UNSUBSCRIBED, Reason.UNSUBSCRIBED),  # the bounce is a request to unsubscribe
    }
)
"""`bounce_class` -> what a bounce means; all others (20 to 24, 40, 50 to 54, 70, and 1 for not understood) are soft.

Source: https://support.sparkpost.com/docs/deliverability/bounce-classification-codes"""
NO_BOUNCES: Final = {"60", "80", "100"}
"""Answers that came later and only look like bounces: of a holiday, to subscribe, to prove that one is a person."""
NOT_SPAM: Final = "not-spam"
PRIVATE: Final = {"rcpt_to", "raw_rcpt_to", "friendly_from", "msg_from", "subject"}


class SparkPost:
    """Mail by SparkPost's v1 API."""

    class Credentials(basic_auth.Credentials):
        """An API key, and what SparkPost signs in with when it reports."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("api_key",)

        api_key: SecretStr = Field(min_length=8)
        """Needs the permission "Transmissions: Read/Write" and nothing else."""
        eu: bool = False
        """True for an account at app.eu.sparkpost.com."""

    name: ClassVar[str] = "sparkpost"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(meaning.kind for meaning in EVENTS.values()),
        api="https://developers.sparkpost.com/api/transmissions/",
        events="https://developers.sparkpost.com/api/webhooks/",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one mail over. SparkPost has no idempotency key."""
        answer = _post(_transmission(message), credentials, tools)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer)
        results = reading.member(reading.answered(answer), "results")
        if reading.member(results, "total_accepted_recipients") == 0:
            raise errors.Rejected(_words(reading.member(results, "rcpt_to_errors", 0)) or "SparkPost took no recipient")
        if not reading.text(results, "id"):
            raise errors.UnknownOutcome("SparkPost's answer names no transmission", code=str(answer.status))
        return Accepted(provider_message_id=reading.text(results, "id"))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Send to nobody: who may send is told that recipients are missing. Every other call needs more permissions."""
        answer = _post({}, credentials, tools)
        if answer.status >= FIRST_FAILURE and answer.status not in INCOMPLETE:
            raise _refusal(answer)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:
        """See that the password is ours, then read each event on its own."""
        came = doors.by_webhook(request, "SparkPost")
        basic_auth.prove("SparkPost", came, credentials)
        return batches.received(reading.parsed(list, came.body, "SparkPost's events"), _read)

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """Read a stored event once more, as this file reads today; it was proven when it came."""
        return _read({"msys": {"": {**raw, "rcpt_to": batches.NOBODY}}})


def _post(transmission: JSON, credentials: SparkPost.Credentials, tools: Tools) -> Response:
    url = f"{HOSTS[credentials.eu]}/api/v1/transmissions"
    return tools.http.post(url, json=transmission, headers={"Authorization": credentials.api_key.get_secret_value()})


def _transmission(message: Outgoing) -> JSON:
    copies = [{"address": {"email": one, "header_to": message.to}} for one in (*message.cc, *message.bcc)]
    first: JSON = {"address": {"email": message.to}}
    if message.tags:
        first["tags"] = list(message.tags)
    # SparkPost minds who unsubscribed only from mail that is not transactional.
    leaves = any(name.lower() == UNSUBSCRIBE for name in message.headers)
    return {
        "options": {"transactional": not leaves},
        "recipients": [first, *copies],
        "metadata": {METADATA: message.echo},
        "content": _content(message),
    }


def _content(message: Outgoing) -> JSON:
    name, address = parseaddr(message.sender)
    images = [one for one in message.attachments if one.content_id]
    files = [one for one in message.attachments if not one.content_id]
    headers = dict(message.headers) | ({"CC": ", ".join(message.cc)} if message.cc else {})
    optional: JSON = {
        "text": _literal(message.text),
        "html": _literal(message.html),
        "reply_to": ", ".join(message.reply_to),
        "headers": {header: _literal(value) for header, value in headers.items()},
        "attachments": [_file(one, one.name) for one in files],
        "inline_images": [_file(one, one.content_id) for one in images],
    }
    sender = {"email": address, "name": _literal(name)} if name else {"email": address}
    content = {"from": sender, "subject": _literal(message.subject)}
    return content | {field: value for field, value in optional.items() if value}


def _literal(text: str) -> str:
    return re.sub(r"\{\{|\}\}", lambda found: CURLY[found[0]], text)


def _file(attachment: Attachment, name: str) -> JSON:
    return {"name": name, "type": attachment.type, "data": b64encode(attachment.content).decode()}


def _refusal(answer: Response) -> errors.ProviderError:
    first = reading.member(reading.answered(answer), "errors", 0)
    code = _code(first, "code")
    # 420 is SparkPost's own status for a share that is sent, whichever its code is.
    known = {code: REFUSALS["420"], **REFUSALS} if str(answer.status) == "420" else REFUSALS
    return refusals.refusal("SparkPost", answer, _words(first), code=code, known=known)


def _words(error: Any) -> str:
    words = (reading.text(error, "message"), reading.text(error, "description"))
    return masking.hide_mail(": ".join(filter(None, words)))


def _code(value: Any, member: str) -> str:
    """A code that is written as a number or as text."""
    code = reading.member(value, member)
    return str(code) if isinstance(code, int | str) else ""


def _read(entry: Any) -> ProviderEvent | str:
    """One event of a batch, or the name under which it is ignored. Its class says less than its own type."""
    msys = reading.member(entry, "msys")
    if msys == {}:
        return PROBE
    event: Any
    kind, event = next(iter(reading.typed(dict, msys).items()), ("", None))
    name = reading.text(event, "type") or kind
    meaning = _meaning(name, event)
    if meaning is None:
        return name
    recipient = reading.text(event, "raw_rcpt_to") or reading.text(event, "rcpt_to")
    if not recipient:
        return batches.MALFORMED
    return ProviderEvent(
        kind=meaning.kind,
        bounce=meaning.bounce,
        provider_message_id=reading.text(event, "transmission_id"),
        echo=reading.text(event, "rcpt_meta", METADATA),
        recipient=recipient.strip(),
        event_id=reading.text(event, "event_id"),
        occurred_at=times.epoch(event.get("timestamp")),
        reason=meaning.reason or "",
        code=_code(event, "error_code") or _code(event, "bounce_class") or reading.text(event, "fbtype"),
        text=masking.hide_mail(reading.text(event, "reason"))[: masking.LONGEST_TEXT],
        machine=_is_machine(event),
        raw=masking.without(PRIVATE, event, masking.hide_mail),
    )


def _meaning(name: str, event: Any) -> Meaning | None:
    """What the event says; None when it says nothing, or that a mail is no spam."""
    meaning, category = EVENTS.get(name), _code(event, "bounce_class")
    if meaning is None or reading.text(event, "fbtype") == NOT_SPAM:
        return None
    if meaning.kind is not EventKind.BOUNCED:
        return meaning
    return None if name == "out_of_band" and category in NO_BOUNCES else CLASSES.get(category, meaning)


def _is_machine(event: JSON) -> bool:
    prefetched = reading.member(event, "user_agent_parsed", "is_prefetched") is True
    return prefetched or machines.is_proxy(reading.text(event, "user_agent"))
