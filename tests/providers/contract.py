"""The JSON cases of `cases/<provider>/`, and what turns them into messages, requests and expected events.

A case overrides the values that its file gives once for all; null leaves one out. How a vendor signs stands in
`signers/<provider>.py`, which knows how a case becomes its request.
"""

import json
from base64 import b64decode
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from heliograph.domain.model import (
    JSON,
    Attachment,
    BusEvent,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    WebhookRequest,
)
from heliograph.providers import load
from local.sandbox import push_keys
from tests.providers.signers import Signer, merged

CASES: Final = Path(__file__).parent / "cases"
WITHOUT_NETWORK: Final = {"inbox", "sandbox"}
OVER_AWS: Final = {"aws_sms", "ses", "sns_sms"}
"""Providers that are reached by the SDK."""
WITH_KEYS: Final = {"apns", "fcm", "web_push"}
"""Providers that are called with tokens that we sign; their cases name no key."""
NOBODY_TO_ASK: Final = {"web_push"}
"""Providers whose credentials no vendor knows."""
SIGNERS: Final = Path(__file__).parent / "signers"


class Case(NamedTuple):
    """One case with the file that it stands in."""

    provider: str
    file: JSON
    case: JSON

    @property
    def credentials(self) -> Any:
        """The provider's own credentials, with the keys that the tests sign with."""
        ours = signer(self.provider).credentials if signs(self.provider) else {}
        if self.provider in WITH_KEYS:
            ours = push_keys.credentials(self.provider)
        return load(self.provider).Credentials(
            **merged(self.file["credentials"], {**self.case.get("credentials", {}), **ours})
        )


def signs(provider: str) -> bool:
    """Whether its webhook is proven: then `signers/PROVIDER.py` says how."""
    return (SIGNERS / f"{provider}.py").exists()


@cache
def signer(provider: str) -> Signer:
    """How its vendor signs."""
    found: Signer = import_module(f"tests.providers.signers.{provider}").SIGNER
    return found


def cases(file: str, part: str = "cases") -> list[Any]:
    """Every case of every provider's *file*, named for pytest."""
    found = []
    for path in sorted(CASES.glob(f"*/{file}.json")):
        whole = json.loads(path.read_text())
        for case in whole.get(part, ()):
            name = path.parent.name
            found.append(pytest.param(Case(name, whole, case), id=f"{name}: {case['name']}"))
    return found


def message(case: Case) -> Outgoing:
    values = merged(case.file["message"], case.case.get("message", {}))
    lists: JSON = {name: tuple(values[name]) for name in ("cc", "bcc", "reply_to", "tags") if name in values}
    if "attachments" in values:
        files = [one | {"content": b64decode(one["content"])} for one in values["attachments"]]
        lists["attachments"] = tuple(Attachment(**one) for one in files)
    return Outgoing(**{**values, **lists, "channel": Channel(values["channel"])})


def expected(case: Case) -> tuple[ProviderEvent, ...]:
    """The events without `raw`, which no case repeats."""
    return tuple(read_event(merged(case.file["event"], event)) for event in case.case["events"])


def read_event(values: JSON) -> ProviderEvent:
    moment = values.get("occurred_at")
    times: JSON = {"occurred_at": datetime.fromisoformat(moment)} if moment else {}
    return ProviderEvent(**{**values, **times, "kind": EventKind(values["kind"])})


def request(case: Case) -> WebhookRequest | BusEvent:
    """The case as the provider would send it, signed where the provider signs."""
    if "bus" not in case.case:
        return signer(case.provider).request(case.file, case.case)
    bus = case.case["bus"]
    mail: JSON = {"mail": merged(case.file["mail"], bus["mail"])} if "mail" in bus else {}
    return BusEvent(id="sns-1", topic="arn:aws:sns:eu-west-1:123456789012:t", body={**bus, **mail})


@cache
def credentials_of(name: str) -> Any:
    files = [param.values[0] for param in cases("send") if param.values[0].provider == name]
    return files[0].credentials if files else load(name).Credentials()
