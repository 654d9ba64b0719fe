"""What must stand in no line of any log: addresses, numbers, keys, and what a test marks as nobody else's business."""

import re
from collections.abc import Iterable
from typing import Final

from local.sandbox.accounts import demo_credentials

FORMS: Final = (
    re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?:\+|%2B)[1-9]\d{6,14}"),
    re.compile(r"\b(?:live|test)_[A-Za-z0-9]{16,}"),
)
"""A mail address (masked ones, `a***@example.com`, have none of this form), a phone number, an API key."""
SECRETS: Final = tuple(
    value
    for credentials in demo_credentials().values()
    for name, value in credentials.items()
    if name not in {"account_sid", "verification_key"}
)
"""Credentials of the tests' integrations; what is public of them does not count."""


def leaks(log: str, marked: Iterable[str] = ()) -> list[str]:
    """Whatever must not be there, with some of what is around it."""
    spots = [found.span() for form in FORMS for found in form.finditer(log)]
    for word in (*SECRETS, *marked):
        spots += [found.span() for found in re.finditer(re.escape(word), log)] if word else []
    return sorted({log[max(0, begin - 120) : end + 20] for begin, end in spots})
