"""What the document knows of one endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel

from heliograph.api.answers.answer import Answer
from heliograph.domain.model import JSON
from heliograph.domain.project import Scope

READ_PROBLEMS: Final = frozenset({401, 403, 429, 500, 503})
"""Every endpoint with a key: a wrong key, one that may not, too often, and what is ours."""
BODY_PROBLEMS: Final = frozenset({400, 413, 415})
"""Every endpoint that reads a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A part of the path, the query or a header."""

    name: str
    place: Literal["path", "query", "header"]
    schema: JSON
    description: str
    example: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One endpoint. Its text and its examples come from its section in the docs, where there is one."""

    route: str
    """`POST /v1/send/{event}`."""
    id: str
    """The name that generated clients give it."""
    summary: str
    tag: str
    scope: Scope | None
    """What the key must be allowed; None for an endpoint that wants no key."""
    answers: Mapping[int, type[Answer] | None]
    """What it answers when all is well, by status; None for what is no JSON of ours."""
    media: str = "application/json"
    """The type of a good answer."""
    request: type[BaseModel] | None = None
    body_optional: bool = False
    parameters: tuple[Parameter, ...] = ()
    problems: frozenset[int] = field(default_factory=frozenset)
    """Statuses of refusals beside those that every endpoint of its form has."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of a good answer: name -> what it says."""
    description: str = ""
    """Where the docs have no section for it."""
    example: JSON | None = None
    """The same, of a request."""

    @property
    def method(self) -> str:
        """`post`."""
        return self.route.partition(" ")[0].lower()

    @property
    def path(self) -> str:
        """`/v1/send/{event}`."""
        return self.route.partition(" ")[2]

    @property
    def refusals(self) -> tuple[int, ...]:
        """Every status of a problem that it may answer."""
        keyed = READ_PROBLEMS if self.scope else frozenset[int]()
        bodily = BODY_PROBLEMS if self.request else frozenset[int]()
        return tuple(sorted(keyed | bodily | self.problems))
