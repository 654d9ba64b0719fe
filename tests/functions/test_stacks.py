"""Stacks over HTTP: digests and increments, each request with an id of its own."""

from typing import Any

import pytest

from functions.send.handler import handler as send_handler
from heliograph.bootstrap import managing
from heliograph.names import BATCH_ROUTE
from tests.functions.conftest import Call
from tests.functions.http import answer, as_json, event
from tests.functions.stacks import WINDOW, Sender, stacked
from tests.functions.stage import Context, Stage


@pytest.fixture
def comment(acme: Stage, send: Call, manage: Call) -> Sender:
    managing.waiting.cache_clear()
    return Sender(acme, send, manage)


def test_a_digest_waits_for_its_windows_end_and_renders_once_with_all_items(comment: Sender, manage: Call) -> None:
    stacked(manage)
    names = []
    for who in ("Bo", "Cy", "Di"):
        names.append(comment(who))
        comment.pass_(10)

    [digest] = {comment.into(name) for name in names}
    waiting = comment.show(digest)
    comment.work()
    early = comment.mails
    comment.pass_(WINDOW)
    comment.wake(digest)

    assert len(set(names)) == 3
    assert [(one["status"], one["reason"], one["state"]) for one in map(comment.show, names)] == [
        ("canceled", "merged", "completed")
    ] * 3
    assert (waiting["status"], waiting["count"]) == ("scheduled", 3)
    assert waiting["stack"] == {
        "mode": "digest",
        "opened_at": "2027-01-15T08:00:00.000Z",
        "closes_at": "2027-01-15T08:01:00.000Z",
    }
    assert early == []
    assert comment.mails == ["3: Bo Cy Di last Di"]
    assert comment.show(digest)["status"] == "sent"


def test_one_that_comes_late_opens_the_next_window(comment: Sender, manage: Call) -> None:
    stacked(manage)
    first = comment.into(comment("Bo"))
    comment.pass_(WINDOW)

    late = comment.into(comment("Cy"))
    comment.wake(first)
    comment.pass_(WINDOW)
    comment.wake(late)

    assert late != first
    assert comment.mails == ["1: Bo last Bo", "1: Cy last Cy"]


