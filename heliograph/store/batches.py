"""Batches: the ids of a call's notifications in one item."""

from collections.abc import Iterable

from heliograph.domain.batch import Batch
from heliograph.domain.message import Message, MessageId
from heliograph.domain.project import Mode
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys, message_items
from heliograph.store.furthers import Furthers
from heliograph.store.table import Item, Refused, Table


class Batches:
    """The batches of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, batch: Batch, *, now: int) -> Batch | None:
        """Store a batch, unless it is there already; then that one comes back. An expired one counts as absent."""
        condition = "attribute_not_exists(pk) OR #ttl < :now"
        try:
            self._table.put(_encode(batch), condition=condition, values={":now": now // 1000})
        except Refused as refused:
            return _decode(batch.project, batch.id, refused.item) if refused.item else None
        return None

    def settle(self, batch: Batch) -> None:
        """Write what became of the call; an item that is gone stays gone."""
        changes = {"n": list(batch.notifications), "rj": batch.rejected}
        try:
            self._table.update(keys.batch(batch.project, batch.id), changes, expect={"h": batch.body_hash})
        except Refused:
            return

    def drop(self, batch: Batch) -> None:
        """Forget a batch of which nothing was accepted."""
        self._table.delete(keys.batch(batch.project, batch.id))

    def get(self, project: str, name: str, *, now: int) -> Batch | None:
        """A batch by its id."""
        item = self._table.get(keys.batch(project, name), strong=True)
        return None if item is None or item[TTL] * 1000 < now else _decode(project, name, item)

    def heads(self, project: str, notifications: Iterable[str]) -> list[Message]:
        """The heads of those (at most 100) that exist, in one call."""
        ids = [MessageId(project=project, notification=name) for name in notifications]
        wanted = {keys.message(at): at for at in ids}
        found = self._table.get_many(list(wanted)) if wanted else {}
        return [message_items.decode(at, found[key]) for key, at in wanted.items() if key in found]

    def further(self, heads: Iterable[Message]) -> dict[str, tuple[Message, ...]]:
        """The further messages that began, by notification; no call when there are none."""
        return Furthers(self._table).of(heads)


def _encode(batch: Batch) -> Item:
    partition, sort = keys.batch(batch.project, batch.id)
    return {
        PARTITION: partition,
        SORT: sort,
        TTL: batch.expires_from_table,
        "md": batch.mode.value,
        "tl": batch.total,
        "n": list(batch.notifications),
        "rj": batch.rejected,
        "cr": batch.created,
        "h": batch.body_hash,
    }


def _decode(project: str, name: str, item: Item) -> Batch:
    return Batch(
        project=project,
        id=name,
        mode=Mode(item["md"]),
        total=item["tl"],
        notifications=tuple(item["n"]),
        rejected=item["rj"],
        created=item["cr"],
        body_hash=item["h"],
        expires_from_table=item[TTL],
    )
