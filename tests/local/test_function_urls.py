from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from local.function_urls import FunctionUrl
from local.invocation import TIMED_OUT, failure
from tests.local.fakes import Answering, says


@contextmanager
def serving(port: int, target: Any) -> Iterator[str]:
    function_url = FunctionUrl(port, "intake", target)
    function_url.start()
    try:
        yield function_url.url
    finally:
        function_url.stop()


def test_the_path_and_the_bytes_arrive_as_they_were_sent(port: int) -> None:
    target = Answering(says({"statusCode": 204}))

    with serving(port, target) as url:
        answer = requests.post(
            f"{url}/webhooks/twilio/a%2Fb?x=%20", data="A=1&B=2", headers={"Content-Type": "text/plain"}, timeout=5
        )

    [event] = target.events
    assert answer.status_code == 204
    assert event["rawPath"] == "/webhooks/twilio/a%2Fb"
    assert event["rawQueryString"] == "x=%20"
    assert event["body"] == "A=1&B=2"
    assert event["routeKey"] == "$default"
    assert "pathParameters" not in event


@pytest.mark.parametrize(("kind", "status"), [("ValueError", 502), (TIMED_OUT, 504)])
def test_a_function_that_fails_is_a_5xx(port: int, kind: str, status: int) -> None:
    with serving(port, Answering(lambda _event: failure(kind, "no"))) as url:
        answer = requests.get(url, timeout=5)

    assert answer.status_code == status


def test_a_body_over_6_mb_is_a_413(port: int) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, target) as url:
        answer = requests.post(url, data=b"x" * 6_291_457, timeout=20)

    assert answer.status_code == 413
    assert not target.events
