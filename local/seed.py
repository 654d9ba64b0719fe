"""The project `demo`: what `make local` starts with. The keys are the same in every run."""

import hashlib
import itertools
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
import requests
from botocore.config import Config

from cli.templates.folder import read
from cli.templates.push import Push
from cli.templates.service import Service
from heliograph import providers
from heliograph.bootstrap import Wiring
from heliograph.domain import api_keys
from heliograph.domain.project import ApiKey, Mode, Project, Scope
from heliograph.settings import Settings
from heliograph.usecases.integrate import Integrate
from local.errors import CannotStart
from local.sandbox import fakes
from local.sandbox.accounts import demo_credentials

PROJECT: Final = "demo"
INTEGRATIONS: Final = (
    ("ses", "Heliograph <hello@heliograph.example>"),
    ("sendgrid", "Heliograph <hello@heliograph.example>"),
    ("twilio", "+15005550006"),
    ("sns_sms", "Heliograph"),
    ("aws_sms", "+15005550006"),
    ("inbox", "Heliograph"),
)
"""(provider, sender), in the order in which they are tried."""
TEMPLATES: Final = Path(__file__).parents[1] / "examples" / "templates"


@dataclass(frozen=True, slots=True)
class SeededKeys:
    """The two keys of the project."""

    live: str
    test: str


def seed(*, endpoint: str, environ: Mapping[str, str], sandbox_url: str) -> SeededKeys:
    """Fill an empty stack; *environ* is the environment of the manage function."""
    region = environ.get("AWS_REGION", "us-east-1")

    def client(service: str, config: Config) -> Any:
        session: Any = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=region)  # noqa: S106  # moto takes any
        return session.client(service, endpoint_url=endpoint, config=config)

    parts = Wiring(Settings.from_env(environ), client=client)
    parts.projects.create(Project(id=PROJECT, name="Demo", salt="demo", created=parts.clock()))
    _integrations(parts, sandbox_url)
    keys = SeededKeys(live=_key(parts, Mode.LIVE), test=_key(parts, Mode.TEST))
    _templates(parts.urls["api"], keys.live)
    return keys


def _integrations(parts: Wiring, sandbox_url: str) -> None:
    ids = itertools.count(1)
    integrate = Integrate(
        store=parts.projects,
        vault=parts.vault,
        load=providers.load,
        signer=parts.signer,
        webhooks_url=parts.urls["webhooks"],
        defaults={name: {"configuration_set": parts.settings.configuration_set} for name in ("aws_sms", "ses")},
        pepper=parts.secrets["pepper"],
        new_id=lambda: f"demo{next(ids)}",
        clock=parts.clock,
    )
    for provider, sender in INTEGRATIONS:
        credentials = demo_credentials()[provider]
        added = integrate.add(PROJECT, provider, sender=sender, name=provider, credentials=credentials)
        if provider == "sendgrid":
            account = {"provider": provider, "api_key": credentials["api_key"], "webhook_url": added["webhook_url"]}
            _set_up(sandbox_url, account)
    for provider in fakes.FAKES:
        fake = fakes.load(provider)
        added = integrate.add(PROJECT, provider, sender=fake.SENDER, name=provider, credentials=fake.CREDENTIALS)
        if fake.ACCOUNT:
            known = fake.CREDENTIALS[fake.ACCOUNT]
            _set_up(sandbox_url, {"provider": provider, "account": known, "webhook_url": added["webhook_url"]})


def _set_up(sandbox_url: str, account: Mapping[str, Any]) -> None:
    """As in a vendor's settings, where one says where its events go."""
    requests.post(f"{sandbox_url}/_sandbox/accounts", json=account, timeout=5).raise_for_status()


def _templates(url: str, key: str) -> None:
    """Push the example folder and publish it, as `heliograph templates push --publish` does."""
    with closing(Service(url, key)) as service:
        push = Push(service, read(TEMPLATES), say=lambda _line: None)
        pushed = push()
        if push.faults:
            raise CannotStart("\n".join(map(str, push.faults)))
        for name in pushed:
            service.publish(name)


def _key(parts: Wiring, mode: Mode) -> str:
    numbers = itertools.count()
    fixed = lambda size: hashlib.sha256(f"demo {mode} {next(numbers)}".encode()).digest()[:size]  # noqa: E731
    minted = api_keys.mint(mode, fixed)
    digest = api_keys.digest(minted.text, parts.secrets["pepper"])
    parts.projects.add_key(
        ApiKey(
            id=minted.id,
            project=PROJECT,
            mode=mode,
            digest=digest,
            scopes=frozenset(Scope),
            created=parts.clock(),
        )
    )
    return minted.text
