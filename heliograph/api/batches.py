"""`POST /v1/send`: many different messages in one call, each checked by itself."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import Field

from heliograph.api.attaching import send_body
from heliograph.api.recipients import recipient
from heliograph.api.request import idempotency_key, shaped
from heliograph.api.sending import Asked, Route
from heliograph.api.shape import DocumentedAs, Shape
from heliograph.api.shapes import MAX_MANY, SendBody
from heliograph.domain.addressing import identity
from heliograph.domain.batch import BatchCall
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller
from heliograph.domain.strict_json import canonical

MAX_NAME: Final = 100
"""Characters of an event's or channel's name that are looked at; the right ones are shorter."""


class BatchMessage(SendBody):
    """One of many: a send with its event, and a key of its own."""

    event: str = Field(max_length=MAX_NAME)
    channel: str = Field(default="", max_length=MAX_NAME, description="Over this channel only.")
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=255, description="Goes before `id`.")


class BatchBody(Shape):
    """`POST /v1/send`."""

    messages: list[Annotated[Any, DocumentedAs(BatchMessage)]] = Field(
        min_length=1,
        max_length=MAX_MANY,
        description="Each is checked by itself: one may be wrong while others are sent.",
    )


def batch_call(event: JSON, caller: Caller, *, now: int, random_key: Callable[[], str]) -> BatchCall:
    """Many messages, each checked or told what is wrong with it.

    A message without a key of its own has the call's key with its place and recipient.

    Raises:
        BadInput: the call itself is wrong.
    """
    header = idempotency_key(event)
    given = send_body(event)
    body = shaped(BatchBody, given)
    key = header or random_key()
    about = {"mode": caller.mode, "route": "batch", "body": given}
    return BatchCall(
        key=key,
        requests=tuple(_message(one, f"{key}\0{place}", caller, now) for place, one in enumerate(body.messages)),
        body_hash=hashlib.sha256(canonical(about)).digest(),
    )


def _message(given: Any, key: str, caller: Caller, now: int) -> Asked:
    try:
        if not isinstance(given, dict):
            raise BadInput("a message must be an object with `event` and `to`")  # noqa: TRY301  # told like all others
        body = shaped(BatchMessage, given)
        if isinstance(body.to, list):
            raise BadInput("`to` names one recipient here: give each a message", field="to")  # noqa: TRY301  # the same
        to = recipient(body.to)
        route = Route(caller=caller, name=body.event, channel=body.channel, now=now)
        own = body.idempotency_key or body.id
        return route.request(body, to, own or f"{key}\0{identity(to)}")
    except BadInput as wrong:
        return wrong
