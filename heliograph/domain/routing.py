"""Routing: over which of an event's channels a notification goes, and when the next one follows. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from heliograph.domain.conditions import Condition, all_hold
from heliograph.domain.model import JSON, Channel
from heliograph.domain.plan import address, devices


class RoutingMode(StrEnum):
    """How many channels a notification begins with."""

    SINGLE = "single"
    """One message, over the first usable channel; failover may bring the next."""
    ALL = "all"
    """A message over every usable channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failover:
    """What lets the next usable channel begin."""

    on_failure: bool = False
    """The message came to a bad end, by our own word or by a reported event."""
    after: int = 0
    """Milliseconds after it was handed over in which no receipt came; 0: however long that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How an event's channels are used. `conditions` holds those of each channel; all of them must be true."""

    mode: RoutingMode = RoutingMode.SINGLE
    failover: Failover = field(default_factory=Failover)
    conditions: Mapping[Channel, tuple[Condition, ...]] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        """Whether a notification may have more than one message."""
        return self.mode is RoutingMode.ALL or self.failover.on_failure or self.failover.after > 0


class Plan(NamedTuple):
    """The channels of one notification, in order; frozen when it is accepted.

    A contact's devices each have a message of their own: push stands there as often as there are devices.
    """

    channels: tuple[Channel, ...]
    to: str
    """The address of the first."""
    filtered: bool = False
    """A condition left out every channel for which there is an address; `channels` then has the first of those."""


def plan(channels: Sequence[Channel], routing: Routing, addresses: JSON, facts: JSON) -> Plan | None:
    """What a notification's channels are; None when there is no address for any of them.

    *addresses* are the fields of the recipient, *facts* what conditions are about: `{"payload": ..., "contact": ...}`.
    """
    reachable = [channel for channel in channels if address(channel, addresses)]
    if not reachable:
        return None
    usable = [channel for channel in reachable if all_hold(routing.conditions.get(channel, ()), facts)]
    used = usable if routing.goes_on else usable[:1]
    first = (used or reachable)[0]
    return Plan(tuple(_each(used or [first], addresses)), address(first, addresses), filtered=not usable)


def run(channels: Sequence[Channel], number: int) -> int:
    """Where the run of a contact's devices ends (exclusive) that message *number* stands in."""
    others = (place for place, channel in enumerate(channels) if place > number and channel is not channels[number])
    return next(others, len(channels))


def _each(channels: Sequence[Channel], addresses: JSON) -> Iterator[Channel]:
    for channel in channels:
        yield from [channel] * (len(devices(addresses)) if channel is Channel.PUSH else 1)
