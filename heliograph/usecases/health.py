"""Health: what calls to a provider say of its account, kept as the integration's circuit."""

from collections.abc import Callable
from dataclasses import dataclass

from heliograph.domain.circuit import Circuit, told, weight
from heliograph.domain.errors import ProviderError, Rejected, Unavailable
from heliograph.domain.message import Message
from heliograph.domain.project import Mode
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.gate import CircuitStore
from heliograph.usecases.ports import Clock
from heliograph.usecases.prepare import Ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Opens and closes circuits. It never fails a message: what it cannot write, the next failure says again."""

    circuits: CircuitStore
    clock: Clock
    note: Callable[..., None]
    """Logs one line: note(what, message, fields)."""

    def well(self, message: Message, ready: Ready) -> None:
        """The provider took, or at least read, a message; nothing is written while all is well."""
        seen = self._seen(message, ready)
        if seen is None or not (seen.open or seen.failures):
            return
        try:
            closed = self.circuits.succeeded(ready.project.id, seen, now=self.clock())
        except Unavailable:
            return
        if closed:
            since = timestamp(seen.opened)
            self.note(
                "circuit closed",
                message,
                provider=ready.integration.provider,
                integration=seen.integration,
                since=since,
            )

    def ill(self, message: Message, ready: Ready, exc: ProviderError) -> None:
        """The provider did not take a message."""
        if isinstance(exc, Rejected):
            self.well(message, ready)
            return
        seen, heavy, now = self._seen(message, ready), weight(exc), self.clock()
        if seen is None or seen.open or not heavy:
            return
        why = Circuit(integration=seen.integration, reason=exc.reason.value, code=exc.code, text=told(exc.text))
        try:
            opened = self.circuits.failed(ready.project.id, seen.integration, weight=heavy, why=why, now=now)
        except Unavailable:
            return
        if opened:
            name = ready.integration.provider
            reason = f"{name} answers {exc.code or exc.reason.value} since {timestamp(now)}"
            fields = {"provider": name, "integration": seen.integration, "code": exc.code}
            self.note("circuit opened", message, why=reason, **fields)

    def _seen(self, message: Message, ready: Ready) -> Circuit | None:
        """The circuit as the project shows it; the sandbox of test keys has none."""
        return ready.project.circuit(ready.integration.id) if message.mode is Mode.LIVE else None
