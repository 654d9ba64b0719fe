"""Faults on demand, whoever the recipient is."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from local.sandbox.accounts import TWILIO_SID, TWILIO_TOKEN

type Wait = Callable[[Callable[[], bool]], None]


def text(sandbox: Any, to: str = "+4915112345678") -> requests.Response:
    form = {"To": to, "From": "+15005550006", "Body": "Hi"}
    path = f"/api.twilio.com/2010-04-01/Accounts/{TWILIO_SID}/Messages.json"
    answer: requests.Response = sandbox.post(path, data=form, auth=(TWILIO_SID, TWILIO_TOKEN))
    return answer


def test_a_status_is_answered_as_often_as_asked_and_then_no_more(sandbox: Any) -> None:
    sandbox.post("/_sandbox/faults", json={"provider": "sendgrid", "status": 500})
    sandbox.post("/_sandbox/faults", json={"provider": "twilio", "status": 503, "times": 2})

    assert [text(sandbox).status_code for _ in range(3)] == [503, 503, 201]
    assert [fault["provider"] for fault in sandbox.get("/_sandbox/faults").json()["faults"]] == ["sendgrid"]


def test_a_delayed_call_is_taken_before_it_is_answered(sandbox: Any, eventually: Wait) -> None:
    sandbox.post("/_sandbox/faults", json={"provider": "twilio", "delay": 1})
    answers: list[requests.Response] = []
    caller = threading.Thread(target=lambda: answers.append(text(sandbox)))

    caller.start()
    eventually(lambda: len(sandbox.messages()) == 1)

    assert answers == []
    caller.join()
    assert answers[0].status_code == 201


def test_a_lost_answer_leaves_the_message_taken(sandbox: Any) -> None:
    sandbox.post("/_sandbox/faults", json={"provider": "twilio", "lost": True})

    with pytest.raises(requests.ConnectionError):
        text(sandbox)

    assert [call["accepted"] for call in sandbox.calls()] == [True]
    assert len(sandbox.messages()) == 1


def test_faults_and_counts_and_calls_can_be_forgotten(sandbox: Any) -> None:
    sandbox.post("/_sandbox/faults", json={"provider": "twilio", "status": 503, "times": 9})
    text(sandbox)

    assert sandbox.delete("/_sandbox/faults").status_code == 204
    assert sandbox.delete("/_sandbox/journal").status_code == 204
    assert text(sandbox).status_code == 201
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("faults", {"provider": "nobody"}, "provider"),
        ("faults", {"provider": "ses", "times": 0}, "times"),
        ("faults", {"provider": "ses", "statsu": 500}, "statsu"),
        ("accounts", {"provider": "ses"}, "provider"),
        ("accounts", {"provider": "sendgrid", "api_key": "k", "webhook_url": "https://example.com/"}, "this machine"),
        ("accounts", {"provider": "sendgrid", "api_key": "k", "webhook_url": "file:///etc/passwd"}, "this machine"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(sandbox: Any, path: str, body: Any, word: str) -> None:
    answer = sandbox.post(f"/_sandbox/{path}", json=body)

    assert answer.status_code == 400
    assert word in answer.json()["error"]


def test_only_json_requests_set_anything_up_so_no_foreign_page_can(sandbox: Any) -> None:
    answer = sandbox.post("/_sandbox/faults", data='{"provider": "ses"}', headers={"Content-Type": "text/plain"})

    assert answer.status_code == 400
