"""In-app inboxes: a partition a contact, an item a message, oldest first."""

import json
from itertools import islice
from typing import Final

from heliograph.domain.inbox import Item, Mark
from heliograph.domain.message import MessageId
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys
from heliograph.store.table import Item as Row
from heliograph.store.table import Refused, Table

_TEXTS: Final = {"ev": "event", "ti": "title", "tx": "text", "ur": "url", "im": "image"}
_MARKS: Final = {Mark.SEEN: "ms", Mark.READ: "mr", Mark.ARCHIVED: "ma"}


class Inbox:
    """The inboxes of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, item: Item) -> None:
        """Store an item; one that is there already stays as it is, with what was said of it.

        Raises:
            Busy, Unavailable: it was not stored.
        """
        partition, sort = keys.inbox_item(item.message.project, item.contact, item.id)
        texts = {name: getattr(item, ours) or None for name, ours in _TEXTS.items()}
        settings = json.dumps(item.settings, ensure_ascii=False) if item.settings else None
        row = {PARTITION: partition, SORT: sort, "at": item.at, TTL: item.expires, "st": settings} | texts
        try:
            self._table.put({name: value for name, value in row.items() if value is not None}, condition=_NEW)
        except Refused:
            return

    def get(self, project: str, contact: str, name: str) -> Item | None:
        """One item."""
        row = self._table.get(keys.inbox_item(project, contact, name), strong=True)
        return _decode(row) if row else None

    def latest(self, project: str, contact: str, *, before: str, limit: int) -> list[Item]:
        """Items, newest first, below the id *before* (`~` for all)."""
        partition = keys.inbox(project, contact)
        rows = self._table.query(partition, before=before, limit=limit, descending=True, strong=True)
        return [_decode(row) for row in islice(rows, limit)]

    def mark(self, project: str, contact: str, name: str, marks: dict[Mark, int | None]) -> None:
        """Say something of an item, or take it back (None).

        Raises:
            Refused: it is gone.
        """
        changes = {_MARKS[mark]: at for mark, at in marks.items()}
        row = keys.inbox_item(project, contact, name)
        self._table.update(row, changes, expect={SORT: row[1]})


_NEW: Final = "attribute_not_exists(pk)"


def _decode(row: Row) -> Item:
    project, contact = keys.of_inbox(row[PARTITION])
    _, notification, number = row[SORT].split("-")
    return Item(
        message=MessageId(project=project, notification=notification, number=int(number)),
        contact=contact,
        at=row["at"],
        expires=row[TTL],
        settings=json.loads(row.get("st", "{}")),
        marks={mark: row[name] for mark, name in _MARKS.items() if name in row},
        **{ours: row.get(name, "") for name, ours in _TEXTS.items()},
    )
