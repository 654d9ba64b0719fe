"""The names of files: `email.sv.subject@loud.txt` is the subject of the variant loud of the template `email.sv`."""

import re
from dataclasses import dataclass
from typing import Final

EVENT: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LAYOUT: Final = EVENT
HTML: Final = "html"
TEXT: Final = "text"

_FILE: Final = re.compile(
    r"(?P<template>[a-z][a-z_]{0,30}(?:\.[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})?)"
    # A part has four letters or more, a language three or a dash: which it is can be told.
    r"(?:\.(?P<part>[a-z][a-z_]{3,30}))?"
    r"(?:@(?P<variant>[A-Za-z0-9][A-Za-z0-9._-]{0,39}))?"
    r"\.(?P<ending>html|txt)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in an event's `templates`; *variant* is empty for the template's own."""

    template: str
    part: str
    variant: str = ""


def file_name(place: Place) -> str | None:
    """The file of a place; None where no name could say it, so that it stays in `event.yaml`."""
    part = "" if place.part in {HTML, TEXT} else f".{place.part}"
    variant = f"@{place.variant}" if place.variant else ""
    name = f"{place.template}{part}{variant}.{'html' if place.part == HTML else 'txt'}"
    return name if read(name) == place else None


def read(name: str) -> Place | None:
    """The place of a file, None for a name that says none."""
    found = _FILE.fullmatch(name)
    if found is None:
        return None
    part = found["part"]
    if part in {HTML, TEXT} or (part and found["ending"] == "html"):
        return None
    return Place(found["template"], part or (HTML if found["ending"] == "html" else TEXT), found["variant"] or "")
