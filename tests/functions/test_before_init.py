"""Deployed, and `heliograph init` has not been run: every function says so, and works once it has been."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cli.init import create_secrets
from functions.dispatch.handler import handler as dispatch
from functions.manage.handler import handler as manage
from functions.send.handler import handler as send
from functions.webhooks.apply import handler as apply
from functions.webhooks.intake import handler as intake
from functions.webhooks.links import handler as links
from heliograph.domain.project import Mode
from tests.functions.http import answer, event
from tests.functions.queues import batch, returned
from tests.functions.stage import Context, Stage, minted_key

SENTENCE = "run `heliograph init --stage dev` once, then try again"
KEY = {"authorization": f"Bearer {minted_key(Mode.LIVE, 1).text}"}


@pytest.mark.parametrize(
    ("handler", "method", "target"),
    [(send, "POST", "/v1/send/welcome"), (manage, "GET", "/v1/notifications"), (manage, "POST", "/v1/integrations")],
)
def test_the_api_answers_503_with_what_to_do(
    bare: Stage, handler: Callable[..., Any], method: str, target: str
) -> None:
    told = answer(handler(event(method, target, body=json.dumps({"to": "ada@example.com"}), headers=KEY), Context()))

    assert (told.status, told.headers["retry-after"]) == (503, "2")
    assert SENTENCE in told.json()["detail"]
    assert bare.items() == []


@pytest.mark.parametrize(
    ("handler", "target"), [(intake, "/webhooks/sendgrid/token"), (links, "/u/token"), (links, "/o/token")]
)
def test_public_urls_answer_503_and_log_what_to_do(bare: Stage, handler: Callable[..., Any], target: str) -> None:
    told = answer(handler(event("POST", target, body=b"{}", headers={}), Context()))

    assert told.status == 503
    assert SENTENCE in bare.log.getvalue()


@pytest.mark.parametrize(
    ("handler", "queue", "body"),
    [
        (dispatch, "normal", {"v": 1, "p": "acme", "n": "n" * 26, "k": 0, "hop": 0}),
        (apply, "events", {"v": 1, "project": "acme", "integration": "i1", "events": [{"kind": "delivered"}]}),
    ],
)
def test_queue_workers_put_everything_back_and_log_what_to_do(
    bare: Stage, handler: Callable[..., Any], queue: str, body: dict[str, Any]
) -> None:
    assert returned(handler(batch(body, queue=queue), Context())) == []
    assert bare.depth(queue) == 1
    assert SENTENCE in bare.log.getvalue()


def test_what_was_refused_before_works_after_without_a_new_process(bare: Stage) -> None:
    request = event("POST", "/v1/send/welcome", body='{"to": "ada@example.com"}', headers=KEY)
    before = answer(send(request, Context()))
    list(create_secrets(bare.client("ssm"), "dev", lambda: "s" * 43))
    bare.seed()
    request["headers"] = {"authorization": f"Bearer {bare.live}"}

    after = answer(send(request, Context()))

    assert (before.status, after.status) == (503, 202)
