"""How stacks end: canceled whole or in part, erased, and what they hide removed."""

from typing import Any

import pytest

from functions.send.handler import handler as send_handler
from heliograph.bootstrap import managing
from tests.functions.conftest import Call
from tests.functions.http import answer, as_json, event
from tests.functions.stacks import WINDOW, Sender, stacked
from tests.functions.stage import Context, Stage


@pytest.fixture
def comment(acme: Stage, send: Call, manage: Call) -> Sender:
    managing.waiting.cache_clear()
    stacked(manage)
    return Sender(acme, send, manage)


def cancel(comment: Sender, name: str) -> Any:
    return comment.manage("POST", f"/v1/notifications/{name}/cancel")


def stored(acme: Stage) -> str:
    return repr(acme.items())


def test_a_request_is_taken_out_of_a_digest_that_waits(comment: Sender) -> None:
    first, second = comment("Bo"), comment("Cy")
    digest = comment.into(first)

    told, again = cancel(comment, first), cancel(comment, first)
    comment.pass_(WINDOW)
    comment.wake(digest)

    assert (told.status, told.json()["status"], told.json()["reason"]) == (200, "canceled", "canceled")
    assert (again.status, again.json()) == (200, told.json())
    assert comment.show(second)["reason"] == "merged"
    assert comment.show(digest)["count"] == 1
    assert comment.mails == ["1: Cy last Cy"]


def test_a_digest_whose_last_item_was_taken_out_is_not_sent_and_the_next_opens_another(comment: Sender) -> None:
    first = comment("Bo")
    digest = comment.into(first)

    told = cancel(comment, first)
    next_ = comment.into(comment("Cy"))
    comment.pass_(WINDOW + 1)
    comment.wake(digest, next_)

    assert (told.status, told.json()["reason"]) == (200, "canceled")
    assert comment.show(digest)["status"] == "canceled"
    assert comment.mails == ["1: Cy last Cy"]


def test_what_was_sent_cannot_be_taken_out(comment: Sender) -> None:
    name = comment("Bo")
    digest = comment.into(name)
    comment.pass_(WINDOW)
    comment.wake(digest)

    told = cancel(comment, name)

    assert (told.status, told.json()["code"]) == (409, "TOO_LATE")
    assert digest in told.json()["error"]
    assert told.json()["notification"]["merged_into"] == digest


def test_canceling_the_digest_cancels_all_of_it(comment: Sender) -> None:
    name = comment("Bo")
    digest = comment.into(name)

    told = cancel(comment, digest)
    comment.pass_(WINDOW)
    comment.wake(digest)

    assert (told.status, told.json()["status"], told.json()["count"]) == (200, "canceled", 1)
    assert cancel(comment, name).status == 200
    assert comment.mails == []
    assert comment.into(comment("Cy")) != digest


def test_all_of_the_event_for_a_contact_is_canceled_with_its_digest(comment: Sender) -> None:
    digest = comment.into(comment("Bo"))

    told = comment.manage("POST", "/v1/cancel/comments", {"to": "ada"})

    assert (told.status, told.json()["canceled"]) == (200, 1)
    assert comment.show(digest)["status"] == "canceled"


def test_a_digest_moves_to_another_time_with_its_items(comment: Sender) -> None:
    name = comment("Bo")
    digest = comment.into(name)

    moved = comment.manage("POST", f"/v1/notifications/{digest}/reschedule", {"send_at": "2027-03-15T08:00:00Z"})
    merged = comment.manage("POST", f"/v1/notifications/{name}/reschedule", {"send_at": "2027-03-15T08:00:00Z"})
    comment.pass_(60 * 86_400)
    comment.wake(digest)

    assert (moved.status, moved.json()["messages"][0]["scheduled_at"]) == (200, "2027-03-15T08:00:00.000Z")
    assert (merged.status, merged.json()["code"]) == (409, "TOO_LATE")
    kept = {item["sk"]["S"][0]: int(item["ttl"]["N"]) for item in comment.acme.items() if digest in item["pk"]["S"]}
    assert kept["G"] >= kept["A"]
    assert comment.mails == ["1: Bo last Bo"]


