import os
import random
import signal
from contextlib import suppress
from typing import Final

from heliograph.names import Function
from local.host import Host
from tests.crashes.conftest import WORK_TIMEOUT
from tests.e2e.service import Service
from tests.local.waiting import eventually

MAILS: Final = 30
KILLS: Final = 3


def kill_one(host: Host, chance: random.Random) -> int:
    """Kill one of the busy workers, once there is one."""
    pids = eventually(lambda: host.pids(Function.DISPATCH_NORMAL, busy=True), within=30)
    pid = chance.choice(pids)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: pid not in host.pids(Function.DISPATCH_NORMAL))
    return pid


def completed(service: Service, names: list[str]) -> bool:
    """Whether no worker is at them any more, or was when it died."""
    return all(service.show(name)["state"] == "completed" for name in names)


def test_a_burst_whose_workers_are_killed_is_delivered_whole(host: Host, service: Service) -> None:
    chance = random.Random(7)  # noqa: S311  # the same choices in every run
    service.fault("ses", delay=0.4, times=MAILS)
    to = [f"burst+{number}@example.com" for number in range(MAILS)]

    names = [service.sent(each) for each in to]
    killed = {kill_one(host, chance) for _ in range(KILLS)}
    eventually(lambda: completed(service, names), within=12 * WORK_TIMEOUT + 20)

    assert len(killed) == KILLS
    assert {service.message(name)["status"] for name in names} == {"delivered"}
    assert host.dead_letters() == 0
    mails = [len(service.inbox(each)) for each in to]
    assert min(mails) == 1
    assert sum(mails) <= MAILS + KILLS
