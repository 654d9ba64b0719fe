"""Whatever a caller sends, the answer is never a 5xx and nothing escapes."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.manage.handler import handler as manage
from functions.send.handler import handler as send
from tests.functions.http import Headers, answer, event
from tests.functions.stage import Context, Stage

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["ada@example.com", "+46701234567", "email", "welcome", "2027-02-01T00:00:00Z", "sendgrid", "i1"]
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=20,
)
FIELDS = [
    "to", "payload", "language", "send_at", "id", "priority", "overrides", "provider", "email", "phone", "meta", "name",
    "title", "channels", "templates", "tracking", "sender", "credentials", "channel", "ids", "text", "subject", "html",
    "first_name", "country", "timezone", "api_key", "verification_key",
]  # fmt: skip
NEARLY = st.dictionaries(
    st.sampled_from(FIELDS), ANYTHING | st.dictionaries(st.sampled_from([*FIELDS, "sms"]), ANYTHING), max_size=6
)
SEGMENT = st.text(min_size=1, max_size=60).map(lambda text: quote(text, safe="", errors="surrogatepass"))
ROUTES = st.sampled_from(
    [
        ("POST", "/v1/send/welcome"),
        ("POST", "/v1/send/welcome/sms"),
        ("POST", "/v1/events"),
        ("PUT", "/v1/events/welcome"),
        ("PUT", "/v1/events/new"),
        ("POST", "/v1/events/welcome/publish"),
        ("POST", "/v1/contacts"),
        ("PUT", "/v1/contacts/ada@example.com"),
        ("POST", "/v1/integrations"),
        ("PUT", "/v1/integrations/order"),
    ]
)
PLACES = st.sampled_from(
    [
        ("POST", "/v1/send/{}"),
        ("POST", "/v1/send/welcome/{}"),
        ("GET", "/v1/events/{}"),
        ("PUT", "/v1/events/{}"),
        ("POST", "/v1/events/{}/publish"),
        ("GET", "/v1/contacts/{}"),
        ("PUT", "/v1/contacts/{}"),
        ("GET", "/v1/notifications/{}"),
        ("GET", "/v1/notifications?cursor={}"),
        ("GET", "/v1/notifications?limit={}"),
        ("DELETE", "/v1/{}"),
        ("PATCH", "/v1/contacts/{}"),
        ("GET", "/{}"),
        ("GET", "/v1//{}"),
    ]
)
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def call(stage: Stage, method: str, target: str, body: Any = None, headers: Headers | None = None) -> None:
    """Call the function that API Gateway would, and believe nothing but its status."""
    request = event(method, target, body=body, headers={"authorization": f"Bearer {stage.live}"} | (headers or {}))
    handler = send if request["routeKey"].startswith("POST /v1/send") else manage

    told = answer(handler(request, Context()))

    assert told.status < 500, told
    if told.text:
        json.loads(told.text)
    told.text.encode()


@many
@given(route=ROUTES, body=st.binary(max_size=2000) | st.text(max_size=2000))
@example(route=("POST", "/v1/send/welcome"), body="\ud800")
@example(route=("POST", "/v1/contacts"), body=b"[" * 100_000)
def test_any_bytes_on_any_route(shared: Stage, route: tuple[str, str], body: str | bytes) -> None:
    call(shared, *route, body)


@many
@given(route=ROUTES, body=ANYTHING | NEARLY)
@example(route=("POST", "/v1/events"), body={"name": "a", "channels": ["email"], "templates": {"email.": {}}})
@example(route=("POST", "/v1/integrations"), body={"provider": "ses", "sender": "a", "credentials": {"x": 1}})
def test_any_json_on_any_route(shared: Stage, route: tuple[str, str], body: object) -> None:
    call(shared, *route, json.dumps(body))


@many
@given(place=PLACES, text=SEGMENT)
@example(place=("GET", "/v1/notifications?limit={}"), text="01001")
@example(place=("GET", "/v1/notifications/{}"), text="x" * 4000)
@example(place=("GET", "/v1/contacts/{}"), text="x" * 4000)
@example(place=("GET", "/v1/contacts/{}"), text="%00")
@example(place=("GET", "/v1/contacts/{}"), text="%ED%A0%80")
@example(place=("GET", "/v1/events/{}"), text="%")
def test_any_text_in_any_path(shared: Stage, place: tuple[str, str], text: str) -> None:
    method, pattern = place
    call(shared, method, pattern.format(text), '{"to": "ada@example.com"}')


@many
@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["idempotency-key", "x-idempotency-key", "content-type", "content-encoding", "authorization", "x-other"]
        ),
        st.text(max_size=300),
        max_size=4,
    )
)
def test_any_text_in_any_header(shared: Stage, headers: Headers) -> None:
    call(shared, "POST", "/v1/send/welcome", '{"to": "ada@example.com"}', headers)
    call(shared, "GET", "/v1/notifications", None, headers)


@pytest.mark.parametrize("missing", ["headers", "queryStringParameters", "pathParameters", "body", "routeKey"])
def test_what_api_gateway_leaves_out_is_never_missed(shared: Stage, missing: str) -> None:
    for handler, method, target in ((send, "POST", "/v1/send/welcome"), (manage, "GET", "/v1/notifications")):
        request = event(method, target, body="{}", headers={"authorization": f"Bearer {shared.live}"})
        request.pop(missing, None)

        assert answer(handler(request, Context())).status < 500
