"""What the fakes of text message providers share: numbers, `sent` before all else, a callback for each event."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from werkzeug import Response

from heliograph.domain.magic import Report
from heliograph.domain.model import Bounce, EventKind
from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.faults import Verdict
from local.sandbox.inbox import Message

_E164: Final = re.compile(r"\+?[1-9][0-9]{6,14}", re.ASCII)

type Word = tuple[EventKind, Bounce | None]
"""What happened, as the key of a vendor's table of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One request to a webhook."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str]
    method: str = "POST"


def is_number(text: Any) -> bool:
    """Whether it is a phone number as E.164 writes it, with its plus or without."""
    return isinstance(text, str) and bool(_E164.fullmatch(text))


def word(event: Event) -> Word:
    """What happened."""
    return event.report.kind, event.report.bounce


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json")


def take(desk: Desk, message: Message, callback: Callable[[Event], Callback | None], *, success: int = 200) -> Verdict:
    """Decide about *message*, and have what follows called back; *callback* gives None for what is not reported.

    Raises:
        ConnectionAbortedError: the answer gets lost, on demand.
    """
    return desk.take(message, lambda kept: follow(desk, kept, partial(_call, desk, callback)), success=success)


def follow(desk: Desk, message: Message, tell: Callable[[Event], bool]) -> None:
    """Run *tell* for everything that follows, `sent` before all else unless the outcome says when it comes."""
    events = list(desk.events(message))
    if events and all(event.report.kind is not EventKind.SENT for _, event in events):
        copies = max(len(event.report.arrives) for _, event in events)
        report = Report(kind=EventKind.SENT, arrives=(0.2,) * copies, happened=0.1)
        sent = Event(message=message, recipient=message.to[0], report=report, index=-1)
        events += [(delay, sent) for delay in report.arrives]
    for delay, event in events:
        desk.callbacks.after(delay, partial(tell, event))


def _call(desk: Desk, callback: Callable[[Event], Callback | None], event: Event) -> bool:
    made = callback(event)
    if made is None:
        return True
    return desk.note(event, post(made.url, made.body, made.headers, method=made.method))
