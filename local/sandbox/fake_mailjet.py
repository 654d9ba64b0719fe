"""A fake Mailjet: `POST /v3.1/send`, and events in batches that sign in.

Sources: https://dev.mailjet.com/email/guides/send-api-v31/, https://dev.mailjet.com/email/guides/webhooks/.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from werkzeug import Request, Response

from heliograph.domain.model import JSON, Channel, EventKind
from local.sandbox import reports
from local.sandbox.batching import Batches
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.fakes import Route
from local.sandbox.inbox import Message

API_KEY: Final = "10ca110ca110ca110ca110ca110ca110"
API_SECRET: Final = "a110ca110ca110ca110ca110ca110ca1"  # noqa: S105 -- the same on every machine, so no secret
BIG: Final = 1 << 60
"""Its message ids are beyond what a float can hold."""

_NAMES: Final[Mapping[EventKind, str]] = {
    EventKind.DEFERRED: "bounce",
    EventKind.BOUNCED: "bounce",
    EventKind.DELIVERED: "sent",
    EventKind.FAILED: "blocked",
    EventKind.DROPPED: "blocked",
    EventKind.OPENED: "open",
    EventKind.CLICKED: "click",
    EventKind.UNSUBSCRIBED: "unsub",
    EventKind.COMPLAINED: "spam",
}
"""What Mailjet can say: its *sent* is a delivery, and it has no word for the mere hand-over."""
_ERRORS: Final[Mapping[EventKind, str]] = {
    EventKind.DEFERRED: "greylisted",
    EventKind.FAILED: "content blocked",
    EventKind.DROPPED: "preblocked",
}


def shape(event: Event) -> JSON:
    """One event as Mailjet posts it."""
    report = event.report
    entry: JSON = {
        "event": _NAMES[report.kind],
        "time": int(event.happened.timestamp()),
        "MessageID": int(event.message.provider_message_id),
        "email": event.recipient,
        "CustomID": event.message.echo,
        "Payload": "",
    }
    if entry["event"] in {"bounce", "blocked"}:
        hard = report.bounce == "hard"
        error = _ERRORS.get(report.kind, "user unknown" if hard else "quota exceeded")
        entry |= {"hard_bounce": hard, "blocked": hard, "error_related_to": "recipient", "error": error}
        entry["comment"] = report.text
    return entry


class Mailjet:
    """The API and the event callback of one key."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = {"api_key": API_KEY, "api_secret": API_SECRET, **reports.WEBHOOK_LOGIN}
    SENDER: ClassVar[str] = "Heliograph <hello@heliograph.example>"
    ACCOUNT: ClassVar[str] = "api_key"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk, _post)

    def routes(self) -> Iterable[Route]:
        """Sending, and what the key is checked with."""
        yield "POST", "/api.mailjet.com/v3.1/send", self.send
        yield "GET", "/api.mailjet.com/v3/REST/sender", self.senders

    def senders(self, request: Request) -> Response:
        """Answer `GET /v3/REST/sender`: 200 or 401."""
        return _answer(200, Count=0, Data=[], Total=0) if self._webhook(request) else _unauthorized()

    def send(self, request: Request) -> Response:
        """Answer `POST /v3.1/send` for one mail: 200, 400, 401 or what the recipient chose."""
        webhook = self._webhook(request)
        if webhook is None:
            return _unauthorized()
        body: Any = request.get_json(force=True, silent=True)
        mails = body.get("Messages") if isinstance(body, dict) else None
        if not isinstance(mails, list) or len(mails) != 1 or not isinstance(mails[0], dict):
            return _answer(400, ErrorCode="mj-0002", StatusCode=400, ErrorMessage="Malformed JSON")
        (mail,) = mails
        wrong = _problem(mail)
        if wrong:
            return _refused(400, *wrong)
        message = self._message(mail)
        verdict = self._desk.take(message, partial(self._batches.report, webhook, kinds=_NAMES))
        if verdict.status:
            return _refused(verdict.status, "mj-0015", f"the sandbox answers {verdict.status}: {verdict.outcome}", "")
        taken = {part: _taken(mail.get(part, []), message) for part in ("To", "Cc", "Bcc")}
        return _answer(200, Messages=[{"Status": "success", "CustomID": mail.get("CustomID", ""), **taken}])

    def _webhook(self, request: Request) -> str | None:
        login = request.authorization
        if login is None or login.password != API_SECRET:
            return None
        return self._desk.accounts.webhook("mailjet", login.username or "")

    def _message(self, mail: JSON) -> Message:
        def people(part: str) -> tuple[str, ...]:
            return tuple(one["Email"] for one in mail.get(part, ()))

        return Message(
            at=self._desk.clock(),
            provider="mailjet",
            channel=Channel.EMAIL,
            sender=mail["From"]["Email"],
            to=people("To"),
            cc=people("Cc"),
            bcc=people("Bcc"),
            subject=mail.get("Subject", ""),
            text=mail.get("TextPart", ""),
            html=mail.get("HTMLPart", ""),
            headers=mail.get("Headers", {}),
            metadata={"CustomID": mail.get("CustomID", "")},
            provider_message_id=str(BIG + int(self._desk.ids()[:12], 16)),
        )


def _taken(people: list[JSON], message: Message) -> list[JSON]:
    number = int(message.provider_message_id)
    return [{"Email": one["Email"], "MessageUUID": f"{number:032x}", "MessageID": number} for one in people]


def _problem(mail: JSON) -> tuple[str, str, str] | None:
    """Code, sentence and the member that it is about."""
    if not isinstance(mail.get("From"), dict) or "@" not in mail["From"].get("Email", ""):
        return "mj-0003", 'A "From" with an "Email" is mandatory.', "From"
    if not mail.get("To"):
        return "mj-0003", '"To" is mandatory.', "To"
    for place, person in enumerate(mail["To"]):
        if "@" not in person.get("Email", ""):
            return "mj-0013", "An invalid email address.", f"To[{place}].Email"
    if not mail.get("TextPart") and not mail.get("HTMLPart"):
        return "mj-0003", 'At least "HTMLPart", "TextPart" or "TemplateID" must be provided.', "HTMLPart"
    return None


def _refused(status: int, code: str, text: str, about: str) -> Response:
    error = {"ErrorCode": code, "StatusCode": status, "ErrorMessage": text, "ErrorRelatedTo": [about]}
    return _answer(status, Messages=[{"Status": "error", "Errors": [error]}])


def _unauthorized() -> Response:
    return _answer(401, StatusCode=401, ErrorMessage="API key authentication/authorization failure.")


def _answer(status: int, **body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _post(webhook: str, events: Sequence[Event]) -> int:
    made = reports.signed_in([shape(event) for event in events])
    return post(webhook, made.body, made.headers)
