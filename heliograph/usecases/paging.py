"""Lists in pages: a signed cursor names the last place that was looked at, and is good for its own list only."""

from collections.abc import Mapping
from typing import Any, Final

from heliograph.domain.errors import BadInput
from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.tokens import Cursor

PAGE: Final = 50
MAX_PAGE: Final = 100
END: Final = "~"
"""After every place of a list."""


def from_cursor(signer: Signer, cursor: str, *, project: str, query: Mapping[str, Any]) -> str:
    """The place after which a page begins; `~` for the first.

    Raises:
        BadInput: the cursor is not one of ours for this list.
    """
    if not cursor:
        return END
    try:
        return str(Cursor.decode(signer, cursor, project=project, query=query).position)
    except BadToken as exc:
        detail = "the cursor is not of this list: use `next_cursor` of the page before, or leave it out"
        raise BadInput(detail, field="cursor") from exc


def to_cursor(signer: Signer, *, project: str, query: Mapping[str, Any], place: str) -> str:
    """A cursor for the page after *place*."""
    return Cursor(project=project, query=query, position=place).encode(signer)
