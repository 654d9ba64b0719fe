"""What comes next: which channel for a contact, which integration for an attempt."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from heliograph.domain.attempts import Progress
from heliograph.domain.model import KINDS, Channel, Kind
from heliograph.domain.project import Integration
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import PROVIDER_DEADLINE
from heliograph.domain.status import TRY_AGAIN

_REFUSED: Final = frozenset({Reason.PROVIDER_ERROR, Reason.INVALID_RECIPIENT})

_FIELDS: Final = {Channel.WHATSAPP: "phone", Channel.IN_APP: "id"}
"""Where a contact's address is, unless it is named as the channel."""


def address(channel: Channel, contact: Mapping[str, object], place: int = 0) -> str:
    """The contact's address for a channel, empty when it has none; of its devices the one at *place*."""
    match KINDS[channel]:
        case Kind.EMAIL:
            field = "email"
        case Kind.SMS:
            field = "phone"
        case Kind.PUSH:
            return next(iter(devices(contact)[place:]), "")
        case _:
            field = _FIELDS.get(channel, channel.value)
    value = contact.get(field)
    return value if isinstance(value, str) else ""


def devices(contact: Mapping[str, object]) -> tuple[str, ...]:
    """The push tokens of a contact, oldest first."""
    value = contact.get(Channel.PUSH.value)
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()


def first_usable(channels: Iterable[Channel], contact: Mapping[str, object]) -> tuple[Channel, str] | None:
    """The first channel for which the contact has an address, with that address."""
    found = ((channel, address(channel, contact)) for channel in channels)
    return next(((channel, to) for channel, to in found if to), None)


def not_refused(choices: Sequence[Integration], state: Progress) -> list[Integration]:
    """Those that have not refused the message for good."""
    refused = {entry.integration for entry in state.log[1:] if entry.reason in _REFUSED}
    return [one for one in choices if one.id not in refused]


def next_integration(
    choices: Sequence[Integration], state: Progress, now: int, *, deadline: int = PROVIDER_DEADLINE
) -> Integration | None:
    """The integration for the next attempt, in the channel's order.

    First those that have not refused the message, whose account is in order, whose time is not over and of which no
    failure was reported; then any that has not refused it, since troubles pass; None when all have. *deadline*:
    milliseconds that one may take.
    """
    tried = state.log[1:]
    troubled = {entry.integration for entry in tried if entry.reason == Reason.NOT_ALLOWED}
    failed = {entry.integration for entry, rank in zip(state.log, state.ranks, strict=True) if rank in TRY_AGAIN}
    left = not_refused(choices, state)
    left.sort(key=lambda one: one.id in failed)
    for one in left:
        first = next((entry for entry in tried if entry.integration == one.id), None)
        if one.id not in troubled and (first is None or state.since(first, now) < deadline):
            return one
    return left[0] if left else None


def language_chain(language: str) -> tuple[str, ...]:
    """`sv-FI` -> `sv-FI`, `sv`, and the empty string for the template without a language."""
    tags = language.split("-") if language else []
    return (*("-".join(tags[:size]) for size in range(len(tags), 0, -1)), "")
