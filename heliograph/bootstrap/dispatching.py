"""What the dispatch functions need."""

import random
import secrets
import time
from functools import cache, partial
from typing import Any, Final

from heliograph import providers
from heliograph.bootstrap import wiring
from heliograph.cache import Cache
from heliograph.domain.definition import Body
from heliograph.domain.project import Project
from heliograph.mail_transport import MailTransport
from heliograph.observability import note
from heliograph.store.definitions import Definitions
from heliograph.store.projects import Projects
from heliograph.templates import render
from heliograph.transport import Transport
from heliograph.usecases.dispatch import Dispatch
from heliograph.usecases.prepare import Prepare
from heliograph.wire.addresses import is_allowed, networks

PROJECT_FRESH: Final = 2_000
"""Milliseconds: how soon a new integration or order is seen."""
VERSION_FRESH: Final = 3_600_000
"""A version never changes; this only bounds the memory of events that are no longer sent."""


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


class _Tools:
    """What providers may use: one HTTP transport, one for mail servers, and AWS clients."""

    def __init__(self, http: Transport, smtp: MailTransport) -> None:
        self.http = http
        self.smtp = smtp

    def aws(self, service: str) -> Any:
        return wiring().aws(service)


def _tools() -> _Tools:
    settings = wiring().settings
    return _Tools(
        http=Transport(sandbox_url=settings.sandbox_url),
        smtp=MailTransport(
            sandbox=settings.sandbox_smtp, permits=partial(is_allowed, allowed=networks(settings.private_networks))
        ),
    )


@cache
def dispatch() -> Dispatch:
    """Works on messages."""
    parts = wiring()
    prepare = Prepare(
        messages=parts.messages,
        contacts=parts.contacts,
        versions=_CachedVersions(parts.definitions, Cache(parts.clock, fresh=VERSION_FRESH, size=200)),
        projects=_CachedProjects(parts.projects, Cache(parts.clock, fresh=PROJECT_FRESH)),
        render=render,
        signer=parts.signer,
        urls=parts.urls,
    )
    return Dispatch(
        messages=parts.messages,
        prepare=prepare,
        wakeups=parts.wakeups,
        later=parts.events,
        vault=parts.vault,
        load=providers.load,
        tools=_tools(),
        clock=parts.clock,
        random=random.random,
        token=lambda: secrets.token_hex(8),
        lease=parts.settings.lease * 1000,
        hold=parts.settings.doubt * 1000,
        pause=time.sleep,
        note=note,
    )
