"""A stage in moto's memory, wired as on Lambda: settings from the environment, secrets by `heliograph init`."""

import hashlib
import io
import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.sesv2.responses import SESV2Response

from cli.init import create_secrets
from heliograph import bootstrap, providers, templates
from heliograph.bootstrap import Wiring, dispatching, maintaining, managing, receiving, sending, waking
from heliograph.domain import api_keys
from heliograph.domain.definition import Body
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import ApiKey, Mode, Project, Scope
from heliograph.names import METRICS_NAMESPACE, URLS, parameters_root, stack_name
from heliograph.observability import logger
from heliograph.settings import Settings
from heliograph.usecases.define import Define
from heliograph.usecases.integrate import Integrate
from infra.cdk.permissions import ACCESS
from local.sandbox.accounts import demo_credentials
from tests.functions.granted import FILES_BUCKET, STAGE, granted
from tests.support import clients, table
from tests.support.aws_calls import Recorded, listen, running
from tests.support.aws_rights import Right
from tests.support.judgement import missing
from tests.support.leaks import leaks

CACHES: Final = (
    bootstrap.wiring,
    sending.authenticate,
    sending.accept,
    dispatching.dispatch,
    managing.define,
    managing.people,
    managing.waiting,
    managing.integrate,
    maintaining.maintain,
    managing.read,
    receiving.intake,
    receiving.apply,
    receiving.correct,
    receiving.engage,
    waking.quota,
)
MARKED: Final = ("secret-1", "secret-2", "secret-3")
"""How the stage's own secrets begin."""
SCHEDULING: Final = {"iam:PassRole", "scheduler:CreateSchedule"}
MAIL_ACCOUNT: Final = {"SendingEnabled": True, "SendQuota": {"MaxSendRate": 14.0}}
NOW: Final = 1_800_000_000_000
"""15 January 2027, 08:00 UTC, in epoch milliseconds."""
ACCOUNT: Final = "123456789012"
GROUP: Final = stack_name(STAGE)
"""The group of schedules and the configuration set are named after the stack."""
QUEUES: Final = ("critical", "normal", "events")
DEAD_LETTERS: Final = "deadletters"
REFUSED: Final = ("get_item", "put_item", "update_item", "query")
"""What a table that answers nobody is asked."""
WELCOME: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {
        "subject": "Welcome {{ name }}",
        "html": '<p>Hello {{ name }}, <a href="{{ links.unsubscribe }}">unsubscribe</a></p>',
    },
    "sms": {"text": "Welcome {{ name }}"},
}


