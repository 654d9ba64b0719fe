"""A fault in a template's source, with the words that stand there, so that its column can be found."""

import re
from typing import Final

from jinja2.exceptions import TemplateSyntaxError

_QUOTED = re.compile(r"'([^']{1,60})'")
_MARKS: Final = re.compile(r"\w")


class Fault(TemplateSyntaxError):
    """*near* is a piece of the source on that line, empty where none is known."""

    def __init__(self, sentence: str, line: int, *, near: str = "") -> None:
        super().__init__(sentence, line)
        self.near = near


def column(source: str, line: int, near: str, sentence: str) -> int:
    """The column (from 1) of what is wrong, 0 where it cannot be told: where it stands once in the line.

    Without *near*, the first words that *sentence* quotes.
    """
    found = _QUOTED.search(sentence)
    wanted = near or (found[1] if found else "")
    lines = source.splitlines()
    if not wanted or not 0 < line <= len(lines):
        return 0
    ends = [r"\b" if _MARKS.match(one) else "" for one in (wanted[0], wanted[-1])]
    places = [place.start() for place in re.finditer(ends[0] + re.escape(wanted) + ends[1], lines[line - 1])]
    return places[0] + 1 if len(places) == 1 else 0
