"""Lists by the index by time: newest first, over all shards."""

from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Final

from heliograph.names import BY_TIME, INDEXES
from heliograph.store.table import Item, Table

PLACE: Final = INDEXES[BY_TIME][1]
"""The attribute that says where an entry stands in its list."""


def newest(table: Table, partitions: Sequence[str], *, before: str, limit: int) -> list[Item]:
    """The newest entries before the place *before* (`~` for all): keys only, at most *limit*."""
    shards = (
        table.query(partition, index=BY_TIME, before=before, limit=limit, descending=True) for partition in partitions
    )
    return list(islice(merge(*shards, key=lambda item: str(item[PLACE]), reverse=True), limit))
