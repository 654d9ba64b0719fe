"""Events by HTTP: listed, deleted, made again; their versions, differences and the way back; strict sends."""

import json
from typing import Any

import pytest

from heliograph import queue
from heliograph.bootstrap import dispatching
from tests.functions.conftest import Call
from tests.functions.stage import Stage

NEWS = {
    "title": "News",
    "channels": ["email"],
    "templates": {"email": {"subject": "News", "text": "One\nTwo\nThree"}},
}


def published(manage: Call, **changes: Any) -> None:
    assert manage("PUT", "/v1/events/news", NEWS | changes).status in (200, 201)
    assert manage("POST", "/v1/events/news/publish").status == 200


def test_the_list_has_every_event_newest_first(manage: Call, acme: Stage) -> None:
    for name in ("a", "b", "c"):
        acme.clock.now += 1
        manage("PUT", f"/v1/events/{name}", NEWS)

    first = manage("GET", "/v1/events?limit=2").json()
    second = manage("GET", f"/v1/events?limit=2&cursor={first['next_cursor']}").json()

    assert [one["name"] for one in first["events"]] == ["c", "b"]
    assert [one["name"] for one in second["events"]] == ["a", "welcome"]
    assert [one["version"] for one in second["events"]] == [None, 1]


def test_a_deleted_event_takes_no_new_sends_and_what_waits_is_still_sent(manage: Call, send: Call, acme: Stage) -> None:
    waiting = send({"to": "ada@example.com", "payload": {"name": "Ada"}}, key=acme.test).json()["id"]

    gone = manage("DELETE", "/v1/events/welcome")
    refused = send({"to": "ada@example.com", "payload": {"name": "Ada"}})
    [hint] = [queue.decode(json.dumps(body)) for body in acme.queued("normal")]
    done = dispatching.dispatch()(hint, lambda: 30.0)

    assert gone.json() == {"name": "welcome", "deleted": True}
    assert (refused.status, refused.json()["code"]) == (404, "EVENT_NOT_FOUND")
    assert (hint.message.notification, done) == (waiting, "sent")
    assert manage("GET", "/v1/events").json()["events"] == []
    for path in ("", "/versions", "/versions/1", "/diff"):
        assert manage("GET", f"/v1/events/welcome{path}").json()["code"] == "EVENT_NOT_FOUND"
    assert manage("DELETE", "/v1/events/welcome").status == 404
    assert manage("POST", "/v1/events/welcome/publish").status == 404


def test_an_event_that_is_made_again_goes_on_counting_its_versions(manage: Call, send: Call) -> None:
    published(manage)
    manage("DELETE", "/v1/events/news")

    made = manage("POST", "/v1/events", NEWS | {"name": "news", "title": "Again"})
    unpublished = manage("GET", "/v1/events/news").json()
    again = manage("POST", "/v1/events/news/publish")

    assert made.status == 201
    assert (unpublished["version"], unpublished["channels"]) == (None, [])
    assert (again.json()["version"], again.json()["title"]) == (2, "Again")
    assert [one["version"] for one in manage("GET", "/v1/events/news/versions").json()["versions"]] == [2, 1]
    assert send({"to": "ada@example.com"}, target="/v1/send/news").status == 202


def test_a_rollback_publishes_an_older_version_as_a_new_one(manage: Call) -> None:
    published(manage)
    published(manage, templates={"email": {"subject": "Worse", "text": "Worse"}})

    back = manage("POST", "/v1/events/news/rollback", {"version": 1})

    versions = manage("GET", "/v1/events/news/versions").json()["versions"]
    third = manage("GET", "/v1/events/news/versions/3").json()
    assert (back.status, back.json()["version"]) == (200, 3)
    assert [(one["version"], one["current"]) for one in versions] == [(3, True), (2, False), (1, False)]
    assert third["templates"] == NEWS["templates"]
    assert back.json()["draft"]["templates"]["email"]["subject"] == "Worse"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"version": 9}, 404, "version"),
        ({"version": 0}, 400, "version"),
        ({"version": "1"}, 400, "version"),
        ({}, 400, "version"),
    ],
)
def test_a_rollback_names_a_version_that_there_is(manage: Call, body: object, status: int, field: str) -> None:
    published(manage)

    answer = manage("POST", "/v1/events/news/rollback", body)

    assert (answer.status, answer.json()["field"]) == (status, field)


