"""Every mistake of a caller is a 4xx problem document that names the field, and stores nothing."""

import json
import secrets
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
import requests

from heliograph.bootstrap import Wiring
from heliograph.domain import api_keys
from heliograph.domain.project import ApiKey, Mode, Scope
from heliograph.names import Function
from heliograph.settings import Settings
from local.host import Host
from tests.e2e.service import Service

TO: Final = b'{"to": "ada@example.com", "payload": %s}'
WRONG_BODIES: Final[list[tuple[str, bytes, int, str]]] = [
    ("malformed JSON", b'{"to": "ada@example.com"', 400, ""),
    ("no JSON", b"hello", 400, ""),
    ("nothing", b"", 400, ""),
    ("a list", b"[]", 400, ""),
    ("not UTF-8", b'{"to": "\xff"}', 400, ""),
    ("100,000 levels", TO % (b"[" * 100_000 + b"]" * 100_000), 400, ""),
    ("levels without an end", b'{"a":' * 40_000, 400, ""),
    ("NaN", TO % b'{"n": NaN}', 400, "payload.n"),
    ("Infinity", TO % b'{"n": [1, -Infinity]}', 400, "payload.n[1]"),
    ("a huge number", TO % b'{"n": 1e999}', 400, "payload.n"),
    ("5,000 digits", TO % (b'{"n": ' + b"9" * 5000 + b"}"), 400, "payload.n"),
    ("half a pair", TO % rb'{"n": "\ud83d"}', 400, "payload.n"),
    ("half a pair as a name", TO % rb'{"\udc00": 1}', 400, "payload"),
    ("NUL", TO % rb'{"n": "a\u0000b"}', 400, "payload.n"),
    ("a key twice", b'{"to": "ada@example.com", "to": "eve@example.com"}', 400, ""),
    ("300 KB", TO % (b'{"n": "' + b"a" * 300_000 + b'"}'), 413, ""),
    ("9 MB", TO % (b'{"n": "' + b"a" * 9_000_000 + b'"}'), 413, ""),
]
WRONG_FIELDS: Final[list[tuple[Any, str]]] = [
    ({}, "to"),
    ({"to": ""}, "to"),
    ({"to": None}, "to"),
    ({"to": 5}, "to"),
    ({"to": []}, "to"),
    ({"to": {}}, "to"),
    ({"to": "ada@"}, "to"),
    ({"to": "ada@example"}, "to"),
    ({"to": "@example.com"}, "to"),
    ({"to": "ada@exa mple.com"}, "to"),
    ({"to": "Ada <ada@example.com>"}, "to"),
    ({"to": "ada@example.com\r\nBcc: eve@example.com"}, "to"),
    ({"to": "ada@example.com,eve@example.com"}, "to"),
    ({"to": "a" * 300 + "@example.com"}, "to"),
    ({"to": {"email": "ada"}}, "to.email"),
    ({"to": {"email": ["ada@example.com"]}}, "to.email"),
    ({"to": {"email": "ada@example.com", "first_name": "A\r\nB: c"}}, "to.first_name"),
    ({"to": {"email": "ada@example.com", "language": "swedish!"}}, "to.language"),
    ({"to": {"email": "ada@example.com", "meta": 1}}, "to.meta"),
    ({"to": "+4670"}, "to"),
    ({"to": "0701234567"}, "to"),
    ({"to": "+99912345678901234567"}, "to"),
    ({"to": {"phone": "+1 (500) abc"}}, "to.phone"),
    ({"to": {"phone": "+46701234567\u0661"}}, "to.phone"),
    ({"to": "somebody-without-an-address"}, "to"),
    ({"to": "ada@example.com", "payload": []}, "payload"),
    ({"to": "ada@example.com", "payload": "a"}, "payload"),
    ({"to": "ada@example.com", "language": "x"}, "language"),
    ({"to": "ada@example.com", "send_at": "tomorrow"}, "send_at"),
    ({"to": "ada@example.com", "send_at": "2027-01-31T09:00:00"}, "send_at"),
    ({"to": "ada@example.com", "send_at": 1_800_000_000}, "send_at"),
    ({"to": "ada@example.com", "send_at": "2001-01-01T00:00:00Z"}, "send_at"),
    ({"to": "ada@example.com", "send_at": "9999-12-31T23:59:59Z"}, "send_at"),
    ({"to": "ada@example.com", "send_at": "0001-01-01T00:00:00+23:59"}, "send_at"),
    ({"to": "ada@example.com", "id": ""}, "id"),
    ({"to": "ada@example.com", "id": "a" * 256}, "id"),
    ({"to": "ada@example.com", "priority": "urgent"}, "priority"),
    ({"to": "ada@example.com", "overrides": {"colour": 1}}, "overrides.colour"),
    ({"to": "ada@example.com", "overrides": []}, "overrides"),
    ({"to": "ada@example.com", "stop": True}, "stop"),
]


@pytest.fixture(autouse=True)
def nothing_is_stored(host: Host, service: Service) -> Iterator[None]:
    before = [one["id"] for one in service.latest()]
    yield
    # Their names alone: what others sent may be delivered meanwhile.
    assert [one["id"] for one in service.latest()] == before
    assert host.dead_letters() == 0


