"""Pull: the folder becomes what the service's drafts hold."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cli.templates.changes import Change, of_event, of_shared
from cli.templates.event import files
from cli.templates.folder import Folder, write
from cli.templates.service import Service
from cli.templates.uses import used_by
from heliograph.domain.model import JSON


@dataclass(slots=True)
class Pull:
    """One pull. What only the folder has is left alone, but for files of an event that the service knows otherwise."""

    service: Service
    folder: Folder
    alone: list[str] = field(default_factory=list)
    """The folder's events and layouts that the service does not have."""

    def plan(self, names: Collection[str] = ()) -> list[Change]:
        """What differs of the named events and what they use, or of everything that the service has.

        Raises:
            LookupError: the service has no such event; its name.
        """
        changes: list[Change] = []
        wanted: set[str] = set() if names else set(self.service.shared_names())
        there = names or self.service.names()
        if not names:
            self.alone += [one.place for name, one in self.folder.shared.items() if name not in wanted]
            self.alone += [f"events/{name}" for name in self.folder.events if name not in there]
        for name in sorted(there):
            draft = self.service.draft(name)
            if draft is None and names:
                raise LookupError(name)
            if draft is not None:
                wanted |= used_by(draft)
                changes += self._event(name, draft)
        return [*self._shared(wanted), *changes]

    def _shared(self, wanted: set[str]) -> Iterator[Change]:
        seen: set[str] = set()
        while left := sorted(wanted - seen):
            for name in left:
                seen.add(name)
                one = self.service.shared(name)
                if one is not None:
                    wanted |= used_by({"templates": {"": {"": one.source}}})
                    yield from of_shared(self.folder.shared.get(name), one)

    def _event(self, name: str, draft: JSON) -> list[Change]:
        known = self.folder.events.get(name)
        changes = of_event(name, known, draft)
        if not changes or known is None or known.files.keys() == files(known.body).keys():
            return changes
        # Texts stand in event.yaml that belong into files: written anew as a whole.
        ours, theirs = known.files, files(draft)
        return [Change(f"events/{name}/{file}", theirs.get(file), ours.get(file)) for file in sorted({*ours, *theirs})]


def apply(root: Path, changes: list[Change], say: Callable[[str], None]) -> None:
    """Write and remove the files of *changes*."""
    for change in changes:
        if change.service is None:
            (root / change.place).unlink(missing_ok=True)
            say(f"{change.place}: removed")
        else:
            write(root, change.place, change.service)
            say(f"{change.place}: {'written' if change.folder is None else 'changed'}")