@dataclass
class Clock:
    """Stands still until somebody moves it. Epoch milliseconds."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Context:
    """What Lambda passes beside the event."""

    seconds: float = 30.0
    aws_request_id: str = "request"
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{table.REGION}:{ACCOUNT}:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Stage:
    """One stage with the project `acme`."""

    urls: Mapping[str, str]
    """Queue URLs by name."""
    clock: Clock = field(default_factory=Clock)
    live: str = ""
    test: str = ""
    hooks: dict[str, str] = field(default_factory=dict)
    """Webhook URLs by provider."""
    log: io.StringIO = field(default_factory=io.StringIO)
    minted: Iterator[int] = field(default_factory=itertools.count)
    used: set[Recorded] = field(default_factory=set)
    looking: bool = False
    """Whether a test looks into the stage just now, perhaps while a function is at work."""
    """Which rights the functions have made use of."""

    @property
    def parts(self) -> Wiring:
        """The wiring that the functions use, with this stage's clock."""
        made = bootstrap.wiring()
        made.clock = self.clock
        return made

    def client(self, service: str) -> Any:
        make: Any = boto3.client  # its stubs want the name as a literal
        return make(service, region_name=table.REGION)

    def refuse(self, patch: pytest.MonkeyPatch) -> None:
        """The table answers nobody any more, until *patch* is undone."""

        def busy(**_: object) -> None:
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "busy"}}, "any")

        client = self.parts.aws("dynamodb")
        for operation in REFUSED:
            patch.setattr(client, operation, busy)

    def dead(self, *bodies: JSON | str) -> None:
        """Put bodies into the queue of dead letters."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.client("sqs").send_message(QueueUrl=DEAD_LETTERS, MessageBody=text)

    def dead_letters(self) -> list[str]:
        """What lies there, as text; it is hidden for a while."""
        received = self.client("sqs").receive_message(QueueUrl=DEAD_LETTERS, MaxNumberOfMessages=10)
        return [one["Body"] for one in received.get("Messages", [])]

    def items(self) -> list[JSON]:
        """Everything in the table, in one order."""
        found = table.scan(self.client("dynamodb"))
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def queued(self, name: str) -> list[JSON]:
        """The bodies on a queue, also those that are still delayed; they are taken off it."""
        self.looking = True
        try:
            return list(self._taken(self.urls[name]))
        finally:
            self.looking = False

    def _taken(self, url: str) -> Iterator[JSON]:
        sqs = self.client("sqs")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
        while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for one in received:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
                yield json.loads(one["Body"])

    def depth(self, name: str) -> int:
        """How many bodies a queue holds, delayed ones too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=names)
        return sum(map(int, answer["Attributes"].values()))

    def key(self, mode: Mode = Mode.LIVE, **changes: Any) -> str:
        """A new key of the project."""
        minted = minted_key(mode, next(self.minted))
        known: dict[str, Any] = {"project": "acme", "mode": mode, "scopes": frozenset(Scope)}
        digest = api_keys.digest(minted.text, self.parts.secrets["pepper"])
        self.parts.projects.add_key(ApiKey(id=minted.id, digest=digest, **known | changes))
        return minted.text

    def lines(self) -> list[JSON]:
        """What was logged, one object a line."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def hear(self, right: Right) -> None:
        """Somebody asks AWS for something; what tests ask themselves does not count."""
        function = None if self.looking else running()
        # A stage has one wiring for all; deployed, only some functions are told whom schedules wake.
        if function and (ACCESS[function].schedules or right.action not in SCHEDULING):
            self.used.add(Recorded(function, right))

    def seed(self) -> None:
        """The project with every provider, the event `welcome` and a key of each kind."""
        parts = self.parts
        parts.projects.create(Project(id="acme", name="Acme", salt="salt", created=self.clock()))
        numbers = itertools.count(1)
        integrate = Integrate(
            store=parts.projects,
            vault=parts.vault,
            load=providers.load,
            signer=parts.signer,
            webhooks_url=parts.urls["webhooks"],
            defaults={"ses": {"configuration_set": parts.settings.configuration_set}},
            pepper=parts.secrets["pepper"],
            new_id=lambda: f"i{next(numbers)}",
            clock=self.clock,
        )
        senders = {"ses": "Acme <hello@acme.test>", "sendgrid": "hello@acme.test", "twilio": "+15005550006"}
        for provider, sender in senders.items():
            credentials = demo_credentials()[provider]
            added = integrate.add("acme", provider, sender=sender, name=provider, credentials=credentials)
            self.hooks[provider] = added["webhook_url"] or ""
        define = Define(store=parts.definitions, check=templates.check, clock=self.clock)
        body = Body(channels=(Channel.EMAIL, Channel.SMS), templates=WELCOME)
        define.save("acme", "welcome", "Welcome", body)
        define.publish("acme", "welcome")
        self.live, self.test = self.key(), self.key(Mode.TEST)


def minted_key(mode: Mode, number: int) -> api_keys.MintedKey:
    """A well-formed key, the same for the same number."""
    parts = itertools.count()
    return api_keys.mint(mode, lambda size: hashlib.sha256(f"{number} {next(parts)}".encode()).digest()[:size])


@contextmanager
def stage(patch: pytest.MonkeyPatch, *, initialised: bool = True) -> Iterator[Stage]:
    """A stage as the stack makes it; before or after `heliograph init`."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": table.REGION,
    }.items():
        patch.setenv(name, value)
    for cache in CACHES:
        cache.cache_clear()
    _one_at_a_time(patch)
    # What moto does not know of SES.
    patch.setattr(SESV2Response, "get_account", lambda _self: json.dumps(MAIL_ACCOUNT), raising=False)
    clients.keep(patch.setattr)
    with mock_aws():
        one = Stage(urls=_resources(patch))
        listen(one.hear, patch.setattr)
        if initialised:
            secrets = itertools.count(1)
            list(create_secrets(one.client("ssm"), STAGE, lambda: f"secret-{next(secrets)}".ljust(43, "x")))
            one.seed()
        with _captured(one.log):
            yield one
    assert missing(one.used, granted()) == []
    assert leaks(one.log.getvalue(), MARKED) == []
    for cache in CACHES:
        cache.cache_clear()


def _one_at_a_time(patch: pytest.MonkeyPatch) -> None:
    """Let moto answer one call after the other: its tables are not made for threads."""
    lock, answer = threading.Lock(), BotocoreStubber.__call__

    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return answer(*args, **kwargs)

    patch.setattr(BotocoreStubber, "__call__", locked)


def _resources(patch: pytest.MonkeyPatch) -> dict[str, str]:
    region = table.REGION
    table.create(boto3.client("dynamodb", region_name=region))
    near: Any = {"LocationConstraint": region}  # boto3's stubs want the region as a literal
    boto3.client("s3", region_name=region).create_bucket(Bucket=FILES_BUCKET, CreateBucketConfiguration=near)
    sqs = boto3.client("sqs", region_name=region)
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    dead = sqs.create_queue(QueueName=DEAD_LETTERS)["QueueUrl"]
    boto3.client("scheduler", region_name=region).create_schedule_group(Name=GROUP)
    boto3.client("sesv2", region_name=region).create_email_identity(EmailIdentity="acme.test")
    ssm = boto3.client("ssm", region_name=region)
    for name in ("api", "webhooks", "links"):
        ssm.put_parameter(Name=f"{parameters_root(STAGE)}/{URLS}/{name}", Value=f"https://{name}.test", Type="String")
    settings = Settings(
        stage=STAGE,
        table=table.NAME,
        critical_queue_url=urls["critical"],
        normal_queue_url=urls["normal"],
        events_queue_url=urls["events"],
        dead_letters_url=dead,
        schedule_group=GROUP,
        schedule_role_arn=f"arn:aws:iam::{ACCOUNT}:role/schedules",
        scheduler_arn=f"arn:aws:lambda:{region}:{ACCOUNT}:function:scheduler",
        configuration_set=GROUP,
        files_bucket=FILES_BUCKET,
    )
    for name, value in settings.as_env().items():
        patch.setenv(name, value)
    # Else no metric can be told, and who tells one fails.
    patch.setenv("POWERTOOLS_METRICS_NAMESPACE", METRICS_NAMESPACE)
    return urls


@contextmanager
def _captured(log: io.StringIO) -> Iterator[None]:
    """Everything that the functions log, down to `debug`, as it would stand in CloudWatch."""
    handler: Any = logger.handlers[0]
    before, level = handler.setStream(log), logger.log_level
    logger.setLevel("DEBUG")
    try:
        yield
    finally:
        logger.setLevel(level)
        handler.setStream(before)
