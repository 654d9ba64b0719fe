"""Messages and what is reported about them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import Final

from heliograph.domain import hidden
from heliograph.domain.attempts import Move
from heliograph.domain.message import BESIDE, Accepted, Content, Lane, Message, MessageId, Overdue
from heliograph.domain.model import JSON, EventKind
from heliograph.domain.project import Mode
from heliograph.domain.report import Notification, Report
from heliograph.names import BY_CONTACT, BY_TIME, INDEXES, PARTITION, SORT, TTL, WORK
from heliograph.store import keys, message_items, report_items
from heliograph.store.contents import Contents, Sealer
from heliograph.store.furthers import Furthers
from heliograph.store.gathered_items import GatheredItems
from heliograph.store.table import Item, Refused, Table

_TIME_SORT: Final = INDEXES[BY_TIME][1]
_CONTACT_SORT: Final = INDEXES[BY_CONTACT][1]


class Messages:
    """The messages of all projects."""

    def __init__(self, table: Table, sealer: Sealer | None = None) -> None:
        self._table = table
        self._contents = Contents(table, sealer)
        self._gathered = GatheredItems(table, sealer)

    def accept(self, message: Message, *, now: int) -> Accepted:
        """Store a notification's head, unless it is there already; an expired one counts as absent.

        The content goes first, into an item of its own, when it is too large to ride in the head.

        Raises:
            Busy, Unavailable: nothing counts as accepted; the same request may be sent again.
        """
        content = message.content or Content()
        message = self._contents.placed(message)
        try:
            self._table.put(
                message_items.encode(message),
                condition="attribute_not_exists(pk) OR #ttl < :now",
                values={":now": now // 1000},
            )
        except Refused as refused:
            if refused.item is None:
                raise
            stored = message_items.decode(message.id, refused.item)
            if stored.erased and message.content_ref:
                # A repeat from before the erasure has just brought the data back.
                self._table.delete((keys.message(message.id)[0], message.content_ref))
            return Accepted(stored, new=False)
        return Accepted(replace(message, content=content), new=True)

    def load(self, at: MessageId, *, now: int) -> Message | None:
        """A message as it stands now, strongly consistent; None when there is none or its time is over."""
        item = self._table.get(keys.message(at), strong=True)
        return None if item is None or item[TTL] * 1000 < now else message_items.decode(at, item)

    def content(self, message: Message) -> Content:
        """What it is rendered with, wherever it lies."""
        return self._contents.read(message)

    def gathered(self, message: Message) -> list[JSON]:
        """What a stack's head is rendered with: the payloads of those items that are shown, oldest first."""
        return self._gathered.read(message)

    def move(self, message: Message, move: Move) -> Message:
        """Write a move of the message that was read as *message*, and return it as it stands then.

        Raises:
            Lost: what the move was decided on has changed.
        """
        before = message_items.progress_attributes(message, message.progress)
        after = message_items.progress_attributes(message, move.after)
        changes = {name: value for name, value in after.items() if before.get(name) != value}
        forget = bool(message.sealed) and hidden.over(move.after)
        if forget and message.sealed != BESIDE:
            changes["se"] = None
        ttl = message.expires_from_table + (move.after.expires - message.progress.expires) // 1000
        if ttl > message.expires_from_table:
            self._contents.keep(message, ttl)
            self._gathered.keep(message, ttl)
        if ttl != message.expires_from_table:
            changes[TTL] = ttl
        if changes:
            self._table.update(keys.message(message.id), changes, expect=message_items.guards(move.on, before))
        if forget:
            self._contents.forget(message)
            self._gathered.forget(message)
        return replace(message, progress=move.after, expires_from_table=ttl)

    def record(self, at: MessageId, report: Report, *, ttl: int) -> bool:
        """Keep a provider event: timeline, archive and de-duplication in one. False when it was there already."""
        partition, sort = keys.event(at, report_items.digest(report))
        item = report_items.encode(report) | {PARTITION: partition, SORT: sort, TTL: ttl}
        try:
            # One that is left over from an expired message of the same name counts as absent.
            values = {":now": report.received // 1000}
            self._table.put(item, condition="attribute_not_exists(pk) OR #ttl < :now", values=values)
        except Refused:
            return False
        return True

    def mark(self, at: MessageId, kind: EventKind) -> None:
        """Note an engagement on the message, as a hint for lists."""
        self._table.add(keys.message(at), "eg", {kind.value})

    def count_hit(self, at: MessageId, *, stored: bool) -> None:
        """Count an open or a click, stored as an event or beyond the first fifty."""
        self._table.add(keys.message(at), "xh" if stored else "xo", 1)

    def whole(self, project: str, notification: str, *, now: int, strong: bool = False) -> Notification | None:
        """A notification with all its messages and reports."""
        messages: list[Message] = []
        reports: list[Report] = []
        # A stack's items lie behind everything that people see of it.
        for item in self._table.query(keys.notification(project, notification), before=keys.ITEMS, strong=strong):
            sort = item[SORT]
            if item[TTL] * 1000 < now:
                continue
            if sort.startswith(keys.EVENTS):
                reports.append(report_items.decode(item))
            elif sort.startswith(keys.HEAD):
                number = int(sort.partition("#")[2] or 0)
                messages.append(
                    message_items.decode(MessageId(project=project, notification=notification, number=number), item)
                )
        return Notification(messages=tuple(messages), reports=tuple(reports)) if messages else None

    def latest(self, project: str, mode: Mode, *, since: int, before: tuple[int, str], limit: int) -> list[Message]:
        """Heads, newest first: created after *since* and before the position (created, id) that *before* names."""
        found: list[Message] = []
        position = f"{before[0]:013d}#{before[1]}"
        for month in _months(before[0], since):
            more = True
            while more and len(found) < limit:
                wanted = limit - len(found)
                entries = self._entries(keys.months(project, mode, month), position, wanted)
                # The index lags: what it still shows may be gone, and must not end the list early.
                found += self._heads(project, entries)
                more = len(entries) == wanted
                position = entries[-1][_TIME_SORT] if entries else position
        return found

    def of_contact(
        self, project: str, contact: str, *, before: tuple[int, str], limit: int
    ) -> tuple[list[Message], tuple[int, str] | None]:
        """Heads of a contact's notifications, newest first, before the position (created, id) that *before* names.

        And the position at which there may be more.
        """
        partition, position = keys.contact_history(project, contact), f"{before[0]:013d}#{before[1]}"
        query = self._table.query(partition, index=BY_CONTACT, before=position, limit=limit, descending=True)
        entries = list(query)
        heads = self._heads(project, entries)
        if len(entries) < limit:
            return heads, None
        created, _, name = entries[-1][_CONTACT_SORT].partition("#")
        return heads, (int(created), name)

    def further(self, heads: Iterable[Message]) -> dict[str, tuple[Message, ...]]:
        """The further messages that began, by notification; no call when there are none."""
        return Furthers(self._table).of(heads)

    def due(self, shard: int, *, since: str, before: int, limit: int) -> list[tuple[Overdue, str]]:
        """Entries of one shard of the work index in order, each with its own name.

        From *since*, a name or the beginning of one, to a check time before *before* (epoch milliseconds).
        """
        partition = keys.work_partitions()[shard]
        found = self._table.query(partition, index=WORK, since=since, before=f"{before:013d}", limit=limit)
        return [(_overdue(item["g3s"]), item["g3s"]) for item in found]

    def overdue(self, *, before: int, limit: int, since: int = 0) -> Iterator[Overdue]:
        """Messages whose check time lies before *before* and not before *since*.

        At most *limit* of each partition, the oldest of each first. Times are epoch milliseconds.
        """
        first, last = f"{since:013d}" if since else "", f"{before:013d}"
        for partition in keys.work_partitions():
            for item in self._table.query(partition, index=WORK, since=first, before=last, limit=limit):
                yield _overdue(item["g3s"])

    def _entries(self, partitions: list[str], position: str, limit: int) -> list[Item]:
        """The newest entries of a month before *position*, over all its shards."""
        shards = (
            self._table.query(partition, index=BY_TIME, before=position, limit=limit, descending=True)
            for partition in partitions
        )
        return list(islice(merge(*shards, key=lambda item: str(item[_TIME_SORT]), reverse=True), limit))

    def _heads(self, project: str, entries: list[Item]) -> list[Message]:
        wanted = [(entry[PARTITION], entry[SORT]) for entry in entries]
        items = self._table.get_many(wanted) if wanted else {}
        ids = {key: MessageId(project=project, notification=key[0].rpartition("#")[2]) for key in wanted}
        return [message_items.decode(ids[key], items[key]) for key in wanted if key in items]


def _overdue(name: str) -> Overdue:
    check, project, notification, number, lane = name.split("#")
    at = MessageId(project=project, notification=notification, number=int(number))
    return Overdue(message=at, lane=Lane(lane), check=int(check))


def _months(newest: int, oldest: int) -> Iterator[int]:
    """One moment of each month from the newest back to the oldest, epoch milliseconds."""
    at = datetime.fromtimestamp(newest / 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    first = datetime.fromtimestamp(oldest / 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while at >= first:
        yield int(at.timestamp() * 1000)
        at = at.replace(year=at.year - 1, month=12) if at.month == 1 else at.replace(month=at.month - 1)
