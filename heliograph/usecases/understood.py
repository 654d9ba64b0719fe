"""What a send request means: which notification it is, and whom it is for."""

from dataclasses import replace

from heliograph.domain import addressing
from heliograph.domain.contact import Contact, lacking
from heliograph.domain.definition import Definition
from heliograph.domain.identity import notification_id
from heliograph.domain.message import MessageId
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest


def place(request: SendRequest, caller: Caller) -> MessageId:
    """Where the head of its notification lies."""
    project = caller.project
    name = notification_id(project=project.id, mode=caller.mode, salt=project.salt, key=request.key)
    return MessageId(project=project.id, notification=name)


def understood(request: SendRequest, definition: Definition, known: Contact | None) -> SendRequest:
    """What looks like a contact's id may be an address of the event's channels; a contact of that id comes first."""
    if request.missing:
        return replace(request, to=lacking(known, request.missing) | request.to)
    if known is not None or set(request.to) != {"id"}:
        return request
    channels = (request.channel,) if request.channel else definition.channels
    return replace(request, to=addressing.likely(request.to["id"], channels) or request.to)
