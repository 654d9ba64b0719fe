"""How an event is routed: the fields of an event's body that say which channels a notification takes."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator

from heliograph.api.overriding import EventOverrides, MailOverrides, SmsOverrides
from heliograph.api.request import shaped
from heliograph.api.shape import Shape
from heliograph.domain.conditions import ORDERED, Condition, Op
from heliograph.domain.contact import PROFILE
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON, Channel
from heliograph.domain.routing import Failover, Routing, RoutingMode

MAX_CONDITIONS: Final = 10
"""Of one channel."""
MAX_LISTED: Final = 50
MAX_VALUE: Final = 500
MAX_WAIT: Final = 259_200
"""Seconds: as long as a message is tried at most."""

_PATH: Final = re.compile(r"(payload|contact)(\.[^.\s]{1,64}){1,8}")
_CONTACT: Final = (*PROFILE, "id", "name", "meta")

Topic = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class FailoverBody(Shape):
    """When the event's next channel begins."""

    on_failure: StrictBool = Field(default=True, description="After the message came to a bad end.")
    after: int | None = Field(
        default=None, ge=1, le=MAX_WAIT, strict=True, description="Seconds after the hand-over without a receipt."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.on_failure and self.after is None:
            raise ValueError("does nothing; give `after` or `on_failure`, or leave `failover` out")
        return self


def _path(value: str) -> str:
    root, _, rest = value.partition(".")
    if not _PATH.fullmatch(value):
        raise ValueError("must be a path such as payload.order.total or contact.country")
    if root == "contact" and (name := rest.partition(".")[0]) not in _CONTACT:
        raise ValueError(f"names no field of a contact: {name[:40]!r}; use one of {', '.join(_CONTACT)}")
    return value


def _plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_VALUE
    return isinstance(value, bool | int | float)


class ConditionBody(Shape):
    """One comparison."""

    field: Annotated[str, AfterValidator(_path)] = Field(description="`payload.…` or `contact.…`.")
    op: Op = Field(description="; ".join(one.value for one in Op))
    value: Any = Field(description="A text, a number or a truth value; for `in` a list of them.")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        value = self.value
        if self.op is Op.EXISTS and not isinstance(value, bool):
            raise ValueError("`exists` takes true or false as its `value`")
        if self.op is Op.IN:
            if not (isinstance(value, list) and 1 <= len(value) <= MAX_LISTED and all(map(_plain, value))):
                raise ValueError(
                    f"`in` takes a list of 1 to {MAX_LISTED} texts, numbers or truth values as its `value`"
                )
        elif not _plain(value):
            raise ValueError(f"`value` must be a number, true, false or a text of at most {MAX_VALUE} characters")
        if self.op in ORDERED and isinstance(value, bool):
            raise ValueError(f"`{self.op}` compares numbers or texts, so `value` must be one")
        return self


Conditions = Annotated[tuple[ConditionBody, ...], Field(min_length=1, max_length=MAX_CONDITIONS)]


class SendersBody(Shape):
    """Who an event's messages are from, where that is not the integration's sender."""

    email: str | None = Field(default=None, max_length=320, description="Of the domain of an integration's sender.")
    sms: str | None = Field(default=None, max_length=20)


class RoutingBody(Shape):
    """What an event's body says beside its templates."""

    routing: RoutingMode = Field(
        default=RoutingMode.SINGLE, description="`single`: the first usable channel; `all`: every usable channel."
    )
    failover: FailoverBody | None = Field(default=None, description="With `single`: when the next channel begins.")
    conditions: dict[str, Conditions] = Field(
        default_factory=dict, description="By channel: all must be true, else the channel is not used."
    )
    topic: Topic | None = None
    required: StrictBool = Field(default=False, description="Goes also to those who unsubscribed.")
    senders: SendersBody = SendersBody()
    overrides: EventOverrides = EventOverrides()


def routing_fields(wanted: RoutingBody, channels: tuple[Channel, ...]) -> JSON:
    """By the names of an event body's fields.

    Raises:
        BadInput: names the field.
    """
    if wanted.failover is not None and wanted.routing is RoutingMode.ALL:
        detail = "`failover` goes with `routing` single: `all` begins every channel at once, so leave one of them out"
        raise BadInput(detail, field="failover")
    for channel in wanted.conditions:
        if channel not in channels:
            field = f"conditions.{channel[:40]}"
            raise BadInput(
                f"`{field}` is of a channel that the event does not have: add it or leave it out", field=field
            )
    routing = Routing(mode=wanted.routing, failover=_failover(wanted.failover), conditions=_conditions(wanted))
    return {
        "routing": routing,
        "topic": wanted.topic or "",
        "required": wanted.required,
        "senders": _senders(wanted.senders),
        "overrides": wanted.overrides.model_dump(mode="json", exclude_none=True),
    }


def _failover(given: FailoverBody | None) -> Failover:
    return Failover() if given is None else Failover(on_failure=given.on_failure, after=(given.after or 0) * 1000)


def _conditions(wanted: RoutingBody) -> dict[Channel, tuple[Condition, ...]]:
    return {
        Channel(channel): tuple(Condition(field=one.field, op=one.op, value=one.value) for one in given)
        for channel, given in wanted.conditions.items()
    }


def _senders(given: SendersBody) -> Mapping[str, str]:
    """Checked as a send's own are."""
    found: dict[str, str] = {}
    if given.email is not None:
        found["email"] = _sender("email", given.email, MailOverrides, "from", "sender")
    if given.sms is not None:
        found["sms"] = _sender("sms", given.sms, SmsOverrides, "sender_id", "sender_id")
    return found


def _sender(channel: str, text: str, shape: type[Shape], name: str, attribute: str) -> str:
    try:
        checked: str = getattr(shaped(shape, {name: text}), attribute)
    except BadInput as exc:
        field = f"senders.{channel}"
        detail = exc.detail.replace(f"overrides.{channel}.{name}", field).replace(f"`{name}`", f"`{field}`")
        raise BadInput(detail, field=field) from exc
    return checked
