"""What holds messages back: pauses, the list of everything that holds, and what is held."""

from collections.abc import Iterator
from heapq import merge

from heliograph.domain.holding import Holding, HoldKind, Pause
from heliograph.domain.message import Lane, MessageId, Overdue
from heliograph.domain.project import Mode
from heliograph.names import INDEXES, PARTITION, SORT, WORK
from heliograph.store import hold_items, keys
from heliograph.store.table import Refused, Table

_REGISTER, _REGISTER_SORT = INDEXES[WORK]


class Holds:
    """The holds of all projects. Times are epoch milliseconds."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def pause(self, project: str, mode: Mode, pause: Pause) -> None:
        """Begin a pause; the same again, or one that has ended, begins anew."""
        partition, sort = keys.hold(project, mode, pause.place)
        listed = {_REGISTER: keys.HOLDS, _REGISTER_SORT: f"{project}#{mode.value}#{pause.place}"}
        self._table.put({PARTITION: partition, SORT: sort, "si": pause.since} | listed)

    def resume(self, project: str, mode: Mode, pause: Pause, *, now: int) -> bool:
        """End a pause; False when it had ended before."""
        try:
            self._table.update(
                keys.hold(project, mode, pause.place), {"en": now}, expect={"si": pause.since, "en": None}
            )
        except Refused:
            return False
        return True

    def listed(self) -> Iterator[Holding]:
        """Everything that holds, or has ended and still may have something."""
        for entry in self._table.query(keys.HOLDS, index=WORK):
            mode, kind, name = hold_items.named(entry[SORT])
            project = entry[PARTITION].partition("#")[2]
            yield Holding(project=project, mode=mode, kind=kind, name=name)

    def held(self, at: Holding, *, limit: int, before: int = 0) -> Iterator[Overdue]:
        """What it holds, at most *limit* of each partition, the next to expire first; those that expire before."""
        last = f"{before:013d}" if before else ""
        queries = (
            self._table.query(partition, index=WORK, before=last, limit=limit)
            for partition in keys.held_partitions(at.project, at.mode, at.place)
        )
        for item in merge(*queries, key=lambda one: str(one[_REGISTER_SORT])):
            expires, project, notification, number, lane = item[_REGISTER_SORT].split("#")
            message = MessageId(project=project, notification=notification, number=int(number))
            yield Overdue(message=message, lane=Lane(lane), check=int(expires))

    def settle(self, at: Holding, *, ended: int) -> None:
        """Look at it no more: it ended then, and holds nothing. One that holds again stays in the list."""
        name = "cl" if at.kind is HoldKind.CIRCUIT else "en"
        expect = {name: ended} | ({"o": None} if at.kind is HoldKind.CIRCUIT else {})
        try:
            self._table.update(
                keys.hold(at.project, at.mode, at.place), dict.fromkeys((_REGISTER, _REGISTER_SORT)), expect=expect
            )
        except Refused:
            return
