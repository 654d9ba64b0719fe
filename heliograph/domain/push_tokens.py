"""Push tokens: which service a token is for, told by its form."""

import re
from dataclasses import dataclass
from typing import Final

from heliograph.domain.errors import BadInput

MAX_TOKEN: Final = 4096
"""Characters; FCM's own are a few hundred and documented as growing."""
MAX_TOKENS: Final = 20
"""Devices of one contact."""

_EXPO = re.compile(r"Expo(nent)?PushToken\[[^\[\]\s]{1,200}\]")
_APNS = re.compile(r"[0-9A-Fa-f]{64}")
_FCM = re.compile(r"[A-Za-z0-9_:-]{65,}")


@dataclass(frozen=True, slots=True)
class PushToken:
    """A device: its token and the service that it is for (`expo`, `apns`, `fcm`)."""

    token: str
    provider: str


def push_token(text: str, field: str = "token") -> PushToken:
    """The token with its service: Expo's by its name, APNs's by 64 hex digits, FCM's by its length.

    Raises:
        BadInput: it has none of these forms.
    """
    if len(text) <= MAX_TOKEN:
        for pattern, provider in ((_EXPO, "expo"), (_APNS, "apns"), (_FCM, "fcm")):
            if pattern.fullmatch(text):
                return PushToken(text, provider)
    raise BadInput(
        f"`{field}` is no push token: send ExponentPushToken[...], 64 hex digits of APNs, or a token of FCM",
        field=field,
        code="INVALID_PUSH_TOKEN",
    )