def test_the_same_request_again_has_the_same_answer_and_counts_once(comment: Sender, manage: Call) -> None:
    stacked(manage)
    first = comment.answer("Bo", id="c-1")

    again, other = comment.answer("Bo", id="c-1"), comment.answer("Cy", id="c-1")
    comment.pass_(2 * WINDOW)
    later = comment.answer("Bo", id="c-1")

    assert (again.status, again.json(), again.headers["x-idempotent-replay"]) == (202, first.json(), "true")
    assert (later.status, later.json()) == (202, first.json())
    assert (other.status, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert comment.show(comment.into(first.json()["id"]))["count"] == 1


def test_of_an_increment_the_first_goes_at_once_and_the_others_only_count(comment: Sender, manage: Call) -> None:
    stacked(manage, mode="increment")
    first = comment("Bo", increment_id="photo-1")
    comment.work()
    others = [comment(who, increment_id="photo-1") for who in ("Cy", "Di")]
    comment.work()
    elsewhere = comment("Ed", increment_id="photo-2")
    comment.pass_(WINDOW)
    later = comment("Fi", increment_id="photo-1")
    comment.work()

    assert [comment.into(name) for name in others] == [first, first]
    assert (comment.show(first)["status"], comment.show(first)["count"]) == ("sent", 3)
    assert comment.show(others[0])["reason"] == "merged"
    assert [comment.show(name)["count"] for name in (elsewhere, later)] == [1, 1]
    assert sorted(comment.mails) == ["1: Bo last Bo", "1: Ed last Ed", "1: Fi last Fi"]


def test_an_increment_that_still_waits_is_rendered_with_what_came_meanwhile(comment: Sender, manage: Call) -> None:
    stacked(manage, mode="increment")
    first, second = (comment(who, increment_id="photo-1") for who in ("Bo", "Cy"))

    comment.work()

    assert comment.into(second) == first
    assert comment.mails == ["2: Bo Cy last Cy"]


def test_an_increment_without_an_id_goes_by_itself(comment: Sender, manage: Call) -> None:
    stacked(manage, mode="increment", keep="first", limit=1)
    before = manage("GET", "/v1/events/comments").json()
    plain = {"channels": ["email"], "templates": {"email": {"subject": "x", "text": "{{ who }}"}}}
    manage("PUT", "/v1/events/comments", plain | {"stack": before["draft"]["stack"]})
    manage("POST", "/v1/events/comments/publish")

    names = [comment("Bo"), comment("Cy")]
    comment.work()

    assert before["draft"]["stack"] == {"mode": "increment", "window": 60, "keep": "first", "limit": 1}
    assert [comment.show(name)["status"] for name in names] == ["sent", "sent"]
    assert "count" not in comment.show(names[0])


@pytest.mark.parametrize(
    ("stack", "text"),
    [
        ({"keep": "first", "limit": 2}, "4: Bo Cy last Bo"),
        ({"keep": "last", "limit": 2}, "4: Di Ed last Ed"),
    ],
)
def test_the_first_or_the_last_are_kept_and_all_are_counted(
    comment: Sender, manage: Call, stack: dict[str, Any], text: str
) -> None:
    stacked(manage, **stack)
    manage("PUT", "/v1/events/comments", _with_payload(manage))
    manage("POST", "/v1/events/comments/publish")
    names = []
    for who in ("Bo", "Cy", "Di", "Ed"):
        names.append(comment(who))
        comment.pass_(1)

    comment.pass_(WINDOW)
    comment.wake(comment.into(names[0]))

    assert comment.mails == [text]


def _with_payload(manage: Call) -> dict[str, object]:
    draft = manage("GET", "/v1/events/comments").json()["draft"]
    parts = {
        "subject": "x",
        "text": "{{ count }}: {% for one in items %}{{ one.who }} {% endfor %}last {{ payload.who }}",
    }
    return {"channels": ["email"], "templates": {"email": parts}, "stack": draft["stack"]}


def test_where_all_are_kept_a_full_window_is_followed_by_the_next(comment: Sender, manage: Call) -> None:
    stacked(manage, limit=2)
    into = []
    for who in ("Bo", "Cy", "Di"):
        into.append(comment.into(comment(who)))
        comment.pass_(1)

    comment.pass_(WINDOW)
    comment.wake(*dict.fromkeys(into))

    assert into[0] == into[1] != into[2]
    assert sorted(comment.mails) == ["1: Di last Di", "2: Bo Cy last Cy"]


def test_nothing_that_differs_ever_shares_a_digest(acme: Stage, comment: Sender, manage: Call) -> None:
    stacked(manage)
    stacked(manage, "replies")
    known = comment("Bo")

    others = [
        comment("Bo", name="replies"),
        comment("Bo", increment_id="photo-1"),
        comment("Bo", language="sv"),
        comment("Bo", to={"id": "eve", "email": "eve@example.com"}),
        comment("Bo", to={"email": "new@example.com", "id": "ada"}),
    ]
    test = comment("Bo", key=acme.test)

    into = {comment.into(name) for name in (known, *others)} | {comment.into(test, acme.test)}
    assert len(into) == 7


def test_many_recipients_and_many_messages_are_stacked_too(comment: Sender, send: Call, manage: Call) -> None:
    stacked(manage)
    to = ["ada@example.com", "eve@example.com"]
    listed = send({"to": to, "payload": {"who": "Bo"}}, target="/v1/send/comments").json()["notifications"]
    messages = [{"event": "comments", "to": one, "payload": {"who": "Cy"}} for one in to * 2]

    given = {"authorization": f"Bearer {comment.acme.live}"}
    raw = event("POST", "/v1/send", body=as_json({"messages": messages}), headers=given) | {"routeKey": BATCH_ROUTE}
    batch = answer(send_handler(raw, Context())).json()

    names = [one["id"] for one in (*listed, *batch["notifications"])]
    assert len(set(names)) == 6
    into = [comment.into(name) for name in names]
    assert [comment.show(name)["count"] for name in dict.fromkeys(into)] == [3, 3]


def test_without_a_stack_items_and_count_are_the_payloads_own(comment: Sender, manage: Call) -> None:
    text = "{{ count }} {{ items[0] }}"
    plain = {"channels": ["email"], "templates": {"email": {"subject": "x", "text": text}}}
    manage("PUT", "/v1/events/comments", plain)
    manage("POST", "/v1/events/comments/publish")

    given = comment("Bo", payload={"count": 7, "items": ["a"]}, increment_id="no effect")
    missing = comment("Bo", payload={"count": 7})
    comment.work()

    assert comment.mails == ["7 a"]
    assert comment.show(given)["status"] == "sent"
    assert "items" in comment.show(missing)["messages"][0]["error"]["message"]
