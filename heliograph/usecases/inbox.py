"""In-app inboxes: read by our caller for the person, and marked; what is read counts as opened."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from heliograph.domain.errors import Lost, NotFound
from heliograph.domain.inbox import Item, Mark
from heliograph.domain.model import JSON, EventKind, ProviderEvent
from heliograph.domain.signing import Signer
from heliograph.usecases.apply import Apply
from heliograph.usecases.paging import from_cursor, to_cursor
from heliograph.usecases.ports import Clock, MessageStore

SEARCHED: Final = 1000
"""Items that one page looks at; `next_cursor` goes on from there."""
PIECE: Final = 100
INTEGRATION: Final = "inbox"
"""Whose event it is when somebody reads an item."""


class InboxStore(Protocol):
    """See heliograph.store.inbox."""

    def get(self, project: str, contact: str, name: str) -> Item | None: ...
    def latest(self, project: str, contact: str, *, before: str, limit: int) -> list[Item]: ...
    def mark(self, project: str, contact: str, name: str, marks: dict[Mark, int | None]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inboxes:
    """Works on the inboxes of a project's contacts."""

    store: InboxStore
    messages: MessageStore
    apply: Apply
    signer: Signer
    clock: Clock

    def latest(self, project: str, contact: str, *, show: str, limit: int, cursor: str = "") -> JSON:
        """`{items, next_cursor}`, newest first; *show* is `current`, `unread` or `archived`.

        Raises:
            BadInput: the cursor is not of this list.
        """
        query = {"list": "inbox", "contact": contact, "show": show}
        last = from_cursor(self.signer, cursor, project=project, query=query)
        found: list[Item] = []
        for _ in range(0, SEARCHED, PIECE):
            items = self.store.latest(project, contact, before=last, limit=PIECE)
            for item in items:
                last = item.id
                found += [item] if self._is_shown(item, show) else []
                if len(found) == limit:
                    break
            if len(found) == limit or len(items) < PIECE:
                ended = len(found) < limit
                break
        else:
            ended = False
        more = None if ended else to_cursor(self.signer, project=project, query=query, place=last)
        return {"items": [item.shown() for item in found], "next_cursor": more}

    def mark(self, project: str, contact: str, name: str, wanted: dict[Mark, bool]) -> JSON:
        """Say what is true of an item now; the first time it is read its message is opened.

        Raises:
            NotFound: there is no such item.
            Busy, Unavailable: it was not stored.
        """
        item = self._found(project, contact, name)
        now = self.clock()
        marks = {mark: now if yes else None for mark, yes in wanted.items() if yes is not (mark in item.marks)}
        if marks:
            try:
                self.store.mark(project, contact, name, marks)
            except Lost as exc:
                raise _missing() from exc
        if wanted.get(Mark.READ):
            self._open(item, now)
        return self._found(project, contact, name).shown()

    def _open(self, item: Item, now: int) -> None:
        message = self.messages.load(item.message, now=now)
        if message is None:
            return
        # One event however often it is read, so a repeat changes nothing.
        event = ProviderEvent(
            kind=EventKind.OPENED, event_id=INTEGRATION, occurred_at=datetime.fromtimestamp(now / 1000, UTC)
        )
        self.apply.report(message, event, integration=INTEGRATION, attempt=message.progress.attempt)

    def _found(self, project: str, contact: str, name: str) -> Item:
        item = self.store.get(project, contact, name)
        if item is None or item.expires * 1000 <= self.clock():
            raise _missing()
        return item

    def _is_shown(self, item: Item, show: str) -> bool:
        if item.expires * 1000 <= self.clock() or (Mark.ARCHIVED in item.marks) is not (show == Mark.ARCHIVED):
            return False
        return show != "unread" or Mark.READ not in item.marks


def _missing() -> NotFound:
    detail = "there is no such item in this inbox: use an `id` of its list"
    return NotFound(detail, field="item", code="INBOX_ITEM_NOT_FOUND")
