"""What the templates of chats and of our own channels are made of, and how rendered parts become a message's data."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from heliograph.domain import push_parts
from heliograph.domain.errors import TemplateError
from heliograph.domain.model import JSON, Channel

TOP: Final = frozenset({"subject", "html", "text"})
"""Parts that every message has a place of its own for."""


class Parts(NamedTuple):
    """The parts of one channel's templates."""

    names: tuple[str, ...]
    content: tuple[str, ...]
    """One of these is needed."""
    structured: Mapping[str, type] = {}
    """Parts whose result is JSON: an object (dict) or a list."""
    required: tuple[str, ...] = ()
    """Each of these is needed."""


TEXT: Final = Parts(("text",), ("text",))
PARTS: Final[Mapping[Channel, Parts]] = {
    Channel.EMAIL: Parts(("subject", "html", "text"), ("text", "html"), required=("subject",)),
    Channel.PUSH: Parts(push_parts.PARTS, ("text",), required=("title",)),
    Channel.SLACK: Parts(("text", "blocks"), ("text",), {"blocks": list}),
    Channel.TEAMS: Parts(("title", "text", "card"), ("text", "card"), {"card": dict}),
    Channel.DISCORD: Parts(("text", "embeds"), ("text", "embeds"), {"embeds": list}),
    Channel.TELEGRAM: Parts(("text", "html"), ("text", "html")),
    Channel.WHATSAPP: Parts(("text", "template", "params"), ("text", "template"), {"params": list}),
    Channel.APPRISE: Parts(("title", "text", "html"), ("text", "html")),
    Channel.IN_APP: Parts(("title", "text", "url", "image"), ("title", "text")),
    Channel.WEBHOOK: Parts(("text", "json"), ("text", "json"), {"json": dict}),
}
"""Channels that have other parts than `text` alone."""


def data(channel: Channel, parts: Mapping[str, str]) -> JSON:
    """What a channel's provider gets beside subject, HTML and text: parts that are not empty, JSON read.

    Raises:
        TemplateError: a part did not become the JSON that it must be.
    """
    if channel is Channel.PUSH:
        return push_parts.data(parts)
    structured = PARTS.get(channel, TEXT).structured
    return {
        name: _read(channel, name, text, structured[name]) if name in structured else text
        for name, text in parts.items()
        if name not in TOP and text.strip()
    }


def is_structured(channel: str, part: str) -> bool:
    """Whether the *part* of a channel's template is JSON; any text may be asked about."""
    known = PARTS.get(Channel(channel)) if channel in set(Channel) else None
    return known is not None and part in known.structured


def _read(channel: Channel, name: str, text: str, kind: type) -> Any:
    wanted = "an object" if kind is dict else "a list"
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError as exc:
        raise TemplateError(f"{channel.value}.{name} is nested too deeply", part=f"{channel.value}.{name}") from exc
    except ValueError as exc:
        line = getattr(exc, "lineno", 0)
        sentence = (
            f"{channel.value}.{name} did not become JSON (line {line} of the result); write values between quotes"
        )
        raise TemplateError(sentence, part=f"{channel.value}.{name}") from None
    if not isinstance(value, kind):
        raise TemplateError(f"{channel.value}.{name} must become {wanted} of JSON", part=f"{channel.value}.{name}")
    return value


def _no_number(_text: str) -> float:
    raise ValueError("NaN and infinity are no JSON")
