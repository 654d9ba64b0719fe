"""The parts of a push template, and what a push carries besides its title and text."""

import json
from collections.abc import Mapping
from typing import Final

from heliograph.domain.errors import TemplateError
from heliograph.domain.model import JSON

PARTS: Final = ("title", "text", "url", "image", "badge", "sound", "collapse", "data")
MAX_BADGE: Final = 99_999
MAX_COLLAPSE: Final = 64
"""Characters: what APNs takes."""


def data(parts: Mapping[str, str]) -> JSON:
    """`{url, image, badge, sound, collapse, data}` of rendered parts; what is empty is left out.

    `badge` is a number. `data` is a flat object: texts as they are, other values as JSON text: FCM takes
    nothing else.

    Raises:
        TemplateError: `badge` or `data` came out as something else, or an address is none.
    """
    found: JSON = {
        name: parts[name].strip() for name in ("url", "image", "sound", "collapse") if parts.get(name, "").strip()
    }
    if found.get("image", "https://").partition("://")[0] != "https":
        raise TemplateError("push.image: it must be an address that begins with https://", part="push.image")
    if len(found.get("collapse", "")) > MAX_COLLAPSE:
        raise TemplateError(f"push.collapse: it has more than {MAX_COLLAPSE} characters", part="push.collapse")
    if badge := parts.get("badge", "").strip():
        found["badge"] = _badge(badge)
    if given := parts.get("data", "").strip():
        found["data"] = _object(given)
    return found


def _badge(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) > MAX_BADGE:
        raise TemplateError(f"push.badge: it must come out as a number from 0 to {MAX_BADGE}", part="push.badge")
    return int(text)


def _object(text: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise TemplateError(
            "push.data: it must come out as a JSON object, as `{{ value | tojson }}` writes", part="push.data"
        )
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in read.items()}
