from urllib.parse import quote

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from local.http_api import Route
from tests.local.fakes import Answering, says, serving


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/v1/send/welcome", "send"),
        ("POST", "/v1/send/welcome/sms", "channel"),
        ("GET", "/v1/send/welcome", "any"),
        ("DELETE", "/v1/a/b/c", "any"),
        ("POST", "/v1/send/welcome/", "any"),
        ("GET", "/v1", None),
        ("GET", "/v1/", None),
        ("GET", "/", None),
        ("GET", "/v2/a", None),
    ],
)
def test_the_most_specific_route_answers(port: int, method: str, path: str, expected: str | None) -> None:
    keys = {"any": "ANY /v1/{proxy+}", "send": "POST /v1/send/{event}", "channel": "POST /v1/send/{event}/{channel}"}

    with serving(port, {key: Answering(says({"statusCode": 200, "body": n})) for n, key in keys.items()}) as url:
        answer = requests.request(method, f"{url}{path}", timeout=5)

    assert (answer.text if answer.ok else None) == expected
    assert answer.ok or (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_the_default_route_takes_what_no_other_takes(port: int) -> None:
    routes = {"$default": "default", "GET /a": "a"}

    with serving(port, {key: Answering(says({"statusCode": 200, "body": n})) for key, n in routes.items()}) as url:
        answers = [requests.get(f"{url}{path}", timeout=5).text for path in ("/", "/a", "/a/b")]

    assert answers == ["default", "a", "default"]


def test_a_greedy_variable_holds_the_rest_of_the_path() -> None:
    route = Route("ANY /v1/{proxy+}", Answering(says(None)))

    assert route.match("GET", ["v1", "a", "b%20c"]) == {"proxy": "a/b c"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_comes_out_of_the_path_as_it_went_in(text: str) -> None:
    route = Route("POST /v1/send/{event}", Answering(says(None)))

    assert route.match("POST", ["v1", "send", quote(text, safe="")]) == {"event": text}
