"""Our four signed tokens: echoes in providers' metadata, webhook URLs, links in messages, list cursors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.strict_json import canonical

__all__ = ["BadToken", "Cursor", "Echo", "Hook", "Link", "LinkPurpose", "Signer"]

type LinkPurpose = Literal["open", "click", "unsubscribe"]

MAX_NUMBER: Final = 999
"""Of messages in a notification, and of attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Rides in a provider's metadata, so its events find their message and attempt; at most 128 characters."""

    project: str
    """At most 24 characters."""
    notification: str
    """At most 26 characters."""
    message: int
    integration: str
    """At most 15 characters."""
    attempt: int

    def encode(self, signer: Signer) -> str:
        """Raises ValueError when a part is longer than it may be, or a number is not in 0 to 999."""
        sizes = ((self.project, 24), (self.notification, 26), (self.integration, 15))
        if any(len(text.encode()) > most for text, most in sizes):
            raise ValueError(f"{self} has a part that is too long for an echo")
        if not (0 <= self.message <= MAX_NUMBER and 0 <= self.attempt <= MAX_NUMBER):
            raise ValueError(f"{self} has a number that is not in 0 to {MAX_NUMBER}")
        parts = (self.project, self.notification, str(self.message), self.integration, str(self.attempt))
        return signer.sign("echo", *parts)

    @classmethod
    def decode(cls, signer: Signer, token: str) -> Self:
        """Raises BadToken."""
        project, notification, message, integration, attempt = _exactly(5, signer.read("echo", token))
        return cls(
            project=project,
            notification=notification,
            message=int(message),
            integration=integration,
            attempt=int(attempt),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The unguessable segment of an integration's webhook URL."""

    project: str
    integration: str

    def encode(self, signer: Signer) -> str:
        return signer.sign("hook", self.project, self.integration)

    @classmethod
    def decode(cls, signer: Signer, token: str) -> Self:
        """Raises BadToken."""
        project, integration = _exactly(2, signer.read("hook", token))
        return cls(project=project, integration=integration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in a message: the open pixel, a click to count, an unsubscribe. A click carries its target, signed."""

    purpose: LinkPurpose
    project: str
    notification: str
    message: int
    target: str = ""
    """An http or https address for `click`, else empty."""

    def encode(self, signer: Signer) -> str:
        """Raises ValueError when the target is not one that may be redirected to."""
        if not _right_target(self.purpose, self.target):
            raise ValueError(f"{self.target!r} is no target for a {self.purpose} link; only http and https are")
        parts = (self.project, self.notification, str(self.message), self.target)
        return signer.sign(f"link:{self.purpose}", *parts)

    @classmethod
    def decode(cls, signer: Signer, purpose: LinkPurpose, token: str) -> Self:
        """Raises BadToken."""
        project, notification, message, target = _exactly(4, signer.read(f"link:{purpose}", token))
        # Looked at again, so that an old link lives by today's rule.
        if not _right_target(purpose, target):
            raise BadToken
        return cls(purpose=purpose, project=project, notification=notification, message=int(message), target=target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a list goes on. Good only in its project and for the query that it came from."""

    project: str
    query: Mapping[str, Any]
    """The list's name and its filters, as JSON values."""
    position: Any
    """Any JSON value."""

    def encode(self, signer: Signer) -> str:
        return signer.sign("cursor", self.project, _query_hash(self.query), json.dumps(self.position))

    @classmethod
    def decode(cls, signer: Signer, token: str, *, project: str, query: Mapping[str, Any]) -> Self:
        """Raises BadToken, also for a cursor of another project or query."""
        signed_project, signed_query, position = _exactly(3, signer.read("cursor", token))
        if (signed_project, signed_query) != (project, _query_hash(query)):
            raise BadToken
        return cls(project=project, query=query, position=json.loads(position))


def _exactly(count: int, fields: tuple[str, ...]) -> tuple[str, ...]:
    if len(fields) != count:
        raise BadToken
    return fields


def _query_hash(query: Mapping[str, Any]) -> str:
    return sha256(canonical(dict(query))).hexdigest()[:32]


def _right_target(purpose: LinkPurpose, target: str) -> bool:
    if purpose != "click":
        return not target
    # Browsers read a backslash as a slash and drop tabs and line breaks, so neither may be there at all.
    if "\\" in target or not target.isprintable() or " " in target:
        return False
    try:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