def test_a_difference_is_shown_line_by_line_and_field_by_field(manage: Call) -> None:
    published(manage)
    manage(
        "PUT",
        "/v1/events/news",
        NEWS
        | {
            "channels": ["email", "sms"],
            "templates": {"email": {"subject": "News", "text": "One\n2\nThree"}, "sms": {"text": "News"}},
        },
    )

    told = manage("GET", "/v1/events/news/diff?from=1&to=draft").json()

    assert (told["from"], told["to"]) == (1, "draft")
    assert told["fields"] == [{"field": "channels", "from": ["email"], "to": ["email", "sms"]}]
    assert [(one["template"], one["part"], one["change"]) for one in told["templates"]] == [
        ("email", "text", "changed"),
        ("sms", "text", "added"),
    ]
    assert told["templates"][0]["diff"].split("\n") == [
        "--- email.text (1)",
        "+++ email.text (draft)",
        "@@ -1,3 +1,3 @@",
        " One",
        "-Two",
        "+2",
        " Three",
    ]


@pytest.mark.parametrize(("query", "status"), [("from=9", 404), ("from=x", 400), ("to=-1", 400), ("", 200)])
def test_a_difference_is_between_versions_that_there_are(manage: Call, query: str, status: int) -> None:
    published(manage)

    assert manage("GET", f"/v1/events/news/diff?{query}").status == status


@pytest.mark.parametrize("number", ["0", "9", "x", "1" * 30, "%F0%9F%90%A6"])
def test_a_version_that_there_is_not_is_no_failure_of_ours(manage: Call, number: str) -> None:
    published(manage)

    assert manage("GET", f"/v1/events/news/versions/{number}").status in (400, 404)


def test_a_strict_send_of_what_is_not_published_is_refused(manage: Call, send: Call, acme: Stage) -> None:
    manage("PUT", "/v1/events/news", NEWS)
    before = len(acme.items())

    strict = send({"to": "ada@example.com"}, target="/v1/send/news?strict=true")
    strange = send({"to": "ada@example.com"}, target="/v1/send/news?strict=maybe")

    assert (strict.status, strict.json()["code"]) == (409, "UNPUBLISHED")
    assert (strange.status, strange.json()["field"]) == (400, "strict")
    assert len(acme.items()) == before
    assert send({"to": "ada@example.com"}, target="/v1/send/news").status == 202


def test_an_event_with_a_layout_differs_only_when_publishing_would_change_what_is_sent(manage: Call) -> None:
    layout = {"kind": "layout", "source": "<style>p { color: red }</style><p>{% block content %}{% endblock %}</p>"}
    html = '{% extends "base" %}{% block content %}Hi{% endblock %}'
    manage("PUT", "/v1/layouts/base", layout)
    published(manage, templates={"email": {"subject": "News", "html": html}})

    same = manage("GET", "/v1/events/news/diff").json()
    manage("PUT", "/v1/layouts/base", layout | {"source": layout["source"].replace("red", "blue")})
    after = manage("GET", "/v1/events/news/diff").json()

    assert (same["templates"], same["fields"]) == ([], [])
    assert [(one["template"], one["part"]) for one in after["templates"]] == [("email", "html")]
    assert "blue" in after["templates"][0]["diff"]


def test_a_fault_in_a_layout_names_the_layout_beside_its_line(manage: Call) -> None:
    broken = {"kind": "partial", "source": "<p>\n{{ name | shout }}</p>"}

    answer = manage("PUT", "/v1/layouts/footer", broken)

    found = answer.json()
    assert (answer.status, found["code"], found["layout"], found["line"]) == (400, "TEMPLATE_ERROR", "footer", 2)
