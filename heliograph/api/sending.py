"""Send requests: from the wire to `SendRequest`."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from heliograph.api.attaching import send_body
from heliograph.api.overriding import files
from heliograph.api.recipients import recipient
from heliograph.api.request import idempotency_key, shaped
from heliograph.api.shapes import EVENT_NAME, SendBody
from heliograph.api.times import due, wish
from heliograph.domain.addressing import identity
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.strict_json import canonical

type Asked = SendRequest | BadInput
"""One of a call's many, or what is wrong with it."""


class SendCall(NamedTuple):
    """What one call wants sent. *many*: its recipients came as a list, so each gets a result of its own."""

    requests: tuple[Asked, ...]
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who asks for which event, over which channel, and when."""

    caller: Caller
    name: str
    channel: str
    now: int
    strict: bool = False

    def request(self, body: SendBody, to: JSON, key: str) -> SendRequest:
        """One checked body for one checked recipient.

        Raises:
            BadInput: names the field and says what would be right.
        """
        if not re.fullmatch(EVENT_NAME, self.name):
            raise NotFound(
                "there is no event of this name: names are a-z 0-9 . _ - and begin with a letter or digit",
                field="event",
                code="EVENT_NOT_FOUND",
            )
        told = body.model_dump(mode="json", exclude_unset=True, exclude=_ADDRESSING) | {"to": to}
        about = {
            "mode": self.caller.mode,
            "route": "send",
            "event": self.name,
            "channel": self.channel,
            "body": told,
        }
        return SendRequest(
            event=self.name,
            channel=_channel(self.channel),
            to=to,
            payload=body.payload,
            language=body.language or "",
            due=due(body.send_at, body.timezone, self.now),
            wish=wish(body),
            increment_id=body.increment_id or "",
            strict=self.strict,
            key=key,
            lane=body.priority,
            overrides=body.overrides.model_dump(mode="json", exclude_none=True, exclude=_BESIDE),
            files=files(body.overrides.email),
            metadata=body.metadata,
            tags=body.tags,
            body_hash=hashlib.sha256(canonical(about)).digest(),
        )


_BESIDE: Final[dict[str, Any]] = {"email": {"attachments"}}
"""What has a place of its own in a message."""
_ADDRESSING: Final = {"event", "channel", "idempotency_key"}
"""Fields of one of many that stand in the path or a header when it is sent by itself."""


def send_call(
    event: JSON, name: str, channel: str, caller: Caller, *, now: int, random_key: Callable[[], str]
) -> SendCall:
    """One event to one recipient or to each of a list.

    Raises:
        BadInput: names the field and says what would be right.
    """
    header = idempotency_key(event)
    body = shaped(SendBody, send_body(event))
    key = header or body.id or random_key()
    route = Route(caller=caller, name=name, channel=channel, now=now, strict=_strict(event))
    if not isinstance(body.to, list):
        return SendCall((route.request(body, recipient(body.to), key),), many=False)
    return SendCall(tuple(_one_of(route, body, key, to) for to in body.to), many=True)


def _one_of(route: Route, body: SendBody, key: str, to: Any) -> Asked:
    try:
        who = recipient(to)
        # The separator cannot be in a key, so no caller's own key is ever the same.
        return route.request(body, who, f"{key}\0{identity(who)}")
    except BadInput as wrong:
        return wrong


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
