"""A worker that dies in the middle of its call, and answers that get lost. All begin first, then wait together."""

import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest

from heliograph.names import Function
from local.host import Host
from tests.crashes.conftest import WORK_TIMEOUT
from tests.e2e.service import Service
from tests.local.waiting import eventually

TAKEN: Final = "taken@example.com"
NOT_TAKEN: Final = "not-taken@example.com"
LOST: Final = "lost@example.com"
LOST_IN_SILENCE: Final = "silent+lost@sandbox.heliograph.dev"
LEASE_AND_HOLD: Final = timedelta(seconds=6 * WORK_TIMEOUT + 5)
"""The wait outlasts the time that a queue hides what a dead worker held."""
WITHIN: Final = 6 * WORK_TIMEOUT + 20
"""Seconds after which all must be over: the queue's visibility, and some more."""

type Ids = Mapping[str, str]
"""Recipient -> notification."""


def called(service: Service, to: str) -> None:
    """Wait until the provider has the call."""
    eventually(lambda: service.journal(to))


def killed_in_its_call(host: Host, service: Service, function: Function, to: str, priority: str) -> str:
    name = service.sent(to, priority=priority)
    called(service, to)
    [pid] = host.pids(function, busy=True)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: pid not in host.pids(function))
    return name


@pytest.fixture(scope="module")
def ids(host: Host, service: Service) -> Ids:
    service.fault("ses", delay=3)
    taken = killed_in_its_call(host, service, Function.DISPATCH_NORMAL, TAKEN, "normal")
    service.fault("ses", delay=3, status=503)
    not_taken = killed_in_its_call(host, service, Function.DISPATCH_CRITICAL, NOT_TAKEN, "critical")
    found = {TAKEN: taken, NOT_TAKEN: not_taken}
    for to in (LOST, LOST_IN_SILENCE):
        service.fault("ses", lost=True)
        found[to] = service.sent(to)
        called(service, to)
    return found


def test_a_lost_answer_without_a_receipt_is_sent_once_more_and_not_before_lease_and_hold(
    service: Service, ids: Ids
) -> None:
    found = service.until(ids[LOST_IN_SILENCE], "sent", within=WITHIN)

    first, second = service.journal(LOST_IN_SILENCE)
    assert second["at"] - first["at"] >= LEASE_AND_HOLD - timedelta(seconds=1)
    assert first["echo"] == second["echo"]
    assert found["attempts"] == 1


def test_a_lost_answer_with_a_receipt_is_never_sent_again(service: Service, ids: Ids) -> None:
    eventually(lambda: service.show(ids[LOST])["state"] == "completed", within=WITHIN)

    assert service.message(ids[LOST])["status"] == "delivered"
    assert len(service.journal(LOST)) == 1


def test_a_worker_killed_after_the_provider_took_the_mail_leaves_it_delivered_once(service: Service, ids: Ids) -> None:
    eventually(lambda: service.show(ids[TAKEN])["state"] == "completed", within=WITHIN)

    assert service.message(ids[TAKEN])["status"] == "delivered"
    assert len(service.inbox(TAKEN)) == 1


def test_a_worker_killed_before_the_provider_took_the_mail_leaves_it_to_the_next(service: Service, ids: Ids) -> None:
    found = service.until(ids[NOT_TAKEN], "delivered", within=WITHIN)

    first, second = service.journal(NOT_TAKEN)
    assert (first["accepted"], second["accepted"]) == (False, True)
    assert second["at"] - first["at"] >= LEASE_AND_HOLD - timedelta(seconds=1)
    assert (found["attempts"], len(service.inbox(NOT_TAKEN))) == (1, 1)


def test_nothing_of_it_is_given_up(host: Host, ids: Ids) -> None:
    eventually(lambda: host.depth("Normal") + host.depth("Critical") == 0, within=WITHIN)

    assert host.dead_letters() == 0
    assert len(ids) == 4
