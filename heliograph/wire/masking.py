"""What may be kept of a vendor's words: one line, and nobody's address in it."""

import re
from collections.abc import Callable, Collection
from typing import Any, Final

LONGEST_TEXT: Final = 500
"""Characters of a vendor's words that are kept with an event."""
_NAME: Final = re.compile(r"[A-Za-z]+(?:[ _.:-][A-Za-z]+){0,7}")
SHORTEST_NUMBER: Final = 7
"""Digits; fewer could be part of anything."""


def hide_mail(text: str) -> str:
    """One line; every word with an @ in it, plain or as in a URL, could be somebody's address."""
    if "@" not in text and "%40" not in text:
        return " ".join(text.split())
    return " ".join("(address)" if "@" in word or "%40" in word else word for word in text.split())


def hide_number(text: str, number: str) -> str:
    """The text without *number* (E.164), written with its plus or without."""
    digits = number.lstrip("+")
    return re.sub(rf"\+?{re.escape(digits)}", "(number)", text) if len(digits) >= SHORTEST_NUMBER else text


def name_only(text: str) -> str:
    """A vendor's name of a kind of event, if it looks like one; anything else could be somebody's name or number."""
    return text if _NAME.fullmatch(text) else "(odd name)"


def without(members: Collection[str], value: Any, hide: Callable[[str], str]) -> Any:
    """A JSON value without the *members* that hold addresses, at any depth, and with *hide* done to every text."""
    if isinstance(value, dict):
        return {name: without(members, one, hide) for name, one in value.items() if name not in members}
    if isinstance(value, list):
        return [without(members, one, hide) for one in value]
    return hide(value) if isinstance(value, str) else value
