"""Telnyx: Ed25519, base64, over timestamp, a bar, and the body."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))
NOW: Final = 1772355610


def public(key: Ed25519PrivateKey) -> str:
    """As Telnyx shows it."""
    return b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def telnyx(body: bytes, key: Ed25519PrivateKey = KEY, sent: str = str(NOW), url: str = HOOK) -> WebhookRequest:
    signature = b64encode(key.sign(f"{sent}|".encode() + body)).decode()
    headers = {"telnyx-signature-ed25519": signature, "telnyx-timestamp": sent, "content-type": "application/json"}
    return WebhookRequest(method="POST", url=url, headers=headers, body=body, at=NOW)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return telnyx(case["text"].encode())
    data = {**file["data"], **case.get("data", {})}
    data["payload"] = {**file["payload"], **case.get("payload", {})}
    if "status" in case:
        data["payload"]["to"] = [{"phone_number": "+46701234567", "status": case["status"], "carrier": "Tele"}]
    whole = case.get("json", {"data": data, "meta": {"attempt": 1, "delivered_to": HOOK}})
    return telnyx(json.dumps(whole).encode(), url=case.get("url", HOOK))


def _sent(moment: str) -> Mutant:
    return lambda came: telnyx(came.body, sent=moment)


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: telnyx(came.body, OTHER_KEY),
    proofs=("telnyx-signature-ed25519", "telnyx-timestamp"),
    credentials={"public_key": public(KEY)},
    mutants={
        "too old": _sent(str(NOW - 301)),
        "from the future": _sent(str(NOW + 301)),
        "no time that is one": _sent("yesterday"),
        "a time with a fraction": _sent(f"{NOW}.5"),
        "nobody knows when it came": lambda came: replace(came, at=None),
    },
)
