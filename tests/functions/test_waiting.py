"""Time over HTTP: local times, windows, expiry, cancel and reschedule."""

from typing import Any

import pytest

from heliograph.bootstrap import managing
from tests.functions.conftest import Call
from tests.functions.http import Answer
from tests.functions.stage import NOW, Stage

HOUR = 3_600_000
STOCKHOLM = {"email": "ada@example.com", "timezone": "Europe/Stockholm"}


@pytest.fixture(autouse=True)
def _this_stages(acme: Stage) -> None:
    managing.waiting.cache_clear()
    assert acme.clock.now == NOW


def shown(manage: Call, sent: Answer) -> Any:
    assert sent.status == 202, sent.text
    return manage("GET", f"/v1/notifications/{sent.json()['id']}").json()["messages"][0]


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ({"send_at": "2027-01-16T09:00", "timezone": "contact"}, "2027-01-16T08:00:00.000Z"),
        ({"send_at": "2027-01-16T09:00", "timezone": "America/New_York"}, "2027-01-16T14:00:00.000Z"),
        ({"send_at": "2027-01-16T09:00+02:00", "timezone": "contact"}, "2027-01-16T07:00:00.000Z"),
        ({"send_at": "2027-03-28T02:30", "timezone": "contact"}, "2027-03-28T01:00:00.000Z"),
        ({"send_at": "2027-10-31T02:30", "timezone": "contact"}, "2027-10-31T00:30:00.000Z"),
        ({"window": "Sa 10:00-12:00"}, "2027-01-16T09:00:00.000Z"),
        ({"window": "Mo-Fr 08:00-16:30"}, None),
    ],
)
def test_a_send_says_when_in_many_ways(send: Call, manage: Call, body: dict[str, str], due: str | None) -> None:
    assert shown(manage, send({"to": STOCKHOLM} | body))["scheduled_at"] == due


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"send_at": "2027-01-16T09:00"}, "send_at"),
        ({"send_at": "2027-01-15T08:30", "timezone": "contact"}, "send_at"),
        ({"send_at": "9999-12-31T23:59:59", "timezone": "contact"}, "send_at"),
        ({"send_at": "0001-01-01T00:00", "timezone": "Pacific/Kiritimati"}, "send_at"),
        ({"send_at": "2028-02-01T00:00", "timezone": "UTC"}, "send_at"),
        ({"send_at": "2027-01-16T09:00", "timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": "\0"}, "timezone"),
        ({"timezone": 7}, "timezone"),
        ({"window": "PH off"}, "window"),
        ({"window": "sometimes"}, "window"),
        ({"window": ""}, "window"),
        ({"window": "x" * 90_000}, "window"),
        ({"window": ["Mo"]}, "window"),
        ({"expires_in": 0}, "expires_in"),
        ({"expires_in": -1}, "expires_in"),
        ({"expires_in": 1.5}, "expires_in"),
        ({"expires_in": "60"}, "expires_in"),
        ({"expires_in": True}, "expires_in"),
        ({"expires_in": 10**30}, "expires_in"),
        ({"expires_at": "2027-01-15T08:00:00Z"}, "expires_at"),
        ({"expires_at": "2027-01-16T08:00:00"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"expires_at": "2027-01-16T08:00:00Z", "expires_in": 60}, "expires_in"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    acme: Stage, send: Call, body: dict[str, Any], field: str
) -> None:
    before = acme.items()

    answer = send({"to": STOCKHOLM} | body)

    assert (answer.status, answer.json()["field"]) == (400, field), answer.text
    assert acme.items() == before


def test_an_event_has_a_window_and_an_expiry(send: Call, manage: Call) -> None:
    event = {"channels": ["email"], "templates": {"email": {"subject": "Hi", "text": "Hi"}}}
    put = manage("PUT", "/v1/events/night", event | {"window": "22:00-06:00", "expires_in": 86_400})
    manage("POST", "/v1/events/night/publish")

    found = shown(manage, send({"to": STOCKHOLM}, target="/v1/send/night"))

    assert (put.json()["draft"]["window"], put.json()["draft"]["expires_in"]) == ("22:00-06:00", 86_400)
    assert found["scheduled_at"] == "2027-01-15T21:00:00.000Z"
    assert found["expires_at"] == "2027-01-16T08:00:00.000Z"
    refused = manage("PUT", "/v1/events/night", event | {"window": "PH off"})
    assert (refused.status, refused.json()["field"]) == (400, "window")


