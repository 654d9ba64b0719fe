"""What a call with many requests is answered: one result each, in order."""

from collections.abc import Sequence

from heliograph.api.problem import answer, problem, told
from heliograph.domain.errors import HeliographError
from heliograph.domain.model import JSON
from heliograph.observability import logger
from heliograph.usecases.accept import Acceptance


def results(done: Sequence[Acceptance | Exception], request_id: str, head: JSON) -> JSON:
    """A 202 with *head* and `notifications`; when none was accepted, the first problem with them."""
    shown = [_shown(one) for one in done]
    if first := next((one for one in done if isinstance(one, Acceptance)), None):
        return answer(202, {"id": first.id} | head | {"status": "accepted", "notifications": shown})
    return problem(next(one for one in done if isinstance(one, Exception)), request_id, notifications=shown)


def _shown(one: Acceptance | Exception) -> JSON:
    if isinstance(one, Acceptance):
        return {"id": one.id, "event": one.event, "status": "accepted"}
    if not isinstance(one, HeliographError):
        logger.error("unexpected", exc_info=one)
    _, detail, code, field = told(one)
    return {"error": detail, "code": code} | ({"field": field} if field else {})
