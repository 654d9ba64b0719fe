"""What can be the sender of an integration: a mail address for mail, a number or a name for text messages."""

import re
from collections.abc import Collection
from typing import Final

from heliograph.domain import senders
from heliograph.domain.errors import BadInput
from heliograph.domain.model import KINDS, Channel, Kind
from heliograph.domain.provider import Capabilities
from heliograph.domain.recipient import email, header_text

NUMBER: Final = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
"""A number with its country code, or a short code."""
NAME: Final = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}", re.ASCII)
"""A sender id of GSM 03.40: at most eleven characters, one of them a letter, so that it is no number."""


def checked(sender: str, channels: Collection[Channel], capabilities: Capabilities) -> str:
    """The sender, if a provider of these channels can be told it. Channels that name no sender take any, and none.

    Raises:
        BadInput: it can not; says what would be right.
    """
    header_text(sender, "sender")
    kinds = {KINDS[channel] for channel in channels}
    if kinds == {Kind.EMAIL}:
        email(senders.parts(sender)[1] or sender, "sender")
    elif kinds == {Kind.SMS}:
        _text_sender(sender, capabilities.sender_ids)
    return sender


def _text_sender(sender: str, ids: str) -> None:
    if NUMBER.fullmatch(sender) or NAME.fullmatch(sender) or (ids and re.fullmatch(ids, sender, re.ASCII)):
        return
    more = ", or the id of a pool or service that the provider's page names" if ids else ""
    detail = (
        "`sender`: text messages are from a number with its country code (+15005550006), a short code, or a name of"
        f" up to 11 letters and digits with at least one letter{more}"
    )
    raise BadInput(detail, field="sender")
