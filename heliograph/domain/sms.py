"""How a text goes over the air: its encoding, its length and how many SMS it takes. Pure.

3GPP TS 23.038, 6.2.1: the default alphabet and its extension table. A single SMS has 140 bytes: 160 septets or 70
UTF-16 units; one of several gives 6 bytes (7 septets, 3 units) to the header that joins them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from heliograph.domain.errors import TemplateError
from heliograph.domain.model import KINDS, Channel, Kind

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Two septets each: an escape and the character. Both go into the same part."""
DEFAULT_MAX_PARTS: Final = 10


class Encoding(StrEnum):
    """What a text is sent in."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_SINGLE: Final = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_JOINED: Final = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text comes to. *characters* are septets or UTF-16 units: what fills the parts."""

    encoding: Encoding
    characters: int
    parts: int


def measure(text: str) -> Measure:
    """One character outside the default alphabet makes the whole text UCS-2; the empty text is one part."""
    encoding = Encoding.GSM_7 if all(one in BASIC or one in EXTENSION for one in text) else Encoding.UCS_2
    widths = [_width(one, encoding) for one in text]
    total = sum(widths)
    parts = 1 if total <= _SINGLE[encoding] else _filled(widths, _JOINED[encoding])
    return Measure(encoding, total, parts)


def check_length(channel: Channel, parts: Mapping[str, str], *, at_most: int = DEFAULT_MAX_PARTS) -> None:
    """Refuse a rendered text message that would go over the air in too many parts.

    Raises:
        TemplateError: how many it would take.
    """
    if KINDS[channel] is not Kind.SMS:
        return
    found = measure(parts.get("text", ""))
    if found.parts > at_most:
        sentence = f"too long: the text takes {found.parts} SMS in {found.encoding} and at most {at_most} are sent"
        raise TemplateError(f"{sentence}; shorten it")


def _width(one: str, encoding: Encoding) -> int:
    return 1 + (one in EXTENSION if encoding is Encoding.GSM_7 else ord(one) > 0xFFFF)  # noqa: PLR2004 - a surrogate pair


def _filled(widths: Iterable[int], size: int) -> int:
    """Parts of *size*, where neither an escape and its character nor a surrogate pair is split."""
    parts, left = 1, size
    for width in widths:
        if width > left:
            parts, left = parts + 1, size
        left -= width
    return parts
