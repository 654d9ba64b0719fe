"""Devices that choose their outcome, one of each push service."""

from collections.abc import Callable, Mapping
from typing import Final

from heliograph.domain.push_tokens import EXTERNAL
from local.sandbox.fake_web_push import subscription

TOKENS: Final[Mapping[str, Callable[[str], str]]] = {
    "apns": lambda outcome: f"sandbox_{outcome}".encode().ljust(32, b".").hex(),
    "expo": lambda outcome: f"ExponentPushToken[sandbox_{outcome}]",
    "fcm": lambda outcome: f"sandbox_{outcome}:APA91b{'x' * 120}",
    "onesignal": lambda outcome: f"{EXTERNAL}sandbox_{outcome}",
    "web_push": lambda outcome: subscription(f"sandbox_{outcome}"),
}
"""Provider -> the token of a device that ends as an outcome of `docs/sandbox.md`."""
