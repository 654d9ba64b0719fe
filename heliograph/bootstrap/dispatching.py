"""What the dispatch functions need."""

import random
import secrets
import time
from functools import cache
from typing import Final

from heliograph import providers
from heliograph.bootstrap import wiring
from heliograph.bootstrap.guarding import guard
from heliograph.bootstrap.reaching import tools
from heliograph.cache import Cache
from heliograph.domain.definition import Body
from heliograph.domain.message import Lane
from heliograph.domain.project import Project
from heliograph.observability import note
from heliograph.store.circuits import Circuits
from heliograph.store.definitions import Definitions
from heliograph.store.furthers import Furthers
from heliograph.store.projects import Projects
from heliograph.store.quotas import QUOTED, Quotas
from heliograph.store.slots import Slots as SlotStore
from heliograph.templates import render
from heliograph.usecases.dispatch import Dispatch
from heliograph.usecases.further import Further
from heliograph.usecases.gate import Gate
from heliograph.usecases.hand_over import HandOver
from heliograph.usecases.health import Health
from heliograph.usecases.patience import WakeLater
from heliograph.usecases.prepare import Prepare
from heliograph.usecases.quiet import Quiet
from heliograph.usecases.rates import Rates
from heliograph.usecases.room import Room
from heliograph.usecases.slots import Slots
from heliograph.usecases.suspects import Suspects

PROJECT_FRESH: Final = 2_000
"""Milliseconds: how soon a new integration or order is seen."""
VERSION_FRESH: Final = 3_600_000
"""A version never changes; this only bounds the memory of events that are no longer sent."""
QUOTA_FRESH: Final = 60_000
"""How soon another quota of the stage's account is seen."""


class _CachedProjects:
    def __init__(self, store: Projects, cache_: Cache[str, Project | None]) -> None:
        self._store, self._cache = store, cache_

    def get(self, project: str) -> Project | None:
        return self._cache.get(project, lambda: self._store.get(project))


class _CachedVersions:
    def __init__(self, store: Definitions, cache_: Cache[tuple[str, str, int], Body | None]) -> None:
        self._store, self._cache = store, cache_

    def version(self, project: str, name: str, number: int) -> Body | None:
        return self._cache.get((project, name, number), lambda: self._store.version(project, name, number))


class _CachedQuotas:
    def __init__(self, store: Quotas, cache_: Cache[str, float]) -> None:
        self._store, self._cache = store, cache_

    def rate(self, provider: str) -> float:
        return self._cache.get(provider, lambda: self._store.rate(provider)) if provider in QUOTED else 0.0


@cache
def dispatch() -> Dispatch:
    """Works on messages."""
    parts, prepare = wiring(), _prepare()
    return Dispatch(
        messages=parts.messages,
        prepare=prepare,
        gate=Gate(
            projects=prepare.projects,
            versions=prepare.versions,
            circuits=Circuits(parts.table),
            rates=Rates(
                slots=Slots(store=SlotStore(parts.table), clock=parts.clock),
                quotas=_CachedQuotas(Quotas(parts.table), Cache(parts.clock, fresh=QUOTA_FRESH)),
                quiet=Quiet(clock=parts.clock, workers=parts.settings.workers),
            ),
            clock=parts.clock,
        ),
        further=_further(prepare),
        hand_over=_hand_over(prepare),
        wakeups=parts.wakeups,
        clock=parts.clock,
        token=lambda: secrets.token_hex(8),
        lease=parts.settings.lease * 1000,
        note=note,
        room=Room(margin=parts.settings.reserve),
    )


def suspects() -> Suspects:
    """Works on messages whose wake-up calls came back too often."""
    return Suspects(dispatch=dispatch())


def wake_later() -> WakeLater:
    """Puts back wake-up calls for which the store did not answer."""
    parts = wiring()
    return WakeLater(wakeups=parts.wakeups, clock=parts.clock)


def lane_of(queue: str) -> Lane:
    """Which lane a queue of that name is."""
    critical = wiring().settings.critical_queue_url.rpartition("/")[2]
    return Lane.CRITICAL if queue == critical else Lane.NORMAL


def _prepare() -> Prepare:
    parts = wiring()
    return Prepare(
        messages=parts.messages,
        contacts=parts.contacts,
        versions=_CachedVersions(parts.definitions, Cache(parts.clock, fresh=VERSION_FRESH, size=200)),
        projects=_CachedProjects(parts.projects, Cache(parts.clock, fresh=PROJECT_FRESH)),
        render=render,
        signer=parts.signer,
        urls=parts.urls,
        files=parts.files,
    )


def _further(prepare: Prepare) -> Further:
    parts = wiring()
    return Further(
        messages=parts.messages,
        store=Furthers(parts.table),
        projects=prepare.projects,
        wakeups=parts.wakeups,
        load=providers.load,
        guard=guard(),
        clock=parts.clock,
        note=note,
    )


def _hand_over(prepare: Prepare) -> HandOver:
    parts = wiring()
    return HandOver(
        messages=parts.messages,
        prepare=prepare,
        later=parts.events,
        vault=parts.vault,
        load=providers.load,
        tools=tools(),
        clock=parts.clock,
        random=random.random,
        hold=parts.settings.doubt * 1000,
        health=Health(circuits=Circuits(parts.table), clock=parts.clock, note=note),
        pause=time.sleep,
        note=note,
        soonest=parts.settings.soonest,
    )
