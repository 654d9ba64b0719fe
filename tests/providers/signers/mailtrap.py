"""Mailtrap: HMAC-SHA256 over the raw body, in hexadecimal, whichever format the body has."""

import base64
import hmac
import json
from dataclasses import replace
from typing import Any, Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "8d9a3c0e7f5b4a1d9c8e2f6b0a4d7e13"


def mailtrap(body: bytes, secret: str = SECRET, kind: str = "application/json") -> WebhookRequest:
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {"content-type": kind, "mailtrap-signature": signature}
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "lines" in case:
        lines = [line if isinstance(line, str) else json.dumps(_entry(file, line)) for line in case["lines"]]
        return mailtrap("\n".join(lines).encode(), kind="application/jsonl")
    if "text" in case:
        return mailtrap(case["text"].encode())
    return mailtrap(json.dumps({"events": [_entry(file, entry) for entry in case["json"]]}).encode())


def _entry(file: JSON, entry: Any) -> Any:
    return merged(file["entry"], entry) if isinstance(entry, dict) else entry


def _in_base64(came: WebhookRequest) -> WebhookRequest:
    digest = bytes.fromhex(came.headers["mailtrap-signature"])
    return replace(came, headers={**came.headers, "mailtrap-signature": base64.b64encode(digest).decode()})


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: mailtrap(request.body, "another-secret"),
    proofs=("mailtrap-signature",),
    credentials={"signing_secret": SECRET},
    mutants={"in base64": _in_base64, "the secret as bytes": lambda came: _by_bytes(came.body)},
)


def _by_bytes(body: bytes) -> WebhookRequest:
    """Signed with what the secret's hexadecimal digits stand for, which is not how Mailtrap takes them."""
    signature = hmac.new(bytes.fromhex(SECRET), body, "sha256").hexdigest()
    headers = {"content-type": "application/json", "mailtrap-signature": signature}
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)
