import base64
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from local.invocation import TIMED_OUT, Invocation, Outcome, failure
from tests.local.fakes import Answering, says, serving


def test_a_request_arrives_as_an_event_of_payload_format_2(port: int) -> None:
    target = Answering(says({"statusCode": 202}))

    with serving(port, {"POST /v1/send/{event}": target}) as url:
        answer = requests.post(
            f"{url}/v1/send/w%C3%A9lcome?a=1&a=2&b=x%20y",
            data='{"to": "ada@example.com"}',
            headers={"Content-Type": "application/json", "X-Twice": "1", "Cookie": "c=1; d=2", "User-Agent": "me"},
            timeout=5,
        )

    [event] = target.events
    assert answer.status_code == 202
    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "POST /v1/send/{event}"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/v1/send/wélcome"
    assert event["pathParameters"] == {"event": "wélcome"}
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y"
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["cookies"] == ["c=1", "d=2"]
    assert event["headers"]["x-twice"] == "1"
    assert "cookie" not in event["headers"]
    assert event["body"] == '{"to": "ada@example.com"}'
    assert event["isBase64Encoded"] is False
    caller = {"method": "POST", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "me"}
    assert event["requestContext"]["http"] == caller | {"path": "/v1/send/wélcome"}


def test_headers_that_come_twice_are_joined_by_a_comma(port: int) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, {"ANY /v1/{proxy+}": target}), socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET /v1/a HTTP/1.1\r\nHost: me\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n")
        while connection.recv(4096):
            pass

    assert target.events[0]["headers"]["x-a"] == "1,2"


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_no_text_arrives_in_base64(port: int, content_type: str) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, {"ANY /v1/{proxy+}": target}) as url:
        requests.post(f"{url}/v1/a", data=b"\x00\xff", headers={"Content-Type": content_type}, timeout=5)

    assert base64.b64decode(target.events[0]["body"]) == b"\x00\xff"
    assert target.events[0]["isBase64Encoded"] is True


def test_a_text_that_is_no_utf_8_arrives_in_base64(port: int) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, {"ANY /v1/{proxy+}": target}) as url:
        requests.post(f"{url}/v1/a", data=b"\xff", headers={"Content-Type": "application/json"}, timeout=5)

    assert base64.b64decode(target.events[0]["body"]) == b"\xff"


def test_a_body_in_chunks_arrives_whole(port: int) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, {"ANY /v1/{proxy+}": target}) as url:
        parts = iter([b"one,", b"two"])
        requests.post(f"{url}/v1/a", data=parts, headers={"Content-Type": "text/plain"}, timeout=5)

    assert target.events[0]["body"] == "one,two"


def test_status_headers_and_cookies_reach_the_client(port: int) -> None:
    value = {
        "statusCode": 201,
        "headers": {"X-Number": 7, "Location": "/v1/a"},
        "cookies": ["a=1; Path=/", "b=2"],
        "body": base64.b64encode(b"\x89PNG").decode(),
        "isBase64Encoded": True,
    }

    with serving(port, {"ANY /v1/{proxy+}": Answering(says(value))}) as url:
        answer = requests.get(f"{url}/v1/a", timeout=5)

    assert (answer.status_code, answer.content) == (201, b"\x89PNG")
    assert (answer.headers["x-number"], answer.headers["location"]) == ("7", "/v1/a")
    assert answer.raw.headers.getlist("set-cookie") == ["a=1; Path=/", "b=2"]


@pytest.mark.parametrize(("value", "body"), [({"a": 1}, '{"a": 1}'), ("text", "text"), ([1], "[1]"), (None, "null")])
def test_an_answer_without_a_status_is_a_body(port: int, value: Any, body: str) -> None:
    with serving(port, {"ANY /v1/{proxy+}": Answering(says(value))}) as url:
        answer = requests.get(f"{url}/v1/a", timeout=5)

    assert (answer.status_code, answer.text) == (200, body)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "outcome",
    [
        failure("ValueError", "no"),
        Outcome(b'{"statusCode": "many"}'),
        Outcome(b'{"statusCode": 200, "headers": {"a": "b\\r\\nc: d"}}'),
        Outcome(b'{"statusCode": 200, "body": "&", "isBase64Encoded": true}'),
        Outcome(b'{"statusCode": 99999, "body": ""}'),
        Outcome(b'{"statusCode": 200, "headers": {"a": "\\u20ac"}}'),
        Outcome(b'{"statusCode": 200, "body": "\\ud800"}'),
        Outcome(b"no json"),
    ],
)
def test_an_error_or_a_malformed_answer_is_a_500(port: int, outcome: Outcome) -> None:
    with serving(port, {"ANY /v1/{proxy+}": Answering(lambda _event: outcome)}) as url:
        answer = requests.get(f"{url}/v1/a", timeout=5)

    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_was_ended_for_time_is_a_503(port: int) -> None:
    late = Answering(lambda _event: failure(TIMED_OUT, "Task timed out"))

    with serving(port, {"ANY /v1/{proxy+}": late}) as url:
        answer = requests.get(f"{url}/v1/a", timeout=5)

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})


def test_a_function_that_takes_longer_than_the_api_waits_is_a_503(port: int) -> None:
    class Silent:
        def submit(self, invocation: Invocation) -> Invocation:
            return invocation

    with serving(port, {"ANY /v1/{proxy+}": Silent()}, seconds=0.1) as url:
        answer = requests.get(f"{url}/v1/a", timeout=5)

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})


def test_a_body_over_10_mb_is_a_413(port: int) -> None:
    target = Answering(says({"statusCode": 200}))

    with serving(port, {"ANY /v1/{proxy+}": target}) as url:
        sizes = (10_485_761, 10_485_760)
        statuses = [requests.post(f"{url}/v1/a", data=b"x" * size, timeout=20).status_code for size in sizes]

    assert statuses == [413, 200]
    assert len(target.events) == 1


@pytest.mark.parametrize("head", [b"Content-Length: x", b"Content-Length: -1", b"Transfer-Encoding: chunked\r\n\r\n-5"])
def test_a_body_of_no_sensible_length_is_a_400(port: int, head: bytes) -> None:
    with serving(port, {"ANY /v1/{proxy+}": Answering(says(None))}):
        answer = exchange(port, b"POST /v1/a HTTP/1.1\r\nHost: me\r\n" + head + b"\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_client_that_asks_before_it_sends_a_body_is_told_to_go_on_at_once(port: int) -> None:
    with serving(port, {"ANY /v1/{proxy+}": Answering(says(None))}):
        request = b"POST /v1/a HTTP/1.1\r\nHost: me\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        answer = exchange(port, request)

    assert answer.startswith(b"HTTP/1.1 100 ")


def test_requests_side_by_side_all_get_their_own_answer(port: int) -> None:
    target = Answering(lambda event: Outcome(json.dumps({"statusCode": 200, "body": event["rawPath"]}).encode()))

    with serving(port, {"ANY /v1/{proxy+}": target}) as url, ThreadPoolExecutor(16) as executor:
        paths = [f"/v1/{n}" for n in range(64)]
        answers = list(executor.map(lambda path: requests.get(f"{url}{path}", timeout=10).text, paths))

    assert answers == paths


def exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(request)
        return connection.recv(4096)