def test_what_items_hide_is_used_and_cannot_be_read_and_goes_when_it_is_over(comment: Sender, manage: Call) -> None:
    template = {"email": {"subject": "x", "text": "{% for one in items %}{{ one._code }} {% endfor %}"}}
    body = {"channels": ["email"], "templates": template, "stack": {"mode": "digest", "window": WINDOW}}
    manage("PUT", "/v1/events/comments", body)
    manage("POST", "/v1/events/comments/publish")
    first = comment("Bo", payload={"_code": "canary-1"})
    comment.pass_(1)
    second = comment("Cy", payload={"_code": "canary-2"})
    comment("Di", payload={"_code": "canary-3"})
    canceled, digest = cancel(comment, second), comment.into(first)
    waiting = [item for item in comment.acme.items() if "#N#" in item["pk"]["S"]]

    comment.pass_(WINDOW)
    comment.wake(digest)

    assert canceled.status == 200
    assert "canary" not in repr(waiting)
    assert "_code" not in repr(waiting)
    assert comment.mails == ["canary-1 canary-3 "]
    items = [item for item in comment.acme.items() if item["sk"]["S"].startswith("G#")]
    assert [sorted(item) for item in items] == [["p", "pk", "sk", "ttl"]] * 2


def test_a_contact_with_much_to_tell_is_rendered_with_its_digest(comment: Sender, manage: Call) -> None:
    story = "x" * 2_000
    template = {"email": {"subject": "x", "text": "{{ contact.meta.story }}{{ who }}{{ payload._code }}"}}
    body = {"channels": ["email"], "templates": template, "stack": {"mode": "digest", "window": WINDOW}}
    manage("PUT", "/v1/events/comments", body)
    manage("POST", "/v1/events/comments/publish")
    to = {"id": "ada", "email": "ada@example.com", "meta": {"story": story}}
    digest = comment.into(comment("Bo", to=to, payload={"who": "Bo", "_code": "7"}))

    comment.pass_(WINDOW)
    comment.wake(digest)

    assert comment.mails == [f"{story}Bo7"]
    assert not [item for item in comment.acme.items() if "s" in item and "#N#" in item["pk"]["S"]]


def test_nothing_of_a_stack_outlives_the_erasure_of_its_contact(comment: Sender, manage: Call) -> None:
    digest = comment.into(comment("Bo", payload={"who": "canary"}, metadata={"order": "canary"}))

    told = manage("POST", "/v1/contacts/ada/erase")
    comment.pass_(1)
    later = comment.into(comment("Cy"))
    comment.pass_(WINDOW)
    comment.wake(digest, later)

    assert told.status == 202, told.text
    assert "canary" not in stored(comment.acme)
    assert (comment.show(digest)["status"], comment.show(digest)["reason"]) == ("canceled", "erased")
    assert later != digest
    assert comment.mails == ["1: Cy last Cy"]


def test_notifuses_increment_id_stacks(comment: Sender, manage: Call) -> None:
    stacked(manage, mode="increment")
    one = {"notificationId": "comments", "userId": "u-1", "userEmail": "u@example.com", "incrementId": "photo-1"}
    wanted = {"messages": [one | {"id": f"m-{who}", "data": {"who": who}} for who in ("Bo", "Cy")]}
    headers = {"authorization": f"Bearer {comment.acme.live}"}
    raw = event("POST", "/messages.send?wait=0", body=as_json(wanted), headers=headers)

    told = answer(send_handler(raw | {"routeKey": "POST /messages.send"}, Context()))
    comment.work()

    assert told.json()["results"] == [{"id": "m-Bo", "ok": True}, {"id": "m-Cy", "ok": True}]
    assert "heliograph-ignored" not in told.headers
    assert len(comment.mails) == 1
    assert comment.mails[0].startswith("2: ")
