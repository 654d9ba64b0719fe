"""What a check is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cli.deployment import Deployment


class Level(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    WARN = "warn"
    """Worth knowing; nothing is broken by it now."""
    BAD = "bad"
    """Messages wait or fail because of it, or soon will."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on what is there, and one on what to do where there is something to do."""

    level: Level
    text: str
    advice: str = ""


type Findings = Iterator[Finding]
type Look = Callable[[Deployment], Findings]
"""Reads, and changes nothing. An error of AWS may escape: it becomes a finding of its own."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name."""

    name: str
    look: Look
    aws: bool = False
    """Only AWS has what it looks at; the local host does without."""


def ok(text: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.OK, text)


def warn(text: str, advice: str) -> Finding:
    """Something to know."""
    return Finding(Level.WARN, text, advice)


def bad(text: str, advice: str) -> Finding:
    """Something to mend."""
    return Finding(Level.BAD, text, advice)
