"""What differs between a folder and the service, file by file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from cli.templates.event import FILE, Event, files, same_settings
from cli.templates.folder import Shared
from heliograph.domain.model import JSON

NEW: Final = "new"
CHANGED: Final = "changed"
REMOVED: Final = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One file: what the service has, and what the folder has; None where one has none."""

    place: str
    service: str | None
    folder: str | None

    @property
    def word(self) -> str:
        """What a push would do to it."""
        return NEW if self.service is None else REMOVED if self.folder is None else CHANGED

    def diff(self) -> str:
        """From the service to the folder, as a unified diff."""
        lines = unified_diff(
            _lines(self.service), _lines(self.folder), f"service/{self.place}", f"folder/{self.place}", lineterm=""
        )
        return "\n".join(lines)


def of_event(name: str, folder: Event | None, service: JSON | None) -> list[Change]:
    """The files of an event that differ; none where both mean the same."""
    ours = files(folder.body) if folder else {}
    theirs = files(service) if service is not None else {}
    if folder and service is not None and same_settings(folder.body, service):
        # They may say it differently: a default is written out or left out.
        ours[FILE] = theirs[FILE]
    return list(_differing(f"events/{name}/", theirs, ours))


def of_shared(folder: Shared | None, service: Shared | None) -> list[Change]:
    """The files of a layout or partial that differ: two where it became the other kind."""
    theirs = {service.place: service.source} if service else {}
    if folder and service and folder.kind is service.kind:
        theirs = {folder.place: service.source}
    return list(_differing("", theirs, {folder.place: folder.source} if folder else {}))


def _differing(root: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> Iterator[Change]:
    for file in sorted({*theirs, *ours}, key=lambda file: (file != FILE, file)):
        if theirs.get(file) != ours.get(file):
            yield Change(root + file, theirs.get(file), ours.get(file))


def _lines(text: str | None) -> list[str]:
    return [] if text is None else text.split("\n")
