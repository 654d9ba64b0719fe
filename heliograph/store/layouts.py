"""Layouts and partials: one item each, all of a project in one partition."""

from heliograph.domain.layout import Layout, LayoutKind
from heliograph.names import PARTITION, SORT
from heliograph.store import keys
from heliograph.store.table import Item, Table


class Layouts:
    """The layouts and partials of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, project: str, name: str) -> Layout | None:
        """One of them, strongly consistent: what was saved a moment ago is what is published now."""
        item = self._table.get((keys.layouts(project), name), strong=True)
        return _decode(item) if item else None

    def save(self, project: str, layout: Layout) -> None:
        """Write one, over what is there."""
        item: Item = {PARTITION: keys.layouts(project), SORT: layout.name, "k": layout.kind.value, "s": layout.source}
        self._table.put(item | {"created": layout.created, "updated": layout.updated})

    def delete(self, project: str, name: str) -> None:
        """Remove one, if it is there."""
        self._table.delete((keys.layouts(project), name))

    def all(self, project: str) -> list[Layout]:
        """All of a project, by name."""
        return [_decode(item) for item in self._table.query(keys.layouts(project), strong=True)]


def _decode(item: Item) -> Layout:
    return Layout(
        name=item[SORT],
        kind=LayoutKind(item["k"]),
        source=item["s"],
        created=item["created"],
        updated=item["updated"],
    )
