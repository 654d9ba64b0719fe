"""Addresses that are no mail address and no number: Slack's and push tokens, known by how they look.

Slack: https://api.slack.com/types/user and /types/conversation. FCM, APNs and Expo publish no grammar of their tokens;
the patterns are what they hand out.
"""

import re
from collections.abc import Container
from typing import Final

from heliograph.domain.contact import ADDRESSES
from heliograph.domain.model import JSON, Channel

_SLACK_CHANNEL: Final = re.compile(r"#[a-z0-9][a-z0-9_-]{0,79}")
_SLACK_USER: Final = re.compile(r"[UW][A-Z0-9]{7,14}")
_APNS: Final = re.compile(r"[0-9a-fA-F]{64}")
_PUSH: Final = (
    re.compile(r"Expo(nent)?PushToken\[[A-Za-z0-9_-]{10,64}\]"),
    re.compile(r"[A-Za-z0-9_-]{8,64}:APA91b[A-Za-z0-9_-]{100,280}"),
)
_IDENTIFYING: Final = ("id", "email", "phone", *ADDRESSES, "push")


def certain(text: str) -> JSON | None:
    """`{"slack": "#general"}` or `{"push": token}` for what can be nothing else, else None."""
    if _SLACK_CHANNEL.fullmatch(text):
        return {Channel.SLACK.value: text}
    if any(pattern.fullmatch(text) for pattern in _PUSH):
        return {Channel.PUSH.value: text}
    return None


def likely(text: str, channels: Container[Channel]) -> JSON | None:
    """The same for what could also be a contact's id: only an event with that channel makes it an address."""
    if Channel.SLACK in channels and _SLACK_USER.fullmatch(text):
        return {Channel.SLACK.value: text}
    if Channel.PUSH in channels and _APNS.fullmatch(text):
        return {Channel.PUSH.value: text}
    return None


def nobody(to: JSON) -> bool:
    """Whether only an address is told and nobody whom it belongs to: no contact is made of it."""
    return not any(to.get(name) for name in ("id", "email", "phone"))


def identity(to: JSON) -> str:
    """What tells the recipients of one call apart: the first that is given of id, mail address, number and the rest."""
    name = next(name for name in _IDENTIFYING if to.get(name))
    value = str(to[name])
    return f"{name}:{value.lower() if name == 'email' else value}"
