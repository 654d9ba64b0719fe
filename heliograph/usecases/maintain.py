"""Maintain: what is done to providers in use: asked whether their credentials are good, changed, removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from heliograph.domain import sender_forms
from heliograph.domain.accounts import account_of
from heliograph.domain.errors import (
    AccountTrouble,
    BadInput,
    Conflict,
    NotFound,
    ProviderError,
    Rejected,
    Unavailable,
)
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Integration, Project
from heliograph.domain.provider import Credentials, Provider
from heliograph.domain.recipient import header_text
from heliograph.domain.tools import Tools
from heliograph.usecases.integrate import Integrate, validated
from heliograph.usecases.ports import Load


class ProjectStore(Protocol):
    """See heliograph.store.projects."""

    def get(self, project: str) -> Project | None: ...
    def order(
        self, project: str, channel: Channel, ids: tuple[str, ...], *, seen: tuple[str, ...], weights: Mapping[str, int]
    ) -> None: ...
    def change_integration(self, project: str, integration: Integration) -> None: ...
    def remove_integration(self, project: str, integration: str) -> None: ...


class Vault(Protocol):
    """See heliograph.parameters."""

    def credentials(self, project: str, integration: str, provider: Provider) -> Any: ...
    def forget(self, project: str, integration: str) -> None: ...
    def store(self, project: str, integration: str, credentials: Credentials) -> None: ...
    def remove(self, project: str, integration: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be another; None stays. Of credentials only the fields that are named, a field's None takes it out."""

    sender: str | None = None
    name: str | None = None
    credentials: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintain:
    """Works on one project's integrations."""

    integrate: Integrate
    store: ProjectStore
    vault: Vault
    load: Load
    tools: Callable[[], Tools]

    def add(
        self, project: str, provider: str, *, sender: str, name: str, credentials: Mapping[str, Any], check: bool
    ) -> JSON:
        """Set a provider up, with *check* only when the vendor takes the credentials; raises what `ask` raises too."""
        ask = self.ask if check else None
        return self.integrate.add(project, provider, sender=sender, name=name, credentials=credentials, ask=ask)

    def ask(self, adapter: Provider, credentials: Credentials) -> None:
        """Have the vendor asked by its cheapest harmless call.

        Raises:
            BadInput: it refuses them, in its words.
            Unavailable: it cannot be told now.
        """
        try:
            adapter.check(credentials, self.tools())
        except (AccountTrouble, Rejected) as exc:
            detail = f"{adapter.name} refuses the credentials: {exc.text}{f' ({exc.code})' if exc.code else ''}"
            raise BadInput(detail, field="credentials", code="CREDENTIALS_REFUSED") from exc
        except ProviderError as exc:
            detail = f"{adapter.name} could not be asked: {exc.text}; try again, or leave the check out"
            raise Unavailable(detail) from exc

    def check(self, project: str, name: str) -> JSON:
        """Whether the vendor takes the credentials as they are stored.

        Raises:
            NotFound: there is no such integration.
            Unavailable: it cannot be told now.
        """
        one = self._integration(self._project(project), name)
        adapter = self.load(one.provider)
        told: JSON = {"id": one.id, "provider": one.provider}
        try:
            self.ask(adapter, self._stored(project, one.id, adapter))
        except BadInput as exc:
            return told | {"ok": False, "error": exc.detail}
        except AccountTrouble as exc:
            return told | {"ok": False, "error": exc.text}
        return told | {"ok": True, "error": None}

    def change(self, project: str, name: str, changes: Changes, *, check: bool) -> JSON:
        """Change sender, name or credentials; the webhook's address stays.

        Raises:
            NotFound: there is no such integration.
            BadInput, Unavailable: as when one is added; nothing has changed then.
        """
        current = self._project(project)
        one = self._integration(current, name)
        adapter = self.load(one.provider)
        if changes.sender is not None:
            sender = sender_forms.checked(changes.sender, adapter.channels, adapter.capabilities)
            one = replace(one, sender=sender)
        if changes.name is not None:
            one = replace(one, name=header_text(changes.name, "name"))
        if changes.credentials is not None:
            fresh = self._rotate(project, one, adapter, changes.credentials, check=check)
            one = replace(one, account=account_of(one.provider, fresh, self.integrate.pepper))
        self.store.change_integration(project, one)
        return self.integrate.shown(current, one)

    def remove(self, project: str, name: str, *, force: bool) -> JSON:
        """Take an integration out of its channels' orders, then its credentials and itself away.

        Raises:
            NotFound: there is no such integration.
            Conflict: a channel has no other and it is not forced, or somebody else changed an order meanwhile.
        """
        current = self._project(project)
        one = self._integration(current, name)
        orders = {channel: ids for channel, ids in current.order.items() if name in ids}
        alone = sorted(channel.value for channel, ids in orders.items() if len(ids) == 1)
        if alone and not force:
            detail = f"{', '.join(alone)}: the project has no other integration: add one first, or say `force=true`"
            raise Conflict(detail, field="force", code="LAST_INTEGRATION")
        for channel, ids in orders.items():
            shares = {other: share for other, share in current.weights.get(channel, {}).items() if other != name}
            left = tuple(other for other in ids if other != name)
            self.store.order(project, channel, left, seen=ids, weights=shares)
        # The entry last: as long as it is there, a removal that died on the way can be done again.
        self.vault.remove(project, one.id)
        self.store.remove_integration(project, one.id)
        return {"id": one.id, "deleted": True}

    def _rotate(
        self, project: str, one: Integration, adapter: Provider, given: Mapping[str, Any], *, check: bool
    ) -> Credentials:
        try:
            known = dict(self._stored(project, one.id, adapter))
        except AccountTrouble:
            # What lies there cannot be used, so all of it must come anew.
            known = {}
        wanted = {field: value for field, value in (known | dict(given)).items() if value is not None}
        fresh = validated(adapter, wanted)
        if check:
            self.ask(adapter, fresh)
        self.vault.store(project, one.id, fresh)
        self.vault.forget(project, one.id)
        return fresh

    def _stored(self, project: str, integration: str, adapter: Provider) -> Any:
        # Another instance may have changed them.
        self.vault.forget(project, integration)
        return self.vault.credentials(project, integration, adapter)

    def _project(self, project: str) -> Project:
        found = self.store.get(project)
        if found is None:
            raise NotFound("the project is gone")
        return found

    def _integration(self, project: Project, name: str) -> Integration:
        found = project.integration(name)
        if found is None:
            raise NotFound("there is no such integration: GET /v1/integrations lists them", field="integration")
        return found
