"""How a value is written where a plain one could become something else than text."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from heliograph.domain.model import Channel
from heliograph.domain.parts import is_structured


class Escape(StrEnum):
    """What stands around a value."""

    NONE = "none"
    JSON = "json"
    """The inside of a JSON text (RFC 8259 7)."""
    SLACK = "slack"
    """Slack's mrkdwn, where `<!channel>` would call everybody: https://api.slack.com/reference/surfaces/formatting#escaping."""
    SLACK_JSON = "slack_json"


_SLACK: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


WRITTEN: Final[Mapping[Escape, Callable[[str], str]]] = {
    Escape.NONE: lambda text: text,
    Escape.JSON: _json,
    Escape.SLACK: lambda text: text.translate(_SLACK),
    Escape.SLACK_JSON: lambda text: _json(text.translate(_SLACK)),
}
"""What becomes of a value on its way out; the template's own text stays as it is."""


def escape_of(channel: str, part: str) -> Escape:
    """What the part of a template (`slack.sv`, `blocks`) needs."""
    name = channel.partition(".")[0]
    structured = is_structured(name, part)
    if name == Channel.SLACK:
        return Escape.SLACK_JSON if structured else Escape.SLACK
    return Escape.JSON if structured else Escape.NONE
