"""The items of a stack, in the partition of the notification that goes out with them; hidden keys encrypted."""

import json
from contextlib import suppress
from typing import Any

from heliograph.domain import hidden
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import BESIDE, Message, MessageId
from heliograph.domain.model import JSON
from heliograph.domain.stacking import Item as StackItem
from heliograph.domain.stacking import Keep
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys
from heliograph.store.contents import Sealer
from heliograph.store.table import Item, Refused, Table


class GatheredItems:
    """Reads and keeps them; `gathering` puts them. Without a sealer, hidden keys are refused."""

    def __init__(self, table: Table, sealer: Sealer | None) -> None:
        self._table = table
        self._sealer = sealer

    def encode(self, head: MessageId, one: StackItem, *, ttl: int) -> Item:
        """An item: p payload without its hidden keys (JSON), s those, encrypted."""
        seen, unseen = hidden.split(one.payload)
        text = json.dumps(seen, ensure_ascii=False, separators=(",", ":"))
        place = {PARTITION: keys.message(head)[0], SORT: keys.stack_item(one.key)}
        return place | {TTL: ttl, "p": text, "s": self._sealed(head, unseen)}

    def read(self, head: Message) -> list[JSON]:
        """The payloads of those that are shown, oldest first."""
        stacked = head.stacked
        if stacked is None:
            return []
        last = stacked.keep is Keep.LAST
        query = self._table.query(
            keys.message(head.id)[0], begins=keys.ITEMS, limit=stacked.limit, descending=last, strong=True
        )
        found = [self._payload(head.id, item) for item in query]
        return found[::-1] if last else found

    def keep(self, head: Message, ttl: int) -> None:
        """An unsent message never outlives what it is rendered with, so its items go first."""
        for item in self._all(head):
            with suppress(Refused):
                self._table.update((item[PARTITION], item[SORT]), {TTL: ttl}, expect={})

    def forget(self, head: Message) -> None:
        """Remove the hidden keys."""
        if head.sealed != BESIDE:
            return
        with suppress(Unavailable):
            for item in self._all(head):
                if "s" in item:
                    with suppress(Refused):
                        self._table.update((item[PARTITION], item[SORT]), {"s": None}, expect={})

    def _all(self, head: Message) -> list[Item]:
        if head.stacked is None:
            return []
        return list(self._table.query(keys.message(head.id)[0], begins=keys.ITEMS, strong=True))

    def _payload(self, head: MessageId, item: Item) -> JSON:
        payload: JSON = json.loads(item["p"])
        sealed: Any = item.get("s", b"")
        if not sealed or self._sealer is None:
            return payload
        return payload | self._sealer.open(head, sealed)

    def _sealed(self, head: MessageId, unseen: JSON) -> bytes | None:
        if not unseen:
            return None
        if self._sealer is None:
            raise ValueError("a store without a sealer takes no hidden keys")
        return self._sealer.seal(head, unseen)
