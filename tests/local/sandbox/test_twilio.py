"""The fake Twilio checks, takes, and calls back signed."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from local.sandbox.accounts import demo_credentials

SID = demo_credentials()["twilio"]["account_sid"]
TOKEN = demo_credentials()["twilio"]["auth_token"]
PATH = "/webhooks/twilio/token?heliograph=v1-abcdef"

type Wait = Callable[[Callable[[], bool]], None]


def send(sandbox: Any, hook: Any, to: str, token: str = TOKEN, **changes: str) -> requests.Response:
    form = {"To": to, "From": "+15005550006", "Body": "Hi", "StatusCallback": hook.url + PATH + "#rc=3"} | changes
    path = f"/api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    answer: requests.Response = sandbox.post(path, data=form, auth=(SID, token))
    return answer


def forms(hook: Any) -> list[dict[str, str]]:
    return [dict(parse_qsl(got.body.decode())) for got in hook.got]


def test_a_text_is_taken_and_reported_sent_and_delivered(sandbox: Any, hook: Any, eventually: Wait) -> None:
    answer = send(sandbox, hook, "+4915112345678")
    eventually(lambda: len(hook.got) == 2)
    reported = forms(hook)

    assert answer.status_code == 201
    assert answer.json()["status"] == "queued"
    assert [form["MessageStatus"] for form in reported] == ["sent", "delivered"]
    assert {form["MessageSid"] for form in reported} == {answer.json()["sid"]}
    assert reported[0]["To"] == "+4915112345678"


def test_a_callback_is_signed_over_the_url_with_its_query_and_the_sorted_form(
    sandbox: Any, hook: Any, eventually: Wait
) -> None:
    send(sandbox, hook, "+4915112345678")
    eventually(lambda: bool(hook.got))
    got = hook.got[0]
    signed = hook.url + PATH + "".join(name + value for name, value in sorted(parse_qsl(got.body.decode())))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()

    assert got.path == PATH
    assert base64.b64decode(got.headers["x-twilio-signature"]) == digest


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+19075550101", ("undelivered", "30005")),
        ("+19075550102", ("undelivered", "30003")),
        ("+19075550103", ("undelivered", "30007")),
        ("+19075550104", ("failed", "30036")),
    ],
)
def test_a_magic_number_gets_its_status_and_code(
    sandbox: Any, hook: Any, eventually: Wait, number: str, said: tuple[str, str]
) -> None:
    send(sandbox, hook, number)
    eventually(lambda: len(hook.got) == 2)
    last = forms(hook)[1]

    assert (last["MessageStatus"], last["ErrorCode"]) == said


def test_a_silent_number_is_taken_and_nothing_is_reported(sandbox: Any, hook: Any, eventually: Wait) -> None:
    silent = send(sandbox, hook, "+19075550112")
    send(sandbox, hook, "+4915112345678")
    eventually(lambda: len(hook.got) == 2)

    assert silent.status_code == 201
    assert silent.json()["sid"] not in {form["MessageSid"] for form in forms(hook)}


def test_a_reordered_number_is_delivered_before_it_is_sent(sandbox: Any, hook: Any, eventually: Wait) -> None:
    send(sandbox, hook, "+19075550111")
    eventually(lambda: len(hook.got) == 2)

    assert [form["MessageStatus"] for form in forms(hook)] == ["delivered", "sent"]
    assert sandbox.messages()[0]["status"] == "delivered"


def test_a_duplicate_number_gets_every_status_twice(sandbox: Any, hook: Any, eventually: Wait) -> None:
    send(sandbox, hook, "+19075550110")
    eventually(lambda: len(hook.got) == 4)

    assert sorted(form["MessageStatus"] for form in forms(hook)) == ["delivered", "delivered", "sent", "sent"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"To": "0151 1234"}, 21211),
        ({"StatusCallback": "https://example.com/hook"}, 21609),
        ({"To": "+19075550105"}, 21610),
        ({"To": "+19075550113"}, 21612),
    ],
)
def test_what_twilio_would_refuse_is_refused_in_its_shape(
    sandbox: Any, hook: Any, changes: dict[str, str], code: int
) -> None:
    answer = send(sandbox, hook, **{"to": "+4915112345678"} | changes)

    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


def test_a_wrong_token_is_401(sandbox: Any, hook: Any) -> None:
    answer = send(sandbox, hook, "+4915112345678", token="wrong")

    assert answer.status_code == 401
    assert answer.json()["code"] == 20003


def test_another_account_can_be_let_in(sandbox: Any, hook: Any) -> None:
    account = {"provider": "twilio", "account_sid": SID, "auth_token": "other"}
    sandbox.post("/_sandbox/accounts", json=account)

    assert send(sandbox, hook, "+4915112345678", token="other").status_code == 201


def test_a_failing_number_heals_after_two_calls(sandbox: Any, hook: Any) -> None:
    statuses = [send(sandbox, hook, "+19075550109").status_code for _ in range(3)]

    assert statuses == [500, 500, 201]
