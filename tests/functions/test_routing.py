"""How an event is routed, by HTTP: what is taken, refused by name, shown, frozen and compared."""

from typing import Any

import pytest

from heliograph.bootstrap import wiring
from heliograph.domain.message import MessageId
from heliograph.domain.model import Channel
from tests.functions.conftest import Call
from tests.functions.stage import Stage

EVENT: dict[str, Any] = {
    "channels": ["email", "sms"],
    "templates": {"email": {"subject": "Hi", "text": "Mail"}, "sms": {"text": "Text"}},
}
ROUTED: dict[str, Any] = {
    "routing": "single",
    "failover": {"on_failure": True, "after": 300},
    "conditions": {"sms": [{"field": "payload.amount", "op": ">=", "value": 100}]},
    "topic": "billing",
    "required": True,
    "senders": {"email": "Shop <shop@acme.test>", "sms": "Shop"},
    "overrides": {"email": {"reply_to": ["help@acme.test"]}},
}
RULE = {"field": "payload.amount", "op": "=", "value": 1}


def test_an_events_routing_is_shown_as_it_was_given_and_frozen_in_its_version(manage: Call) -> None:
    draft = manage("PUT", "/v1/events/bill", EVENT | ROUTED).json()["draft"]
    manage("POST", "/v1/events/bill/publish")
    manage("PUT", "/v1/events/bill", EVENT)

    version = manage("GET", "/v1/events/bill/versions/1").json()
    fields = manage("GET", "/v1/events/bill/diff").json()["fields"]

    assert {name: draft[name] for name in ROUTED} == ROUTED
    assert {name: version[name] for name in ROUTED} == ROUTED
    assert {one["field"] for one in fields} == {*ROUTED} - {"routing"}


def test_an_event_without_a_word_of_it_uses_its_first_usable_channel(manage: Call) -> None:
    draft = manage("PUT", "/v1/events/bill", EVENT).json()["draft"]

    assert {name: draft[name] for name in ROUTED} == {
        "routing": "single",
        "failover": None,
        "conditions": {},
        "topic": None,
        "required": False,
        "senders": {},
        "overrides": {},
    }


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"routing": "some"}, "routing"),
        ({"failover": {"after": 0}}, "failover.after"),
        ({"failover": {"after": 1.5}}, "failover.after"),
        ({"failover": {"after": 259_201}}, "failover.after"),
        ({"failover": {"on_failure": "yes"}}, "failover.on_failure"),
        ({"failover": {"on_failure": False}}, "failover"),
        ({"failover": {"on_success": True}}, "failover.on_success"),
        ({"failover": {}, "routing": "all"}, "failover"),
        ({"conditions": {"push": [RULE]}}, "conditions.push"),
        ({"conditions": {"post": [RULE]}}, "conditions.post"),
        ({"conditions": {"sms": []}}, "conditions.sms"),
        ({"conditions": {"sms": [RULE] * 11}}, "conditions.sms"),
        ({"conditions": {"sms": [RULE | {"field": "amount"}]}}, "conditions.sms[0].field"),
        ({"conditions": {"sms": [RULE | {"field": "contact.plan"}]}}, "conditions.sms[0].field"),
        ({"conditions": {"sms": [RULE | {"op": "~"}]}}, "conditions.sms[0].op"),
        ({"conditions": {"sms": [RULE | {"op": ">", "value": True}]}}, "conditions.sms[0]"),
        ({"conditions": {"sms": [RULE | {"op": "in", "value": "a"}]}}, "conditions.sms[0]"),
        ({"conditions": {"sms": [RULE | {"op": "exists", "value": 1}]}}, "conditions.sms[0]"),
        ({"conditions": {"sms": [RULE | {"value": {"a": 1}}]}}, "conditions.sms[0]"),
        ({"conditions": {"sms": [{"field": "payload.a", "op": "="}]}}, "conditions.sms[0].value"),
        ({"topic": "Bills & more"}, "topic"),
        ({"required": 1}, "required"),
        ({"senders": {"email": "nobody"}}, "senders.email"),
        ({"senders": {"sms": "far too long a name"}}, "senders.sms"),
        ({"senders": {"push": "x"}}, "senders.push"),
        ({"overrides": {"email": {"sender": "x"}}}, "overrides.email.sender"),
        ({"overrides": {"email": {"attachments": []}}}, "overrides.email.attachments"),
    ],
)
def test_what_is_wrong_with_it_is_refused_by_name(manage: Call, told: dict[str, Any], field: str) -> None:
    answer = manage("PUT", "/v1/events/bill", EVENT | told)

    assert (answer.status, answer.json()["field"]) == (400, field), answer.json()
    assert field.rpartition(".")[2].partition("[")[0] in answer.json()["error"]


def test_a_send_is_planned_by_what_is_published(manage: Call, send: Call, acme: Stage) -> None:
    manage("PUT", "/v1/events/bill", EVENT | ROUTED)
    manage("POST", "/v1/events/bill/publish")
    to = {"email": "ada@example.com", "phone": "+46701234567"}

    small = send({"to": to, "payload": {"amount": 99}}, target="/v1/send/bill").json()["id"]
    large = send({"to": to, "payload": {"amount": 100}}, target="/v1/send/bill").json()["id"]
    named = send({"to": to, "payload": {"amount": 100}}, target="/v1/send/bill/sms").json()["id"]

    plans = {name: head(acme, name).plan for name in (small, large, named)}
    both = (Channel.EMAIL, Channel.SMS)
    assert plans == {small: both[:1], large: both, named: both[1:]}
    assert head(acme, large).progress.patience == 300_000
    assert not head(acme, small).progress.fails_over


def test_a_send_may_not_name_another_sender_for_any_of_its_channels(manage: Call, send: Call) -> None:
    manage("PUT", "/v1/events/bill", EVENT | {"channels": ["sms", "email"], "failover": {}})
    manage("POST", "/v1/events/bill/publish")
    to = {"email": "ada@example.com", "phone": "+46701234567"}

    refused = send({"to": to, "overrides": {"email": {"from": "eve@elsewhere.test"}}}, target="/v1/send/bill")

    assert (refused.status, refused.json()["field"]) == (422, "overrides.email.from")


def head(acme: Stage, name: str) -> Any:
    found = wiring().messages.load(MessageId(project="acme", notification=name), now=acme.clock())
    assert found is not None
    return found
