"""Pausing: hold back what a project sends, as a whole, of an event, over a channel or by an integration; and resume."""

from dataclasses import dataclass
from typing import Protocol

from heliograph.domain.definition import Definition
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.holding import HoldKind, Pause
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Mode, Project
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.ports import Clock, ProjectStore


class PauseStore(Protocol):
    """See heliograph.store.holds."""

    def pause(self, project: str, mode: Mode, pause: Pause) -> None: ...
    def resume(self, project: str, mode: Mode, pause: Pause, *, now: int) -> bool: ...


class DefinitionStore(Protocol):
    """See heliograph.store.definitions."""

    def get(self, project: str, name: str) -> Definition | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """Works on one project's pauses, each in one mode."""

    projects: ProjectStore
    definitions: DefinitionStore
    holds: PauseStore
    clock: Clock

    def all(self, project: str, mode: Mode) -> JSON:
        """What holds now: `{pauses: [{kind, name, since}]}`."""
        return {"pauses": [shown(one) for one in self._project(project).paused(mode)]}

    def pause(self, project: str, mode: Mode, kind: HoldKind, name: str) -> tuple[JSON, bool]:
        """Hold something back; the second value says whether it was not held back before.

        Raises:
            NotFound: there is no such event, channel or integration.
            BadInput: no name is given.
        """
        current = self._project(project)
        name = self._checked(current, kind, name)
        if (known := _found(current, mode, kind, name)) is not None:
            return shown(known), False
        pause = Pause(kind=kind, name=name, since=self.clock())
        self.holds.pause(project, mode, pause)
        return shown(pause), True

    def resume(self, project: str, mode: Mode, kind: HoldKind, name: str) -> JSON:
        """Let it go on: what was held goes out at its provider's pace. Shows the pause as it was.

        Raises:
            NotFound: it is not paused.
        """
        name = name or (project if kind is HoldKind.PROJECT else "")
        known = _found(self._project(project), mode, kind, name)
        now = self.clock()
        if known is None or not self.holds.resume(project, mode, known, now=now):
            detail = f"{kind.value} {name[:64]!r} is not paused: GET /v1/pauses lists what is"
            raise NotFound(detail, field="name", code="NOT_PAUSED")
        return shown(known) | {"resumed_at": timestamp(now)}

    def _checked(self, project: Project, kind: HoldKind, name: str) -> str:
        if kind is HoldKind.PROJECT:
            if name not in ("", project.id):
                raise BadInput("`name` of a project is its own id: leave it out", field="name")
            return project.id
        if not name:
            raise BadInput(f"`name` is missing: name the {kind.value} to pause", field="name")
        if not self._exists(project, kind, name):
            raise NotFound(f"there is no {kind.value} {name!r} in this project: correct the name", field="name")
        return name

    def _exists(self, project: Project, kind: HoldKind, name: str) -> bool:
        match kind:
            case HoldKind.EVENT:
                return self.definitions.get(project.id, name) is not None
            case HoldKind.CHANNEL:
                return name in set(Channel)
            case _:
                return project.integration(name) is not None

    def _project(self, project: str) -> Project:
        found = self.projects.get(project)
        if found is None:
            raise NotFound(f"there is no project {project!r}", field="project")
        return found


def shown(pause: Pause) -> JSON:
    """A pause as people read it."""
    return {"kind": pause.kind.value, "name": pause.name, "since": timestamp(pause.since)}


def _found(project: Project, mode: Mode, kind: HoldKind, name: str) -> Pause | None:
    return next((one for one in project.paused(mode) if (one.kind, one.name) == (kind, name)), None)
