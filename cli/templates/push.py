"""Push: the drafts become what the folder holds, each event by one request, after the layouts that it uses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from cli.templates.changes import CHANGED, NEW, REMOVED, Change, of_event, of_shared
from cli.templates.event import Event
from cli.templates.faults import Fault
from cli.templates.folder import Folder, Shared
from cli.templates.service import Refused, Service
from cli.templates.uses import needed, ordered

type Say = Callable[[str], None]


@dataclass(slots=True)
class Push:
    """One push; *say* is told what changed, line by line."""

    service: Service
    folder: Folder
    say: Say
    dry: bool = False
    """Only say what would change."""
    faults: list[Fault] = field(default_factory=list)
    """What the service refused."""

    def __call__(self, names: Collection[str] = ()) -> list[str]:
        """Push the named events, or all with all layouts; the names of those that are now as in the folder.

        A layout that is refused ends it before the first event; an event that is refused stays as it was.

        Raises:
            Refused: for another reason than what the folder holds.
            Unreachable: no answer.
        """
        events = sorted(names or self.folder.events)
        shared = needed(self.folder, events) if names else ordered(self.folder.shared, self.folder.shared)
        if not all(self._shared(one) for one in shared):
            return []
        return [name for name in events if self._event(self.folder.events[name])]

    def _shared(self, one: Shared) -> bool:
        changes = of_shared(one, self.service.shared(one.name))
        if changes and not self.dry:
            try:
                self.service.save_shared(one)
            except Refused as exc:
                self.faults.append(self._in_shared(one, exc))
                return False
        self._said(one.place, CHANGED if len(changes) > 1 else "".join(change.word for change in changes))
        return True

    def _event(self, event: Event) -> bool:
        changes = of_event(event.name, event, self.service.draft(event.name))
        if changes and not self.dry:
            try:
                self.service.save(event.name, event.body)
            except Refused as exc:
                self.faults.append(self._in_event(event, exc))
                return False
        self._said(f"events/{event.name}", _words(changes))
        return True

    def _said(self, place: str, what: str) -> None:
        self.say(f"{place}: " + (f"would push: {what}" if what and self.dry else what or "unchanged"))

    def _in_shared(self, one: Shared, exc: Refused) -> Fault:
        if not _of_content(exc):
            raise exc
        return self._in_layout(exc) or Fault(one.place, _sentence(exc), exc.line, exc.column)

    def _in_event(self, event: Event, exc: Refused) -> Fault:
        if not _of_content(exc):
            raise exc
        return self._in_layout(exc) or event.fault(_sentence(exc), exc.field, exc.line, exc.column)

    def _in_layout(self, exc: Refused) -> Fault | None:
        layout = self.folder.shared.get(exc.layout)
        return Fault(layout.place, _sentence(exc), exc.line, exc.column) if layout else None


def _words(changes: list[Change]) -> str:
    """`new email.html; changed event.yaml`."""
    by_word = {
        word: [one.place.rpartition("/")[2] for one in changes if one.word == word] for word in (NEW, CHANGED, REMOVED)
    }
    return "; ".join(f"{word} {', '.join(files)}" for word, files in by_word.items() if files)


def _of_content(exc: Refused) -> bool:
    """Whether it is what was sent that was refused, and not who sent it."""
    return exc.status in {400, 409, 413}


def _sentence(exc: Refused) -> str:
    """The detail without the place in front of it, which the file's name says."""
    head, found, rest = exc.detail.partition(": ")
    return rest if found and exc.line and head.startswith(exc.field) else exc.detail
