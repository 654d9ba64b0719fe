"""What of stacks is refused, and what a preview shows."""

from typing import Any

import pytest

from tests.functions.conftest import Call
from tests.functions.granted import FILES_BUCKET
from tests.functions.http import problem
from tests.functions.stacks import Sender, stacked
from tests.functions.stage import Stage


@pytest.fixture
def comment(acme: Stage, send: Call, manage: Call) -> Sender:
    return Sender(acme, send, manage)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"send_at": "2027-01-16T09:00:00Z"}, 400, "send_at"),
        ({"send_at": "2027-01-16T09:00", "timezone": "UTC"}, 400, "send_at"),
        ({"expires_at": "2027-01-16T09:00:00Z"}, 400, "expires_at"),
        ({"expires_in": 60}, 400, "expires_in"),
        ({"deadlines": {"provider": 60}}, 400, "deadlines"),
        ({"retries": 0}, 400, "retries"),
        ({"increment_id": ""}, 400, "increment_id"),
        ({"increment_id": "x" * 256}, 400, "increment_id"),
        ({"increment_id": 7}, 400, "increment_id"),
        ({"payload": {"who": "é" * 9_000}}, 413, "payload"),
    ],
)
def test_what_a_stack_cannot_do_is_refused_and_stores_nothing(
    comment: Sender, manage: Call, body: dict[str, Any], status: int, field: str
) -> None:
    stacked(manage)
    before = comment.acme.items()

    told = comment.answer("Bo", **body)

    assert (told.status, told.json()["field"]) == (status, field), told.text
    assert comment.acme.items() == before


def test_files_do_not_go_with_a_stack_and_none_is_stored(comment: Sender, manage: Call) -> None:
    stacked(manage)
    before = comment.acme.items()
    file = {"name": "a.pdf", "type": "application/pdf", "content": "cGRm"}

    told = problem(comment.answer("Bo", overrides={"email": {"attachments": [file]}}))

    assert (told["status"], told["code"], told["field"]) == (400, "NOT_IN_A_STACK", "overrides.email.attachments")
    assert comment.acme.items() == before
    assert comment.acme.client("s3").list_objects_v2(Bucket=FILES_BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("stack", "field"),
    [
        ({}, "stack.mode"),
        ({"mode": "digest"}, "stack.window"),
        ({"mode": "pile", "window": 60}, "stack.mode"),
        ({"mode": "digest", "window": 0}, "stack.window"),
        ({"mode": "digest", "window": 2_592_001}, "stack.window"),
        ({"mode": "digest", "window": 1.5}, "stack.window"),
        ({"mode": "digest", "window": 60, "keep": "some"}, "stack.keep"),
        ({"mode": "digest", "window": 60, "limit": 101}, "stack.limit"),
        ({"mode": "digest", "window": 60, "key": "x"}, "stack.key"),
    ],
)
def test_a_stack_that_is_wrong_names_the_field(manage: Call, stack: object, field: str) -> None:
    body = {"channels": ["email"], "templates": {"email": {"subject": "x", "text": "x"}}, "stack": stack}

    told = manage("PUT", "/v1/events/comments", body)

    assert (told.status, told.json()["field"]) == (400, field), told.text


def test_a_preview_shows_sample_items(manage: Call) -> None:
    stacked(manage, keep="last", limit=2)
    items = [{"who": who} for who in ("Bo", "Cy", "Di")]

    many = manage("POST", "/v1/events/comments/preview", {"channel": "email", "items": items})
    one = manage("POST", "/v1/events/comments/preview", {"channel": "email", "payload": items[0]})
    both = manage("POST", "/v1/events/comments/preview", {"channel": "email", "payload": {}, "items": [{}]})
    none = manage("POST", "/v1/events/welcome/preview", {"channel": "email", "items": items})

    assert many.json()["parts"] == {"subject": "3 new", "text": "3: Cy Di last Di"}
    assert one.json()["parts"]["text"] == "1: Bo last Bo"
    assert (both.status, "who" in both.json()["error"]) == (400, True)
    assert (none.status, none.json()["field"]) == (400, "items")
