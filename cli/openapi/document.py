"""Writes the document from the registry."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cli.openapi import pages
from cli.openapi.operation import Operation, Parameter
from cli.openapi.registry import OPERATIONS, TAGS
from cli.openapi.schemas import tidy
from heliograph.api.answers.answer import Answer
from heliograph.api.answers.problems import GatewayAnswer, ProblemAnswer
from heliograph.domain.model import JSON

ROOT: Final = Path(__file__).parents[2]
READABLE: Final = ROOT / "docs" / "openapi.json"
SERVED: Final = ROOT / "functions" / "manage" / "openapi.json"
REFERENCE: Final = "#/components/schemas/"
RESPONSES: Final = "#/components/responses/"
INTRODUCTION: Final = (
    "One API, every channel, one status. Bodies are one JSON object of at most 256 KiB (beside files) and 16 levels, in"
    " UTF-8. A field that an endpoint does not have is refused by name, except in `to`, contacts, `meta`,"
    " `payload` and `metadata`. Times are ISO 8601. Every refusal is a problem document of RFC 9457: one sentence that"
    " says what to do."
)
RETRY: Final = frozenset({429, 503})
"""Refusals that say when to come again."""
GATEWAY: Final = frozenset({404, 413, 429, 500, 503})
"""Statuses that the HTTP API answers by itself too."""


def document() -> JSON:
    """The whole of it."""
    schemas = _schemas()
    paths: JSON = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Heliograph",
            "version": "0.1.0",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Where this document comes from."}],
        "security": [{"key": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "live_… or test_…",
                    "description": "An API key: it says which project, which mode and what may be done.",
                }
            },
            "responses": {str(status): _problem(status) for status in _refusals()},
            "schemas": schemas,
        },
    }


def readable() -> str:
    """As it lies in docs."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def served() -> str:
    """As it is served: the same without white space."""
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


def write() -> None:
    """Bring both files up to date."""
    READABLE.write_text(readable())
    SERVED.write_text(served())


def _schemas() -> JSON:
    asked = {operation.request for operation in OPERATIONS if operation.request}
    told = {answer for operation in OPERATIONS for answer in operation.answers.values() if answer}
    wanted: set[type[BaseModel]] = {*asked, *told, ProblemAnswer, GatewayAnswer}
    models = sorted(wanted, key=lambda model: model.__name__)
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFERENCE + "{model}", by_alias=True
    )
    answers = {model.__name__ for model in _subclasses(Answer)}
    return {name: tidy(schema, answer=name in answers) for name, schema in sorted(found["$defs"].items())}


def _refusals() -> list[int]:
    return sorted({status for operation in OPERATIONS for status in operation.refusals})


def _subclasses(model: type[BaseModel]) -> Iterable[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _subclasses(one)


def _operation(operation: Operation) -> JSON:
    given = pages.examples(operation.route)
    request = operation.example or (given[0] if operation.request and given else None)
    answer = given[1:] if operation.request and not operation.example else given
    told = operation.description or pages.description(operation.route) or operation.summary
    scope = f"\n\nNeeds a key with the scope `{operation.scope.value}`." if operation.scope else "\n\nNeeds no key."
    found: JSON = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": told + scope,
        "tags": [operation.tag],
    }
    if operation.scope is None:
        found["security"] = []
    if operation.parameters:
        found["parameters"] = [_parameter(one) for one in operation.parameters]
    if operation.request:
        content = _content(operation.request, request)
        found["requestBody"] = {"required": not operation.body_optional, "content": {"application/json": content}}
    found["responses"] = {str(status): _answer(operation, status, answer) for status in operation.answers}
    found["responses"] |= {str(status): {"$ref": f"{RESPONSES}{status}"} for status in operation.refusals}
    return found


def _parameter(one: Parameter) -> JSON:
    found = {"name": one.name, "in": one.place, "required": one.place == "path"}
    found |= {"description": one.description, "schema": one.schema}
    return found if one.example is None else found | {"example": one.example}


def _answer(operation: Operation, status: int, examples: list[JSON]) -> JSON:
    first = status == min(operation.answers)
    model = operation.answers[status]
    content = _content(model, examples[0] if examples and first else None) if model else {}
    found: JSON = {"description": HTTPStatus(status).phrase, "content": {operation.media: content}}
    if operation.headers:
        found["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in operation.headers.items()
        }
    return found


def _content(model: type[BaseModel], example: Any) -> JSON:
    content: JSON = {"schema": {"$ref": REFERENCE + model.__name__}}
    return content if example is None else content | {"example": example}


def _problem(status: int) -> JSON:
    content = {"application/problem+json": _content(ProblemAnswer, None)}
    if status in GATEWAY:
        content["application/json"] = _content(GatewayAnswer, None)
    found: JSON = {"description": HTTPStatus(status).phrase, "content": content}
    if status in RETRY:
        retry = {"description": "Seconds.", "schema": {"type": "integer"}}
        found["headers"] = {"Retry-After": retry}
    return found
