"""A hundred callers at once with one key: one id, one mail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests

from local.host import Host

CALLERS = 100
SECONDS = 28
"""Time limit of a request: the host runs three processes of the function, and the last caller waits for its turn."""


def together(host: Host, path: str, body: Any, headers: dict[str, str]) -> list[requests.Response]:
    """The same request from everybody at the same moment."""
    start = Barrier(CALLERS)
    given = {"Authorization": f"Bearer {host.access.live_key}"} | headers

    def call(_: int) -> requests.Response:
        start.wait()
        return requests.post(f"{host.access.api}{path}", json=body, headers=given, timeout=SECONDS)

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(call, range(CALLERS)))


def calls(host: Host, to: str) -> list[Any]:
    """Every hand-over to a provider for *to*."""
    answer = requests.get(f"{host.access.inbox}/_sandbox/journal", params={"to": to}, timeout=SECONDS)
    found: list[Any] = answer.json()["calls"]
    return found


def status(host: Host, notification: str) -> str:
    given = {"Authorization": f"Bearer {host.access.live_key}"}
    answer = requests.get(f"{host.access.api}/v1/notifications/{notification}", headers=given, timeout=SECONDS)
    found: str = answer.json()["status"]
    return found


@pytest.mark.parametrize(
    ("name", "extra", "headers"),
    [
        ("key", {}, {"Idempotency-Key": "a hundred at once"}),
        ("own", {"id": "a hundred with an id"}, {}),
    ],
)
def test_a_hundred_callers_at_once_get_one_id_and_send_one_mail(
    host: Host, eventually: Callable[..., Any], name: str, extra: dict[str, Any], headers: dict[str, str]
) -> None:
    to = f"hundred-{name}@example.com"

    answers = together(host, "/v1/send/welcome", {"to": to} | extra, headers)

    assert {answer.status_code for answer in answers} == {202}, [one.text for one in answers if one.status_code != 202]
    [notification] = {answer.json()["id"] for answer in answers}
    assert [answer.headers.get("X-Idempotent-Replay") for answer in answers].count("true") == CALLERS - 1
    assert eventually(lambda: status(host, notification) == "delivered", within=20)
    assert len(calls(host, to)) == 1
