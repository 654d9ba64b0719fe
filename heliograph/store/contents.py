"""What messages are rendered with: in the head, or in an item of its own; hidden keys encrypted."""

from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from heliograph.domain import hidden
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import BESIDE, Content, Message, MessageId
from heliograph.domain.model import JSON
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys, message_items
from heliograph.store.table import Item, Refused, Table

INLINE_CONTENT: Final = 300
"""Bytes of payload that fit beside everything else in one write unit."""


class Sealer(Protocol):
    """Encrypts hidden keys; see heliograph.sealing."""

    def seal(self, at: MessageId, hidden: JSON) -> bytes: ...
    def open(self, at: MessageId, sealed: bytes) -> JSON: ...


class Contents:
    """The contents of messages. Without a sealer, hidden keys are refused, never stored as they are."""

    def __init__(self, table: Table, sealer: Sealer | None) -> None:
        self._table = table
        self._sealer = sealer

    def placed(self, message: Message) -> Message:
        """The message as its head holds it; what is too large for that is written here, into an item of its own."""
        content = message.content or Content()
        seen, unseen = hidden.split(content.payload)
        sealed = self._sealed(message.id, unseen)
        text = message_items.encode_content(replace(content, payload=seen))
        if len(text.encode()) + len(sealed) <= INLINE_CONTENT:
            return replace(message, content=replace(content, payload=seen), sealed=sealed)
        partition, sort = keys.content(message.id, message.body_hash)
        item = {PARTITION: partition, SORT: sort, TTL: message.expires_from_table, "d": text, "s": sealed or None}
        self._freeze(item, message)
        return replace(message, content=None, content_ref=sort, sealed=BESIDE if sealed else b"")

    def read(self, message: Message) -> Content:
        """What it is rendered with, wherever it lies."""
        sealed, found = message.sealed, message.content
        if found is None:
            partition, _ = keys.message(message.id)
            item = self._table.get((partition, message.content_ref), strong=True) or {}
            found = message_items.decode_content(item["d"]) if item else Content()
            sealed = item.get("s", b"") if sealed == BESIDE else sealed
        # A stack's items hold their own.
        if not sealed or sealed == BESIDE or self._sealer is None:
            return found
        return replace(found, payload=found.payload | self._sealer.open(message.id, sealed))

    def keep(self, message: Message, ttl: int) -> None:
        """An unsent message never outlives what it is rendered with, nor its head, so these go first."""
        if message.id.number:
            head = keys.message(replace(message.id, number=0))
            with suppress(Refused):
                names, values = {"#t": TTL}, {":t": ttl}
                self._table.apply(head, "SET #t = :t", condition="#t < :t", names=names, values=values)
        if message.content_ref:
            partition, _ = keys.message(message.id)
            self._table.update((partition, message.content_ref), {TTL: ttl}, expect={})

    def forget(self, message: Message) -> None:
        """Remove hidden keys that lie in the content's item; those in the head go with the move that ends it."""
        if message.sealed != BESIDE or not message.content_ref:
            return
        partition, _ = keys.message(message.id)
        # The message's end is written. Should this fail, the next report repeats it, or the TTL ends it.
        with suppress(Refused, Unavailable):
            self._table.update((partition, message.content_ref), {"s": None}, expect={PARTITION: partition})

    def _sealed(self, at: MessageId, unseen: JSON) -> bytes:
        if not unseen:
            return b""
        if self._sealer is None:
            raise ValueError("a store without a sealer takes no hidden keys")
        return self._sealer.seal(at, unseen)

    def _freeze(self, content: Item, message: Message) -> None:
        """Write content that is not there yet: a repeat of the request must not change what is rendered."""
        values = {":until": message.progress.expires // 1000}
        with suppress(Refused):
            self._table.put(content, condition="attribute_not_exists(pk) OR #ttl < :until", values=values)
