"""What one send does differently, and the labels that it carries."""

from typing import Any

import pytest

from tests.functions.conftest import Call
from tests.functions.stage import Stage
from tests.functions.test_send import TO


def mail(**overrides: Any) -> dict[str, Any]:
    return TO | {"overrides": {"email": overrides}}


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"email": {"subject": "a\r\nBcc: eve@example.com"}}, "overrides.email.subject"),
        ({"email": {"subject": "=?utf-8?q?x?="}}, "overrides.email.subject"),
        ({"email": {"subject": ""}}, "overrides.email.subject"),
        ({"email": {"from": "eve@elsewhere.test"}}, "overrides.email.from"),
        ({"email": {"from": "acme.test"}}, "overrides.email.from"),
        ({"email": {"from": "Acme <hello@acme.test>, eve@elsewhere.test"}}, "overrides.email.from"),
        ({"email": {"from": "A\nB <hello@acme.test>"}}, "overrides.email.from"),
        ({"email": {"sender": "hello@acme.test"}}, "overrides.email.sender"),
        ({"email": {"cc": "eve@"}}, "overrides.email.cc"),
        ({"email": {"bcc": ["eve@example.com", "x"]}}, "overrides.email.bcc"),
        ({"email": {"cc": []}}, "overrides.email.cc"),
        ({"email": {"cc": [f"u{n}@example.com" for n in range(11)]}}, "overrides.email.cc"),
        ({"email": {"reply_to": 7}}, "overrides.email.reply_to"),
        ({"email": {"headers": {"Bcc": "eve@example.com"}}}, "overrides.email.headers.Bcc"),
        ({"email": {"headers": {"X-SES-CONFIGURATION-SET": "x"}}}, "overrides.email.headers.X-SES-CONFIGURATION-SET"),
        ({"email": {"headers": {"X-Custom-A\r\nB": "x"}}}, "overrides.email.headers.X-Custom-A\r\nB"),
        ({"email": {"headers": {"X-Priority": "1\r\nBcc: x@y.test"}}}, "overrides.email.headers.X-Priority"),
        ({"email": {"headers": {"Importance": "é"}}}, "overrides.email.headers.Importance"),
        ({"email": {"headers": {f"X-Custom-{n}": "x" for n in range(11)}}}, "overrides.email.headers"),
        ({"sms": {"sender_id": "twelve chars"}}, "overrides.sms.sender_id"),
        ({"sms": {"sender_id": "+46"}}, "overrides.sms.sender_id"),
        ({"push": {}}, "overrides.push"),
    ],
)
def test_an_override_that_cannot_be_is_refused_and_nothing_is_stored(
    acme: Stage, send: Call, overrides: Any, field: str
) -> None:
    before = acme.items()

    answer = send(TO | {"overrides": overrides})

    assert (400 <= answer.status < 500, answer.json()["field"]) == (True, field)
    assert acme.items() == before


@pytest.mark.parametrize("sender", ["news@acme.test", "Acme News <news@acme.test>", '"News, daily" <news@ACME.test>'])
def test_a_mail_may_come_from_any_address_of_the_integration_s_domain(send: Call, sender: str) -> None:
    answer = send(mail(**{"from": sender}))

    assert answer.status == 202, answer.text


def test_a_test_key_is_told_the_same_of_a_foreign_sender(acme: Stage, send: Call) -> None:
    answer = send(mail(**{"from": "eve@elsewhere.test"}), key=acme.test)

    assert (answer.status, answer.json()["code"]) == (422, "SENDER_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ({"metadata": []}, "metadata"),
        ({"metadata": {"a": {"b": "c"}}}, "metadata"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {"a": "x" * 2048}}, "metadata"),
        ({"tags": "news"}, "tags"),
        ({"tags": ["x" * 31]}, "tags[0]"),
        ({"tags": [""]}, "tags[0]"),
        ({"tags": ["a\nb"]}, "tags[0]"),
        ({"tags": list("abcdefghij")}, "tags"),
    ],
)
def test_labels_that_are_too_many_or_too_long_are_refused(send: Call, labels: Any, field: str) -> None:
    answer = send(TO | labels)

    assert (answer.status, answer.json()["field"]) == (400, field)


def test_labels_are_shown_again(send: Call, manage: Call) -> None:
    name = send(TO | {"metadata": {"order": "7"}, "tags": ["news", "shop", "news"]}).json()["id"]

    found = manage("GET", f"/v1/notifications/{name}").json()

    assert (found["metadata"], found["tags"]) == ({"order": "7"}, ["news", "shop"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tag=news", {"a", "b"}),
        ("tag=shop", {"b"}),
        ("channel=sms", {"c"}),
        ("event=welcome&tag=shop", {"b"}),
        ("event=other", set()),
        ("status=queued&channel=email", {"a", "b"}),
        ("status=delivered", set()),
        ("", {"a", "b", "c"}),
    ],
)
def test_a_list_holds_what_fits_every_filter(send: Call, manage: Call, query: str, expected: set[str]) -> None:
    names = {
        send(TO | {"tags": ["news"]}).json()["id"]: "a",
        send(TO | {"tags": ["news", "shop"]}).json()["id"]: "b",
        send(TO | {"to": "+46701234567"}).json()["id"]: "c",
    }

    found = manage("GET", f"/v1/notifications?{query}").json()

    assert {names[one["id"]] for one in found["notifications"]} == expected
    assert found["next_cursor"] is None


def test_pages_of_a_filtered_list_hold_everything_once(acme: Stage, send: Call, manage: Call) -> None:
    wanted = []
    for number in range(6):
        acme.clock.now += 1
        name = send(TO | {"tags": ["even"] if number % 2 == 0 else []}).json()["id"]
        wanted += [name] if number % 2 == 0 else []

    first = manage("GET", "/v1/notifications?tag=even&limit=2").json()
    second = manage("GET", f"/v1/notifications?tag=even&limit=2&cursor={first['next_cursor']}").json()

    found = [one["id"] for page in (first, second) for one in page["notifications"]]
    assert found == wanted[::-1]
    assert second["next_cursor"] is None


def test_a_cursor_is_good_for_its_own_filters_alone(acme: Stage, send: Call, manage: Call) -> None:
    for _ in range(2):
        acme.clock.now += 1
        send(TO | {"tags": ["a", "b"]})
    cursor = manage("GET", "/v1/notifications?tag=a&limit=1").json()["next_cursor"]

    for query in ("tag=b&", ""):
        answer = manage("GET", f"/v1/notifications?{query}limit=1&cursor={cursor}")

        assert (answer.status, answer.json()["field"]) == (400, "cursor")


@pytest.mark.parametrize("query", ["status=lost", "channel=pigeon", "tag=" + "x" * 31, "event=" + "x" * 65])
def test_a_filter_that_fits_nothing_that_could_be_is_named(manage: Call, query: str) -> None:
    answer = manage("GET", f"/v1/notifications?{query}")

    assert (answer.status, answer.json()["field"]) == (400, query.partition("=")[0])
