"""What a project configures: itself, its keys and its integrations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import Pause
from heliograph.domain.limits import Limits
from heliograph.domain.model import Channel


class Mode(StrEnum):
    """A `test` key runs the whole pipeline and ends in the sandbox provider."""

    LIVE = "live"
    TEST = "test"


class Scope(StrEnum):
    """What a key may do."""

    SEND = "send"
    READ = "read"
    MANAGE = "manage"


type DoubtPolicy = Literal["at_least_once", "at_most_once"]
"""What an unknown outcome without a receipt leads to: the same attempt again, or the status `unknown`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A provider set up in a project. Its credentials lie elsewhere."""

    id: str
    provider: str
    channels: frozenset[Channel]
    sender: str
    name: str = ""
    created: int = 0
    rate: float = 0.0
    """Messages a second; 0: as fast as they come."""
    account: str = ""
    """Whose account it uses, as `heliograph.domain.accounts` names it; empty: nobody else's."""


SANDBOX: Final = Integration(
    id="sandbox", provider="sandbox", channels=frozenset(Channel), sender="Heliograph <hello@sandbox.heliograph.dev>"
)
"""Where every message of a test key goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A tenant. `order` names the integrations of a channel, first choice first."""

    id: str
    name: str
    salt: str
    created: int
    retention_days: int = 30
    doubt: DoubtPolicy = "at_least_once"
    limits: Limits = field(default_factory=Limits)
    integrations: tuple[Integration, ...] = ()
    order: dict[Channel, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[Channel, Mapping[str, int]] = field(default_factory=dict)
    """Shares of a channel's messages by integration; without any, all go to the first."""
    circuits: Mapping[str, Circuit] = field(default_factory=dict)
    """By integration; those that have ever failed."""
    pauses: Mapping[Mode, tuple[Pause, ...]] = field(default_factory=dict)
    """Those that hold, and those that ended."""

    def circuit(self, integration: str) -> Circuit:
        """The circuit of an integration."""
        return self.circuits.get(integration) or Circuit(integration=integration)

    def paused(self, mode: Mode) -> tuple[Pause, ...]:
        """What holds now."""
        return tuple(one for one in self.pauses.get(mode, ()) if not one.ended)

    def integration(self, wanted: str) -> Integration | None:
        """The integration with this id."""
        return next((one for one in self.integrations if one.id == wanted), None)

    def choices(self, channel: Channel, mode: Mode, provider: str = "") -> tuple[Integration, ...]:
        """The integrations of a channel in order; with *provider* only that provider's."""
        if mode is Mode.TEST:
            return (SANDBOX,)
        found = (self.integration(one) for one in self.order.get(channel, ()))
        return tuple(one for one in found if one and provider in ("", one.provider))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored: never its text."""

    id: str
    project: str
    mode: Mode
    digest: str
    scopes: frozenset[Scope]
    created: int = 0
    """Epoch milliseconds."""
    expires: int = 0
    """Epoch milliseconds; 0 for never."""
    revoked: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is calling: everything that a request may act on comes from here, never from the request."""

    project: Project
    mode: Mode
    scopes: frozenset[Scope]
    key: str
