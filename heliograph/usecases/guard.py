"""Guard: hold a project to its limits. One without limits costs nothing here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from heliograph.domain.errors import BadInput, LimitReached
from heliograph.domain.limits import Counter, message_counters, sms_counters
from heliograph.domain.model import Channel
from heliograph.domain.project import Caller, Mode, Project
from heliograph.domain.recipient import region
from heliograph.usecases.ports import Clock

BLOCK = 4
"""Digits at the end of a number that a block of numbers leaves open."""


class CounterStore(Protocol):
    """See heliograph.store.counters."""

    def take(self, project: str, mode: Mode, counter: Counter) -> int | None: ...
    def give_back(self, project: str, mode: Mode, counter: Counter) -> None: ...
    def slots(self, project: str, mode: Mode, count: int, *, rate: int, now: int) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Counts messages before they are accepted."""

    counters: CounterStore
    clock: Clock
    hashed: Callable[[str, str], str]
    """(project, number) -> what stands for it."""

    def rate(self, caller: Caller, count: int) -> None:
        """Take *count* slots of the project's rate.

        Raises:
            LimitReached: with the seconds to wait.
        """
        if not (rate := caller.project.limits.rate):
            return
        wait = self.counters.slots(caller.project.id, caller.mode, count, rate=rate, now=self.clock())
        if wait:
            raise LimitReached(
                f"the project's rate of {rate} messages a second is reached: send again after {ceil(wait)} s",
                code="RATE_LIMITED",
                retry_after=ceil(wait),
                limit=rate,
            )

    def admit(self, project: Project, mode: Mode, channel: Channel, to: str) -> tuple[Counter, ...]:
        """Count one message towards every limit, or towards none.

        Returns:
            What was counted, for `give_back` when the message does not come to be.

        Raises:
            BadInput: the project sends no text messages to this country.
            LimitReached: one of its limits.
        """
        limits, now = project.limits, self.clock()
        counters = message_counters(limits, now=now)
        if channel is Channel.SMS:
            _check_country(project, to)
            number, prefix = self.hashed(project.id, to), self.hashed(project.id, to[:-BLOCK])
            counters += sms_counters(limits, number=number, prefix=prefix, now=now)
        taken: list[Counter] = []
        for counter in counters:
            current = self.counters.take(project.id, mode, counter)
            if current is not None:
                self.give_back(project, mode, taken)
                raise counter.reached(current, now=now)
            taken.append(counter)
        return tuple(taken)

    def give_back(self, project: Project, mode: Mode, taken: Iterable[Counter]) -> None:
        """Undo an `admit`."""
        for counter in taken:
            self.counters.give_back(project.id, mode, counter)


def _check_country(project: Project, to: str) -> None:
    countries = project.limits.sms_countries
    if countries and (found := region(to)) not in countries:
        raise BadInput(
            f"this project sends no text messages to {found or 'this country'}: it may to {', '.join(countries)}",
            field="to",
            code="SMS_COUNTRY_NOT_ALLOWED",
            status=403,
        )
