"""Stacks while others are at work: between a rendering and its claim, between a read and its transaction."""

from collections.abc import Callable
from typing import Any

import pytest

from heliograph.bootstrap import managing
from heliograph.domain.errors import Contended
from heliograph.store.gathering import Gathering
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.functions.conftest import Call
from tests.functions.stacks import WINDOW, Sender, stacked
from tests.functions.stage import Stage

type Meanwhile = Callable[[type, str, Callable[[], object]], None]


@pytest.fixture
def comment(acme: Stage, send: Call, manage: Call) -> Sender:
    managing.waiting.cache_clear()
    stacked(manage)
    return Sender(acme, send, manage)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Somebody does something right after the next call of a method has read."""

    def after(kind: type, name: str, act: Callable[[], object]) -> None:
        original = getattr(kind, name)

        def wrapped(*args: Any, **told: Any) -> Any:
            found = original(*args, **told)
            monkeypatch.setattr(kind, name, original)
            act()
            return found

        monkeypatch.setattr(kind, name, wrapped)

    return after


def test_an_item_accepted_between_rendering_and_claim_is_rendered_too(comment: Sender, meanwhile: Meanwhile) -> None:
    digest = comment.into(comment("Bo"))
    comment.acme.queued("normal")
    comment.pass_(WINDOW)

    def with_a_slow_clock() -> None:
        comment.pass_(-1)
        comment("Cy")
        comment.pass_(1)

    meanwhile(Messages, "gathered", with_a_slow_clock)
    comment.wake(digest)
    refused = comment.mails
    again = comment.work()

    assert refused == []
    assert [hint["n"] for hint in again] == [digest]
    assert comment.mails == ["2: Bo Cy last Cy"]


def test_an_item_taken_out_between_rendering_and_claim_is_not_sent(comment: Sender, meanwhile: Meanwhile) -> None:
    first, second = comment("Bo"), comment("Cy")
    digest = comment.into(first)
    comment.acme.queued("normal")
    comment.pass_(WINDOW)

    meanwhile(Messages, "gathered", lambda: comment.manage("POST", f"/v1/notifications/{second}/cancel"))
    comment.wake(digest)
    comment.work()

    assert comment.show(second)["reason"] == "canceled"
    assert comment.mails == ["1: Bo last Bo"]


def test_one_that_is_accepted_while_the_digest_is_claimed_goes_into_the_next(
    comment: Sender, meanwhile: Meanwhile
) -> None:
    digest = comment.into(comment("Bo"))
    late: list[str] = []
    comment.pass_(WINDOW)

    def claimed_meanwhile() -> None:
        comment.pass_(1)
        comment.wake(digest)
        comment.pass_(-1)

    comment.pass_(-1)
    meanwhile(Gathering, "window", claimed_meanwhile)
    late.append(comment("Cy"))
    into = comment.into(late[0])
    comment.pass_(2 * WINDOW)
    comment.wake(into)

    assert into != digest
    assert comment.mails == ["1: Bo last Bo", "1: Cy last Cy"]


def test_two_that_open_a_window_at_once_share_it(comment: Sender, meanwhile: Meanwhile) -> None:
    inner: list[str] = []

    meanwhile(Gathering, "window", lambda: inner.append(comment("Bo")))
    outer = comment("Cy")

    assert comment.into(outer) == comment.into(inner[0])
    assert comment.show(comment.into(outer))["count"] == 2


def test_the_same_request_twice_at_once_counts_once(comment: Sender, meanwhile: Meanwhile) -> None:
    comment("Ann")
    inner: list[Any] = []

    meanwhile(Gathering, "window", lambda: inner.append(comment.answer("Bo", id="c-1")))
    outer = comment.answer("Bo", id="c-1")

    assert inner[0].json() == outer.json()
    assert "x-idempotent-replay" in outer.headers
    assert comment.show(comment.into(outer.json()["id"]))["count"] == 2


def test_who_meets_others_in_a_transaction_tries_again(comment: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    comment("Ann")
    original, left = Table.transact, [Contended("others"), Contended("others")]

    def contended(self: Table, writes: Any) -> None:
        if left:
            raise left.pop()
        original(self, writes)

    monkeypatch.setattr(Table, "transact", contended)
    name = comment("Bo")

    assert comment.show(comment.into(name))["count"] == 2


def test_a_stack_that_never_comes_free_is_a_429_and_nothing_is_stored(
    comment: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment("Ann")
    before = comment.acme.items()

    def contended(_table: Table, _writes: Any) -> None:
        raise Contended("others")

    monkeypatch.setattr(Table, "transact", contended)
    told = comment.answer("Bo")

    assert told.status == 429, told.text
    assert "retry-after" in told.headers
    assert comment.acme.items() == before
