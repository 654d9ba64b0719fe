"""Stacks in the making: requests go into a head in one transaction each, or into none."""

from dataclasses import replace
from typing import Final, NamedTuple

from heliograph.domain import stacking
from heliograph.domain.message import BESIDE, Content, Message, MessageId
from heliograph.domain.stacking import Item as StackItem
from heliograph.names import PARTITION, SORT, TTL
from heliograph.store import keys, message_items, stack_items
from heliograph.store.contents import Contents, Sealer
from heliograph.store.expressions import updating
from heliograph.store.gathered_items import GatheredItems
from heliograph.store.messages import Messages
from heliograph.store.table import Item, Table, Write

_NEW: Final = "attribute_not_exists(pk) OR #ttl < :now"


class Window(NamedTuple):
    """A group's last window: its name (0: there was none) and its head, if that is still there."""

    opened: int
    head: Message | None


class Gathering:
    """The stacks of all projects."""

    def __init__(self, table: Table, messages: Messages, sealer: Sealer | None) -> None:
        self._table = table
        self._messages = messages
        self._contents = Contents(table, sealer)
        self._items = GatheredItems(table, sealer)

    def load(self, at: MessageId, *, now: int) -> Message | None:
        """A message as it stands now."""
        return self._messages.load(at, now=now)

    def window(self, project: str, group: str, *, now: int) -> Window:
        """The window of *group* that was opened last."""
        found = self._table.get(keys.stack(project, group), strong=True)
        if found is None:
            return Window(0, None)
        head = self._messages.load(MessageId(project=project, notification=found["n"]), now=now)
        known = head is not None and head.stacked is not None and head.stacked.opened == found["w"]
        return Window(found["w"], head if known else None)

    def open(
        self, group: str, head: Message, record: Message | None, item: StackItem, *, before: int, now: int
    ) -> Message:
        """Open a window with its first item; *before* is the name of the group's last one. The head as it is stored.

        *record* is the request's own, where the head is not.

        Raises:
            Lost: somebody else opened one, or the request was accepted before.
            Busy, Unavailable: nothing was written.
        """
        if head.stacked is None:
            raise ValueError("a head needs a window")
        placed = self._contents.placed(replace(head, content=head.content or Content()))
        entry = self._items.encode(head.id, item, ttl=head.expires_from_table)
        placed = replace(placed, sealed=BESIDE if entry["s"] else b"")
        partition, sort = keys.stack(head.id.project, group)
        pointer: Item = {PARTITION: partition, SORT: sort, TTL: head.expires_from_table}
        pointer |= {"w": head.stacked.opened, "n": head.id.notification}
        last = Write(item=pointer, condition="w = :w", values={":w": before})
        first = Write(item=pointer, condition="attribute_not_exists(pk)")
        values = {":now": now // 1000}
        whole = [one for one in (placed, record) if one is not None]
        stored = [Write(item=message_items.encode(one), condition=_NEW, values=values) for one in whole]
        self._table.transact([last if before else first, *stored, Write(item=entry)])
        return replace(placed, content=head.content)

    def add(self, head: Message, record: Message, item: StackItem, *, now: int) -> None:
        """Put one more item into a head that nobody has claimed.

        Raises:
            Lost: it was claimed, ended or filled meanwhile, or the request was accepted before.
            Busy, Unavailable: nothing was written.
        """
        entry = self._items.encode(head.id, item, ttl=head.expires_from_table)
        marked = {"se": BESIDE} if entry["s"] else {}
        most = head.stacked.most if head.stacked else 0
        update = updating(marked, self._expected(head, stacking.GATHERING), add={"ga": 1, "ct": 1}, below={"ct": most})
        self._table.transact([Write(key=keys.message(head.id), update=update), Write(item=entry), _put(record, now)])

    def count(self, head: Message, record: Message, *, now: int) -> None:
        """Count one more for a head that is on its way or sent.

        Raises:
            Lost: it came to another end meanwhile, or the request was accepted before.
            Busy, Unavailable: nothing was written.
        """
        decided = frozenset({"phase", "attempt", "stop", f"rank:{head.progress.attempt}"})
        update = updating({}, self._expected(head, decided), add={"cl": 1})
        self._table.transact([Write(key=keys.message(head.id), update=update), _put(record, now)])

    def withdraw(self, head: Message, record: Message, after: Message) -> None:
        """Take a request's item out of a head that nobody has claimed; *after* is its record then.

        Raises:
            Lost: the head was claimed, ended or changed meanwhile, or so was the record.
        """
        if record.merged is None or after.merged is None:
            raise ValueError("the request was never merged")
        entry = keys.message(head.id)[0], keys.stack_item(record.merged.item)
        update = updating({}, self._expected(head, stacking.GATHERING | {"gathered"}), add={"ga": 1, "ct": -1})
        writes = [Write(key=keys.message(head.id), update=update), Write(key=entry), _withdrawal(record, after)]
        self._table.transact(writes)

    def note(self, record: Message, after: Message) -> None:
        """Write what a request's record says, if it is as read.

        Raises:
            Lost: it is not.
        """
        self._table.transact([_withdrawal(record, after)])

    def _expected(self, head: Message, decided: frozenset[str]) -> Item:
        """What must still stand: what it was decided on, the window, its address (not erased), how long it is kept."""
        before = message_items.progress_attributes(head, head.progress)
        window = stack_items.window(head.stacked) if head.stacked else None
        return message_items.guards(decided, before) | {"sw": window, "to": head.to, TTL: head.expires_from_table}


def _put(record: Message, now: int) -> Write:
    return Write(item=message_items.encode(record), condition=_NEW, values={":now": now // 1000})


def _withdrawal(record: Message, after: Message) -> Write:
    changes = stack_items.attributes(after) | _tries(after)
    expect = stack_items.attributes(record) | _tries(record)
    return Write(key=keys.message(record.id), update=updating(changes, expect))


def _tries(record: Message) -> Item:
    return {"t0": message_items.progress_attributes(record, record.progress)["t0"]}
