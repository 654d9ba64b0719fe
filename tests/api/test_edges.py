"""Between the world and the use cases: every error has its answer, every record its fate."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.api.auth import KEY_FRESH, Authenticator
from heliograph.api.batch import Batch, Record
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


AGAIN: list[Record] = []
"""What was put back."""


def records(*bodies: str, received: Mapping[str, int] | None = None) -> dict[str, Any]:
    times = {body: {"ApproximateReceiveCount": str((received or {}).get(body, 1))} for body in bodies}
    return {"Records": [{"messageId": f"m-{body}", "body": body, "attributes": times[body]} for body in bodies]}


def fate(event: dict[str, Any], work: Any, left: float = 30.0) -> list[str]:
    batch = Batch(work=work, again=AGAIN.append, left=lambda: left, reserve=15.0, side_by_side=10)
    return [one["itemIdentifier"] for one in batch(event)["batchItemFailures"]]


def test_the_records_of_a_batch_are_worked_on_side_by_side() -> None:
    together = threading.Barrier(10, timeout=5)

    failed = fate(records(*map(str, range(10))), lambda _: together.wait())

    assert failed == []


def test_only_what_failed_goes_back_in_the_order_it_came() -> None:
    def work(record: Record) -> None:
        if record.body in "bd":
            raise RuntimeError("a bug")

    assert fate(records("a", "b", "c", "d"), work) == ["m-b", "m-d"]


@given(st.lists(st.sampled_from(["done", "bug", "busy"]), min_size=1, max_size=10))
def test_of_any_batch_exactly_what_was_not_done_comes_back_once(ends: list[str]) -> None:
    AGAIN.clear()
    worked: list[str] = []

    def work(record: Record) -> None:
        worked.append(record.body)
        match ends[int(record.body)]:
            case "bug":
                raise RuntimeError("a bug")
            case "busy":
                raise Unavailable("busy")

    failed = fate(records(*map(str, range(len(ends)))), work)

    assert sorted(worked, key=int) == [str(place) for place in range(len(ends))]
    assert failed == [f"m-{place}" for place, end in enumerate(ends) if end == "bug"]
    assert sorted(int(record.body) for record in AGAIN) == [place for place, end in enumerate(ends) if end == "busy"]


def test_for_what_the_store_did_not_answer_is_put_back_and_counts_as_no_failure() -> None:
    AGAIN.clear()

    def work(record: Record) -> None:
        if record.body == "b":
            raise Unavailable("busy")

    assert fate(records("a", "b", "c"), work) == []
    assert [record.body for record in AGAIN] == ["b"]


def test_what_cannot_be_put_back_goes_back_by_itself() -> None:
    def refuse(_record: Record) -> None:
        raise Unavailable("the queue did not answer")

    batch = Batch(work=refuse, again=refuse, left=lambda: 30.0, reserve=15.0, side_by_side=10)

    assert batch(records("a")) == {"batchItemFailures": [{"itemIdentifier": "m-a"}]}


def test_suspects_are_worked_on_alone_and_after_all_others() -> None:
    worked: list[str] = []
    at_once: list[int] = []
    busy = 0

    def work(record: Record) -> None:
        nonlocal busy
        busy += 1
        at_once.append(busy if record.suspect else 0)
        worked.append(record.body)
        busy -= 1

    received = {"a": 3, "b": 1, "c": 4, "d": 2}
    assert fate(records(*received, received=received), work) == []
    assert set(worked[:2]) == {"b", "d"}
    assert set(worked[2:]) == {"a", "c"}
    assert set(at_once) == {0, 1}


def test_another_suspect_is_first_each_time() -> None:
    first = []
    for times in range(3, 6):
        worked: list[str] = []
        fate(records("a", "b", "c", received=dict.fromkeys("abc", times)), lambda record: worked.append(record.body))  # noqa: B023  # called before the next
        first.append(worked[0])

    assert first == ["a", "b", "c"]


@pytest.mark.parametrize(("left", "failed"), [(15.0, []), (14.999, ["m-a"])])
def test_no_record_is_begun_with_less_than_the_reserve_left(left: float, failed: list[str]) -> None:
    assert fate(records("a"), lambda _: None, left) == failed


def test_an_empty_batch_is_done() -> None:
    assert fate({}, lambda _: None) == []
