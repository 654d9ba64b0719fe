"""The lines of provider accounts: one conditional write for as many slots as are wanted at once, and no read.

vt virtual time   at its moment (microseconds)   rv revision   f#project up to where the project has taken tags
"""

from typing import Any, Final, NamedTuple

from heliograph.domain.errors import Busy
from heliograph.domain.fair_queue import Line, fresh
from heliograph.names import TTL
from heliograph.store import keys
from heliograph.store.table import Item, Key, Refused, Table

_TRIES: Final = 8
_END: Final = "f#"
_FORGOTTEN: Final = 40
"""Projects whose end is taken out in one write; an expression has bounds."""
_KEPT: Final = 8 * 86_400
"""Seconds after its last tag was taken that a line is forgotten: no message waits so long."""


class Taken(NamedTuple):
    """The first of the tags, and the line as it stands since."""

    tag: int
    line: Line


class _Asked(NamedTuple):
    project: str
    work: int
    now: int

    @property
    def values(self) -> dict[str, Any]:
        return {":ttl": self.now // 1_000_000 + _KEPT}

    @property
    def names(self) -> dict[str, str]:
        return {"#f": _END + self.project, "#ttl": TTL}


class Slots:
    """The lines at which messages wait for their turn. Times and work are microseconds."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, name: str, project: str, *, work: int, now: int, known: Line | None = None) -> Taken:
        """Take tags for so much work at the line of that name; *known* is the line as it was seen last.

        Raises:
            Busy: others changed it too often meanwhile.
        """
        asked, key = _Asked(project, work, now), keys.slots(name)
        # Neither the clock nor a line as it was seen earlier is behind virtual time: those who came since slow it.
        beyond = known.virtual_at(now) if known else now
        for _ in range(_TRIES):
            try:
                return self._longer(key, asked, beyond)
            except Refused as refused:
                stands = refused.item
            line = _line(stands) if stands else fresh(now)
            if line.waits(project, now):
                beyond = line.virtual_at(now)
                continue
            try:
                return self._join(key, asked, line, stands)
            except Refused:
                continue
        raise Busy("too many messages at once for this account's rate")

    def line(self, name: str) -> Line | None:
        """A line; None where nobody waits or has waited."""
        item = self._table.get(keys.slots(name))
        return _line(item) if item else None

    def _longer(self, key: Key, asked: _Asked, beyond: int) -> Taken:
        """Take more for a project that waits: it never gets in the way of others that do the same."""
        change, condition = "ADD #f :work SET #ttl = :ttl", "#f > :beyond"
        values = asked.values | {":work": asked.work, ":beyond": beyond}
        stands = self._table.apply(
            key, change, condition=condition, names=asked.names, values=values, returns="ALL_NEW"
        )
        return Taken(int(stands[_END + asked.project]) - asked.work, _line(stands))

    def _join(self, key: Key, asked: _Asked, line: Line, stands: Item | None) -> Taken:
        """Take the first for a project that does not wait: from here on the others get less."""
        after = line.joined(asked.project, asked.work, asked.now)
        names = asked.names | {"#v": "vt", "#a": "at", "#r": "rv"}
        revision = int(stands["rv"]) if stands else 0
        values = asked.values | {":v": after.virtual, ":a": after.at, ":next": revision + 1}
        values[":f"] = after.ends[asked.project]
        condition, gone = ["attribute_not_exists(#r)"], []
        if stands:
            condition, values[":r"] = ["#r = :r"], revision
        # Who is over may have taken more at this moment; then it still waits.
        for number, (other, end) in enumerate(sorted(line.over(asked.now).items())[:_FORGOTTEN]):
            names[f"#o{number}"], values[f":o{number}"] = _END + other, end
            condition.append(f"#o{number} = :o{number}")
            gone += [f"#o{number}"] if other != asked.project else []
        change = "SET #v = :v, #a = :a, #r = :next, #ttl = :ttl, #f = :f"
        change += f" REMOVE {', '.join(gone)}" if gone else ""
        self._table.apply(key, change, condition=" AND ".join(condition), names=names, values=values)
        return Taken(after.virtual, after)


def _line(item: Item) -> Line:
    ends = {name.removeprefix(_END): int(end) for name, end in item.items() if name.startswith(_END)}
    return Line(virtual=int(item["vt"]), at=int(item["at"]), ends=ends)
