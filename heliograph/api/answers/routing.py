"""How an event is routed and stacked, and what all its sends have."""

from typing import Any

from pydantic import Field

from heliograph.api.answers.answer import Answer, Count
from heliograph.domain.conditions import Op
from heliograph.domain.model import Channel
from heliograph.domain.routing import RoutingMode
from heliograph.domain.stacking import Keep, StackMode


class FailoverAnswer(Answer):
    """When the event's next channel begins."""

    on_failure: bool
    after: Count | None = Field(description="Seconds after the hand-over without a receipt.")


class ConditionAnswer(Answer):
    """One comparison."""

    field: str = Field(description="`payload.…` or `contact.…`.")
    op: Op
    value: Any


class SendersAnswer(Answer):
    """Who its messages are from, where that is not the integration's sender."""

    email: str = ""
    sms: str = ""


class MailOverridesAnswer(Answer):
    """Of a mail."""

    subject: str = ""
    sender: str = Field(default="", alias="from")
    reply_to: list[str] = Field(default=[])
    cc: list[str] = Field(default=[])
    bcc: list[str] = Field(default=[])
    headers: dict[str, str] = Field(default={})


class SmsOverridesAnswer(Answer):
    """Of a text message."""

    sender_id: str = ""


class OverridesAnswer(Answer):
    """What its sends have, where they do not say otherwise themselves."""

    provider: str = ""
    email: MailOverridesAnswer | None = None
    sms: SmsOverridesAnswer | None = None


class StackAnswer(Answer):
    """How what is sent of it within a time is stacked."""

    mode: StackMode
    window: Count = Field(description="Seconds from the first item on.")
    keep: Keep = Field(description="Which items the templates get.")
    limit: Count = Field(description="How many they get.")


class RoutingAnswer(Answer):
    """Over which channels, and when."""

    routing: RoutingMode
    failover: FailoverAnswer | None
    conditions: dict[Channel, list[ConditionAnswer]]
    topic: str | None
    required: bool = Field(description="Goes also to those who unsubscribed.")
    senders: SendersAnswer
    overrides: OverridesAnswer
    stack: StackAnswer | None
