"""Integrate: providers set up in a project. Secrets go to the vault and never come back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from heliograph.domain import sender_forms
from heliograph.domain.accounts import account_of
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Integration, Project
from heliograph.domain.provider import Credentials, Provider
from heliograph.domain.recipient import header_text
from heliograph.domain.signing import Signer
from heliograph.domain.timestamps import timestamp
from heliograph.domain.tokens import Hook
from heliograph.usecases import pacing
from heliograph.usecases.ports import Clock, Load


class ProjectStore(Protocol):
    """See heliograph.store.projects."""

    def get(self, project: str) -> Project | None: ...
    def add_integration(self, project: Project, integration: Integration) -> None: ...
    def order(
        self, project: str, channel: Channel, ids: tuple[str, ...], *, seen: tuple[str, ...], weights: Mapping[str, int]
    ) -> None: ...


class Vault(Protocol):
    """See heliograph.parameters."""

    def store(self, project: str, integration: str, credentials: Credentials) -> None: ...


type Ask = Callable[[Provider, Credentials], None]
"""Has the vendor asked whether credentials are good; raises BadInput or Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrate:
    """Works on one project's integrations."""

    store: ProjectStore
    vault: Vault
    load: Load
    signer: Signer
    webhooks_url: str
    defaults: Mapping[str, Mapping[str, str]]
    """Credentials that this stage fills in, by provider: SES's configuration set."""
    pepper: str
    """Keys the names of accounts."""
    new_id: Callable[[], str]
    """At most 15 characters of a-z and 0-9."""
    clock: Clock

    def add(
        self,
        project: str,
        provider: str,
        *,
        sender: str,
        name: str,
        credentials: Mapping[str, Any],
        ask: Ask | None = None,
    ) -> JSON:
        """Set a provider up; it comes last in the order of its channels. *ask* may refuse the credentials.

        Raises:
            BadInput: credentials or sender are not what the provider needs; names the field.
            NotFound: no such provider.
        """
        adapter = self.load(provider)
        checked = validated(adapter, {**self.defaults.get(provider, {}), **credentials})
        integration = Integration(
            id=self.new_id(),
            provider=provider,
            channels=adapter.channels,
            sender=sender_forms.checked(sender, adapter.channels, adapter.capabilities),
            name=header_text(name, "name"),
            created=self.clock(),
            account=account_of(provider, checked, self.pepper),
        )
        current = self._project(project)
        if ask:
            ask(adapter, checked)
        # First what is needed to use it, then the entry that makes it used.
        self.vault.store(project, integration.id, checked)
        self.store.add_integration(current, integration)
        return self.shown(current, integration)

    def all(self, project: str) -> JSON:
        """All integrations, and the order of each channel."""
        current = self._project(project)
        return {
            "project": project,
            "integrations": [self.shown(current, one) for one in current.integrations],
            "order": {channel.value: list(ids) for channel, ids in sorted(current.order.items())},
            "weights": {channel.value: dict(shares) for channel, shares in sorted(current.weights.items())},
        }

    def order(
        self, project: str, channel: Channel, ids: tuple[str, ...], weights: Mapping[str, int] | None = None
    ) -> JSON:
        """Set the order of a channel's integrations, and their weights by id; without any all goes to the first.

        Raises:
            BadInput: not exactly the integrations that the channel has, or weights that say nothing.
            Conflict: somebody else changed it meanwhile.
        """
        current = self._project(project)
        known = current.order.get(channel, ())
        if sorted(ids) != sorted(known):
            detail = f"`ids` must name each integration of {channel.value} once: {', '.join(known) or 'there is none'}"
            raise BadInput(detail, field="ids")
        weights = weights or {}
        for name in weights:
            if name not in known:
                detail = f"`weights.{name[:40]}` is no integration of {channel.value}: use {', '.join(known)}"
                raise BadInput(detail, field=f"weights.{name[:40]}")
        if weights and not any(weights.values()):
            raise BadInput("all `weights` are 0: give one of them more, or leave them out", field="weights")
        shares = {name: weights[name] for name in ids if weights.get(name)}
        self.store.order(project, channel, ids, seen=known, weights=shares)
        return self.all(project)

    def shown(self, project: Project, integration: Integration) -> JSON:
        """An integration as callers see it: never its credentials."""
        adapter = self.load(integration.provider)
        hook = Hook(project=project.id, integration=integration.id).encode(self.signer)
        url = f"{self.webhooks_url}/webhooks/{integration.provider}/{hook}"
        return {
            "id": integration.id,
            "provider": integration.provider,
            "name": integration.name,
            "channels": sorted(channel.value for channel in integration.channels),
            "sender": integration.sender,
            "webhook_url": url if adapter.capabilities.has_webhook else None,
            "created_at": timestamp(integration.created),
        } | pacing.shown(project, integration)

    def _project(self, project: str) -> Project:
        found = self.store.get(project)
        if found is None:
            raise NotFound("the project is gone")
        return found


def validated(adapter: Provider, credentials: Mapping[str, Any]) -> Credentials:
    """The provider's Credentials.

    Raises:
        BadInput: they are not what it needs; names the field and repeats no value.
    """
    try:
        return adapter.Credentials.model_validate(dict(credentials))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(["credentials", *map(str, first["loc"])])
        needed = ", ".join(adapter.Credentials.model_fields) or "none"
    # Raised outside the handler: pydantic's error would carry the values along.
    raise BadInput(f"`{field}`: {first['msg']}; {adapter.name} has the fields {needed}", field=field)
