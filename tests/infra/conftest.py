"""One synthesised template for all tests of the infrastructure, cached by what it is made from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.synth import synthesise

type Template = dict[str, Any]
type Properties = dict[str, Any]
type OfType = Callable[[str], dict[str, Properties]]

PROD = {
    "alarm_email": "ops@example.com",
    "api_certificate": "arn:aws:acm:eu-west-1:123456789012:certificate/api",
    "api_domain": "api.example.com",
    "edge_certificate": "arn:aws:acm:us-east-1:123456789012:certificate/edge",
    "intake_concurrency": "50",
    "links_domain": "go.example.com",
    "runbooks_url": "https://docs.example.com/runbooks/",
    "snap_start": "send,manage",
    "warm_reads": "12000",
    "warm_writes": "8000",
    "webhooks_domain": "hooks.example.com",
}
"""Every choice made, so that what only some stages have is tested too."""


@pytest.fixture(scope="session")
def template_path() -> Path:
    return synthesise(stage="dev")


@pytest.fixture(scope="session")
def template(template_path: Path) -> Template:
    return _read(template_path)


@pytest.fixture(scope="session")
def prod_path() -> Path:
    return synthesise(stage="prod", context=PROD)


@pytest.fixture(scope="session")
def prod(prod_path: Path) -> Template:
    return _read(prod_path)


@pytest.fixture(scope="session")
def of_type(template: Template) -> OfType:
    """Properties of every resource of a type, by logical id."""
    return lambda name: properties_of(template, name)


def properties_of(template: Template, name: str) -> dict[str, Properties]:
    resources = template["Resources"].items()
    return {key: found.get("Properties", {}) for key, found in resources if found["Type"] == name}


def _read(path: Path) -> Template:
    found: Template = json.loads(path.read_text())
    return found
