"""Between the world and the use cases: every error has its answer, every record its fate."""

import json
import threading
from typing import Any

import pytest

from heliograph.api.auth import KEY_FRESH, Authenticator
from heliograph.api.batch import worked
from heliograph.api.edge import answered, routed
from heliograph.api.problem import INTERNAL, problem
from heliograph.domain import api_keys
from heliograph.domain.errors import (
    BadInput,
    Busy,
    Conflict,
    HeliographError,
    KeyReused,
    NotFound,
    Unauthorized,
    Unavailable,
)
from heliograph.domain.project import ApiKey, Mode, Project, Scope

MINTED = api_keys.mint(Mode.LIVE, lambda size: b"\x05" * size)
PEPPER = "a pepper for tests only"


class FakeKeys:
    def __init__(self) -> None:
        self.reads = 0
        self.known = ApiKey(
            id=MINTED.id,
            project="acme",
            mode=Mode.LIVE,
            digest=api_keys.digest(MINTED.text, PEPPER),
            scopes=frozenset({Scope.SEND}),
        )

    def key(self, key_id: str) -> ApiKey | None:
        self.reads += 1
        return self.known if key_id == MINTED.id else None

    def get(self, project: str) -> Project | None:
        return Project(id=project, name="Acme", salt="s", created=0)


class Clock:
    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadInput("x", field="to"), 400, "VALIDATION_ERROR"),
        (Unauthorized("x"), 401, "UNAUTHORIZED"),
        (NotFound("x"), 404, "NOT_FOUND"),
        (Conflict("x"), 409, "CONFLICT"),
        (BadInput("x", status=413, code="PAYLOAD_TOO_LARGE"), 413, "PAYLOAD_TOO_LARGE"),
        (KeyReused("x"), 422, "IDEMPOTENCY_KEY_REUSED"),
        (Busy("x"), 429, "BUSY"),
        (Unavailable("x"), 503, "UNAVAILABLE"),
        (HeliographError("a detail of ours"), 500, "INTERNAL"),
        (RuntimeError("a detail of ours"), 500, "INTERNAL"),
    ],
)
def test_every_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    answer = problem(error, "r-1")

    told = json.loads(answer["body"])
    assert (answer["statusCode"], told["status"], told["code"], told["request_id"]) == (status, status, code, "r-1")
    assert ("retry-after" in answer["headers"]) == (status in (429, 503))
    assert answer["headers"]["content-type"] == "application/problem+json"


def test_an_error_that_is_not_the_caller_s_tells_nothing_but_the_request() -> None:
    def fails() -> dict[str, Any]:
        raise RuntimeError("canary")

    answer = answered({"requestContext": {"requestId": "r-7"}}, fails)

    assert "canary" not in answer["body"]
    assert json.loads(answer["body"])["detail"] == INTERNAL


def test_a_route_that_is_none_needs_no_key() -> None:
    def nobody() -> Authenticator:
        raise AssertionError("nobody was asked")

    with pytest.raises(NotFound):
        routed({"routeKey": "GET /"}, {}, nobody)


def test_a_key_is_read_once_a_minute() -> None:
    store, clock = FakeKeys(), Clock()
    authenticate = Authenticator(store, lambda: PEPPER, clock)

    for clock.now in (0, 1, KEY_FRESH - 1, KEY_FRESH, KEY_FRESH + 1):
        caller = authenticate(f"Bearer {MINTED.text}", Scope.SEND)

    assert store.reads == 2
    assert (caller.project.id, caller.mode, caller.key) == ("acme", Mode.LIVE, MINTED.id)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "  Bearer "])
def test_the_scheme_s_case_does_not_matter(scheme: str) -> None:
    authenticate = Authenticator(FakeKeys(), lambda: PEPPER, Clock())

    assert authenticate(f"{scheme} {MINTED.text} ", Scope.SEND).mode is Mode.LIVE


def test_a_typing_mistake_costs_no_read() -> None:
    store = FakeKeys()
    authenticate = Authenticator(store, lambda: PEPPER, Clock())

    with pytest.raises(Unauthorized, match="typing mistake"):
        authenticate(f"Bearer {MINTED.text[:-1]}{'a' if MINTED.text[-1] != 'a' else 'b'}", Scope.SEND)

    assert store.reads == 0


def records(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m-{body}", "body": body} for body in bodies]}


def fate(event: dict[str, Any], work: Any, left: float = 30.0) -> list[str]:
    answer = worked(event, work, left=lambda: left, reserve=15.0, side_by_side=10)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_the_records_of_a_batch_are_worked_on_side_by_side() -> None:
    together = threading.Barrier(10, timeout=5)

    failed = fate(records(*map(str, range(10))), lambda _: together.wait())

    assert failed == []


def test_only_what_failed_goes_back_in_the_order_it_came() -> None:
    def work(body: str) -> None:
        if body in "bd":
            raise Unavailable("busy") if body == "b" else RuntimeError("a bug")

    assert fate(records("a", "b", "c", "d"), work) == ["m-b", "m-d"]


@pytest.mark.parametrize(("left", "failed"), [(15.0, []), (14.999, ["m-a"])])
def test_no_record_is_begun_with_less_than_the_reserve_left(left: float, failed: list[str]) -> None:
    assert fate(records("a"), lambda _: None, left) == failed


def test_an_empty_batch_is_done() -> None:
    assert fate({}, lambda _: None) == []
