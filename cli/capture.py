"""A captured webhook request: read from files, shown to its provider, and what the provider makes of it."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from heliograph.domain.errors import BadPayload, BadSignature
from heliograph.domain.event_json import event_to_json
from heliograph.domain.model import JSON, BusEvent, Received, WebhookRequest
from heliograph.domain.provider import Provider

BREAKS: Final = b"\r\n"
INCOMPLETE: Final = (AttributeError, ValueError)
"""What a provider may meet in credentials of which a part was left out."""
EPOCH: Final = re.compile(r"[0-9]{10}", re.ASCII)
"""Seconds since 1970, as vendors write them beside a signature."""


class NotAsExpected(ValueError):
    """A file that is not what it should be; says what it should be."""


def headers_of(text: str) -> dict[str, str]:
    """Headers by their names in lower case: of `Name: value` lines, or of a JSON object. Repeats are joined by commas.

    A request line before them is left out.

    Raises:
        NotAsExpected: it is neither.
    """
    found: dict[str, str] = {}
    for name, value in _json_pairs(text) if text.lstrip().startswith("{") else _line_pairs(text):
        known = found.get(name.lower())
        found[name.lower()] = f"{known}, {value}" if known else value
    return found


def _json_pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        whole = json.loads(text)
    except ValueError as exc:
        raise NotAsExpected(f"the headers begin like JSON and are none: {exc}") from exc
    for name, value in whole.items():
        yield from ((name, str(one)) for one in (value if isinstance(value, list) else [value]))


def _line_pairs(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        if not line.strip() or (number == 1 and " HTTP/" in line):
            continue
        if not colon or not name.strip() or " " in name.strip():
            raise NotAsExpected(f"line {number} of the headers is no `Name: value`")
        yield name.strip(), value.strip()


def explained(provider: Provider, request: WebhookRequest, credentials: Any) -> JSON:
    """Whether *provider* believes the request, and what it reads in it; if not, why, and what would be believed."""
    try:
        came = _by_bus(request.body) if provider.capabilities.bus else request
        received = provider.receive(came, credentials)
    except BadSignature as exc:
        return {"verified": False, "why": str(exc), "hints": list(_hints(provider, request, credentials))}
    except BadPayload as exc:
        return {"verified": True, "understood": False, "why": str(exc)}
    except INCOMPLETE:
        return {"verified": False, "why": "what proves its events is missing: give it with --secret", "hints": []}
    return {"verified": True, "understood": True, **_read(received)}


def _read(received: Received) -> JSON:
    reply = received.reply
    told = {"status": reply.status, "body": reply.body, "content_type": reply.content_type} if reply else None
    return {
        "events": [event_to_json(event) for event in received.events],
        "ignored": list(received.ignored),
        "reply": told,
    }


def _hints(provider: Provider, request: WebhookRequest, credentials: Any) -> Iterator[str]:
    if not request.headers:
        yield "there are no headers: the proof is usually in one"
    if not request.url:
        yield "no --url was given: some vendors sign it"
    for says, other in _near(request):
        try:
            provider.receive(other, credentials)
        except (BadSignature, BadPayload, *INCOMPLETE):
            continue
        yield f"it is proven {says}"


def _near(request: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    """What may have become of a request between the vendor and the file."""
    bare = request.body.rstrip(BREAKS)
    bodies = {
        "without the line break at its end, which an editor may have added": bare,
        "with a line feed at its end, which was lost": bare + b"\n",
        "with carriage return and line feed at its end, which were lost": bare + BREAKS,
        "once it is decoded: the file holds base64": _decoded(request.body),
    }
    for says, body in bodies.items():
        if body != request.body:
            yield says, replace(request, body=body)
    turned = request.url.removesuffix("/") if request.url.endswith("/") else f"{request.url}/"
    yield f"for the URL {turned}, so that is how it was entered at the vendor's", replace(request, url=turned)
    for moment in {value for value in request.headers.values() if EPOCH.fullmatch(value)}:
        shown = datetime.fromtimestamp(int(moment), UTC).isoformat()
        yield f"if it came at {shown}: the proof has an age limit, so give --at", replace(request, at=int(moment))


def _decoded(body: bytes) -> bytes:
    try:
        return b64decode(body, validate=True)
    except ValueError:
        return body


def _by_bus(body: bytes) -> BusEvent:
    """An SNS notification, or the event alone that is in one."""
    try:
        whole = json.loads(body)
        event = json.loads(whole["Message"]) if "Message" in whole else whole
    except (ValueError, TypeError) as exc:
        raise BadPayload(f"it is no SNS notification with an event in JSON: {exc}") from exc
    if not isinstance(event, dict):
        raise BadPayload("an event that comes by SNS is a JSON object")
    return BusEvent(id=str(whole.get("MessageId", "")), topic=str(whole.get("TopicArn", "")), body=event)
