"""Whether an answer is one that the API's document tells of."""

import re
from functools import cache
from urllib.parse import unquote

from pydantic import ValidationError

from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from heliograph.api.answers.problems import GatewayAnswer, ProblemAnswer

PROBLEM = "application/problem+json"


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], Operation]]:
    """Plain paths first, as a router looks at them."""
    ordered = sorted(OPERATIONS, key=lambda one: [part.startswith("{") for part in one.path.split("/")])
    return [(one.method.upper(), re.compile(_places(one.path), re.DOTALL), one) for one in ordered]


def _places(path: str) -> str:
    """What a path's segments may be; an address may hold a slash."""
    return re.sub(r"{[^}]+}", "[^/]+", path.replace("{address}", ".+"))


def operation(method: str, target: str) -> Operation | None:
    """The endpoint of a request, None when there is none."""
    path = unquote(target.partition("?")[0])
    return next((one for verb, pattern, one in _patterns() if verb == method and pattern.fullmatch(path)), None)


def check(method: str, target: str, status: int, media: str, text: str) -> None:
    """Fails with what the document does not tell of this answer."""
    found = operation(method, target)
    if found is None:
        assert status == 404, (
            f"{method} {target} answers {status} and is in no document: add an Operation to cli/openapi"
        )
        return
    check_answer(found, status, media.partition(";")[0], text)


def check_answer(found: Operation, status: int, media: str, text: str) -> None:
    """The same for an answer of this operation."""
    if status in found.answers:
        model = found.answers[status]
        assert media == found.media
    else:
        assert status in found.refusals, f"{found.route} answers {status}: add it to `problems` of its Operation"
        model = ProblemAnswer if media == PROBLEM else GatewayAnswer
    if model is None:
        return
    try:
        model.model_validate_json(text)
    except ValidationError as exc:
        raise AssertionError(f"{found.route} answers {status} in another form than {model.__name__}: {exc}") from exc
