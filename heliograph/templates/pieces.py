"""A source as a tree of pieces: text, blocks, includes, and what it extends.

Read by the engine's own lexer, so that what stands in comments, in raw sections and in quotes is left alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Never

from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer

from heliograph.templates.limits import MAX_TOKENS

NAME: Final = r"[a-z0-9][a-z0-9._-]{0,63}"
MAX_BLOCKS_DEEP: Final = 10
USES = re.compile(r"\{%[-+]?\s*(?:extends|include|block|endblock)\b")
"""A source without a match is one text."""

_BLOCK_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_RAW_TOKENS: Final = 4 * MAX_TOKENS
"""The lexer's, which counts white space too."""


class Text(NamedTuple):
    """Source that is copied as it is."""

    text: str
    line: int


class Include(NamedTuple):
    """`{% include "name" %}`."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """`{% block name %}…{% endblock %}`."""

    name: str
    line: int
    body: "list[Piece]" = field(default_factory=list)


type Piece = Text | Include | Block


@dataclass(frozen=True, slots=True)
class Source:
    """A whole source. *extends* is the layout's name, empty for none."""

    body: list[Piece]
    extends: str = ""
    extends_line: int = 0

    def blocks(self) -> Iterator[Block]:
        """All blocks, also those inside others."""
        yield from _blocks(self.body)


def _blocks(body: list[Piece]) -> Iterator[Block]:
    for piece in body:
        if isinstance(piece, Block):
            yield piece
            yield from _blocks(piece.body)


def parse(text: str, lexer: Lexer) -> Source:
    """The pieces of a source.

    Raises:
        TemplateSyntaxError: with the line.
    """
    return _Parser(text, lexer).source() if USES.search(text) else Source([Text(text, 1)])


class _Parser:
    def __init__(self, text: str, lexer: Lexer) -> None:
        self._tokens = lexer.tokeniter(text, None)
        self._left = _RAW_TOKENS
        self._open: list[Block] = [Block("", 1)]
        self._seen: set[str] = set()
        self._texts: list[str] = []
        self._line, self._next = 1, 1
        self._extends, self._extends_line = "", 0

    def source(self) -> Source:
        for line, kind, value in self._taken():
            if kind == "block_begin":
                self._statement(line, value)
            else:
                self._text(value, line)
        self._flush()
        if len(self._open) > 1:
            _fault(self._open[-1].line, f"the block {self._open[-1].name} is not closed; write {{% endblock %}}")
        return Source(self._open[0].body, self._extends, self._extends_line)

    def _taken(self) -> Iterator[tuple[int, str, str]]:
        for token in self._tokens:
            self._left -= 1
            if self._left < 0:
                _fault(token[0], f"there are more than {MAX_TOKENS} names, operators and texts; make it shorter")
            yield token

    def _text(self, text: str, line: int) -> None:
        if line != self._next:
            # The lexer drops the white space before `{%-`, and with it lines.
            self._flush()
        if not self._texts:
            self._line = line
        self._texts.append(text)
        self._next = line + text.count("\n")

    def _flush(self) -> None:
        if text := "".join(self._texts):
            self._open[-1].body.append(Text(text, self._line))
        self._texts.clear()

    def _statement(self, line: int, begin: str) -> None:
        raw, words = [begin], []
        for _, kind, value in self._taken():
            raw.append(value)
            if kind == "block_end":
                break
            if kind != "whitespace":
                words.append(value)
        use = _USES.get(words[0]) if words else None
        if use is None:
            self._text("".join(raw), line)
            return
        self._flush()
        use(self, line, words[1:])

    def _include(self, line: int, rest: list[str]) -> None:
        self._open[-1].body.append(Include(_named("include", rest, line), line))

    def _extend(self, line: int, rest: list[str]) -> None:
        if self._extends:
            _fault(line, "it extends a layout already; extend one")
        if len(self._open) > 1 or not _blank(self._open[0].body):
            _fault(line, "extends comes first, before everything else")
        self._extends, self._extends_line = _named("extends", rest, line), line

    def _begin(self, line: int, rest: list[str]) -> None:
        if len(rest) != 1 or not _BLOCK_NAME.fullmatch(rest[0]):
            _fault(line, "a block takes one name, such as {% block content %}")
        if rest[0] in self._seen:
            _fault(line, f"there is a block {rest[0]} already; give it another name")
        if len(self._open) > MAX_BLOCKS_DEEP:
            _fault(line, f"more than {MAX_BLOCKS_DEEP} blocks are inside each other")
        self._seen.add(rest[0])
        block = Block(rest[0], line)
        self._open[-1].body.append(block)
        self._open.append(block)

    def _end(self, line: int, rest: list[str]) -> None:
        if len(self._open) == 1:
            _fault(line, "endblock closes no block; remove it")
        closed = self._open.pop()
        if rest and rest != [closed.name]:
            _fault(line, f"the block {closed.name} is open here; close it first")


_USES: Final[Mapping[str, Callable[[_Parser, int, list[str]], None]]] = {
    "extends": _Parser._extend,  # noqa: SLF001 - its own table
    "include": _Parser._include,  # noqa: SLF001
    "block": _Parser._begin,  # noqa: SLF001
    "endblock": _Parser._end,  # noqa: SLF001
}


def _named(what: str, rest: list[str], line: int) -> str:
    if len(rest) != 1 or not re.fullmatch(rf"(['\"]){NAME}\1", rest[0]):
        _fault(line, f'{what} takes one name in quotes, such as {{% {what} "base" %}}')
    return rest[0][1:-1]


def _blank(body: list[Piece]) -> bool:
    return all(isinstance(piece, Text) and not _seen(piece.text) for piece in body)


def _seen(text: str) -> str:
    """What of a text would be seen: not white space and not comments."""
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL).strip()


def stray(source: Source) -> Piece | None:
    """The first piece of a source that extends, which stands in no block, so that it would get lost."""
    return next((one for one in source.body if not isinstance(one, Block) and not _blank([one])), None)


def _fault(line: int, sentence: str) -> Never:
    raise TemplateSyntaxError(sentence, line)
