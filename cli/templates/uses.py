"""Which layouts and partials a source uses, and the order in which they can be saved."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2.exceptions import TemplateSyntaxError

from cli.templates.folder import Folder, Shared
from cli.templates.meaning import TEMPLATES, variants_of
from heliograph.domain.model import JSON
from heliograph.templates.engine import lexer
from heliograph.templates.pieces import Include, Piece, Source, parse


def uses(source: str) -> set[str]:
    """The names that a source extends and includes; none where it cannot be read: the service says why."""
    try:
        tree = parse(source, lexer())
    except TemplateSyntaxError:
        return set()
    return {*_included(tree, tree.body), tree.extends} - {""}


def ordered(shared: Mapping[str, Shared], first: Iterable[str]) -> list[Shared]:
    """Those that *first* names and what they use, each behind what it uses. In a cycle, which none takes, any order."""
    found: dict[str, Shared] = {}
    open_: set[str] = set()

    def visit(name: str) -> None:
        if name in found or name in open_ or name not in shared:
            return
        open_.add(name)
        for used in sorted(uses(shared[name].source)):
            visit(used)
        found[name] = shared[name]

    for name in sorted(first):
        visit(name)
    return list(found.values())


def needed(folder: Folder, events: Iterable[str]) -> list[Shared]:
    """What some events of a folder use."""
    sources = [one for name in events for one in _texts(folder.events[name].body)]
    return ordered(folder.shared, {name for one in sources for name in uses(one)})


def used_by(body: JSON) -> set[str]:
    """The layouts and partials that an event names itself."""
    return {name for one in _texts(body) for name in uses(one)}


def _included(tree: Source, body: list[Piece]) -> Iterator[str]:
    for piece in body:
        if isinstance(piece, Include):
            yield piece.name
    for block in tree.blocks():
        yield from (piece.name for piece in block.body if isinstance(piece, Include))


def _texts(body: JSON) -> Iterator[str]:
    for template in body.get(TEMPLATES, {}).values():
        parts: list[Any] = [*template.values(), *(part for one in variants_of(template) for part in one.values())]
        yield from (part for part in parts if isinstance(part, str))
