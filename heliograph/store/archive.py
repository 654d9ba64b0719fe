"""The raw events that lie in the timelines: read from end to end, and corrected where a mapping was wrong."""

from collections.abc import Iterator
from typing import Final

from heliograph.domain.correction import Correction, Stored
from heliograph.names import PARTITION, SORT
from heliograph.store import keys, report_items
from heliograph.store.table import Refused, Table

MEANING: Final = ("k", "b", "r", "c", "x", "mh")
"""What a mapping decides; who, when, of what and the raw event itself stay."""
_NOTIFICATION: Final = "#N#"


class Archive:
    """Works on events as `Messages.record` keeps them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def since(self, moment: int, *, project: str = "") -> Iterator[Stored]:
        """Every event with its raw form that came at *moment* (epoch milliseconds) or later, in no order.

        Reads the whole table, since no index lists events; a page at a time.
        """
        condition = "begins_with(#sk, :events) AND #rx >= :since AND attribute_exists(#raw)"
        names = {"#sk": SORT, "#rx": "rx", "#raw": "raw"}
        values = {":events": keys.EVENTS, ":since": moment}
        if project:
            condition += " AND begins_with(#pk, :project)"
            names |= {"#pk": PARTITION}
            values |= {":project": f"{project}{_NOTIFICATION}"}
        for item in self._table.scan(condition, names=names, values=values):
            owner, _, notification = item[PARTITION].partition(_NOTIFICATION)
            yield Stored(project=owner, notification=notification, report=report_items.decode(item))

    def correct(self, correction: Correction) -> bool:
        """Write what the event means now under its own key. False when it is there no longer."""
        item = report_items.encode(correction.report)
        place = keys.event(correction.stored.message, correction.report.key)
        try:
            self._table.update(place, {name: item[name] for name in MEANING}, expect={})
        except Refused:
            return False
        return True
