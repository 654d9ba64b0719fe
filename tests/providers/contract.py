"""The JSON cases of `cases/<provider>/`, and what turns them into messages, requests and expected events.

A case overrides the values that its file gives once for all; null leaves one out.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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

CASES: Final = Path(__file__).parent / "cases"
WITHOUT_NETWORK: Final = {"sandbox"}
HOOK: Final = "https://hooks.heliograph.example/webhooks/sendgrid/int-7f3a"


class Case(NamedTuple):
    """One case with the file that it stands in."""

    provider: str
    file: JSON
    case: JSON

    @property
    def credentials(self) -> Any:
        """The provider's own credentials, with the key that the tests sign with."""
        values = dict(self.file["credentials"])
        if self.provider == "sendgrid":
            values["verification_key"] = public(KEY)
        return load(self.provider).Credentials(**values)


def cases(file: str, part: str = "cases") -> list[Any]:
    """Every case of every provider's *file*, named for pytest."""
    found = []
    for path in sorted(CASES.glob(f"*/{file}.json")):
        whole = json.loads(path.read_text())
        for case in whole.get(part, ()):
            name = path.parent.name
            found.append(pytest.param(Case(name, whole, case), id=f"{name}: {case['name']}"))
    return found


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> JSON:
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def message(case: Case) -> Outgoing:
    values = merged(case.file["message"], case.case.get("message", {}))
    lists: JSON = {name: tuple(values[name]) for name in ("cc", "bcc", "reply_to") if name in values}
    files = tuple(Attachment(**{**one, "content": one["content"].encode()}) for one in values.get("attachments", ()))
    return Outgoing(**{**values, **lists, "attachments": files, "channel": Channel(values["channel"])})


def expected(case: Case) -> tuple[ProviderEvent, ...]:
    """The events without `raw`, which no case repeats."""
    return tuple(_event(merged(case.file["event"], event)) for event in case.case["events"])


def _event(values: JSON) -> ProviderEvent:
    moment = values.get("occurred_at")
    times: JSON = {"occurred_at": datetime.fromisoformat(moment)} if moment else {}
    return ProviderEvent(**{**values, **times, "kind": EventKind(values["kind"])})


def request(case: Case) -> WebhookRequest | BusEvent:
    """The case as the provider would send it, signed where the provider signs."""
    match case.case:
        case {"bus": bus}:
            mail: JSON = {"mail": merged(case.file["mail"], bus["mail"])} if "mail" in bus else {}
            return BusEvent(id="sns-1", topic="arn:aws:sns:eu-west-1:123456789012:t", body={**bus, **mail})
        case {"form": form}:
            fields = merged(case.file["form"], form)
            fields.setdefault("SmsStatus", fields.get("MessageStatus", ""))
            return twilio(case.case.get("url") or case.file["url"], urlencode(fields).encode())
        case {"text": text}:
            return sendgrid(text.encode())
        case _:
            return sendgrid(json.dumps([_entry(case.file, entry) for entry in case.case["json"]]).encode() + b"\r\n")


def _entry(file: JSON, entry: Any) -> Any:
    return merged(file["entry"], entry) if isinstance(entry, dict) else entry


# The tests' own signatures, written from the vendors' descriptions and not from the code under test.

KEY: Final = ec.derive_private_key(0x5EED, ec.SECP256R1())
OTHER_KEY: Final = ec.derive_private_key(0xBAD, ec.SECP256R1())
TOKEN: Final = "0123456789abcdef"


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """As SendGrid shows it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def sendgrid(body: bytes, key: ec.EllipticCurvePrivateKey = KEY, timestamp: str = "1772355610") -> WebhookRequest:
    signature = base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()
    headers = {
        "content-type": "application/json",
        "x-twilio-email-event-webhook-signature": signature,
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def twilio(url: str, body: bytes, token: str = TOKEN, fields: Mapping[str, str] | None = None) -> WebhookRequest:
    pairs = dict(parse_qsl(body.decode(), keep_blank_values=True)) if fields is None else fields
    text = url + "".join(name + pairs[name] for name in sorted(pairs))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()
    return WebhookRequest(method="POST", url=url, headers={"x-twilio-signature": signature}, body=body)


def twilio_json(url: str, body: bytes) -> WebhookRequest:
    return twilio(f"{url}&bodySHA256={sha256(body).hexdigest()}", body, fields={})


SIGNERS: Final[Mapping[str, Callable[[WebhookRequest], WebhookRequest]]] = {
    "sendgrid": lambda request: sendgrid(request.body, OTHER_KEY),
    "twilio": lambda request: twilio(request.url, request.body, "another-secret"),
}
"""Provider -> the same request, signed by somebody else."""


def credentials_of(name: str) -> Any:
    files = [param.values[0] for param in cases("send") if param.values[0].provider == name]
    return files[0].credentials if files else load(name).Credentials()
