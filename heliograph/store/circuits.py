"""Circuits: each change one small conditional write, and none while all is well."""

from typing import Any, Final

from heliograph.domain.circuit import OPENS_AT, RUN, Circuit, next_probe
from heliograph.domain.holding import HoldKind, placed
from heliograph.domain.project import Mode
from heliograph.names import INDEXES, WORK
from heliograph.store import keys
from heliograph.store.table import Item, Key, Refused, Table

_REGISTER, _REGISTER_SORT = INDEXES[WORK]
_NAMES: Final = {"#n": "n", "#at": "at", "#o": "o"}
_TRIES: Final = 5


class Circuits:
    """The circuits of all integrations. Times are epoch milliseconds."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def failed(self, project: str, integration: str, *, weight: int, why: Circuit, now: int) -> bool:
        """Count a failure; True when it has opened the circuit. *why*: its reason, code and text.

        What others count at the same moment may be left out, so that a provider that is gone costs no more writes than
        it must.
        """
        key, names = _key(project, integration), dict(_NAMES)
        for _ in range(_TRIES):
            try:
                values = {":w": weight, ":now": now, ":since": now - RUN, ":room": OPENS_AT - weight}
                condition = "attribute_not_exists(#o) AND #at > :since AND #n < :room"
                self._table.apply(key, "ADD #n :w SET #at = :now", condition=condition, names=names, values=values)
            except Refused as refused:
                stands: Item = refused.item or {}
            else:
                return False
            if "o" in stands:
                return False
            try:
                if stands.get("at", 0) <= now - RUN:
                    self._begin(key, weight, now)
                    return False
                self._open(project, integration, why, now)
            except Refused:
                continue
            return True
        return False

    def succeeded(self, project: str, seen: Circuit, *, now: int) -> bool:
        """The provider is well: a run of failures is over, an open circuit closes. True when it has closed one.

        *seen* is as it was read; what others have changed since stays as it is.
        """
        key = _key(project, seen.integration)
        if not seen.open:
            self._quiet(key, {"n": None, "at": None}, {"n": seen.failures, "o": None})
            return False
        gone = dict.fromkeys(("o", "n", "at", "pr", "pf"))
        return self._quiet(key, gone | {"cl": now}, {"o": seen.opened})

    def probe(self, project: str, seen: Circuit, *, now: int) -> bool:
        """Take the slot of the next probe; False when somebody else has it, or the circuit has closed."""
        changes = {"pr": next_probe(seen.probes, now), "pf": seen.probes + 1}
        return self._quiet(_key(project, seen.integration), changes, {"o": seen.opened, "pr": seen.probe})

    def _begin(self, key: Key, weight: int, now: int) -> None:
        self._table.apply(
            key,
            "SET #n = :w, #at = :now",
            condition="attribute_not_exists(#o) AND (attribute_not_exists(#at) OR #at <= :since)",
            names=_NAMES,
            values={":w": weight, ":now": now, ":since": now - RUN},
        )

    def _open(self, project: str, integration: str, why: Circuit, now: int) -> None:
        place = placed(HoldKind.CIRCUIT, integration)
        changes: dict[str, Any] = {"o": now, "pr": next_probe(0, now), "pf": 0, "cl": None}
        changes |= {"r": why.reason, "c": why.code or None, "x": why.text[:300] or None}
        # From now on the scheduler looks after what it holds back.
        changes |= {_REGISTER: keys.HOLDS, _REGISTER_SORT: f"{project}#{place}"}
        self._table.update(_key(project, integration), changes, expect={"o": None})

    def _quiet(self, key: Key, changes: dict[str, Any], expect: dict[str, Any]) -> bool:
        try:
            self._table.update(key, changes, expect=expect)
        except Refused:
            return False
        return True


def _key(project: str, integration: str) -> Key:
    return keys.hold(project, Mode.LIVE, placed(HoldKind.CIRCUIT, integration))
