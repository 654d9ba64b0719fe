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
from heliograph.domain.routing import Plan, Routing, RoutingMode, plan
from heliograph.usecases.differing import check_provider, check_sender


def planned_channels(request: SendRequest, caller: Caller, definition: Definition, contact: Contact) -> Plan:
    """The channels of one notification in order, with the address of the first.

    Raises:
        BadInput: nothing can be sent to this recipient over the event's channels, or not as the send wants it.
    """
    channels, routing = _asked(request, definition)
    # Somebody of whom only an address is known has no other that a further message could take.
    nobody = addressing.nobody(request.to)
    addresses: JSON = request.to if nobody else contact.profile()
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
    if routing.mode is RoutingMode.ALL:
        return replace(progress, beside=True)
    return replace(progress, fails_over=routing.failover.on_failure, patience=routing.failover.after)


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
