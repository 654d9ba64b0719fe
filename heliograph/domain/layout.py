"""Layouts and partials: what the templates of a project share."""

from dataclasses import dataclass
from enum import StrEnum


class LayoutKind(StrEnum):
    """How a template uses it: `{% extends "name" %}` or `{% include "name" %}`."""

    LAYOUT = "layout"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A shared piece of source. Times are epoch milliseconds."""

    name: str
    kind: LayoutKind
    source: str
    created: int = 0
    updated: int = 0
