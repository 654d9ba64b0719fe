"""Whether providers take the credentials that projects set up; each is asked by its cheapest harmless call."""

import secrets
import time
from collections import defaultdict
from functools import cached_property
from typing import Any, Final

from cli.deployment import Deployment, LocalStage
from cli.doctor.finding import Finding, Findings, bad, ok, warn
from heliograph import providers
from heliograph.domain.errors import AccountTrouble, HeliographError, NotFound
from heliograph.domain.project import Integration
from heliograph.domain.tools import Http
from heliograph.http2_transport import Http2Transport
from heliograph.mail_transport import MailTransport
from heliograph.names import ENV_PREFIX, INTEGRATIONS, parameters_root
from heliograph.parameters import Vault
from heliograph.store.inbox import Inbox
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from heliograph.token_cache import TokenCache
from heliograph.transport import Transport
from heliograph.wire.addresses import is_allowed, networks

UNASKED: Final = frozenset({"smtp"})
"""On this machine: the sandbox's mail server has a port that only the host's functions are told."""


class Asking:
    """The ways out of this machine; implements `heliograph.domain.tools.Tools`."""

    def __init__(self, deployment: Deployment) -> None:
        stage = deployment.stage
        private = networks(deployment.environment.get(f"{ENV_PREFIX}PRIVATE_NETWORKS", ""))
        self.http = Transport(sandbox_url=stage.sandbox_url if isinstance(stage, LocalStage) else "")
        self.smtp = MailTransport(permits=lambda address: is_allowed(address, allowed=private))
        self.outside = self.http
        self.inbox = Inbox(Table(deployment.client("dynamodb"), deployment.table))
        self.tokens = TokenCache(self.now)
        self._deployment = deployment

    @cached_property
    def http2(self) -> Http:
        """As the functions have it."""
        return self.http if isinstance(self._deployment.stage, LocalStage) else Http2Transport()

    def now(self) -> int:
        return int(time.time())

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def aws(self, service: str) -> Any:
        return self._deployment.client(service)


def credentials(deployment: Deployment) -> Findings:
    """Every integration of every project is asked; its secrets are read for that, and shown to nobody."""
    tools = Asking(deployment)
    vault = Vault(deployment.client("ssm"), parameters_root(deployment.stage.name), lambda: 0)
    projects = Projects(Table(deployment.client("dynamodb"), deployment.table))
    asked = 0
    for project, wanted in sorted(_named(deployment).items()):
        found = projects.get(project)
        for one in found.integrations if found else ():
            if one.id in wanted and not (deployment.local and one.provider in UNASKED):
                asked += 1
                yield from _ask(project, one, vault, tools)
    yield ok(f"{asked} asked")


def _named(deployment: Deployment) -> dict[str, set[str]]:
    """Project -> its integrations that have credentials, by the names of the parameters."""
    root = f"{parameters_root(deployment.stage.name)}/{INTEGRATIONS}"
    pages = deployment.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=root, Recursive=True)
    found: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        for one in page["Parameters"]:
            project, _, integration = one["Name"].removeprefix(f"{root}/").partition("/")
            found[project].add(integration)
    return found


def _ask(project: str, integration: Integration, vault: Vault, tools: Asking) -> Findings:
    name = f"{integration.provider} ({integration.id}) of project {project}"
    try:
        provider = providers.load(integration.provider)
        provider.check(vault.credentials(project, integration.id, provider), tools)
    except AccountTrouble as exc:
        yield _refused(name, exc)
    except NotFound:
        yield warn(f"{name}: this version knows no such provider", "use the `heliograph` that was deployed")
    except HeliographError as exc:
        yield warn(f"{name} could not be asked: {exc}", "look at the provider's status page, then look again")


def _refused(name: str, exc: HeliographError) -> Finding:
    return bad(f"{name} refuses its account: {exc}", "make a new key there, and add the integration again with it")
