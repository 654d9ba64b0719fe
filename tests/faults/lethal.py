"""A world of whole batches in which some bodies kill the process, and with it what else is in the batch."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from functions.dispatch import handler as dispatching
from functions.webhooks import apply as applying
from heliograph.bootstrap import dispatching as dispatch_parts
from heliograph.templates import render
from tests.faults.aws import Due
from tests.faults.setting import Setting
from tests.faults.sites import Crash, Plan, Seam
from tests.faults.world import World

BATCH: Final = 10
POISON: Final = "poison"
"""A name that kills who renders it, and a key in a report that kills who takes it in."""


class MortalSeam(Seam):
    """Once the process is killed nothing of it reaches the outside, until the next one begins."""

    killed = False

    def through(self, name: str, call: Callable[[], Any], throttled: Callable[[], Exception]) -> Any:
        if self.killed:
            raise Crash
        return super().through(name, call, throttled)


class Lethal(World):
    """Whatever waits on a queue at the same moment is one batch, of at most ten."""

    def __init__(self, setting: Setting, plan: Plan | None = None) -> None:
        super().__init__(setting, plan or {})
        self.seam = self.provider.seam = self._mortal = MortalSeam({}, self.wait)
        self.seam.watching = self.provider.struck
        self.killed = 0

    def run(self) -> None:
        take = applying.take

        def taken(text: str) -> None:
            self._kill(POISON in text and POISON in json.loads(text))
            take(text)

        def rendered(template: Mapping[str, str], context: Any, **more: Any) -> dict[str, str]:
            self._kill(context["payload"]["name"] == POISON)
            return render(template, context, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch_parts, "render", rendered)
            patch.setattr(applying, "take", taken)
            # One after the other, so that a run is the same each time; what is killed is killed for all.
            patch.setattr(dispatching, "SIDE_BY_SIDE", 1)
            patch.setattr(applying, "SIDE_BY_SIDE", 1)
            super().run()

    def _kill(self, guilty: bool) -> None:  # noqa: FBT001  # the question is the only thing that it is about
        if guilty:
            self.killed += 1
            self._mortal.killed = True
            raise Crash

    def _receive(self, queue: str, due: Due) -> None:
        self._work([due, *self._neighbours(queue)], queue)
        self._mortal.killed = False

    def _neighbours(self, queue: str) -> list[Due]:
        found: list[Due] = []
        others: list[Due] = []
        while len(found) < BATCH - 1 and (at := self.agenda.next) is not None and at <= self.now:
            one = self.agenda.pop()
            assert one is not None
            (found if one.kind == queue else others).append(one)
        for one in others:
            self.agenda.put(one.at, one.kind, one.body, one.received, one.group)
        return found


class Outage(Lethal):
    """The table answers nobody for *lasts* milliseconds, from the moment in which *after* messages were taken."""

    def __init__(self, setting: Setting, *, after: int, lasts: int, plan: Plan | None = None) -> None:
        super().__init__(setting, plan)
        self._after, self._lasts = after, lasts
        self._begins = 0

    def _dark(self, name: str) -> bool:
        if not self._begins and self.provider.taken.total() >= self._after:
            self._begins = self.now
        within = self._begins <= self.now < self._begins + self._lasts
        return (bool(self._begins) and within and name.startswith("dynamodb")) or super()._dark(name)
