"""The functions' own wiring over a run's clients, and its table with a watcher that sees every write."""

import json
from collections.abc import Mapping
from functools import cached_property
from heapq import heappop, heappush
from types import SimpleNamespace
from typing import Any

from heliograph.bootstrap import Wiring
from heliograph.domain.project import Mode
from heliograph.domain.signing import Signer
from heliograph.names import INDEXES, WORK
from heliograph.store import keys
from tests.faults.aws import PROJECT
from tests.faults.provider import INTEGRATION
from tests.support.dynamo import Dynamo
from tests.support.expressions import Typed


class Watched(Dynamo):
    """The table, with a watcher that sees every write: no rank and no attempt number may fall."""

    def __init__(self, *, lag: int = 0) -> None:
        super().__init__(lag=lag)
        self.falls: list[str] = []
        self.listed: dict[tuple[str, str], tuple[str, str]] = {}
        """Item -> its entry in the work index or in the holding index."""
        self._checks: list[tuple[str, tuple[str, str]]] = []

    def _write(self, place: tuple[str, str], after: Typed | None) -> None:
        before = self.items.get(place)
        if before is not None and after is not None and "a" in before:
            self._watch(place, before, after)
        partition, sort = ((after or {}).get(name, {"S": ""})["S"] for name in INDEXES[WORK])
        if partition.startswith(("W#", "H#")):
            self.listed[place] = (partition, sort)
            if partition.startswith("W#"):
                heappush(self._checks, (sort, place))
        else:
            self.listed.pop(place, None)
        super()._write(place, after)

    def first_check(self) -> int | None:
        """The earliest check time in the work index."""
        while self._checks:
            sort, place = self._checks[0]
            if self.listed.get(place, ("", ""))[1] == sort:
                return int(sort.split("#")[0])
            heappop(self._checks)
        return None

    def circuit(self) -> Typed:
        """Of the integration; empty when it never failed."""
        return self.items.get(keys.hold(PROJECT, Mode.LIVE, f"circuit/{INTEGRATION}"), {})

    def held(self) -> int:
        """How many items lie in the holding index."""
        return sum(partition.startswith("H#") for partition, _ in self.listed.values())

    def _watch(self, place: tuple[str, str], before: Typed, after: Typed) -> None:
        if before.get("cr") != after.get("cr"):
            return
        for name, value in before.items():
            rank = name == "a" or (name[:1] == "r" and name[1:].isdecimal())
            if rank and int(after.get(name, {"N": "-1"})["N"]) < int(value["N"]):
                self.falls.append(f"{name} of {place} fell from {value} to {after.get(name)}")


class Wired(Wiring):
    """The functions' own wiring, over the world's clients and secrets."""

    @cached_property
    def secrets(self) -> Any:
        return {"pepper": "a pepper for tests only", "data": json.dumps({"1": "a secret of tests"})}

    @cached_property
    def signer(self) -> Signer:
        return Signer({"1": "a secret that is only for tests"})

    @cached_property
    def urls(self) -> Mapping[str, str]:
        return {"webhooks": "https://hooks.example.com", "links": "https://go.example.com"}

    @cached_property
    def vault(self) -> Any:
        return SimpleNamespace(
            credentials=lambda _project, _integration, provider: provider.Credentials(), forget=lambda *_: None
        )
