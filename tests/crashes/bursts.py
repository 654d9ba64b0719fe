"""A burst of messages while processes of all functions are killed at random moments, and what became of it."""

import itertools
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import requests
from click.testing import CliRunner

from cli.main import main
from heliograph.names import Function
from local.host import Host
from tests.e2e.service import SECONDS, Service
from tests.local.waiting import eventually, pause

PROVIDERS: Final = ("ses", "sendgrid", "twilio")
"""One that reports by a topic, and one of mail and one of texts that report to the intake."""
CRITICAL: Final = 4
"""Every so many messages one takes the critical lane."""
CALL_SECONDS: Final = 0.3
"""How long a provider's answer takes, so that there is a call to be killed in."""
SHARES: Final = {
    Function.SEND: 4,
    Function.DISPATCH_NORMAL: 6,
    Function.DISPATCH_CRITICAL: 3,
    Function.INTAKE: 3,
    Function.APPLY: 4,
    Function.SCHEDULER: 1,
    Function.MANAGE: 1,
    Function.LINKS: 1,
}
"""How the kills are shared between the functions, in parts: more of them where a message lives."""
BUSY_WITHIN: Final = 2
"""Seconds that a kill waits for a process that works; after that any of the function's will do."""
START_WITHIN: Final = 60
ACCEPT_WITHIN: Final = 120
"""Seconds in which a caller has his 202, whatever was killed meanwhile."""
LOOK_SECONDS: Final = 5
"""Between two looks at the sandbox's journal, which keeps the last 1,000 calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run came to."""

    messages: int
    """Accepted with 202."""
    kills: Counter[str]
    """Killed processes by function."""
    busy: int
    """Of them, those that worked at that moment."""
    repeated: int
    """Requests that callers sent again, since no 202 came."""
    lost: tuple[str, ...]
    """Notifications that did not end `delivered`, or whose message no provider took."""
    twice: int
    """Messages that a provider took once more than needed."""
    dead_letters: int
    """Messages of queues that failed too often, which `heliograph redrive` then put back."""
    seconds: float
    """From the first request until the last notification was completed, and every dead letter taken in."""


