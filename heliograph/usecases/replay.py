"""Replay: read stored events once more with today's mappings, and put what changed on the events queue."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched
from typing import Final, Protocol

from heliograph.domain.correction import Correction, Stored, corrected
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON, ProviderEvent
from heliograph.domain.provider import Rereads
from heliograph.usecases.ports import Later, Load, ProjectStore

HELD: Final = 100
"""Events that are held at a time."""


class Archive(Protocol):
    """See heliograph.store.archive."""

    def since(self, moment: int, *, project: str = "") -> Iterator[Stored]: ...


class Verdict(StrEnum):
    """What came of one stored event."""

    SAME = "the same"
    CHANGED = "changed"
    IGNORED = "ignored today, left as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """One stored event and what it means today."""

    verdict: Verdict
    stored: Stored
    correction: Correction | None = None
    """Where it changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Works on one stage."""

    archive: Archive
    projects: ProjectStore
    load: Load
    _providers: dict[tuple[str, str], str] = field(default_factory=dict)
    """(project, integration) -> its provider."""

    def read(self, provider: str, *, since: int, project: str = "") -> Iterator[Reread]:
        """Every stored event of *provider* that came since then (epoch milliseconds), read once more.

        Raises:
            BadInput: its stored events cannot be read.
            NotFound: no such provider.
        """
        adapter = self.load(provider)
        if not isinstance(adapter, Rereads):
            detail = f"events of {provider} cannot be read once more: what they mean needs more than is kept of them"
            raise BadInput(detail, field="provider")
        for stored in self.archive.since(since, project=project):
            if self._provider(stored) == provider:
                yield _read(adapter, stored)

    def _provider(self, stored: Stored) -> str:
        place = (stored.project, stored.report.integration)
        if place not in self._providers:
            found = self.projects.get(stored.project)
            one = found.integration(stored.report.integration) if found else None
            self._providers[place] = one.provider if one else ""
        return self._providers[place]


def hand_on(rereads: Iterator[Reread], queue: Later) -> Iterator[Reread]:
    """Put what changed on the events queue while it goes by.

    Raises:
        Unavailable: not all of it could be handed on; doing it again is harmless.
    """
    for held in batched(rereads, HELD, strict=False):
        bodies: dict[str, list[JSON]] = defaultdict(list)
        for one in held:
            if one.correction:
                bodies[one.stored.project].append({"v": 1, "correction": one.correction.as_json()})
        for project, some in bodies.items():
            queue.put(project, some)
        yield from held


def _read(adapter: Rereads, stored: Stored) -> Reread:
    before = stored.report.event
    again = adapter.reread(dict(before.raw))
    if not isinstance(again, ProviderEvent):
        return Reread(verdict=Verdict.IGNORED, stored=stored)
    after = corrected(before, again)
    if after == before:
        return Reread(verdict=Verdict.SAME, stored=stored)
    return Reread(verdict=Verdict.CHANGED, stored=stored, correction=Correction(stored=stored, event=after))