def test_it_is_canceled_once_and_for_all(send: Call, manage: Call) -> None:
    name = send({"to": STOCKHOLM, "send_at": "2027-01-16T09:00:00Z"}).json()["id"]

    first, again = (manage("POST", f"/v1/notifications/{name}/cancel") for _ in range(2))

    assert (first.status, first.json()["status"], first.json()["reason"]) == (200, "canceled", "canceled")
    assert (again.status, again.json()) == (200, first.json())
    moved = manage("POST", f"/v1/notifications/{name}/reschedule", {"send_at": "2027-01-17T09:00:00Z"})
    assert (moved.status, moved.json()["code"]) == (409, "TOO_LATE")
    assert moved.json()["notification"]["status"] == "canceled"


def test_it_goes_at_another_time_where_they_are(acme: Stage, send: Call, manage: Call) -> None:
    name = send({"to": STOCKHOLM, "send_at": "2027-01-16T09:00:00Z"}).json()["id"]
    acme.queued("normal")

    moved = manage(
        "POST", f"/v1/notifications/{name}/reschedule", {"send_at": "2027-01-15T09:00", "timezone": "contact"}
    )

    assert moved.status == 200, moved.text
    assert moved.json()["messages"][0]["status"] == "queued"
    assert [body["n"] for body in acme.queued("normal")] == [name]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "send_at"),
        ({"send_at": None}, "send_at"),
        ({"send_at": "2027-01-16T09:00"}, "send_at"),
        ({"send_at": "2026-01-16T09:00Z"}, "send_at"),
        ({"send_at": "2029-01-16T09:00Z"}, "send_at"),
        ({"send_at": "2027-01-16T09:00Z", "window": "24/7"}, "window"),
        ({"send_at": "2027-01-16T09:00", "timezone": "x"}, "timezone"),
    ],
)
def test_a_reschedule_that_is_wrong_names_the_field(send: Call, manage: Call, body: dict[str, Any], field: str) -> None:
    name = send({"to": STOCKHOLM, "send_at": "2027-01-16T09:00:00Z"}).json()["id"]

    answer = manage("POST", f"/v1/notifications/{name}/reschedule", body)

    assert (answer.status, answer.json()["field"]) == (400, field)


def test_all_of_an_event_for_a_contact_is_canceled(send: Call, manage: Call) -> None:
    for hour in (9, 10):
        send({"to": STOCKHOLM, "send_at": f"2027-01-16T{hour:02d}:00:00Z"})

    answer = manage("POST", "/v1/cancel/welcome", {"to": "ada@example.com"})

    assert (answer.status, answer.json()["canceled"], answer.json()["too_late"]) == (200, 2, 0)


@pytest.mark.parametrize(
    ("target", "body", "status", "field"),
    [
        ("/v1/cancel/welcome", {}, 400, "to"),
        ("/v1/cancel/welcome", {"to": "nobody@example.com"}, 404, "contact"),
        ("/v1/cancel/welcome", {"to": "ada@example.com", "cursor": "x"}, 404, "contact"),
        ("/v1/cancel/welcome", {"to": "ada@example.com", "surprise": 1}, 400, "surprise"),
        ("/v1/cancel/Wel%20come", {"to": "ada@example.com"}, 400, "name"),
        (f"/v1/notifications/{'x' * 3_000}/cancel", None, 404, "id"),
        ("/v1/notifications/%00/cancel", None, 404, "id"),
        (f"/v1/notifications/{'b' * 26}/cancel", {"force": True}, 400, "force"),
        (f"/v1/notifications/{'b' * 26}/reschedule", {"send_at": "2027-01-16T09:00Z"}, 404, "id"),
    ],
)
def test_what_cannot_be_canceled_or_moved_is_a_4xx(
    manage: Call, target: str, body: Any, status: int, field: str
) -> None:
    answer = manage("POST", target, body)

    assert (answer.status, answer.json()["field"]) == (status, field), answer.text


def test_another_modes_key_sees_nothing_to_cancel(acme: Stage, send: Call, manage: Call) -> None:
    name = send({"to": STOCKHOLM, "send_at": "2027-01-16T09:00:00Z"}).json()["id"]

    assert manage("POST", f"/v1/notifications/{name}/cancel", key=acme.test).status == 404
    assert manage("POST", "/v1/cancel/welcome", {"to": "ada@example.com"}, key=acme.test).json()["canceled"] == 0