@dataclass(slots=True)
class Burst:
    """Callers that send until they are told to stop, and what they got: recipient -> notification."""

    service: Service
    names: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    taken: dict[str, str] = field(default_factory=dict)
    """The id that a provider gave -> recipient."""
    _numbers: Any = field(default_factory=itertools.count)
    _over: threading.Event = field(default_factory=threading.Event)
    _looked: float = 0.0

    def send(self, pace: float) -> None:
        """Send one after the other, *pace* seconds apart, until `stop`."""
        while not self._over.is_set():
            number = next(self._numbers)
            provider = PROVIDERS[number % len(PROVIDERS)]
            to = f"+467012{number:05d}" if provider == "twilio" else f"kills+{number}@example.com"
            body = {"to": to, "id": f"kills-{number}", "overrides": {"provider": provider}}
            body |= {"priority": "normal" if number % CRITICAL else "critical"}
            self.names[to] = eventually(partial(self._accepted, body), within=ACCEPT_WITHIN)
            self._over.wait(pace)

    def stop(self) -> None:
        """Let every caller finish his request."""
        self._over.set()

    def look(self) -> None:
        """Take down what the providers took since the last look."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self.look_now()

    def look_now(self) -> None:
        """The same, at once."""
        answer = requests.get(f"{self.service.host.access.inbox}/_sandbox/journal", timeout=SECONDS)
        for call in answer.json()["calls"]:
            if call["accepted"]:
                self.taken[call["provider_message_id"]] = call["to"]
        self._looked = time.monotonic()

    def completed(self, known: set[str]) -> bool:
        """Whether all have ended; *known* remembers those of which that is known."""
        for name in self.names.values():
            if name not in known:
                if self._shown(name).get("state") != "completed":
                    return False
                known.add(name)
        return True

    def lost(self) -> tuple[str, ...]:
        """Notifications that did not end well, or of which nothing went out."""
        went = set(self.taken.values())
        ended = {to: self._shown(name)["messages"][0]["status"] for to, name in self.names.items()}
        return tuple(self.names[to] for to, status in ended.items() if status != "delivered" or to not in went)

    def _accepted(self, body: Any) -> str:
        answer = self._call("POST", "/v1/send/welcome", json=body)
        if answer is None:
            self.repeated += 1
            return ""
        if answer.status_code != requests.codes.accepted:
            raise ValueError(answer.text)
        return str(answer.json()["id"])

    def _shown(self, name: str) -> Any:
        """The notification, empty when the function died that was to show it."""
        answer = self._call("GET", f"/v1/notifications/{name}")
        return {} if answer is None else answer.json()

    def _call(self, method: str, path: str, **request: Any) -> requests.Response | None:
        """The answer of the API, None for one of the gateway, whose function died: no document tells of those."""
        url, headers = f"{self.service.host.access.api}{path}", {"Authorization": f"Bearer {self.service.key}"}
        try:
            answer = requests.request(method, url, headers=headers, timeout=SECONDS, **request)
        except requests.RequestException:
            return None
        return answer if answer.status_code < requests.codes.server_error else None


def kill(host: Host, chance: random.Random) -> tuple[Function, bool] | None:
    """Kill a process of a random function, if possible one that works; says whose, and whether it did."""
    function = chance.choices(*zip(*SHARES.items(), strict=True))[0]
    pids: list[int] = []
    with suppress(AssertionError):
        pids = eventually(lambda: host.pids(function, busy=True), within=BUSY_WITHIN)
    pid = chance.choice(pids or eventually(lambda: host.pids(function), within=START_WITHIN))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: pid not in host.pids(function))
        return function, bool(pids)
    return None


def healed(host: Host, within: float) -> int:
    """Do what the alarm's page says, once nothing is killed any more; gives how many dead letters there were."""
    found = host.dead_letters()
    if found:
        words = ["redrive", "--rate", "100", "--local", str(host.ports.api)]
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        eventually(lambda: host.depth("") == 0, within=within, every=0.5)
    return found


def run(
    service: Service,
    *,
    kills: int,
    every: float,
    callers: int,
    pace: float,
    chance: random.Random,
    within: float,
    say: Callable[[str], None] = lambda _line: None,
) -> Figures:
    """Send with so many *callers* while processes are killed, *every* so many seconds on average; wait for the end.

    Raises:
        AssertionError: not all ended *within* so many seconds after the last kill.
        ValueError: a caller was refused; carries the answer.
    """
    began, host, burst = time.monotonic(), service.host, Burst(service)
    for provider in PROVIDERS:
        service.fault(provider, delay=CALL_SECONDS, times=1000)
    killed: Counter[str] = Counter()
    busy = 0
    with ThreadPoolExecutor(callers) as pool:
        sending: list[Future[None]] = [pool.submit(burst.send, pace) for _ in range(callers)]
        try:
            while killed.total() < kills:
                pause(chance.uniform(0, 2 * every))
                burst.look()
                if found := kill(host, chance):
                    killed[found[0].value] += 1
                    busy += found[1]
                    say(f"{killed.total()} kills, {len(burst.names)} messages")
        finally:
            burst.stop()
    for each in sending:
        each.result()
    say("waiting for the rest")
    known: set[str] = set()
    eventually(lambda: burst.completed(known), within=within, every=0.5)
    dead_letters = healed(host, within=within)
    seconds = time.monotonic() - began
    burst.look_now()
    return Figures(
        messages=len(burst.names),
        kills=killed,
        busy=busy,
        repeated=burst.repeated,
        lost=burst.lost(),
        twice=len(burst.taken) - len(set(burst.taken.values())),
        dead_letters=dead_letters,
        seconds=seconds,
    )
