"""Circuits and pauses as items beside their project.

o opened   cl closed   n failures   at the last of them
pr next probe   pf probes that failed   r reason   c code   x text   si since   en ended
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import HoldKind, Pause
from heliograph.domain.project import Mode
from heliograph.names import SORT
from heliograph.store import keys
from heliograph.store.values import Item

_CIRCUIT: Final = {
    "opened": "o",
    "closed": "cl",
    "failures": "n",
    "failed": "at",
    "probe": "pr",
    "probes": "pf",
    "reason": "r",
    "code": "c",
    "text": "x",
}


def circuits(items: Iterable[Item]) -> dict[str, Circuit]:
    """Those of a project, by integration."""
    found = {}
    for item in items:
        _, kind, name = named(item[SORT])
        if kind is HoldKind.CIRCUIT:
            found[name] = circuit(name, item)
    return found


def circuit(name: str, item: Item) -> Circuit:
    """One of them."""
    known = {field: item[short] for field, short in _CIRCUIT.items() if short in item}
    return Circuit(integration=name, **known)


def pauses(items: Iterable[Item]) -> Mapping[Mode, tuple[Pause, ...]]:
    """Those of a project, by mode."""
    found: dict[Mode, tuple[Pause, ...]] = defaultdict(tuple)
    for item in items:
        mode, kind, name = named(item[SORT])
        if kind is not HoldKind.CIRCUIT:
            one = Pause(kind=kind, name=name, since=item["si"], ended=item.get("en", 0))
            found[mode] = (*found[mode], one)
    return dict(found)


def named(sort: str) -> tuple[Mode, HoldKind, str]:
    """Mode, kind and name that a hold's sort key says."""
    mode, _, place = sort.removeprefix(keys.HOLD).partition("#")
    kind, _, name = place.partition("/")
    return Mode(mode), HoldKind(kind), name
