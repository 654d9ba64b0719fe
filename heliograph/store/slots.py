"""The slots of integrations' rates: one conditional update for as many as are wanted at once, and no read."""

from typing import Final

from heliograph.domain.errors import Busy
from heliograph.store import keys
from heliograph.store.table import Refused, Table

_TRIES: Final = 5


class Slots:
    """`tat = max(tat, now) + count x interval`, in microseconds: the moment from which on slots are free."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, project: str, name: str, count: int, *, interval: int, now: int) -> int:
        """Take slots that follow one another every *interval* microseconds; returns the first's (epoch milliseconds).

        Raises:
            Busy: others changed it too often meanwhile.
        """
        at, cost = now * 1000, count * interval
        key, names = keys.slots(project, name), {"#t": "tat"}
        for _ in range(_TRIES):
            try:
                values = {":cost": cost, ":at": at}
                stands = self._table.apply(key, "ADD #t :cost", condition="#t > :at", names=names, values=values)
            except Refused:
                pass
            else:
                return (int(stands["tat"]) - cost) // 1000
            try:
                condition, values = "attribute_not_exists(#t) OR #t <= :at", {":at": at, ":tat": at + cost}
                self._table.apply(key, "SET #t = :tat", condition=condition, names=names, values=values)
            except Refused:
                continue
            return now
        raise Busy("too many messages at once for this integration's rate")
