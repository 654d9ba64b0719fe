"""What the pages in docs say of an endpoint: its section's text, and its examples."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from heliograph.domain.model import JSON

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGES: Final = ("api", "attachments", "pausing", "people", "versions")
_SCOPE: Final = re.compile(r"^Scope `\w+`(, no body)?\.\s*")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_JSON: Final = re.compile(r"^```json\n(.+?)^```$", re.MULTILINE | re.DOTALL)


@cache
def sections() -> dict[str, str]:
    """Heading -> what stands below it, up to the next heading."""
    text = "".join((DOCS / f"{page}.md").read_text() for page in PAGES)
    found = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {heading.strip("`"): below for heading, below in zip(found[1::2], found[2::2], strict=True)}


def description(route: str) -> str:
    """The prose of an endpoint's section up to its first example or table, without links; empty where there is none."""
    prose = re.split(r"^(?:```|\||    )", sections().get(route, ""), maxsplit=1, flags=re.MULTILINE)[0]
    lines = " ".join(prose.split())
    return _LINK.sub(r"\1", _SCOPE.sub("", lines)).strip()


def examples(route: str) -> list[JSON]:
    """The JSON blocks of an endpoint's section, in order: of the request first, where it has a body."""
    return [json.loads(block) for block in _JSON.findall(sections().get(route, ""))]
