"""Layouts: what the templates of a project share, looked up while an event is saved or published."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from heliograph.domain.errors import Conflict, NotFound
from heliograph.domain.layout import Layout, LayoutKind
from heliograph.domain.model import JSON
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.ports import Clock

MAX_LAYOUTS: Final = 200
"""Of one project."""

type Find = Callable[[str], Layout | None]
type Check = Callable[[str, str, Find], str]
"""heliograph.templates.check: (path in the request, source, layouts) -> the flat source; raises BadTemplate."""


class LayoutStore(Protocol):
    """See heliograph.store.layouts."""

    def get(self, project: str, name: str) -> Layout | None: ...
    def save(self, project: str, layout: Layout) -> None: ...
    def delete(self, project: str, name: str) -> None: ...
    def all(self, project: str) -> list[Layout]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """Works on one project's layouts and partials."""

    store: LayoutStore
    check: Check
    clock: Clock

    def save(self, project: str, name: str, kind: LayoutKind, source: str) -> tuple[Layout, bool]:
        """Save one; the second value says whether it is new. Drafts see it when they are published next.

        Raises:
            BadTemplate: it could never be used: syntax, a name that is missing, a cycle.
            Conflict: the project has too many.
        """
        known = self.store.get(project, name)
        if known is None and len(self.store.all(project)) >= MAX_LAYOUTS:
            raise Conflict(f"the project has {MAX_LAYOUTS} layouts and partials, which is the most: delete one first")
        now = self.clock()
        layout = Layout(name=name, kind=kind, source=source, created=known.created if known else now, updated=now)
        use = "extends" if kind is LayoutKind.LAYOUT else "include"
        found = finder(self.store, project)
        # Used as by a template, so that a cycle through itself is seen; as text, since half of some HTML is no HTML.
        self.check("source", f'{{% {use} "{name}" %}}', lambda wanted: layout if wanted == name else found(wanted))
        self.store.save(project, layout)
        return layout, known is None

    def get(self, project: str, name: str) -> Layout:
        """One of them.

        Raises:
            NotFound: there is none of this name.
        """
        found = self.store.get(project, name)
        if found is None:
            raise NotFound(
                f"there is no layout or partial {name!r} in this project: save it with PUT /v1/layouts/{name}",
                field="name",
                code="LAYOUT_NOT_FOUND",
            )
        return found

    def delete(self, project: str, name: str) -> None:
        """Remove one. Published versions keep what they hold of it; a draft that uses it can no longer be published.

        Raises:
            NotFound: there is none of this name.
        """
        self.get(project, name)
        self.store.delete(project, name)

    def all(self, project: str) -> list[Layout]:
        """All of a project, by name."""
        return self.store.all(project)


def finder(store: LayoutStore, project: str) -> Find:
    """Looks up a project's layouts, each at most once: one publish sees one state of each."""
    seen: dict[str, Layout | None] = {}

    def find(name: str) -> Layout | None:
        if name not in seen:
            seen[name] = store.get(project, name)
        return seen[name]

    return find


def shown(layout: Layout, *, source: bool = True) -> JSON:
    """A layout as callers see it."""
    return {
        "name": layout.name,
        "kind": layout.kind.value,
        **({"source": layout.source} if source else {}),
        "created_at": timestamp(layout.created),
        "updated_at": timestamp(layout.updated),
    }
