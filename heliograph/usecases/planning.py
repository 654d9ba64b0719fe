"""Planning: over which of an event's channels a send goes."""

from dataclasses import replace

from heliograph.domain import addressing
from heliograph.domain.attempts import Progress
from heliograph.domain.contact import Contact
from heliograph.domain.definition import Definition
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.routing import Plan, Routing, RoutingMode, plan, run
from heliograph.usecases.devices import reachable
from heliograph.usecases.differing import check_provider, check_sender


def planned_channels(request: SendRequest, caller: Caller, definition: Definition, contact: Contact) -> Plan:
    """The channels of one notification in order, with the address of the first.

    Raises:
        BadInput: nothing can be sent to this recipient over the event's channels, or not as the send wants it.
    """
    channels, routing = _asked(request, definition)
    # Somebody of whom only an address is known has no other that a further message could take.
    nobody = addressing.nobody(request.to)
    addresses: JSON = request.to if nobody else reachable(contact, caller, request.overrides.get("provider", ""))
    routing = replace(routing, mode=RoutingMode.SINGLE, failover=Routing().failover) if nobody else routing
    facts = {"payload": request.payload, "contact": contact.profile()}
    if (provider := request.overrides.get("provider", "")) and routing.goes_on:
        # It names the integrations of the channels that it has; the others are left out.
        channels = tuple(one for one in channels if caller.project.choices(one, caller.mode, provider)) or channels
    found = plan(channels, routing, addresses, facts)
    if found is None:
        raise BadInput(
            f"the recipient has no address for {_names(channels)}: give one, for instance `email` or `phone`",
            field="to",
            code="MISSING_IDENTIFIER",
        )
    for channel in found.channels:
        check_provider(request, caller, channel)
        check_sender(request, caller, channel)
    return found


def onward(progress: Progress, channels: Plan, routing: Routing) -> Progress:
    """The head's moving part, with what is to follow it."""
    if len(channels.channels) == 1:
        return progress
    if mode_of(channels, routing) is RoutingMode.ALL:
        return replace(progress, beside=True)
    end = run(channels.channels, 0)
    if end == len(channels.channels):
        return replace(progress, beside=True)
    failover = routing.failover
    return replace(progress, fails_over=failover.on_failure, patience=failover.after, beside=end > 1)


def mode_of(channels: Plan, routing: Routing) -> RoutingMode:
    """How the channels of one notification are used; several devices of one channel are still one channel."""
    return routing.mode if len(set(channels.channels)) > 1 else RoutingMode.SINGLE


def _asked(request: SendRequest, definition: Definition) -> tuple[tuple[Channel, ...], Routing]:
    if not definition.published:
        # It has no channels yet: the message is accepted and ends as `unpublished`.
        return (request.channel,) if request.channel else (Channel.EMAIL, Channel.SMS), Routing()
    if not request.channel:
        return definition.channels, definition.routing
    if request.channel not in definition.channels:
        raise BadInput(
            f"event {definition.name!r} has no channel {request.channel.value!r}: use one of"
            f" {_names(definition.channels)}",
            field="channel",
            code="CHANNEL_NOT_IN_EVENT",
        )
    return (request.channel,), definition.routing


def _names(channels: tuple[Channel, ...]) -> str:
    return ", ".join(channel.value for channel in channels)
