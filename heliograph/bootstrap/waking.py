"""What the scheduler function needs."""

import random
from collections.abc import Callable
from functools import cache
from typing import Final

from heliograph import quotas
from heliograph.bootstrap import wiring
from heliograph.observability import note, trouble
from heliograph.queue import DeadLetters
from heliograph.schedules import Schedules
from heliograph.store.holds import Holds
from heliograph.store.quotas import Quotas
from heliograph.usecases.drain import Drain
from heliograph.usecases.heal import Heal
from heliograph.usecases.quota import Quota
from heliograph.usecases.release import Release, Rest
from heliograph.usecases.sweep import Sweep

SIDE_BY_SIDE: Final = 8
"""Shards of the work index that are read at once; botocore keeps ten connections."""


def sweep(remaining: Callable[[], float]) -> Sweep:
    """Wakes what was forgotten; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Sweep(messages=parts.messages, wakeups=parts.wakeups, clock=parts.clock, remaining=remaining)


def release(remaining: Callable[[], float], own_arn: str) -> Release:
    """Wakes what is due; *own_arn* is the running function's, which cannot be told its name by the stack."""
    parts, settings = wiring(), wiring().settings
    role, group = settings.schedule_role_arn, settings.schedule_group
    schedules = Schedules(parts.aws("scheduler"), group=group, target=own_arn, role=role)

    def again(minute: int, rest: Rest) -> None:
        schedules.again(minute, rest, now=parts.clock())

    return Release(
        messages=parts.messages,
        wakeups=parts.wakeups,
        again=again,
        remaining=remaining,
        side_by_side=SIDE_BY_SIDE,
    )


def heal(remaining: Callable[[], float]) -> Heal:
    """Looks after the dead letters; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Heal(
        letters=DeadLetters(parts.aws("sqs"), parts.settings.dead_letters_url),
        messages=parts.messages,
        wakeups=parts.wakeups,
        later=parts.events,
        clock=parts.clock,
        remaining=remaining,
    )


def drain(remaining: Callable[[], float]) -> Drain:
    """Looks after what is held; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Drain(
        holds=Holds(parts.table),
        messages=parts.messages,
        projects=parts.projects,
        wakeups=parts.wakeups,
        clock=parts.clock,
        random=random.random,
        remaining=remaining,
    )


@cache
def quota() -> Quota:
    """Asks SES how much the account may send; once in a while, so an instance keeps it."""
    parts = wiring()
    return Quota(
        store=Quotas(parts.table),
        mail_rate=lambda: quotas.mail_rate(parts.aws("sesv2")),
        clock=parts.clock,
        note=note,
        trouble=trouble,
    )
