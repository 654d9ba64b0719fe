"""Counters and the rate bucket of a project: each one conditional update, and no read."""

from heliograph.domain.errors import Busy
from heliograph.domain.limits import Counter
from heliograph.domain.project import Mode
from heliograph.store import keys
from heliograph.store.table import Refused, Table

SECOND = 1_000_000
"""In microseconds, in which the bucket counts."""
KEPT = 86_400
"""Seconds that a counter outlives its span."""
TRIES = 5


class Counters:
    """The counters of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, project: str, mode: Mode, counter: Counter) -> int | None:
        """Count, and return None; or count nothing and return what stands there, where the limit would be passed."""
        room = counter.limit - counter.amount
        if room < 0:
            return 0
        try:
            self._table.apply(
                keys.counter(project, mode, counter.name),
                "ADD #u :amount SET #ttl = :ttl",
                condition="attribute_not_exists(#u) OR #u <= :room",
                names={"#u": "u", "#ttl": "ttl"},
                values={":amount": counter.amount, ":room": room, ":ttl": counter.ends // 1000 + KEPT},
            )
        except Refused as refused:
            return int(refused.item["u"]) if refused.item else 0
        return None

    def give_back(self, project: str, mode: Mode, counter: Counter) -> None:
        """Undo a `take`."""
        self._table.add(keys.counter(project, mode, counter.name), "u", -counter.amount)

    def slots(self, project: str, mode: Mode, count: int, *, rate: int, now: int) -> float:
        """Take *count* slots of a bucket of *rate* a second: `tat = max(tat, now) + count / rate`.

        A second's worth may come at once; more than that only when the bucket is empty.

        Returns:
            0, or the seconds to wait; then nothing was taken.

        Raises:
            Busy: others changed it too often meanwhile.
        """
        at, cost = now * 1000, count * SECOND // rate
        latest = at + SECOND - cost
        key, names = keys.counter(project, mode, "rate"), {"#t": "tat"}
        for _ in range(TRIES):
            try:
                condition, values = "#t > :at AND #t <= :latest", {":at": at, ":latest": latest, ":cost": cost}
                self._table.apply(key, "ADD #t :cost", condition=condition, names=names, values=values)
            except Refused as refused:
                stands = int(refused.item["tat"]) if refused.item else 0
            else:
                return 0
            if stands > at:
                return max(stands - max(latest, at), 1) / SECOND
            try:
                condition, values = "attribute_not_exists(#t) OR #t <= :at", {":at": at, ":tat": at + cost}
                self._table.apply(key, "SET #t = :tat", condition=condition, names=names, values=values)
            except Refused:
                continue
            return 0
        raise Busy("too many calls at once for this project's rate: send the same request again in a few seconds")
