"""Layouts and partials put into a template, so that what is published needs nothing else when it is rendered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Never

from jinja2.exceptions import TemplateSyntaxError

from heliograph.domain.layout import Layout, LayoutKind
from heliograph.templates.engine import Faulty, lexer
from heliograph.templates.limits import MAX_SOURCE
from heliograph.templates.pieces import Block, Include, Piece, Source, Text, parse, stray

MAX_LAYOUTS: Final = 10
"""Layouts and partials inside each other."""
MAX_PIECES: Final = 2_000
"""Put together for one part."""

type Find = Callable[[str], Layout | None]
"""A project's layout or partial by its name."""


class Mark(NamedTuple):
    """Where a stretch of a flat source came from: *name* is empty for the source itself."""

    offset: int
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Flat:
    """A source that stands alone."""

    text: str
    marks: tuple[Mark, ...] = ()

    def origin(self, line: int) -> tuple[str, int]:
        """The layout's name (empty: the source itself) and the line there. Of several on one line, the longest."""
        if not self.marks:
            return "", line
        begin = 0
        for _ in range(line - 1):
            begin = self.text.find("\n", begin) + 1
        end = self.text.find("\n", begin) % (len(self.text) + 1)
        best, most = Mark(0, "", 1), -1
        for mark, until in zip(self.marks, (*(mark.offset for mark in self.marks[1:]), len(self.text)), strict=True):
            shared = min(until, end) - max(mark.offset, begin)
            if shared > most:
                best, most = mark, shared
        return best.name, best.line + self.text.count("\n", best.offset, max(begin, best.offset))


def flatten(source: str, find: Find) -> Flat:
    """The source with its layouts and partials put in.

    Raises:
        Faulty: a name that is missing or of the wrong kind, a cycle, too deep, too large; with the line, and the
            layout's name where it is a layout's line.
    """
    if len(source) > MAX_SOURCE:
        # What compiles it has the sentence for that.
        return Flat(source)
    tree = _parsed(source, "")
    if not tree.extends and all(isinstance(piece, Text) for piece in tree.body):
        return Flat(source)
    work = _Flattening(find)
    work.whole(tree)
    return Flat("".join(work.out), tuple(work.marks))


@dataclass(slots=True)
class _Flattening:
    find: Find
    out: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    _length: int = 0
    _pieces: int = 0
    _inside: list[str] = field(default_factory=list)
    _read: dict[str, tuple[LayoutKind, Source]] = field(default_factory=dict)
    _blocks: dict[str, tuple[str, Block]] = field(default_factory=dict)
    """Block -> who fills it: the source itself first, then the layouts from the nearest on."""
    _asked: set[str] = field(default_factory=set)

    def whole(self, source: Source) -> None:
        """A source with everything that it extends and includes."""
        name, tree = "", source
        while True:
            for block in tree.blocks():
                self._blocks.setdefault(block.name, (name, block))
            if not tree.extends:
                break
            if (lost := stray(tree)) is not None:
                sentence = "what extends a layout holds blocks only; put this into one of the layout's blocks"
                _fault(name, lost.line, sentence)
            tree = self._used(tree.extends, LayoutKind.LAYOUT, name, tree.extends_line)
            name = self._inside[-1]
        self._emit(tree.body, name, ())
        if source.extends:
            self._check_asked(source)

    def _check_asked(self, source: Source) -> None:
        for block in source.body:
            if isinstance(block, Block) and block.name not in self._asked:
                known = ", ".join(sorted(self._asked)) or "none"
                _fault("", block.line, f"no layout of it has a block {block.name}; there are {known}")

    def _emit(self, body: list[Piece], name: str, within: tuple[str, ...]) -> None:
        for piece in body:
            self._pieces += 1
            if self._pieces > MAX_PIECES:
                _fault(name, piece.line, f"more than {MAX_PIECES} pieces are put together; include less")
            match piece:
                case Text():
                    self._text(piece, name)
                case Include():
                    tree = self._used(piece.name, LayoutKind.PARTIAL, name, piece.line)
                    self._emit(tree.body, piece.name, within)
                    self._inside.pop()
                case Block():
                    if piece.name in within:
                        _fault(name, piece.line, f"the block {piece.name} is inside itself; give one another name")
                    self._asked.add(piece.name)
                    owner, filling = self._blocks.get(piece.name, (name, piece))
                    self._emit(filling.body, owner, (*within, piece.name))

    def _text(self, piece: Text, name: str) -> None:
        self.marks.append(Mark(self._length, name, piece.line))
        self._length += len(piece.text)
        if self._length > MAX_SOURCE:
            sentence = f"with its layouts and partials it is larger than {MAX_SOURCE} characters; make it shorter"
            _fault(name, piece.line, sentence)
        self.out.append(piece.text)

    def _used(self, wanted: str, kind: LayoutKind, by: str, line: int) -> Source:
        if wanted in self._inside:
            chain = " → ".join((*self._inside[self._inside.index(wanted) :], wanted))
            _fault(by, line, f"{wanted!r} uses itself ({chain}); take it out of one of them")
        if len(self._inside) >= MAX_LAYOUTS:
            _fault(by, line, f"more than {MAX_LAYOUTS} layouts and partials are inside each other")
        if wanted not in self._read:
            found = self.find(wanted)
            if found is None:
                _fault(by, line, f"there is no {kind} {wanted!r}; save it first with PUT /v1/layouts/{wanted}")
            self._read[wanted] = (found.kind, _layout(found))
        known, tree = self._read[wanted]
        if known is not kind:
            use = "extends" if known is LayoutKind.LAYOUT else "include"
            _fault(by, line, f'{wanted!r} is a {known}; use it with {{% {use} "{wanted}" %}}')
        self._inside.append(wanted)
        return tree


def _layout(layout: Layout) -> Source:
    tree = _parsed(layout.source, layout.name)
    block = next(tree.blocks(), None)
    if layout.kind is LayoutKind.PARTIAL and (tree.extends or block):
        line = block.line if block else tree.extends_line
        _fault(layout.name, line, "a partial extends nothing and has no blocks; save it as a layout, or take them out")
    return tree


def _parsed(source: str, name: str) -> Source:
    try:
        return parse(source, lexer())
    except TemplateSyntaxError as exc:
        raise Faulty(str(exc.message).rstrip("."), exc.lineno, origin=name) from exc


def _fault(name: str, line: int, sentence: str) -> Never:
    raise Faulty(sentence, line, origin=name)
