"""Pauses, rates and circuits over HTTP."""

from functions.dispatch.handler import handler
from heliograph.bootstrap import dispatching
from tests.functions.conftest import Call
from tests.functions.queues import batch, returned
from tests.functions.stage import Context, Stage


def worked(acme: Stage) -> None:
    """Workers in a new process do all that waits in the lane."""
    dispatching.dispatch.cache_clear()
    assert returned(handler(batch(*acme.queued("normal")), Context())) == []


def test_a_paused_event_waits_and_goes_on(acme: Stage, send: Call, manage: Call) -> None:
    paused = manage("POST", "/v1/pauses", {"kind": "event", "name": "welcome"}, key=acme.test)
    again = manage("POST", "/v1/pauses", {"kind": "event", "name": "welcome"}, key=acme.test)
    name = send({"to": "ada@sandbox.heliograph.dev", "payload": {"name": "Ada"}}, key=acme.test).json()["id"]
    worked(acme)
    held = manage("GET", f"/v1/notifications/{name}", key=acme.test).json()
    listed = manage("GET", "/v1/pauses", key=acme.test).json()["pauses"]
    live = manage("GET", "/v1/pauses").json()["pauses"]
    resumed = manage("DELETE", "/v1/pauses/event/welcome", key=acme.test)

    assert (paused.status, again.status, resumed.status) == (201, 200, 200)
    assert (held["status"], held["messages"][0]["attempts"]) == ("queued", 0)
    assert (listed, live) == ([paused.json()], [])
    assert manage("GET", "/v1/pauses", key=acme.test).json() == {"pauses": []}


def test_what_does_not_exist_cannot_be_paused(manage: Call) -> None:
    for body, field in (
        ({"kind": "event", "name": "nothing"}, "name"),
        ({"kind": "channel", "name": "pigeon"}, "name"),
        ({"kind": "integration"}, "name"),
        ({"kind": "project", "name": "other"}, "name"),
        ({"kind": "circuit", "name": "x"}, "kind"),
    ):
        answer = manage("POST", "/v1/pauses", body)
        assert answer.status in (400, 404)
        assert answer.json()["field"] == field


def test_what_is_not_paused_cannot_be_resumed(manage: Call) -> None:
    assert manage("DELETE", "/v1/pauses/event/welcome").json()["code"] == "NOT_PAUSED"
    assert manage("DELETE", "/v1/pauses/circuit/x").json()["field"] == "kind"


def test_a_rate_is_set_shown_and_taken_away(manage: Call) -> None:
    [name, *_] = [one["id"] for one in manage("GET", "/v1/integrations").json()["integrations"]]

    rates = []
    for rate in (2.5, None):
        listed = manage("PUT", f"/v1/integrations/{name}/rate", {"rate": rate}).json()["integrations"]
        rates.append(next(one["rate"] for one in listed if one["id"] == name))

    assert rates == [2.5, None]
    assert manage("PUT", "/v1/integrations/nobody/rate", {"rate": 1}).status == 404
    assert manage("PUT", f"/v1/integrations/{name}/rate", {"rate": 0}).json()["field"] == "rate"


def test_a_circuit_that_is_not_open_cannot_be_closed(manage: Call) -> None:
    [one, *_] = manage("GET", "/v1/integrations").json()["integrations"]

    assert one["circuit"] == {"state": "closed", "since": None, "why": None, "next_probe_at": None}
    assert manage("DELETE", f"/v1/integrations/{one['id']}/circuit").json()["code"] == "CIRCUIT_NOT_OPEN"
