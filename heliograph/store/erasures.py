"""The ledger of erasures: a line a request, in the work index until it is closed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from heliograph.domain.contact import Contact
from heliograph.domain.erasure import KEPT_DAYS, Erasure
from heliograph.names import BY_CONTACT, INDEXES, PARTITION, SORT, TTL, WORK
from heliograph.store import keys
from heliograph.store.contacts import Contacts
from heliograph.store.table import Item, Table

_WORK, _WORK_SORT = INDEXES[WORK]
_PLACE: Final = INDEXES[BY_CONTACT][1]
_DAY: Final = 86_400


class Erasures:
    """The erasures of all projects."""

    def __init__(self, table: Table, contacts: Contacts) -> None:
        self._table = table
        self._contacts = contacts

    def begin(self, project: str, known: Contact, *, at: int, check: int) -> Erasure:
        """Replace the contact by its tombstone, remove its identifiers and open a line: all at once.

        Raises:
            Lost: the contact is no longer as *known*; nothing was written.
        """
        line = Erasure(project=project, contact=known.id, at=at, check=check)
        partition, sort = keys.erasure(project, known.id, at)
        item = {PARTITION: partition, SORT: sort, "c": known.id, "at": at, "n": 0} | _work(line)
        self._contacts.entomb(project, known, at=at, ledger=item)
        return line

    def find(self, project: str, contact: str, at: int) -> Erasure | None:
        """The line of one erasure; None when it is closed and its time is over."""
        item = self._table.get(keys.erasure(project, contact, at), strong=True)
        return _decode(item) if item else None

    def due(self, *, before: int, limit: int) -> Iterator[Erasure]:
        """Lines whose time has come, the oldest first."""
        for entry in self._table.query(keys.ERASING, index=WORK, before=f"{before:013d}", limit=limit):
            item = self._table.get((entry[PARTITION], entry[SORT]), strong=True)
            # The index lags; the item decides.
            if item is not None and item.get(_WORK_SORT) == entry[_WORK_SORT]:
                yield _decode(item)

    def notifications(self, line: Erasure) -> Iterator[tuple[str, str]]:
        """The contact's notifications up to the request, newest first, from where the line stands: (place, id)."""
        before = line.place or f"{line.at + 1:013d}"
        for entry in self._table.query(
            keys.contact_history(line.project, line.contact), index=BY_CONTACT, before=before, descending=True
        ):
            yield entry[_PLACE], entry[PARTITION].rpartition("#")[2]

    def advance(self, line: Erasure, **changes: Any) -> Erasure:
        """Move a line on; a check of 0 closes it.

        Raises:
            Lost: another sweep has moved it meanwhile.
        """
        after = replace(line, **changes)
        written: Item = {"n": after.passes, "pos": after.place or None} | _work(after)
        if not after.check:
            written[TTL] = after.at // 1000 + KEPT_DAYS * _DAY
        place = keys.erasure(line.project, line.contact, line.at)
        self._table.update(place, written, expect={_WORK_SORT: _work(line)[_WORK_SORT]})
        return after


def _work(line: Erasure) -> Item:
    if not line.check:
        return {_WORK: None, _WORK_SORT: None}
    return {_WORK: keys.ERASING, _WORK_SORT: f"{line.check:013d}#{line.project}#{line.contact}#{line.at}"}


def _decode(item: Item) -> Erasure:
    return Erasure(
        project=item[PARTITION].partition("#")[0],
        contact=item["c"],
        at=item["at"],
        check=int(item[_WORK_SORT].partition("#")[0]) if _WORK_SORT in item else 0,
        passes=item["n"],
        place=item.get("pos", ""),
    )
