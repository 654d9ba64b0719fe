"""Versions: an event's list and history, what differs between two of them, and the way back to an older one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from heliograph.domain.changes import changes
from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.model import JSON
from heliograph.domain.signing import Signer
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.define import body_shown
from heliograph.usecases.paging import from_cursor, to_cursor
from heliograph.usecases.ports import Clock

MAX_VERSIONS: Final = 100
"""The newest that are listed; any other can be read by its number."""
MAX_NUMBER: Final = 999_999
DRAFT: Final = "draft"
_QUERY: Final = {"list": "events"}


class DefinitionStore(Protocol):
    """See heliograph.store.definitions."""

    def get(self, project: str, name: str) -> Definition | None: ...
    def version(self, project: str, name: str, number: int) -> Body | None: ...
    def versions(self, project: str, name: str, *, limit: int) -> list[tuple[int, int]]: ...
    def publish(self, project: str, definition: Definition, body: Body, *, now: int) -> int: ...
    def delete(self, project: str, definition: Definition, *, now: int) -> None: ...
    def latest(self, project: str, *, before: str, limit: int) -> list[tuple[str, Definition | None]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Works on the history of one project's events."""

    store: DefinitionStore
    signer: Signer
    clock: Clock
    flatten: Callable[[str, Body], Body]
    """A project's draft as it would be published now: layouts put in, styles in their tags."""

    def events(self, project: str, *, limit: int, cursor: str = "") -> JSON:
        """`{events, next_cursor}`, newest first, without their drafts.

        Raises:
            BadInput: the cursor is not of this list.
        """
        place = from_cursor(self.signer, cursor, project=project, query=_QUERY)
        entries = self.store.latest(project, before=place, limit=limit)
        more = None
        if len(entries) == limit:
            more = to_cursor(self.signer, project=project, query=_QUERY, place=entries[-1][0])
        return {"events": [_line(event) for _, event in entries if event], "next_cursor": more}

    def delete(self, project: str, name: str) -> None:
        """Delete an event: sends that come now answer 404, and what waits is still sent with its version.

        Raises:
            NotFound: there is no such event.
            Conflict: somebody else published or deleted it meanwhile.
        """
        self.store.delete(project, self._event(project, name), now=self.clock())

    def list(self, project: str, name: str) -> JSON:
        """`{versions}`: number, time and whether it is the one that is sent; the newest first, 100 at most.

        Raises:
            NotFound: there is no such event.
        """
        event = self._event(project, name)
        found = self.store.versions(project, name, limit=MAX_VERSIONS)
        lines = [
            {"version": number, "published_at": timestamp(at), "current": number == event.published}
            for number, at in found
        ]
        return {"versions": lines}

    def one(self, project: str, name: str, text: str) -> JSON:
        """One version with its templates.

        Raises:
            NotFound: there is no such event or version.
        """
        event = self._event(project, name)
        number = _number(text, "version")
        body = self._version(project, event, number)
        return {"name": name, "version": number, "current": number == event.published} | body_shown(body)

    def roll_back(self, project: str, name: str, number: int) -> Definition:
        """Publish what an older version holds as a new version; the draft stays as it is.

        Raises:
            NotFound: there is no such event or version.
            Conflict: somebody else published meanwhile.
        """
        event = self._event(project, name)
        body = self._version(project, event, number)
        now = self.clock()
        new = self.store.publish(project, event, body, now=now)
        return replace(event, published=new, latest=new, channels=body.channels, lane=body.lane, updated=now)

    def diff(self, project: str, name: str, old: str, new: str) -> JSON:
        """`{from, to, templates, fields}`: what differs between two versions, or a version and the draft.

        Raises:
            NotFound: there is no such event, version or draft.
            BadTemplate: with the layouts as they are now, the draft could not be published.
            BadInput: `from` or `to` is neither a number nor `draft`.
        """
        event = self._event(project, name)
        names = {"from": old or str(event.published or DRAFT), "to": new or DRAFT}
        bodies = [self._named(project, event, text, field) for field, text in names.items()]
        shown = {field: text if text == DRAFT else int(text) for field, text in names.items()}
        return shown | changes(*map(body_shown, bodies), names=(names["from"], names["to"]))

    def _named(self, project: str, event: Definition, text: str, field: str) -> Body:
        if text != DRAFT:
            return self._version(project, event, _number(text, field))
        if event.draft is None:
            raise NotFound(f"event {event.name!r} has no draft", field=field, code="VERSION_NOT_FOUND")
        # Versions are flat: beside its source every layout would count as a change.
        return self.flatten(project, event.draft)

    def _event(self, project: str, name: str) -> Definition:
        found = self.store.get(project, name)
        if found is None or found.deleted:
            raise NotFound(f"there is no event {name!r} in this project", field="name", code="EVENT_NOT_FOUND")
        return found

    def _version(self, project: str, event: Definition, number: int) -> Body:
        body = self.store.version(project, event.name, number) if 0 < number <= event.latest else None
        if body is None:
            detail = f"event {event.name!r} has no version {number}: GET /v1/events/{event.name}/versions lists them"
            raise NotFound(detail, field="version", code="VERSION_NOT_FOUND")
        return body


def _line(event: Definition) -> JSON:
    return {
        "name": event.name,
        "title": event.title,
        "version": event.published or None,
        "channels": [channel.value for channel in event.channels],
        "created_at": timestamp(event.created),
        "updated_at": timestamp(event.updated),
    }


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_NUMBER))):
        raise BadInput(f"`{field}` must be the number of a version or `{DRAFT}`", field=field)
    return int(text)
