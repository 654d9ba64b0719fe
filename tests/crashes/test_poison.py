"""A payload that kills every process that renders it, in one batch with others."""

from typing import Final

from local.host import Host
from tests.crashes.conftest import WORK_TIMEOUT
from tests.crashes.mortal_child import POISON
from tests.e2e.service import Service
from tests.local.waiting import eventually

GOOD: Final = [f"beside-{number}@example.com" for number in range(6)]
GUILTY: Final = "guilty@example.com"
WITHIN: Final = 5 * 6 * WORK_TIMEOUT + 60
"""Seconds: five times as long as a queue hides what a dead worker held, and some more."""


def test_it_ends_failed_and_all_its_neighbours_are_delivered(host: Host, service: Service) -> None:
    plans = dict.fromkeys(GOOD, "team") | {GUILTY: POISON}
    wanted = [{"event": "welcome", "to": to, "payload": {"plan": plan}} for to, plan in plans.items()]
    answer = service.call("POST", "/v1/send", json={"messages": wanted})
    assert answer.status_code == 202, answer.text
    ids = dict(zip(plans, [one["id"] for one in answer.json()["notifications"]], strict=True))

    found = service.until(ids[GUILTY], "failed", within=WITHIN)

    assert found["reason"] == "internal"
    assert service.inbox(GUILTY) == []
    for to in GOOD:
        service.until(ids[to], "delivered", within=WITHIN)
        assert service.inbox(to)
    eventually(lambda: host.depth("Normal") == 0, within=WITHIN)
    assert host.dead_letters() == 0
