"""Intake: prove a webhook request, normalise what it says, put it on the events queue. It may write nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from heliograph.domain.errors import AccountTrouble, BadSignature, BadWebhook, NotFound
from heliograph.domain.event_json import event_to_json
from heliograph.domain.model import ProviderEvent, Received, Reply, WebhookRequest
from heliograph.domain.provider import Provider
from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.tokens import Hook
from heliograph.usecases.ports import Clock, Later, Load, Vault
from heliograph.wire.masking import name_only

MAX_BODY: Final = 5_000_000
"""Bytes."""
PIECE: Final = 25
"""Events in one queue message: a batch of a thousand becomes forty, so that none takes long."""


class TooLarge(BadWebhook):
    """The body is larger than any provider's batch."""

    status = 413


class NoSuchHook(BadWebhook):
    """The address names no integration."""

    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Takes webhook requests in."""

    signer: Signer
    vault: Vault
    load: Load
    queue: Later
    base_url: str
    clock: Clock
    note: Callable[..., None]

    def __call__(
        self, provider: str, token: str, *, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Take one request in; *target* is its raw path with the raw query.

        Raises:
            BadWebhook: it is refused, with the status to answer.
            Unavailable: it is proven and could not be handed on; the provider should send it again.
        """
        if len(body) > MAX_BODY:
            raise TooLarge(f"the body has {len(body)} bytes and at most {MAX_BODY} are taken")
        url = f"{self.base_url}{target}"
        came = WebhookRequest(method=method, url=url, headers=headers, body=body, at=self.clock() // 1000)
        hook, received = self._proven(provider, token, came)
        about = {"project": hook.project, "integration": hook.integration}
        bodies = [{"v": 1, **about, "events": list(map(event_to_json, piece))} for piece in _pieces(received.events)]
        if bodies:
            self.queue.put(hook.project, bodies)
        self.note(
            "webhook",
            provider=provider,
            **about,
            events=len(received.events),
            ignored=list(map(name_only, received.ignored[:20])),
        )
        return received.reply or Reply()

    def _proven(self, provider: str, token: str, request: WebhookRequest) -> tuple[Hook, Received]:
        try:
            hook = Hook.decode(self.signer, token)
            adapter = self.load(provider)
        except (BadToken, NotFound) as exc:
            raise NoSuchHook("there is no integration at this address: use the URL that it was added with") from exc
        try:
            return hook, adapter.receive(request, self._credentials(hook, adapter))
        except BadSignature:
            # The secret may have been changed a moment ago: look once more before refusing.
            self.vault.forget(hook.project, hook.integration)
            return hook, adapter.receive(request, self._credentials(hook, adapter))

    def _credentials(self, hook: Hook, adapter: Provider) -> Any:
        try:
            return self.vault.credentials(hook.project, hook.integration, adapter)
        except AccountTrouble as exc:
            raise NoSuchHook("the integration at this address is gone") from exc


def _pieces(events: Sequence[ProviderEvent]) -> Iterator[Sequence[ProviderEvent]]:
    for start in range(0, len(events), PIECE):
        yield events[start : start + PIECE]
