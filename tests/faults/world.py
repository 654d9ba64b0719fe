"""The driver: one thread and a virtual clock play API Gateway, SQS, Scheduler, TTL, the provider and the sweep."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any, Final

import pytest

from functions.dispatch import handler as dispatching
from functions.scheduler import handler as scheduling
from functions.webhooks import apply as applying
from heliograph import bootstrap, providers
from heliograph.api import batch as api_batch
from heliograph.bootstrap import Wiring, receiving, sending, waking
from heliograph.bootstrap import dispatching as dispatch_parts
from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import HeliographError
from heliograph.domain.persistence import Persistence
from heliograph.domain.project import Caller, Integration, Mode, Project, Scope
from heliograph.domain.request import SendRequest
from heliograph.domain.retry import SWEEP_GRACE
from heliograph.observability import logger
from heliograph.settings import Settings
from heliograph.store.projects import Projects
from heliograph.usecases import release
from tests.faults.aws import PROJECT, Agenda, Due, Scheduler, Sqs
from tests.faults.provider import INTEGRATION, NAME, Scripted
from tests.faults.setting import ADDRESSES, SETTINGS, TEMPLATES, Setting, delivered
from tests.faults.sites import Crash, Faulty, Plan, Seam
from tests.faults.threads import without_threads
from tests.faults.wired import Watched, Wired
from tests.support.builders import NOW
from tests.support.expressions import Typed

CACHES: Final = (bootstrap.wiring, sending.accept, dispatch_parts.dispatch, receiving.apply, waking.quota)
"""What a container keeps between invocations; a crash loses it."""
QUEUES: Final = {"critical": dispatching.handler, "normal": dispatching.handler, "events": applying.handler}
RECEIVES: Final = 5
"""How often a queue shows a body before it is a dead letter."""
PATIENCE: Final = (2, 8, 32, 128)
"""Seconds after which a client asks again, with the same key, when it got no 202."""
MINUTE: Final = 60_000
END: Final = 10 * 24 * 60 * MINUTE
"""A run that is not at rest by then is stuck."""


@dataclass
class Sent:
    """One message as its client knows it."""

    key: str
    to: dict[str, str]
    project: str = PROJECT
    accepted: str = ""
    """Its id, once a 202 came."""
    tries: int = 0


class World:
    """One run: the functions over one table, until nothing is due any more."""

    def __init__(self, setting: Setting, plan: Plan) -> None:
        self.setting = setting
        self.random = Random(setting.seed)  # noqa: S311 # a run must be repeatable
        self.now = self.began = NOW
        self.refused = 0
        """Calls that a provider that was out refused."""
        self.ends = 0
        self.off = 0
        self.swept = 0
        self.table = Watched(lag=setting.lag)
        self.agenda = Agenda()
        self.seam = Seam({}, self.wait)
        self.plan = plan
        self.clients: dict[str, Any] = {
            "dynamodb": self.table,
            "sqs": Sqs(self.agenda, self.clock, lambda: self.random.random() < setting.doubled),
            "scheduler": Scheduler(self.agenda, self.clock),
            "sesv2": SimpleNamespace(get_account=lambda: {"SendQuota": {"MaxSendRate": -1.0}}),
        }
        self.provider = Scripted(
            seam=self.seam,
            manner=setting.manner,
            random=self.random,
            clock=self.clock,
            report=lambda at, body: self.agenda.put(at, "events", body),
            outcome=setting.outcome or delivered,
        )
        self.seam.watching = self.provider.struck
        self.sent: dict[str, Sent] = {}
        self.callers: dict[str, Caller] = {}
        """Project -> who sends for it."""
        self.dead: list[Due] = []
        """Everything that ever was a dead letter."""
        self.told: Counter[str] = Counter()
        """Metrics, added up."""
        self.crashes = 0

    def clock(self) -> int:
        return self.now

    def function_clock(self) -> int:
        """What the function that runs now takes for the time."""
        return self.now + self.off

    def wait(self, seconds: float) -> None:
        """Let time pass inside a function; one that outlives its timeout is killed."""
        self.now += int(seconds * 1000)
        if self.ends and self.now >= self.ends:
            raise Crash

    def _dark(self, name: str) -> bool:
        since = self.now - NOW
        dark = any(
            begins <= since < ends and name.startswith(service) for begins, ends, service in self.setting.outages
        )
        self.refused += dark and name == "provider.send"
        return dark

    def client(self, service: str, _config: Any = None) -> Any:
        return Faulty(self.clients[service], self.seam, service)

    def run(self) -> None:
        """Send everything and go on until nothing is left to do.

        Raises:
            AssertionError: it comes to no rest.
        """
        with self._wired():
            self._set_up()
            self.seam.plan, self.seam.dark = self.plan, self._dark
            for number in range(self.setting.messages):
                self.agenda.put(self.now + number * self.setting.every, "client", str(number))
            while self._step():
                assert self.now < NOW + END, f"no rest: {len(self.agenda)} due, {self.working()} in work"

    def letters(self) -> list[Due]:
        """Dead letters that nobody has looked at and left there."""
        sqs = self.clients["sqs"]
        return [due for handle, due in sqs.dead.items() if handle not in sqs.left]

    def left(self) -> list[str]:
        """Bodies of all dead letters that are there."""
        return [due.body for due in self.clients["sqs"].dead.values()]

    def working(self) -> list[str]:
        """What the work index still holds."""
        return [sort for partition, sort in self.table.listed.values() if partition.startswith("W#")]

    def item(self, notification: str, sort: str = "A", project: str = PROJECT) -> Typed | None:
        return self.table.items.get((f"{project}#N#{notification}", sort))

    def _step(self) -> bool:
        """Do what is due next; False when nothing is."""
        wake = self._sweep_due()
        coming = self.agenda.next
        if wake is not None and (coming is None or wake <= coming):
            self.now = self.swept = max(self.now, wake)
            # A minute is long for an index: what lagged has come.
            self.table.settle()
            self._invoke(lambda context: scheduling.handler({}, context))
            return True
        due = self.agenda.pop()
        if due is None:
            return False
        self.now = max(self.now, due.at)
        self._do(due)
        return True

    def _do(self, due: Due) -> None:
        match due.kind:
            case "client":
                self._client(due.body)
            case "schedule":
                told = json.loads(due.body)
                if not self._invoke(lambda context: scheduling.handler(told, context)):
                    self.agenda.put(self.now + MINUTE, "schedule", due.body)
            case queue:
                self._receive(queue, due)

    def _receive(self, queue: str, due: Due) -> None:
        self._work([due], queue)

    def _work(self, batch: Sequence[Due], queue: str) -> None:
        """One batch of a queue."""
        event = {"Records": [_record(queue, due) for due in batch]}
        told = self._invoke(lambda context: QUEUES[queue](event, context))
        back = {one["itemIdentifier"] for one in told["batchItemFailures"]} if told else None
        for due in batch:
            if back is None or str(due.number) in back:
                self._comes_back(queue, due)

    def _comes_back(self, queue: str, due: Due) -> None:
        if due.received + 1 >= RECEIVES:
            self.dead.append(due)
            self.clients["sqs"].give_up(due)
        else:
            self.agenda.put(self.now + SETTINGS.visibility * 1000, queue, due.body, due.received + 1, due.group)

    def _client(self, number: str) -> None:
        """A client that asks again, with the same key, until it gets its 202 or gives up."""
        who = {name: text.format(int(number)) for name, text in ADDRESSES[self.setting.channel].items()}
        project = self.setting.project(int(number))
        one = self.sent.setdefault(number, Sent(f"key-{number}", who, project))
        one.tries += 1
        request = SendRequest(
            event="welcome",
            channel=None,
            to=one.to,
            payload={"name": self.setting.names.get(int(number), "Ada")},
            due=NOW + int(number) * self.setting.every + self.setting.ahead if self.setting.ahead else self.now,
            key=one.key,
            lane=self.setting.priority,
            body_hash=number.encode().ljust(32),
        )
        taken = self._invoke(lambda _: self._accepted(request, self.callers[project]))
        if taken:
            one.accepted = taken.id
        elif one.tries <= len(PATIENCE):
            self.agenda.put(self.now + PATIENCE[one.tries - 1] * 1000, "client", number)

    def _accepted(self, request: SendRequest, caller: Caller) -> Any:
        try:
            return sending.accept()(request, caller)
        except HeliographError:
            return None

    def _invoke(self, call: Callable[[Any], Any]) -> Any:
        """One invocation; None when it crashed. A crash loses the container."""
        self.ends = self.now + SETTINGS.work_timeout * 1000
        if skew := self.setting.skew:
            self.off = self.random.randint(-skew, skew)
        arn = SETTINGS.scheduler_arn
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: self.ends - self.now, invoked_function_arn=arn)
        try:
            return call(context)
        except Crash:
            self.crashes += 1
            for cache in CACHES:
                cache.cache_clear()
            return None
        except Exception:  # noqa: BLE001 # the driver is Lambda here
            # As Lambda does with what a handler raises: the event stays where it was.
            return None
        finally:
            self.ends = 0
            self.provider.ended()

    def _sweep_due(self) -> int | None:
        """When the next sweep that finds something runs; the others would only read."""
        check = self.table.first_check()
        held = self.table.held() if self.table.circuit() else 0
        letters = self.letters()
        if check is None and not held and not letters:
            return None
        first = 0 if held or letters or check is None else check + SWEEP_GRACE + 1
        at = max(first, self.now, self.swept + 1)
        return at + -at % MINUTE

    @contextmanager
    def _wired(self) -> Iterator[None]:
        def made(settings: Settings) -> Wiring:
            return Wired(settings, clock=self.function_clock, client=self.client)

        provider: Any = self.provider
        logger.setLevel("CRITICAL")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bootstrap, "Wiring", made)
            for name, value in SETTINGS.as_env().items():
                patch.setenv(name, value)
            patch.setattr(scheduling, "told", lambda name, value: self.told.update({name: value}))
            patch.setattr(providers, "load", lambda _name: provider)
            patch.setattr(dispatch_parts, "time", SimpleNamespace(sleep=self.wait))
            patch.setattr(dispatch_parts, "random", self.random)
            patch.setattr(waking, "SIDE_BY_SIDE", 1)
            without_threads(patch.setattr, api_batch, release)
            for cache in CACHES:
                cache.cache_clear()
            try:
                yield
            finally:
                logger.setLevel("INFO")
                for cache in CACHES:
                    cache.cache_clear()

    def _set_up(self) -> None:
        parts, channel = bootstrap.wiring(), self.setting.channel
        templates = {channel.value: TEMPLATES.get(channel, {"text": "Hi {{ name }}"})}
        persistence = Persistence(retries=self.setting.retries)
        body = Body(channels=(channel,), templates=templates, persistence=persistence)
        welcome = Definition(name="welcome", draft=body, created=NOW, updated=NOW)
        for project in self.setting.projects:
            parts.definitions.save_draft(project, welcome)
            parts.definitions.publish(project, welcome, body, now=NOW)
            self.callers[project] = self._caller(parts.projects, project)

    def _caller(self, projects: Projects, project: str) -> Caller:
        """Of a new project that has the provider; where there are several, all use one account of it."""
        made = Project(id=project, name=project, salt="salt", created=NOW)
        projects.create(made)
        integration = Integration(
            id=INTEGRATION,
            provider=NAME,
            channels=frozenset({self.setting.channel}),
            sender="+15005550006",
            rate=self.setting.rate,
            account=NAME if self.setting.others else "",
        )
        projects.add_integration(made, integration)
        found = projects.get(project)
        assert found is not None
        return Caller(project=found, mode=Mode.LIVE, scopes=frozenset(Scope), key="abcdefghij")


def _record(queue: str, due: Due) -> dict[str, Any]:
    """A message as Lambda shows it."""
    return {
        "messageId": str(due.number),
        "body": due.body,
        "attributes": {"ApproximateReceiveCount": str(due.received + 1), "MessageGroupId": due.group},
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
    }
