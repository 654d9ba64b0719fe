"""Notifuse's two endpoints: results in order, what is missing filled in, the provider's refusal told in the answer."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.send import notifuse
from functions.send.handler import handler
from heliograph.domain.project import Scope
from tests.functions.conftest import Call
from tests.functions.http import Answer, answer, as_json, event
from tests.functions.stage import Context, Stage
from tests.support import document

type Post = Callable[..., Answer]
ADA: dict[str, Any] = {
    "notificationId": "welcome",
    "userId": "u-1",
    "userEmail": "ada@example.com",
    "data": {"name": "A"},
}


@pytest.fixture
def post(acme: Stage) -> Post:
    def call(path: str, body: Any, *, key: str = "", query: str = "wait=0", **headers: str) -> Answer:
        given = {"authorization": f"Bearer {key or acme.live}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        raw = event("POST", f"{path}?{query}", body=as_json(body), headers=given) | {"routeKey": f"POST {path}"}
        told = answer(handler(raw, Context()))
        document.check("POST", path, told.status, told.headers["content-type"], told.text)
        return told

    return call


def results(told: Answer) -> Any:
    assert told.status == 200, told.text
    return told.json()["results"]


def test_messages_are_answered_in_order_each_by_itself(acme: Stage, post: Post) -> None:
    found = results(
        post(
            "/messages.send",
            {
                "messages": [
                    ADA | {"id": "m-1"},
                    ADA | {"id": "m-2", "userEmail": "ada@"},
                    {"id": "m-3", "userId": "u-1"},
                    ADA | {"id": "m-4", "notificationId": "other"},
                    ADA,
                    "x",
                ]
            },
        )
    )

    assert [one["ok"] for one in found] == [True, False, False, False, True, False]
    assert [one.get("id") for one in found[:4]] == ["m-1", "m-2", "m-3", "m-4"]
    assert len(found[4]["id"]) == 26
    assert "mail address" in found[1]["error"]
    assert "notificationId" in found[2]["error"]
    assert acme.depth("normal") == 2


def test_what_a_call_says_of_a_person_holds_for_its_later_messages_too(acme: Stage, post: Post) -> None:
    mine = {"userId": "u-1", "notificationId": "welcome", "data": {"name": "A"}}

    found = results(post("/messages.send", {"messages": [ADA, mine, mine | {"userEmail": "other@example.com"}]}))

    assert [one["ok"] for one in found] == [True, True, True]
    assert {item["to"]["S"] for item in acme.items() if "to" in item} == {"ada@example.com"}


def test_an_id_that_was_used_is_told_so_and_sends_nothing(acme: Stage, post: Post) -> None:
    body = {"messages": [ADA | {"id": "m-1"}]}
    post("/messages.send", body)

    same, other = (
        results(post("/messages.send", given)) for given in (body, {"messages": [ADA | {"id": "m-1", "data": {}}]})
    )

    assert same == other == [{"id": "m-1", "ok": False, "error": "id/exists"}]
    assert len({hint["n"] for hint in acme.queued("normal")}) == 1


def test_fields_of_a_person_fill_in_only_what_is_missing(post: Post, manage: Call) -> None:
    post("/messages.send", {"messages": [ADA | {"userFirstName": "Ada", "userPhotoURL": "https://a.test/1"}]})

    more = {
        "userEmail": "eve@example.com",
        "userFirstName": "Eve",
        "userLanguage": "sv",
        "userPhotoURL": "https://a.test/2",
    }
    post("/messages.send", {"messages": [ADA | more]})

    found = manage("GET", "/v1/contacts/u-1").json()
    assert (found["email"], found["first_name"], found["language"]) == ("ada@example.com", "Ada", "sv")
    assert found["meta"] == {"photoURL": "https://a.test/1"}


def test_users_are_inserted_or_filled_in(post: Post, manage: Call) -> None:
    first = post("/users.upsert", {"users": [{"id": "u-1", "email": "ada@example.com", "plan": "gold"}]})
    second = post(
        "/users.upsert",
        {
            "users": [
                {"id": "u-1", "email": "eve@example.com", "lastName": "L", "plan": "free", "seats": 3},
                {"id": "u-2", "email": "ada@example.com"},
                {"id": "u-3", "telephone": "1"},
                {"email": "bo@example.com"},
            ]
        },
    )

    assert results(first) == [{"id": "u-1", "ok": True}]
    assert [(one["id"], one["ok"]) for one in results(second)] == [
        ("u-1", True),
        ("u-2", False),
        ("u-3", False),
        ("", False),
    ]
    found = manage("GET", "/v1/contacts/u-1").json()
    assert (found["email"], found["last_name"]) == ("ada@example.com", "L")
    assert found["meta"] == {"plan": "gold", "seats": 3}


def test_a_provider_s_refusal_is_told_and_the_message_is_still_ok(
    acme: Stage, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_seconds: float) -> None:
        acme.clock.now += 250
        bodies = acme.queued("normal")
        records = [{"messageId": str(n), "body": as_json(body)} for n, body in enumerate(bodies)]
        dispatch({"Records": records}, Context())

    monkeypatch.setattr("time.sleep", work)
    bad = ADA | {"userEmail": "refused@sandbox.heliograph.dev"}
    good = ADA | {"userId": "u-2", "userEmail": "bo@example.com"}

    told = post("/messages.send", {"messages": [bad, good]}, key=acme.test, query="")

    first, second = results(told)
    assert (first["ok"], first["emailError"]) == (True, "provider_error: the recipient chose to be refused")
    assert set(second) == {"id", "ok"}


@pytest.mark.parametrize(("query", "headers"), [("wait=0", {}), ("", {"Heliograph_Wait": "0"}), ("wait=false", {})])
def test_the_waiting_can_be_turned_off(
    post: Post, monkeypatch: pytest.MonkeyPatch, query: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(notifuse, "outcomes", lambda: pytest.fail("it waited"))

    assert results(post("/messages.send", {"messages": [ADA]}, query=query, **headers))[0]["ok"]


def test_what_is_not_known_in_time_is_left_out(acme: Stage, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def pass_(seconds: float) -> None:
        acme.clock.now += int(seconds * 1000)

    monkeypatch.setattr("time.sleep", pass_)
    begun = acme.clock.now

    [one] = results(post("/messages.send", {"messages": [ADA]}, query=""))

    assert set(one) == {"id", "ok"}
    assert acme.clock.now - begun <= notifuse.WAIT


def test_settings_of_the_mail_and_the_widget_are_taken_and_the_unknown_is_named(acme: Stage, post: Post) -> None:
    more = {
        "emailSettingsOverride": {"subject": "Other", "cc": "boss@example.com", "glitter": True},
        "widgetSettingsOverride": {"icon": "bell"},
        "sparkle": 1,
    }

    told = post("/messages.send", {"messages": [ADA | more]})

    [one] = results(told)
    head = next(item for item in acme.items() if one["id"] in item["pk"]["S"] and item["sk"]["S"] == "A")
    assert head["ov"]["S"] == '{"email":{"subject":"Other","cc":["boss@example.com"]},"in_app":{"icon":"bell"}}'
    assert told.headers["heliograph-ignored"] == "sparkle, emailSettingsOverride.glitter"


@pytest.mark.parametrize(
    ("path", "name", "most"), [("/messages.send", "messages", 50), ("/users.upsert", "users", 100)]
)
def test_a_call_has_its_vendor_s_most(post: Post, path: str, name: str, most: int) -> None:
    bodies: tuple[dict[str, Any], ...] = ({}, {name: []}, {name: [{}] * (most + 1)}, {name: 7})
    for wrong in bodies:
        told = post(path, wrong)

        assert (told.status, told.json()["field"]) == (400, name)


def test_each_needs_its_scope(acme: Stage, post: Post) -> None:
    key = acme.key(scopes=frozenset({Scope.READ}))

    assert post("/messages.send", {"messages": [ADA]}, key=key).status == 403
    assert post("/users.upsert", {"users": [{"id": "u"}]}, key=key).status == 403


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/messages.send", {"messages": [{"notificationId": "welcome", "userId": ""}]}),
        ("/users.upsert", {"users": [{"id": "", "email": "ada@example.com"}]}),
    ],
)
def test_somebody_without_a_name_is_refused_and_told_so(post: Post, target: str, body: dict[str, Any]) -> None:
    told = post(target, body)

    [result] = told.json()["results"]
    assert result["ok"] is False
    assert "at least 1 character" in result["error"]
