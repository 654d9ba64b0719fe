"""What one send does differently, laid over what the event and the integration say."""

from collections.abc import Container
from dataclasses import replace
from typing import Final

from heliograph.domain.definition import Body
from heliograph.domain.errors import BadInput
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, Channel, Outgoing
from heliograph.domain.project import Caller, Integration, Mode
from heliograph.domain.request import SendRequest
from heliograph.domain.senders import allowed, domain

_SENDERS: Final = {"email": "from", "sms": "sender_id"}
"""The member of a channel's overrides that names its sender."""


def check_provider(request: SendRequest, caller: Caller, channel: Channel) -> None:
    """Refuse a provider that the project has no integration of.

    Raises:
        BadInput: names the provider and the channel.
    """
    wanted = request.overrides.get("provider", "")
    if wanted and not caller.project.choices(channel, caller.mode, wanted):
        raise BadInput(
            f"there is no integration of {wanted!r} for {channel.value} in this project: set one up, or leave it out",
            field="overrides.provider",
            code="INTEGRATION_MISSING",
        )


def check_sender(request: SendRequest, caller: Caller, channel: Channel) -> None:
    """Refuse a `from` whose domain is no sender's of the project's mail integrations; also for a test key.

    Raises:
        BadInput: with the domains that would be right.
    """
    wanted = _mail(request.overrides).get("from", "")
    if not wanted or channel is not Channel.EMAIL:
        return
    choices = caller.project.choices(channel, Mode.LIVE, request.overrides.get("provider", ""))
    if choices and allowed(wanted, (one.sender for one in choices)):
        return
    known = ", ".join(sorted({domain(one.sender) for one in choices})) or "none yet: set one up first"
    raise BadInput(
        f"`overrides.email.from` must be of the domain of a mail integration of this project ({known})",
        field="overrides.email.from",
        code="SENDER_NOT_ALLOWED",
        status=422,
    )


def usable(choices: tuple[Integration, ...], message: Message) -> tuple[Integration, ...]:
    """Those of *choices* that may send it under the name that it asks for."""
    wanted = _mail(message.overrides).get("from", "")
    if not wanted or message.channel is not Channel.EMAIL or message.mode is Mode.TEST:
        return choices
    return tuple(one for one in choices if allowed(wanted, (one.sender,)))


def effective(body: Body, given: JSON) -> JSON:
    """What holds for a send that was *given* overrides: its own, else the event's, else the event's senders."""
    senders: JSON = {name: {_SENDERS[name]: value} for name, value in body.senders.items() if name in _SENDERS}
    found: JSON = {}
    for layer in (senders, body.overrides, given):
        for name, value in layer.items():
            found[name] = found.get(name, {}) | value if isinstance(value, dict) else value
    return found


def copies(message: Message) -> tuple[str, ...]:
    """Everybody who gets a copy of the mail."""
    mail = _mail(message.overrides) if message.channel is Channel.EMAIL else {}
    return (*mail.get("cc", ()), *mail.get("bcc", ()))


def differing(outgoing: Outgoing, message: Message, muted: Container[str]) -> Outgoing:
    """*outgoing* with the send's overrides; copies to the addresses in *muted* are left out."""
    if message.channel is Channel.SMS:
        sender = message.overrides.get("sms", {}).get("sender_id", "")
        return replace(outgoing, sender=sender or outgoing.sender)
    if message.channel is Channel.IN_APP and (settings := message.overrides.get("in_app")):
        return replace(outgoing, data={**outgoing.data, "settings": settings})
    if message.channel is not Channel.EMAIL or not (mail := _mail(message.overrides)):
        return outgoing
    return replace(
        outgoing,
        sender=mail.get("from", outgoing.sender),
        subject=mail.get("subject", outgoing.subject),
        reply_to=tuple(mail.get("reply_to", ())),
        cc=tuple(to for to in mail.get("cc", ()) if to not in muted),
        bcc=tuple(to for to in mail.get("bcc", ()) if to not in muted),
        headers=mail.get("headers", {}) | dict(outgoing.headers),
    )


def _mail(overrides: JSON) -> JSON:
    found: JSON = overrides.get("email", {})
    return found
