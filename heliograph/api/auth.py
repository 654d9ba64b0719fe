"""Who is calling: the key says which project, which mode and what may be done."""

from collections.abc import Callable
from typing import Final, Protocol

from heliograph.cache import Cache
from heliograph.domain import api_keys
from heliograph.domain.errors import Unauthorized
from heliograph.domain.project import ApiKey, Caller, Project, Scope

KEY_FRESH: Final = 60_000
"""Milliseconds: a revoked key is refused this long after at the latest."""
PROJECT_FRESH: Final = 2_000
"""Milliseconds: how soon a new integration is seen."""


class KeyStore(Protocol):
    """Where keys and projects lie."""

    def key(self, key_id: str) -> ApiKey | None: ...
    def get(self, project: str) -> Project | None: ...


class Authenticator:
    """Checks keys. Only their keyed hashes are known; the answer for an unknown one costs what a known one costs."""

    def __init__(self, store: KeyStore, pepper: Callable[[], str], clock: Callable[[], int]) -> None:
        self._store = store
        self._pepper = pepper
        self._clock = clock
        self._keys: Cache[str, ApiKey | None] = Cache(clock, fresh=KEY_FRESH, size=10_000)
        self._projects: Cache[str, Project | None] = Cache(clock, fresh=PROJECT_FRESH, size=1_000)

    def __call__(self, authorization: str, scope: Scope) -> Caller:
        """The caller behind an `Authorization` header.

        Raises:
            Unauthorized: no key, a wrong, revoked or expired one (401), or one without the scope (403).
        """
        kind, _, text = authorization.strip().partition(" ")
        if kind.lower() != "bearer" or not text:
            raise Unauthorized("the API key is missing: send the header `Authorization: Bearer <key>`")
        parsed = api_keys.parse(text.strip())
        key = self._keys.get(parsed.id, lambda: self._store.key(parsed.id))
        right = api_keys.matches(parsed.text, key.digest if key else None, self._pepper())
        if not right or key is None or key.revoked or key.mode != parsed.mode:
            raise Unauthorized("the API key is not valid: use a key of this project that has not been revoked")
        if 0 < key.expires <= self._clock():
            raise Unauthorized("the API key has expired: create a new one", code="KEY_EXPIRED")
        if scope not in key.scopes:
            detail = f"this API key may not {scope.value}: use one with that scope"
            raise Unauthorized(detail, code="FORBIDDEN", status=403)
        project = self._projects.get(key.project, lambda: self._store.get(key.project))
        if project is None:
            raise Unauthorized("the API key's project is gone: use a key of another project")
        return Caller(project=project, mode=key.mode, scopes=key.scopes, key=key.id)
