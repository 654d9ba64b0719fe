from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.manage.handler import handler as manage_handler
from functions.send.handler import handler as send_handler
from tests.functions.http import Answer, answer, as_json, event
from tests.functions.stage import Context, Stage, stage
from tests.support import document

type Call = Callable[..., Answer]


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with stage(monkeypatch) as made:
        yield made


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Deployed, and `heliograph init` has not been run."""
    with stage(monkeypatch, initialised=False) as made:
        yield made


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    """One stage for tests that leave nothing behind."""
    with pytest.MonkeyPatch.context() as patch, stage(patch) as made:
        yield made


@pytest.fixture
def send(acme: Stage) -> Call:
    """POST to the send function as the project's live key, or as another."""
    return sender(acme)


def sender(acme: Stage) -> Call:
    def call(
        body: object = None,
        *,
        target: str = "/v1/send/welcome",
        key: str | None = None,
        raw: str | bytes | None = None,
        **headers: str,
    ) -> Answer:
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        token = acme.live if key is None else key
        given = ({"authorization": f"Bearer {token}"} if token else {}) | shown
        text = raw if raw is not None else as_json(body)
        return documented(
            "POST", target, answer(send_handler(event("POST", target, body=text, headers=given), Context()))
        )

    return call


def documented(method: str, target: str, told: Answer) -> Answer:
    """The answer, once the API's document has been found to tell it."""
    document.check(method, target, told.status, told.headers["content-type"], told.text)
    return told


@pytest.fixture
def manage(acme: Stage) -> Call:
    """Call the manage function as the project's live key, or as another."""
    return manager(acme)


def manager(acme: Stage) -> Call:
    def call(method: str, target: str, body: object = None, *, key: str | None = None) -> Answer:
        token = acme.live if key is None else key
        given = {"authorization": f"Bearer {token}"} if token else {}
        text = None if body is None else as_json(body)
        return documented(
            method, target, answer(manage_handler(event(method, target, body=text, headers=given), Context()))
        )

    return call


@pytest.fixture
def nothing_is_stored(shared: Stage) -> Any:
    before = shared.items()
    yield
    assert shared.items() == before
    assert [shared.depth(name) for name in shared.urls] == [0, 0, 0]
