"""What lists take from the query: `limit`, `cursor`, and words to look for."""

from typing import Final

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.manage.edge import query
from heliograph.domain.errors import BadInput
from heliograph.usecases.paging import MAX_PAGE, PAGE

MAX_WORDS: Final = 320


def limit(router: APIGatewayHttpRouter) -> int:
    """How many entries a page has.

    Raises:
        BadInput: not a whole number from 1 to 100.
    """
    text = query(router, "limit", str(PAGE))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_PAGE)) and 1 <= int(text) <= MAX_PAGE):
        raise BadInput(f"`limit` must be a whole number from 1 to {MAX_PAGE}", field="limit")
    return int(text)


def cursor(router: APIGatewayHttpRouter) -> str:
    """Where the page begins; empty for the first."""
    return query(router, "cursor")


def words(router: APIGatewayHttpRouter, name: str) -> str:
    """What to look for; empty for everything.

    Raises:
        BadInput: too long.
    """
    text = query(router, name).strip()
    if len(text) > MAX_WORDS:
        raise BadInput(f"`{name}` has {len(text)} characters and at most {MAX_WORDS} are taken", field=name)
    return text
