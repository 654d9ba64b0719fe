"""The composition root: the only place that wires use cases to AWS. Everything is made when it is first needed.

Each function imports its own module of this package, so that none pays for what another needs.
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, Final

import boto3
from botocore.config import Config

from heliograph import parameters
from heliograph.domain.contact import derived_id
from heliograph.domain.message import Lane
from heliograph.domain.signing import Signer
from heliograph.files import Files
from heliograph.observability import trouble
from heliograph.queue import Lanes, Queue
from heliograph.schedules import Schedules
from heliograph.sealing import Sealer
from heliograph.settings import Settings
from heliograph.store.batches import Batches
from heliograph.store.contacts import Contacts
from heliograph.store.definitions import Definitions
from heliograph.store.gathering import Gathering
from heliograph.store.messages import Messages
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from heliograph.wakeups import Wakeups

_RETRYING: Final = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
_ONCE: Final = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
"""For services that send: a silent retry after a lost reply would send twice."""
_SIGNING: Final = _RETRYING.merge(Config(signature_version="s3v4", request_checksum_calculation="when_required"))
"""For S3: a URL that is given away needs the signature that covers headers, and no checksum of ours."""
_SENDING: Final = frozenset({"sesv2", "sns", "pinpoint-sms-voice-v2"})


type NewClient = Callable[[str, Config], Any]
"""(AWS service, configuration) -> its client."""


def epoch_ms() -> int:
    """The clock of all functions."""
    return time.time_ns() // 1_000_000


class Wiring:
    """One stage's parts."""

    def __init__(
        self, settings: Settings, *, clock: Callable[[], int] = epoch_ms, client: NewClient | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        session: Any = boto3.Session() if client is None else None
        self._new_client: NewClient = client or (lambda service, config: session.client(service, config=config))
        self._clients: dict[str, Any] = {}

    def aws(self, service: str) -> Any:
        """The client of an AWS service, made once."""
        if service not in self._clients:
            config = _ONCE if service in _SENDING else _SIGNING if service == "s3" else _RETRYING
            self._clients[service] = self._new_client(service, config)
        return self._clients[service]

    @cached_property
    def table(self) -> Table:
        return Table(self.aws("dynamodb"), self.settings.table)

    @cached_property
    def secrets(self) -> parameters.Secrets:
        return parameters.Secrets(self.aws("ssm"), self.settings.parameters)

    @cached_property
    def signer(self) -> Signer:
        return self.secrets.signer()

    @cached_property
    def urls(self) -> Mapping[str, str]:
        return parameters.public_urls(self.aws("ssm"), self.settings.parameters)

    @cached_property
    def vault(self) -> parameters.Vault:
        return parameters.Vault(self.aws("ssm"), self.settings.parameters, self.clock)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.table, Sealer(lambda: self.secrets["data"]))

    @cached_property
    def gathering(self) -> Gathering:
        return Gathering(self.table, self.messages, Sealer(lambda: self.secrets["data"]))

    @cached_property
    def batches(self) -> Batches:
        return Batches(self.table)

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.table, self.secrets["pepper"])

    @cached_property
    def definitions(self) -> Definitions:
        return Definitions(self.table)

    @cached_property
    def projects(self) -> Projects:
        return Projects(self.table)

    @cached_property
    def files(self) -> Files:
        return Files(lambda: self.aws("s3"), self.settings.files_bucket)

    @cached_property
    def events(self) -> Queue:
        return Queue(self.aws("sqs"), self.settings.events_queue_url)

    @cached_property
    def wakeups(self) -> Wakeups:
        settings = self.settings
        sqs = self.aws("sqs")
        lanes = Lanes(
            {
                Lane.CRITICAL: Queue(sqs, settings.critical_queue_url),
                Lane.NORMAL: (normal := Queue(sqs, settings.normal_queue_url)),
                Lane.BULK: normal,
            }
        )
        return Wakeups(lanes=lanes, schedules=self._schedules(), clock=self.clock, on_trouble=trouble)

    def contact_id(self, project: str, identifier: str) -> str:
        """The id of a contact whose caller gave none."""
        return derived_id(self.secrets["pepper"], project, identifier.lower())

    def _schedules(self) -> Schedules | None:
        settings = self.settings
        if not settings.scheduler_arn:
            return None
        role = settings.schedule_role_arn
        return Schedules(self.aws("scheduler"), group=settings.schedule_group, target=settings.scheduler_arn, role=role)


@cache
def wiring() -> Wiring:
    """The wiring of this process: settings come from its environment, on the first call."""
    return Wiring(Settings.from_env(os.environ))
