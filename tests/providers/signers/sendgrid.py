"""SendGrid: ECDSA P-256 with SHA-256 over timestamp and body."""

import base64
import json
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

KEY: Final = ec.derive_private_key(0x5EED, ec.SECP256R1())
OTHER_KEY: Final = ec.derive_private_key(0xBAD, ec.SECP256R1())


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


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return sendgrid(case["text"].encode())
    return sendgrid(json.dumps([_entry(file, entry) for entry in case["json"]]).encode() + b"\r\n")


def _entry(file: JSON, entry: Any) -> Any:
    return merged(file["entry"], entry) if isinstance(entry, dict) else entry


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: sendgrid(request.body, OTHER_KEY),
    proofs=("x-twilio-email-event-webhook-signature",),
    credentials={"verification_key": public(KEY)},
)
