"""The local host: everything started in order, stopped in the other one, and ways to look inside."""

import errno
import os
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Protocol, Self

from heliograph.names import Function as Name
from heliograph.names import stack_name
from infra.cdk.synth import synthesise
from local.aws import Aws
from local.banner import Access
from local.errors import PortTaken, StackFailed
from local.fleet import Fleet
from local.function_urls import FunctionUrl
from local.functions import service_environment
from local.http_api import HttpApi
from local.logs import Logs
from local.mappings import Poller
from local.ports import Ports
from local.process import PROGRAM
from local.sandbox import Sandbox
from local.schedules import Schedules
from local.stack import Stack, create, put_parameters, url
from local.template import Template

FUNCTION_URLS: Final = 2
DEFAULT_STAGE: Final = "dev"


class Part(Protocol):
    """What is started and stopped."""

    @property
    def start(self) -> Callable[[], object]: ...
    def stop(self) -> None: ...


class Keys(Protocol):
    """The keys of the seeded project."""

    @property
    def live(self) -> str: ...
    @property
    def test(self) -> str: ...


type Seed = Callable[[str, Mapping[str, str], str], Keys]
"""(AWS endpoint, environment of the manage function, sandbox URL) -> keys."""


def seed_demo(endpoint: str, environ: Mapping[str, str], sandbox_url: str) -> Keys:
    """The project `demo`."""
    from local.seed import seed  # noqa: PLC0415  # it brings the whole application, which only a full start needs

    keys: Keys = seed(endpoint=endpoint, environ=environ, sandbox_url=sandbox_url)
    return keys


class Host:
    """The whole service on the ports from *port* on, as a context manager. One at a time in a process.

    Args:
        port: of the API; the others follow it.
        context: choices for the CDK app, as with `cdk -c name=value`.
        say: is told every step of the start-up.
        logs: where the functions' lines go.
        template: read from this file and not synthesised.
        seed: fills the empty stack; None leaves it empty.
        program: the module that the functions' processes run.
        environment: variables that they see beside, or instead of, those of the template.

    Raises:
        CannotStart: on entering; nothing is left running.
    """

    def __init__(
        self,
        port: int,
        context: Mapping[str, str] | None = None,
        *,
        say: Callable[[str], None] = lambda _step: None,
        logs: Logs | None = None,
        template: Path | None = None,
        seed: Seed | None = seed_demo,
        program: str = PROGRAM,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.ports = Ports(port)
        self._context = dict(context or {})
        self._say = say
        self._logs = logs or Logs()
        self._template = template
        self._seed = seed
        self._program, self._environment = program, dict(environment or {})
        self._parts = ExitStack()
        self._aws: Aws
        self._fleet: Fleet
        self.stack: Stack
        self.access: Access
        """URLs and keys."""

    @property
    def stage(self) -> str:
        """The stage that the template describes."""
        return self._context.get("stage", DEFAULT_STAGE)

    def __enter__(self) -> Self:
        """Start; when something fails, nothing is left running."""
        self.ports.check(FUNCTION_URLS)
        with ExitStack() as parts:
            self._parts = parts
            try:
                self._start()
            except OSError as exc:
                if exc.errno != errno.EADDRINUSE:
                    raise
                raise PortTaken("a port was taken while the local host started: start it again") from exc
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()

    def client(self, service: str) -> Any:
        """The boto3 client of an AWS service on this host."""
        return self._aws.client(service)

    def pids(self, function: str, *, busy: bool = False) -> list[int]:
        """Ids of a function's processes; with *busy* only of those that work at this moment."""
        return self._fleet.pools[function].pids(busy=busy)

    def kill(self, function: str) -> list[int]:
        """Kill a function's processes as a crash would, and give their ids."""
        pids = self.pids(function)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def queues(self) -> list[str]:
        """Names of all queues."""
        with self._aws.lock:
            return list(self._aws.backend("sqs").queues)

    def depth(self, queue: str) -> int:
        """Messages in the queues whose name contains *queue*, whether visible, delayed or in flight."""
        with self._aws.lock:
            queues = self._aws.backend("sqs").queues
            return sum(len(each._messages) for name, each in queues.items() if queue in name)  # noqa: SLF001  # moto has no public count of all three

    def dead_letters(self) -> int:
        """Messages that were given up."""
        return self.depth("DeadLetters")

    def _start(self) -> None:
        self._say("Reading the template")
        template = self._template or self._synthesised()
        self._say("Creating the stack in moto")
        self._aws = self._begin(Aws(self.ports.aws))
        self.stack = create(Template.read(template), self.ports, self._aws, stack_name(self.stage))
        urls = self._urls()
        put_parameters(self._aws, self.stage, urls)
        sandbox = self._begin(Sandbox(self.ports.sandbox, publish=self._publish, topics=dict(self.stack.topics)))
        services = service_environment(self._aws.url, sandbox.url, sandbox.smtp) | self._environment
        self._fleet = self._begin(Fleet(self.ports.runtime, self.stack.functions, services, self._logs, self._program))
        self._open()
        self._say("Starting the functions")
        # A daemon, so that an interrupted start does not wait for it.
        warming = threading.Thread(target=self._fleet.warm, daemon=True)
        warming.start()
        keys = self._keys(sandbox.url)
        warming.join()
        self.access = Access(
            api=urls["api"],
            webhooks=urls.get("webhooks", ""),
            inbox=sandbox.url,
            aws=self._aws.url,
            live_key=keys.live if keys else "",
            test_key=keys.test if keys else "",
        )

    def _keys(self, sandbox_url: str) -> Keys | None:
        if self._seed is None:
            return None
        return self._seed(self._aws.url, self._fleet.environment(Name.MANAGE), sandbox_url)

    def _synthesised(self) -> Path:
        try:
            return synthesise(None, self.stage, self._context, fresh_code=False)
        except RuntimeError as exc:
            raise StackFailed(str(exc)) from exc

    def _open(self) -> None:
        pools = self._fleet.pools
        for name, port in self.stack.function_urls.items():
            self._begin(FunctionUrl(port, name, pools[name]))
        self._begin(HttpApi(self.ports.api, {key: pools[name] for key, name in self.stack.routes.items()}))
        for source, name in self.stack.mappings:
            self._begin(Poller(source, pools[name], self._aws))
        self._begin(Schedules(self._aws, self._deliver, self._logs.of("host")))
        # Before all others: whoever waits for a function need not wait for its end.
        self._parts.callback(self._fleet.kill)

    def _begin[P: Part](self, part: P) -> P:
        self._parts.callback(part.stop)
        part.start()
        return part

    def _urls(self) -> dict[str, str]:
        ports = self.stack.function_urls
        found = {"webhooks": ports.get(Name.INTAKE), "links": ports.get(Name.LINKS)}
        return {"api": url(self.ports.api)} | {name: url(port) for name, port in found.items() if port}

    def _publish(self, topic: str, message: str) -> None:
        self._aws.client("sns").publish(TopicArn=topic, Message=message)

    def _deliver(self, target: str, payload: str) -> None:
        function = self.stack.by_arn(target)
        if function:
            self._fleet.invoke_async(function.name, payload)
        elif ":sqs:" in target:
            self._aws.client("sqs").send_message(QueueUrl=target.rpartition(":")[2], MessageBody=payload)
        else:
            self._logs.line("host", f"nothing here plays the schedule target {target}\n")
