"""A world of real batches in which rendering some names kills the process, and its neighbours in the batch with it."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final

import pytest

from functions.dispatch import handler as dispatching
from functions.webhooks import apply as applying
from heliograph.bootstrap import dispatching as dispatch_parts
from heliograph.names import Function
from heliograph.templates import render
from tests.faults.aws import Due
from tests.faults.sites import Crash, Plan, Seam
from tests.faults.world import QUEUES, RECEIVES, SETTINGS, Setting, World

BATCH: Final = 10
POISON: Final = "poison"
"""A name that kills who renders it."""


class MortalSeam(Seam):
    """Once the process is killed nothing of it reaches the outside, until the next one begins."""

    killed = False

    def through(self, name: str, call: Callable[[], Any], throttled: Callable[[], Exception]) -> Any:
        if self.killed:
            raise Crash
        return super().through(name, call, throttled)


class Lethal(World):
    """Ten messages that wait on a queue are one batch. `wait_on` names the service that fails from the first call."""

    def __init__(self, setting: Setting, plan: Plan | None = None) -> None:
        super().__init__(setting, plan or {})
        self.seam = self.provider.seam = MortalSeam({}, self.wait)
        self.seam.watching = self.provider.struck
        self.killed = 0

    def run(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch_parts, "render", self._render)
            # One after the other, so that a run is the same each time; what is killed is killed for all.
            patch.setattr(dispatching, "SIDE_BY_SIDE", 1)
            patch.setattr(applying, "SIDE_BY_SIDE", 1)
            super().run()

    def left(self) -> list[Due]:
        """Dead letters at rest."""
        return list(self.clients["sqs"].dead.values())

    def _render(self, template: Mapping[str, str], context: Any, **more: Any) -> dict[str, str]:
        if context["payload"]["name"] == POISON:
            self.killed += 1
            self.seam.killed = True
            raise Crash
        return render(template, context, **more)

    def _receive(self, queue: str, due: Due) -> None:
        batch = [due, *self._neighbours(queue)]
        arn = f"arn:aws:sqs:::{queue}"
        records = [
            {
                "messageId": str(one.number),
                "body": one.body,
                "attributes": {"ApproximateReceiveCount": str(one.received + 1)},
                "eventSourceARN": arn,
            }
            for one in batch
        ]
        self.seam.killed = False
        told = self._invoke(lambda context: QUEUES[queue]({"Records": records}, context))
        self.seam.killed = False
        failed = {one["itemIdentifier"] for one in told["batchItemFailures"]} if told else None
        for one in batch:
            if failed is None or str(one.number) in failed:
                self._again(queue, one)

    def _neighbours(self, queue: str) -> list[Due]:
        found: list[Due] = []
        others: list[Due] = []
        while len(found) < BATCH - 1 and (at := self.agenda.next) is not None and at <= self.now:
            one = self.agenda.pop()
            assert one is not None
            (found if one.kind == queue else others).append(one)
        for one in others:
            self.agenda.put(one.at, one.kind, one.body, one.received)
        return found

    def _again(self, queue: str, one: Due) -> None:
        if one.received + 1 >= RECEIVES:
            self.dead.append(one)
            self.clients["sqs"].give_up(one)
        else:
            self.agenda.put(self.now + SETTINGS.visibility * 1000, queue, one.body, one.received + 1)


class Outage(Lethal):
    """The table answers nobody for a time, from the moment in which the provider has taken one of the messages."""

    def __init__(self, setting: Setting, *, after: int, lasts: int, plan: Plan | None = None) -> None:
        super().__init__(setting, plan)
        self._after, self._lasts = after, lasts
        self.begins = 0

    def _dark(self, name: str) -> bool:
        if not self.begins and self.provider.taken.total() >= self._after:
            self.begins = self.now
        dark = bool(self.begins) and self.begins <= self.now < self.begins + self._lasts
        return dark and name.startswith("dynamodb") or super()._dark(name)


__all__ = ["BATCH", "POISON", "Function", "Lethal", "Outage", "SimpleNamespace"]
