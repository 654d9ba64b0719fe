"""Send requests: from the wire to `SendRequest`."""

import hashlib
import re
from collections.abc import Callable

from heliograph.api.recipients import recipient
from heliograph.api.request import idempotency_key, json_body, shaped
from heliograph.api.shapes import EVENT_NAME, SendBody
from heliograph.api.times import due, wish
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.strict_json import canonical


def send_request(
    event: JSON, name: str, channel: str, caller: Caller, *, now: int, random_key: Callable[[], str]
) -> SendRequest:
    """One send, checked.

    Raises:
        BadInput: names the field and says what would be right.
    """
    if not re.fullmatch(EVENT_NAME, name):
        raise NotFound(
            "there is no event of this name: names are a-z 0-9 . _ - and begin with a letter or digit",
            field="event",
            code="EVENT_NOT_FOUND",
        )
    wanted = _channel(channel)
    header = idempotency_key(event)
    body = shaped(SendBody, json_body(event))
    to = recipient(body.to)
    told = body.model_dump(mode="json", exclude_unset=True) | {"to": to}
    about = {"mode": caller.mode, "route": "send", "event": name, "channel": channel, "body": told}
    return SendRequest(
        event=name,
        channel=wanted,
        to=to,
        payload=body.payload,
        language=body.language or "",
        due=due(body.send_at, body.timezone, now),
        wish=wish(body),
        key=header or body.id or random_key(),
        lane=body.priority,
        overrides=body.overrides.model_dump(exclude_none=True),
        strict=_strict(event),
        body_hash=hashlib.sha256(canonical(about)).digest(),
    )


def _strict(event: JSON) -> bool:
    given = (event.get("queryStringParameters") or {}).get("strict", "false")
    if given not in ("true", "false", ""):
        raise BadInput("`strict` must be true or false", field="strict")
    return bool(given == "true")


def _channel(text: str) -> Channel | None:
    if not text:
        return None
    if text not in set(Channel):
        known = ", ".join(channel.value for channel in Channel)
        raise BadInput(f"{text[:40]!r} is no channel: use one of {known}", field="channel", code="UNKNOWN_CHANNEL")
    return Channel(text)
