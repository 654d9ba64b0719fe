"""Suppressions: addresses that must not be written to. Listed by their masked form, found by the address itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from heliograph.domain.contact import API, Listed, Suppression
from heliograph.domain.errors import NotFound
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Caller, Mode
from heliograph.domain.recipient import mask
from heliograph.domain.signing import Signer
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.paging import from_cursor, to_cursor
from heliograph.usecases.ports import Clock

SEARCHED: Final = 2000
"""Entries that one page looks at for a channel's; `next_cursor` goes on from there."""
PIECE: Final = 100


class SuppressionStore(Protocol):
    """See heliograph.store.contacts."""

    def suppress(self, project: str, mode: Mode, channel: Channel, address: str, why: Suppression) -> None: ...
    def suppressed(self, project: str, mode: Mode, channel: Channel, address: str) -> Suppression | None: ...
    def lift(self, project: str, mode: Mode, channel: Channel, address: str) -> None: ...
    def suppressions(self, project: str, mode: Mode, *, before: str, limit: int) -> list[tuple[str, Any]]: ...
    def listed(self, wanted: list[Any]) -> list[Listed]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressions:
    """Works on a project's suppressions; a test key's are apart from a live key's."""

    store: SuppressionStore
    signer: Signer
    clock: Clock

    def add(self, caller: Caller, channel: Channel, address: str, reason: str) -> tuple[JSON, bool]:
        """Suppress an address; the second value says whether that is new. What stands there already stays."""
        at = (caller.project.id, caller.mode, channel, address)
        known = self.store.suppressed(*at)
        if known is None:
            self.store.suppress(*at, Suppression(reason=reason, source=API, at=self.clock()))
        return self.one(caller, channel, address), known is None

    def one(self, caller: Caller, channel: Channel, address: str) -> JSON:
        """Why an address is suppressed.

        Raises:
            NotFound: it is not.
        """
        found = self.store.suppressed(caller.project.id, caller.mode, channel, address)
        if found is None:
            raise NotFound(
                f"this address is not suppressed for {channel.value} in this project",
                field="address",
                code="SUPPRESSION_NOT_FOUND",
            )
        return _shown(Listed(channel=channel, address=mask(address), why=found))

    def lift(self, caller: Caller, channel: Channel, address: str) -> JSON:
        """Let an address be written to again; answers what was lifted.

        Raises:
            NotFound: it is not suppressed.
        """
        found = self.one(caller, channel, address)
        self.store.lift(caller.project.id, caller.mode, channel, address)
        return found | {"lifted": True}

    def latest(self, caller: Caller, *, channel: Channel | None, limit: int, cursor: str = "") -> JSON:
        """`{suppressions, next_cursor}`, newest first; a channel's are looked for among 2,000 a page.

        Raises:
            BadInput: the cursor is not of this list.
        """
        query = {"list": "suppressions", "mode": caller.mode.value, "channel": channel or ""}
        place = from_cursor(self.signer, cursor, project=caller.project.id, query=query)
        keys, last = self._page(caller, place, limit, _of(channel))
        more = to_cursor(self.signer, project=caller.project.id, query=query, place=last) if last else None
        return {"suppressions": [_shown(one) for one in self.store.listed(keys)], "next_cursor": more}

    def _page(self, caller: Caller, place: str, limit: int, wanted: Callable[[str], bool]) -> tuple[list[Any], str]:
        found: list[Any] = []
        last = place
        for _ in range(0, SEARCHED, PIECE):
            entries = self.store.suppressions(caller.project.id, caller.mode, before=last, limit=PIECE)
            for last, key in entries:
                found += [key] if wanted(last) else []
                if len(found) == limit:
                    return found, last
            if len(entries) < PIECE:
                return found, ""
        return found, last


def _of(channel: Channel | None) -> Callable[[str], bool]:
    return lambda place: channel is None or place.split("#")[1] == channel


def _shown(listed: Listed) -> JSON:
    why = listed.why
    return {
        "channel": listed.channel.value,
        "address": listed.address,
        "reason": why.reason,
        "source": why.source,
        "at": timestamp(why.at),
    }
