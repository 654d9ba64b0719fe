"""The API's document says what is served, asked and answered."""

import json

import pytest

from cli.openapi import document, pages
from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS, TAGS
from functions.manage.handler import PARTS
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES

STALE = "has drifted: run `python -m cli.docs`"
ADD = "each route needs an `Operation` in cli/openapi, in the module of its part: then run `python -m cli.docs`"


def served() -> set[str]:
    """Every route that a function answers, as the document writes it."""
    found = {*SEND_ROUTES, *VENDOR_ROUTES}
    for part in PARTS:
        for path, methods, *_ in part.router._routes:
            found |= {f"{method} {str(path).replace('<', '{').replace('>', '}')}" for method in methods}
    return found


def of(operations: tuple[Operation, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", operations, ids=lambda one: one.route)


def test_every_route_that_is_served_is_in_the_document() -> None:
    missing = served() - {one.route for one in OPERATIONS}

    assert not missing, f"not in the document: {sorted(missing)}; {ADD}"


def test_every_operation_of_the_document_is_served() -> None:
    gone = {one.route for one in OPERATIONS} - served()

    assert not gone, f"no function answers {sorted(gone)}: remove the Operation, or put its module into PARTS"


def test_the_document_in_docs_is_what_the_code_says() -> None:
    assert document.READABLE.read_text() == document.readable(), f"docs/openapi.json {STALE}"


def test_the_document_that_is_served_is_the_one_in_docs() -> None:
    assert document.SERVED.read_text() == document.served(), f"functions/manage/openapi.json {STALE}"
    assert json.loads(document.SERVED.read_text()) == json.loads(document.READABLE.read_text())


def test_names_are_used_once_and_every_tag_is_told() -> None:
    assert len({one.id for one in OPERATIONS}) == len({one.route for one in OPERATIONS}) == len(OPERATIONS)
    assert {one.tag for one in OPERATIONS} == TAGS.keys()


@of(OPERATIONS)
def test_every_part_of_a_path_is_described(one: Operation) -> None:
    inside = [part.strip("{}") for part in one.path.split("/") if part.startswith("{")]

    assert [parameter.name for parameter in one.parameters if parameter.place == "path"] == inside


@of(OPERATIONS)
def test_every_operation_says_what_it_is_for(one: Operation) -> None:
    told = document.document()["paths"][one.path][one.method]

    assert len(told["description"]) > 40
    assert "](" not in told["description"]


@of(tuple(one for one in OPERATIONS if one.request and not one.body_optional))
def test_every_example_of_a_request_is_one_that_is_taken(one: Operation) -> None:
    told = document.document()["paths"][one.path][one.method]

    example = told["requestBody"]["content"]["application/json"]["example"]

    assert one.request
    one.request.model_validate(example)


@of(tuple(one for one in OPERATIONS if len(pages.examples(one.route)) > bool(one.request)))
def test_every_example_of_an_answer_is_one_that_is_given(one: Operation) -> None:
    example = pages.examples(one.route)[bool(one.request) :][0]

    model = one.answers[min(one.answers)]

    assert model
    model.model_validate_json(json.dumps(example))
