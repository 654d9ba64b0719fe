"""A fake Twilio: `POST /2010-04-01/Accounts/{sid}/Messages.json`, and signed status callbacks.

Sources: https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/usage/security#validating-requests.
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from email.utils import format_datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from werkzeug import Request, Response

from heliograph.domain.magic import Report
from heliograph.domain.model import Bounce, Channel, EventKind
from local.sandbox.accounts import is_loopback
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.faults import Verdict
from local.sandbox.inbox import Message

SEGMENT: Final = 153
BAD_LOGIN: Final = 20003
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

_STATUSES: Final[Mapping[tuple[EventKind, Bounce | None], tuple[str, str]]] = {
    (EventKind.SENT, None): ("sent", ""),
    (EventKind.DELIVERED, None): ("delivered", ""),
    (EventKind.BOUNCED, "hard"): ("undelivered", "30005"),
    (EventKind.BOUNCED, "soft"): ("undelivered", "30003"),
    (EventKind.DROPPED, None): ("undelivered", "30007"),
    (EventKind.FAILED, None): ("failed", "30036"),
}
"""What Twilio can say of an SMS: MessageStatus and ErrorCode; the rest is not reported."""

_REFUSALS: Final[Mapping[int, int]] = {400: 21612, 401: BAD_LOGIN, 403: 20003, 404: 20404, 429: 20429, 503: 20503}
_NAMED: Final[Mapping[str, int]] = {"opted-out": 21610}


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1, base64, over the URL and the form's sorted names and values."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class Twilio:
    """The API and the status callbacks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def messages(self, request: Request, sid: str) -> Response:
        """Answer `POST /2010-04-01/Accounts/{sid}/Messages.json`: 201, 400, 401 or what the recipient chose."""
        token = self._token(request, sid)
        if token is None:
            return _error(401, BAD_LOGIN, "Authenticate")
        wrong = _problem(request.form)
        if wrong:
            return _error(400, *wrong)
        message = self._message(request.form)
        callback = request.form.get("StatusCallback", "")
        verdict = self._desk.take(message, partial(self._report, callback, sid, token), success=201)
        return _refusal(verdict) if verdict.status else _created(message, sid)

    def account(self, request: Request, sid: str) -> Response:
        """Answer `GET /2010-04-01/Accounts/{sid}.json`: 200 or 401."""
        if self._token(request, sid) is None:
            return _error(401, BAD_LOGIN, "Authenticate")
        return Response(json.dumps({"sid": sid, "status": "active"}), 200, content_type="application/json")

    def _token(self, request: Request, sid: str) -> str | None:
        """The account's token, if the request is signed in as it."""
        token, login = self._desk.accounts.twilio_token(sid), request.authorization
        known = token is not None and login is not None and (login.username, login.password) == (sid, token)
        return token if known else None

    def _message(self, form: Mapping[str, str]) -> Message:
        callback = form.get("StatusCallback", "")
        return Message(
            at=self._desk.clock(),
            provider="twilio",
            channel=Channel.SMS,
            sender=form.get("From") or form["MessagingServiceSid"],
            to=(form["To"],),
            text=form["Body"],
            metadata=dict(parse_qsl(urlsplit(callback).query)),
            provider_message_id="SM" + self._desk.ids(),
        )

    def _report(self, callback: str, sid: str, token: str, message: Message) -> None:
        events = list(self._desk.events(message))
        if not callback or not events:
            return
        if all(event.report.kind is not EventKind.SENT for _, event in events):
            # Twilio reports `sent` before whatever follows; where the outcome says when, it is there already.
            copies = max(len(event.report.arrives) for _, event in events)
            report = Report(kind=EventKind.SENT, arrives=(0.2,) * copies, happened=0.1)
            sent = Event(message=message, recipient=message.to[0], report=report, index=-1)
            events += [(delay, sent) for delay in report.arrives]
        for delay, event in events:
            if (event.report.kind, event.report.bounce) in _STATUSES:
                self._desk.callbacks.after(delay, partial(self._post, callback, sid, token, event))

    def _post(self, callback: str, sid: str, token: str, event: Event) -> bool:
        status, code = _STATUSES[event.report.kind, event.report.bounce]
        form = {
            "AccountSid": sid,
            "ApiVersion": "2010-04-01",
            "From": event.message.sender,
            "MessageSid": event.message.provider_message_id,
            "MessageStatus": status,
            "SmsSid": event.message.provider_message_id,
            "SmsStatus": status,
            "To": event.recipient,
        }
        form |= {"ErrorCode": code} if code else {}
        form |= {"RawDlrDoneDate": f"{event.happened:%y%m%d%H%M}"} if status == "delivered" else {}
        # The fragment holds overrides for Twilio itself; it neither travels nor is signed.
        url = urldefrag(callback).url
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(token, url, form),
        }
        return self._desk.note(event, post(url, urlencode(form).encode(), headers))


def _problem(form: Mapping[str, str]) -> tuple[int, str] | None:
    checks = (
        (not form.get("To"), 21604, "A 'To' phone number is required."),
        (not form.get("From") and not form.get("MessagingServiceSid"), 21603, "A 'From' phone number is required."),
        (not form.get("Body"), 21602, "Message body is required."),
        (not _E164.fullmatch(form.get("To", "")), 21211, "Invalid 'To' Phone Number."),
        (
            bool(form.get("StatusCallback")) and not is_loopback(form["StatusCallback"]),
            21609,
            "The 'StatusCallback' URL is not valid: the sandbox posts to loopback only.",
        ),
    )
    return next(((code, text) for wrong, code, text in checks if wrong), None)


def _created(message: Message, sid: str) -> Response:
    created = format_datetime(message.at)
    answer = {
        "account_sid": sid,
        "api_version": "2010-04-01",
        "body": message.text,
        "date_created": created,
        "date_sent": None,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": message.sender,
        "num_media": "0",
        "num_segments": str(-(-len(message.text) // SEGMENT)),
        "price": None,
        "price_unit": "USD",
        "sid": message.provider_message_id,
        "status": "queued",
        "to": message.to[0],
        "uri": f"/2010-04-01/Accounts/{sid}/Messages/{message.provider_message_id}.json",
    }
    return Response(json.dumps(answer), 201, content_type="application/json")


def _refusal(verdict: Verdict) -> Response:
    code = _NAMED.get(verdict.outcome) or _REFUSALS.get(verdict.status, 20500)
    return _error(verdict.status, code, f"the sandbox answers {verdict.status}: {verdict.outcome}")


def _error(status: int, code: int, text: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": text, "more_info": more, "status": status}
    return Response(json.dumps(body), status, content_type="application/json")
