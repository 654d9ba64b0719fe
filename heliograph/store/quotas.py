"""What the account that the stage runs in may send, as AWS says it: one small item a service.

ra rate (thousandths of a message a second)
"""

from typing import Final

from heliograph.store import keys
from heliograph.store.projects import thousandths
from heliograph.store.table import Refused, Table

QUOTED: Final = frozenset({"ses"})
"""The providers whose account tells its quota."""


class Quotas:
    """Read by workers, written by the scheduler."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def rate(self, provider: str) -> float:
        """Messages a second; 0 where it is not known, or has no bound."""
        item = self._table.get(keys.quota(provider))
        return int(item.get("ra", 0)) / 1000 if item else 0.0

    def keep(self, provider: str, rate: float) -> bool:
        """Remember a rate; False when it was the same before."""
        values = {":r": thousandths(rate) or 0}
        try:
            self._table.apply(
                keys.quota(provider),
                "SET #r = :r",
                condition="attribute_not_exists(#r) OR #r <> :r",
                names={"#r": "ra"},
                values=values,
            )
        except Refused:
            return False
        return True
