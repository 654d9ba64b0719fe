"""What a run is about: how many messages, of whom, over which channel, and what the provider does with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from heliograph.domain.message import Lane
from heliograph.domain.model import Channel, EventKind, Outgoing, ProviderEvent
from heliograph.settings import Settings
from tests.faults.aws import PROJECT
from tests.faults.provider import Manner, Outcome

ADDRESSES: Final = {
    Channel.EMAIL: {"email": "ada{}@example.com"},
    Channel.SMS: {"phone": "+4670174{:04}"},
    Channel.WHATSAPP: {"phone": "+4670175{:04}"},
    Channel.SLACK: {"slack": "#room-{}"},
    Channel.PUSH: {"push": "ExponentPushToken[device-{:08}]"},
}
"""Whom the messages of a channel go to, by number."""
SETTINGS: Final = Settings(
    stage="faults",
    table="heliograph",
    critical_queue_url="critical",
    normal_queue_url="normal",
    events_queue_url="events",
    dead_letters_url="dead",
    schedule_group="group",
    scheduler_arn="arn:aws:lambda:eu-west-1:123456789012:function:scheduler",
    schedule_role_arn="arn:aws:iam::123456789012:role/schedule",
    configuration_set="set",
    files_bucket="files",
)
TEMPLATES: Final = {
    Channel.EMAIL: {"subject": "Hi {{ name }}", "html": "<p>Hi {{ name }}</p>"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a run is about, beside its plan."""

    channel: Channel = Channel.EMAIL
    messages: int = 2
    manner: Manner = field(default_factory=Manner)
    outcome: Callable[[Outgoing], Outcome] | None = None
    """What the provider reports; everything is delivered unless it says otherwise."""
    lag: int = 0
    """How many changes of the indexes are not seen yet."""
    seed: int = 0
    skew: int = 0
    """Milliseconds by which the clock of a function may be off, either way."""
    every: int = 1_000
    """Milliseconds between two sends."""
    ahead: int = 0
    """How far ahead they are due."""
    doubled: float = 0.0
    """The share of queue messages that come twice."""
    rate: float = 0.0
    """Of the integration, messages a second."""
    priority: Lane = Lane.NORMAL
    names: Mapping[int, str] = field(default_factory=dict)
    """Number of a message -> the name that it is rendered with, where that is another one."""
    others: Mapping[int, str] = field(default_factory=dict)
    """Number of a message -> its project, where that is another one: all projects share one account at the provider."""
    retries: int | None = None
    """Of the event; None: as usual on the channel."""
    outages: tuple[tuple[int, int, str], ...] = ()
    """(from, until, service): milliseconds after the start between which a service throttles every call."""

    @property
    def projects(self) -> tuple[str, ...]:
        """All of them."""
        return (PROJECT, *sorted(set(self.others.values())))

    def project(self, number: int) -> str:
        """Whose a message is."""
        return self.others.get(number, PROJECT)


def delivered(message: Outgoing) -> Outcome:
    """Everything arrives."""
    return (reported(message, EventKind.DELIVERED),)


def reported(message: Outgoing, kind: EventKind, **more: Any) -> ProviderEvent:
    """One event of a message; the provider fills in its id where `ID` stands."""
    return ProviderEvent(kind=kind, echo=message.echo, recipient=message.to, event_id="ID", **more)