def assert_problem(answer: requests.Response, status: int, field: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["error"] == body["detail"]
    assert len(body["detail"]) > 20
    assert body["code"] == body["code"].upper()
    assert body["request_id"]
    assert body.get("field", "") == field, body


@pytest.mark.parametrize(
    ("body", "status", "field"), [row[1:] for row in WRONG_BODIES], ids=[r[0] for r in WRONG_BODIES]
)
def test_a_body_that_is_no_plain_json_object_is_refused(service: Service, body: bytes, status: int, field: str) -> None:
    headers = {"Content-Type": "application/json"}

    answer = service.call("POST", "/v1/send/welcome", data=body, headers=headers)

    assert_problem(answer, status, field)


@pytest.mark.parametrize(("body", "field"), WRONG_FIELDS, ids=lambda value: str(value)[:50])
def test_a_wrong_field_is_named(service: Service, body: Any, field: str) -> None:
    answer = service.call("POST", "/v1/send/welcome", data=json.dumps(body))

    assert_problem(answer, 400, field)


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/send/unheard-of", 404, "event"),
        ("/v1/send/Wel%20come", 404, "event"),
        ("/v1/send/%2e%2e%2f", 404, "event"),
        ("/v1/send/w%00", 404, "event"),
        ("/v1/send/" + "w" * 2000, 404, "event"),
        ("/v1/send/welcome/pigeon", 400, "channel"),
        ("/v1/send/welcome/EMAIL", 400, "channel"),
        ("/v1/send/welcome/push", 400, "channel"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_unknown_event_and_an_unknown_channel_are_named(
    service: Service, path: str, status: int, field: str
) -> None:
    answer = service.call("POST", path, json={"to": "ada@example.com"})

    assert_problem(answer, status, field)


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": ""},
        {"Idempotency-Key": "x" * 256},
        {"Idempotency-Key": "a\tb"},
        {"Idempotency-Key": "a", "X-Idempotency-Key": "b"},
    ],
    ids=["empty", "too long", "not printable", "two that differ"],
)
def test_a_wrong_idempotency_key_is_named(service: Service, headers: dict[str, str]) -> None:
    answer = service.send("ada@example.com", headers=headers)

    assert_problem(answer, 400, "Idempotency-Key")


def with_another_end(key: str) -> str:
    return key[:-1] + ("a" if key[-1] != "a" else "b")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer hello",
        "Bearer live_",
        "Basic YTpi",
        "Bearer live_" + "é" * 9,
        "Bearer " + "a" * 5000,
    ],
    ids=lambda value: value[:20],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/send/welcome"), ("GET", "/v1/notifications")])
def test_no_key_and_a_wrong_key_are_refused(service: Service, authorization: str, method: str, path: str) -> None:
    headers = {"Authorization": authorization.encode()}

    answer = service.call(method, path, json={"to": "ada@example.com"}, headers=headers)

    assert_problem(answer, 401, "Authorization")


def test_a_key_with_one_letter_changed_is_refused(service: Service) -> None:
    answer = service.with_key(with_another_end(service.key)).send("ada@example.com")

    assert_problem(answer, 401, "Authorization")


def test_a_live_key_does_not_pass_as_a_test_key(service: Service) -> None:
    answer = service.with_key(service.key.replace("live_", "test_")).send("ada@example.com")

    assert_problem(answer, 401, "Authorization")


def wiring(host: Host) -> Wiring:
    """What a function has, in this process."""
    environment = host._fleet.environment(Function.SEND)

    def client(service: str, config: Any) -> Any:
        session: Any = boto3.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=environment["AWS_REGION"]
        )
        return session.client(service, endpoint_url=host.access.aws, config=config)

    return Wiring(Settings.from_env(environment), client=client)


@pytest.mark.parametrize(
    ("difference", "status", "code"),
    [
        ({"expires": 1}, 401, "KEY_EXPIRED"),
        ({"revoked": True}, 401, "UNAUTHORIZED"),
        ({"scopes": frozenset({Scope.READ})}, 403, "FORBIDDEN"),
    ],
    ids=["expired", "revoked", "without the scope"],
)
def test_a_key_that_may_not_send_is_refused(
    host: Host, service: Service, difference: dict[str, Any], status: int, code: str
) -> None:
    parts = wiring(host)
    minted = api_keys.mint(Mode.LIVE, secrets.token_bytes)
    digest = api_keys.digest(minted.text, parts.secrets["pepper"])
    stored = {"id": minted.id, "project": "demo", "mode": Mode.LIVE, "digest": digest, "scopes": frozenset(Scope)}
    parts.projects.add_key(ApiKey(**(stored | difference)))

    answer = service.with_key(minted.text).send("ada@example.com")

    assert_problem(answer, status, "Authorization")
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/notifications/nothing", "id"),
        ("/v1/notifications/" + "a" * 26, "id"),
        ("/v1/notifications?limit=0", "limit"),
        ("/v1/notifications?limit=ten", "limit"),
        ("/v1/notifications?limit=%D9%A1", "limit"),
        ("/v1/notifications?cursor=x", "cursor"),
        ("/v1/notifications?cursor=%F0%9F", "cursor"),
    ],
)
def test_a_question_with_a_mistake_is_refused(service: Service, path: str, field: str) -> None:
    answer = service.call("GET", path)

    assert_problem(answer, 404 if field == "id" else 400, field)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/notifications"), ("PATCH", "/v1/events/x")]
)
def test_an_endpoint_that_does_not_exist_is_a_problem_too(service: Service, method: str, path: str) -> None:
    answer = service.call(method, path)

    assert answer.status_code in {404, 405}
    assert answer.headers["Content-Type"] == "application/problem+json"
