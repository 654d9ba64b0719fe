"""How languages write dates and numbers: the CLDR's words and patterns, one line a language in `locales.txt`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

ENGLISH: Final = "en"
UTC: Final = "UTC"
KEPT: Final = 64
"""Languages that a process keeps, the latest used."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a message is written for."""

    language: str = ENGLISH
    timezone: str = UTC


@lru_cache(KEPT)
def words(tag: str) -> Mapping[str, Any]:
    """What is known of a language, from the widest (`sv`) to the nearest (`sv-FI`); English where nothing is."""
    found = _line(ENGLISH)
    parts = tag.split("-")
    for size in range(1, len(parts) + 1):
        line = _line("-".join(parts[:size]))
        found |= line | {"symbols": found["symbols"] | line.get("symbols", {})}
    return found


@cache
def digits() -> Mapping[str, int]:
    """Digits after the point of the currencies that have not two."""
    found: Mapping[str, int] = _parsed(_text().partition("\n")[0])["digits"]
    return found


def _line(tag: str) -> dict[str, Any]:
    text = _text()
    begin = text.find(f'\n"{tag}": ')
    return _parsed(text[begin + 1 : text.find("\n", begin + 1)]) if begin >= 0 else {}


def _parsed(line: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(line.partition('": ')[2])
    return value


@cache
def _text() -> str:
    return Path(__file__).with_name("locales.txt").read_text(encoding="utf-8")
