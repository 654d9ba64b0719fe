"""What a call with many requests is answered: one result each, in order."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from heliograph.api.problem import Told, answer, document, told
from heliograph.domain.errors import HeliographError
from heliograph.domain.model import JSON
from heliograph.observability import logger


class Accepted(Protocol):
    """A notification that was accepted."""

    @property
    def id(self) -> str: ...
    @property
    def event(self) -> str: ...


type Placed = Callable[[int, str], str]
"""(place in the call, field of one request) -> the field's path in the call."""

_HEADER: Final = "Idempotency-Key"


def in_list(place: int, field: str) -> str:
    """Of recipients: only `to` is each one's own."""
    return f"to[{place}]{field.removeprefix('to')}" if field == "to" or field.startswith("to.") else field


def in_messages(place: int, field: str) -> str:
    """Of messages: everything is each one's own."""
    return f"messages[{place}].{field}" if field and field != _HEADER else f"messages[{place}]"


def results(done: Sequence[Accepted | Exception], request_id: str, head: JSON, placed: Placed) -> JSON:
    """A 202 with *head* and `notifications`; when none was accepted, the first problem with them.

    The id is the first notification's, unless *head* has one.
    """
    shown: list[JSON] = []
    first, wrong = "", None
    for place, one in enumerate(done):
        if isinstance(one, Exception):
            problem = _told(one, place, placed)
            wrong = wrong or problem
            shown.append(_refused(problem))
        else:
            first = first or one.id
            shown.append({"id": one.id, "event": one.event, "status": "accepted"})
    if wrong is not None and not first:
        return document(wrong, request_id, notifications=shown)
    return answer(202, {"id": first} | head | {"status": "accepted", "notifications": shown})


def _refused(wrong: Told) -> JSON:
    return {"error": wrong.detail, "code": wrong.code} | ({"field": wrong.field} if wrong.field else {})


def _told(one: Exception, place: int, placed: Placed) -> Told:
    if not isinstance(one, HeliographError):
        logger.error("unexpected", exc_info=one)
    found = told(one)
    return found._replace(field=placed(place, found.field))
