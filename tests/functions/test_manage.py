"""Every endpoint under /v1 that is not a send."""

import json
from typing import Any

import pytest

from local.sandbox.accounts import SENDGRID_KEY, TWILIO_TOKEN, demo_credentials
from tests.functions.conftest import Call
from tests.functions.stage import NOW, Stage

INVOICE: dict[str, Any] = {
    "title": "Invoice",
    "channels": ["email"],
    "templates": {"email": {"subject": "Invoice {{ number }}", "text": "Total {{ total }}"}},
}


def test_an_event_is_created_published_and_used(send: Call, manage: Call) -> None:
    created = manage("POST", "/v1/events", INVOICE | {"name": "invoice"})
    published = manage("POST", "/v1/events/invoice/publish")

    accepted = send({"to": "ada@example.com"}, target="/v1/send/invoice")

    assert (created.status, created.json()["version"]) == (201, None)
    assert (published.status, published.json()["version"], published.json()["channels"]) == (200, 1, ["email"])
    assert accepted.status == 202


def test_creating_an_event_twice_is_a_409(manage: Call) -> None:
    again = manage("POST", "/v1/events", INVOICE | {"name": "welcome"})

    assert (again.status, again.json()["code"], again.json()["field"]) == (409, "CONFLICT", "name")


def test_an_event_is_put_and_read_with_its_draft(manage: Call) -> None:
    first = manage("PUT", "/v1/events/invoice", INVOICE)
    again = manage("PUT", "/v1/events/invoice", INVOICE | {"title": "Bill", "priority": "critical"})

    read = manage("GET", "/v1/events/invoice")

    assert (first.status, again.status, read.status) == (201, 200, 200)
    told = read.json()
    assert (told["title"], told["draft"]["priority"], told["draft"]["templates"]) == (
        "Bill", "critical", INVOICE["templates"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channels": []}, "channels"),
        ({"channels": ["pigeon"]}, "channels[0]"),
        ({"templates": {}}, "templates"),
        ({"templates": {"email": {"subject": "x", "text": "{% if %}"}}}, "templates.email.text"),
        ({"templates": {"email": {"subject": "x", "text": 7}}}, "templates.email.text"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_draft_that_is_wrong_names_the_field(acme: Stage, manage: Call, change: dict[str, Any], field: str) -> None:
    before = acme.items()

    answer = manage("PUT", "/v1/events/invoice", INVOICE | change)

    assert (answer.status, answer.json()["field"]) == (400, field)
    assert acme.items() == before


@pytest.mark.parametrize(("method", "target"), [("GET", "/v1/events/none"), ("POST", "/v1/events/none/publish")])
def test_an_event_that_does_not_exist_is_a_404(manage: Call, method: str, target: str) -> None:
    answer = manage(method, target)

    assert (answer.status, answer.json()["code"]) == (404, "EVENT_NOT_FOUND")


def test_a_contact_is_created_merged_and_found_by_any_of_its_names(manage: Call) -> None:
    created = manage("POST", "/v1/contacts", {"id": "u-1", "email": "ada@example.com", "tier": "gold"})
    merged = manage("PUT", "/v1/contacts/u-1", {"phone": "+46701234567"})

    found = [manage("GET", f"/v1/contacts/{name}").json() for name in ("u-1", "ada%40example.com", "%2B46701234567")]

    assert (created.status, merged.status) == (201, 200)
    assert found == [merged.json()] * 3
    assert (found[0]["email"], found[0]["phone"], found[0]["meta"]) == (
        "ada@example.com", "+46701234567", {"tier": "gold"},
    )  # fmt: skip


def test_an_identifier_of_somebody_else_is_a_409(manage: Call) -> None:
    manage("POST", "/v1/contacts", {"id": "u-1", "email": "ada@example.com"})

    answer = manage("POST", "/v1/contacts", {"id": "u-2", "email": "ada@example.com"})

    assert (answer.status, answer.json()["code"]) == (409, "IDENTIFIER_TAKEN")


def test_a_body_that_contradicts_its_address_is_refused(manage: Call) -> None:
    answer = manage("PUT", "/v1/contacts/u-1", {"id": "u-2", "email": "ada@example.com"})

    assert (answer.status, answer.json()["field"]) == (400, "id")


def test_a_contact_that_grows_beyond_what_can_be_stored_is_a_413(manage: Call) -> None:
    first = manage("PUT", "/v1/contacts/u-1", {"email": "ada@example.com", "meta": {"a": "x" * 220_000}})
    second = manage("PUT", "/v1/contacts/u-1", {"meta": {"b": "x" * 220_000}})

    assert (first.status, second.status, second.json()["code"]) == (201, 413, "PAYLOAD_TOO_LARGE")


def test_a_contact_that_cannot_grow_never_fails_a_send(acme: Stage, send: Call) -> None:
    for part in ("a", "b"):
        answer = send({"to": {"id": "u-1", "email": "ada@example.com", "meta": {part: "x" * 190_000}}})
        assert answer.status in (202, 413)

    assert not [line for line in acme.lines() if line["level"] == "ERROR"]


def test_a_contact_that_does_not_exist_is_a_404(manage: Call) -> None:
    assert manage("GET", "/v1/contacts/u-9").json()["code"] == "CONTACT_NOT_FOUND"


def test_integrations_are_listed_ordered_and_never_tell_a_secret(manage: Call) -> None:
    wanted = {"provider": "sendgrid", "sender": "b@acme.test", "credentials": dict(demo_credentials()["sendgrid"])}
    added = manage("POST", "/v1/integrations", wanted)
    listed = manage("GET", "/v1/integrations")
    order = [added.json()["id"], *listed.json()["order"]["email"][:-1]]

    changed = manage("PUT", "/v1/integrations/order", {"channel": "email", "ids": order})

    assert (added.status, listed.status, changed.status) == (201, 200, 200)
    assert changed.json()["order"]["email"] == order
    assert added.json()["webhook_url"].startswith("https://webhooks.test/webhooks/sendgrid/")
    everything = added.text + listed.text + changed.text
    assert SENDGRID_KEY not in everything
    assert TWILIO_TOKEN not in everything


def test_credentials_that_are_wrong_or_too_long_are_a_4xx(acme: Stage, manage: Call) -> None:
    before = acme.items()
    told = {"provider": "twilio", "sender": "+15005550006"}

    wrong = manage("POST", "/v1/integrations", told | {"credentials": {"account_sid": "AC1"}})
    credentials = {
        "api_key": "SG." + "x" * 9000,
        "verification_key": demo_credentials()["sendgrid"]["verification_key"],
    }
    long = manage("POST", "/v1/integrations", {"provider": "sendgrid", "sender": "a@b.c", "credentials": credentials})

    assert (wrong.status, wrong.json()["field"].split(".")[0]) == (400, "credentials")
    assert (long.status, long.json()["field"].split(".")[0]) == (400, "credentials")
    assert acme.items() == before


def test_an_unknown_provider_is_named(manage: Call) -> None:
    answer = manage("POST", "/v1/integrations", {"provider": "pigeon", "sender": "x"})

    assert (answer.status, answer.json()["field"]) == (404, "provider")


def test_a_notification_is_read_with_its_timeline(send: Call, manage: Call) -> None:
    sent = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]

    told = manage("GET", f"/v1/notifications/{sent}").json()

    assert (told["id"], told["event"], told["version"], told["state"], told["status"]) == (
        sent, "welcome", 1, "accepted", "queued",
    )  # fmt: skip
    [message] = told["messages"]
    assert (message["channel"], message["status"], message["attempts"]) == ("email", "queued", 0)
    assert [entry["status"] for entry in message["timeline"]] == ["queued"]


def test_notifications_are_listed_newest_first_page_by_page(acme: Stage, send: Call, manage: Call) -> None:
    sent = []
    for number in range(5):
        acme.clock.now = NOW + number * 1000
        sent.append(send({"to": "ada@example.com"}).json()["id"])
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        page = manage("GET", f"/v1/notifications?limit=2{cursor}").json()
        found += [one["id"] for one in page["notifications"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert found == sent[::-1]
    assert page["next_cursor"] is None


def test_a_test_key_sees_what_test_keys_sent_and_nothing_else(acme: Stage, send: Call, manage: Call) -> None:
    live = send({"to": "ada@example.com"}).json()["id"]
    test = send({"to": "ada@example.com"}, key=acme.test).json()["id"]

    assert [one["id"] for one in manage("GET", "/v1/notifications", key=acme.test).json()["notifications"]] == [test]
    assert manage("GET", f"/v1/notifications/{live}", key=acme.test).status == 404
    assert manage("GET", f"/v1/notifications/{test}").status == 404


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e2", "01001", "00999999", "٣"])
def test_a_limit_that_is_none_is_refused(manage: Call, limit: str) -> None:
    answer = manage("GET", f"/v1/notifications?limit={limit}")

    assert (answer.status, answer.json()["field"]) == (400, "limit")


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/v1/nothing"), ("DELETE", "/v1/integrations"), ("GET", "/"), ("GET", "/v1")]
)
def test_what_is_no_endpoint_is_a_404_problem(manage: Call, method: str, target: str) -> None:
    answer = manage(method, target)

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["code"] == "NOT_FOUND"
