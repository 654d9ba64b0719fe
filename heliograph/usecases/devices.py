"""Devices: which push tokens of a contact a notification goes to, over which service, and what becomes of dead ones."""

from dataclasses import replace
from typing import Final

from heliograph.domain.contact import DEVICES, Contact
from heliograph.domain.errors import Busy, Lost
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, Channel, ProviderEvent
from heliograph.domain.project import Caller, Integration, Mode
from heliograph.domain.push_tokens import SERVICES, service
from heliograph.domain.request import SendRequest
from heliograph.domain.routing import Plan
from heliograph.usecases.ports import ContactStore

TRIES: Final = 5
"""How often a dead token is removed anew because somebody else changed the contact meanwhile."""


def reachable(contact: Contact, caller: Caller, provider: str = "") -> JSON:
    """The contact's addresses, of its devices those for whose service the project has an integration.

    All of them where it has none for any: their messages then say what is missing. *provider*: if only one is wanted.
    """
    addresses = contact.addresses()
    tokens = addresses.get(DEVICES, [])
    choices = caller.project.choices(Channel.PUSH, caller.mode, provider)
    served = [token for token in tokens if for_token(choices, token)]
    return addresses | ({DEVICES: served} if served else {})


def for_token(choices: tuple[Integration, ...], token: str) -> tuple[Integration, ...]:
    """Those of *choices* that are not another service than the token's own."""
    others = SERVICES - {service(token)}
    return tuple(one for one in choices if one.provider not in others)


def carried_profile(contact: Contact, caller: Caller, request: SendRequest, plan: Plan) -> JSON:
    """What a message carries of its contact; its devices only where a further message needs them."""
    profile = contact.profile()
    if Channel.PUSH not in plan.channels[1:]:
        return profile
    return profile | {DEVICES: reachable(contact, caller, request.overrides.get("provider", ""))[DEVICES]}


def is_gone(message: Message, event: ProviderEvent) -> bool:
    """Whether the event says that a contact's device is gone, so that its token is dropped and not suppressed.

    Not for what a test key sent, which must not change people.
    """
    known = message.channel is Channel.PUSH and bool(message.contact) and message.mode is Mode.LIVE
    return known and event.bounce == "hard"


def drop(contacts: ContactStore, message: Message, *, now: int) -> None:
    """Remove the message's token from its contact; one that is gone already changes nothing.

    Raises:
        Busy: others change the contact all the time; the event must come again.
    """
    project = message.id.project
    for _ in range(TRIES):
        known = contacts.get(project, message.contact)
        if known is None:
            return
        kept = tuple(one for one in known.push_tokens if one.token != message.to)
        if len(kept) == len(known.push_tokens):
            return
        try:
            contacts.save(project, replace(known, push_tokens=kept, updated=now), known=known)
        except Lost:
            continue
        return
    raise Busy("the contact is being changed by others at this moment")
