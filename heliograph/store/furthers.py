"""Further messages of notifications: put beside the head, each with hidden keys of its own."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from heliograph.domain.message import BESIDE, Accepted, Message
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys, message_items
from heliograph.store.table import MAX_BATCH, Refused, Table

_ABSENT: Final = "attribute_not_exists(pk) OR #ttl < :now"


class Furthers:
    """The further messages of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, message: Message, head: Message, *, now: int) -> Accepted:
        """Store a further message unless it is there already; an expired one counts as absent.

        The head and what is rendered live at least as long, so they go first.

        Raises:
            Busy, Unavailable: it may be put again.
        """
        if message.expires_from_table > head.expires_from_table:
            self._keep(keys.message(head.id), message.expires_from_table)
        message = self._placed(message, now)
        try:
            self._table.put(message_items.encode(message), condition=_ABSENT, values={":now": now // 1000})
        except Refused as refused:
            if refused.item is None:
                raise
            return Accepted(message_items.decode(message.id, refused.item), new=False)
        return Accepted(message, new=True)

    def of(self, heads: Iterable[Message]) -> dict[str, tuple[Message, ...]]:
        """The further messages that began, by notification, in their order; no call when there are none."""
        ids = [replace(head.id, number=number) for head in heads for number in range(1, head.progress.step + 1)]
        found: dict[str, tuple[Message, ...]] = {}
        for start in range(0, len(ids), MAX_BATCH):
            some = ids[start : start + MAX_BATCH]
            items = self._table.get_many([keys.message(at) for at in some])
            for at in some:
                if (item := items.get(keys.message(at))) is not None:
                    found[at.notification] = (*found.get(at.notification, ()), message_items.decode(at, item))
        return found

    def _placed(self, message: Message, now: int) -> Message:
        """With hidden keys that lie with the content copied: each message forgets its own when it is done."""
        if not message.content_ref:
            return message
        partition, _ = keys.message(message.id)
        if message.sealed != BESIDE:
            self._keep((partition, message.content_ref), message.expires_from_table)
            return message
        item = self._table.get((partition, message.content_ref), strong=True)
        if item is None:
            return message
        sort = f"{message.content_ref.partition('/')[0]}/{message.id.number}"
        copy = item | {PARTITION: partition, SORT: sort, TTL: message.expires_from_table}
        with suppress(Refused):
            # What is there already may have been forgotten since, and must not come back.
            self._table.put(copy, condition=_ABSENT, values={":now": now // 1000})
        return replace(message, content_ref=sort)

    def _keep(self, at: tuple[str, str], ttl: int) -> None:
        names, values = {"#t": TTL}, {":t": ttl}
        with suppress(Refused):
            self._table.apply(at, "SET #t = :t", condition="#t < :t", names=names, values=values)
