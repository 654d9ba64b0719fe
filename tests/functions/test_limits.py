"""A project's own limits: refused with the seconds to wait, and nothing is counted that was not sent."""

from typing import Any

import pytest

from functions.send.handler import handler
from heliograph.domain.limits import Limits
from heliograph.names import BATCH_ROUTE
from tests.functions.conftest import Call
from tests.functions.http import Answer, answer, as_json, event
from tests.functions.stage import Context, Stage
from tests.functions.test_send import TO

SMS: dict[str, Any] = TO | {"to": "+46701234567"}


def limit(acme: Stage, **limits: Any) -> None:
    acme.parts.projects.limit("acme", Limits(**limits))
    # Functions see it when their copy of the project is two seconds old.
    acme.clock.now += 2000


def used(acme: Stage) -> dict[str, int]:
    found = {item["pk"]["S"].split("#L#")[1]: int(item["u"]["N"]) for item in acme.items() if "u" in item}
    return {name.split("#")[0]: value for name, value in found.items()}


def test_a_project_without_limits_costs_no_further_call(acme: Stage, send: Call) -> None:
    client: Any = acme.parts.aws("dynamodb")
    calls: list[str] = []
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    send(SMS)
    calls.clear()

    assert send(SMS).status == 202

    assert sorted(calls) == ["BatchGetItem", "PutItem"]


def test_above_the_rate_a_call_is_refused_with_the_seconds_to_wait(acme: Stage, send: Call) -> None:
    limit(acme, rate=2)

    answers = [send(TO) for _ in range(3)]

    assert [one.status for one in answers] == [202, 202, 429]
    assert (answers[2].json()["code"], answers[2].json()["limit"]) == ("RATE_LIMITED", 2)
    assert answers[2].headers["retry-after"] == "1"
    acme.clock.now += 1000
    assert send(TO).status == 202


def test_a_call_of_many_takes_a_slot_for_each(acme: Stage, send: Call) -> None:
    limit(acme, rate=2)

    first = send(TO | {"to": [f"u{n}@example.com" for n in range(10)]})
    second = send(TO)

    assert (first.status, second.status) == (202, 429)
    assert second.headers["retry-after"] == "5"
    acme.clock.now += 5000
    assert send(TO).status == 202


def test_the_rate_of_a_test_key_is_its_own(acme: Stage, send: Call) -> None:
    limit(acme, rate=1)
    send(TO)

    assert (send(TO).status, send(TO, key=acme.test).status) == (429, 202)


def test_the_day_s_quota_is_refused_with_current_and_limit(acme: Stage, send: Call) -> None:
    limit(acme, daily=2)
    send(TO)
    send(TO)

    answer = send(TO)

    told = answer.json()
    assert (answer.status, told["code"], told["current"], told["limit"]) == (429, "QUOTA_EXCEEDED", 2, 2)
    assert answer.headers["retry-after"] == str(16 * 3600 - 2)
    acme.clock.now += 16 * 3_600_000
    assert send(TO).status == 202


def test_a_repeat_counts_once_and_is_answered_also_when_the_quota_is_used_up(acme: Stage, send: Call) -> None:
    limit(acme, daily=2)
    first = send(TO, Idempotency_Key="a")
    assert send(TO, Idempotency_Key="a").json() == first.json()
    assert used(acme) == {"day": 1}
    send(TO)

    again = send(TO, Idempotency_Key="a")

    assert (again.status, again.json()) == (202, first.json())
    assert used(acme) == {"day": 2}


def test_what_is_refused_for_another_reason_counts_nothing(acme: Stage, send: Call) -> None:
    limit(acme, daily=2)
    send(TO, Idempotency_Key="a")

    assert send(TO | {"to": "eve@example.com"}, Idempotency_Key="a").status == 422
    assert send(TO, target="/v1/send/other").status == 404
    assert used(acme) == {"day": 1}


def test_of_many_recipients_as_many_are_sent_as_the_quota_has_room_for(acme: Stage, send: Call) -> None:
    limit(acme, daily=3)

    told = send(TO | {"to": [f"u{n}@example.com" for n in range(5)]}).json()

    assert [one.get("code") for one in told["notifications"]].count("QUOTA_EXCEEDED") == 2
    assert used(acme) == {"day": 3}


def test_text_messages_go_to_the_listed_countries_alone(acme: Stage, send: Call) -> None:
    limit(acme, sms_countries=("NO", "SE"))

    assert send(SMS).status == 202
    refused = send(SMS | {"to": "+14155550123"})
    assert (refused.status, refused.json()["code"], refused.json()["field"]) == (403, "SMS_COUNTRY_NOT_ALLOWED", "to")
    assert "NO, SE" in refused.json()["detail"]
    assert send(TO).status == 202


def test_one_number_gets_so_many_an_hour(acme: Stage, send: Call) -> None:
    limit(acme, sms_hourly=1)
    assert send(SMS).status == 202

    refused = send(SMS)

    assert (refused.status, refused.json()["code"]) == (429, "SMS_RECIPIENT_LIMIT")
    assert send(SMS | {"to": "+46701234568"}).status == 202
    acme.clock.now += 3_600_000
    assert send(SMS).status == 202


def test_a_block_of_numbers_gets_so_many_an_hour(acme: Stage, send: Call) -> None:
    limit(acme, sms_prefix_hourly=2, daily=100)

    statuses = [send(SMS | {"to": f"+4670123456{n}"}).status for n in range(3)]

    assert statuses == [202, 202, 429]
    assert send(SMS | {"to": "+46709994567"}).status == 202
    # What was counted before the limit that refused was given back.
    assert used(acme)["day"] == 3


def test_no_more_is_spent_a_day_than_was_set(acme: Stage, send: Call) -> None:
    limit(acme, sms_price=40_000, sms_daily_spend=100_000)

    statuses = [send(SMS).status for _ in range(3)]

    assert statuses == [202, 202, 429]
    told = send(SMS).json()
    assert (told["code"], told["current"], told["limit"]) == ("SMS_SPEND_EXCEEDED", 0.08, 0.1)


def test_a_spend_without_a_price_stops_nothing(acme: Stage, send: Call) -> None:
    limit(acme, sms_daily_spend=1)

    assert send(SMS).status == 202


def test_no_counter_tells_a_number(acme: Stage, send: Call) -> None:
    limit(acme, sms_hourly=5, sms_prefix_hourly=5, sms_price=1, sms_daily_spend=9, daily=9, rate=9)
    send(SMS)

    counters = [item for item in acme.items() if "#L#" in item["pk"]["S"]]

    assert len(counters) == 5
    assert "4670123" not in str(counters)


@pytest.mark.parametrize("count", [3, 100])
def test_a_batch_takes_a_slot_for_each_message(acme: Stage, count: int) -> None:
    limit(acme, rate=1)
    messages = [{"event": "welcome", "to": f"u{n}@example.com", "payload": {"name": "x"}} for n in range(count)]

    assert batch(acme, messages).status == 202
    refused = batch(acme, messages)
    assert (refused.status, refused.headers["retry-after"]) == (429, str(count))


def batch(acme: Stage, messages: list[Any]) -> Answer:
    given = {"authorization": f"Bearer {acme.live}"}
    raw = event("POST", "/v1/send", body=as_json({"messages": messages}), headers=given) | {"routeKey": BATCH_ROUTE}
    return answer(handler(raw, Context()))
