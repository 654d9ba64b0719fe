"""Push tokens: which service a token is for, told by its form."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from heliograph.domain.errors import BadInput

MAX_TOKEN: Final = 4096
"""Characters; FCM's own are a few hundred and documented as growing."""
MAX_TOKENS: Final = 20
"""Devices of one contact."""
EXTERNAL: Final = "external_id:"
"""Stands before an id of the caller's that OneSignal knows: all devices of that user."""

_FORMS: Final = (
    (re.compile(r"Expo(nent)?PushToken\[[^\[\]\s]{1,200}\]"), "expo"),
    (re.compile(r"[0-9A-Fa-f]{64}"), "apns"),
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "onesignal"),
    (re.compile(rf"{EXTERNAL}[\x21-\x7e]{{1,128}}"), "onesignal"),
    (re.compile(r"[A-Za-z0-9_:-]{65,}"), "fcm"),
)
SERVICES: Final = frozenset({"web_push"} | {provider for _, provider in _FORMS})
"""Providers that take the tokens of their own service alone."""


@dataclass(frozen=True, slots=True)
class PushToken:
    """A device: its token and the service that it is for (`expo`, `apns`, `fcm`, `onesignal`, `web_push`)."""

    token: str
    provider: str


def push_token(text: str, field: str = "token") -> PushToken:
    """The token with its service.

    Expo's by its name, APNs's by 64 hex digits, OneSignal's as a UUID or behind `external_id:`, FCM's by its
    length, and a browser's subscription as the JSON text of `{endpoint, keys: {p256dh, auth}}`:
    only these are kept.

    Raises:
        BadInput: it has none of these forms.
    """
    if len(text) <= MAX_TOKEN:
        if (kept := subscription(text)) is not None:
            return PushToken(json.dumps(kept, separators=(",", ":"), sort_keys=True), "web_push")
        if name := service(text):
            return PushToken(text, name)
    raise BadInput(
        f"`{field}` is no push token: send ExponentPushToken[...], 64 hex digits of APNs, a token of FCM, a browser's"
        f" subscription as JSON text, or OneSignal's subscription id or {EXTERNAL}ID",
        field=field,
        code="INVALID_PUSH_TOKEN",
    )


def service(token: str) -> str:
    """The service that a token is for, empty when it has no known form."""
    if token.startswith("{"):
        return "web_push" if subscription(token) is not None else ""
    return next((provider for form, provider in _FORMS if form.fullmatch(token)), "")


def subscription(text: str) -> dict[str, Any] | None:
    """`{endpoint, keys: {p256dh, auth}}` of a browser's subscription (W3C Push API); None when it is none."""
    if not text.startswith("{"):
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    keys = read.get("keys")
    found = {name: keys.get(name) for name in ("auth", "p256dh")} if isinstance(keys, Mapping) else {}
    endpoint = read.get("endpoint")
    if not isinstance(endpoint, str) or not found or not all(isinstance(one, str) and one for one in found.values()):
        return None
    return {"endpoint": endpoint, "keys": found} if _is_url(endpoint) else None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and text.isascii() and text.isprintable()
