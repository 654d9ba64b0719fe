"""Resend, by way of Svix: HMAC-SHA256, base64, over id, timestamp and body; the key is base64 after `whsec_`."""

import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer, merged

SECRET: Final = "whsec_" + b64encode(bytes(range(24))).decode()
OTHER_SECRET: Final = "whsec_" + b64encode(b"another secret of 24 byt").decode()
NOW: Final = 1772355610
TIMESTAMP: Final = str(NOW)
ID: Final = "msg_2Yh8sZ0q"


def signature(body: bytes, secret: str = SECRET, event: str = ID, timestamp: str = TIMESTAMP) -> str:
    signed = f"{event}.{timestamp}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, signed, "sha256").digest()).decode()


def resend(body: bytes, secret: str = SECRET, name: str = "svix") -> WebhookRequest:
    proof = {"id": ID, "timestamp": TIMESTAMP, "signature": signature(body, secret)}
    headers = {"content-type": "application/json"} | {f"{name}-{part}": value for part, value in proof.items()}
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body, at=NOW)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return resend(case["text"].encode())
    event = merged(file["entry"], case["json"])
    data = merged(file["data"], case["json"].get("data", {}))
    return resend(json.dumps(event | {"data": data}).encode())


def _at(moment: int | None) -> Mutant:
    return lambda came: replace(came, at=moment)


def _with(name: str, value: str) -> Mutant:
    return lambda came: replace(came, headers={**came.headers, name: value})


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: resend(came.body, OTHER_SECRET),
    proofs=("svix-id", "svix-timestamp", "svix-signature"),
    credentials={"signing_secret": SECRET},
    mutants={
        "too late": _at(NOW + 301),
        "too early": _at(NOW - 301),
        "at no time": _at(None),
        "another id": _with("svix-id", "msg_other"),
        "another time": _with("svix-timestamp", str(int(TIMESTAMP) + 1)),
        "a time with a fraction": _with("svix-timestamp", f"{TIMESTAMP}.0"),
        "no time": _with("svix-timestamp", "now"),
        "another version": lambda came: _with("svix-signature", "v2," + signature(came.body).removeprefix("v1,"))(came),
        "no version": lambda came: _with("svix-signature", signature(came.body).removeprefix("v1,"))(came),
        "hexadecimal": _with("svix-signature", "v1," + "ab" * 32),
        "the asymmetric version": lambda came: _with("svix-signature", "v1a," + signature(came.body)[3:])(came),
        "the body as the proof's text": lambda came: replace(came, body=f"{TIMESTAMP}.".encode() + came.body),
    },
)
